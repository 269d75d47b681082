"""Hours change: what lies outside is listed with a time instead, told, and never called off silently."""

import datetime as dt

import pytest

from lingju.bookings.events import ClaimsOutside
from lingju.bookings.models import Bookable, Claim, Pool
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, impact, lending
from lingju.bookings.tests.builders import a_bookable, a_key, a_pool, a_station, at, booked, the_system
from lingju.kernel import clock, facts
from lingju.places.events import CalendarChanged, HoursChanged
from lingju.places.models import Station
from lingju.places.services import hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[ClaimsOutside]:
    """Collect what is announced about claims outside the hours."""
    found: list[ClaimsOutside] = []
    monkeypatch.setattr(facts, "_hearings", {ClaimsOutside: facts.Hearing(at_once=[found.append])})
    return found


def changed(station: Station, first: dt.date, last: dt.date | None) -> HoursChanged:
    """Say that a station opens otherwise."""
    return HoursChanged(station.district_id, "station", station.pk, station.pk, first, last)


def shut(bookable: Bookable, date: dt.date) -> None:
    """Shut a station for a day."""
    hours.close_on(bookable.station, date, reason="停水", actor=the_system(bookable.station))


def test_what_lies_outside_is_announced_and_stands_as_it_was(heard: list[ClaimsOutside]) -> None:
    haircut = a_bookable(a_station())
    outside, inside = booked(haircut, at(10, days=1)), booked(haircut, at(10, days=2))
    tomorrow = dt.date(2026, 3, 3)
    shut(haircut, tomorrow)
    impact.hear_hours(changed(haircut.station, tomorrow, tomorrow))
    assert [fact.claim_ids for fact in heard] == [(outside.pk,)]
    for claim in (outside, inside):
        claim.refresh_from_db()
        assert claim.state == Claim.State.CONFIRMED


def test_each_gets_the_nearest_free_time_and_moves_only_when_asked() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10, days=1))
    booked(haircut, at(10, days=2))
    shut(haircut, dt.date(2026, 3, 3))
    (found,) = impact.proposals(haircut.station_id, haircut.district_id)
    assert (found.claim.pk, found.instead) == (claim.pk, at(9, 30, days=2))
    assert "停水" in found.why
    claiming.move(found.claim, Slot(starts_at=found.instead), actor=the_system(haircut.station))
    assert impact.proposals(haircut.station_id, haircut.district_id) == []


def test_where_nothing_is_free_there_is_no_proposal() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10, days=1))
    actor = the_system(haircut.station)
    hours.close_on(haircut.station, dt.date(2026, 3, 2), dt.date(2026, 4, 30), reason="装修", actor=actor)
    (found,) = impact.proposals(haircut.station_id, haircut.district_id)
    assert found.instead is None


def test_nothing_outside_announces_nothing(heard: list[ClaimsOutside]) -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10, days=1))
    impact.hear_hours(changed(haircut.station, dt.date(2026, 3, 2), None))
    assert heard == []


def test_the_hours_of_one_service_do_not_touch_the_others(heard: list[ClaimsOutside]) -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10, days=1))
    shut(haircut, dt.date(2026, 3, 3))
    fact = HoursChanged(
        haircut.district_id, "offer", 12345, haircut.station_id, dt.date(2026, 3, 3), dt.date(2026, 3, 3)
    )
    impact.hear_hours(fact)
    assert heard == []


def test_a_holiday_that_is_announced_reaches_who_booked_that_day(heard: list[ClaimsOutside]) -> None:
    station = a_station()
    haircut = a_bookable(station)
    hours.set_weekly(station, "工作日 9:00-17:00", actor=the_system(station))
    outside, inside = booked(haircut, at(10, days=1)), booked(haircut, at(10, days=2))
    shut(haircut, dt.date(2026, 3, 3))
    heard.clear()
    impact.hear_calendar(CalendarChanged(station.district_id, (2026,)))
    assert [(fact.station_id, fact.claim_ids) for fact in heard] == [(station.pk, (outside.pk,))]
    impact.hear_calendar(CalendarChanged(station.district_id, (2025,)))
    assert len(heard) == 1, "another year is not looked at"
    inside.refresh_from_db()
    assert inside.state == Claim.State.CONFIRMED


def test_what_is_lent_is_never_due_before_a_locked_door() -> None:
    place = a_station()
    stand = a_pool(place, 3, "雨伞", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    umbrella = a_bookable(place, stand, name="雨伞", mode=Bookable.Mode.LOAN, loan_days=7)
    station, system = umbrella.station, the_system(umbrella.station)
    due = lending.due_at(umbrella).astimezone(clock.ZONE).date()
    lent = lending.lend(umbrella, Party(called="李阿姨"), key=a_key(), actor=system).claim
    hours.close_on(station, due, reason="停电", actor=system)
    impact.hear_hours(changed(station, due, due))
    lent.refresh_from_db()
    assert lent.ends_at is not None
    assert lent.ends_at.astimezone(clock.ZONE).date() == due + dt.timedelta(days=1)
    assert lending.due_at(umbrella) == lent.ends_at, "what is lent from now on is due then as well"
    before = lent.version
    impact.hear_hours(changed(station, due, due))
    lent.refresh_from_db()
    assert lent.version == before, "heard twice, moved once"
