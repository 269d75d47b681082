"""Builders: a session people sign up for, its guests, and the door on its day, all through the real verbs."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine

from lingju.activities.models import Session, SignUp
from lingju.activities.services import attendance, library, planning, running, signing_up
from lingju.activities.services.attendance import Entry, Outcome
from lingju.activities.services.planning import Plan
from lingju.activities.services.signing_up import Coming
from lingju.activities.tests.builders import Quarter, a_quarter, a_topic
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.tests.builders import the_system

MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)
_numbers = itertools.count(1)


def a_town() -> Quarter:
    """Found a district with a library, one furnished community and a bare neighbour."""
    quarter = a_quarter(name="府后街社区幸福驿站")
    library.fill(quarter.district, actor=the_system(quarter.district))
    return quarter


def a_key() -> str:
    """Return the key of a press that never was before."""
    return f"press-{next(_numbers):08d}"


def a_session(town: Quarter, title: str = "紧急救护培训", **changes: Any) -> Session:
    """Plan a session on the Wednesday, with sign-up for fifty, and open it."""
    days, topics = changes.pop("days", 2), changes.pop("topics", ("first_aid",))
    starts_at = changes.pop("starts_at", None) or MONDAY.replace(hour=14) + dt.timedelta(days=days)
    values: dict[str, Any] = {
        "title": title,
        "area": town.area,
        "station": town.station,
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(minutes=90),
        "signup": Session.Mode.OPEN.value,
        "capacity": 50,
        "topics": tuple(a_topic(town.district, code) for code in topics),
        **changes,
    }
    system = the_system(town.district)
    session = planning.plan_session(Plan(**values), key=a_key(), actor=system)
    if session.signup == Session.Mode.NONE:
        return running.announce_session(session, actor=system)
    return running.open_signup(session, actor=system)


def a_guest(session: Session, called: str = "", people: int = 1, phone: str = "") -> SignUp:
    """Sign somebody up at the counter."""
    number = next(_numbers)
    coming = Coming(
        people=people, called=called or f"示例居民{number}", phone=phone or f"139{number:08d}", is_told=True
    )
    return signing_up.sign_up(session, coming, key=a_key(), actor=the_system(session.district)).signup


@contextmanager
def on_the_day(session: Session, minutes: int = 5) -> Iterator[None]:
    """Be there some minutes after it began."""
    with time_machine.travel(session.starts_at + dt.timedelta(minutes=minutes), tick=True):
        yield


def scan(session: Session, *entries: Entry, actor: Actor | None = None, device: str = "") -> list[Outcome]:
    """Take entries in as one batch, as the house unless somebody else acts."""
    acting = actor or the_system(session.district)
    return list(attendance.take_in(session, entries, device=device, actor=acting))


def arrive(session: Session, *signups: SignUp, **changes: Any) -> list[Outcome]:
    """Let sign-ups come by name."""
    entries = [Entry(nonce=a_key(), method="name", signup_id=one.pk, **changes) for one in signups]
    return scan(session, *entries)


def held(session: Session) -> Session:
    """Say on its day that the session was held."""
    return running.hold(session, actor=the_system(session.district))
