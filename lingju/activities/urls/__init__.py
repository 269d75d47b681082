"""Addresses of activities, by who comes: residents, the desk."""

from lingju.activities.urls import desk, public

urlpatterns = [*public.urlpatterns, *desk.urlpatterns]
