"""Builders: a community with its people, volunteers, a call at any point of its life; by the real verbs."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import time_machine

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Area, District, Station
from lingju.places.services import hours
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system
from lingju.volunteering.models import Call, Invitation, Skill, Volunteer
from lingju.volunteering.rules import Known
from lingju.volunteering.services import attending, calling, enrolling, inviting, library
from lingju.volunteering.services.attending import Entry
from lingju.volunteering.services.calling import CallPlan
from lingju.volunteering.services.enrolling import Enrolment, Guardian

_numbers = itertools.count(1)
GROWN = dt.date(1970, 5, 1)


@dataclass(frozen=True)
class Town:
    """One community with an open station: who writes, who looks a second time, who keeps the station."""

    district: District
    street: Area
    area: Area
    neighbour: Area
    station: Station
    clerk: Account
    officer: Account
    keeper: Account

    @property
    def writes(self) -> Actor:
        """Return the clerk as who acts."""
        return cast.an_actor_of(self.clerk)

    @property
    def looks(self) -> Actor:
        """Return the officer of the street as who acts: the second person."""
        return cast.an_actor_of(self.officer)

    @property
    def keeps(self) -> Actor:
        """Return the keeper of the station as who acts."""
        return cast.an_actor_of(self.keeper)


def a_town() -> Town:
    """Found a district with one community that knows its skills and texts."""
    district = builders.a_district()
    _root, street, area, neighbour = builders.a_tree(district)
    station = builders.a_station(area)
    hours.set_weekly(station, "8:30-21:00", actor=the_system(district))
    library.fill(district, actor=the_system(district))
    return Town(
        district,
        street,
        area,
        neighbour,
        station,
        cast.a_clerk(at=area),
        cast.a_street_officer(at=street),
        cast.a_keeper(at=station),
    )


def a_key() -> str:
    """Return the key of a press that never was before."""
    return f"press-{next(_numbers):08d}"


def a_skill(town: Town, code: str) -> Skill:
    """Return a skill of the library."""
    return Skill.objects.get(district=town.district, code=code)


def enrolment(town: Town, **changes: Any) -> Enrolment:
    """Describe a grown-up who has read the text and agrees."""
    number = next(_numbers)
    values = {
        "called": f"示例志愿者{number}",
        "area": town.area,
        "born_on": GROWN,
        "phone": f"139{number:08d}",
        "has_agreed": True,
        **changes,
    }
    return Enrolment(**values)


def a_volunteer(town: Town, *, account: Account | None = None, **changes: Any) -> Volunteer:
    """Enrol somebody, by their account or as a stranger."""
    by = cast.an_actor_of(account) if account is not None else cast.a_stranger(town.district)
    return enrolling.enrol(enrolment(town, **changes), key=a_key(), actor=by).volunteer


def a_guardian(**changes: Any) -> Guardian:
    """Describe a mother who has read the text and agrees."""
    return Guardian(**{"called": "示例妈妈", "phone": "13600001111", "has_agreed": True, **changes})


def oneself(volunteer: Volunteer) -> Actor:
    """Return the volunteer as who acts."""
    return Known(volunteer.pk, volunteer.district_id)


def a_plan(town: Town, **changes: Any) -> CallPlan:
    """Describe three hours of tidying up at the station on Thursday afternoon, for ten people."""
    day = clock.today() + dt.timedelta(days=changes.pop("days", 3))
    starts_at = changes.pop("starts_at", dt.datetime.combine(day, dt.time(14), tzinfo=clock.ZONE))
    values = {
        "title": "驿站大扫除",
        "summary": "擦玻璃、整理书架，工具都有。",
        "area": town.area,
        "station": town.station,
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(hours=3),
        "wanted": 10,
        "risk_text": "擦高处玻璃站稳梯子，有人扶着。",
        **changes,
    }
    return CallPlan(**values)


def a_draft(town: Town, **changes: Any) -> Call:
    """Write a call down."""
    return calling.write(a_plan(town, **changes), key=a_key(), actor=town.writes)


def a_call(town: Town, **changes: Any) -> Call:
    """Open a call: the clerk writes it, the officer approves it."""
    call = calling.open_call(a_plan(town, **changes), key=a_key(), actor=town.writes)
    return calling.approve(call, actor=town.looks)


def comes(call: Call, volunteer: Volunteer) -> Invitation:
    """Let somebody say yes to an open call."""
    return inviting.say_yes(call, volunteer, risk_told=True, actor=oneself(volunteer))


@contextmanager
def at(call: Call, minutes: int) -> Iterator[None]:
    """Be there so many minutes after a call began."""
    with time_machine.travel(call.starts_at + dt.timedelta(minutes=minutes), tick=False):
        yield


def press(call: Call, invitation: Invitation, kind: str, actor: Actor, **changes: Any) -> None:
    """Press one line of the list at the door."""
    entry = Entry(
        **{"nonce": a_key(), "kind": kind, "method": "name", "invitation_id": invitation.pk, **changes}
    )
    attending.check_in(call, entry, actor=actor)


def served(town: Town, call: Call, volunteer: Volunteer, since: int = 0, until: int = 120) -> Invitation:
    """Let somebody say yes, come so many minutes after the beginning, and go so many after it."""
    known = Invitation.objects.filter(call=call, volunteer=volunteer).first()
    invitation = known or comes(call, volunteer)
    with at(call, since):
        press(call, invitation, "in", town.keeps)
    with at(call, until):
        press(call, invitation, "out", town.keeps)
    return invitation
