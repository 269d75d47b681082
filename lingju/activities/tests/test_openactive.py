"""The feed of changes: whoever walks its pages has every session once, and learns what is gone."""

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import orjson
import pytest
import time_machine
from django.test import Client

from lingju.activities.models import Session
from lingju.activities.queries.changes import SETTLED
from lingju.activities.services import calling_off, planning, repeating, running
from lingju.activities.services.planning import plan_of
from lingju.activities.services.repeating import Weekly
from lingju.activities.tests.builders import Quarter, a_plan, a_quarter, a_session, at
from lingju.activities.tests.conftest import MONDAY
from lingju.kernel import clock
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
FEED = "/openactive/sessions"
LATER = dt.timedelta(minutes=10)


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def page(address: str) -> dict[str, Any]:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/vnd.openactive.rpde+json; version=1"
    found: dict[str, Any] = orjson.loads(answer.content)
    return found


def walk(address: str = f"{FEED}?limit=3") -> tuple[list[dict[str, Any]], str]:
    """Walk to the last page; return the items in the order they came, and where the walk ended."""
    items: list[dict[str, Any]] = []
    while True:
        found = page(address)
        if not found["items"]:
            assert found["next"].endswith(address)
            return items, address
        items += found["items"]
        address = found["next"].removeprefix("http://testserver")


def copy_of(items: list[dict[str, Any]]) -> dict[str, str]:
    """Return what somebody holds who keeps a copy by the rules: by id, the newest state."""
    held: dict[str, str] = {}
    for item in items:
        held[item["id"]] = item["state"]
    return {uid: state for uid, state in held.items() if state == "updated"}


def test_every_session_comes_once_in_the_order_of_its_last_change(quarter: Quarter) -> None:
    made = [a_session(quarter, title=f"第{number}场", starts_at=at(number + 3)) for number in range(8)]
    with time_machine.travel(MONDAY + LATER):
        items, _end = walk()
    assert sorted(item["id"] for item in items) == sorted(one.uid for one in made)
    places = [(item["modified"], item["id"]) for item in items]
    assert places == sorted(set(places))


def test_sessions_of_the_same_moment_are_parted_by_their_ids(quarter: Quarter) -> None:
    """A page may end in the middle of one moment; nobody is lost and nobody comes twice."""
    with time_machine.travel(MONDAY, tick=False):
        made = [a_session(quarter, title=f"第{number}场", starts_at=at(number + 3)) for number in range(7)]
    with time_machine.travel(MONDAY + LATER):
        items, _end = walk(f"{FEED}?limit=2")
    assert len({item["modified"] for item in items}) == 1
    assert [item["id"] for item in items] == sorted(one.uid for one in made)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_copy_is_right_whatever_changes_during_the_walk(quarter: Quarter, seed: int) -> None:
    chance, actor = random.Random(seed), the_system(quarter.district)
    made = [a_session(quarter, title=f"第{number}场", starts_at=at(number + 3)) for number in range(9)]
    address, items, moment = f"{FEED}?limit=2", [], MONDAY + LATER
    quiet = 0
    while quiet < 2:
        with time_machine.travel(moment):
            found = page(address)
            items += found["items"]
            quiet = 0 if found["items"] else quiet + 1
            address = found["next"].removeprefix("http://testserver")
            if len(items) < 30 and not quiet:
                change(chance, Session.objects.get(pk=chance.choice(made).pk), actor)
                made.append(a_session(quarter, title=f"新的{len(items)}", starts_at=at(40 + len(items))))
        moment += dt.timedelta(seconds=20)
    places = [(item["modified"], item["id"]) for item in items]
    assert places == sorted(set(places))
    newest = {item["id"]: item["data"]["name"] for item in items}
    assert newest == {one.uid: one.title for one in Session.objects.all()}


def change(chance: random.Random, session: Session, actor: Any) -> None:
    """Change one session in one of three ways."""
    if session.state == Session.State.CANCELLED:
        return
    way = chance.randrange(3)
    if way == 0:
        calling_off.cancel_session(session, "停水", actor=actor)
    elif way == 1:
        calling_off.move(session, session.starts_at + dt.timedelta(hours=1), "场地占用", actor=actor)
    else:
        renamed = f"改名{chance.randrange(1000)}"
        planning.edit_session(session, replace(plan_of(session), title=renamed), actor=actor)


def test_what_changed_just_now_waits_until_it_is_settled(quarter: Quarter) -> None:
    with time_machine.travel(MONDAY, tick=False):
        session = a_session(quarter)
        assert walk()[0] == []
    with time_machine.travel(MONDAY + SETTLED, tick=False):
        assert [item["id"] for item in walk()[0]] == [session.uid]


