"""Sheets about what can be booked: the books of a reading corner, looked at, confirmed, taken in."""

from django.http import HttpResponse
from django.shortcuts import render

from lingju.bookings.forms.sheets import SheetForm
from lingju.bookings.imports import sheets
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places.imports.at_desk import SheetDesk
from lingju.places.rules import its_clerk

DESK = SheetDesk(
    sheets, home="desk_booking_sheets", one="desk_booking_sheet", report="desk_booking_sheet_report"
)


@open_to(its_clerk)
def desk_booking_sheets(request: Request) -> HttpResponse:
    """Take a sheet of books and go on to what it would do."""
    form = SheetForm(request.POST or None, request.FILES or None)
    shown = {"form": form, "kinds": DESK.kinds}
    return DESK.taken(request, form) or render(
        request, "bookings/desk_sheets.html", shown, status=422 if form.errors else 200
    )


@open_to(its_clerk)
def desk_booking_sheet(request: Request, ticket: str) -> HttpResponse:
    """Show what a sheet would do; confirmed, do it and show what became of it."""
    return DESK.shown(request, ticket)


@open_to(its_clerk)
def desk_booking_sheet_report(request: Request, ticket: str) -> HttpResponse:
    """Hand out the sheet as it was given, with 哪里不对 behind what was refused."""
    return DESK.reported(request, ticket)


@open_to(its_clerk)
def desk_booking_sheet_template(request: Request, book_sheet: str) -> HttpResponse:
    """Hand out an empty sheet to fill in."""
    return DESK.template(book_sheet)
