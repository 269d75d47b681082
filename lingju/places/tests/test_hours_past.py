"""What was in force before stays known: a past day is measured by the hours of that day."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel.clock import ZONE
from lingju.kernel.rules import SystemActor
from lingju.places import hours_past, openness
from lingju.places.models import AudienceTag, HoursChange, OpeningSpan, Station
from lingju.places.services import hours, layers
from lingju.places.services import openness as door
from lingju.places.services.layers import Line
from lingju.places.stretches import Stretch
from lingju.places.tests.browsing import ask, words
from lingju.places.tests.builders import a_calendar, a_catalogue
from lingju.places.tests.conftest import Cast

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)
TUESDAY, WEDNESDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2)


def at(hour: float, day: dt.date = MONDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=ZONE) + dt.timedelta(hours=hour)


def say(station: Station, weekly: str, when: dt.datetime, actor: SystemActor) -> None:
    """Publish another week at a moment."""
    with time_machine.travel(when, tick=False):
        hours.set_weekly(Station.objects.get(pk=station.pk), weekly, actor=actor)


def promised(station: Station, first: dt.date, last: dt.date) -> list[int]:
    """Return how many minutes were promised on each date."""
    days = hours_past.published(Station.objects.get(pk=station.pk), first, last).stretches
    return [sum(end - start for start, end in days[date]) for date in sorted(days)]


def test_a_past_day_keeps_the_hours_it_had(station: Station, system: SystemActor) -> None:
    say(station, "8:00-18:00", at(7), system)
    say(station, "9:00-12:00", at(20, TUESDAY), system)
    with time_machine.travel(at(23, WEDNESDAY), tick=False):
        assert promised(station, MONDAY, WEDNESDAY) == [600, 600, 180]
        assert hours_past.stretches_at(station, at(12), WEDNESDAY) == (Stretch(480, 1080),)
        assert hours_past.stretches_at(station, at(21, TUESDAY), WEDNESDAY) == (Stretch(540, 720),)


def test_who_shuts_early_and_changes_the_hours_afterwards_did_not_promise_less(
    station: Station, system: SystemActor
) -> None:
    say(station, "8:00-18:00", at(7), system)
    with time_machine.travel(at(8), tick=False):
        door.open_door(station, "open-1", actor=system)
    with time_machine.travel(at(14), tick=False):
        door.close_door(station, "close-1", actor=system)
    say(station, "8:00-14:00", at(19), system)
    with time_machine.travel(at(23), tick=False):
        kept = openness.delivered(Station.objects.get(pk=station.pk), MONDAY, MONDAY)
    assert (kept.delivered_minutes, kept.published_minutes) == (360, 600)


def test_a_closing_told_at_noon_takes_the_afternoon_and_not_the_morning(
    station: Station, system: SystemActor
) -> None:
    say(station, "8:00-18:00", at(7), system)
    with time_machine.travel(at(12), tick=False):
        hours.close_on(station, MONDAY, reason="停水", actor=system)
    with time_machine.travel(at(23), tick=False):
        assert promised(station, MONDAY, TUESDAY) == [240, 600]


def test_every_verb_keeps_what_was_before(station: Station, system: SystemActor) -> None:
    with time_machine.travel(at(7), tick=False):
        hours.set_weekly(station, "8:00-18:00", actor=system)
        hours.set_weekly(station, "8:00-18:00", actor=system)
        hours.open_on(station, TUESDAY, times="10:00-12:00", reason="包饺子", actor=system)
        span = station.spans.get(layer=OpeningSpan.Layer.EXCEPTION)
        hours.drop_exception(span, actor=system)
        line = Line(OpeningSpan.Layer.EMERGENCY, WEDNESDAY, reason="停电")
        (shut,) = layers.set_layer(station, line, closed=True, actor=system)
        layers.drop_line(shut, actor=system)
    rows = list(HoursChange.objects.order_by("id"))
    assert [row.action for row in rows] == [
        "set_hours",
        "open_on",
        "drop_exception",
        "set_layer",
        "drop_line",
    ]
    assert [len(row.was) for row in rows] == [0, 1, 2, 1, 2]
    assert (rows[0].before, rows[0].after) == ("", "8:00-18:00")
    assert rows[4].was[1]["from_date"] == WEDNESDAY.isoformat()


def test_before_the_first_word_the_first_one_counts_and_a_silence_in_between_is_one(
    station: Station, system: SystemActor
) -> None:
    say(station, "8:00-18:00", at(9, TUESDAY), system)
    assert promised(station, MONDAY, MONDAY) == [600]
    say(station, "", at(0, WEDNESDAY), system)
    say(station, "9:00-10:00", at(0, WEDNESDAY + dt.timedelta(days=1)), system)
    assert promised(station, MONDAY, WEDNESDAY + dt.timedelta(days=1)) == [600, 600, 0, 60]


def test_hours_for_some_people_were_never_everybodys(station: Station, system: SystemActor) -> None:
    a_catalogue(station.district)
    elders = AudienceTag.objects.filter(district=station.district).first()
    say(station, "8:00-18:00", at(7), system)
    with time_machine.travel(at(7), tick=False):
        line = Line(OpeningSpan.Layer.EXCEPTION, MONDAY, reason="体检", audience=elders)
        layers.set_layer(station, line, times="6:00-7:00", actor=system)
    say(station, "9:00-18:00", at(20), system)
    assert promised(station, MONDAY, MONDAY) == [600]
    assert HoursChange.objects.latest("id").was[1]["audience"] == elders.name  # type: ignore[union-attr]


def test_a_station_that_was_paused_since_still_promised_what_it_did(
    station: Station, system: SystemActor
) -> None:
    say(station, "8:00-18:00", at(7), system)
    Station.objects.filter(pk=station.pk).update(state=Station.State.PAUSED)
    assert promised(station, MONDAY, MONDAY) == [600]


def test_reading_costs_a_fixed_number_of_queries(
    station: Station, system: SystemActor, django_assert_max_num_queries: object
) -> None:
    a_calendar(station.district)
    for hour in range(8, 14):
        say(station, f"{hour}:00-18:00", at(hour), system)
    fresh = Station.objects.get(pk=station.pk)
    with django_assert_max_num_queries(6), time_machine.travel(at(23), tick=False):  # type: ignore[operator]
        openness.delivered(fresh, MONDAY.replace(day=1), MONDAY)


def test_the_desk_shows_who_changed_what(station: Station, cast: Cast, system: SystemActor) -> None:
    say(station, "8:00-18:00", at(7), system)
    hours.set_weekly(station, "9:00-17:00", actor=cast.clerk)
    page = words(ask(cast.keeper, station.district, "desk_station", station.pk, "hours"))
    assert "改过的时间" in page
    assert "8:00-18:00" in page
    assert "系统" in page
