"""A session as schema.org has it (Event, JSON-LD), for search engines that read the public page.

Only what the page itself shows to everybody: no word about who comes, and no group that is not put on a
wall. How the block stands in the page, `lingju.places.jsonld` says.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from lingju.activities.models import Session
from lingju.activities.queries.sessions import Card
from lingju.kernel import clock
from lingju.places.hsds_places import degrees
from lingju.places.models import Station

SCHEMA: Final = "https://schema.org/"
S = Session.State
Data = dict[str, Any]
Address = Callable[[Session], str]


def event(card: Card, parts: Sequence[Card], address: Address) -> Data:
    """Return a session with its parts as linked data; `address` says where a session's page is."""
    session = card.session
    found = {"@context": "https://schema.org", **core(session, address)}
    found["eventAttendanceMode"] = f"{SCHEMA}OfflineEventAttendanceMode"
    for name, value in (
        ("audience", _audience(session)),
        ("typicalAgeRange", ages(session)),
        ("remainingAttendeeCapacity", card.free),
        ("superEvent", _above(session, address)),
        ("subEvent", [_named(part.session, address) for part in parts]),
    ):
        if value not in (None, "", []):
            found[name] = value
    return found


def core(session: Session, address: Address) -> Data:
    """Return what every exchange of events asks for: what, when, where, by whom, and whether it stands."""
    found: Data = {
        "@type": "Event",
        "@id": address(session),
        "url": address(session),
        "identifier": session.uid,
        "name": session.title,
        "description": session.summary,
        "startDate": session.starts_at.astimezone(clock.ZONE).isoformat(),
        "endDate": session.ends_at.astimezone(clock.ZONE).isoformat(),
        "eventStatus": f"{SCHEMA}{status(session)}",
        "location": place(session),
        "organizer": organizers(session),
        "isAccessibleForFree": True,
        "keywords": [topic.name for topic in session.topics.all()],
        "maximumAttendeeCapacity": session.capacity,
    }
    if session.moved_from is not None:
        found["previousStartDate"] = session.moved_from.astimezone(clock.ZONE).isoformat()
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def status(session: Session) -> str:
    """Return how it stands, in the words of schema.org."""
    if session.state == S.CANCELLED:
        return "EventCancelled"
    if session.state == S.POSTPONED:
        return "EventPostponed"
    return "EventRescheduled" if session.moved_from is not None else "EventScheduled"


def place(session: Session) -> Data:
    """Return where it is: a station with its point, or the words that were written."""
    station = session.station
    if station is None:
        return {"@type": "Place", "name": session.place_words}
    return {"@type": "Place", "name": session.where, **_located(station, session.district.name)}


def _located(station: Station, district: str) -> Data:
    address = {"addressCountry": "CN", "addressLocality": district}
    if station.address:
        address["streetAddress"] = station.address
    return {
        "address": {"@type": "PostalAddress", **address},
        "geo": {"@type": "GeoCoordinates", **degrees(station)},
    }


def organizers(session: Session) -> list[Data]:
    """Return who holds it: the organisations that are named, or else the community."""
    names = [one.name for one in session.organisations.all()] or [session.area.name]
    return [{"@type": "Organization", "name": name} for name in names]


def ages(session: Session) -> str:
    """Return for which ages it is: 6-12, 60-, or nothing."""
    if session.min_age is None and session.max_age is None:
        return ""
    return f"{session.min_age or 0}-{'' if session.max_age is None else session.max_age}"


def _audience(session: Session) -> list[Data]:
    return [{"@type": "Audience", "audienceType": tag.name} for tag in session.shown_audiences]


def _above(session: Session, address: Address) -> Data | None:
    """Return the umbrella it is a part of, or the string of sessions it belongs to."""
    if session.parent is not None and session.parent.is_public:
        return _named(session.parent, address)
    if session.programme is not None:
        return {"@type": "EventSeries", "name": session.programme.name}
    return None


def _named(session: Session, address: Address) -> Data:
    return {
        "@type": "Event",
        "@id": address(session),
        "url": address(session),
        "name": session.title,
        "startDate": session.starts_at.astimezone(clock.ZONE).isoformat(),
        "endDate": session.ends_at.astimezone(clock.ZONE).isoformat(),
        "eventStatus": f"{SCHEMA}{status(session)}",
        "location": {"@type": "Place", "name": session.where},
    }
