"""The coverage page's figures: who reaches a station, where the gaps are, what one more station would change.

Everything is counted on a town (`lingju.places.walking`) and kept with it, so that a second look costs
nothing until a layout changes.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import get_language
from shapely.geometry import MultiPolygon, Point, Polygon

from lingju.circles.arrays import I8, Bool
from lingju.circles.coverage import Coverage
from lingju.circles.gaps import Gap
from lingju.circles.network import TICK_S, UNREACHED
from lingju.circles.trial import Suggestion, Trial
from lingju.places import phrases, ways
from lingju.places.calendars import day_classes
from lingju.places.models import District, ServiceAtStation, Station
from lingju.places.opening import timetable_of
from lingju.places.walking import Origin, Town, town

NEVER = 99
GAPS_SHOWN = 12
# A cluster smaller than this is not named in public: its houses could be told apart (small cells, C14).
LEAST_HOUSEHOLDS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: at whose pace, reaching which service, and whether only what is open now counts."""

    pace: str = "adult"
    service: str = ""
    open_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class GapSeen:
    """A gap as a page tells it."""

    number: int
    name: str
    households: int
    persons: int
    elders: int
    how_far: str
    why: str
    shape: Polygon | MultiPolygon
    gap: Gap


@dataclass(frozen=True, slots=True)
class Covering:
    """The whole answer for one question."""

    town: Town
    wanted: Wanted
    mask: Bool | None
    figures: Coverage
    gaps: tuple[GapSeen, ...]
    minutes: I8  # int64[homes], NEVER where nothing is in reach

    @property
    def stations_counted(self) -> int:
        """Return how many stations count for this question."""
        return self.figures.stations_counted


def look(district: District, wanted: Wanted) -> Covering:
    """Answer one question about a district."""
    place = town(district, at=wanted.open_at)
    mask = mask_of(place, wanted)
    if wanted.open_at is not None:
        return _count(place, wanted, mask)
    # Gaps are kept with their words, so what is kept belongs to one language.
    key = f"covering {wanted.pace} {wanted.service} {get_language()}"
    return place.keep(key, lambda: _count(place, wanted, mask))


def mask_of(place: Town, wanted: Wanted) -> Bool | None:
    """Mark the stations that offer the service and are open at the moment; None where all count."""
    if not wanted.service and wanted.open_at is None:
        return None
    ids = set(place.stops.ids)
    if wanted.service:
        offers = ServiceAtStation.objects.filter(
            district=place.district, service__code=wanted.service, is_offered=True
        )
        ids &= set(offers.values_list("station_id", flat=True))
    if wanted.open_at is not None:
        ids &= open_stations(place.district, wanted.open_at)
    return place.mask(ids)


def open_stations(district: District, moment: dt.datetime) -> set[int]:
    """Return the ids of the stations whose hours hold at a moment, whatever their doors did today."""
    stations = Station.objects.filter(district=district).in_use().prefetch_related("spans")
    classes = day_classes(district.pk)
    return {
        station.pk for station in stations if timetable_of(station, classes=classes).state_at(moment).is_open
    }


def _count(place: Town, wanted: Wanted, mask: Bool | None) -> Covering:
    figures = place.coverage(mask=mask)
    nearest = place.table(wanted.pace).nearest(mask)[1]
    minutes = np.where(nearest < UNREACHED, np.ceil(nearest * TICK_S / 60 - 1e-9), NEVER).astype(np.int64)
    gaps = ways.gaps_of(place, wanted.pace, mask=mask)
    return Covering(place, wanted, mask, figures, named(place, gaps), minutes)


def named(place: Town, gaps: Sequence[Gap]) -> tuple[GapSeen, ...]:
    """Give gaps their names and words; those too small to be told apart from a household stay out."""
    compounds, areas = phrases.names_for_gaps(place)
    shown = [gap for gap in gaps if gap.households >= LEAST_HOUSEHOLDS][:GAPS_SHOWN]
    return tuple(
        GapSeen(
            number=number,
            name=phrases.name_of_gap(place, gap, compounds, areas),
            households=gap.households,
            persons=gap.persons,
            elders=gap.elders,
            how_far=phrases.how_far(gap),
            why=phrases.why(gap.reason),
            shape=gap.shape,
            gap=gap,
        )
        for number, gap in enumerate(shown, start=1)
    )


def suggestions(covering: Covering, seen: GapSeen) -> tuple[Suggestion, ...]:
    """Return the street corners where a station would close most of a gap."""
    place, wanted = covering.town, covering.wanted

    def find() -> tuple[Suggestion, ...]:
        return ways.suggestions_for(place, seen.gap.homes, wanted.pace, mask=covering.mask)

    if wanted.open_at is not None:
        return find()
    return place.keep(f"suggestions {wanted.pace} {wanted.service} {seen.number}", find)


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial site: where (degrees and local metres), what it changes, and the land it reaches."""

    lon: float
    lat: float
    x: float
    y: float
    trial: Trial
    land: MultiPolygon


def try_at(covering: Covering, lon: float, lat: float) -> Tried:
    """Put one trial station at a point and say what changes."""
    place = covering.town
    assert place.streets is not None
    x, y = place.streets.net.metres(np.array([lon]), np.array([lat]))
    change = ways.trial_at(place, lon, lat, mask=covering.mask)
    (land,) = ways.land_within(place, Origin(lon, lat, ""), covering.wanted.pace, (ways.TEN_MINUTES_S,))
    return Tried(lon, lat, float(x[0]), float(y[0]), change, land)


def station_marks(place: Town) -> list[tuple[float, float, str, bool]]:
    """Return the stations as a map marks them: local metres, short name, whether it is a smart hut."""
    assert place.streets is not None
    stations = Station.objects.filter(pk__in=place.stops.ids).order_by("id")
    x, y = place.streets.net.metres(place.stops.lon, place.stops.lat)
    return [
        (float(a), float(b), phrases.short_name(one), one.kind == Station.Kind.SMART_HUT)
        for one, a, b in zip(stations, x, y, strict=True)
    ]


def nearest_gap(covering: Covering, x: float, y: float, *, within_m: float) -> GapSeen | None:
    """Return the gap closest to a point in local metres, if there is one within so many metres."""
    near = [(seen.shape.distance(Point(x, y)), seen.number, seen) for seen in covering.gaps]
    near = [found for found in near if found[0] <= within_m]
    return min(near)[2] if near else None
