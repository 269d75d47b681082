"""Addresses of the co-building day, by who comes: the desk, a unit with its link, everybody."""

from lingju.cobuilding.urls import board, day, orders, public, turns, units

urlpatterns = [
    *public.urlpatterns,
    # Before the board, whose lists are named in an address of the same form.
    *day.urlpatterns,
    *turns.urlpatterns,
    *units.urlpatterns,
    *orders.urlpatterns,
    *board.urlpatterns,
]
