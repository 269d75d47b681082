"""Working days and working time on a named calendar that knows swapped days. Pure; no database, no clock.

    Mo Tu We Th Fr   ■■■■ ■■■■    the week says when people work
    Sa Su            ─────────    but a notice may make one a working day 调休上班, or Monday a rest 调休放假
    a year without   ?????????    its days are unknown, which is a state and never a guess: `Due.unknown_year`
    its notice

Moments are aware and are looked at in the calendar's zone. Time is counted on the wall there: spans lie
inside one day, and no zone we know changes its clocks inside working hours.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotNow

DAY_MINUTES = 24 * 60
ONE_DAY = dt.timedelta(days=1)
NO_TIME = dt.timedelta()
MINUTE = dt.timedelta(minutes=1)
Spans = tuple[tuple[int, int], ...]
"""Minutes of a day, half open, sorted and apart from one another: ((510, 720), (870, 1080))."""


class DayKind(StrEnum):
    """What the calendar says a date is."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    STATUTORY_HOLIDAY = "statutory_holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    SWAPPED_REST_DAY = "swapped_rest_day"


ORDINARY = frozenset({DayKind.WORKDAY, DayKind.WEEKEND})
RESTING = frozenset({DayKind.STATUTORY_HOLIDAY, DayKind.SWAPPED_REST_DAY})


class UnknownYear(NotNow):
    """Refuse to count through a year whose official notice is not known."""

    def __init__(self, year: int) -> None:
        super().__init__(_("%(year)d 年的放假安排还没公布，日子还算不出来。") % {"year": year})
        self.year = year


@dataclass(frozen=True, slots=True)
class NoticedDay:
    """A day on which a notice says something else than the week does, and what the occasion is called."""

    date: dt.date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A moment by which something is due; where a year's notice is missing there is the year instead."""

    at: dt.datetime | None
    unknown_year: int | None = None

    @property
    def is_known(self) -> bool:
        """Say whether there is a moment."""
        return self.at is not None

    def moment(self) -> dt.datetime:
        """Return the moment; raise UnknownYear where there is none."""
        if self.at is None:
            raise UnknownYear(self.unknown_year or 0)
        return self.at


def week(spans: Spans, weekdays: int = 0b0011111) -> tuple[Spans, ...]:
    """Return a week in which the days of a mask (bit 0 is Monday) have these spans and the others none."""
    return tuple(spans if weekdays >> day & 1 else () for day in range(7))


class Shift(StrEnum):
    """Where something goes whose date falls on a day of rest."""

    KEEP = "keep"
    SKIP = "skip"
    NEXT_WORKDAY = "next_workday"
    PREVIOUS_WORKDAY = "previous_workday"
    NEXT_WORKING_SAME_WEEKDAY = "next_working_same_weekday"


LONGEST_SEARCH = 60  # steps; a holiday is shorter, and a weekday on which nobody works has no end
STEPS = {
    Shift.NEXT_WORKDAY: ONE_DAY,
    Shift.PREVIOUS_WORKDAY: -ONE_DAY,
    Shift.NEXT_WORKING_SAME_WEEKDAY: 7 * ONE_DAY,
}


@dataclass(frozen=True, slots=True)
class Shifted:
    """The date on which something falls; none where it is skipped, or hangs on a year without a notice."""

    date: dt.date | None
    is_shifted: bool = False
    unknown_year: int | None = None

    @property
    def is_known(self) -> bool:
        """Say whether it is settled on which date it falls, or that it falls on none."""
        return self.unknown_year is None


def nth_weekday(year: int, month: int, weekday: int, n: int) -> dt.date | None:
    """Return the n-th Monday (0) to Sunday (6) of a month, from its end where n is negative.

    None where the month has no fifth; raise ValueError for an n that no month has.
    """
    if not 1 <= abs(n) <= 5:
        raise ValueError("a month has a weekday four or five times")
    first = dt.date(year, month, 1)
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    if n > 0:
        date = first + ((weekday - first.weekday()) % 7 + 7 * (n - 1)) * ONE_DAY
    else:
        last = following - ONE_DAY
        date = last - ((last.weekday() - weekday) % 7 + 7 * (-n - 1)) * ONE_DAY
    return date if first <= date < following else None


