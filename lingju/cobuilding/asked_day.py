"""The three lists of a cycle as the day that the matching is asked.

What stands is taken out of the question together with what it takes: a line whose project one side at least
has claimed is not asked again, and its people and things are counted off. A unit that has offered people
comes as it said; another that has a duty comes with its usual crew. Who has said no to a line is not asked
for it again.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from django.db.models import Q, QuerySet

from lingju.circles.plane import Plane
from lingju.cobuilding import matching_model as m
from lingju.cobuilding import windows
from lingju.cobuilding.asked import is_away
from lingju.cobuilding.declined import Owners, declined_in, keys_of
from lingju.cobuilding.models import Cycle, Duty, Enrolment, NeedLine, Project, Resource
from lingju.cobuilding.services.listing import ANY
from lingju.kernel.clock import ZONE
from lingju.needs.models import Need
from lingju.places.models import Station

L = NeedLine.State
K = Resource.Kind
CREWS: Final = (K.PEOPLE, K.SKILL)
ASKED: Final = (L.UNMATCHED, L.REOPENED)
HELD: Final = (*Project.STANDING, Project.State.PROPOSED)
URGENT: Final = 3
FARTHEST_M: Final = 20_000
MOST_OF_ONE: Final = 60
HANDS: Final = 3

Point = tuple[float, float]
Taken = Counter[tuple[str, str]]


@dataclass(frozen=True)
class AskedDay:
    """The question, with the rows behind its keys.

    n12 is a line, u3-1 one of a crew, r5 a thing, r5-2 one of the people that were offered.
    """

    day: m.Day
    lines: dict[str, NeedLine]
    units: dict[str, Enrolment]
    resources: dict[str, Resource]
    needs: dict[str, Need | None]
    declined: dict[str, Owners]

    @cached_property
    def place_of(self) -> dict[str, m.Place | None]:
        """Return where each line is, in metres."""
        return {need.key: need.place for need in self.day.needs}


def day_of(cycle: Cycle) -> AskedDay:
    """Return the question for a cycle's lists as they stand now; one without a day has no windows."""
    lines = list(
        cycle.need_lines.filter(state__in=ASKED)
        .exclude(projects__in=_held(cycle))
        .select_related("area", "need__compound", "need__station", "cycle")
        .order_by("id")
    )
    units, resources = _units(cycle), _resources(cycle)
    needs = _needs(lines)
    taken = taken_in(cycle)
    map_of = _Map(cycle)
    wanted = {name for line in lines for name in line.things}
    helpers = [
        *(
            one
            for unit in units
            if not _has_offered(unit, resources)
            for one in _crew(unit, cycle, map_of, taken)
        ),
        *(one for row in resources if row.kind in CREWS for one in _people(row, cycle, map_of, taken)),
    ]
    parts = [_thing(row, cycle, map_of, taken, wanted) for row in resources if row.kind not in CREWS]
    things = [thing for some in parts for thing in some]
    said_no = declined_in(cycle)
    declined = {_key(line): said_no.get(line.pk, {}) for line in lines}
    owners_of = _owners_of([*helpers, *things], resources)
    without = {key: keys_of(owners, [*helpers, *things], owners_of) for key, owners in declined.items()}
    asked = (_need(line, needs[_key(line)], cycle, map_of, without[_key(line)]) for line in lines)
    day = m.Day(tuple(asked), tuple(helpers), tuple(things))
    return AskedDay(
        day,
        {_key(line): line for line in lines},
        {f"u{unit.pk}": unit for unit in units},
        {f"r{row.pk}": row for row in resources},
        needs,
        declined,
    )


def taken_in(cycle: Cycle, *, but: int | None = None, states: Collection[str] | None = None) -> Taken:
    """Count what projects that are claimed take of each crew and resource, window by window.

    A use that names no window counts in all of them.
    """
    count: Taken = Counter()
    held = _held(cycle) if states is None else Project.objects.filter(cycle=cycle, state__in=states)
    for project in (held if but is None else held.exclude(pk=but)).prefetch_related("uses"):
        took = [(f"r{use.resource_id}", use.window, use.quantity) for use in project.uses.all()]
        took += [(f"u{one['unit']}", project.window, one["people"]) for one in project.team]
        for owner, named, quantity in took:
            count.update({(owner, window): quantity for window in ([named] if named else windows.ORDER)})
    return count


def _held(cycle: Cycle) -> QuerySet[Project]:
    """Return the projects that a run leaves alone: claimed by one side at least, or put together by hand."""
    touched = Q(unit_claimed_at__isnull=False) | Q(area_claimed_at__isnull=False) | Q(run__isnull=True)
    return Project.objects.filter(touched, cycle=cycle, state__in=HELD)


