"""No phone rings for us between nine at night and eight in the morning, in China."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.clock import ZONE
from lingju.notify.quiet import EVENING, MORNING, cannot_wait, first_allowed

START = dt.datetime(2026, 1, 1, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T20:59", "2026-11-23T20:59"),
        ("2026-11-23T21:00", "2026-11-24T08:00"),
        ("2026-11-23T07:59", "2026-11-23T08:00"),
        ("2026-12-31T23:30", "2027-01-01T08:00"),
    ],
)
def test_the_edges_of_the_night(asked: str, allowed: str) -> None:
    moment = dt.datetime.fromisoformat(asked).replace(tzinfo=ZONE)
    assert first_allowed(moment) == dt.datetime.fromisoformat(allowed).replace(tzinfo=ZONE)
    assert first_allowed(moment.astimezone(dt.UTC)) == first_allowed(moment)


@given(st.integers(0, 100_000_000))
def test_every_moment_is_put_into_the_day_and_never_moved_back(seconds: int) -> None:
    moment = START + dt.timedelta(seconds=seconds)
    allowed = first_allowed(moment)
    assert MORNING <= allowed.astimezone(ZONE).time() < EVENING
    assert moment <= allowed <= moment + dt.timedelta(hours=11)


@pytest.mark.parametrize(
    ("told", "begins", "rings"),
    [
        ("2026-11-23T21:30", "2026-11-24T09:00", True),
        ("2026-11-23T21:30", "2026-11-24T09:59", True),
        ("2026-11-23T21:30", "2026-11-24T10:00", False),
        ("2026-11-24T05:00", "2026-11-24T09:00", True),
        ("2026-11-23T21:30", "2026-11-23T21:00", False),
        ("2026-11-23T21:30", None, False),
    ],
)
def test_what_begins_before_anybody_could_read_of_it_in_the_morning_rings_at_night(
    told: str, begins: str | None, rings: bool
) -> None:
    moment = dt.datetime.fromisoformat(told).replace(tzinfo=ZONE)
    begins_at = dt.datetime.fromisoformat(begins).replace(tzinfo=ZONE) if begins else None
    assert cannot_wait(moment, begins_at) is rings
