"""Addresses of bookings, by who comes."""

from lingju.bookings.urls import resident

urlpatterns = [*resident.urlpatterns]
