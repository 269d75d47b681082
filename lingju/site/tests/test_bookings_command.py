"""`lingju bookings verify`: counts that agree, that are told and repaired, and that no counting heals."""

from collections.abc import Iterator

import pytest
import time_machine

from lingju.bookings.models import Cell
from lingju.bookings.tests.builders import MONDAY, a_bookable, a_station, at, booked
from lingju.site.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_monday_morning() -> Iterator[None]:
    """Let the clock run from the Monday on which bookings are tested."""
    with time_machine.travel(MONDAY, tick=True):
        yield


def test_counts_that_agree_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    booked(a_bookable(a_station()), at(10))
    assert main(["bookings", "verify"]) == 0
    assert "1 pools counted anew, 0 cells differ" in capsys.readouterr().out


def test_a_count_that_was_tampered_with_is_told_and_repaired(capsys: pytest.CaptureFixture[str]) -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10))
    Cell.objects.update(taken=0)
    assert main(["bookings", "verify"]) == 1
    assert "counted 0 of 1, bookings take 1 of 1" in capsys.readouterr().out
    assert main(["bookings", "verify", "--repair"]) == 0
    assert set(Cell.objects.values_list("taken", flat=True)) == {1}
    assert main(["bookings", "verify"]) == 0


def test_more_bookings_than_places_are_told_and_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    haircut = a_bookable(a_station())
    first = booked(haircut, at(10))
    Cell.objects.update(taken=0)
    booked(haircut, at(10))
    assert first.pk
    assert main(["bookings", "verify", "--repair"]) == 1
    assert "more than there is" in capsys.readouterr().out
