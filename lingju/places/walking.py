"""Rows become arrays: a district's streets, doors and time tables in memory, and what one asks of them.

    town(district)                 everything below, kept until the district's layout version changes
      ├── streets                  the network in use, or None: then straight lines, always labelled
      ├── homes, stations          which row stands at which place of the arrays
      └── pace("elder")            doors, weights and the home-station time table of one profile

A building in a gated compound has its compound's gates for doors: the way leads from the house to each
open gate, and from there along the streets. A closed gate, or one with steps when the pace is a
wheelchair's, is no door. Nothing here writes.
"""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from lingju.circles.arrays import F8, I8, Bool
from lingju.circles.ball import Approach, approach
from lingju.circles.coverage import Coverage, coverage
from lingju.circles.doors import Doors, Snapper
from lingju.circles.network import UNREACHED, Network
from lingju.circles.obstacles import Obstacles, obstacles_of
from lingju.circles.paces import Pace, set_pace
from lingju.circles.plane import Plane
from lingju.circles.population import Band, Population, population_of
from lingju.circles.profiles import PROFILES, Profile
from lingju.circles.shapes import Shapes, shapes_of
from lingju.circles.straight import straight_metres, straight_table
from lingju.circles.table import TABLE_S, TimeTable
from lingju.circles.weights import closed_by_compounds, edge_weights
from lingju.places import hours
from lingju.places.calendars import day_classes
from lingju.places.models import (
    Building,
    Compound,
    District,
    Gate,
    OpeningSpan,
    Station,
    StationDoor,
    StreetNetwork,
)
from lingju.places.models.homes import BANDS

