"""Addresses of the co-building day, by who comes: the desk, a unit with its link, everybody."""

from lingju.cobuilding.urls import board, day, public, turns, units

urlpatterns = [
    *public.urlpatterns,
    *board.urlpatterns,
    *turns.urlpatterns,
    *units.urlpatterns,
    *day.urlpatterns,
]
