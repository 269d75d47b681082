"""The rota handed out: as a sheet, a workbook, a calendar, and as a letter to each unit."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lingju.cobuilding.models import DaySeries, Duty, Enrolment
from lingju.cobuilding.pages.turns import role_said
from lingju.cobuilding.queries import turns as queries
from lingju.cobuilding.queries import turns_letters as letters
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import turns_feed, unit_links
from lingju.kernel import clock, ical, ical_answers, sheets_out
from lingju.kernel.asking import workbook
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.factors import qr

PRODUCT = "rota"


def _series(request: Request) -> DaySeries:
    found = queries.named(queries.series_of(request.actor), request.GET.get("of", ""))
    if found is None:
        raise NotThere(_("这里还没有共建日，没有轮值表。"))
    return found


def _calendar(request: Request) -> tuple[DaySeries, int, queries.Calendar]:
    series = _series(request)
    year = queries.year_said(series, queries.years_of(series), request.GET.get("year", ""))
    role = role_said(queries.roles_of(series), request.GET.get("role", ""))
    return series, year, queries.of_year(series, year, request.actor, role)


def _title(series: DaySeries, year: int) -> str:
    words = {"year": year, "area": series.area.short_name, "name": series.name}
    return _("%(year)d年%(area)s%(name)s轮值表") % words


@open_to(carries_it_out)
@require_safe
@never_cache
def desk_turns_sheet(request: Request) -> HttpResponse:
    """Show the rota of a year as a sheet to print."""
    series, year, calendar = _calendar(request)
    shown = {
        "series": series,
        "title": _title(series, year),
        "calendar": calendar,
        "back": f"{reverse('desk_turns')}?of={series.pk}&year={year}",
    }
    return render(request, "cobuilding/desk_turns_sheet.html", shown)


@open_to(carries_it_out)
@require_safe
def desk_turns_book(request: Request) -> HttpResponse:
    """Hand the rota of a year out as a workbook."""
    series, year, calendar = _calendar(request)
    title = _title(series, year)
    content = sheets_out.xlsx(title, queries.columns(), queries.rows(calendar), as_of=clock.now())
    return workbook(content, title)


@open_to(carries_it_out)
@require_safe
@never_cache
def desk_turns_ics(request: Request) -> HttpResponse:
    """Hand the days of a year out as a calendar: one entry a day, with who comes to which community."""
    series, year, calendar = _calendar(request)
    return _ics(queries.happenings(calendar, series), _title(series, year), "attachment")


@open_to(everyone)
@require_safe
@never_cache
def desk_turns_feed(request: Request, rota_token: str) -> HttpResponse:
    """Hand the days since last quarter out to whoever has the address; taken back, it is not there."""
    series, actor = turns_feed.opened(request.district, rota_token)
    calendar = queries.since(series, clock.today() - ical.KEPT, actor)
    words = {"area": series.area.short_name, "name": series.name}
    name = _("%(area)s%(name)s轮值表") % words
    return _ics(queries.happenings(calendar, series), name, "inline")


def _ics(rows: list[ical.Happening], name: str, how: str) -> HttpResponse:
    return ical_answers.file_of(ical.calendar_of(rows, name=name, product=PRODUCT), "rota.ics", how)


@open_to(leads_it)
@require_safe
@never_cache
def desk_turns_letters(request: Request) -> HttpResponse:
    """Show the letters to all units that have a turn ahead, a page each, without their links."""
    series = _series(request)
    return _letters(request, series, queries.turns_ahead(series))


@open_to(leads_it)
@never_cache
def desk_turns_letter(request: Request, unit_id: int) -> HttpResponse:
    """Show the letter to one unit; a press makes its link, which stands on the letter this once."""
    series = _series(request)
    found = {unit: held for unit, held in queries.turns_ahead(series).items() if unit.pk == unit_id}
    if not found:
        raise NotThere(_("这家单位往后没有轮值，不用发告知函。"))
    if request.method != "POST":
        return _letters(request, series, found, is_one=True)
    (unit,) = found
    made = unit_links.make(unit, key=request.POST.get("key", ""), actor=request.actor)
    address = request.build_absolute_uri(reverse("unit_door", args=[made.secret]))
    return _letters(request, series, found, address=address, is_one=True)


def _letters(
    request: Request,
    series: DaySeries,
    ahead: dict[Enrolment, list[Duty]],
    *,
    address: str = "",
    is_one: bool = False,
) -> HttpResponse:
    shown: dict[str, Any] = {
        "series": series,
        "letters": letters.letters(ahead),
        "hotline": series.district.hotline,
        "address": address,
        "picture": qr(address) if address else "",
        "is_one": is_one,
        "key": secrets.token_urlsafe(16),
        "of": f"?of={series.pk}",
    }
    return render(request, "cobuilding/desk_turns_letters.html", shown)
