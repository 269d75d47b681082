"""How long one waits: bookings keep their places, who came first begins first, the range holds the truth."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from lingju.bookings.waiting import NO_TIME, Pace, Truth, Wait, _begins, estimate, pace_of, truth

STEPS = st.lists(st.integers(0, 3), min_size=1, max_size=40)


def test_nobody_before_me_and_a_free_chair_means_now() -> None:
    assert estimate([1] * 20, 0, pace_of(30)) == Wait(0, 0, 0)


def test_a_booking_at_ten_keeps_its_place_and_the_walk_ins_flow_around_it() -> None:
    # 9:15 now, a booking from 10:00 to 10:30: one person before me is done at 9:45, I fit only after it.
    free = [1] * 9 + [0] * 6 + [1] * 20
    wait = estimate(free, 1, Pace(30, 30, 30))
    assert wait is not None
    assert wait.likely == 75


def test_two_chairs_serve_two_at_once() -> None:
    one, two = estimate([1] * 40, 2, pace_of(30)), estimate([2] * 40, 2, pace_of(30))
    assert one is not None
    assert two is not None
    assert (one.likely, two.likely) == (60, 30)


def test_a_day_that_is_too_short_is_not_promised() -> None:
    assert estimate([1] * 5, 0, pace_of(30)) is None
    assert estimate([], 0, pace_of(30)) is None


def test_minutes_of_the_step_that_runs_are_not_waited_for_twice() -> None:
    wait = estimate([0, 0, 1, 1, 1], 0, Pace(15, 15, 15), into=3)
    assert wait is not None
    assert wait.likely == 7


def test_measured_services_set_the_pace_once_there_are_eight() -> None:
    assert pace_of(30, [20] * 7) == Pace(21, 30, 39)
    assert pace_of(30, [10, 12, 14, 16, 18, 20, 22, 60]) == Pace(12, 17, 22)
    assert pace_of(30, [0] * 20) == Pace(21, 30, 39)


def test_how_true_it_was_counts_who_waited_no_longer_than_told() -> None:
    assert truth([]) is None
    assert truth([(10, 8), (10, 10), (10, 16)]) == Truth(3, 2, 2)


@given(STEPS, st.integers(0, 6), st.sampled_from([5, 10, 15, 30]))
def test_who_comes_later_never_begins_earlier(free: list[int], ahead: int, minutes: int) -> None:
    mine, next_one = _begins(free, ahead, minutes, 0), _begins(free, ahead + 1, minutes, 0)
    if next_one != NO_TIME:
        assert mine != NO_TIME
        assert mine <= next_one


@given(STEPS, st.integers(0, 4), st.sampled_from([5, 10, 15]))
def test_the_walk_finds_the_earliest_order_that_fits(free: list[int], ahead: int, minutes: int) -> None:
    assert _begins(free, ahead, minutes, 0) == _by_trying_all(free, ahead, minutes)


def _by_trying_all(free: list[int], ahead: int, minutes: int) -> int:
    """Place each person at the first step that holds them whole, by looking at every step every time."""
    steps, left, since = minutes // 5, list(free), 0
    for _person in range(ahead + 1):
        fitting = (
            at
            for at in itertools.count(since)
            if at + steps > len(left) or all(left[one] > 0 for one in range(at, at + steps))
        )
        at = next(fitting)
        if at + steps > len(left):
            return NO_TIME
        left[at : at + steps] = [one - 1 for one in left[at : at + steps]]
        since = at
    return since * 5


@given(STEPS, st.integers(0, 6), st.integers(5, 60))
def test_the_range_holds_what_is_likely(free: list[int], ahead: int, minutes: int) -> None:
    wait = estimate(free, ahead, pace_of(minutes))
    if wait is not None:
        assert 0 <= wait.low <= wait.likely <= wait.high
