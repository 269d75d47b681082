"""Chasing what is slow: a reminder at half and at most of the time, then the next level up, rung by rung.

    half, most ──▶ its own desk     due ──▶ community     + 2 days ──▶ street     + 5 days ──▶ district

Nobody is scored by it: a rung says who is told next, and the residents' page says that they were.
"""

import datetime as dt
from collections.abc import Mapping

from django.db.models import QuerySet

from lingju.kernel import clock
from lingju.kernel.facts import announce
from lingju.kernel.rules import SystemActor
from lingju.needs.clock import ChaseAct, ChaseStep
from lingju.needs.events import NeedChased
from lingju.needs.models import Entry, Need
from lingju.needs.services import axes, promises

LEVELS: Mapping[ChaseAct, str] = {
    ChaseAct.TO_COMMUNITY: Need.Level.COMMUNITY,
    ChaseAct.TO_STREET: Need.Level.STREET,
    ChaseAct.TO_DISTRICT: Need.Level.DISTRICT,
}


def candidates(moment: dt.datetime) -> QuerySet[Need]:
    """Return the needs for which a rung is reached, or whose unknown date may be known by now."""
    return Need.objects.filter(
        is_over=False, clock_state=Need.Clock.RUNNING, chase_at__lte=moment, tray__in=Need.OWED
    )


def chase(need: Need) -> list[str]:
    """Climb every rung that is reached and not climbed in this round; return their codes."""
    now = clock.now()
    if need.due_at is None:
        _look_again(need, now)
        return []
    days = promises.calendar_of(need.district)
    done = set(
        Entry.objects.filter(need=need, axis=Entry.Axis.LEVEL, round=need.round).values_list(
            "step", flat=True
        )
    )
    left = [
        (at, step) for at, step in promises.rungs(days, need.began_at, need.due_at) if step.code not in done
    ]
    reached = [step for at, step in left if at <= now]
    coming = next((at for at, _step in left if at > now), None)
    for step in reached:
        _climb(need, step, coming)
    if not reached:
        axes.wait(need, coming)
    return [step.code for step in reached]


def _climb(need: Need, step: ChaseStep, coming: dt.datetime | None) -> None:
    clockwork = SystemActor(need.district_id)
    level = LEVELS.get(step.act, need.level)
    higher = list(Need.Level.values)
    if higher.index(level) < higher.index(need.level):
        level = need.level
    axes.climb(need, step.code, actor=clockwork, level=level, chase_at=coming)
    announce(NeedChased(need.district_id, need.pk, step.code))


def _look_again(need: Need, now: dt.datetime) -> None:
    """Count the due date anew where the year was unknown; the notice may have come since."""
    promised = promises.anew(need, need.category)
    if promised["due_at"] is None:
        axes.wait(need, now + promises.LOOK_AGAIN)
        return
    axes.write(need, promised)
    axes.append(
        need, Entry.Axis.CLOCK, "date_known", actor=SystemActor(need.district_id), after=need.clock_state
    )
