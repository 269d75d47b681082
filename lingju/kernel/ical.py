"""Calendars to subscribe to (RFC 5545, RFC 7986): what happens when and where, and no word about who comes.

    Happening ──event_of──▶ VEVENT ─┐
    Happening ──event_of──▶ VEVENT ─┴─calendar_of──▶ VCALENDAR + VTIMEZONE, folded at 75 octets, CRLF

Names, escaping and folding are the library's, which never cuts a Chinese character in two. There is no
METHOD: a calendar that is subscribed to is read anew, and nobody is invited.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vGeo

from lingju.kernel import clock

PRODUCT: Final = "-//Lingju//%s//ZH"
ZONE_NAME: Final = "Asia/Shanghai"
CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
REFRESH: Final = dt.timedelta(hours=1)
# So long a calendar still tells what was called off: whoever looks only now and then must learn of it.
KEPT: Final = dt.timedelta(days=90)
DECIMALS: Final = 6


class Status(Enum):
    """How sure it is."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something with a time, as a calendar tells it; whole days are dates, the last one not included.

    `uid` names it for good: it holds no address of a host and does not change when the thing does.
    `sequence` counts its changes and never goes back.
    """

    uid: str
    starts: dt.datetime | dt.date
    ends: dt.datetime | dt.date
    summary: str
    changed_at: dt.datetime
    sequence: int = 0
    status: Status = Status.CONFIRMED
    description: str = ""
    location: str = ""
    lat_lon: tuple[float, float] | None = None
    url: str = ""
    categories: tuple[str, ...] = ()
    part_of: str = ""
    is_busy: bool = True


def event_of(told: Happening) -> Event:
    """Return a happening as a VEVENT; times on the district's clock."""
    event = Event()
    event.add("uid", told.uid)
    event.add("sequence", told.sequence)
    event.add("dtstamp", told.changed_at.astimezone(dt.UTC))
    event.add("last-modified", told.changed_at.astimezone(dt.UTC))
    event.add("dtstart", _local(told.starts))
    event.add("dtend", _local(told.ends))
    event.add("status", told.status.value)
    event.add("summary", _plain(told.summary))
    texts = (("description", told.description), ("location", told.location), ("url", told.url))
    for name, text in texts:
        if text:
            event.add(name, _plain(text))
    if told.lat_lon is not None:
        event.add("geo", vGeo((round(told.lat_lon[0], DECIMALS), round(told.lat_lon[1], DECIMALS))))
    if told.categories:
        event.add("categories", [_plain(word) for word in told.categories])
    if told.part_of:
        event.add("related-to", told.part_of)
    if not told.is_busy or told.status is Status.CANCELLED:
        event.add("transp", "TRANSPARENT")
    return event


def calendar_of(happenings: Iterable[Happening], *, name: str, product: str, words: str = "") -> bytes:
    """Return happenings as one calendar of a name; `words` say what is in it, `product` who made it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT % product)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _plain(name))
    calendar.add("name", _plain(name))
    calendar.add("x-wr-timezone", ZONE_NAME)
    if words:
        calendar.add("x-wr-caldesc", _plain(words))
        calendar.add("description", _plain(words))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(zone())
    for one in happenings:
        calendar.add_component(event_of(one))
    return bytes(calendar.to_ical())


def zone() -> Timezone:
    """Return China Standard Time as a VTIMEZONE; no summer time has been kept since 1991."""
    made, standard = Timezone(), TimezoneStandard()
    made.add("tzid", ZONE_NAME)
    standard.add("dtstart", dt.datetime(1991, 9, 15, 0, 0))  # noqa: DTZ001  a wall time by the standard
    standard.add("tzoffsetfrom", dt.timedelta(hours=9))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    standard.add("tzname", "CST")
    made.add_component(standard)
    return made


def _local(moment: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return moment.astimezone(clock.ZONE) if isinstance(moment, dt.datetime) else moment


def _plain(text: str) -> str:
    """Return text without what no content line may hold: control characters other than a new line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or sign.isprintable() or sign in "\u3000\u00a0")
