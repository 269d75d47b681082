"""Addresses where a keeper sets up, runs the day, books for others, lends and calls numbers."""

from django.urls import URLPattern, path

from lingju.bookings.pages import (
    desk_call,
    desk_calls,
    desk_day,
    desk_loans,
    desk_outside,
    desk_queue,
    desk_series,
    desk_setup,
    desk_sheets,
    queue,
)

STATION = "desk/bookings/<int:station_id>/"
urlpatterns: list[URLPattern] = [
    path("desk/bookings/", desk_setup.desk_bookings, name="desk_bookings"),
    path("desk/bookings/item/<int:bookable_id>/", desk_setup.desk_bookable, name="desk_bookable"),
    path("desk/bookings/pool/<int:pool_id>/", desk_setup.desk_pool, name="desk_pool"),
    path("desk/bookings/claim/<int:claim_id>/", desk_day.desk_claim, name="desk_claim"),
    path("desk/bookings/claim/<int:claim_id>/slip/", desk_call.desk_claim_slip, name="desk_claim_slip"),
    path(
        "desk/bookings/series/<int:repeat_id>/", desk_series.desk_booking_series, name="desk_booking_series"
    ),
    path("desk/bookings/ticket/<int:ticket_id>/", desk_queue.desk_ticket, name="desk_ticket"),
    path(
        "desk/bookings/ticket/<int:ticket_id>/slip/",
        desk_queue.desk_ticket_slip,
        name="desk_ticket_slip",
    ),
    path("desk/bookings/sheets/", desk_sheets.desk_booking_sheets, name="desk_booking_sheets"),
    path(
        "desk/bookings/sheets/empty/<slug:book_sheet>.xlsx",
        desk_sheets.desk_booking_sheet_template,
        name="desk_booking_sheet_template",
    ),
    path("desk/bookings/sheets/<str:ticket>/", desk_sheets.desk_booking_sheet, name="desk_booking_sheet"),
    path(
        "desk/bookings/sheets/<str:ticket>/wrong.xlsx",
        desk_sheets.desk_booking_sheet_report,
        name="desk_booking_sheet_report",
    ),
    path(STATION, desk_setup.desk_booking_setup, name="desk_booking_setup"),
    path(f"{STATION}new/", desk_setup.desk_bookable_new, name="desk_bookable_new"),
    path(f"{STATION}day/", desk_day.desk_day, name="desk_day"),
    path(f"{STATION}day/paper/", desk_day.desk_day_paper, name="desk_day_paper"),
    path(f"{STATION}call/", desk_call.desk_booking_new, name="desk_booking_new"),
    path(f"{STATION}calls/", desk_calls.desk_calls, name="desk_calls"),
    path(f"{STATION}find/", desk_day.desk_booking_find, name="desk_booking_find"),
    path(f"{STATION}queue/", desk_queue.desk_queue, name="desk_queue"),
    path(f"{STATION}repeat/", desk_series.desk_booking_repeat, name="desk_booking_repeat"),
    path(f"{STATION}loans/", desk_loans.desk_loans, name="desk_loans"),
    path(f"{STATION}outside/", desk_outside.desk_outside, name="desk_outside"),
    path("queue/<int:bookable_id>/", queue.queue, name="queue"),
    path("queue/<int:bookable_id>/slip/", queue.queue_slip, name="queue_slip"),
    path("queue/<slug:slug>/screen/", queue.queue_screen, name="queue_screen"),
]
