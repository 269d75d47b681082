"""What others read about doors: whether one is open now, how much of what was published was kept, records."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.places import delivered as counting
from lingju.places import hours_past, opening
from lingju.places.calendars import day_classes
from lingju.places.delivered import Delivered
from lingju.places.hours import ONE_DAY, DayClasses, OpenState, Timetable
from lingju.places.models import DoorRecord, Station

# Where a week passed without a record nobody records, and a missing one says nothing.
LATELY = dt.timedelta(days=7)
GRACE = dt.timedelta(minutes=15)  # until when a keeper may be hanging up the coat
LONGEST = dt.timedelta(days=2)  # no record is longer, so none that reaches into a month begins before


def delivered(station: Station, first: dt.date, last: dt.date) -> Delivered:
    """Return the minutes published and kept between two dates, until now, as the hours stood at each minute.

    A date whose hours hang on a notice that nobody has published is promised only what is certain, and
    named. At most six queries.
    """
    return _kept(station, first, last, records_of(station, first, last))


def lately() -> Prefetch[str]:
    """Return what is fetched with many stations, so that none asks for its own records of the last days."""
    rows = DoorRecord.objects.filter(is_replaced=False, opened_at__gte=clock.now() - LATELY)
    return Prefetch("door_records", queryset=rows, to_attr="doors_lately")


def seen(state: OpenState, table: Timetable, station: Station, at: dt.datetime) -> OpenState:
    """Return what a door's record makes of its hours: shut, where it was closed within the run of now."""
    last = next((row for row in reversed(_lately_of(station)) if row.opened_at <= at), None)
    shut_at = last.closed_at if last is not None else None
    if not state.is_open or shut_at is None or shut_at > at or not opening.is_held(table, shut_at, at):
        return state
    return replace(state, is_open=False, until=None, all_day=False, shut_at=shut_at)


def is_missing(station: Station, table: Timetable, at: dt.datetime) -> bool:
    """Say whether a door that should be open for a while has no record, where there usually is one."""
    rows = _lately_of(station)
    if not rows or not opening.is_held(table, at - GRACE, at):
        return False
    last = rows[-1]
    if last.closed_at is not None:
        return not opening.is_held(table, last.closed_at, at)
    is_of_another_day = last.opened_at.astimezone(clock.ZONE).date() != at.astimezone(clock.ZONE).date()
    return is_of_another_day and not opening.is_held(table, last.opened_at, at)


def _lately_of(station: Station) -> Sequence[DoorRecord]:
    """Return the records of the last days in order; one query where they were not fetched."""
    fetched: Sequence[DoorRecord] | None = getattr(station, "doors_lately", None)
    if fetched is not None:
        return fetched
    since = clock.now() - LATELY
    return list(station.door_records.filter(is_replaced=False, opened_at__gte=since))


def records_of(station: Station, first: dt.date, last: dt.date) -> list[DoorRecord]:
    """Return the records that hold and reach into some dates, in order."""
    low, high = (dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE) for date in (first, last))
    rows = station.door_records.filter(
        is_replaced=False, opened_at__gte=low - LONGEST, opened_at__lt=high + ONE_DAY
    )
    return [row for row in rows if row.closed_at is None or row.closed_at > low]


def this_month(station: Station) -> Delivered:
    """Return what was kept of this month so far."""
    return this_month_of([station])[station.pk]


def this_month_of(stations: Sequence[Station]) -> dict[int, Delivered]:
    """Return what each station kept of this month so far, by number; three queries for all of them.

    Each is measured against its own published hours, so that a long week is no advantage.
    """
    today = clock.today()
    first = today.replace(day=1)
    low = dt.datetime.combine(first, dt.time(), tzinfo=clock.ZONE)
    prefetch_related_objects(stations, "spans", "hours_changes")
    records: dict[int, list[DoorRecord]] = {station.pk: [] for station in stations}
    for row in DoorRecord.objects.filter(
        station__in=list(records), is_replaced=False, opened_at__gte=low - LONGEST
    ):
        records[row.station_id].append(row)
    classes = {pk: day_classes(pk) for pk in {station.district_id for station in stations}}
    return {
        station.pk: _kept(station, first, today, records[station.pk], classes[station.district_id])
        for station in stations
    }


def _kept(
    station: Station,
    first: dt.date,
    last: dt.date,
    records: Sequence[DoorRecord],
    classes: DayClasses | None = None,
) -> Delivered:
    said = hours_past.published(station, first, last, classes=classes)
    return counting.count(said.stretches, records, clock.now(), unknown=said.unknown)


def words(kept: Delivered) -> str:
    """Say it on the station's page: 本月应开 412 小时，记录开门 398 小时; nothing where nobody records."""
    if not kept.has_records:
        return ""
    said = _("本月到现在应开 %(published)s 小时，记录开门 %(kept)s 小时") % {
        "published": hours_words(kept.published_minutes),
        "kept": hours_words(kept.delivered_minutes),
    }
    if not kept.unrecorded:
        return said + _("。")
    return said + _("，有 %(n)d 天没有记录。") % {"n": len(kept.unrecorded)}


def hours_words(minutes: int) -> str:
    """Say minutes as hours: 412, 7.5; what is less than half an hour is rounded down."""
    halves = minutes // 30
    return str(halves // 2) if halves % 2 == 0 else f"{halves // 2}.5"
