"""The clock of a need: what is promised, what pauses move, how far it is, who is told when it is late. Pure.

    submitted ────────■■■■■■■■■■■■■■■┄┄┄┄┄┄┄■■■■■■■■■■■■■■■■■|■■■■■■──▶ working time
                      half   most    paused                 due  +2    +5 working days
                      owner  owner                          community  street, district
    ──────────────────────────────────────────────────────────────────▶ total time: it never pauses

A pause needs one of two reasons and moves the due date on by the working time it took, never back. The
total time runs from the first word to the last, whatever happened in between. Days and hours are those of
`lingju.places.workdays`, where a year without its official notice is unknown and never guessed.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from lingju.places.workdays import MINUTE, NO_TIME, Due, WorkdayCalendar

__all__ = [
    "LADDER",
    "ChaseAct",
    "ChaseStep",
    "Due",
    "Pause",
    "PauseReason",
    "Reading",
    "State",
    "Target",
    "Timing",
    "Unit",
    "due_after",
    "moved_on",
    "read",
    "steps_due",
    "timing_of",
    "total_minutes",
]


class Unit(StrEnum):
    """In what a promise is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"


class PauseReason(StrEnum):
    """The only two things a clock may wait for."""

    WAITING_FOR_RESIDENT = "waiting_for_resident"
    WAITING_FOR_DATE = "waiting_for_date"


class State(StrEnum):
    """Whether a clock runs."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class ChaseAct(StrEnum):
    """What is done about a need that is slow."""

    REMIND_OWNER = "remind_owner"
    TO_COMMUNITY = "to_community"
    TO_STREET = "to_street"
    TO_DISTRICT = "to_district"


@dataclass(frozen=True, slots=True)
class Target:
    """How much time is promised; `unit` is one of `Unit`, or its value."""

    amount: int
    unit: str

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a promise takes some time")
        Unit(self.unit)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which we waited; `end` is None while it lasts. `reason` is one of `PauseReason`."""

    start: dt.datetime
    end: dt.datetime | None
    reason: str

    def __post_init__(self) -> None:
        PauseReason(self.reason)
        if self.end is not None and self.end < self.start:
            raise ValueError("a pause ends after it begins")


