"""Figures carry their denominators; silence is never satisfaction; small cells stay small secrets."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.kernel import clock
from lingju.needs import jobs
from lingju.needs.models import Asker, Exclusion, Need
from lingju.needs.queries import rates
from lingju.needs.queries.rates import Quarter, Rates, Share
from lingju.needs.queries.suppression import publish
from lingju.needs.services import leaving
from lingju.needs.services.saying import Receipt
from lingju.needs.tests.builders import (
    Quarter as Place,
)
from lingju.needs.tests.builders import a_need, a_quarter, an_answered, fresh, judged

FIGURES: dict[str, Any] = {
    "closed": 30,
    "people": 40,
    "asked": 38,
    "satisfied": 12,
    "mostly": 6,
    "dissatisfied": 2,
    "silent": 15,
    "unreachable": 3,
    "solved": 14,
    "partly": 4,
    "unsolved": 2,
    "respond_due": 30,
    "responded_in_time": 28,
    "due": 29,
    "done_in_time": 25,
    "reopened": 2,
    "median_days": 3,
    "p90_days": 9,
    "withdrawn": 1,
    "excluded": (),
}


@pytest.mark.parametrize("missing", sorted(FIGURES))
def test_rates_cannot_be_made_without_any_of_their_counts(missing: str) -> None:
    with pytest.raises(TypeError):
        Rates(**{name: n for name, n in FIGURES.items() if name != missing})


@pytest.mark.parametrize(
    "wrong",
    [{"asked": 39}, {"people": 37}, {"solved": 15}, {"silent": 14}, {"done_in_time": 31}, {"due": -1}],
)
def test_rates_that_do_not_add_up_cannot_be_made(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Rates(**{**FIGURES, **wrong})


def test_rates_are_frozen_and_shares_show_their_whole() -> None:
    counted = Rates(**FIGURES)
    with pytest.raises(dataclasses.FrozenInstanceError):
        counted.satisfied = 38  # type: ignore[misc]
    assert (counted.satisfaction.part, counted.satisfaction.whole) == (12, 38)
    assert counted.satisfaction.percent == 31
    assert counted.reach == Share(20, 38)
    assert Share(0, 0).percent is None


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_more_silence_never_makes_satisfaction_look_better(satisfied: int, others: int, silent: int) -> None:
    def percent(quiet: int) -> int:
        return Share(satisfied, satisfied + others + quiet).percent or 0

    assert percent(silent + 1) <= percent(silent)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=5, max_size=5), st.integers(0, 40), st.integers(0, 12))
def test_shares_beside_the_table_give_no_small_verdict_away(
    verdicts: list[int], unsolved: int, never_asked: int
) -> None:
    names = [str(verdict) for verdict in rates.VERDICTS]
    cells = {("x", name): (n, n) for name, n in zip(names, verdicts, strict=True)}
    table = publish(["x"], names, cells, least=5)
    if table is None:
        return
    answered, asked = sum(verdicts[:3]), sum(verdicts)
    unsolved = min(unsolved, answered)
    counts = dict(zip(names, verdicts, strict=True))
    parts = {"solved": answered - unsolved, "partly": 0, "unsolved": unsolved}
    people = {"people": asked + never_asked, "asked": asked}
    shown = rates.shown(Rates(**{**FIGURES, **counts, **parts, **people}), table, least=5)
    assert all(n == 0 or n >= 5 for _verdict, n in shown.verdicts)
    for share in (shown.coverage, shown.reach):
        assert share is None or all(n == 0 or n >= 5 for n in (share.part, share.whole - share.part))
    told = {name for name in names if name in table.columns}
    hidden = [n for name, n in counts.items() if name not in told]
    if shown.reach is not None and hidden:
        # What the table and the reach leave open together is still a sum of several verdicts.
        left = answered - sum(counts[name] for name in told if name in map(str, Asker.ANSWERED))
        assert left == 0 or left >= 5
    if shown.parts is not None:
        assert all(n == 0 or n >= 5 for n in shown.parts)


def test_quarters_are_disjoint_and_follow_each_other() -> None:
    one = Quarter.read("2026Q4")
    assert one is not None
    assert one.next == Quarter(2027, 1)
    assert one.next.before == one
    assert one.span[1] == one.next.span[0]
    assert Quarter.of(dt.date(2026, 11, 26)) == one
    assert [Quarter.read(text) for text in ("", "2026", "2026Q5", "9999Q1", "２０２６Q1")] == [None] * 5


@pytest.fixture
def place() -> Place:
    return a_quarter()


@pytest.mark.django_db
def test_a_quarter_is_counted_as_it_went(place: Place) -> None:
    judged(an_answered(place))
    judged(an_answered(place), "mostly", "partly")
    again = an_answered(place)
    judged(again, "dissatisfied", "no", "还是黑的")
    silent = an_answered(place)
    trial = a_need(place, "试一试能不能填")
    proposal = leaving.propose(trial, Exclusion.Reason.TRIAL, "明显是试填", actor=place.clerk_actor)
    leaving.decide(proposal, agree=True, words="试填，已经告诉本人", actor=place.colleague_actor)
    now = clock.now() + dt.timedelta(days=8)
    with time_machine.travel(now, tick=False):
        jobs.settle_due()
    counted = rates.rates(place.district, Quarter.of(clock.today()))
    later = rates.rates(place.district, Quarter.of(now.date()))
    both = [counted, later] if now.date().month > clock.today().month else [counted]
    assert counted.closed >= 2
    assert (counted.satisfied, counted.mostly, counted.dissatisfied) == (1, 1, 0)
    assert sum(one.silent for one in both) <= 1
    assert fresh(silent.need).stage == Need.Stage.CLOSED
    assert dict(counted.excluded)[Exclusion.Reason.TRIAL] == 1
    assert fresh(again.need).stage == Need.Stage.WORKING
    assert counted.solved + counted.partly == 2


def many(place: Place, count: int, satisfied: str) -> list[Receipt]:
    receipts = [an_answered(place) for _ in range(count)]
    for receipt in receipts:
        judged(receipt, satisfied)
    return receipts


@pytest.mark.django_db
def test_the_page_shows_no_figures_about_fewer_than_five(place: Place) -> None:
    many(place, 4, "satisfied")
    page = Client().get("/needs/figures/").content.decode()
    assert "问到的人太少" in page
    assert "100%" not in page


@pytest.mark.django_db
def test_the_page_shows_each_rate_with_its_whole(place: Place, django_assert_max_num_queries: Any) -> None:
    many(place, 6, "satisfied")
    with django_assert_max_num_queries(18):
        page = Client().get("/needs/figures/").content.decode()
    assert "6 / 6" in page
    assert "排" in page  # the order is that of the codes, and the page says so
    assert Client().get("/needs/figures/?quarter=1066Q9").status_code == 200


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_however_much_there_is(place: Place) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            Client().get("/needs/figures/")
        return len(found)

    many(place, 5, "satisfied")
    before = queries()
    many(place, 3, "mostly")
    assert queries() == before
