"""What others read about calendars: a district's working calendar in memory, and which years are known.

A calendar is kept in memory by its version, which every change of a day replaces: one query where it is
known, three where it is not.
"""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

from lingju.places import hours_text
from lingju.places.hours_text import WeeklyTime
from lingju.places.models import CalendarDay, CalendarYear, District, OpeningSpan, WorkCalendar
from lingju.places.workdays import DayKind, Spans, WorkdayCalendar, week

STANDARD = "周一至周五 8:30-12:00 14:30-18:00"
# What stands in for a district that has no calendar: every date is unknown.
NOTHING_KNOWN = WorkdayCalendar(week(((510, 720), (870, 1080))), known_years=frozenset())
CLASS_OF_KIND = {
    DayKind.WORKDAY: OpeningSpan.DayClass.WORKDAY.value,
    DayKind.WEEKEND: OpeningSpan.DayClass.WEEKEND.value,
    DayKind.STATUTORY_HOLIDAY: OpeningSpan.DayClass.HOLIDAY.value,
    DayKind.MAKEUP_WORKDAY: OpeningSpan.DayClass.SWAPPED_WORKDAY.value,
    DayKind.SWAPPED_REST_DAY: OpeningSpan.DayClass.SWAPPED_REST.value,
}


class DayClassesOf:
    """What class of day a date is in a district, as `lingju.places.hours` asks for it.

    The database is asked at the first question, and not at all where no span speaks of a class of day:
    one query, three where the days are not in memory yet.
    """

    def __init__(self, district_id: int) -> None:
        self._district_id = district_id
        self._calendar: WorkdayCalendar | None = None

    def __call__(self, date: dt.date) -> str | None:
        """Return the class of a date; None where its year's notice is not known."""
        kind = self.calendar.day_kind(date)
        return None if kind is None else CLASS_OF_KIND[kind]

    @property
    def calendar(self) -> WorkdayCalendar:
        """Return the district's calendar that keeps the notices, its default one if that does."""
        if self._calendar is None:
            row = WorkCalendar.objects.filter(district_id=self._district_id, keeps_holidays=True).first()
            self._calendar = _of_row(row) if row else NOTHING_KNOWN
        return self._calendar


def day_classes(district_id: int) -> DayClassesOf:
    """Return the district's classes of days; ask once a page and hand it to every question about hours."""
    return DayClassesOf(district_id)


def calendar_of(district: District, code: str = "") -> WorkdayCalendar:
    """Return a district's calendar by code; the default one without a code, or where there is none of it.

    A district without any calendar gets one on which every date is unknown.
    """
    rows = WorkCalendar.objects.filter(district_id=district.pk)
    found = {row.code: row for row in rows}
    row = found.get(code) or next((row for row in found.values() if row.is_default), None)
    if row is None:
        return NOTHING_KNOWN
    return _of_row(row)


def weekly_spans(times: Iterable[WeeklyTime]) -> tuple[Spans, ...]:
    """Return weekly times as the spans of seven days; raises ValueError where one runs past midnight."""
    times = sorted(times, key=lambda time: time.opens)
    spans = tuple(
        tuple((time.opens, time.closes) for time in times if time.weekdays >> day & 1) for day in range(7)
    )
    WorkdayCalendar(spans)
    return spans


def known_years(district: District) -> tuple[int, ...]:
    """Return the years whose notice is known, in order."""
    return tuple(CalendarYear.objects.filter(district_id=district.pk).values_list("year", flat=True))


def unannounced(known: Iterable[int], today: dt.date) -> tuple[int, ...]:
    """Return which of this year and the next are not known: promises that reach into them have no date."""
    return tuple(sorted({today.year, today.year + 1} - set(known)))


def _of_row(row: WorkCalendar) -> WorkdayCalendar:
    return _built(row.district_id, row.version, row.name, row.weekly, row.keeps_holidays)


@lru_cache(maxsize=64)
def _built(district_id: int, version: int, name: str, weekly: str, keeps_holidays: bool) -> WorkdayCalendar:
    """Return a calendar that needs the database no more; the version makes it another when days change."""
    spans = weekly_spans(hours_text.read(weekly))
    if not keeps_holidays:
        return WorkdayCalendar(spans, name=name)
    days = CalendarDay.objects.filter(district_id=district_id).values_list("date", "kind")
    years = CalendarYear.objects.filter(district_id=district_id).values_list("year", flat=True)
    kinds = {date: DayKind(kind) for date, kind in days}
    return WorkdayCalendar(spans, kinds, frozenset(years), name=name)
