"""Counting at a stall: only ever added to, once a nonce, never below nothing, corrected by one more."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, TooLarge
from lingju.market.models import Stall, Tally
from lingju.market.rules import StallHelper
from lingju.market.services import markets, stalls, tallying
from lingju.market.services.tallying import Press
from lingju.market.tests.builders import Quarter, a_key, a_market, a_town, fresh, on_the_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Quarter:
    return a_town()


@pytest.fixture
def stall(town: Quarter) -> Stall:
    return fresh(a_market(town, state="announced").stalls.get())


def helper(stall: Stall) -> StallHelper:
    return StallHelper(stall.pk, stall.district_id)


def test_each_press_is_one_visit_and_the_same_press_is_none_more(stall: Stall) -> None:
    with on_the_day(stall.market):
        press = Press(a_key())
        assert tallying.tally(stall, press, actor=helper(stall)).is_new
        assert not tallying.tally(stall, press, actor=helper(stall)).is_new
        tallying.tally(stall, Press(a_key()), actor=helper(stall))
    assert tallying.visits_of(stall) == 2
    assert all(entry.counted_by is None for entry in Tally.objects.all())


def test_a_device_that_sends_its_whole_queue_twice_counts_it_once(stall: Stall) -> None:
    then = stall.market.session.starts_at
    presses = [Press(a_key(), device_at=then, was_offline=True) for _n in range(30)]
    with on_the_day(stall.market, minutes=600):
        first = tallying.take_in(stall, presses, device="d1", actor=helper(stall))
        again = tallying.take_in(stall, presses[::-1], device="d1", actor=helper(stall))
    assert sum(one.is_new for one in first) == 30
    assert all(one.was_kept and not one.is_new for one in again)
    assert tallying.visits_of(stall) == 30
    assert {entry.at for entry in Tally.objects.all()} == {then}


def test_what_comes_late_is_still_counted_after_the_counting_is_finished(town: Quarter, stall: Stall) -> None:
    with on_the_day(stall.market):
        markets.hold_market(stall.market, actor=town.clerk_actor)
        markets.finish_counting(stall.market, actor=town.clerk_actor)
        assert tallying.tally(fresh(stall), Press(a_key(), was_offline=True), actor=helper(stall)).is_new


def test_a_wrong_press_is_taken_back_by_another_that_says_why(stall: Stall) -> None:
    with on_the_day(stall.market):
        tallying.tally(stall, Press(a_key()), actor=helper(stall))
        with pytest.raises(BadInput, match="原因"):
            tallying.tally(stall, Press(a_key(), -1), actor=helper(stall))
        tallying.tally(stall, Press(a_key(), -1, "按错了"), actor=helper(stall))
        with pytest.raises(BadInput, match="不能少于零"):
            tallying.tally(stall, Press(a_key(), -1, "按错了"), actor=helper(stall))
    assert [entry.change for entry in Tally.objects.all()] == [1, -1]


def test_a_correction_is_an_entry_of_its_own(stall: Stall) -> None:
    with on_the_day(stall.market):
        tallying.tally(stall, Press(a_key(), 5), actor=helper(stall))
        key = a_key()
        assert tallying.correct(stall, 3, "多按了两下", key=key, actor=helper(stall)) == -2
        assert tallying.correct(stall, 3, "多按了两下", key=key, actor=helper(stall)) == -2
        assert tallying.correct(stall, 3, "再看一遍", key=a_key(), actor=helper(stall)) == 0
    assert [(entry.change, entry.reason) for entry in Tally.objects.all()] == [(5, ""), (-2, "多按了两下")]


@pytest.mark.parametrize(("visits", "why"), [(3, " "), (-1, "数错了"), (5001, "数错了")])
def test_a_correction_makes_sense_and_says_why(stall: Stall, visits: int, why: str) -> None:
    with on_the_day(stall.market), pytest.raises(BadInput):
        tallying.correct(stall, visits, why, key=a_key(), actor=helper(stall))


@pytest.mark.parametrize("press", [Press("short"), Press("press-000000", 0), Press("press-000000", 51)])
def test_a_press_that_makes_no_sense_is_refused_by_itself(stall: Stall, press: Press) -> None:
    with on_the_day(stall.market):
        bad, good = tallying.take_in(stall, [press, Press(a_key())], actor=helper(stall))
    assert (bad.was_kept, good.was_kept) == (False, True)
    assert bad.words
    assert tallying.visits_of(stall) == 1


def test_nothing_is_counted_days_before_nor_by_another_stalls_card(town: Quarter, stall: Stall) -> None:
    with pytest.raises(NotNow, match="还没到日子"):
        tallying.tally(stall, Press(a_key()), actor=helper(stall))
    with on_the_day(stall.market), pytest.raises(NotAllowed):
        tallying.tally(stall, Press(a_key()), actor=StallHelper(stall.pk + 1, stall.district_id))


def test_nothing_is_counted_at_a_market_that_is_off_or_a_stall_that_went(town: Quarter, stall: Stall) -> None:
    stalls.withdraw_stall(stall, "人手不够", actor=town.clerk_actor)
    with on_the_day(stall.market), pytest.raises(NotNow, match="退出"):
        tallying.tally(stall, Press(a_key()), actor=helper(stall))
    other = a_market(town, state="announced", starts_at=stall.market.session.starts_at + dt.timedelta(days=7))
    markets.cancel_market(other, "下雪", actor=town.clerk_actor)
    with on_the_day(other), pytest.raises(NotNow, match="取消"):
        tallying.tally(fresh(other.stalls.get()), Press(a_key()), actor=town.clerk_actor)


def test_too_much_at_once_is_refused(stall: Stall) -> None:
    with on_the_day(stall.market), pytest.raises(TooLarge):
        tallying.take_in(stall, [Press(a_key())] * 501, actor=helper(stall))


def test_a_clock_that_cannot_be_right_is_not_believed(stall: Stall) -> None:
    with on_the_day(stall.market):
        wild = clock.now() + dt.timedelta(days=400)
        tallying.tally(stall, Press(a_key(), device_at=wild), actor=helper(stall))
        entry = Tally.objects.get()
        assert entry.at <= clock.now()
    assert entry.device_at == wild


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-60, 60)), max_size=12))
def test_whatever_a_device_sends_the_count_is_the_sum_of_what_was_kept(
    stall: Stall, sent: list[tuple[int, int]]
) -> None:
    Tally.objects.all().delete()
    presses = [Press(f"fuzz-press-{nonce}", change, "按错了") for nonce, change in sent]
    kept: dict[str, int] = {}
    with on_the_day(stall.market):
        # What was refused may be taken the second time, when there is something to take away.
        for _time in range(2):
            outcomes = tallying.take_in(stall, presses, actor=helper(stall))
            new = [press for press, one in zip(presses, outcomes, strict=True) if one.is_new]
            assert not kept.keys() & {press.nonce for press in new}
            kept |= {press.nonce: press.change for press in new}
    assert tallying.visits_of(stall) == sum(kept.values()) >= 0
