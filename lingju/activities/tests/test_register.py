"""The register of trainings comes out of what happened: 12 sessions, 450 visits, as in the article."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lingju.activities.models import Session
from lingju.activities.queries import register as queries
from lingju.activities.queries.register import Wanted
from lingju.activities.services import attendance
from lingju.activities.services.attendance import Entry
from lingju.activities.tests.builders import Quarter
from lingju.activities.tests.gatherings import (
    MONDAY,
    a_guest,
    a_key,
    a_session,
    a_town,
    held,
    on_the_day,
    scan,
)
from lingju.kernel import clock, sheets_out
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
TOPICS = ("first_aid", "cpr", "emergency_rescue", "fire_safety", "drowning", "fraud")
# 12 sessions, 450 visits: so many who signed up, and so many who simply came.
HEADS = [(2, 36)] * 6 + [(3, 34)] * 6


def a_training(town: Quarter, number: int, signed_up: int, came: int) -> Session:
    """Hold one training through the front door: sign-ups by name, the rest counted at the door."""
    day = MONDAY + dt.timedelta(days=30 * number)
    with time_machine.travel(day, tick=True):
        session = a_session(
            town,
            f"安全培训{number + 1}",
            days=1,
            starts_at=day + dt.timedelta(days=1),
            topics=(TOPICS[number % 6],),
        )
        # The same few people come every time.
        guests = [a_guest(session, phone=f"1390000{n:04d}") for n in range(signed_up)]
        with on_the_day(session):
            entries = [Entry(nonce=a_key(), method="name", signup_id=guest.pk) for guest in guests]
            scan(session, *entries, actor=town.keeper_actor)
            attendance.count(session, "elder", came, key=a_key(), actor=town.keeper_actor)
            held(session)
    return session


def a_year(since: str = "2026-01", until: str = "2027-12", **changes: str) -> Wanted:
    return Wanted.of({"since": since, "until": until, **changes})


def test_twelve_trainings_and_450_visits_stand_in_the_register_as_they_happened() -> None:
    town = a_town()
    for number, (signed_up, came) in enumerate(HEADS):
        a_training(town, number, signed_up, came)
    found = queries.register(town.clerk_actor, a_year())
    assert (found.total.sessions, found.total.visits) == (12, 450)
    assert found.total.people == 3  # the same three, however often they came
    assert len(found.entries) == 12
    for by in ("month", "station", "topic"):
        grouped = queries.register(town.clerk_actor, a_year(by=by))
        assert grouped.total.visits == 450
        assert sum(entry.figures.visits for entry in grouped.entries) == 450
        assert sum(entry.figures.sessions for entry in grouped.entries) == 12
    (station,) = queries.register(town.clerk_actor, a_year(by="station")).entries
    assert (station.name, station.figures.visits, station.figures.people) == ("府后街社区幸福驿站", 450, 3)


def test_what_was_not_held_what_is_no_training_and_what_is_elsewhere_stays_out() -> None:
    town = a_town()
    a_training(town, 0, 1, 4)
    a_session(town, "还没办的")
    chess = a_session(town, "下棋", topics=("chess",))
    with on_the_day(chess):
        attendance.count(chess, "elder", 9, key=a_key(), actor=town.keeper_actor)
        held(chess)
    assert queries.register(town.clerk_actor, a_year()).total.visits == 5
    assert queries.register(town.clerk_actor, a_year(what="all")).total.visits == 14
    elsewhere = cast.an_actor_of(cast.a_clerk(at=town.neighbour, name="钱社工"))
    assert queries.register(elsewhere, a_year()).total.sessions == 0
    assert queries.register(town.keeper_actor, a_year()).total.sessions == 1
    assert queries.register(town.clerk_actor, a_year(since="2026-05")).total.sessions == 0


def test_a_session_about_two_topics_stands_under_both_and_once_in_the_total() -> None:
    town = a_town()
    session = a_session(town, topics=("first_aid", "cpr"))
    with on_the_day(session):
        attendance.count(session, "adult", 6, key=a_key(), actor=town.keeper_actor)
        held(session)
    found = queries.register(town.clerk_actor, a_year(by="topic"))
    assert [entry.name for entry in found.entries] == ["紧急救护", "心肺复苏"]
    assert (found.total.sessions, found.total.visits) == (1, 6)


def test_an_umbrella_is_not_counted_beside_its_parts() -> None:
    town = a_town()
    umbrella = a_session(town, "共建日", signup="none", capacity=None)
    part = a_session(town, "急救摊位", parent=umbrella, signup="none", capacity=None)
    with on_the_day(part):
        attendance.count(part, "adult", 6, key=a_key(), actor=town.keeper_actor)
        for session in (part, umbrella):
            held(session)
    assert queries.register(town.clerk_actor, a_year()).total.sessions == 1
    with on_the_day(umbrella):
        attendance.count(umbrella, "adult", 2, key=a_key(), actor=the_system(town.district))
    assert queries.register(town.clerk_actor, a_year()).total.visits == 8


def test_the_workbook_holds_figures_as_numbers_and_no_formula() -> None:
    town = a_town()
    session = a_session(town, '=HYPERLINK("http://example.org")')
    with on_the_day(session):
        attendance.count(session, "adult", 6, key=a_key(), actor=town.keeper_actor)
        held(session)
    columns, rows = queries.sheet(queries.register(town.clerk_actor, a_year()))
    book = openpyxl.load_workbook(io.BytesIO(sheets_out.xlsx("培训台账", columns, rows, as_of=clock.now())))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=4)]  # type: ignore[union-attr]
    assert cells[0][0] == '=HYPERLINK("http://example.org")'
    assert book.active.cell(4, 1).data_type == "s"  # type: ignore[union-attr]
    assert cells[0][2:7] == [1, 6, 0, 6, 0]
    assert cells[-1][0] == "合计"
    assert cells[-1][2:4] == [1, 6]
    told = sheets_out.csv_bytes(columns, rows).decode("utf-8-sig")
    assert "\"'=HYPERLINK" in told


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-13", "until": "x", "by": "rank", "station": "-1", "topic": "9" * 30},
        {"since": "", "until": "0000-00"},
        {"since": "2027-01", "until": "2026-01"},
    ],
)
def test_a_query_that_makes_no_sense_is_as_if_it_were_not_there(query: dict[str, str]) -> None:
    town = a_town()
    wanted = Wanted.of(query)
    assert wanted.since <= wanted.until
    assert wanted.by == "session"
    assert queries.register(town.clerk_actor, wanted).entries == ()


def test_the_register_asks_as_often_for_many_as_for_few() -> None:
    town = a_town()
    asked = []
    for number in range(3):
        a_training(town, number, 1, 2)
        actor = town.clerk_actor
        with CaptureQueriesContext(connection) as told:
            queries.register(actor, a_year(by="topic"))
        asked.append(len(told))
    assert asked[0] == asked[2] <= 7