# A child walks with an adult; from sixty on the elder pace counts (sources: profiles.toml).
AGES = (
    Band("0_14", "0至14岁", "adult"),
    Band("15_59", "15至59岁", "adult"),
    Band("60_79", "60至79岁", "elder", is_elder=True),
    Band("80_up", "80岁及以上", "elder", is_elder=True),
)
# Inside a compound one walks around flower beds and houses: the straight line from the house to its gate
# is lengthened by this factor, less than between streets because yards are open.
YARD_DETOUR = 1.2
KEPT_TOWNS = 6
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where somebody starts: WGS-84 degrees, what to call it, and the compound if it is one."""

    lon: float
    lat: float
    label: str
    compound_id: int | None = None


@dataclass(frozen=True, slots=True)
class GateAt:
    """A gate that people can pass now."""

    lon: float
    lat: float
    is_step_free: bool


@dataclass(frozen=True, slots=True)
class Homes:
    """The buildings: ids, positions (degrees), compounds, people."""

    ids: I8
    lon: F8
    lat: F8
    compounds: tuple[int | None, ...]
    areas: tuple[str, ...]
    rings: tuple[list[list[float]] | None, ...]
    people: Population


@dataclass(frozen=True, slots=True)
class Stops:
    """The stations that take visitors: ids in order of the arrays, and their doors."""

    ids: tuple[int, ...]
    lon: F8
    lat: F8
    doors: tuple[tuple[tuple[float, float, bool], ...], ...]

    def place(self, station_id: int) -> int | None:
        """Return where a station stands in the arrays, or None if it takes no visitors."""
        return self.ids.index(station_id) if station_id in self.ids else None


@dataclass(frozen=True, slots=True)
class Streets:
    """The network in use with what is derived from it once."""

    net: Network
    shapes: Shapes
    obstacles: Obstacles
    closed: Bool
    row: StreetNetwork


@dataclass
class Town:
    """A district's walking geography, frozen at one layout version."""

    district: District
    streets: Streets | None
    homes: Homes
    stops: Stops
    gates: dict[int, tuple[GateAt, ...]]
    rings: dict[int, F8]
    _derived: dict[str, Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` made when it was first asked for; it lives as long as the town."""
        with self._lock:
            if name not in self._derived:
                self._derived[name] = make()
            found: T = self._derived[name]
            return found

    @property
    def is_straight(self) -> bool:
        """Say whether times rest on straight lines because no network is loaded."""
        return self.streets is None

    def metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[F8, F8]:
        """Return degrees as metres on the town's plane: its streets' own, or one around its homes."""
        if self.streets is not None:
            return self.streets.net.metres(lon, lat)
        return self.keep("plane", self._plane).metres(lon, lat)

    def _plane(self) -> Plane:
        lon, lat = np.append(self.homes.lon, self.stops.lon), np.append(self.homes.lat, self.stops.lat)
        return Plane(float(lon.mean()), float(lat.mean())) if len(lon) else Plane(0.0, 0.0)

    def pace(self, code: str) -> Pace:
        """Return one profile over the streets, computed on first use; only where streets are loaded."""
        if self.streets is None:
            raise LookupError("no street network is loaded")
        streets = self.streets
        return self.keep(f"pace {code}", lambda: self._set_pace(PROFILES[code], streets))

    def table(self, code: str) -> TimeTable:
        """Return the home-station time table of one profile, by streets or by labelled straight lines."""
        if self.streets is None:
            homes, stops = self.homes, self.stops
            return straight_table(homes.lon, homes.lat, stops.lon, stops.lat, PROFILES[code])
        return self.pace(code).table

    def coverage(self, *, mask: Bool | None = None) -> Coverage:
        """Count who reaches a station, for all profiles."""
        return coverage({code: self.table(code) for code in PROFILES}, self.homes.people, mask=mask)

    def mask(self, station_ids: set[int]) -> Bool:
        """Mark some stations, bool[stations]."""
        return np.array([station_id in station_ids for station_id in self.stops.ids], dtype=np.bool_)

    def _set_pace(self, profile: Profile, streets: Streets) -> Pace:
        return set_pace(
            streets.net,
            profile,
            self.home_doors(profile),
            self.station_doors(profile),
            closed=streets.closed,
            limit_s=TABLE_S,
        )

    def home_doors(self, profile: Profile) -> Doors:
        """Put every home's doors on the streets: its compound's gates, or the street before the house."""
        homes = self.homes
        points = [
            (place, *point)
            for place in range(len(homes.ids))
            for point in self.ways_out(homes.lon[place], homes.lat[place], homes.compounds[place], profile)
        ]
        return self._snap(points, len(homes.ids), profile)

    def station_doors(self, profile: Profile) -> Doors:
        """Put every station's doors on the streets."""
        points = [
            (place, lon, lat, 0)
            for place, doors in enumerate(self.stops.doors)
            for lon, lat, is_step_free in doors
            if is_step_free or not profile.wheels
        ]
        return self._snap(points, len(self.stops.ids), profile)

    def origin(self, origin: Origin, code: str) -> Approach:
        """Put one person's doors on the streets; the place's number is 0."""
        assert self.streets is not None
        profile = PROFILES[code]
        ways = self.ways_out(origin.lon, origin.lat, origin.compound_id, profile)
        doors = self._snap([(0, *way) for way in ways], 1, profile)
        return approach(self.streets.net, self.pace(code).edge_w, doors, profile)

    def ways_out(
        self, lon: float, lat: float, compound_id: int | None, profile: Profile
    ) -> list[tuple[float, float, int]]:
        """List the points where somebody steps onto a street, with the walk there in millimetres."""
        if compound_id not in self.gates:
            return [(lon, lat, 0)]
        passable = [g for g in self.gates[compound_id] if g.is_step_free or not profile.wheels]
        return [
            (
                gate.lon,
                gate.lat,
                round(float(straight_metres(lon, lat, gate.lon, gate.lat)) * YARD_DETOUR * 1000),
            )
            for gate in passable
        ]

    def _snap(self, points: list[tuple[int, float, float, int]], places: int, profile: Profile) -> Doors:
        place, lon, lat, extra = zip(*points, strict=True) if points else ((), (), (), ())
        return self.snapper(profile).snap(
            np.asarray(lon, dtype=np.float64),
            np.asarray(lat, dtype=np.float64),
            place=np.asarray(place, dtype=np.int64),
            places=places,
            extra_mm=np.asarray(extra, dtype=np.int64),
        )

    def snapper(self, profile: Profile) -> Snapper:
        """Return the index of the streets that a profile can use, for putting doors on them."""
        assert self.streets is not None
        net, closed = self.streets.net, self.streets.closed

        def make() -> Snapper:
            return Snapper(net, closed=edge_weights(net, profile, closed=closed) == UNREACHED)

        return self.keep(f"snapper {profile.code}", make)


class _Kept:
    """The towns kept in memory, newest last; a changed layout version makes a new one."""

    def __init__(self) -> None:
        self.towns: OrderedDict[tuple[object, ...], Town] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, district: District, shut: frozenset[int]) -> Town:
        key = (district.pk, district.layout_version, shut)
        with self.lock:
            if key not in self.towns:
                self.towns[key] = build(district, shut)
                while len(self.towns) > KEPT_TOWNS:
                    self.towns.popitem(last=False)
            self.towns.move_to_end(key)
            return self.towns[key]


_kept = _Kept()


def town(district: District, *, at: dt.datetime | None = None) -> Town:
    """Return the district's town; with `at`, gates that are closed by their hours then are no doors."""
    return _kept.get(district, gates_shut_at(district, at) if at else frozenset())


def gates_shut_at(district: District, at: dt.datetime) -> frozenset[int]:
    """Return the gates whose hours say closed at a moment; a gate without hours never closes."""
    spans: dict[int, list[OpeningSpan]] = {}
    for span in OpeningSpan.objects.filter(district=district, gate__isnull=False):
        spans.setdefault(int(span.gate_id or 0), []).append(span)
    classes = day_classes(district.pk)
    return frozenset(
        gate_id
        for gate_id, own in spans.items()
        if not hours.state_at([hours.span_of(s) for s in own], at, day_class=classes).is_open
    )


def build(district: District, shut: frozenset[int]) -> Town:
    """Read the district's rows into arrays."""
    compounds = list(Compound.objects.filter(district=district).only("id", "is_gated", "ring"))
    rings = {c.pk: np.asarray(c.ring, dtype=np.float64) for c in compounds if c.is_gated and c.ring}
    row = StreetNetwork.objects.filter(district=district, is_current=True).first()
    return Town(
        district=district,
        streets=load_streets(row, list(rings.values())) if row else None,
        homes=homes_of(district),
        stops=stops_of(district),
        gates=gates_of(district, compounds, shut),
        rings=rings,
    )


def load_streets(row: StreetNetwork, rings: list[F8]) -> Streets:
    """Map the network file into memory and mark what gated compounds close to others."""
    net = Network.load(row.path)
    shapes = shapes_of(net)
    return Streets(net, shapes, obstacles_of(net, shapes), closed_by_compounds(net, rings), row)


def gates_of(
    district: District, compounds: list[Compound], shut: frozenset[int]
) -> dict[int, tuple[GateAt, ...]]:
    """Return the passable gates of every gated compound."""
    found: dict[int, list[GateAt]] = {c.pk: [] for c in compounds if c.is_gated}
    rows = Gate.objects.filter(district=district, is_shut=False, compound__is_gated=True).exclude(pk__in=shut)
    for compound_id, lon, lat, step_free in rows.values_list("compound_id", "lon", "lat", "is_step_free"):
        found[compound_id].append(GateAt(lon, lat, step_free))
    return {compound_id: tuple(gates) for compound_id, gates in found.items()}


def homes_of(district: District) -> Homes:
    """Read the buildings."""
    columns = (
        "id",
        "lon",
        "lat",
        "compound_id",
        "area__stem",
        "ring",
        "households",
        *(f"persons_{b}" for b in BANDS),
    )
    rows = list(Building.objects.filter(district=district).order_by("id").values_list(*columns))
    people = population_of([r[6] for r in rows], [r[7:] for r in rows], AGES)
    return Homes(
        ids=np.array([r[0] for r in rows], dtype=np.int64),
        lon=np.array([r[1] for r in rows], dtype=np.float64),
        lat=np.array([r[2] for r in rows], dtype=np.float64),
        compounds=tuple(r[3] for r in rows),
        areas=tuple(r[4] for r in rows),
        rings=tuple(r[5] for r in rows),
        people=people,
    )


def stops_of(district: District) -> Stops:
    """Read the stations that take visitors; one without doors is entered at its point."""
    rows = Station.objects.filter(district=district).in_use().order_by("id")
    stations = list(rows.values_list("id", "lon", "lat", "is_step_free"))
    doors: dict[int, list[tuple[float, float, bool]]] = {}
    found = StationDoor.objects.filter(district=district).order_by("id")
    for station_id, lon, lat, step_free in found.values_list("station_id", "lon", "lat", "is_step_free"):
        doors.setdefault(station_id, []).append((lon, lat, step_free))
    return Stops(
        ids=tuple(s[0] for s in stations),
        lon=np.array([s[1] for s in stations], dtype=np.float64),
        lat=np.array([s[2] for s in stations], dtype=np.float64),
        doors=tuple(tuple(doors.get(s[0], [s[1:4]])) for s in stations),
    )
