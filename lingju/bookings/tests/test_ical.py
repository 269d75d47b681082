"""One booking in a calendar: a stable UID, a SEQUENCE that counts, what is called off stays, no names."""

import icalendar
import pytest
import time_machine
import vobject

from lingju.bookings import ical
from lingju.bookings.models import Claim
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming
from lingju.bookings.tests.builders import a_bookable, a_station, at, booked, the_system

pytestmark = pytest.mark.django_db
ADDRESS = "https://example.org/bookings/0302-000001/"


def read(claim: Claim) -> icalendar.Component:
    """Return the one event, as another program reads it."""
    (event,) = icalendar.Calendar.from_ical(ical.calendar_of(claim, ADDRESS)).walk("VEVENT")
    return event


def test_it_says_when_and_where_and_nobodys_name() -> None:
    station = a_station("府后街社区幸福驿站，东门", address="府后街 1 号；二层")
    party = Party(called="苗大爷", phone="13700001111", wishes="耳背")
    claim = booked(a_bookable(station, name="理发"), at(10), party=party)
    content = ical.calendar_of(claim, ADDRESS)
    text = content.decode()
    for secret in ("苗大爷", "13700001111", "耳背", str(claim.code)):
        assert secret not in text.replace("\r\n ", "")
    event = read(claim)
    assert event.decoded("dtstart") == at(10)
    assert event.decoded("dtend") == at(10, 30)
    assert event["location"] == "府后街社区幸福驿站，东门，府后街 1 号；二层"
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert "TZID:Asia/Shanghai" in text
    other = vobject.readOne(text).vevent
    assert (other.uid.value, other.summary.value) == (event["uid"], "理发")
    assert other.dtstart.value == at(10)


def test_every_change_counts_and_the_uid_stays() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10))
    first = read(claim)
    with time_machine.travel(at(9, 30)):
        claim = claiming.move(claim, Slot(starts_at=at(15)), actor=the_system(haircut.station))
        moved = read(claim)
    with time_machine.travel(at(9, 40)):
        claiming.cancel(claim, actor=the_system(haircut.station))
        gone = read(claim)
    assert first["uid"] == moved["uid"] == gone["uid"]
    counts = [int(str(one["sequence"])) for one in (first, moved, gone)]
    assert counts == sorted(set(counts))
    assert [str(one["status"]) for one in (first, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert moved.decoded("dtstart") == at(15)
    changes = [one.decoded("last-modified") for one in (first, moved, gone)]
    assert changes == sorted(set(changes))


def test_who_still_waits_has_it_pencilled_in() -> None:
    haircut = a_bookable(a_station(), is_confidential=True, name="心理咨询")
    booked(haircut, at(10))
    event = read(booked(haircut, at(10), may_wait=True))
    assert (str(event["status"]), str(event["summary"])) == ("TENTATIVE", "还没定：到站预约")
