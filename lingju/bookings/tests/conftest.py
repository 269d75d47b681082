"""What every test of bookings stands on: a Monday morning of a year whose holidays are announced."""

from collections.abc import Iterator

import pytest
import time_machine

from lingju.bookings.tests.builders import MONDAY


@pytest.fixture(autouse=True)
def a_monday_morning() -> Iterator[None]:
    """Let the clock run from one Monday on: what can be booked must not depend on when a test runs."""
    with time_machine.travel(MONDAY, tick=True):
        yield
