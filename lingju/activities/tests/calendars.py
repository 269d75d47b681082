"""Three readers of calendars that know nothing of each other: what happens when, as each understands it.

icalendar, vobject and ical each read the text by themselves. recurring_ical_events has no reader of its own:
it only expands what icalendar has read, and must come to the same.
"""

import datetime as dt
from typing import Any

import recurring_ical_events
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from lingju.kernel import clock

FIRST, LAST = dt.datetime(2024, 1, 1, tzinfo=clock.ZONE), dt.datetime(2029, 1, 1, tzinfo=clock.ZONE)
Occurrence = tuple[str, str, str, str]


def by_icalendar(content: bytes) -> set[Occurrence]:
    """Read with icalendar alone."""
    return {_told(event) for event in Calendar.from_ical(content).walk("VEVENT")}


def by_expansion(content: bytes) -> set[Occurrence]:
    """Read as recurring_ical_events expands it over five years."""
    expanded = recurring_ical_events.of(Calendar.from_ical(content)).between(FIRST, LAST)
    return {_told(event) for event in expanded}


def by_vobject(content: bytes) -> set[Occurrence]:
    """Read with vobject, expanding what repeats by its rules."""
    found = set()
    for event in vobject.readOne(content.decode()).contents.get("vevent", []):
        start, end = event.dtstart.value, event.dtend.value
        repeats = event.getrruleset(addRDate=True) if "rrule" in event.contents else [start]
        status = event.status.value
        found |= {(event.uid.value, _spelt(one), _spelt(one + (end - start)), status) for one in repeats}
    return found


def by_ical(content: bytes) -> set[Occurrence]:
    """Read with ical, which expands what repeats by itself."""
    timeline = IcsCalendarStream.calendar_from_ics(content.decode()).timeline_tz(clock.ZONE)
    found = timeline.overlapping(FIRST, LAST)
    return {
        (one.uid, _spelt(one.start), _spelt(one.end), str(one.status and one.status.value)) for one in found
    }


def events(content: bytes) -> dict[str, Any]:
    """Return the events of a calendar by what their title begins with."""
    return {str(event["summary"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


def agreed(content: bytes) -> set[Occurrence]:
    """Return what happens, where all three say the same, and the expansion of the first."""
    found = by_icalendar(content)
    assert found == by_expansion(content) == by_vobject(content) == by_ical(content)
    return found


def _told(event: Any) -> Occurrence:
    return str(event["uid"]), _spelt(event["dtstart"].dt), _spelt(event["dtend"].dt), str(event["status"])


def _spelt(moment: dt.datetime | dt.date) -> str:
    if isinstance(moment, dt.datetime):
        return moment.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")
    return moment.isoformat()
