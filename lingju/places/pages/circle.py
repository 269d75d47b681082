"""My ten minutes: which stations I reach, at whose pace, and where nobody reaches any."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from markupsafe import Markup

from lingju.kernel import clock
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.places import covering, maps, phrases, queries, ways
from lingju.places.catalogue import SERVICES
from lingju.places.covering import GapSeen, Wanted
from lingju.places.models import Service
from lingju.places.queries import Near
from lingju.places.services import seeking
from lingju.places.walking import Origin, Town, town

TEN = 10
GAP_WITHIN_M = 900.0


@dataclass(frozen=True, slots=True)
class Pace:
    """One choice of pace on a page."""

    code: str
    label: str
    icon: str


def paces() -> tuple[Pace, ...]:
    """Return the three paces in the page's words."""
    return (
        Pace("adult", _("平常走"), "footprints"),
        Pace("elder", _("慢慢走"), "hourglass"),
        Pace("wheel", _("不走台阶"), "accessibility"),
    )


def chosen_pace(request: Request) -> str:
    """Return the pace asked for; in 大字 mode the slow one unless another was asked for."""
    asked = request.GET.get("pace", "")
    if asked in ways.PACES:
        return asked
    return "elder" if request.display.is_elder else "adult"


@open_to(everyone)
def circle(request: Request) -> HttpResponse:
    """Show what is within ten minutes of where I am: the list first, the map beside it."""
    origin: Origin | None = request.origin
    pace = chosen_pace(request)
    service = Service.objects.filter(
        district=request.district, code=request.GET.get("service", ""), is_retired=False
    ).first()
    place = town(request.district)
    shown: dict[str, object] = {
        "origin": origin,
        "pace": pace,
        "paces": paces(),
        "service": service,
        "town": place,
        "map": None,
        "gap": None,
        "nears": [],
        "tells": (),
        "farther": [],
        "is_list": request.GET.get("view") == "list",
    }
    if origin is not None:
        shown |= from_here(request, place, origin, pace, service)
    return render(request, "places/circle.html", shown)


def from_here(
    request: Request, place: Town, origin: Origin, pace: str, service: Service | None
) -> dict[str, object]:
    """Return what the page shows to somebody who has said where they are."""
    code = service.code if service else None
    nears = queries.stations_near(request.district, origin, profile=pace, at=clock.now(), service=code)
    within = [near for near in nears if near.minutes is not None and near.minutes <= TEN]
    if service is not None and not within:
        seeking.no_service(request.district, service, origin, is_far=bool(nears))
    seen = covering.look(request.district, Wanted(pace=pace))
    return {
        "nears": within if service is None else sorted(within, key=lambda near: not near.open.is_open),
        "tells": SERVICES[code].facilities if code in SERVICES else (),
        "farther": [near for near in nears if near not in within][:3],
        "map": None if request.GET.get("view") == "list" else map_of(place, origin, pace, nears, seen.gaps),
        "gap": gap_near(place, seen, origin),
    }


def map_of(
    place: Town, origin: Origin, pace: str, nears: list[Near], gaps: tuple[GapSeen, ...]
) -> Markup | None:
    """Draw the circle; None where no streets are loaded."""
    if place.streets is None:
        return None
    land = ways.land_within(place, origin, pace)
    pins = []
    for near in nears:
        x, y = maps.metres(place, near.station.lon, near.station.lat)
        number = str(near.minutes) if near.minutes else "·"
        is_near = near.minutes is not None and near.minutes <= TEN
        pins.append(maps.Pin(x, y, number, phrases.short_name(near.station), is_near))
    return maps.circle_map(place, origin, land, pins, [seen.shape for seen in gaps])


def gap_near(place: Town, seen: covering.Covering, origin: Origin) -> GapSeen | None:
    """Return the gap worth telling somebody who lives here."""
    if place.streets is None:
        return None
    x, y = maps.metres(place, origin.lon, origin.lat)
    return covering.nearest_gap(seen, x, y, within_m=GAP_WITHIN_M)


@open_to(everyone)
def whole(request: Request) -> HttpResponse:
    """Show what the whole district reaches, to everybody: the same figures an officer sees."""
    pace = chosen_pace(request)
    seen = covering.look(request.district, Wanted(pace=pace))
    return render(
        request,
        "places/whole.html",
        {"seen": seen, "pace": pace, "paces": paces(), "map": cover_map(seen), "town": seen.town},
    )


def cover_map(seen: covering.Covering, tried: covering.Tried | None = None) -> Markup | None:
    """Draw the district; None where no streets are loaded."""
    place = seen.town
    if place.streets is None:
        return None
    stations = covering.station_marks(place)
    trial = (tried.x, tried.y, tried.land) if tried else None
    return maps.cover_map(place, seen.minutes, stations, [gap.shape for gap in seen.gaps], trial)