def _key(line: NeedLine) -> str:
    return f"n{line.pk}"


def _units(cycle: Cycle) -> list[Enrolment]:
    """Return the units that have a duty in the cycle and have not said that they cannot come."""
    found = (
        Enrolment.objects.taking_turns()
        .filter(duties__cycle=cycle, duties__state__in=Duty.HELD)
        .distinct()
        .select_related("organisation", "area")
        .prefetch_related("capabilities", "blackouts", "duties__area")
        .order_by("id")
    )
    return [unit for unit in found if not is_away(unit, cycle)]


def _resources(cycle: Cycle) -> list[Resource]:
    """Return what is on the list on the cycle's day, and whose unit can come."""
    if cycle.date is None:
        return []
    found = (
        Resource.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=cycle.date),
            district_id=cycle.district_id,
            area__stem__startswith=cycle.area.stem,
            state=Resource.State.AVAILABLE,
            valid_from__lte=cycle.closes_on,
        )
        .select_related("enrolment__organisation", "enrolment__area", "station", "area")
        .prefetch_related("capabilities", "enrolment__blackouts")
        .order_by("id")
    )
    return [row for row in found if row.enrolment is None or not is_away(row.enrolment, cycle)]


def _has_offered(unit: Enrolment, resources: Iterable[Resource]) -> bool:
    return any(row.enrolment_id == unit.pk and row.kind in CREWS for row in resources)


def _needs(lines: Sequence[NeedLine]) -> dict[str, Need | None]:
    """Return the need that says where each line is: its own, or the first of its cluster."""
    clusters = {line.cluster_id for line in lines if line.cluster_id is not None}
    first: dict[int, Need] = {}
    rows = Need.objects.filter(cluster_id__in=clusters, is_excluded=False)
    for need in rows.select_related("compound", "station").order_by("id"):
        first.setdefault(need.cluster_id or 0, need)
    return {_key(line): line.need or first.get(line.cluster_id or 0) for line in lines}


class _Map:
    """Degrees as metres on one plane, with the middle of each community for those who have not said where."""

    def __init__(self, cycle: Cycle) -> None:
        district = cycle.district
        found = Station.objects.filter(district_id=district.pk, area__stem__startswith=cycle.area.stem)
        self.stations: dict[str, list[Point]] = defaultdict(list)
        for lon, lat, stem in found.order_by("id").values_list("lon", "lat", "area__stem"):
            self.stations[stem].append((lon, lat))
        all_points = [point for points in self.stations.values() for point in points]
        middle = _middle(all_points)
        lon = district.centre_lon if district.centre_lon is not None else (middle or (0.0, 0.0))[0]
        lat = district.centre_lat if district.centre_lat is not None else (middle or (0.0, 0.0))[1]
        self.plane, self.centre = Plane(lon, lat), middle or (lon, lat)

    def at(self, lon: float | None, lat: float | None) -> m.Place | None:
        if lon is None or lat is None:
            return None
        x, y = self.plane.metres(lon, lat)
        return round(float(x)), round(float(y))

    def around(self, stem: str) -> m.Place | None:
        """Return the middle of the stations under a stem, or of all of them."""
        points = [point for at, some in self.stations.items() if at.startswith(stem) for point in some]
        return self.at(*(_middle(points) or self.centre))


def _middle(points: Sequence[Point]) -> Point | None:
    if not points:
        return None
    lon, lat = np.mean(np.array(points), axis=0)
    return float(lon), float(lat)


def _numbers(named: Iterable[str], cycle: Cycle) -> frozenset[int]:
    if cycle.date is None or cycle.closes_on is None:
        return frozenset()
    return windows.numbers_of(named, cycle.date, cycle.closes_on)


def _need(line: NeedLine, need: Need | None, cycle: Cycle, map_of: _Map, without: frozenset[str]) -> m.Need:
    hands = line.demands.get(ANY, 0)
    skills = {code: number for code, number in line.demands.items() if code != ANY}
    said_nothing = not line.demands and not line.things
    least = sum(skills.values()) + hands if not said_nothing else 1
    return m.Need(
        key=_key(line),
        community=line.area.stem,
        place=_place(need, map_of),
        windows=_numbers(line.windows, cycle),
        weight=max(1, line.people) * (URGENT if line.is_urgent else 1),
        skills=skills,
        team_min=least,
        team_max=HANDS if said_nothing else least,
        resources=dict(line.things),
        is_vulnerable=line.is_vulnerable,
        without=without,
    )


