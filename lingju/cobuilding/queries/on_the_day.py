"""The day itself at a glance, by community: who came through the doors, which teams are there, who helps.

What stands beside this module (a market, say) is asked through `BESIDE`, which the wiring fills: a floor
knows no neighbour.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lingju.activities import counting
from lingju.activities.counting import Figures
from lingju.activities.queries import attendance
from lingju.cobuilding.models import CommunityPlan, Cycle, Project
from lingju.cobuilding.queries import orders
from lingju.cobuilding.queries.orders import Ordered
from lingju.cobuilding.services.recruiting import CAUSE
from lingju.kernel.rules import Actor
from lingju.places.models import Area
from lingju.volunteering.models import Call
from lingju.volunteering.services import records


@dataclass(frozen=True, slots=True)
class Beside:
    """What something else counted on the same day in one community: its name, its figures in words."""

    area_id: int
    title: str
    words: str
    href: str = ""


Asked = Callable[[int, dt.date], Sequence[Beside]]
BESIDE: list[Asked] = []


@dataclass(frozen=True, slots=True)
class Helpers:
    """Volunteers who were called for projects: how many are there or were, and the minutes confirmed."""

    calls: int = 0
    came: int = 0
    confirmed: int = 0
    minutes: int = 0

    @property
    def hours(self) -> str:
        """Return the confirmed minutes as hours, 1.5 for ninety."""
        return f"{self.minutes / 60:.4g}"


@dataclass(frozen=True, slots=True)
class Community:
    """One community on the day."""

    area: Area
    plan: CommunityPlan | None
    figures: Figures | None
    rows: tuple[Ordered, ...]
    helpers: Helpers
    beside: tuple[Beside, ...]

    @property
    def arrived(self) -> int:
        """Return how many teams came."""
        return sum(row.order is not None and row.order.arrived_at is not None for row in self.rows)

    @property
    def team_people(self) -> int:
        """Return how many people came with them."""
        return sum(row.order.people_came or 0 for row in self.rows if row.order is not None)

    @property
    def told(self) -> int:
        """Return of how many projects the team has said what came of it."""
        return sum(row.order is not None and bool(row.order.outcome) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Whole:
    """All communities together: heads add up, persons are counted anew."""

    figures: Figures
    arrived: int
    rows: int
    team_people: int
    came: int


def whole(found: Sequence[Community]) -> Whole:
    """Return what several communities come to."""
    return Whole(
        counting.together(one.figures for one in found if one.figures is not None),
        sum(one.arrived for one in found),
        sum(len(one.rows) for one in found),
        sum(one.team_people for one in found),
        sum(one.helpers.came for one in found),
    )


def communities(cycle: Cycle, actor: Actor) -> list[Community]:
    """Return the communities that take part in a cycle, as far as the actor works for them."""
    found = {one.area.pk: one for one in orders.of_cycle(cycle, actor)}
    related = CommunityPlan.objects.visible_to(actor).filter(cycle=cycle).select_related("area", "session")
    plans = {plan.area_id: plan for plan in related}
    areas = {pk: one.area for pk, one in found.items()} | {pk: plan.area for pk, plan in plans.items()}
    rows = {pk: found[pk].rows if pk in found else () for pk in areas}
    sessions = {pk: _sessions(plans.get(pk), rows[pk]) for pk in areas}
    doors = attendance.by_session([one for ids in sessions.values() for one in ids])
    beside = _beside(cycle)
    helpers = _helpers([row.project for one in found.values() for row in one.rows])
    return [
        Community(
            area,
            plans.get(pk),
            counting.together(doors[one] for one in sessions[pk]) if sessions[pk] else None,
            rows[pk],
            helpers.get(pk, Helpers()),
            tuple(one for one in beside if one.area_id == pk),
        )
        for pk, area in sorted(areas.items(), key=lambda one: one[1].stem)
    ]


def _sessions(plan: CommunityPlan | None, rows: Iterable[Ordered]) -> list[int]:
    found = [plan.session_id if plan is not None else None, *(row.project.session_id for row in rows)]
    return list(dict.fromkeys(pk for pk in found if pk is not None))


def _beside(cycle: Cycle) -> list[Beside]:
    if cycle.date is None:
        return []
    return [one for asked in BESIDE for one in asked(cycle.district_id, cycle.date)]


def _helpers(projects: Sequence[Project]) -> Mapping[int, Helpers]:
    """Return the volunteers of each community, read from the evidence of the calls for its projects."""
    areas = {one.pk: one.area_id for one in projects}
    calls = Call.objects.filter(cause_kind=CAUSE, cause_id__in=areas).exclude(state=Call.State.CANCELLED)
    found: dict[int, list[Call]] = {}
    for call in calls.select_related("area", "station"):
        found.setdefault(areas[call.cause_id or 0], []).append(call)
    return {area_id: _of_calls(its) for area_id, its in found.items()}


def _of_calls(calls: Sequence[Call]) -> Helpers:
    rows = [record for call in calls for record in records.records_of(call)]
    confirmed = [row for row in rows if row.is_confirmed and row.minutes]
    return Helpers(
        calls=len(calls),
        came=len({row.volunteer.pk for row in rows if row.minutes or row.tally.lone_in}),
        confirmed=len({row.volunteer.pk for row in confirmed}),
        minutes=sum(row.minutes for row in confirmed),
    )
