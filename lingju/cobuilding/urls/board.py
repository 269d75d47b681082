"""Addresses of the board of a cycle's three lists."""

from django.urls import URLPattern, path

from lingju.cobuilding.pages import board, lists

DAYS = "desk/days/"
CYCLE = f"{DAYS}<int:cycle_number>/"

urlpatterns: list[URLPattern] = [
    path(DAYS, board.desk_days, name="desk_days"),
    path(f"{DAYS}resources/new/", lists.desk_days_offer, name="desk_days_offer"),
    path(f"{DAYS}resources/<int:resource_id>/", lists.desk_days_resource, name="desk_days_resource"),
    path(CYCLE, board.desk_days_cycle, name="desk_days_cycle"),
    path(f"{CYCLE}needs/<int:line_id>/", lists.desk_days_line, name="desk_days_line"),
    path(f"{CYCLE}<slug:which>/", lists.desk_days_list, name="desk_days_list"),
    path(f"{CYCLE}<slug:which>.xlsx", lists.desk_days_book, name="desk_days_book"),
]
