"""The co-building day for everybody: the coming one, any of them, all past ones, and a calendar."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lingju.activities import phrases
from lingju.cobuilding.models import Cycle, DaySeries
from lingju.cobuilding.phrases import rule_words
from lingju.cobuilding.queries import public as queries
from lingju.cobuilding.queries import public_feed as feed
from lingju.kernel import clock, ical
from lingju.kernel.errors import NotThere
from lingju.kernel.ical_answers import answered, public, webcal
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.places.jsonld import script

PRODUCT = "days"


@open_to(everyone)
def coday(request: Request) -> HttpResponse:
    """Show the next co-building day of a street, or honestly that there is none yet."""
    found, series = _series(request)
    ahead = queries.coming(series) if series is not None else []
    off = [one for one in ahead if one.state == Cycle.State.CANCELLED]
    cycle = next((one for one in ahead if one not in off), None)
    shown = {"off": off, "is_next": True, "past": False, **_told(request, found, series)}
    shown["unknown_year"] = queries.unknown_year(series) if series is not None and cycle is None else None
    return render(request, "cobuilding/day.html", shown | _day(request, cycle))


@open_to(everyone)
def coday_one(request: Request, day_number: int) -> HttpResponse:
    """Show one co-building day, a coming one or one that was."""
    found, series = _series(request)
    cycle = queries.cycle_numbered(series, day_number)
    is_over = cycle.date is not None and cycle.date < clock.today()
    shown = {"off": [], "is_next": False, "past": is_over, "unknown_year": None}
    told = _told(request, found, series)
    return render(request, "cobuilding/day.html", {**shown, **told, **_day(request, cycle)})


@open_to(everyone)
def coday_past(request: Request) -> HttpResponse:
    """List every co-building day since the first, by year."""
    found, series = _series(request)
    years = queries.past(series) if series is not None else []
    told = _told(request, found, series, here="coday_past")
    return render(request, "cobuilding/day_past.html", {"years": years, **told})


@open_to(everyone)
@require_safe
def coday_ics(request: Request) -> HttpResponse:
    """Hand the announced days out as a calendar: of one street where it is named, else of all of them."""
    said = request.GET.get("of", "")
    series = next((one for one in queries.series_in(request.district) if str(one.pk) == said), None)
    if said and series is None:
        raise NotThere(_("没有这个共建日，日历地址可能抄错了。请从共建日的页面重新订阅。"))
    cycles = feed.calendar(request.district, series)
    changed = feed.changed_at(cycles)
    told = [feed.happening(one, _address(request, one), changed.get(one.pk)) for one in cycles]
    name = (
        series.name if series is not None else _("%(district)s共建日") % {"district": request.district.name}
    )
    words = _("哪一天、几点到几点，不含任何人的信息。取消的会留 90 天。")

    def draw() -> bytes:
        return ical.calendar_of(told, name=name, product=PRODUCT, words=words)

    return public(answered(request, (name, told), draw), "days.ics")


def _series(request: Request) -> tuple[list[DaySeries], DaySeries | None]:
    """Return every series, and the one that is asked for: by its address, or by where somebody lives."""
    found = queries.series_in(request.district)
    stem = queries.stem_of(request.origin) if len(found) > 1 else ""
    return found, queries.chosen(found, request.GET.get("of", "")[:20], stem)


def _told(
    request: Request, found: list[DaySeries], series: DaySeries | None, here: str = "coday"
) -> dict[str, Any]:
    """Return what every page of the day shows: its street, the other streets, its calendar."""
    of = f"?of={series.pk}" if series is not None and len(found) > 1 else ""
    calendar = request.build_absolute_uri(reverse("coday_ics") + of)
    several = [(one.area.short_name, f"{reverse(here)}?of={one.pk}", one == series) for one in found]
    return {
        "series": series,
        "of": of,
        "streets": several if len(several) > 1 else [],
        "rule": rule_words(series) if series is not None else "",
        "feed": calendar,
        "opens": webcal(calendar),
    }


def _day(request: Request, cycle: Cycle | None) -> dict[str, Any]:
    """Return what one day brings; empty where there is none."""
    if cycle is None:
        none: dict[str, Any] = {"cycle": None, "places": [], "others": [], "needs": [], "figures": None}
        return none | {"starts": None, "ends": None, "words": phrases, "linked": "", "is_told": False}
    places = queries.places(cycle, request.origin, queries.stem_of(request.origin))
    starts, ends = cycle.hours
    return {
        "cycle": cycle,
        "starts": starts,
        "ends": ends,
        "days": (cycle.date - clock.today()).days if cycle.date is not None else None,
        "is_told": cycle.state in queries.TOLD or bool(places),
        "places": places,
        "others": queries.others(cycle),
        "needs": queries.needs(cycle),
        "figures": queries.figures(cycle),
        "words": phrases,
        "linked": script(feed.linked(cycle, _address(request, cycle))),
    }


def _address(request: Request, cycle: Cycle) -> str:
    page = reverse("coday_one", args=[cycle.number])
    return request.build_absolute_uri(f"{page}?of={cycle.series_id}")
