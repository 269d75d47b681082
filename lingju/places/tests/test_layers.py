"""Lines of the layers above the week: said, said again, said otherwise, taken back, and refused."""

import datetime as dt
from contextlib import nullcontext

import pytest
import time_machine

from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn
from lingju.kernel.rules import SystemActor
from lingju.places import opening
from lingju.places.events import HoursChanged, StationChanged
from lingju.places.models import AudienceTag, OpeningSpan, Station
from lingju.places.services import hours, layers
from lingju.places.services.layers import Line
from lingju.places.stretches import Stretch
from lingju.places.tests.builders import a_calendar, a_catalogue
from lingju.places.tests.conftest import Cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
Layer = OpeningSpan.Layer
DAY, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 7)
WINTER = Line(Layer.SEASONAL, DAY, LAST, reason="冬季时间", source="街道通知")
EXCEPTION = Line(Layer.EXCEPTION, DAY, reason="修水管")


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with time_machine.travel(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def _week(station: Station, system: SystemActor) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)


def test_a_season_lies_over_the_week(station: Station, system: SystemActor, heard: list[object]) -> None:
    layers.set_layer(station, WINTER, times="9:00-17:00", actor=system)
    assert opening.stretches_of(station, DAY) == (Stretch(540, 1020),)
    assert opening.stretches_of(station, LAST + dt.timedelta(days=1)) == (Stretch(480, 1080),)
    assert heard == [
        HoursChanged(station.district_id, "station", station.pk, station.pk, DAY, LAST),
        StationChanged(station.district_id, station.pk, "set_layer"),
    ]
    assert Footprint.objects.about(station).filter(action="set_layer").count() == 1


def test_said_again_it_changes_nothing(station: Station, system: SystemActor, heard: list[object]) -> None:
    first = layers.set_layer(station, WINTER, times="9:00-17:00", actor=system)
    heard.clear()
    assert layers.set_layer(station, WINTER, times="9:00-17:00", actor=system) == first
    assert heard == []


def test_said_otherwise_it_replaces_its_times(station: Station, system: SystemActor) -> None:
    layers.set_layer(station, WINTER, times="9:00-17:00", actor=system)
    layers.set_layer(station, WINTER, times="10:00-12:00 14:00-16:00", actor=system)
    assert opening.stretches_of(station, DAY) == (Stretch(600, 720), Stretch(840, 960))


def test_a_line_is_taken_back_as_a_whole(station: Station, system: SystemActor) -> None:
    span, _second = layers.set_layer(station, WINTER, times="10:00-12:00 14:00-16:00", actor=system)
    layers.drop_line(span, actor=system)
    assert opening.stretches_of(station, DAY) == (Stretch(480, 1080),)
    with pytest.raises(BadInput, match="每周时间"):
        layers.drop_line(station.spans.get(), actor=system)


def test_an_emergency_lasts_until_it_is_taken_back(station: Station, system: SystemActor) -> None:
    flood = Line(Layer.EMERGENCY, DAY, reason="暴雨")
    (span,) = layers.set_layer(station, flood, closed=True, actor=system)
    assert span.to_date is None
    assert opening.stretches_of(station, DAY + dt.timedelta(days=40)) == ()


def test_an_exception_without_a_last_day_is_for_one_day(station: Station, system: SystemActor) -> None:
    layers.set_layer(station, EXCEPTION, times="10:00-12:00", actor=system)
    assert opening.stretches_of(station, DAY + dt.timedelta(days=1)) == (Stretch(480, 1080),)


def test_a_holiday_line_speaks_on_holidays_of_every_known_year(station: Station, system: SystemActor) -> None:
    a_calendar(station.district, 2026)
    line = Line(Layer.HOLIDAY, day_class="holiday", reason="节假日")
    layers.set_layer(station, line, times="10:00-16:00", actor=system)
    assert opening.stretches_of(station, dt.date(2026, 10, 1)) == (Stretch(600, 960),)


