"""The door is shut at the time of a session: who plans it is told, and nothing is called off."""

import datetime as dt

import pytest

from lingju.activities.events import SessionsOvertaken
from lingju.activities.models import Session
from lingju.activities.queries import desk
from lingju.activities.services import calling_off, overtaken
from lingju.activities.tests import gatherings
from lingju.kernel import facts
from lingju.people.tests import cast
from lingju.places.events import CalendarChanged, HoursChanged
from lingju.places.models import Station
from lingju.places.services import hours, stations
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[SessionsOvertaken]:
    """Collect what is announced about sessions before a locked door."""
    found: list[SessionsOvertaken] = []
    monkeypatch.setattr(facts, "_hearings", {SessionsOvertaken: facts.Hearing(at_once=[found.append])})
    return found


def a_station_and_two_sessions() -> tuple[Station, Session, Session]:
    """Open a station by day, and plan at it one session by day and one in the evening, when it is shut."""
    town = gatherings.a_town()
    hours.set_weekly(town.station, "8:00-18:00", actor=the_system(town.district))
    station = Station.objects.get(pk=town.station.pk)
    by_day = gatherings.a_session(town, "白天的培训")
    evening = gatherings.MONDAY.replace(hour=19) + dt.timedelta(days=2)
    return station, by_day, gatherings.a_session(town, "夜里的排练", starts_at=evening)


def changed(station: Station, date: dt.date, last: dt.date | None) -> HoursChanged:
    """Say that a station opens otherwise."""
    return HoursChanged(station.district_id, "station", station.pk, station.pk, date, last)


def test_a_station_that_shuts_for_a_day_overtakes_what_was_to_be_there(
    heard: list[SessionsOvertaken],
) -> None:
    station, by_day, evening = a_station_and_two_sessions()
    date = by_day.starts_at.date()
    overtaken.hear_hours(changed(station, date, date))
    assert heard == [], "the evening was outside from the beginning"
    hours.close_on(station, date, reason="停水", actor=the_system(station.district))
    overtaken.hear_hours(changed(station, date, date))
    assert [fact.session_ids for fact in heard] == [(by_day.pk, evening.pk)]
    by_day.refresh_from_db()
    assert not by_day.is_off


def test_hours_that_end_earlier_overtake_only_what_they_had_held(heard: list[SessionsOvertaken]) -> None:
    station, by_day, _evening = a_station_and_two_sessions()
    hours.set_weekly(station, "8:00-12:00", actor=the_system(station.district))
    overtaken.hear_hours(changed(station, by_day.starts_at.date(), None))
    assert [fact.session_ids for fact in heard] == [(by_day.pk,)]


def test_a_station_that_pauses_overtakes_everything_and_the_desk_lists_it(
    heard: list[SessionsOvertaken],
) -> None:
    station, by_day, evening = a_station_and_two_sessions()
    keeper = cast.a_keeper(at=station)
    assert desk.overtaken_for(cast.an_actor_of(keeper)) == []
    stations.take_step(station, "pause", reason="修水管", actor=the_system(station.district))
    overtaken.hear_hours(changed(station, by_day.starts_at.date(), None))
    assert [fact.session_ids for fact in heard] == [(by_day.pk, evening.pk)]
    assert desk.overtaken_for(cast.an_actor_of(keeper)) == [by_day, evening]
    page = cast.signed_in_client(keeper).get("/desk/activities/").content.decode()
    assert "那时候驿站不开门" in page
    calling_off.cancel_session(by_day, "驿站修水管", actor=the_system(station.district))
    assert desk.overtaken_for(cast.an_actor_of(keeper)) == [evening]


def test_a_calendar_is_looked_at_for_its_own_years(heard: list[SessionsOvertaken]) -> None:
    station, by_day, evening = a_station_and_two_sessions()
    hours.close_on(station, by_day.starts_at.date(), reason="放假", actor=the_system(station.district))
    overtaken.hear_calendar(CalendarChanged(station.district_id, (2025,)))
    assert heard == []
    overtaken.hear_calendar(CalendarChanged(station.district_id, (2026,)))
    assert [fact.session_ids for fact in heard] == [(by_day.pk, evening.pk)]
