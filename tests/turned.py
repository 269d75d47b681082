"""Whose turn it is in the small district: a rota in the making, the next duty of each community's unit."""

import datetime as dt
from dataclasses import dataclass

from lingju.cobuilding.models import Cycle, DaySeries, Duty, Enrolment, Rota
from lingju.cobuilding.services import catalogue, cycles, drawing_up, turns
from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area


@dataclass(frozen=True)
class Turned:
    """One community's coming duty, and the street's rota that is not decided yet."""

    duty: Duty
    rota: Rota


def the_turns_of(area: Area, unit: Enrolment, actor: SystemActor) -> Turned:
    """Give a unit its community's lead in the next month; the street's rota of that month is a draft."""
    series = DaySeries.objects.get(area=area.parent, ended_on__isnull=True)
    catalogue.fill_roles(series, actor=actor)
    cycle = next_month_of(series, actor)
    drawing_up.make_duties([cycle], drawing_up.communities_of(series), actor=actor)
    duty = cycle.duties.get(area=area, role__is_lead=True)
    turns.set_by_hand(duty, unit, "单位就在社区里", actor=actor)
    rota = series.rotas.first()
    if rota is None:
        month, key = cycle.month, "world-rota-of-the-street"
        rota = drawing_up.draw_up(series, month, month, key=key, actor=actor, polish_s=None)
    return Turned(duty, rota)


def next_month_of(series: DaySeries, actor: SystemActor) -> Cycle:
    """Return the cycle of the next month; where the year's holidays are not known, its day is set by hand."""
    soon = clock.today().replace(day=1) + dt.timedelta(days=32)
    cycles.open_cycles(series, soon, actor=actor)
    cycle: Cycle = series.cycles.get(month=soon.replace(day=1))
    if cycle.date is None:
        cycles.move_cycle(cycle, cycle.ruled_on, "放假安排还没公布，先定这一天", actor=actor)
    return cycle
