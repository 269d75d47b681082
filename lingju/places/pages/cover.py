"""Coverage for officers: the share, the gaps with their reasons, a trial site, the figures as a sheet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lingju.circles.coverage import Share
from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import workbook
from lingju.kernel.errors import BadInput
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.kernel.sheets_out import OutColumn
from lingju.places import covering, ways
from lingju.places.covering import Covering, GapSeen, Tried, Wanted
from lingju.places.models import Service
from lingju.places.pages import circle
from lingju.places.rules import its_clerk

FAR_OFF_M = 20_000.0


@open_to(its_clerk)
def cover(request: Request) -> HttpResponse:
    """Open on the biggest gap; show what a trial site there would change."""
    wanted = asked(request)
    seen = covering.look(request.district, wanted)
    gap = chosen_gap(request, seen)
    tried = trial_of(request, seen, gap)
    return render(
        request,
        "places/cover.html",
        {
            "seen": seen,
            "wanted": wanted,
            "paces": circle.paces(),
            "gap": gap,
            "tried": tried,
            "suggestions": covering.suggestions(seen, gap) if gap and seen.town.streets else (),
            "services": Service.objects.filter(district=request.district, is_retired=False).order_by("name"),
            "map": circle.cover_map(seen, tried),
            "town": seen.town,
            "rows": rows_of(seen),
            "now": clock.now(),
        },
    )


@open_to(its_clerk)
def paper(request: Request) -> HttpResponse:
    """Show the figures, the gaps and the map as an A4 sheet to print, sign and put on the wall."""
    seen = covering.look(request.district, asked(request))
    shown = {"seen": seen, "rows": rows_of(seen), "map": circle.cover_map(seen), "now": clock.now()}
    return render(request, "places/cover_print.html", {**shown, "wanted": seen.wanted, "town": seen.town})


@open_to(its_clerk)
def sheet(request: Request) -> HttpResponse:
    """Hand out the gaps and the figures as a workbook."""
    seen = covering.look(request.district, asked(request))
    columns = [OutColumn(_("项目")), OutColumn(_("说明")), *(OutColumn(unit, "whole") for unit in _units())]
    rows: list[tuple[object, ...]] = [
        (label, _("%(n)d 分钟内") % {"n": minutes}, *numbers(households), *numbers(persons), *numbers(elders))
        for label, minutes, households, persons, elders in rows_of(seen)
    ]
    for gap in seen.gaps:
        name = _("缺口：%(name)s") % {"name": gap.name}
        counts = (gap.households, None, gap.persons, None, gap.elders, None)
        rows.append((name, f"{gap.how_far}；{gap.why}", *counts))
    book = sheets_out.xlsx(_("十分钟覆盖"), columns, rows, as_of=clock.now())
    return workbook(book, _("十分钟覆盖"))


def _units() -> tuple[str, ...]:
    return (_("户"), _("总户数"), _("人"), _("总人数"), _("60岁以上"), _("60岁以上总数"))


def numbers(share: Share) -> tuple[int, int]:
    """Return a share as its two numbers; a sheet computes the rest."""
    return share.covered, share.total


def asked(request: Request) -> Wanted:
    """Read the question from the address; what makes no sense is as if not asked."""
    known = Service.objects.filter(district=request.district, code=request.GET.get("service", ""))
    return Wanted(
        pace=request.GET["pace"] if request.GET.get("pace") in ways.PACES else "adult",
        service=known.values_list("code", flat=True).first() or "",
        open_at=clock.now() if request.GET.get("open") == "now" else None,
    )


def chosen_gap(request: Request, seen: Covering) -> GapSeen | None:
    """Return the gap asked for, else the biggest."""
    number = request.GET.get("gap", "1")
    by_number = {str(gap.number): gap for gap in seen.gaps}
    return by_number.get(number) or by_number.get("1")


def trial_of(request: Request, seen: Covering, gap: GapSeen | None) -> Tried | None:
    """Return the trial asked for by a point, else the best corner for the chosen gap."""
    if seen.town.streets is None:
        return None
    if "lon" in request.GET or "lat" in request.GET:
        return covering.try_at(seen, *point(request, seen))
    best = covering.suggestions(seen, gap) if gap else ()
    return covering.try_at(seen, best[0].lon, best[0].lat) if best else None


def point(request: Request, seen: Covering) -> tuple[float, float]:
    """Read a trial point in WGS-84 degrees; refuse what lies nowhere near the streets."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
        middle = seen.town.streets.net.metres(lon, lat) if seen.town.streets else (0.0, 0.0)
        is_near = max(abs(float(middle[0])), abs(float(middle[1]))) < FAR_OFF_M
    except (KeyError, ValueError, OverflowError):
        is_near = False
    if not is_near:
        raise BadInput(_("试放的位置不在本区的路网上，请在图上点，或填写 WGS-84 经纬度。"))
    return lon, lat


def rows_of(seen: Covering) -> list[tuple[str, int, Share, Share, Share]]:
    """Return the table behind the figures: pace, minutes, households, persons, elders."""
    names = {pace.code: pace.label for pace in circle.paces()}
    elders = [index for index, band in enumerate(seen.figures.bands) if band.is_elder]
    rows = []
    for profile in seen.figures.profiles:
        for reach in profile.reach:
            aged = sum((reach.by_band[index] for index in elders), Share(0, 0))
            minutes = reach.limit_s // 60
            rows.append((names[profile.profile], minutes, reach.households, reach.persons, aged))
    return rows
