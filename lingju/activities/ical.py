"""Sessions as iCalendar (RFC 5545): a stable UID each, a sequence that grows, cancelled ones kept.

No word about who comes. Folding at 75 octets and escaping are the library's, which knows Chinese text.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from icalendar import Calendar, Event

from lingju.activities.models import Session

PRODUCT: Final = "-//Lingju//activities//ZH"
STATUS: Final = {Session.State.CANCELLED: "CANCELLED", Session.State.POSTPONED: "TENTATIVE"}


def event_of(session: Session, address: str = "") -> Event:
    """Return a session as an event; `address` is where its page is."""
    event = Event()
    event.add("uid", session.uid)
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at.astimezone(dt.UTC))
    event.add("last-modified", session.changed_at.astimezone(dt.UTC))
    event.add("dtstart", session.starts_at.astimezone(dt.UTC))
    event.add("dtend", session.ends_at.astimezone(dt.UTC))
    event.add("summary", session.title)
    event.add("status", STATUS.get(Session.State(session.state), "CONFIRMED"))
    where = session.where
    if session.station is not None and session.station.address:
        where = f"{where}，{session.station.address}"
    event.add("location", where)
    told = [part for part in (session.state_reason, session.summary) if part]
    if told:
        event.add("description", "\n".join(told))
    if address:
        event.add("url", address)
    return event


def calendar_of(sessions: Iterable[tuple[Session, str]], name: str) -> bytes:
    """Return sessions, each with the address of its page, as one calendar of a name."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    for session, address in sessions:
        calendar.add_component(event_of(session, address))
    return bytes(calendar.to_ical())