@dataclass(frozen=True, slots=True)
class Timing:
    """A clock as it is kept: `due` is moved on by the pauses that have ended, `paused` is what they took."""

    started: dt.datetime
    due: Due
    paused: dt.timedelta = NO_TIME
    paused_at: dt.datetime | None = None
    stopped_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock at one moment. What depends on an unknown year is None; then nothing is overdue either.

    `remaining_minutes` is working time and negative when overdue; `share_used` is 1.0 at the due date and
    more after it; `days_over` are whole working days past the due date; `day_minutes` is what a working
    day has. A paused or stopped clock says what it said when it stood still.
    """

    state: State
    due: Due
    remaining_minutes: int | None
    share_used: float | None
    days_over: int | None
    is_overdue: bool
    day_minutes: int


@dataclass(frozen=True, slots=True)
class ChaseStep:
    """A rung of the ladder: at a share of the time, or so many working days after the due date."""

    code: str
    act: ChaseAct
    share: float = 1.0
    days_over: int = 0


LADDER = (
    ChaseStep("half", ChaseAct.REMIND_OWNER, share=0.5),
    ChaseStep("most", ChaseAct.REMIND_OWNER, share=0.8),
    ChaseStep("due", ChaseAct.TO_COMMUNITY),
    ChaseStep("due_2", ChaseAct.TO_STREET, days_over=2),
    ChaseStep("due_5", ChaseAct.TO_DISTRICT, days_over=5),
)


def due_after(calendar: WorkdayCalendar, start: dt.datetime, target: Target) -> Due:
    """Return by when something begun at `start` is promised.

    Working days and hours begin at the next opening if `start` lies outside working hours; calendar days
    count from the moment itself.
    """
    unit = Unit(target.unit)
    if unit is Unit.CALENDAR_DAYS:
        return calendar.add_calendar_days(start, target.amount)
    if unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(start, target.amount)
    return calendar.add_working_minutes(start, target.amount * 60)


def moved_on(calendar: WorkdayCalendar, due: dt.datetime, paused_at: dt.datetime, until: dt.datetime) -> Due:
    """Return a due date moved on by the working time between two moments."""
    waited = calendar.working_time(paused_at, until)
    if waited is None:
        return Due(None, _unknown_year(calendar, paused_at, until))
    return calendar.add_working_time(due, waited)


def timing_of(
    calendar: WorkdayCalendar,
    started: dt.datetime,
    target: Target,
    pauses: Iterable[Pause] = (),
    *,
    stopped_at: dt.datetime | None = None,
) -> Timing:
    """Return the clock that a target and the pauses on its way make; pauses that overlap count once."""
    due, paused = due_after(calendar, started, target), NO_TIME
    ended, paused_at = _merged(pauses)
    for start, end in ended:
        paused += calendar.working_time(start, end) or NO_TIME
        due = due if due.at is None else moved_on(calendar, due.at, start, end)
    return Timing(started, due, paused, paused_at, stopped_at)


def read(calendar: WorkdayCalendar, timing: Timing, now: dt.datetime) -> Reading:
    """Return what a clock says at a moment."""
    state, at = _standing(timing, now)
    due = timing.due.at
    if due is None:
        return Reading(state, timing.due, None, None, None, False, calendar.minutes_a_day)
    left, over = calendar.working_time(at, due), calendar.working_time(due, at)
    is_overdue = at > due
    remaining = None if left is None or over is None else (left - over) // MINUTE
    share = _share(calendar, timing, due, left, over)
    days_over = calendar.working_days_between(due, at) if is_overdue else 0
    return Reading(state, timing.due, remaining, share, days_over, is_overdue, calendar.minutes_a_day)


def steps_due(
    reading: Reading, done: Collection[str], ladder: Iterable[ChaseStep] = LADDER
) -> tuple[ChaseStep, ...]:
    """Return the rungs that are due and not done, lowest first; a clock that stands still chases nobody."""
    if reading.state is not State.RUNNING:
        return ()
    return tuple(step for step in ladder if step.code not in done and _is_reached(step, reading))


def total_minutes(submitted: dt.datetime, now: dt.datetime) -> int:
    """Return the minutes since something was first said, by the wall; they never pause and never shrink."""
    return max(now - submitted, NO_TIME) // MINUTE


def _standing(timing: Timing, now: dt.datetime) -> tuple[State, dt.datetime]:
    """Return whether a clock runs, and the moment it shows."""
    if timing.stopped_at is not None and timing.stopped_at <= now:
        stood = min(timing.stopped_at, timing.paused_at or timing.stopped_at)
        return State.STOPPED, stood
    if timing.paused_at is not None and timing.paused_at <= now:
        return State.PAUSED, timing.paused_at
    return State.RUNNING, now


def _share(
    calendar: WorkdayCalendar,
    timing: Timing,
    due: dt.datetime,
    left: dt.timedelta | None,
    over: dt.timedelta | None,
) -> float | None:
    """Return the share of the promised working time that is used; a promise inside a rest is all or none."""
    promised = calendar.working_time(timing.started, due)
    if promised is None or left is None or over is None:
        return None
    whole = promised - timing.paused
    if whole <= NO_TIME:
        return 0.0 if left > NO_TIME else 1.0
    return max(0.0, (whole - left + over) / whole)


def _is_reached(step: ChaseStep, reading: Reading) -> bool:
    if step.days_over:
        return reading.is_overdue and (reading.days_over or 0) >= step.days_over
    if step.share >= 1.0 and reading.is_overdue:
        return True
    return reading.share_used is not None and reading.share_used >= step.share


def _merged(pauses: Iterable[Pause]) -> tuple[list[tuple[dt.datetime, dt.datetime]], dt.datetime | None]:
    """Return the pauses that have ended, apart from one another, and since when an open one lasts."""
    pauses = sorted(pauses, key=lambda pause: pause.start)
    open_since = min((pause.start for pause in pauses if pause.end is None), default=None)
    ended: list[tuple[dt.datetime, dt.datetime]] = []
    for pause in pauses:
        if pause.end is None:
            continue
        start = max(pause.start, ended[-1][1]) if ended else pause.start
        end = pause.end if open_since is None else min(pause.end, open_since)
        if start < end:
            ended.append((start, end))
    return ended, open_since


def _unknown_year(calendar: WorkdayCalendar, start: dt.datetime, end: dt.datetime) -> int:
    """Return the first year between two moments whose notice is not known."""
    first, last = start.astimezone(calendar.zone).year, end.astimezone(calendar.zone).year
    return next(year for year in range(first, last + 1) if year not in (calendar.known_years or ()))
