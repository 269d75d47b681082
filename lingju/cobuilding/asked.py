"""The rows of some months as the question that the rota solver is asked, and its answers back as rows.

What a person decided is kept: a duty set by hand, and one that a unit has accepted, are locks. A duty by hand
that no rule would allow (the unit has not said that it can do it, or that it can come) is taken out of the
question, and its unit is not asked again for that day: the last word is a person's.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from lingju.cobuilding import rota, travel
from lingju.cobuilding.models import Cycle, DaySeries, Duty, Enrolment, Rota
from lingju.places.models import Area

ANY = "any"
WAITING = (Duty.State.PUBLISHED, Duty.State.ACCEPTED, Duty.State.SWAPPING)
SETTLED = (Duty.State.ACCEPTED, Duty.State.DONE)


@dataclass(frozen=True)
class Asked:
    """The question, with the rows behind its keys: a duty's and a unit's key is its id."""

    problem: rota.Problem
    duties: dict[int, Duty]
    units: dict[int, Enrolment]
    communities: dict[int, Area]
    cycles: tuple[Cycle, ...]
    way: Rota.Way

    @cached_property
    def day_of(self) -> dict[int, int]:
        """Return the number of each cycle among the days."""
        return {cycle.pk: day for day, cycle in enumerate(self.cycles)}

    def standing(self) -> rota.Plan:
        """Return the turns as they stand as a plan that the solver can start from."""
        assignment = {
            d.key: unit_id if (unit_id := self.duties[d.key].enrolment_id) in self.units else None
            for d in self.problem.duties
        }
        even = rota.Spread(0.0, 0.0, 0.0, 1.0)
        return rota.Plan(assignment, (), (), even, self.problem.digest(), "as it stands", 1, 0.0)

    def units_able(self, duty: Duty) -> list[Enrolment]:
        """Return the units that can do a duty's role, whether or not they are free that day."""
        return [self.units[team.key] for team in self.problem.teams if role_of(duty) in team.roles]


def role_of(duty: Duty) -> str:
    """Return what a duty asks of a unit: a capability, or nothing in particular."""
    return duty.role.capability.code if duty.role.capability is not None else ANY


def coming(series: DaySeries, first: dt.date, last: dt.date) -> tuple[Cycle, ...]:
    """Return the cycles of some months that have a day and are still to come."""
    return tuple(
        Cycle.objects.filter(
            series=series, month__gte=first, month__lte=last, date__isnull=False, state__in=Cycle.COMING
        ).order_by("month")
    )


def asked(series: DaySeries, first: dt.date, last: dt.date, *, mended: Cycle | None = None) -> Asked:
    """Return the question for the duties of some months as they stand now.

    On the day that is `mended` a unit that cannot do its role any more holds its duty against nobody, unless
    a person set it: neither the cell nor the unit is taken out of the question.
    """
    cycles = coming(series, first, last)
    rows, units = _duties(cycles), _units(series)
    areas = {duty.area_id: duty.area for duty in rows}
    places = sorted(areas, key=lambda pk: areas[pk].stem)
    table, way = travel.metres(series.district, units, [areas[pk] for pk in places])
    days = {cycle.pk: day for day, cycle in enumerate(cycles)}
    before = _before(series, cycles)
    loose = {duty.pk for duty in rows if duty.cycle == mended and is_misfit(duty)}
    forced = _forced(rows, units) - loose
    free = forced | loose
    locks = {duty.pk: duty.enrolment_id for duty in rows if _is_lock(duty) and duty.pk not in free}
    kept = [duty for duty in rows if duty.pk not in forced]
    shares = _shares(units, before, len(rows))
    teams = tuple(
        _team(
            unit,
            cycles,
            shares[unit.pk],
            before,
            [d for d in rows if d.pk in forced and d.enrolment_id == unit.pk],
        )
        for unit in units
    )
    known = {team.key for team in teams}
    problem = rota.Problem(
        duties=tuple(rota.Duty(d.pk, days[d.cycle_id], d.area_id, role_of(d), d.role.weight) for d in kept),
        teams=teams,
        places=tuple(places),
        travel=table,
        way=rota.Way(way.value),
        locks=locks,
        published={d.pk: d.enrolment_id for d in kept if d.enrolment_id in known and d.pk not in locks},
    )
    return Asked(problem, {d.pk: d for d in rows}, {u.pk: u for u in units}, areas, cycles, way)


