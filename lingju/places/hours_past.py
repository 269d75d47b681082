"""What hours were in force at a moment that is past, and who changed them since.

    now     8:00–18:00          changes are read backwards: what was in force until the first change after
    10 May  9:00–17:00 until    a moment was in force at that moment
    2 May   8:00–12:00 until

Nothing is known from before the first word; what was said first is taken to have been so before.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from lingju.kernel import clock
from lingju.places.calendars import day_classes
from lingju.places.hours import DAY, ONE_DAY, DayClasses, Span, Stretch, Stretches, Timetable
from lingju.places.models import HoursChange, Station
from lingju.places.opening import spans_of, timetable_of
from lingju.places.stretches import clip, merged

MINUTE = dt.timedelta(minutes=1)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Published:
    """What a station promised on each date, by the hours of each minute; the dates nobody could know."""

    stretches: dict[dt.date, Stretches]
    unknown: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class _Reign:
    """A timetable and until when it was in force; None: until now and on."""

    table: Timetable
    until: dt.datetime | None


def published(
    station: Station, first: dt.date, last: dt.date, *, classes: DayClasses | None = None
) -> Published:
    """Return what a station promised between two dates: each minute by the hours in force at that minute.

    Who shut early and changed the hours afterwards did not promise less. One query more than a timetable,
    none where `hours_changes` were fetched.
    """
    reigns = _reigns(station, first, classes)
    days: dict[dt.date, Stretches] = {}
    unknown = []
    for n in range((last - first).days + 1):
        date = first + n * ONE_DAY
        days[date], is_known = _on(reigns, date)
        if not is_known:
            unknown.append(date)
    return Published(days, tuple(unknown))


def stretches_at(
    station: Station, moment: dt.datetime, date: dt.date, *, classes: DayClasses | None = None
) -> Stretches:
    """Return what the hours that were in force at a moment said about a date."""
    reigns = _reigns(station, moment.astimezone(clock.ZONE).date(), classes)
    return next(one for one in reigns if one.until is None or moment < one.until).table.on(date).stretches


def changes_of(station: Station, most: int = SHOWN) -> list[HoursChange]:
    """Return the last changes of hours at a station, at its services and its facilities, newest first."""
    here = Q(station=station) | Q(offer__station=station) | Q(facility__station=station)
    rows = HoursChange.objects.filter(here, district_id=station.district_id)
    return list(rows.select_related("offer__service", "facility").order_by("-at", "-id")[:most])


def _reigns(station: Station, first: dt.date, classes: DayClasses | None = None) -> list[_Reign]:
    """Return the timetables of a station from a date on, in order; the last one is that of now."""
    changes = sorted(station.hours_changes.all(), key=lambda row: (row.at, row.pk))
    classes = classes or day_classes(station.district_id)
    # What stood before the first word ever is nothing, and nothing was promised otherwise.
    first_ever = 1 if changes and not _spans(changes[0].was) else 0
    told = [(row.at, _spans(row.was)) for row in changes[first_ever:] if row.at >= _midnight(first)]
    return [
        *(_Reign(Timetable(spans, day_class=classes), at) for at, spans in told),
        _Reign(_now(station, classes), None),
    ]


def _now(station: Station, classes: DayClasses) -> Timetable:
    # What happened to the station since, a pause or its closing, changes no promise of before.
    if station.is_in_use:
        return timetable_of(station, classes=classes)
    return Timetable(tuple(spans_of(station)), day_class=classes)


def _on(reigns: Sequence[_Reign], date: dt.date) -> tuple[Stretches, bool]:
    """Return the stretches of a date, pieced together from the timetables that were in force on it."""
    found: list[Stretch] = []
    is_known, begin = True, 0
    for one in reigns:
        end = DAY if one.until is None else min((one.until - _midnight(date)) // MINUTE, DAY)
        if end <= begin:
            continue
        day = one.table.on(date)
        found += clip(day.stretches, begin, end)
        is_known = is_known and day.is_known
        begin = end
        if begin >= DAY:
            break
    return merged(found), is_known


def _spans(was: Iterable[dict[str, Any]]) -> tuple[Span, ...]:
    """Return kept spans that are everybody's."""
    return tuple(
        Span(**{**one, "from_date": _date(one["from_date"]), "to_date": _date(one["to_date"])})
        for one in was
        if not one["audience"]
    )


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
