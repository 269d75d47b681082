"""Opening hours of a station, a service, a facility and a gate: weekly, and on certain dates."""

import datetime as dt
from contextlib import nullcontext

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn
from lingju.kernel.rules import SystemActor
from lingju.places import hours as resolver
from lingju.places.events import PlacesChanged, StationChanged
from lingju.places.hours_text import WeeklyTime
from lingju.places.models import Area, OpeningSpan, Station
from lingju.places.queries import spans_of
from lingju.places.services import catalogue, facilities, hours
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests.builders import a_catalogue, a_compound
from lingju.places.tests.conftest import Cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)
WEEK = "周一至周五 8:00-12:00 14:00-18:00；周六 9:00-12:00"


def test_weekly_hours_are_replaced_as_a_whole(station: Station, system: SystemActor) -> None:
    assert hours.set_weekly(station, WEEK, actor=system)
    assert hours.set_weekly(station, "8:00-21:00", actor=system)
    assert [(s.weekdays, s.opens, s.closes) for s in station.spans.all()] == [(127, 480, 1260)]


def test_the_same_hours_again_change_nothing(
    station: Station, system: SystemActor, heard: list[object]
) -> None:
    hours.set_weekly(station, "08:00-21:00", actor=system)
    heard.clear()
    count = Footprint.objects.count()
    assert hours.set_weekly(station, [WeeklyTime(127, 480, 1260)], actor=system) is False
    assert heard == []
    assert Footprint.objects.count() == count


def test_weekly_hours_leave_exceptions_alone(station: Station, system: SystemActor) -> None:
    hours.close_on(station, DAY, reason="消杀", actor=system)
    hours.set_weekly(station, "8:00-21:00", actor=system)
    assert station.spans.filter(layer=OpeningSpan.Layer.EXCEPTION).count() == 1


def test_hours_that_cannot_be_read_are_refused_with_the_piece(station: Station, system: SystemActor) -> None:
    with pytest.raises(BadInput, match="看心情"):
        hours.set_weekly(station, "周一 8:00-9:00；看心情", actor=system)


def test_no_hours_take_the_promise_back(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, WEEK, actor=system)
    assert hours.set_weekly(station, "", actor=system)
    assert not station.spans.exists()


def test_a_closing_lies_over_the_week(station: Station, system: SystemActor, heard: list[object]) -> None:
    hours.set_weekly(station, "8:00-21:00", actor=system)
    hours.close_on(station, DAY, DAY + dt.timedelta(days=1), reason="修水管", actor=system)
    spans = spans_of(station)
    assert resolver.resolve(spans, DAY) == ()
    assert resolver.minutes_open(spans, DAY + dt.timedelta(days=2)) == 780
    assert heard[-1] == StationChanged(station.district_id, station.pk, "close_on")


def test_closing_twice_for_one_reason_is_one_closing(station: Station, system: SystemActor) -> None:
    first = hours.close_on(station, DAY, reason="修水管", actor=system)
    assert hours.close_on(station, DAY, reason="修水管 ", actor=system) == first
    assert station.spans.count() == 1


def test_other_hours_on_a_date(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "8:00-21:00", actor=system)
    hours.open_on(station, DAY, times="10:00-12:00 14:00-16:00", reason="冬至包饺子", actor=system)
    assert resolver.minutes_open(spans_of(station), DAY) == 240
    with pytest.raises(BadInput, match="关门"):
        hours.open_on(station, DAY, times="", reason="冬至", actor=system)


def test_an_exception_is_taken_back(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "8:00-21:00", actor=system)
    span = hours.close_on(station, DAY, reason="修水管", actor=system)
    hours.drop_exception(span, actor=system)
    assert resolver.minutes_open(spans_of(station), DAY) == 780
    with pytest.raises(BadInput, match="每周时间"):
        hours.drop_exception(station.spans.get(), actor=system)


@pytest.mark.parametrize(
    ("first", "last", "reason", "sentence"),
    [
        (DAY, DAY - dt.timedelta(days=1), "修水管", "不能早于"),
        (DAY, DAY + dt.timedelta(days=400), "修水管", "一年"),
        (DAY, DAY, "  ", "原因"),
    ],
)
def test_a_closing_without_sense_is_refused(
    station: Station, system: SystemActor, first: dt.date, last: dt.date, reason: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        hours.close_on(station, first, last, reason=reason, actor=system)


def test_services_facilities_and_gates_have_their_own_hours(
    community: Area, station: Station, system: SystemActor, heard: list[object]
) -> None:
    a_catalogue(community.district)
    offer = catalogue.offer(station, "haircut", actor=system)
    toilet = facilities.add(station, FacilityDraft("toilet"), actor=system)
    gate = a_compound(community).gates.get(name="东门")
    heard.clear()
    for subject in (offer, toilet, gate):
        hours.set_weekly(subject, "周三 9:00-11:00", actor=system)
    assert [span.opens for span in OpeningSpan.objects.all()] == [540, 540, 540]
    assert [hours.subject_of(span) for span in OpeningSpan.objects.order_by("id")] == [offer, toilet, gate]
    assert isinstance(heard[-1], PlacesChanged)


@pytest.mark.parametrize(
    ("name", "may_set", "may_close"),
    [
        ("stranger", False, False),
        ("resident", False, False),
        ("keeper", False, True),
        ("clerk", True, True),
        ("clerk_elsewhere", False, False),
        ("street_officer", True, True),
        ("district_officer", True, True),
        ("officer_of_another_district", False, False),
    ],
)
def test_who_may_set_hours_and_who_may_close(
    station: Station, cast: Cast, name: str, may_set: bool, may_close: bool
) -> None:
    refusal = NotSignedIn if name == "stranger" else NotAllowed
    with nullcontext() if may_set else pytest.raises(refusal):
        hours.set_weekly(station, WEEK, actor=cast[name])
    with nullcontext() if may_close else pytest.raises(refusal):
        hours.close_on(station, DAY, reason="修水管", actor=cast[name])
    with nullcontext() if may_close else pytest.raises(refusal):
        hours.open_on(station, DAY, times="9:00-10:00", reason="试", actor=cast[name])
