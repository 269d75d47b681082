"""The register of markets 市集台账 at the desk: looked at, printed, handed out as a workbook."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import workbook
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.market.queries import register as queries
from lingju.market.queries.register import Wanted
from lingju.market.rules import works_at_it


@open_to(works_at_it)
def desk_market_register(request: Request) -> HttpResponse:
    """Show the markets that were held, with what each came to."""
    wanted = Wanted.of(request.GET)
    shown = {
        "lines": queries.lines(request.actor, wanted),
        "wanted": wanted,
        "query": urlencode(wanted.query),
    }
    return render(request, "market/register.html", shown)


@open_to(works_at_it)
def desk_market_register_sheet(request: Request) -> HttpResponse:
    """Hand the register out as a workbook, a row for every stall."""
    wanted = Wanted.of(request.GET)
    columns, rows = queries.sheet(queries.lines(request.actor, wanted))
    title = f"{_('市集台账')} {wanted.since:%Y-%m}–{wanted.until:%Y-%m}"
    note = _("人次是来了多少次，同一位去三个摊位算三次")
    return workbook(sheets_out.xlsx(title, columns, rows, as_of=clock.now(), note=note), title)
