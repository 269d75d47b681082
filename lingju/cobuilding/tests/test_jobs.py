"""The clockwork makes the coming year's cycles, once, and gives a day to those whose notice has come."""

import datetime as dt

import pytest

from lingju.cobuilding import jobs
from lingju.cobuilding.models import Cycle
from lingju.cobuilding.tests.builders import a_street
from lingju.places.tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2025-11-10T10:00:00+08:00", tick=False)]
MARCH = dt.date(2026, 3, 1)


def test_a_year_of_cycles_is_made_ahead_and_no_more_the_next_night() -> None:
    a_street(2025, since=dt.date(2025, 1, 1))
    assert jobs.open_ahead() == 23
    assert jobs.open_ahead() == 0
    assert Cycle.objects.filter(date__isnull=True).count() == 11


def test_a_notice_that_comes_gives_the_waiting_cycles_their_day() -> None:
    street = a_street(2025, since=dt.date(2025, 1, 1))
    jobs.open_ahead()
    assert Cycle.objects.get(month=MARCH).date is None
    builders.a_calendar(street.district, 2026)
    assert jobs.open_ahead() == 11
    assert Cycle.objects.get(month=MARCH).date == dt.date(2026, 3, 6)
