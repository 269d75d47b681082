"""Sessions that their station's hours have overtaken: open for them when they were told, and shut now.

A session that was planned for an evening on which the station is shut anyway is nobody's mistake; one whose
station shut afterwards, or shuts for the whole day, has people standing before a locked door.
"""

import datetime as dt
from collections.abc import Iterable
from functools import cache

from django.db import transaction
from django.db.models import QuerySet

from lingju.activities.events import SessionsOvertaken
from lingju.activities.models import Session
from lingju.kernel import clock
from lingju.kernel.facts import announce
from lingju.places import hours, hours_past, opening
from lingju.places.calendars import day_classes
from lingju.places.events import CalendarChanged, HoursChanged
from lingju.places.hours import DayClasses
from lingju.places.models import Station

MOST_LOOKED_AT = 500
FETCHED = ("station__spans", "station__hours_changes")
ONE_DAY = dt.timedelta(days=1)


@transaction.atomic
def hear_hours(fact: HoursChanged) -> None:
    """Look which sessions a change of a station's hours overtook, and announce them; none is called off."""
    if fact.subject_type != "station":
        return
    since = _midnight(fact.from_date)
    coming = _coming(fact.district_id).filter(station_id=fact.station_id, ends_at__gt=since)
    if fact.to_date is not None:
        coming = coming.filter(starts_at__lt=_midnight(fact.to_date) + ONE_DAY)
    _announce(fact.district_id, coming[:MOST_LOOKED_AT])


@transaction.atomic
def hear_calendar(fact: CalendarChanged) -> None:
    """Look which sessions lie on days that are free now, or working days, and announce what is overtaken."""
    coming = _coming(fact.district_id).filter(starts_at__year__in=fact.years)
    _announce(fact.district_id, coming[:MOST_LOOKED_AT])


def overtaken(sessions: Iterable[Session]) -> list[Session]:
    """Keep the sessions at whose time the station is shut now; `FETCHED` should be fetched with them."""
    classes_of = cache(day_classes)  # each district's are read once
    return [
        one
        for one in sessions
        if one.station is not None and _is_overtaken(one, one.station, classes_of(one.district_id))
    ]


def _is_overtaken(session: Session, station: Station, classes: DayClasses) -> bool:
    if session.is_off or session.is_over:
        return False
    table = opening.timetable_of(station, classes=classes)
    if opening.is_held(table, session.starts_at, session.ends_at):
        return False
    date = session.starts_at.astimezone(clock.ZONE).date()
    if not table.on(date).stretches:
        return True
    if session.announced_at is None:
        return False
    begin = (session.starts_at - _midnight(date)) // dt.timedelta(minutes=1)
    before = hours_past.stretches_at(station, session.announced_at, date, classes=classes)
    return not hours.outside(before, begin, begin + 1)


def _coming(district_id: int) -> QuerySet[Session]:
    rows = Session.objects.filter(district_id=district_id, station__isnull=False).standing()
    fetched = rows.coming(clock.now()).select_related("station").prefetch_related(*FETCHED)
    return fetched.order_by("starts_at", "id")


def _announce(district_id: int, sessions: Iterable[Session]) -> None:
    ids = tuple(one.pk for one in overtaken(sessions))
    if ids:
        announce(SessionsOvertaken(district_id, ids))


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
