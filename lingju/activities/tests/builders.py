"""Builders: a community with a station and its people, a session at any point of its life, a sign-up."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from lingju.activities.models import Session, Topic
from lingju.activities.services import library, planning, running, signing_up
from lingju.activities.services.planning import Plan
from lingju.activities.services.signing_up import Coming, Guardian, Receipt
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Area, District, Space, Station
from lingju.places.services import hours, stations
from lingju.places.services.stations import SpaceDraft
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Quarter:
    """One community with an open station and a room, its clerk, its keeper, its street's officer."""

    district: District
    street: Area
    area: Area
    neighbour: Area
    station: Station
    room: Space
    clerk: Account
    keeper: Account
    officer: Account

    @property
    def clerk_actor(self) -> Actor:
        """Return the clerk as who acts."""
        return cast.an_actor_of(self.clerk)

    @property
    def keeper_actor(self) -> Actor:
        """Return the keeper of the station as who acts."""
        return cast.an_actor_of(self.keeper)

    @property
    def officer_actor(self) -> Actor:
        """Return the officer of the street as who acts."""
        return cast.an_actor_of(self.officer)


def a_quarter(*, library_filled: bool = False, **changes: Any) -> Quarter:
    """Found a district with one furnished community; its library is filled where somebody needs it.

    `changes` are those of the station.
    """
    district = builders.a_district()
    _root, street, area, neighbour = builders.a_tree(district)
    station = builders.a_station(area, **changes)
    hours.set_weekly(station, "8:30-21:00", actor=the_system(district))
    stations.furnish(station, (SpaceDraft("活动室", "activity", 40),), actor=the_system(district))
    if library_filled:
        a_library(district)
    return Quarter(
        district,
        street,
        area,
        neighbour,
        station,
        station.spaces.get(),
        cast.a_clerk(at=area),
        cast.a_keeper(at=station),
        cast.a_street_officer(at=street),
    )


def a_library(district: District) -> None:
    """Fill the calendar, the audiences, the topics, the templates and the guardians' text."""
    builders.a_calendar(district)
    builders.a_catalogue(district)
    library.fill(district, actor=the_system(district))


def a_topic(district: District, code: str = "first_aid") -> Topic:
    """Return a topic of the library."""
    return Topic.objects.get(district=district, code=code)


def at(days: int, hour: int = 15, minute: int = 0) -> dt.datetime:
    """Return an hour of the day so many days from now."""
    date = clock.today() + dt.timedelta(days=days)
    return dt.datetime.combine(date, dt.time(hour, minute), tzinfo=clock.ZONE)


def a_plan(quarter: Quarter, **changes: Any) -> Plan:
    """Describe a first-aid training at the station on Thursday afternoon: thirty seats, sign-up required."""
    starts_at = changes.pop("starts_at", at(3))
    values = {
        "title": "紧急救护培训",
        "area": quarter.area,
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(hours=2),
        "station": quarter.station,
        "signup": "required",
        "capacity": 30,
        **changes,
    }
    return Plan(**values)


def a_session(quarter: Quarter, *, state: str = "signup", **changes: Any) -> Session:
    """Plan a session and walk it on to a state before it is held: planned, announced or signup."""
    actor = the_system(quarter.district)
    session = planning.plan_session(
        a_plan(quarter, **changes), key=f"plan-of-a-test-{next(_numbers)}", actor=actor
    )
    if state == "announced":
        running.announce_session(session, actor=actor)
    elif state == "signup":
        running.open_signup(session, actor=actor)
    return session


def coming(people: int = 1, **changes: Any) -> Coming:
    """Describe a party of adults with a telephone of its own."""
    number = next(_numbers)
    return Coming(**{"people": people, "called": "示例居民", "phone": f"137{number:08d}", **changes})


def a_guardian(**changes: Any) -> Guardian:
    """Describe a mother who has read the text and agrees."""
    return Guardian(**{"called": "示例妈妈", "phone": "13600001111", "has_agreed": True, **changes})


def a_signup(session: Session, people: int = 1, *, actor: Actor | None = None, **changes: Any) -> Receipt:
    """Sign a party up as a stranger."""
    by = actor or cast.a_stranger(session.district)
    return signing_up.sign_up(
        session, coming(people, **changes), key=f"press-of-a-test-{next(_numbers)}", actor=by
    )