def test_who_walked_on_learns_of_a_change_and_of_nothing_else(quarter: Quarter) -> None:
    session = a_session(quarter)
    a_session(quarter, title="另一场", starts_at=at(5))
    with time_machine.travel(MONDAY + LATER):
        _items, end = walk()
        calling_off.cancel_session(session, "停水", actor=the_system(quarter.district))
    with time_machine.travel(MONDAY + 2 * LATER):
        items, _end = walk(end)
    assert [(item["id"], item["state"]) for item in items] == [(session.uid, "updated")]
    assert items[0]["data"]["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_day_after_its_end_a_session_comes_again_as_deleted(quarter: Quarter) -> None:
    session = a_session(quarter)
    a_session(quarter, title="以后的", starts_at=at(30))
    with time_machine.travel(MONDAY + LATER):
        items, end = walk()
        assert copy_of(items).keys() >= {session.uid}
    with time_machine.travel(session.ends_at + dt.timedelta(hours=23)):
        assert walk(end)[0] == []
    with time_machine.travel(session.ends_at + dt.timedelta(hours=25)):
        (gone,), _end = walk(end)
        assert (gone["id"], gone["state"]) == (session.uid, "deleted")
        assert "data" not in gone
        assert session.uid not in copy_of([*items, gone])
        assert copy_of(walk()[0]).keys() == copy_of([*items, gone]).keys()


def test_deleted_ones_are_told_for_ninety_days(quarter: Quarter) -> None:
    session = a_session(quarter)
    for days, is_told in ((90, True), (92, False)):
        with time_machine.travel(session.ends_at + dt.timedelta(days=days, hours=1)):
            assert bool(walk()[0]) is is_told


def test_what_is_only_planned_never_comes(quarter: Quarter) -> None:
    a_session(quarter, state="planned")
    with time_machine.travel(MONDAY + LATER):
        assert walk()[0] == []


def test_a_weekly_session_stands_under_its_series_and_another_is_an_event(quarter: Quarter) -> None:
    builders.a_calendar(quarter.district)
    actor = the_system(quarter.district)
    weekly = Weekly((3,), dt.date(2026, 4, 9), dt.date(2026, 4, 16))
    plan = a_plan(quarter, title="每周一课", starts_at=at(38, 19), min_age=60)
    for one in repeating.repeat_weekly(plan, weekly, key="rule-of-a-test", actor=actor).sessions:
        running.announce_session(one, actor=actor)
    a_session(quarter, title="只有一次")
    with time_machine.travel(MONDAY + LATER):
        items, _end = walk()
    kinds = {item["data"]["name"]: item["kind"] for item in items}
    assert kinds == {"每周一课": "ScheduledSession", "只有一次": "Event"}
    weeks = [item["data"] for item in items if item["kind"] == "ScheduledSession"]
    assert len({data["superEvent"]["@id"] for data in weeks}) == 1
    assert len({data["@id"] for data in weeks}) == 2
    for data in weeks:
        assert (data["@type"], data["superEvent"]["@type"]) == ("ScheduledSession", "SessionSeries")
        assert data["duration"] == "PT2H"
        assert data["ageRange"] == {"@type": "QuantitativeValue", "minValue": 60}
        assert dt.datetime.fromisoformat(data["startDate"]).astimezone(clock.ZONE).hour == 19


@pytest.mark.parametrize(
    "query",
    [
        *("?afterTimestamp=1", "?afterId=x", "?afterTimestamp=x&afterId=y", "?afterTimestamp=-1&afterId=y"),
        *("?afterTimestamp=999999999999999999&afterId=x", "?afterTimestamp=١&afterId=y"),
        *(f"?afterTimestamp=1&afterId={'x' * 200}", f"?afterTimestamp={'9' * 400}&afterId=x"),
    ],
)
def test_a_place_that_is_none_is_refused(quarter: Quarter, query: str) -> None:
    answer = Client().get(f"{FEED}{query}", headers={"accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    "query", ["?limit=", "?limit=x", "?limit=-3", "?limit=0", "?limit=99999", "?limit=" + "9" * 99]
)
def test_an_odd_limit_is_none(quarter: Quarter, query: str) -> None:
    assert page(f"{FEED}{query}")["items"] == []


def test_the_data_set_says_whose_it_is_and_where_it_begins(quarter: Quarter) -> None:
    answer = Client().get("/openactive/")
    told = orjson.loads(answer.content)
    assert answer["Content-Type"] == "application/ld+json"
    assert (told["@type"], told["publisher"]["name"]) == ("Dataset", quarter.district.name)
    (feed,) = told["distribution"]
    assert page(feed["contentUrl"].removeprefix("http://testserver"))["license"] == told["license"]
