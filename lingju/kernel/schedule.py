"""When recurring jobs are due: rhythms as plain values, and the list of jobs the wiring makes.

    schedule.plan("trail.seal", Every(minutes(5)), trail_jobs.seal_footprints)
    schedule.plan("trail.dispose", At(time(3, 30)), trail_jobs.dispose_of_old)
    schedule.plan("insight.month", At(time(1, 0), days={1}), …)

The kernel has no tables: `trail.ScheduledJob` keeps the diary, and `trail.jobs.tick` lets one process
of many claim a job that is due.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from lingju.kernel.clock import ZONE

EVERY_WEEKDAY = frozenset(range(7))
EVERY_DAY = frozenset(range(1, 32))
LONGEST_LEASE = dt.timedelta(minutes=15)


class Rhythm(Protocol):
    """When a job is due."""

    def first_after(self, moment: dt.datetime) -> dt.datetime:
        """Return the first moment at which it is due, later than `moment`."""


@dataclass(frozen=True, slots=True)
class Every:
    """Due at every whole multiple of an interval, counted from midnight in China of 2024-01-01."""

    interval: dt.timedelta

    def first_after(self, moment: dt.datetime) -> dt.datetime:
        """Return the next multiple of the interval."""
        start = dt.datetime(2024, 1, 1, tzinfo=ZONE)
        return start + ((moment - start) // self.interval + 1) * self.interval


@dataclass(frozen=True, slots=True)
class At:
    """Due at a time of day in China, on some weekdays (0 = Monday) and some days of the month."""

    time: dt.time
    weekdays: Collection[int] = EVERY_WEEKDAY
    days: Collection[int] = EVERY_DAY

    def __post_init__(self) -> None:
        if not set(self.weekdays) & EVERY_WEEKDAY or not set(self.days) & EVERY_DAY:
            raise ValueError("a job that is due on no day is a mistake")

    def first_after(self, moment: dt.datetime) -> dt.datetime:
        """Return the next such time; within four years, or ValueError (the 31st on a … never comes)."""
        day = moment.astimezone(ZONE).date()
        for ahead in range(4 * 366):
            date = day + dt.timedelta(days=ahead)
            due = dt.datetime.combine(date, self.time, tzinfo=ZONE)
            if due > moment and date.weekday() in self.weekdays and date.day in self.days:
                return due
        raise ValueError(f"{self} never comes")


@dataclass(frozen=True, slots=True)
class Job:
    """A recurring job: when it is due, what it runs, after how long its runner counts as dead."""

    name: str
    rhythm: Rhythm
    run: Callable[[], object]
    lease: dt.timedelta = LONGEST_LEASE


_jobs: dict[str, Job] = {}


def plan(
    name: str, rhythm: Rhythm, run: Callable[[], object], *, lease: dt.timedelta = LONGEST_LEASE
) -> None:
    """Plan a job; called by the wiring alone, once at start. The same name again replaces it."""
    _jobs[name] = Job(name, rhythm, run, lease)


def jobs() -> tuple[Job, ...]:
    """Return all planned jobs by name."""
    return tuple(_jobs[name] for name in sorted(_jobs))
