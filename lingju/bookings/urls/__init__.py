"""Addresses of bookings, by who comes."""

from lingju.bookings.urls import desk, resident

urlpatterns = [*resident.urlpatterns, *desk.urlpatterns]
