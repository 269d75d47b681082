"""What every test of the market stands on: a Monday morning of a year whose holidays are announced."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from lingju.kernel import clock

MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def a_monday_morning() -> Iterator[None]:
    """Let the clock run from one Monday on: what is over must not depend on the day of the test."""
    with time_machine.travel(MONDAY, tick=True):
        yield
