"""When a station, a service and a facility can be used: their own week under that of the house."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lingju.kernel.clock import ZONE
from lingju.kernel.rules import SystemActor
from lingju.places import opening
from lingju.places.models import AudienceTag, Facility, OpeningSpan, ServiceAtStation, Station
from lingju.places.services import catalogue, facilities, hours, stations
from lingju.places.services.facilities import FacilityDraft
from lingju.places.stretches import Stretch
from lingju.places.tests.browsing import ask
from lingju.places.tests.builders import a_calendar, a_catalogue

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 12, 1)
MORNING, DAYTIME = (Stretch(540, 660),), (Stretch(480, 1080),)


def at(hour: int, minute: int = 0, *, day: dt.date = TUESDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=ZONE) + dt.timedelta(hours=hour, minutes=minute)


@pytest.fixture
def offer(station: Station, system: SystemActor) -> ServiceAtStation:
    a_catalogue(station.district)
    hours.set_weekly(station, "8:00-18:00", actor=system)
    return catalogue.offer(station, "haircut", actor=system)


@pytest.fixture
def tap(station: Station, system: SystemActor) -> Facility:
    return facilities.add(station, FacilityDraft("toilet"), actor=system)


def test_without_a_week_of_its_own_a_service_keeps_the_houses(offer: ServiceAtStation, tap: Facility) -> None:
    assert opening.stretches_of(offer, TUESDAY) == DAYTIME
    assert opening.stretches_of(tap, TUESDAY) == DAYTIME


def test_a_week_of_its_own_speaks_also_where_it_is_silent(
    offer: ServiceAtStation, system: SystemActor
) -> None:
    hours.set_weekly(offer, "周二 9:00-11:00", actor=system)
    assert opening.stretches_of(offer, TUESDAY) == MORNING
    assert opening.stretches_of(offer, TUESDAY + dt.timedelta(days=1)) == ()


def test_a_closing_of_its_own_alone_leaves_it_the_houses_hours_on_other_days(
    offer: ServiceAtStation, system: SystemActor
) -> None:
    hours.close_on(offer, TUESDAY, reason="师傅请假", actor=system)
    assert opening.stretches_of(offer, TUESDAY) == ()
    assert opening.stretches_of(offer, TUESDAY + dt.timedelta(days=1)) == DAYTIME
    assert opening.why_shut(offer, at(9), at(10)) == "12月1日不开门：师傅请假。"


def test_what_is_shut_at_the_house_is_shut_inside(
    offer: ServiceAtStation, tap: Facility, system: SystemActor
) -> None:
    hours.set_weekly(offer, "周二 9:00-11:00", actor=system)
    hours.set_weekly(tap, "22:00-次日6:00", actor=system)
    hours.close_on(offer.station, TUESDAY, reason="修水管", actor=system)
    assert opening.stretches_of(offer, TUESDAY) == ()
    # The night that began on Monday is cut off at midnight, and Tuesday's night does not begin.
    assert opening.stretches_of(tap, TUESDAY) == ()
    assert opening.stretches_of(tap, TUESDAY + dt.timedelta(days=1)) == (Stretch(1320, 1440),)


def test_other_hours_of_the_house_on_a_date_are_the_most_a_service_can_have(
    offer: ServiceAtStation, system: SystemActor
) -> None:
    hours.set_weekly(offer, "9:00-11:00", actor=system)
    hours.open_on(offer.station, TUESDAY, times="10:00-12:00", reason="停电", actor=system)
    assert opening.stretches_of(offer, TUESDAY) == (Stretch(600, 660),)


def test_a_tap_on_the_outer_wall_runs_at_night(tap: Facility, system: SystemActor) -> None:
    hours.set_weekly(tap, "全天", actor=system)
    assert opening.is_open_throughout(tap, at(0), at(72))


@pytest.mark.parametrize("step", ["pause", "close"])
def test_a_station_out_of_use_is_open_never(
    offer: ServiceAtStation, tap: Facility, system: SystemActor, step: str
) -> None:
    stations.take_step(offer.station, step, actor=system, reason="屋顶漏水")
    tap.refresh_from_db()
    for subject in (offer.station, offer, tap):
        assert opening.stretches_of(subject, TUESDAY) == ()
        assert "屋顶漏水" in opening.why_shut(subject, at(9), at(10))


def test_a_service_withdrawn_is_open_never(offer: ServiceAtStation, system: SystemActor) -> None:
    catalogue.withdraw(offer, actor=system)
    offer.refresh_from_db()
    assert opening.stretches_of(offer, TUESDAY) == ()
    assert "不提供" in opening.why_shut(offer, at(9), at(10))


def test_hours_for_couriers_open_for_nobody_else(offer: ServiceAtStation) -> None:
    tag = AudienceTag.objects.filter(district=offer.district).first()
    OpeningSpan.objects.create(district=offer.district, offer=offer, audience=tag, opens=0, closes=1440)
    assert opening.stretches_of(offer, TUESDAY) == ()
    OpeningSpan.objects.create(
        district=offer.district, station=offer.station, audience=tag, opens=0, closes=1440
    )
    assert opening.stretches_of(offer.station, TUESDAY) == DAYTIME


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        (at(8), at(18), True),
        (at(7, 59), at(9), False),
        (at(17), at(18, 1), False),
        (at(8), at(8), True),
        (at(18), at(18), False),
        (at(9), at(33), False),
    ],
)
def test_open_throughout(
    offer: ServiceAtStation, start: dt.datetime, end: dt.datetime, is_open: bool
) -> None:
    assert opening.is_open_throughout(offer, start, end) is is_open
    assert (opening.why_shut(offer, start, end) == "") is is_open


def test_over_midnight_it_is_open_throughout(tap: Facility, system: SystemActor) -> None:
    hours.set_weekly(tap, "22:00-次日8:00", actor=system)
    assert opening.is_open_throughout(tap, at(22), at(32))
    assert not opening.is_open_throughout(tap, at(22), at(32, 1))
    assert opening.why_shut(tap, at(22), at(33)) == "12月2日的开放时间是 0:00–8:00、22:00–24:00。"


def test_a_moment_in_utc_is_looked_at_on_the_wall_here(offer: ServiceAtStation) -> None:
    assert opening.is_open_throughout(offer, at(8).astimezone(dt.UTC), at(18).astimezone(dt.UTC))


def test_time_that_runs_backwards_is_refused(offer: ServiceAtStation) -> None:
    with pytest.raises(ValueError, match="after"):
        opening.is_open_throughout(offer, at(9), at(8))


def test_a_class_of_day_is_asked_of_the_districts_calendar(offer: ServiceAtStation) -> None:
    a_calendar(offer.district, 2026)
    OpeningSpan.objects.create(
        district=offer.district,
        station=offer.station,
        layer=30,
        day_class="holiday",
        is_closed=True,
        reason="国庆",
    )
    assert opening.why_shut(offer, at(9, day=dt.date(2026, 10, 1)), at(10, day=dt.date(2026, 10, 1))) == (
        "10月1日不开门：国庆。"
    )
    assert opening.stretches_of(offer, dt.date(2026, 10, 12)) == DAYTIME
    new_year = dt.date(2027, 1, 1)
    assert opening.stretches_of(offer, new_year) == ()
    assert not opening.is_open_throughout(offer, at(9, day=new_year), at(10, day=new_year))
    assert "2027 年的放假安排还没公布" in opening.why_shut(offer, at(9, day=new_year), at(10, day=new_year))


def test_a_question_costs_few_queries(offer: ServiceAtStation) -> None:
    OpeningSpan.objects.create(
        district=offer.district, station=offer.station, layer=30, day_class="holiday", is_closed=True
    )
    a_calendar(offer.district, 2026)
    fresh = ServiceAtStation.objects.get(pk=offer.pk)
    with CaptureQueriesContext(connection) as queries:
        opening.is_open_throughout(fresh, at(9), at(200))
    assert len(queries) <= 6


def test_whoever_subscribes_to_the_hours_gets_them_without_the_pauses(
    station: Station, system: SystemActor
) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    answer = ask(system, station.district, "station_hours", station.slug)
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU" in answer.content
    stations.take_step(station, "pause", actor=system, reason="修水管")
    assert b"VEVENT" not in ask(system, station.district, "station_hours", station.slug).content
