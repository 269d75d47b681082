"""The desk's pages about sheets: send one, look at what it would do, confirm, fetch what was refused."""

from django.http import HttpResponse
from django.shortcuts import render

from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places.forms.daily import UploadForm
from lingju.places.imports import sheets
from lingju.places.imports.at_desk import SheetDesk
from lingju.places.rules import its_clerk

DESK = SheetDesk(sheets, home="desk_imports", one="desk_import", report="desk_import_report")


@open_to(its_clerk)
def desk_imports(request: Request) -> HttpResponse:
    """Take a sheet and go on to what it would do; offer templates and exports."""
    form = UploadForm(request.POST or None, request.FILES or None)
    shown = {"form": form, "kinds": DESK.kinds}
    return DESK.taken(request, form) or render(
        request, "places/desk_imports.html", shown, status=422 if form.errors else 200
    )


@open_to(its_clerk)
def desk_import(request: Request, ticket: str) -> HttpResponse:
    """Show what a sheet would do; confirmed, do it and show what became of it."""
    return DESK.shown(request, ticket)


@open_to(its_clerk)
def desk_import_report(request: Request, ticket: str) -> HttpResponse:
    """Hand out the sheet as it was given, with 哪里不对 behind what was refused."""
    return DESK.reported(request, ticket)


@open_to(its_clerk)
def desk_import_template(request: Request, sheet: str) -> HttpResponse:
    """Hand out an empty sheet to fill in."""
    return DESK.template(sheet)
