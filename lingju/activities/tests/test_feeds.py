"""Calendars for everybody: the same in three readers, kept up to date, without anybody in them."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lingju.activities.models import Session
from lingju.activities.services import calling_off, planning, repeating, running
from lingju.activities.services.planning import plan_of
from lingju.activities.services.repeating import Weekly
from lingju.activities.tests.builders import (
    Quarter,
    a_plan,
    a_quarter,
    a_session,
    a_signup,
    a_topic,
    at,
)
from lingju.activities.tests.calendars import agreed, events
from lingju.activities.tests.conftest import MONDAY
from lingju.places.models import AudienceTag
from lingju.places.services import hours
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
FEED = "/activities/feed.ics"


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter(library_filled=True)


def read(query: str = "", **headers: Any) -> Any:
    return Client().get(f"{FEED}{query}", **headers)


def titles(query: str = "") -> set[str]:
    answer = read(query)
    assert answer.status_code == 200
    return set(events(answer.content))


def everything(quarter: Quarter) -> dict[str, Session]:
    """Plan one of each kind: plain, called off, postponed, moved, overnight, an umbrella, a weekly string."""
    actor = the_system(quarter.district)
    made = {
        "plain": a_session(quarter, title="平常的一场"),
        "off": a_session(quarter, title="取消的一场", starts_at=at(4)),
        "late": a_session(quarter, title="延期的一场", starts_at=at(5)),
        "moved": a_session(quarter, title="改期的一场", starts_at=at(6)),
        "night": a_session(
            quarter, title="守岁", starts_at=at(7, 22), ends_at=at(8, 2), station=None, place_words="广场"
        ),
        "umbrella": a_session(
            quarter, title="文化周", starts_at=at(10, 8), ends_at=at(15, 20), state="announced"
        ),
    }
    made["part"] = a_session(
        quarter, title="书法", starts_at=at(11, 9), ends_at=at(11, 10), parent=made["umbrella"]
    )
    calling_off.cancel_session(made["off"], "停水", actor=actor)
    calling_off.postpone(made["late"], "讲师生病", actor=actor)
    calling_off.move(made["moved"], at(20, 9), "场地占用", actor=actor)
    weekly = Weekly((3,), dt.date(2026, 4, 9), dt.date(2026, 4, 30))
    plan = a_plan(quarter, title="每周一课", starts_at=at(38, 19), space=quarter.room)
    for session in repeating.repeat_weekly(plan, weekly, key="rule-of-a-test", actor=actor).sessions:
        running.announce_session(session, actor=actor)
    a_session(quarter, title="还只是打算", state="planned")
    return made


def test_three_readers_see_the_same_sessions_at_the_same_times(quarter: Quarter) -> None:
    made = everything(quarter)
    seen = {(uid, start, end): status for uid, start, end, status in agreed(read().content)}
    assert len(seen) == 7 + 4
    assert seen[made["plain"].uid, "2026-03-05 15:00", "2026-03-05 17:00"] == "CONFIRMED"
    assert seen[made["off"].uid, "2026-03-06 15:00", "2026-03-06 17:00"] == "CANCELLED"
    assert seen[made["late"].uid, "2026-03-07 15:00", "2026-03-07 17:00"] == "TENTATIVE"
    assert seen[made["moved"].uid, "2026-03-22 09:00", "2026-03-22 11:00"] == "CONFIRMED"
    assert seen[made["night"].uid, "2026-03-09 22:00", "2026-03-10 02:00"] == "CONFIRMED"
    assert seen[made["umbrella"].uid, "2026-03-12 08:00", "2026-03-17 20:00"] == "CONFIRMED"
    weekly = sorted(start for _uid, start, _end in seen if start.endswith("19:00"))
    assert weekly == [f"2026-04-{day:02d} 19:00" for day in (9, 16, 23, 30)]


def test_a_title_says_what_is_off_and_a_part_names_its_umbrella(quarter: Quarter) -> None:
    made = everything(quarter)
    seen = events(read().content)
    assert {"取消：取消的一场", "延期：延期的一场", "改期的一场"} <= set(seen)
    assert str(seen["取消：取消的一场"]["description"]) == "停水"
    assert "原定 2026-03-08 15:00" in str(seen["改期的一场"]["description"])
    assert str(seen["书法"]["related-to"]) == made["umbrella"].uid
    assert seen["平常的一场"]["url"] == f"http://testserver/activities/{made['plain'].pk}/"
    assert seen["守岁"]["location"] == "广场"
    assert "geo" not in seen["守岁"]
    assert (
        seen["平常的一场"]["geo"].to_ical()
        == f"{round(quarter.station.lat, 6)};{round(quarter.station.lon, 6)}"
    )


def test_the_uid_stays_and_the_sequence_only_grows(quarter: Quarter) -> None:
    actor, session = the_system(quarter.district), a_session(quarter)
    seen = []

    def look() -> None:
        ((_title, event),) = events(Client(headers={"host": "localhost"}).get(FEED).content).items()
        seen.append((str(event["uid"]), event["sequence"], str(event["status"])))

    look()
    planning.edit_session(session, replace(plan_of(session), title="救护培训（二）"), actor=actor)
    look()
    calling_off.move(session, at(9), "场地占用", actor=actor)
    look()
    calling_off.postpone(session, "讲师生病", actor=actor)
    look()
    calling_off.move(session, at(12), "讲师好了", actor=actor)
    look()
    calling_off.cancel_session(session, "停水", actor=actor)
    look()
    assert {uid for uid, _sequence, _status in seen} == {session.uid}
    numbers = [sequence for _uid, sequence, _status in seen]
    assert numbers == sorted(set(numbers))
    assert [status for _uid, _sequence, status in seen] == [
        *("CONFIRMED", "CONFIRMED", "CONFIRMED", "TENTATIVE", "CONFIRMED", "CANCELLED")
    ]
    assert "testserver" not in session.uid


def test_what_was_called_off_is_told_for_ninety_days(quarter: Quarter) -> None:
    session = a_session(quarter, title="取消的一场")
    calling_off.cancel_session(session, "停水", actor=the_system(quarter.district))
    for days, is_told in ((1, True), (89, True), (95, False)):
        with time_machine.travel(MONDAY + dt.timedelta(days=days)):
            assert ("取消：取消的一场" in titles()) is is_told


def test_what_is_only_planned_is_told_to_nobody(quarter: Quarter) -> None:
    a_session(quarter, state="planned")
    assert titles() == set()


def test_it_is_narrowed_by_community_station_topic_and_audience(quarter: Quarter) -> None:
    topic, audience = a_topic(quarter.district), AudienceTag.objects.filter(is_sensitive=False).earliest("pk")
    a_session(quarter, title="救护", topics=(topic,))
    a_session(quarter, title="给老人", audiences=(audience,))
    a_session(quarter, title="邻居的", area=quarter.neighbour, station=None, place_words="小广场")
    assert titles(f"?area={quarter.area.code}") == {"救护", "给老人"}
    assert titles(f"?community={quarter.neighbour.code}") == {"邻居的"}
    assert titles(f"?station={quarter.station.slug}") == {"救护", "给老人"}
    assert titles(f"?topic={topic.code}") == {"救护"}
    assert titles(f"?audience={audience.code}&topic=") == {"给老人"}
    assert titles(f"?audience={audience.code}&topic={topic.code}") == set()
    name = f"X-WR-CALNAME:{topic.name}活动".encode()
    assert name in read(f"?topic={topic.code}").content


@pytest.mark.parametrize(
    "query",
    ["?topic=没有", "?area=%F0%9F%98%80", "?station=../..", "?audience=' OR 1=1", "?topic=" + "x" * 3000],
)
def test_nonsense_is_refused_with_a_sentence(quarter: Quarter, query: str) -> None:
    answer = read(query)
    assert answer.status_code == 404
    assert "重新订阅" in answer.content.decode()


def test_a_sensitive_group_cannot_be_subscribed_to(quarter: Quarter) -> None:
    hidden = AudienceTag.objects.filter(is_sensitive=True).first()
    assert hidden is not None
    assert read(f"?audience={hidden.code}").status_code == 404


def test_asked_again_nothing_is_sent_until_something_changed(quarter: Quarter) -> None:
    session = a_session(quarter)
    answer = read()
    assert "max-age" in answer["Cache-Control"]
    again = read(headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert read(headers={"if-modified-since": answer["Last-Modified"]}).status_code == 304
    a_signup(session)
    assert read(headers={"if-none-match": answer["ETag"]}).status_code == 304
    with time_machine.travel(MONDAY + dt.timedelta(minutes=5)):
        calling_off.move(session, at(9), "场地占用", actor=the_system(quarter.district))
    assert read(headers={"if-none-match": answer["ETag"]}).status_code == 200
    assert read(headers={"if-modified-since": answer["Last-Modified"]}).status_code == 200


def test_nobody_who_signed_up_is_in_any_feed(quarter: Quarter) -> None:
    session = a_session(quarter)
    receipt = a_signup(session, 2, called="示例居民甲", phone="13700009999", wishes="轮椅")
    addresses = (
        FEED,
        f"/s/{quarter.station.slug}/calendar.ics",
        f"/activities/{session.pk}/session.ics",
        "/openactive/sessions",
    )
    with time_machine.travel(MONDAY + dt.timedelta(minutes=5)):
        for address in addresses:
            said = Client().get(address).content.decode()
            assert session.uid in said, address
            claim = receipt.signup.claim
            for secret in ("示例居民甲", "13700009999", "轮椅", claim.number, str(claim.code)):
                assert secret not in said, (address, secret)
            assert "ATTENDEE" not in said
            assert "ORGANIZER" not in said


def test_a_station_tells_its_sessions_and_its_odd_days(quarter: Quarter) -> None:
    builders.a_calendar(quarter.district)
    station, actor = quarter.station, the_system(quarter.district)
    session = a_session(quarter)
    a_session(quarter, title="别处的", station=None, place_words="小广场")
    hours.close_on(station, dt.date(2026, 3, 11), reason="停电检修", actor=actor)
    content = Client().get(f"/s/{station.slug}/calendar.ics").content
    seen = {(start, end) for uid, start, end, _status in agreed(content) if uid.startswith("hours-")}
    assert ("2026-03-11", "2026-03-12") in seen
    event = events(content)[f"{station.name}：这天不开门"]
    assert str(event["transp"]) == "TRANSPARENT"
    assert session.title in events(content)
    assert "别处的" not in events(content)
    again = Client().get(f"/s/{station.slug}/calendar.ics").content
    assert agreed(again) == agreed(content)


def test_a_station_that_is_not_there_has_no_calendar(quarter: Quarter) -> None:
    assert Client().get("/s/nowhere/calendar.ics").status_code == 404


@pytest.mark.parametrize("address", [FEED, "/openactive/sessions", "/s/{slug}/calendar.ics"])
def test_more_sessions_cost_no_more_queries(quarter: Quarter, address: str) -> None:
    counted, address = [], address.format(slug=quarter.station.slug)
    umbrella = a_session(quarter, title="文化周", starts_at=at(10, 8), ends_at=at(15, 20), state="announced")
    for number in (1, 5):
        for _each in range(number):
            topics = (a_topic(quarter.district),)
            a_session(quarter, starts_at=at(11, 9), ends_at=at(11, 10), parent=umbrella, topics=topics)
        with (
            time_machine.travel(MONDAY + dt.timedelta(minutes=number)),
            CaptureQueriesContext(connection) as asked,
        ):
            assert Client().get(address).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] < 20


def test_the_list_of_activities_offers_its_calendar_as_it_is_narrowed(quarter: Quarter) -> None:
    page = Client().get(f"/activities/?when=week&area={quarter.area.code}").content.decode()
    assert f'href="webcal://testserver{FEED}?area={quarter.area.code}"' in page
    assert f'value="http://testserver{FEED}?area={quarter.area.code}"' in page