def _duties(cycles: Sequence[Cycle]) -> list[Duty]:
    return list(
        Duty.objects.filter(cycle__in=cycles)
        .select_related("cycle", "area", "role__capability", "enrolment__organisation")
        .prefetch_related("enrolment__capabilities")
        .order_by("cycle__month", "area__stem", "role__order", "id")
    )


def _units(series: DaySeries) -> list[Enrolment]:
    return list(
        Enrolment.objects.covering_units(series)
        .select_related("organisation")
        .prefetch_related("capabilities", "blackouts")
        .order_by("id")
    )


def _is_lock(duty: Duty) -> bool:
    return duty.is_locked or duty.state in SETTLED


def _forced(rows: Sequence[Duty], units: Sequence[Enrolment]) -> set[int]:
    """Return the locked duties whose unit would not be asked: it cannot do it, or cannot come."""
    by_id = {unit.pk: unit for unit in units}
    forced = set()
    for duty in rows:
        if not _is_lock(duty) or duty.enrolment_id is None:
            continue
        unit = by_id.get(duty.enrolment_id)
        if unit is None or role_of(duty) not in _roles(unit) or is_away(unit, duty.cycle):
            forced.add(duty.pk)
    return forced


def is_misfit(duty: Duty) -> bool:
    """Say whether a duty that no person set is held by a unit that cannot do its role any more."""
    unit = duty.enrolment
    is_free = not duty.is_locked and duty.state in WAITING
    return unit is not None and is_free and role_of(duty) not in _roles(unit)


def _roles(unit: Enrolment) -> frozenset[str]:
    return frozenset({ANY, *(capability.code for capability in unit.capabilities.all())})


def is_away(unit: Enrolment, cycle: Cycle) -> bool:
    """Say whether a unit has said that it cannot come on a cycle's day."""
    return any(
        cycle.date is not None and away.starts_on <= cycle.date <= away.ends_on
        for away in unit.blackouts.all()
    )


def _before(series: DaySeries, cycles: Sequence[Cycle]) -> Counter[int]:
    """Count the turns each unit had before these cycles."""
    held = Duty.objects.filter(Q(cycle__series=series), state__in=Duty.HELD).exclude(cycle__in=cycles)
    if cycles:
        held = held.filter(cycle__month__lt=cycles[0].month)
    return Counter(held.filter(enrolment__isnull=False).values_list("enrolment_id", flat=True))


def _shares(units: Sequence[Enrolment], before: Counter[int], duties: int) -> dict[int, float]:
    """Return how many turns would be fair for each unit: of all there were and are, by weight."""
    total = duties + sum(before[unit.pk] + unit.history for unit in units)
    weights = sum(unit.weight for unit in units) or 1.0
    return {unit.pk: total * unit.weight / weights for unit in units}


def _team(
    unit: Enrolment,
    cycles: Sequence[Cycle],
    share: float,
    before: Counter[int],
    forced: Sequence[Duty],
) -> rota.Team:
    taken = {duty.cycle_id for duty in forced}
    blocked = {day for day, cycle in enumerate(cycles) if is_away(unit, cycle) or cycle.pk in taken}
    preferred = {day for day, cycle in enumerate(cycles) if cycle.month.month in unit.preferred_months}
    return rota.Team(
        key=unit.pk,
        roles=_roles(unit),
        blocked=frozenset(blocked),
        entitlement=round(share, 2),
        history=before[unit.pk] + unit.history + len(forced),
        preferred=frozenset(preferred),
    )
