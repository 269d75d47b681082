"""The desk's page of exchange: slips and orders in, results out; what is refused comes back row by row."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.asking import workbook
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.forms.machines import SheetForm
from lingju.needs.imports import results, sheets
from lingju.needs.pages import exchange_slips
from lingju.needs.rules import edits_the_loop, works_at_a_desk
from lingju.places.imports.at_desk import SheetDesk

DESK = SheetDesk(
    sheets,
    home="desk_exchange",
    one="desk_exchange_sheet",
    report="desk_exchange_report",
    after=exchange_slips.next_step,
)


@open_to(works_at_a_desk)
def desk_exchange(request: Request) -> HttpResponse:
    """Take a sheet and go on to what it would do; offer templates and results."""
    form = SheetForm(request.POST or None, request.FILES or None)
    may_keep_keys = edits_the_loop.allows(request.actor)
    shown = {"form": form, "kinds": DESK.kinds, "may_keep_keys": may_keep_keys}
    return DESK.taken(request, form) or render(
        request, "needs/machine_exchange.html", shown, status=422 if form.errors else 200
    )


@open_to(works_at_a_desk)
def desk_exchange_sheet(request: Request, ticket: str) -> HttpResponse:
    """Show what a sheet would do; confirmed, do it and show what became of it."""
    return DESK.shown(request, ticket)


@open_to(works_at_a_desk)
def desk_exchange_report(request: Request, ticket: str) -> HttpResponse:
    """Hand out the sheet as it was given, with 哪里不对 behind what was refused."""
    return DESK.reported(request, ticket)


@open_to(works_at_a_desk)
def desk_exchange_template(request: Request, sheet: str) -> HttpResponse:
    """Hand out an empty sheet to fill in."""
    return DESK.template(sheet)


@open_to(works_at_a_desk)
def desk_exchange_results(request: Request) -> HttpResponse:
    """Hand out what came of the orders of one's own desks."""
    content = results.workbook(request.district, actor=request.actor)
    return workbook(content, _("工单回单 %(day)s") % {"day": clock.today()})
