"""What others read about doors: how much of what was published was kept, and the records of some days."""

import datetime as dt

from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.places import delivered as counting
from lingju.places import hours_past
from lingju.places.delivered import Delivered
from lingju.places.hours import ONE_DAY
from lingju.places.models import DoorRecord, Station

LONGEST = dt.timedelta(days=2)  # no record is longer, so none that reaches into a month begins before


def delivered(station: Station, first: dt.date, last: dt.date) -> Delivered:
    """Return the minutes published and kept between two dates, until now, as the hours stood at each minute.

    A date whose hours hang on a notice that nobody has published is promised only what is certain, and
    named. At most six queries.
    """
    said = hours_past.published(station, first, last)
    return counting.count(said.stretches, records_of(station, first, last), clock.now(), unknown=said.unknown)


def records_of(station: Station, first: dt.date, last: dt.date) -> list[DoorRecord]:
    """Return the records that hold and reach into some dates, in order."""
    low, high = (dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE) for date in (first, last))
    rows = station.door_records.filter(
        is_replaced=False, opened_at__gte=low - LONGEST, opened_at__lt=high + ONE_DAY
    )
    return [row for row in rows if row.closed_at is None or row.closed_at > low]


def this_month(station: Station) -> Delivered:
    """Return what was kept of this month so far."""
    today = clock.today()
    return delivered(station, today.replace(day=1), today)


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
