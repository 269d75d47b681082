"""Another kind, another promise: counted from when the round began, while an answer is owed; and told."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from lingju.kernel import clock
from lingju.needs import jobs
from lingju.needs.models import Category, Need
from lingju.needs.queries import rates, steps, trace
from lingju.needs.queries.sight import sight
from lingju.needs.services import answering, exchanging, handling, promises
from lingju.needs.services.answering import Answer
from lingju.needs.services.exchanging import Foreign
from lingju.needs.services.handling import Mending
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.ZONE)
GIVEN = Answer("explained", "换了灯泡，请您看一眼。")


@pytest.fixture
def clockwork() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def the_slow(quarter: Quarter) -> Category:
    return builders.a_kind(quarter.district, "activity")


def to_the_slow(quarter: Quarter, need: Need) -> None:
    assert handling.mend(need, Mending(category=the_slow(quarter)), actor=quarter.clerk_actor)


def promised_for(quarter: Quarter, start: dt.datetime) -> dt.datetime:
    """Return by when the slow kind promises an answer to what began at a moment."""
    at = promises.promise(quarter.district, the_slow(quarter), start).due.at
    assert at is not None
    return at


def test_another_kind_does_not_make_a_late_answer_punctual(clockwork: time_machine.Traveller) -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    due, respond_due = need.due_at, need.respond_due_at
    clockwork.shift(10 * DAY)
    handling.take(need, actor=quarter.clerk_actor)
    answering.answer(need, GIVEN, actor=quarter.clerk_actor)
    to_the_slow(quarter, need)
    assert need.category == the_slow(quarter)
    assert (need.due_at, need.respond_due_at) == (due, respond_due)
    assert need.is_answered_late


def test_a_first_reply_that_was_late_stays_late(clockwork: time_machine.Traveller) -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    respond_due = need.respond_due_at
    clockwork.shift(3 * DAY)
    handling.reply(need, "师傅明天上午来", actor=quarter.clerk_actor)
    to_the_slow(quarter, need)
    assert need.respond_due_at == respond_due
    assert need.due_at == promised_for(quarter, MONDAY)


def test_what_the_clock_stood_still_is_kept(clockwork: time_machine.Traveller) -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    handling.take(need, actor=quarter.clerk_actor)
    handling.pause(
        need,
        "waiting_for_resident",
        until=clock.today() + 9 * DAY,
        told="等您回来我们再上门",
        actor=quarter.clerk_actor,
    )
    clockwork.shift(2 * DAY)
    handling.resume(need, actor=quarter.clerk_actor)
    to_the_slow(quarter, need)
    plain = promised_for(quarter, MONDAY)
    moved = promises.moved_on(quarter.district, plain, MONDAY, MONDAY + 2 * DAY).at
    assert moved is not None
    assert need.due_at == moved > plain


@pytest.mark.parametrize("days", [1, 6])
def test_the_date_of_another_system_binds_again_where_it_is_earlier(days: int) -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(MONDAY, tick=False):
        theirs = exchanging.end_of(clock.today() + days * DAY)
        said, foreign = builders.a_saying(quarter), Foreign("12345", "20261102001", theirs)
        need = exchanging.take_in(quarter.district, said, foreign, actor=quarter.clerk_actor).need
        assert promised_for(quarter, MONDAY) > theirs
        to_the_slow(quarter, need)
    assert need.due_at == theirs


def test_in_a_second_round_the_promise_counts_from_where_it_began(clockwork: time_machine.Traveller) -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    clockwork.shift(4 * DAY)
    need = builders.judged(receipt, "dissatisfied", "no", "又不亮了")
    to_the_slow(quarter, need)
    assert need.due_at == promised_for(quarter, MONDAY + 4 * DAY)


@pytest.mark.usefixtures("clockwork")
def test_whoever_asked_hears_of_the_new_day_and_not_of_a_new_title() -> None:
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    handling.mend(receipt.need, Mending(title="路灯"), actor=quarter.clerk_actor)
    to_the_slow(quarter, receipt.need)
    entries = receipt.need.entries.filter(step="mend").order_by("id")
    quiet, told = (steps.told_of(entry, sight(receipt.asker)) for entry in entries)
    assert quiet is None
    assert told is not None
    assert the_slow(quarter).name in told.title
    assert "前给您办理结果" in told.words
    assert [line.is_internal for line in trace.lines(entries)] == [True, False]


def test_a_round_that_was_late_stays_late_in_the_figures_however_fast_the_next_one_is(
    clockwork: time_machine.Traveller,
) -> None:
    quarter = builders.a_quarter()
    receipt, punctual = builders.a_receipt(quarter), builders.an_answered(quarter, "电梯停了")
    builders.judged(punctual)
    clockwork.shift(10 * DAY)
    handling.take(receipt.need, actor=quarter.clerk_actor)
    answering.answer(receipt.need, GIVEN, actor=quarter.clerk_actor)
    need = builders.judged(receipt, "dissatisfied", "no", "又不亮了")
    answering.answer(need, GIVEN, actor=quarter.clerk_actor)
    assert not need.is_answered_late
    builders.judged(receipt)
    counted = rates.rates(quarter.district, rates.Quarter.of(clock.today()))
    assert (counted.done_in_time, counted.due) == (1, 2)


def test_a_date_that_was_unknown_is_counted_with_the_pauses_once_it_is_known(
    clockwork: time_machine.Traveller,
) -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    handling.take(need, actor=quarter.clerk_actor)
    due = need.due_at
    assert due is not None
    Need.objects.filter(pk=need.pk).update(due_at=None, due_unknown_year=2027, chase_at=MONDAY)
    need = builders.fresh(need)
    until = clock.today() + 9 * DAY
    told = "等您回来我们再上门"
    handling.pause(need, "waiting_for_date", until=until, told=told, actor=quarter.clerk_actor)
    clockwork.shift(DAY)
    handling.resume(need, actor=quarter.clerk_actor)
    jobs.chase_due()
    assert builders.fresh(need).due_at == promises.moved_on(quarter.district, due, MONDAY, MONDAY + DAY).at
