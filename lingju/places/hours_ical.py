"""Opening hours as a calendar to subscribe to (RFC 5545): a weekly event for each opening. Pure.

Where a date differs from the week it is taken out (EXDATE), and what is open instead is an event of its
own. Nothing is said after the last year whose notice is known, where hours hang on one.
"""

import datetime as dt
import uuid
from collections.abc import Iterator

from icalendar import Calendar, Event
from icalendar.prop import vRecur

from lingju.kernel import clock
from lingju.kernel.ical import zone
from lingju.places.hours import ONE_DAY, Stretch, Timetable
from lingju.places.hours_rules import OddDay, Rules, Season, by_opening, rules_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMESPACE = uuid.UUID("6f1f2c62-6c0b-5a0e-9d56-0f2a3b5f7c11")  # of our event names alone


def calendar_of(table: Timetable, since: dt.date, *, uid: str, name: str, stamp: dt.datetime) -> Calendar:
    """Return the openings that begin from a date on as a calendar; `uid` names whose they are, for good.

    The same opening keeps its UID whenever the calendar is made anew; `stamp` is when that is.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Lingju//opening hours//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add_component(zone())
    for event in _events(rules_of(table, since, shape=by_opening), uid):
        event.add("summary", name)
        event.add("dtstamp", stamp.astimezone(dt.UTC))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar


def _events(rules: Rules, uid: str) -> Iterator[Event]:
    for season in rules.seasons:
        odd = [day.date for day in rules.odd if _is_within(day.date, season)]
        stretches = sorted({stretch for day in season.week for stretch in day})
        yield from filter(None, (_weekly(season, stretch, odd, uid) for stretch in stretches))
    for day in rules.odd:
        yield from _single(day, uid)


def _weekly(season: Season, stretch: Stretch, odd: list[dt.date], uid: str) -> Event | None:
    weekdays = [weekday for weekday in range(7) if stretch in season.week[weekday]]
    ahead = (season.first + n * ONE_DAY for n in range(7))
    first = next(date for date in ahead if date.weekday() in weekdays)
    if season.last is not None and first > season.last:
        return None
    event = _event(first, stretch, f"{uid} {season.first} {stretch.start}-{stretch.end}")
    rule = {"freq": "weekly", "byday": [DAYS[weekday] for weekday in weekdays]}
    if season.last is not None:
        rule["until"] = [_at(season.last + ONE_DAY, -1).astimezone(dt.UTC)]  # type: ignore[list-item]
    event.add("rrule", vRecur(rule))
    for date in odd:
        if date.weekday() in weekdays:
            event.add("exdate", _at(date, stretch.start))
    return event


def _single(day: OddDay, uid: str) -> Iterator[Event]:
    for stretch in day.stretches:
        event = _event(day.date, stretch, f"{uid} {day.date} {stretch.start}-{stretch.end} only")
        if day.reason:
            event.add("description", day.reason)
        yield event


def _event(date: dt.date, stretch: Stretch, name: str) -> Event:
    event = Event()
    event.add("uid", f"{uuid.uuid5(NAMESPACE, name)}@lingju")
    event.add("dtstart", _at(date, stretch.start))
    event.add("dtend", _at(date, stretch.end))
    return event


def _is_within(date: dt.date, season: Season) -> bool:
    return season.first <= date and (season.last is None or date <= season.last)


def _at(date: dt.date, minute: int) -> dt.datetime:
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
    return midnight + dt.timedelta(minutes=minute)
