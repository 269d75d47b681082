"""A rhythm is a plain value that says when a job is due next."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.clock import ZONE
from lingju.kernel.schedule import At, Every

NOON = dt.datetime(2026, 11, 23, 12, 0, 30, tzinfo=ZONE)  # a Monday
MOMENTS = st.integers(0, 500_000_000).map(lambda s: NOON + dt.timedelta(seconds=s))


def test_every_ten_minutes_falls_on_whole_tens() -> None:
    assert Every(dt.timedelta(minutes=10)).first_after(NOON) == NOON.replace(minute=10, second=0)


def test_every_day_falls_on_midnight_in_china() -> None:
    assert Every(dt.timedelta(days=1)).first_after(NOON) == dt.datetime(2026, 11, 24, tzinfo=ZONE)


@given(MOMENTS, st.integers(1, 100_000))
def test_what_is_due_every_so_often_is_later_and_not_too_late(moment: dt.datetime, seconds: int) -> None:
    interval = dt.timedelta(seconds=seconds)
    assert moment < Every(interval).first_after(moment) <= moment + interval


@pytest.mark.parametrize(
    ("rhythm", "due"),
    [
        (At(dt.time(12, 1)), "2026-11-23 12:01"),
        (At(dt.time(12, 0)), "2026-11-24 12:00"),
        (At(dt.time(8, 0), weekdays={4}), "2026-11-27 08:00"),
        (At(dt.time(1, 0), days={1}), "2026-12-01 01:00"),
        (At(dt.time(0, 0), days={29}, weekdays={0}), "2027-03-29 00:00"),
    ],
)
def test_at_a_time_of_day_on_some_days(rhythm: At, due: str) -> None:
    assert rhythm.first_after(NOON) == dt.datetime.fromisoformat(due).replace(tzinfo=ZONE)


def test_a_moment_elsewhere_is_read_on_the_clock_of_china() -> None:
    assert At(dt.time(0, 30)).first_after(dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)) == dt.datetime(
        2026, 11, 23, 0, 30, tzinfo=ZONE
    )


def test_a_job_that_is_due_on_no_day_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no day"):
        At(dt.time(0), days=())
