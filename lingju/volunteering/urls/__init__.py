"""Addresses of volunteering, by who comes: residents, the desk."""

from lingju.volunteering.urls import desk, public

urlpatterns = [*public.urlpatterns, *desk.urlpatterns]
