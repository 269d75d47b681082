"""What OpenStreetMap's tags mean to somebody on foot: which ways carry walkers, and what stands in theirs.

Rules follow the OSM wiki (Key:access, Key:foot, Key:highway, Key:barrier, Key:crossing) and its access
hierarchy: `foot` beats `access`, a highway's class decides where neither speaks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag

from lingju.circles.network import Area, Kind, Line, Road

Get = Callable[[str], str | None]

# Keys that a way must have to interest us; the reader drops other ways before Python sees them.
WAY_KEYS = ("highway", "railway", "waterway", "barrier", "natural", "leisure", "landuse", "amenity", "place")
NODE_KEYS = ("highway", "barrier", "crossing", "kerb")

_ROADS = {
    **dict.fromkeys(
        ("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"), Road.ARTERY
    ),
    **dict.fromkeys(("secondary", "secondary_link", "tertiary", "tertiary_link"), Road.SECONDARY),
    **dict.fromkeys(("residential", "living_street", "unclassified", "road", "service"), Road.MINOR),
    **dict.fromkeys(("pedestrian", "footway", "path", "steps", "track", "corridor", "platform"), Road.PATH),
    **dict.fromkeys(("cycleway", "bridleway", "busway", "ladder", "crossing", "elevator"), Road.PATH),
}
_FOOT = frozenset({"pedestrian", "footway", "path", "steps", "corridor", "platform", "ladder", "crossing"})
_ONLY_WHEN_ASKED = frozenset({"motorway", "motorway_link", "cycleway", "bridleway", "busway"})
_WELCOME = frozenset({"yes", "designated", "permissive", "official", "destination", "customers"})
_FORBIDDEN = frozenset({"no", "use_sidepath"})
_STRANGERS_KEPT_OUT = frozenset({"private", "residents", "permit", "military"})
_ROUGH = frozenset({"very_bad", "horrible", "very_horrible", "impassable"})
_NO_SERVICE = frozenset({"drive-through"})

_SHUT = frozenset({"wall", "fence", "city_wall", "retaining_wall", "hedge", "wire_fence"})
_NARROW = frozenset(
    {"kissing_gate", "stile", "turnstile", "full-height_turnstile", "horse_stile", "hampshire_gate"}
    | {"cycle_barrier", "motorcycle_barrier", "step", "log", "debris", "jersey_barrier"}
)

_RAILS = frozenset({"rail", "light_rail", "subway", "narrow_gauge"})
_WATERS = frozenset({"river", "canal"})
_WALLS = frozenset({"wall", "fence", "city_wall", "retaining_wall", "hedge", "guard_rail"})
_FAST = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})

_AREAS = {
    "leisure": {
        **dict.fromkeys(("park", "garden", "nature_reserve", "playground", "common"), Area.PARK),
        **dict.fromkeys(("pitch", "track", "golf_course", "stadium"), Area.FIELD),
    },
    "natural": {"water": Area.WATER, "wood": Area.PARK, "scrub": Area.PARK, "grassland": Area.FIELD},
    "landuse": {
        **dict.fromkeys(("reservoir", "basin"), Area.WATER),
        **dict.fromkeys(("forest", "grass", "village_green", "recreation_ground"), Area.PARK),
        **dict.fromkeys(("industrial", "construction", "quarry", "railway"), Area.WORKS),
        **dict.fromkeys(("farmland", "meadow", "orchard", "allotments"), Area.FIELD),
    },
    "waterway": {"riverbank": Area.WATER, "dock": Area.WATER},
    "amenity": dict.fromkeys(("school", "kindergarten", "college", "university"), Area.SCHOOL),
    "place": {"square": Area.PLAZA},
}


# Plain numbers: an IntFlag joins bits twenty times slower, which tells on a million ways.
_STEPS, _CROSSING, _NO_WHEELS, _GATED = (int(kind) for kind in Kind)


class Spot(IntFlag):
    """What a node on a walkable way does to those who pass."""

    LIGHTS = 1  # traffic signals for everybody
    CROSSING_LIGHTS = 2  # signals of a crossing
    SHUT = 4  # strangers cannot pass
    NO_WHEELS = 8


@dataclass(frozen=True, slots=True)
class Walk:
    """How a walkable way carries walkers. `lights`: a signalled crossing; `foot`: made for walkers."""

    kind: int
    road: int
    lights: bool
    foot: bool


def walk_of(get: Get) -> Walk | None:
    """Return how walkers use a way, or None when they do not."""
    highway = get("highway")
    if highway is None or highway not in _ROADS or not _open_to_feet(highway, get):
        return None
    foot = highway in _FOOT
    crossing = highway == "crossing" or (
        foot and "crossing" in (get("footway"), get("path"), get("cycleway"), get("pedestrian"))
    )
    kind = (_CROSSING if crossing else 0) | _obstacles(highway, get)
    if _keeps_strangers_out(get):
        kind |= _GATED
    return Walk(kind, _ROADS[highway], crossing and _signalled(get), foot)


def line_of(get: Get) -> Line | None:
    """Return the barrier that an unwalkable way is, or None. Tunnels and bridges bar nobody."""
    if (get("tunnel") or "no") != "no" or (get("bridge") or "no") != "no":
        return None
    if get("railway") in _RAILS:
        return Line.RAIL
    if get("waterway") in _WATERS:
        return Line.WATER
    if get("barrier") in _WALLS:
        return Line.WALL
    return Line.MOTORWAY if get("highway") in _FAST else None


def area_of(get: Get) -> Area | None:
    """Return what a closed way or a multipolygon shows on the map, or None."""
    for key, meanings in _AREAS.items():
        value = get(key)
        if value is not None and value in meanings:
            return meanings[value]
    if get("highway") in _FOOT:
        return Area.PLAZA if get("area") == "yes" else None
    return Area.BUILDING if (get("building") or "no") != "no" else None


def spot_of(get: Get) -> Spot:
    """Return what a node does to those who walk through it; 0 for nothing."""
    spot = Spot(0)
    highway, barrier = get("highway"), get("barrier")
    if highway == "traffic_signals":
        spot |= Spot.LIGHTS
    elif highway == "crossing" and _signalled(get):
        spot |= Spot.CROSSING_LIGHTS
    if barrier in _SHUT or (barrier is not None and _keeps_out(get)):
        spot |= Spot.SHUT
    if barrier in _NARROW or get("kerb") == "raised" or get("wheelchair") == "no":
        spot |= Spot.NO_WHEELS
    return spot


def _open_to_feet(highway: str, get: Get) -> bool:
    foot, access = get("foot"), get("access")
    if foot is not None:
        return foot not in _FORBIDDEN
    if access == "no" or highway in _ONLY_WHEN_ASKED or get("motorroad") == "yes":
        return False
    if highway.startswith("trunk") and get("sidewalk") == "no":
        return False
    return get("service") not in _NO_SERVICE


def _obstacles(highway: str, get: Get) -> int:
    """Return steps and what stops wheels. Steps with a ramp for wheelchairs are a way for all."""
    if highway in ("steps", "ladder"):
        ramped = get("ramp:wheelchair") == "yes" or get("wheelchair") == "yes"
        return 0 if ramped else _STEPS
    if get("wheelchair") == "no" or get("smoothness") in _ROUGH:
        return _NO_WHEELS
    return 0


def _keeps_strangers_out(get: Get) -> bool:
    foot = get("foot")
    return (foot if foot is not None else get("access")) in _STRANGERS_KEPT_OUT


def _keeps_out(get: Get) -> bool:
    """Say whether a barrier on a node is shut to strangers; an open word for feet wins."""
    foot, access = get("foot"), get("access")
    if foot is not None:
        return foot not in _WELCOME
    return access == "no" or access in _STRANGERS_KEPT_OUT or get("locked") == "yes"


def _signalled(get: Get) -> bool:
    return get("crossing") == "traffic_signals" or get("crossing:signals") == "yes"
