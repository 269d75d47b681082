"""Addresses of activities, by who comes: residents, the desk, the door and what comes after it."""

from lingju.activities.urls import attendance, desk, feeds, public

urlpatterns = [*feeds.urlpatterns, *public.urlpatterns, *attendance.urlpatterns, *desk.urlpatterns]
