"""On which day of a month a co-building day falls. Pure: a rule, a calendar, a month in; a day and why out.

    2026-10   first Friday 10-02   国庆 holiday     next working Friday   10-09   "国庆节放假，顺延到10月9日"
    2027-05   first Friday 05-07   2027 not known   no day                        "2027年的放假安排还没公布"

A day whose year's notice is missing is unknown even where the week would do: a notice may make it a day of
rest. What the law fixes by date (statutory days) is no notice.
"""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lingju.places.workdays import Shift, WorkdayCalendar, nth_weekday

ONE_DAY = dt.timedelta(days=1)


class Why(StrEnum):
    """Why a day is not the one that the rule names."""

    NONE = ""
    LATER = "later"
    EARLIER = "earlier"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DayRule:
    """How the day of a month is named: the n-th weekday (from the end where n is negative), or a date."""

    nth: int = 1
    weekday: int = 4
    day_of_month: int | None = None
    moves: Shift = Shift.NEXT_WORKING_SAME_WEEKDAY

    def ruled_on(self, year: int, month: int) -> dt.date:
        """Return the day that the rule names; a fifth weekday that a month lacks is its last."""
        if self.day_of_month is not None:
            return dt.date(year, month, min(self.day_of_month, calendar.monthrange(year, month)[1]))
        named = nth_weekday(year, month, self.weekday, self.nth)
        last = nth_weekday(year, month, self.weekday, -1)
        if named is None and last is None:  # pragma: no cover  every month has every weekday four times
            raise ValueError("a month has every weekday")
        return named or last  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """The day that the rule names, the day on which it is held, and why they differ."""

    ruled_on: dt.date
    date: dt.date | None
    why: Why = Why.NONE
    holiday: str = ""
    unknown_year: int | None = None


def day_of(
    rule: DayRule,
    year: int,
    month: int,
    working: WorkdayCalendar,
    names: Mapping[dt.date, str] | None = None,
) -> DayOfMonth:
    """Return on which day of a month it is held; `names` says what a day of rest is called."""
    ruled = rule.ruled_on(year, month)
    moved = working.shifted(ruled, rule.moves)
    holiday = (names or {}).get(ruled, "")
    if moved.unknown_year is not None:
        return DayOfMonth(ruled, None, Why.UNKNOWN, holiday, moved.unknown_year)
    if moved.date is None:
        return DayOfMonth(ruled, None, Why.SKIPPED, holiday)
    if moved.date == ruled:
        return DayOfMonth(ruled, ruled, holiday=holiday)
    return DayOfMonth(ruled, moved.date, Why.LATER if moved.date > ruled else Why.EARLIER, holiday)


def months(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first days of all months from that of `first` to that of `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        dt.date(first.year + (first.month - 1 + ahead) // 12, (first.month - 1 + ahead) % 12 + 1, 1)
        for ahead in range(max(count, 0))
    ]