def test_hours_for_couriers_are_shown_but_open_for_nobody_else(station: Station, system: SystemActor) -> None:
    a_catalogue(station.district)
    tag = AudienceTag.objects.filter(district=station.district).first()
    line = Line(Layer.EXCEPTION, DAY, reason="夜间歇脚", audience=tag)
    layers.set_layer(station, line, times="全天", actor=system)
    assert opening.stretches_of(station, DAY) == (Stretch(480, 1080),)


@pytest.mark.parametrize(
    ("line", "times", "closed", "field", "sentence"),
    [
        (Line(Layer.SEASONAL, LAST, DAY, reason="冬"), "9:00-10:00", False, "to_date", "不能早于"),
        (Line(Layer.SEASONAL, DAY, None, reason="冬"), "9:00-10:00", False, "to_date", "到哪天为止"),
        (Line(Layer.EXCEPTION, None, None, reason="冬"), "9:00-10:00", False, "from_date", "从哪天"),
        (Line(Layer.HOLIDAY, None, None, reason="节"), "9:00-10:00", False, "from_date", "从哪天"),
        (Line(Layer.EXCEPTION, DAY), "9:00-10:00", False, "reason", "原因"),
        (EXCEPTION, "", False, "times", "不开门"),
        (EXCEPTION, "12:00-14:00", True, "times", "整天不开"),
        (EXCEPTION, "看心情", False, "times", "看心情"),
        (EXCEPTION, "8:00-12:00 11:00-14:00", False, "times", "重叠"),
        (Line(Layer.BASE, DAY, reason="基"), "9:00-10:00", False, "layer", "季节"),
        (
            Line(Layer.EXCEPTION, DAY, day_class="monday", reason="x"),
            "9:00-10:00",
            False,
            "day_class",
            "没有",
        ),
        (Line(Layer.EXCEPTION, dt.date(2026, 11, 1), reason="补"), "", True, "to_date", "已经过去"),
        (Line(Layer.SEASONAL, DAY, dt.date(2028, 12, 1), reason="久"), "", True, "to_date", "一年"),
    ],
)
def test_a_line_without_sense_is_refused_at_its_field(
    station: Station, system: SystemActor, line: Line, times: str, closed: bool, field: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refusal:
        layers.set_layer(station, line, times=times, closed=closed, actor=system)
    assert field in refusal.value.fields
    assert station.spans.count() == 1


def test_two_lines_of_one_layer_do_not_speak_about_one_day(station: Station, system: SystemActor) -> None:
    layers.set_layer(station, WINTER, times="9:00-17:00", actor=system)
    middle = Line(Layer.SEASONAL, LAST, LAST + dt.timedelta(days=9), reason="腊月")
    with pytest.raises(BadInput, match=r"冬季时间.*12月1日至12月7日.*重叠"):
        layers.set_layer(station, middle, times="10:00-12:00", actor=system)
    after = Line(Layer.SEASONAL, LAST + dt.timedelta(days=1), LAST + dt.timedelta(days=9), reason="腊月")
    layers.set_layer(station, after, times="10:00-12:00", actor=system)


@pytest.mark.parametrize(
    ("name", "may_season", "may_except"),
    [
        ("stranger", False, False),
        ("resident", False, False),
        ("keeper", False, True),
        ("clerk", True, True),
        ("clerk_elsewhere", False, False),
        ("district_officer", True, True),
        ("officer_of_another_district", False, False),
    ],
)
def test_the_season_is_the_clerks_and_the_exception_the_keepers(
    station: Station, cast: Cast, name: str, may_season: bool, may_except: bool
) -> None:
    refusal = NotSignedIn if name == "stranger" else NotAllowed
    for line, may in ((WINTER, may_season), (EXCEPTION, may_except)):
        with nullcontext() if may else pytest.raises(refusal):
            layers.set_layer(station, line, times="9:00-10:00", actor=cast[name])
