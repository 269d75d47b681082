"""A door is opened and closed in two taps, what was wrong is said anew, and nothing is altered."""

import datetime as dt
from contextlib import nullcontext

import pytest
import time_machine

from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn, SomeoneWasFaster
from lingju.kernel.rules import SystemActor
from lingju.places import hours as opening_hours
from lingju.places import openness as reading
from lingju.places import queries
from lingju.places.models import Area, DoorRecord, Station
from lingju.places.services import hours, openness
from lingju.places.tests.browsing import ask, words
from lingju.places.tests.builders import a_station
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


def said_at(station: Station, hour: float) -> str:
    """Return what stands beside the lamp at an hour."""
    return opening_hours.words(queries.state_of(station, at(hour)), at(hour))


def test_a_door_that_was_closed_early_is_not_called_open(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "8:00-12:00 14:00-18:00", actor=system)
    with time_machine.travel(at(7.75), tick=False):
        openness.open_door(station, "a", actor=system)
    with time_machine.travel(at(15), tick=False):
        openness.close_door(station, "b", actor=system)
        station = Station.objects.get(pk=station.pk)
        assert said_at(station, 14.5) == "开着，到 18:00"
        assert said_at(station, 15.5) == "15:00 关了门"
        assert not queries.state_of(station, at(15.5)).is_open
        assert said_at(station, 19) == "明天 8:00 开门"
        assert said_at(station, 33) == "开着，到 12:00", "yesterday's door says nothing of today"
    with time_machine.travel(at(16), tick=False):
        openness.open_door(station, "c", actor=system)
        assert said_at(Station.objects.get(pk=station.pk), 16.5) == "开着，到 18:00"


def test_a_door_closed_at_noon_does_not_shut_the_afternoon(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "8:00-12:00 14:00-18:00", actor=system)
    with time_machine.travel(at(8), tick=False):
        openness.open_door(station, "a", actor=system)
    with time_machine.travel(at(12), tick=False):
        openness.close_door(station, "b", actor=system)
        station = Station.objects.get(pk=station.pk)
        assert said_at(station, 14.1) == "开着，到 18:00"
        assert not queries.is_unopened(station, at(14.1)), "the keeper may be on the stairs"
        assert queries.is_unopened(station, at(14.5))


def test_a_door_that_is_due_and_has_no_record_is_named_where_there_usually_is_one(
    station: Station, system: SystemActor
) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    with time_machine.travel(at(9), tick=False):
        assert not queries.is_unopened(station, at(9)), "nobody ever recorded anything here"
        openness.open_door(station, "a", actor=system)
        assert not queries.is_unopened(Station.objects.get(pk=station.pk), at(9.5))
    with time_machine.travel(at(33), tick=False):
        station = Station.objects.get(pk=station.pk)
        assert queries.is_unopened(station, at(33)), "yesterday's door was never closed"
        assert not queries.is_unopened(station, at(32.1))
        assert queries.state_of(station, at(33)).is_open, "the published hours hold until somebody knows"


def test_the_keeper_and_the_street_see_which_door_is_late(
    station: Station, system: SystemActor, cast: Cast
) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    with time_machine.travel(at(9), tick=False):
        openness.open_door(station, "a", actor=system)
    with time_machine.travel(at(33), tick=False):
        assert "该开门了，还没记开门" in words(ask(cast.keeper, station.district, "desk"))
        assert "还没记开门" in words(ask(cast.district_officer, station.district, "desk_stations"))
        openness.open_door(station, "b", actor=system)
        assert "还没记开门" not in words(ask(cast.district_officer, station.district, "desk_stations"))


def test_the_list_tells_how_much_of_their_hours_stations_kept_and_puts_the_least_first(
    community: Area, system: SystemActor, cast: Cast
) -> None:
    names = ("守时站", "常关站", "不记站")
    prompt, late, silent = (a_station(community, name=name) for name in names)
    for one in (prompt, late, silent):
        hours.set_weekly(one, "8:00-18:00", actor=system)
    with time_machine.travel(at(20), tick=False):
        openness.write_down(prompt, at(8), at(18), key="a", actor=system, note="当天没记")
        openness.write_down(late, at(13), at(18), key="b", actor=system, note="当天没记")
        kept = reading.this_month_of([prompt, late, silent])
        assert [kept[one.pk].delivered_minutes for one in (prompt, late, silent)] == [600, 300, 0]
        assert kept[prompt.pk] == reading.this_month(Station.objects.get(pk=prompt.pk))
        page = words(ask(cast.district_officer, community.district, "desk_stations", query="by=kept"))
        assert sorted(names, key=page.index) == ["常关站", "守时站", "不记站"]
        assert "开了 5 小时，应开" in page
