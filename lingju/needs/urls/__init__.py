"""Addresses of needs, by who comes: residents, the desk, everybody, officers, other systems."""

from lingju.needs.urls import desk, extras, machines, officers, public, say

urlpatterns = [
    *say.urlpatterns,
    *public.urlpatterns,
    *desk.urlpatterns,
    *officers.urlpatterns,
    *extras.urlpatterns,
    *machines.urlpatterns,
]
