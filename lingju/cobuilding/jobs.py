"""Clockwork of the co-building day: cycles are made, agreements and swaps end, who ended is forgotten."""

import datetime as dt

from lingju.cobuilding.models import DaySeries
from lingju.cobuilding.services import agreements, cycles, enrolling, members, settling
from lingju.kernel import clock, schedule
from lingju.kernel.rules import SystemActor

AHEAD = dt.timedelta(days=366)


def plan() -> None:
    """Plan the jobs; called once by the wiring."""
    schedule.plan("cobuilding.cycles", schedule.At(dt.time(0, 15)), open_ahead)
    schedule.plan("cobuilding.agreements_end", schedule.At(dt.time(0, 20)), agreements.end_due)
    schedule.plan("cobuilding.agreements_enter", schedule.At(dt.time(0, 25)), agreements.enter_due)
    schedule.plan("cobuilding.swaps_end", schedule.At(dt.time(0, 30)), settling.end_due)
    schedule.plan("cobuilding.forget_liaisons", schedule.At(dt.time(3, 20)), enrolling.forget_ended)
    schedule.plan("cobuilding.forget_members", schedule.At(dt.time(3, 25)), members.forget_ended)


def open_ahead() -> int:
    """Make the cycles of the coming year, and give a day to those whose notice has come; return how many."""
    count = 0
    for series in DaySeries.objects.filter(ended_on__isnull=True).select_related("district", "area"):
        actor = SystemActor(series.district_id)
        count += len(cycles.open_cycles(series, clock.today() + AHEAD, actor=actor))
        count += len(cycles.refresh(series, actor=actor))
    return count
