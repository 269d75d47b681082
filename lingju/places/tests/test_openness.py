"""A door is opened and closed in two taps, what was wrong is said anew, and nothing is altered."""

import datetime as dt
from contextlib import nullcontext

import pytest
import time_machine

from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn, SomeoneWasFaster
from lingju.kernel.rules import SystemActor
from lingju.places import openness as reading
from lingju.places.models import DoorRecord, Station
from lingju.places.services import hours, openness
from lingju.places.tests.conftest import Cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)


def at(hour: float, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=ZONE) + dt.timedelta(hours=hour)


def test_two_taps_make_a_record(station: Station, system: SystemActor) -> None:
    with time_machine.travel(at(8), tick=False):
        record = openness.open_door(station, "a", actor=system)
    with time_machine.travel(at(18), tick=False):
        assert openness.close_door(station, "b", actor=system) == record
    assert (record.opened_at, DoorRecord.objects.get().closed_at) == (at(8), at(18))
    done = Footprint.objects.about(station).values_list("action", flat=True)
    assert {"open_door", "close_door"} <= set(done)


def test_the_same_tap_again_is_the_same_record(station: Station, system: SystemActor) -> None:
    with time_machine.travel(at(8), tick=False):
        first = openness.open_door(station, "a", actor=system)
        assert openness.open_door(station, "a", actor=system) == first
        assert openness.open_door(station, "another tap", actor=system) == first
    with time_machine.travel(at(18), tick=False):
        openness.close_door(station, "b", actor=system)
        openness.close_door(station, "b", actor=system)
        openness.open_door(station, "a", actor=system)  # a device that sends its event once more
    assert DoorRecord.objects.count() == 1


def test_a_door_that_nobody_opened_is_not_closed(station: Station, system: SystemActor) -> None:
    with pytest.raises(NotNow, match="还没有记开门"):
        openness.close_door(station, "b", actor=system)


def test_yesterdays_forgotten_door_is_not_closed_today(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    with time_machine.travel(at(8), tick=False):
        openness.open_door(station, "a", actor=system)
    with time_machine.travel(at(32), tick=False):
        with pytest.raises(NotNow):
            openness.close_door(station, "b", actor=system)
        openness.open_door(station, "c", actor=system)
    assert DoorRecord.objects.filter(closed_at=None).count() == 2


def test_a_night_shift_closes_the_next_morning(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "22:00-次日8:00", actor=system)
    with time_machine.travel(at(22), tick=False):
        openness.open_door(station, "a", actor=system)
    with time_machine.travel(at(32.1), tick=False):
        openness.close_door(station, "b", actor=system)
        kept = reading.delivered(station, DAY, DAY + dt.timedelta(days=1))
    # The night before, nobody recorded anything: its eight hours of this morning are not kept.
    assert (kept.delivered_minutes, kept.published_minutes) == (600, 1080)


def test_a_device_at_the_door_says_when_it_was(station: Station, system: SystemActor) -> None:
    with time_machine.travel(at(8.5), tick=False):
        record = openness.open_door(station, "dev-1", actor=system, at=at(8), source="device")
        assert (record.opened_at, record.source) == (at(8), "device")
        with pytest.raises(BadInput, match="还没到"):
            openness.close_door(station, "dev-2", actor=system, at=at(9))
        with pytest.raises(BadInput, match="晚于"):
            openness.close_door(station, "dev-3", actor=system, at=at(7))


def test_what_was_forgotten_is_written_down_with_a_reason(station: Station, system: SystemActor) -> None:
    with time_machine.travel(at(8), tick=False):
        old = openness.open_door(station, "a", actor=system)
    with time_machine.travel(at(30), tick=False):
        with pytest.raises(BadInput, match="为什么"):
            openness.write_down(station, at(8), at(18), key="k", actor=system, note=" ", replaces=old)
        new = openness.write_down(station, at(8), at(18), key="k", actor=system, note="忘了按", replaces=old)
        assert openness.write_down(station, at(8), at(18), key="k", actor=system, note="忘了按") == new
        with pytest.raises(SomeoneWasFaster):
            openness.write_down(station, at(8), at(17), key="m", actor=system, note="再改", replaces=old)
    old.refresh_from_db()
    assert (old.closed_at, old.is_replaced, new.replaces) == (None, True, old)
    assert reading.records_of(station, DAY, DAY) == [new]


@pytest.mark.parametrize(("start", "end"), [(18.0, 8.0), (8.0, 8.0), (8.0, 60.0), (29.0, 40.0)])
def test_times_that_no_door_has_are_refused(
    station: Station, system: SystemActor, start: float, end: float
) -> None:
    with time_machine.travel(at(30), tick=False), pytest.raises(BadInput):
        openness.write_down(station, at(start), at(end), key="k", actor=system, note="补记")


def test_the_page_says_it_in_plain_words(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    first = DAY.replace(day=1)
    with time_machine.travel(at(20), tick=False):
        assert reading.words(reading.this_month(station)) == ""
        for n in range(23):
            day = first + dt.timedelta(days=n)
            openness.write_down(station, at(8, day), at(17.5, day), key=f"k{n}", actor=system, note="补记")
        assert reading.words(reading.this_month(station)) == (
            "本月到现在应开 240 小时，记录开门 218.5 小时，有 1 天没有记录。"
        )


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("stranger", False),
        ("resident", False),
        ("keeper", True),
        ("clerk", True),
        ("clerk_elsewhere", False),
        ("street_officer", True),
        ("officer_of_another_district", False),
    ],
)
def test_who_may_tap(station: Station, cast: Cast, name: str, may: bool) -> None:
    refusal = NotSignedIn if name == "stranger" else NotAllowed
    for verb in (openness.open_door, openness.close_door):
        with nullcontext() if may else pytest.raises(refusal):
            verb(station, "k", actor=cast[name])
