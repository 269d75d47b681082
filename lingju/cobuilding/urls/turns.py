"""Addresses of the rota: drawing it up, setting a duty by hand, sheets and calendars."""

from django.urls import URLPattern, path

from lingju.cobuilding.pages import turns, turns_cell, turns_door, turns_paper

ROTA = "desk/days/rota/"

urlpatterns: list[URLPattern] = [
    path(ROTA, turns.desk_turns, name="desk_turns"),
    path(f"{ROTA}sheet/", turns_paper.desk_turns_sheet, name="desk_turns_sheet"),
    path(f"{ROTA}rota.xlsx", turns_paper.desk_turns_book, name="desk_turns_book"),
    path(f"{ROTA}rota.ics", turns_paper.desk_turns_ics, name="desk_turns_ics"),
    path(f"{ROTA}letters/", turns_paper.desk_turns_letters, name="desk_turns_letters"),
    path(f"{ROTA}letters/<int:unit_id>/", turns_paper.desk_turns_letter, name="desk_turns_letter"),
    path(f"{ROTA}drafts/<int:rota_id>/", turns.desk_turns_draft, name="desk_turns_draft"),
    path(f"{ROTA}<int:duty_id>/", turns_cell.desk_turn, name="desk_turn"),
    path("calendar/rota/<slug:rota_token>.ics", turns_paper.desk_turns_feed, name="desk_turns_feed"),
    path("u/<str:unit_token>/swaps/", turns_door.unit_swaps, name="unit_swaps"),
]
