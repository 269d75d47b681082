"""A station for search engines: the right type, hours that are ours, and a block nothing ends early."""

import datetime as dt
import re

import orjson
import pytest
from django.test import Client

from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places import jsonld
from lingju.places.hours import DAY, EXCEPTION, Span, Timetable
from lingju.places.models import Area, Station
from lingju.places.services import hours
from lingju.places.tests.builders import a_station

MONDAY = dt.date(2026, 11, 23)
WORKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


def test_hours_are_told_by_weekday() -> None:
    (one,) = jsonld.hours(Timetable((Span(opens=480, closes=1080, weekdays=0b0011111),)), MONDAY)
    assert one == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": WORKDAYS,
        "opens": "08:00",
        "closes": "18:00",
    }


@pytest.mark.parametrize(
    ("span", "opens", "closes"),
    [
        (Span(opens=22 * 60, closes=30 * 60), "22:00", "06:00"),
        (Span(), "00:00", "23:59"),
        (Span(opens=18 * 60, closes=DAY), "18:00", "00:00"),
    ],
)
def test_nights_and_whole_days_are_told_as_schema_org_has_them(span: Span, opens: str, closes: str) -> None:
    (one,) = jsonld.hours(Timetable((span,)), MONDAY)
    assert (one["opens"], one["closes"]) == (opens, closes)


def test_a_closing_is_told_with_its_dates_and_its_reason() -> None:
    shut = Span(layer=EXCEPTION, is_closed=True, reason="停电", from_date=MONDAY, to_date=MONDAY)
    told = jsonld.hours(Timetable((Span(opens=480, closes=1080), shut)), MONDAY)
    closed = told[-1]
    assert (closed["opens"], closed["closes"], closed["description"]) == ("00:00", "00:00", "停电")
    assert (closed["validFrom"], closed["validThrough"]) == ("2026-11-23", "2026-11-23")
    assert all(one.get("validFrom") != "2026-11-23" for one in told[:-1])


def test_nothing_in_it_ends_the_block() -> None:
    said = {"name": "</script><script>alert(1)</script>", "a": "<!-- & \u2028"}
    text = str(jsonld.script(said))
    body = text.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not re.search(r"[<>&\u2028\u2029]", body)
    assert orjson.loads(body) == said


@pytest.mark.django_db
def test_a_service_centre_is_an_office_and_a_station_a_place(community: Area) -> None:
    kinds = {
        kind: jsonld.station(a_station(community, kind=kind), url="https://x.test/s/", today=MONDAY)["@type"]
        for kind in Station.Kind.values
    }
    assert kinds.pop("service_centre") == "GovernmentOffice"
    assert set(kinds.values()) == {"CivicStructure"}


@pytest.mark.django_db
def test_the_public_page_holds_it(client: Client, community: Area, system: SystemActor) -> None:
    station = a_station(
        community,
        name="</script>驿站",
        slug="fuhou",
        address="府后街 1 号",
        phone="0355-8081234",
        capacity=40,
        is_step_free=True,
    )
    hours.set_weekly(station, "8:00-18:00", actor=system)
    answer = client.get("/s/fuhou/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    (block,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode(), re.DOTALL
    )
    told = orjson.loads(block)
    assert told["@context"] == "https://schema.org"
    assert told["name"] == "</script>驿站"
    assert told["url"] == told["@id"] == "http://testserver/s/fuhou/"
    assert told["telephone"] == "0355-8081234"
    assert told["address"]["streetAddress"] == "府后街 1 号"
    assert told["address"]["addressRegion"] == "山西省"
    assert told["geo"]["latitude"] == round(station.lat, 6)
    assert told["maximumAttendeeCapacity"] == 40
    assert [one["name"] for one in told["amenityFeature"]] == ["无台阶"]
    assert [one["opens"] for one in told["openingHoursSpecification"]] == ["08:00"]


@pytest.mark.django_db
def test_a_paused_station_promises_no_hours(client: Client, community: Area, system: SystemActor) -> None:
    station = a_station(community, state=Station.State.PAUSED)
    hours.set_weekly(station, "全天", actor=system)
    told = jsonld.station(station, url="https://x.test/s/", today=clock.today())
    assert told["openingHoursSpecification"] == []