@dataclass(frozen=True, slots=True)
class WorkdayCalendar:
    """When people work: spans by weekday, the days that notices changed, the years whose notice is known.

    `known_years` None means that no notice counts and the week alone decides, in every year.
    """

    weekly: tuple[Spans, ...]
    days: Mapping[dt.date, DayKind] = field(default_factory=dict)
    known_years: frozenset[int] | None = None
    zone: dt.tzinfo = clock.ZONE
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.weekly) != 7 or not any(self.weekly):
            raise ValueError("a working week has seven days, and somebody works on one of them")
        for spans in self.weekly:
            edges = [0, *(edge for span in spans for edge in span), DAY_MINUTES]
            if edges != sorted(edges) or any(opens == closes for opens, closes in spans):
                raise ValueError("the spans of a day are sorted, apart, and within the day")

    # --- days -------------------------------------------------------------------------------------------

    def day_kind(self, date: dt.date) -> DayKind | None:
        """Return what a date is; None where its year's notice is not known."""
        if self.known_years is not None and date.year not in self.known_years:
            return None
        return self.days.get(date) or (DayKind.WORKDAY if date.weekday() < 5 else DayKind.WEEKEND)

    def is_working_day(self, date: dt.date) -> bool | None:
        """Say whether people work on a date; None where its year's notice is not known."""
        return None if self.day_kind(date) is None else bool(self.spans_on(date))

    def spans_on(self, date: dt.date) -> Spans:
        """Return when people work on a date; raise UnknownYear where nobody can say.

        A swapped weekend is worked like the first working day of the week.
        """
        kind = self.day_kind(date)
        if kind is None:
            raise UnknownYear(date.year)
        if kind in RESTING:
            return ()
        return self._ordinary if kind is DayKind.MAKEUP_WORKDAY else self.weekly[date.weekday()]

    def shifted(self, date: dt.date, policy: Shift) -> Shifted:
        """Return where a policy moves a date that is a day of rest; a working day stays where it is.

        Unknown where a year on the way has no notice: no rule may be counted through it.
        """
        if policy is Shift.KEEP:
            return Shifted(date)
        try:
            wanted = self._worked(date, STEPS.get(policy, NO_TIME))
        except UnknownYear as unknown:
            return Shifted(None, unknown_year=unknown.year)
        return Shifted(wanted, is_shifted=wanted != date)

    def _worked(self, date: dt.date, step: dt.timedelta) -> dt.date | None:
        """Return the first working day from a date on, step by step; none where no step is taken."""
        for ahead in range(LONGEST_SEARCH):
            if self.spans_on(date + ahead * step):
                return date + ahead * step
            if not step:
                return None
        raise ValueError("nobody works on that weekday in this calendar")

    @property
    def minutes_a_day(self) -> int:
        """Return how many minutes people work on the first working day of a week."""
        return sum(closes - opens for opens, closes in self._ordinary)

    @property
    def _ordinary(self) -> Spans:
        return next(spans for spans in self.weekly if spans)

    # --- time -------------------------------------------------------------------------------------------

    def working_time(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta | None:
        """Return the working time between two moments, none if they are in reverse; None if unknown."""
        try:
            return self._between(self._local(start), self._local(end))
        except UnknownYear:
            return None

    def working_minutes(self, start: dt.datetime, end: dt.datetime) -> int | None:
        """Return the whole working minutes between two moments; None where a year on the way is unknown."""
        time = self.working_time(start, end)
        return None if time is None else time // MINUTE

    def working_days_between(self, start: dt.datetime, end: dt.datetime) -> int | None:
        """Return how many working days can be added to `start` without passing `end`; None if unknown."""
        try:
            return self._days_between(self._local(start), self._local(end))
        except UnknownYear:
            return None

    def add_working_minutes(self, start: dt.datetime, minutes: int) -> Due:
        """Return the moment so many working minutes after another; none leaves it where it is."""
        return self.add_working_time(start, minutes * MINUTE)

    def add_working_time(self, start: dt.datetime, length: dt.timedelta) -> Due:
        """Return the moment so much working time after another; raise ValueError if it is negative."""
        if length < NO_TIME:
            raise ValueError("time is added, not taken away")
        return Due(start) if not length else self._due(lambda: self._after(self._local(start), length))

    def add_working_days(self, start: dt.datetime, count: int) -> Due:
        """Return the same time of day so many working days on.

        A start outside working hours counts from the next opening. Where the last day's hours are others,
        the time moves to the next opening on that day, or back to its last closing.
        """
        if count < 0:
            raise ValueError("days are added, not taken away")
        return self._due(lambda: self._days_after(self._local(start), count))

    def add_calendar_days(self, start: dt.datetime, count: int) -> Due:
        """Return the same time of day so many days on; every day counts, so it is always known."""
        return Due(self._aware(self._local(start) + count * ONE_DAY))

    # --- on the wall ------------------------------------------------------------------------------------

    def _local(self, moment: dt.datetime) -> dt.datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone is none")
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _aware(self, wall: dt.datetime) -> dt.datetime:
        return wall.replace(tzinfo=self.zone)

    def _due(self, find: Callable[[], dt.datetime]) -> Due:
        try:
            return Due(self._aware(find()))
        except UnknownYear as unknown:
            return Due(None, unknown.year)

    def _stretches(self, date: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Yield the working stretches from a date on; raise UnknownYear where they cannot be told."""
        while True:
            midnight = dt.datetime.combine(date, dt.time())
            for opens, closes in self.spans_on(date):
                yield midnight + opens * MINUTE, midnight + closes * MINUTE
            date += ONE_DAY

    def _between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        total, date = NO_TIME, start.date()
        while date <= end.date():
            midnight = dt.datetime.combine(date, dt.time())
            for opens, closes in self.spans_on(date):
                inside = min(end, midnight + closes * MINUTE) - max(start, midnight + opens * MINUTE)
                total += max(inside, NO_TIME)
            date += ONE_DAY
        return total

    def _after(self, start: dt.datetime, length: dt.timedelta) -> dt.datetime:
        for opens, closes in self._stretches(start.date()):
            begins = max(opens, start)
            room = max(closes - begins, NO_TIME)
            if room >= length:
                return begins + length
            length -= room
        raise AssertionError("working time does not end")  # pragma: no cover

    def _days_after(self, start: dt.datetime, count: int) -> dt.datetime:
        first = self._opening(start)
        date = first.date()
        while count:
            date += ONE_DAY
            count -= bool(self.spans_on(date))
        return self._on(date, first)

    def _days_between(self, start: dt.datetime, end: dt.datetime) -> int:
        if start > end:
            return 0
        first, count = self._opening(start), 0
        date = first.date() + ONE_DAY
        while date <= end.date():
            count += bool(self.spans_on(date)) and self._on(date, first) <= end
            date += ONE_DAY
        return count

    def _opening(self, start: dt.datetime) -> dt.datetime:
        """Return the first moment from `start` on at which people work; the closing minute still counts."""
        return next(max(opens, start) for opens, closes in self._stretches(start.date()) if start <= closes)

    def _on(self, date: dt.date, like: dt.datetime) -> dt.datetime:
        """Return the time of day of `like` on a working date, or the edge of its hours that is nearest on."""
        wall = dt.datetime.combine(date, like.time())
        midnight = dt.datetime.combine(date, dt.time())
        spans = self.spans_on(date)
        for opens, closes in spans:
            if wall <= midnight + closes * MINUTE:
                return max(wall, midnight + opens * MINUTE)
        return midnight + spans[-1][1] * MINUTE
