"""The desk's tab of hours: the week, lines over it, fourteen days with reasons; the door in two taps."""

import datetime as dt
import re
from typing import Any

import pytest
from django.http import HttpResponse

from lingju.kernel import clock
from lingju.kernel.errors import NotAllowed, NotThere
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import DoorRecord, OpeningSpan, Station
from lingju.places.services import hours, openness
from lingju.places.tests.browsing import ask, words
from lingju.places.tests.builders import a_calendar
from lingju.places.tests.conftest import Cast

pytestmark = pytest.mark.django_db
Layer = OpeningSpan.Layer


def soon(days: int = 1) -> str:
    return (clock.today() + dt.timedelta(days=days)).isoformat()


def post(station: Station, actor: Actor, **data: Any) -> HttpResponse:
    return ask(actor, station.district, "desk_station", station.pk, "hours", data=data)


def test_hours_are_set_closed_and_taken_back(station: Station, cast: Cast) -> None:
    line = {"do": "line", "layer": Layer.EXCEPTION, "reason": "修水管"}
    assert post(station, cast.clerk, do="week", hours="8:00-12:00 14:00-18:00").status_code == 302
    page = words(ask(cast.clerk, station.district, "desk_station", station.pk, "hours"))
    assert 'value="8:00-12:00 14:00-18:00"' in page
    assert post(station, cast.clerk, do="week", hours="看心情").status_code == 422
    assert post(station, cast.clerk, **line, from_date=soon(1), closed="on").status_code == 302
    assert post(station, cast.clerk, **line, from_date=soon(2), times="9:00-10:00").status_code == 302
    assert post(station, cast.clerk, **line, from_date=soon(3)).status_code == 422
    assert station.spans.count() == 4
    closing = station.spans.get(is_closed=True)
    assert post(station, cast.clerk, do="drop", span=closing.pk).status_code == 302
    assert not station.spans.filter(is_closed=True).exists()
    with pytest.raises(NotThere):
        post(station, cast.clerk, do="drop", span=closing.pk)


def test_a_look_ahead_shows_the_reasons_and_writes_nothing(
    station: Station, cast: Cast, system: SystemActor
) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    typed = {"layer": Layer.EXCEPTION, "from_date": soon(), "times": "10:00-12:00", "reason": "包饺子"}
    answer = post(station, cast.keeper, do="preview", **typed)
    page = words(answer)
    assert answer.status_code == 200
    assert "还没有记下" in page
    assert "例外 10:00–12:00，包饺子" in page
    assert "<s>平日 8:00–18:00</s>" in page
    assert 'value="包饺子"' in page
    assert station.spans.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"from_date": soon(5), "to_date": soon(2), "closed": "on"}, "不能早于"),
        ({"from_date": soon(), "times": "8:00-12:00 11:00-14:00"}, "重叠"),
        ({"from_date": soon(), "times": "看心情"}, "看心情"),
        ({"from_date": "2026-02-30", "closed": "on"}, "日期"),
        ({"from_date": soon(), "times": "9:00-10:00", "closed": "on"}, "整天不开"),
        ({"from_date": soon(), "closed": "on", "audience": "9"}, "9"),
    ],
)
def test_what_makes_no_sense_comes_back_filled_with_why(
    station: Station, cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    for button in ("preview", "line"):
        answer = post(station, cast.clerk, do=button, layer=Layer.EXCEPTION, reason="试试看", **typed)
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert 'value="试试看"' in words(answer)
    assert not station.spans.exists()


def test_a_keeper_is_not_offered_a_season_and_cannot_take_one_back(
    station: Station, cast: Cast, system: SystemActor
) -> None:
    season = {"layer": Layer.SEASONAL, "from_date": soon(), "to_date": soon(9), "times": "9:00-17:00"}
    assert post(station, cast.keeper, do="line", reason="冬季", **season).status_code == 422
    assert post(station, cast.clerk, do="line", reason="冬季", **season).status_code == 302
    span = station.spans.get()
    assert f'value="{span.pk}"' not in words(
        ask(cast.keeper, station.district, "desk_station", station.pk, "hours")
    )
    with pytest.raises(NotAllowed):
        post(station, cast.keeper, do="drop", span=span.pk)


def test_a_class_of_day_in_a_year_without_a_notice_is_said_to_be_unknown(
    station: Station, cast: Cast, system: SystemActor
) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    holiday = {"layer": Layer.HOLIDAY, "day_class": "holiday", "closed": "on", "reason": "节假日"}
    assert "定不下来" in words(post(station, cast.clerk, do="preview", **holiday))
    a_calendar(station.district)
    page = words(post(station, cast.clerk, do="preview", **holiday))
    assert "定不下来" not in page or clock.today().month == 12
    assert str(clock.today().year + 1) in page or "放假安排还没公布" not in page


def door(station: Station, actor: Actor, query: str = "", **data: Any) -> HttpResponse:
    return ask(actor, station.district, "desk_door", station.pk, query=query, data=data or None)


def test_the_door_in_two_taps(station: Station, cast: Cast) -> None:
    assert "开门了" in words(door(station, cast.keeper))
    assert door(station, cast.keeper, do="open", key="one").status_code == 302
    assert door(station, cast.keeper, do="open", key="one").status_code == 302
    page = words(door(station, cast.keeper))
    assert "关门了" in page
    DoorRecord.objects.update(opened_at=clock.now() - dt.timedelta(seconds=1))
    assert door(station, cast.keeper, do="close", key="two").status_code == 302
    assert DoorRecord.objects.get().closed_at is not None


def test_closing_a_door_that_nobody_opened_is_told(station: Station, cast: Cast) -> None:
    answer = door(station, cast.keeper, do="close", key="two")
    assert any("还没有记开门" in said for said in answer.said)  # type: ignore[attr-defined]


def test_what_was_forgotten_is_written_down_and_put_right(
    station: Station, cast: Cast, system: SystemActor
) -> None:
    hours.set_weekly(station, "8:00-18:00", actor=system)
    typed = {"do": "write_down", "key": "k1", "day": soon(-1), "opened": "08:00", "closed_at": "17:00"}
    refused = door(station, cast.keeper, **typed, note="")
    assert refused.status_code == 422
    assert 'value="08:00"' in words(refused)
    assert door(station, cast.keeper, **typed, note="忘了按").status_code == 302
    old = DoorRecord.objects.get()
    page = words(door(station, cast.keeper, query=f"fix={old.pk}"))
    key = re.search(r'name="key" value="(\d+)" id', page) or re.search(r'id="id_key"[^>]*value="(\d+)"', page)
    assert "更正一条" in page
    fixed = {**typed, "key": key.group(1) if key else "k2", "closed_at": "18:00", "replaces": old.pk}
    assert door(station, cast.keeper, **fixed, note="记错了").status_code == 302
    assert [one.note for one in DoorRecord.objects.filter(is_replaced=False)] == ["记错了"]


def test_the_share_is_shown_with_both_numbers(station: Station, cast: Cast, system: SystemActor) -> None:
    hours.set_weekly(station, "全天", actor=system)
    end = clock.now().replace(second=0, microsecond=0)
    openness.write_down(station, end - dt.timedelta(minutes=30), end, key="k", actor=system, note="补记")
    page = words(door(station, cast.clerk))
    assert re.search(r"应开 [\d.]+ 小时，记录开门 0.5 小时，占 \d+%。", page)
