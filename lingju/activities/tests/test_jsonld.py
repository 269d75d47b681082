"""What search engines read on a session's page: what the page shows, in the words of schema.org."""

import re
from typing import Any

import orjson
import pytest
from django.test import Client

from lingju.activities.models import Session
from lingju.activities.services import calling_off
from lingju.activities.tests.builders import Quarter, a_quarter, a_session, a_signup, at
from lingju.places.models import AudienceTag
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter(library_filled=True)


def linked(session: Session) -> dict[str, Any]:
    """Return the data block of a session's page."""
    answer = Client().get(f"/activities/{session.pk}/")
    assert answer.status_code == 200
    (block,) = BLOCK.findall(answer.content.decode())
    found: dict[str, Any] = orjson.loads(block)
    return found


def test_it_tells_what_when_where_and_by_whom(quarter: Quarter) -> None:
    tag = AudienceTag.objects.filter(is_sensitive=False).earliest("pk")
    hidden = AudienceTag.objects.filter(is_sensitive=True).earliest("pk")
    session = a_session(
        quarter, capacity=30, min_age=6, max_age=12, audiences=(tag, hidden), summary="学急救"
    )
    a_signup(session, 2)
    told = linked(session)
    assert (told["@context"], told["@type"], told["name"]) == ("https://schema.org", "Event", "紧急救护培训")
    assert (told["startDate"], told["endDate"]) == ("2026-03-05T15:00:00+08:00", "2026-03-05T17:00:00+08:00")
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert told["location"]["@type"] == "Place"
    assert told["location"]["geo"]["latitude"] == pytest.approx(quarter.station.lat, abs=1e-5)
    assert told["organizer"] == [{"@type": "Organization", "name": quarter.area.name}]
    assert told["isAccessibleForFree"] is True
    assert told["audience"] == [{"@type": "Audience", "audienceType": tag.name}]
    assert (told["maximumAttendeeCapacity"], told["remainingAttendeeCapacity"]) == (30, 28)
    assert told["typicalAgeRange"] == "6-12"
    assert told["url"] == f"http://testserver/activities/{session.pk}/"


def test_a_full_one_has_no_seat_left(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=2)
    a_signup(session, 2)
    assert linked(session)["remainingAttendeeCapacity"] == 0


def test_whether_it_stands_is_told_in_the_words_of_the_standard(quarter: Quarter) -> None:
    actor, session = the_system(quarter.district), a_session(quarter)
    assert "previousStartDate" not in linked(session)
    calling_off.postpone(session, "讲师生病", actor=actor)
    assert linked(session)["eventStatus"] == "https://schema.org/EventPostponed"
    calling_off.move(session, at(9), "讲师好了", actor=actor)
    told = linked(session)
    assert told["eventStatus"] == "https://schema.org/EventRescheduled"
    assert told["previousStartDate"] == "2026-03-05T15:00:00+08:00"
    assert told["startDate"] == "2026-03-11T15:00:00+08:00"
    calling_off.cancel_session(session, "停水", actor=actor)
    assert linked(session)["eventStatus"] == "https://schema.org/EventCancelled"


def test_an_umbrella_and_its_parts_name_each_other(quarter: Quarter) -> None:
    umbrella = a_session(quarter, title="文化周", starts_at=at(10, 8), ends_at=at(15, 20), state="announced")
    part = a_session(quarter, title="书法", starts_at=at(11, 9), ends_at=at(11, 10), parent=umbrella)
    a_session(
        quarter, title="没说的", starts_at=at(12, 9), ends_at=at(12, 10), parent=umbrella, state="planned"
    )
    assert [one["name"] for one in linked(umbrella)["subEvent"]] == ["书法"]
    assert linked(part)["superEvent"]["name"] == "文化周"


def test_somewhere_else_is_a_place_without_a_point(quarter: Quarter) -> None:
    told = linked(a_session(quarter, station=None, place_words="和平广场"))
    assert told["location"] == {"@type": "Place", "name": "和平广场"}


def test_a_title_cannot_end_the_block(quarter: Quarter) -> None:
    title = "</script><script>alert(1)</script>&<!--"
    session = a_session(quarter, title=title)
    page = Client().get(f"/activities/{session.pk}/").content.decode()
    assert "<script>alert" not in page
    assert linked(session)["name"] == title
