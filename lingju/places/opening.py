"""When something can be used, for whoever plans ahead: a station, a service at it, a facility.

A service or a facility with a week of its own keeps it; without one it is open whenever its station is.
What is shut at the station is shut inside it, and a station that is paused or closed is open never, with
everything it holds (`lingju.places.hours_plans.under`).

Each question costs at most six queries, and none for what the caller has fetched already: the spans of the
subject, its station and the spans of that, and three for a calendar that is not in memory.
"""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.places import hours
from lingju.places.calendars import day_classes
from lingju.places.hours import DAY, ONE_DAY, DayClasses, Resolved, Span, Stretch, Timetable
from lingju.places.models import Facility, ServiceAtStation, Station
from lingju.places.stretches import merged

Subject = Station | ServiceAtStation | Facility
MINUTE = dt.timedelta(minutes=1)


def stretches_of(subject: Subject, date: dt.date) -> tuple[Stretch, ...]:
    """Return when a subject is open on a date, in minutes from 0 to 1440, sorted and apart."""
    return timetable_of(subject).on(date).stretches


def is_open_throughout(subject: Subject, start: dt.datetime, end: dt.datetime) -> bool:
    """Say whether a subject is open all the time between two aware moments.

    Where that hangs on a notice of holidays that nobody has published, it is not.
    """
    return is_held(timetable_of(subject), start, end)


def is_held(table: Timetable, start: dt.datetime, end: dt.datetime) -> bool:
    """Say whether a timetable is open all the time between two aware moments."""
    return all(
        not hours.outside(table.on(date).stretches, first, last) for date, first, last in _days(start, end)
    )


def first_open_day(subject: Subject, date: dt.date) -> dt.date | None:
    """Return the first date from one on on which a subject opens at all; None where none is in sight."""
    table = timetable_of(subject)
    ahead = (date + n * ONE_DAY for n in range(hours.HORIZON_DAYS + 1))
    return next((day for day in ahead if table.on(day).stretches), None)


def why_shut(subject: Subject, start: dt.datetime, end: dt.datetime) -> str:
    """Return why a subject is not open all the time between two moments, in a sentence; "" if it is."""
    table = timetable_of(subject)
    for date, first, last in _days(start, end):
        day = table.on(date)
        if hours.outside(day.stretches, first, last):
            return _why(subject, table, date, day, (first, last))
    return ""


def timetable_of(subject: Subject, *, classes: DayClasses | None = None) -> Timetable:
    """Return the hours of a subject under those of its station; `classes` if the caller has them already."""
    station = station_of(subject)
    if not _is_in_use(subject):
        return hours.Timetable(())
    asks = classes or day_classes(subject.district_id)
    if isinstance(subject, Station):
        return Timetable(tuple(spans_of(subject)), day_class=asks)
    rows = list(subject.spans.all())
    has_week = any(row.layer <= hours.SEASONAL and not row.is_closed for row in rows)
    return Timetable(
        own=tuple(hours.span_of(row) for row in rows if row.audience_id is None),
        house=tuple(spans_of(station)),
        inherits=not has_week,
        day_class=asks,
    )


def spans_of(subject: Subject) -> list[Span]:
    """Return the hours of a subject as plain spans; those for a special audience are not everybody's."""
    return [hours.span_of(row) for row in subject.spans.all() if row.audience_id is None]


def station_of(subject: Subject) -> Station:
    """Return the station a subject is or stands in."""
    return subject if isinstance(subject, Station) else subject.station


def _is_in_use(subject: Subject) -> bool:
    is_offered = not isinstance(subject, ServiceAtStation) or subject.is_offered
    return is_offered and station_of(subject).is_in_use


def _days(start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.date, int, int]]:
    """Yield each date between two moments with its first minute and the minute after its last.

    A minute that is only touched counts whole; no time at all counts as the minute it lies in.
    """
    if end < start:
        raise ValueError("a stretch of time ends after it starts")
    first, last = start.astimezone(clock.ZONE), end.astimezone(clock.ZONE)
    last = max(last, first + dt.timedelta(microseconds=1))
    date = first.date()
    while (midnight := dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)) < last:
        low = max((first - midnight) // MINUTE, 0)
        yield date, low, min(-((midnight - last) // MINUTE), DAY)
        date += ONE_DAY


def _why(subject: Subject, table: Timetable, date: dt.date, day: Resolved, asked: tuple[int, int]) -> str:
    station, when = station_of(subject), _("%(month)d月%(day)d日") % {"month": date.month, "day": date.day}
    if not station.is_in_use:
        reason = station.state_reason or station.get_state_display()
        return _("%(name)s现在不开放：%(reason)s。") % {"name": station.name, "reason": reason}
    if not _is_in_use(subject):
        return _("%(name)s现在不提供这项服务。") % {"name": station.name}
    if day.perhaps and not hours.outside(merged([*day.stretches, *day.perhaps]), *asked):
        return _("%(year)d 年的放假安排还没公布，%(when)s开不开门还定不下来。") % {
            "year": date.year,
            "when": when,
        }
    plans = table.plans(date)
    reason = next((plan.reason for plan in plans if plan.shut and plan.reason), "")
    if not day.stretches:
        said = _("%(when)s不开门：%(reason)s。") if reason else _("%(when)s不开门。")
        return said % {"when": when, "reason": reason}
    told = _("、").join(f"{_minute(start)}–{_minute(end)}" for start, end in day.stretches)
    return _("%(when)s的开放时间是 %(hours)s。") % {"when": when, "hours": told}


def _minute(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