def _place(need: Need | None, map_of: _Map) -> m.Place | None:
    """Return where a need is: as said, else its compound, else its station; nothing where nobody knows."""
    if need is None:
        return None
    for thing in (need, need.compound, need.station):
        place = map_of.at(getattr(thing, "lon", None), getattr(thing, "lat", None))
        if place is not None:
            return place
    return None


def _crew(unit: Enrolment, cycle: Cycle, map_of: _Map, taken: Taken) -> list[m.Helper]:
    """Return the people of a unit that has a duty; they come under it, which answers for them."""
    there = windows.within(cycle.series.starts, cycle.series.ends)
    mine = [duty.area for duty in unit.duties.all() if duty.cycle_id == cycle.pk]
    at = map_of.at(unit.lon, unit.lat) or map_of.around(mine[0].stem if mine else unit.area.stem)
    skills = frozenset(capability.code for capability in unit.capabilities.all())
    return [
        m.Helper(
            key=f"u{unit.pk}-{number}",
            skills=skills,
            windows=_left(there, cycle, number, unit.people, f"u{unit.pk}", taken),
            place=at,
            most_m=FARTHEST_M,
            knows=frozenset(area.stem for area in mine),
            cleared_for_vulnerable=True,
        )
        for number in range(min(unit.people, MOST_OF_ONE))
    ]


def _people(row: Resource, cycle: Cycle, map_of: _Map, taken: Taken) -> list[m.Helper]:
    """Return the people that were offered; those of a unit are cleared by it, a resident by nobody yet."""
    skills = frozenset(capability.code for capability in row.capabilities.all())
    return [
        m.Helper(
            key=f"r{row.pk}-{number}",
            skills=skills,
            windows=_left(row.windows, cycle, number, row.quantity, f"r{row.pk}", taken),
            place=_home(row, map_of),
            most_m=row.radius_m or FARTHEST_M,
            cleared_for_vulnerable=row.enrolment_id is not None,
        )
        for number in range(min(row.quantity, MOST_OF_ONE))
    ]


def _left(
    named: Iterable[str], cycle: Cycle, number: int, people: int, key: str, taken: Taken
) -> frozenset[int]:
    """Return the windows in which the n-th of some people is still free: the last ones go first."""
    return frozenset(
        window for window in _numbers(named, cycle) if number < people - taken[key, windows.ORDER[window]]
    )


def _home(row: Resource, map_of: _Map) -> m.Place | None:
    if row.station is not None:
        return map_of.at(row.station.lon, row.station.lat)
    unit = row.enrolment
    at = map_of.at(unit.lon, unit.lat) if unit is not None else None
    return at or map_of.around(row.area.stem)


def _thing(row: Resource, cycle: Cycle, map_of: _Map, taken: Taken, wanted: set[str]) -> list[m.Resource]:
    """Return a thing as what is wanted calls it: by its name where a line does, else by its kind.

    Where it is partly promised it is asked once for each number that is left.
    """
    left: dict[int, set[int]] = defaultdict(set)
    for window in _numbers(row.windows, cycle):
        left[row.quantity - taken[f"r{row.pk}", windows.ORDER[window]]].add(window)
    return [
        m.Resource(
            key=f"r{row.pk}" if at == 0 else f"r{row.pk}-{at}",
            kind=row.title if row.title in wanted else str(row.kind),
            quantity=quantity,
            windows=frozenset(some),
            place=_home(row, map_of),
            most_m=row.radius_m,
            owner=f"u{row.enrolment_id}" if row.enrolment_id is not None else "",
        )
        for at, (quantity, some) in enumerate(sorted(left.items(), reverse=True))
        if quantity > 0
    ]


def _owners_of(
    there: Iterable[m.Helper | m.Resource], resources: Iterable[Resource]
) -> dict[str, tuple[str, ...]]:
    """Return by key to whom helpers and things belong: the offer they come from, and the unit behind it."""
    unit_of = {f"r{row.pk}": f"u{row.enrolment_id}" for row in resources if row.enrolment_id is not None}
    owners = {one.key: owner_of(one.key) for one in there}
    return {key: (owner, unit_of.get(owner, owner)) for key, owner in owners.items()}


def owner_of(key: str) -> str:
    """Return the crew or resource behind a helper's or thing's key: u3-1 is one of u3."""
    return key.split("-", 1)[0]


def hours(window: str, date: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return from when until when a window lasts on a cycle's day."""
    from_, to = windows.HOURS[window]
    on = windows.date_of(window, date)
    return dt.datetime.combine(on, from_, tzinfo=ZONE), dt.datetime.combine(on, to, tzinfo=ZONE)
