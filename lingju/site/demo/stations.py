"""Stations put up beside compound gates, each with a door on the street and a sentence that leads there."""

import math
from dataclasses import dataclass
from typing import Final

from shapely.ops import nearest_points

from lingju.site.demo import facts, sites
from lingju.site.demo.areas import COMMUNITY_NAMES
from lingju.site.demo.blocks import Plot
from lingju.site.demo.compounds import Court, Opening, compass
from lingju.site.demo.model import Door, Station
from lingju.site.demo.plane import XY, degrees, dice, on_grid
from lingju.site.demo.sites import Site
from lingju.site.demo.streets import Way

_ORDINALS: Final = "一二三四五六"
_SIGNS: Final = (
    "门口挂着两盏灯。",
    "门前有一棵槐树。",
    "红色门头就是。",
    "门口有一条长椅。",
    "窗上贴着红灯笼。",
)


@dataclass(frozen=True, slots=True)
class _Place:
    compound: str | None
    at: XY
    street: str
    beside: str  # what the address names besides the street
    walk: str  # how one gets there, without the sign at the door


def stations(plots: list[Plot], courts: list[Court], streets: list[Way], seed: int) -> tuple[Station, ...]:
    """Put up every site of the list; the n-th of a community is its 示例 n."""
    named = [
        way for way in streets if way.name and way.cls != "footway" and not way.bridge and not way.tunnel
    ]
    counts = dict.fromkeys(COMMUNITY_NAMES, 0)
    told = []
    for site in sites.HAPPINESS:
        counts[site.community] += 1
        formal = f"{COMMUNITY_NAMES[site.community]}幸福驿站(示例{_ORDINALS[counts[site.community] - 1]})"
        told.append(_told(site, "happiness", f"{site.name}幸福驿站", formal, _by_gate(site, courts), seed))
    for site in sites.WARM:
        name = f"{site.name}驿站"
        told.append(_told(site, "warm", name, f"{name}(示例)", _by_gate(site, courts), seed))
    for site, kind, use in ((sites.CENTRE, "service_centre", "civic"), (sites.HUT, "smart_hut", "plaza")):
        told.append(
            _told(site, kind, site.name, f"{site.name}(示例)", _on_plot(site, use, plots, named), seed)
        )
    return tuple(told)


def _told(site: Site, kind: str, name: str, formal: str, place: _Place, seed: int) -> Station:
    rng = dice(seed, "station", site.slug)
    facilities = facts.facilities_for(kind, site, rng)
    step_free = kind != "happiness" or rng.random() < 0.8
    order = [*sites.HAPPINESS, *sites.WARM, sites.CENTRE, sites.HUT].index(site)
    where = degrees(*place.at)
    return Station(
        code=f"{site.community}-Z{order + 1:02d}",
        slug=site.slug,
        name=name,
        formal_name=formal,
        kind=kind,
        community=site.community,
        compound=place.compound,
        at=where,
        doors=(Door("正门", where, step_free),),
        address=f"韩店街道{place.street}{rng.randrange(2, 180)}号，{place.beside}",
        directions=place.walk + rng.choice(_SIGNS),
        area_m2=site.area_m2,
        capacity=site.area_m2 // 2,
        has_low_counter=step_free and (kind == "service_centre" or rng.random() < 0.5),
        opened=site.opened,
        phone=f"0355-0000{order + 1:03d}",
        hours=facts.HOURS[site.hours],
        services=facts.services_for(kind, site, facilities, rng),
        facilities=facilities,
        spaces=facts.spaces_for(kind, site.area_m2),
        audiences=facts.audiences_for(kind, site.warm, rng),
    )


def _by_gate(site: Site, courts: list[Court]) -> _Place:
    """Find a room in the wall beside the gate nearest to the wanted spot, within the site's community."""
    gates = [
        (court, gate) for court in courts if court.community == site.community for gate in court.openings
    ]
    away = 16.0 + site.area_m2 % 32  # metres between gate and door: as the rooms happened to lie
    rooms = [(court, gate, _room(gate, away)) for court, gate in gates if gate.street_name]
    found = [(math.dist(gate.at, site.spot), court, gate, room) for court, gate, room in rooms if room]
    _, court, gate, room = min(found, key=lambda item: item[0])
    name, way = _gate_name(court, gate), compass(gate.at, room)
    walk = f"出{court.name}{name}往{way}{_steps(math.dist(gate.at, room))}"
    return _Place(court.code, room, gate.street_name, f"{court.name}{name}{way}侧", walk)


def _room(gate: Opening, away: float) -> XY | None:
    """Return the door of a ground-floor room some way along the wall from the gate, on the same street."""
    fit = [spot for spot in gate.front if 14 < math.dist(spot, gate.at) < 55]
    return on_grid(*min(fit, key=lambda spot: abs(math.dist(spot, gate.at) - away))) if fit else None


def _steps(metres: float) -> str:
    return "走几步，" if metres < 25 else f"走约{round(metres, -1):.0f}米，"


def _gate_name(court: Court, gate: Opening) -> str:
    same = [other for other in court.openings if other.side == gate.side]
    return f"{gate.side}门" if same[0] is gate else f"{gate.side}{same.index(gate) + 1}门"


def _on_plot(site: Site, use: str, plots: list[Plot], named: list[Way]) -> _Place:
    """Stand at the edge of a plaza or office ground, towards the nearest street with a name."""
    plot = min((p for p in plots if p.use == use), key=lambda p: math.dist(p.centre, site.spot))
    street = min(named, key=lambda way: way.line.distance(plot.shape))
    spot = nearest_points(plot.shape.exterior, nearest_points(street.line, plot.shape.centroid)[0])[0]
    side = compass(plot.centre, (spot.x, spot.y))
    walk = f"沿{street.name}走到{plot.name}，在{side}侧，"
    return _Place(None, on_grid(spot.x, spot.y), street.name, f"{plot.name}{side}侧", walk)
