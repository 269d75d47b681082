"""Intervals of a share: against Wilson's own formula solved as an equation, and at the ends."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.intervals import Z_95, wilson


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(shares())
def test_the_ends_are_where_the_share_lies_just_z_standard_errors_away(drawn: tuple[int, int]) -> None:
    agreeing, n = drawn
    found = wilson(agreeing, n)
    assert 0 <= found.low <= found.share <= found.high <= 1
    for end in (found.low, found.high):
        if 0 < end < 1:
            assert abs(found.share - end) == pytest.approx(Z_95 * math.sqrt(end * (1 - end) / n), abs=1e-9)


def test_the_published_example_comes_out() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: 81 of 263, Wilson without correction.
    found = wilson(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_nobody_and_everybody_still_leave_room_for_chance() -> None:
    assert (wilson(0, 20).low, round(wilson(0, 20).high, 4)) == (0.0, 0.1611)
    assert (round(wilson(20, 20).low, 4), wilson(20, 20).high) == (0.8389, 1.0)


def test_a_difference_is_claimed_only_where_the_intervals_part() -> None:
    assert wilson(50, 100).overlaps(wilson(60, 100))
    assert not wilson(500, 1000).overlaps(wilson(600, 1000))


@pytest.mark.parametrize(("agreeing", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_a_share_of_nobody_is_no_share(agreeing: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(agreeing, n)
