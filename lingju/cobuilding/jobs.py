"""Clockwork of the co-building day: agreements enter and end, who ended is forgotten."""

import datetime as dt

from lingju.cobuilding.services import agreements, enrolling, members
from lingju.kernel import schedule


def plan() -> None:
    """Plan the jobs; called once by the wiring."""
    schedule.plan("cobuilding.agreements_end", schedule.At(dt.time(0, 20)), agreements.end_due)
    schedule.plan("cobuilding.agreements_enter", schedule.At(dt.time(0, 25)), agreements.enter_due)
    schedule.plan("cobuilding.forget_liaisons", schedule.At(dt.time(3, 20)), enrolling.forget_ended)
    schedule.plan("cobuilding.forget_members", schedule.At(dt.time(3, 25)), members.forget_ended)
