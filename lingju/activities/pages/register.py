"""The register of trainings at the desk: looked at, printed, handed out as a sheet; and sheets taken in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lingju.activities.forms.sheets import SheetForm
from lingju.activities.imports import sheets
from lingju.activities.queries import register as queries
from lingju.activities.queries.register import Wanted
from lingju.activities.rules import works_at_it
from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import workbook
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places.imports.at_desk import SheetDesk
from lingju.places.rules import its_clerk

DESK = SheetDesk(
    sheets, home="desk_activity_sheets", one="desk_activity_sheet", report="desk_activity_sheet_report"
)


@open_to(works_at_it)
def desk_register(request: Request) -> HttpResponse:
    """Show the register of what was held, put together as asked for."""
    wanted = Wanted.of(request.GET)
    shown = {
        "found": queries.register(request.actor, wanted),
        "ways": queries.BY,
        "stations": queries.stations(request.actor),
        "topics": queries.topics(request.actor),
        "query": urlencode(wanted.query),
        "links": [
            (words, f"?{urlencode({**wanted.query, 'by': by})}", by == wanted.by)
            for by, words in queries.BY.items()
        ],
    }
    return render(request, "activities/register.html", shown)


def _title(wanted: Wanted) -> str:
    named = _("培训台账") if wanted.trainings else _("活动台账")
    return f"{named} {wanted.since:%Y-%m}–{wanted.until:%Y-%m}"


@open_to(works_at_it)
def desk_register_sheet(request: Request) -> HttpResponse:
    """Hand the register out as a workbook."""
    wanted = Wanted.of(request.GET)
    columns, rows = queries.sheet(queries.register(request.actor, wanted))
    note = _("人次是来了多少次，人数是认得出的不同的人，两个数不相加")
    book = sheets_out.xlsx(_title(wanted), columns, rows, as_of=clock.now(), note=note)
    return workbook(book, _title(wanted))


@open_to(works_at_it)
def desk_register_csv(request: Request) -> HttpResponse:
    """Hand the register out as a CSV file."""
    columns, rows = queries.sheet(queries.register(request.actor, Wanted.of(request.GET)))
    response = HttpResponse(sheets_out.csv_bytes(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="register.csv"'
    return response


@open_to(its_clerk)
def desk_activity_sheets(request: Request) -> HttpResponse:
    """Take a sheet of head counts or of arrivals and go on to what it would do."""
    form = SheetForm(request.POST or None, request.FILES or None)
    return DESK.taken(request, form) or render(
        request,
        "activities/desk_sheets.html",
        {"form": form, "kinds": DESK.kinds},
        status=422 if form.errors else 200,
    )


@open_to(its_clerk)
def desk_activity_sheet(request: Request, ticket: str) -> HttpResponse:
    """Show what a sheet would do; confirmed, do it and show what became of it."""
    return DESK.shown(request, ticket)


@open_to(its_clerk)
def desk_activity_sheet_report(request: Request, ticket: str) -> HttpResponse:
    """Hand out the sheet as it was given, with 哪里不对 behind what was refused."""
    return DESK.reported(request, ticket)


@open_to(its_clerk)
def desk_activity_sheet_template(request: Request, list_name: str) -> HttpResponse:
    """Hand out an empty sheet to fill in."""
    return DESK.template(list_name)
