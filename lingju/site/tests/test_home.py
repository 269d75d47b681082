"""Home: the nearest open station first, honest about minutes, useful to somebody unknown."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from lingju.places.services import hours, stations
from lingju.places.tests.builders import a_district, the_system
from lingju.site.tests.towns import NOON, a_small_town, living_in, text_of

pytestmark = pytest.mark.django_db


@time_machine.travel(NOON)
def test_somebody_unknown_is_asked_first_and_sees_every_station() -> None:
    a_small_town()
    page = text_of(Client().get("/"))
    assert "您住哪个小区？" in page
    assert "中午好" in page
    for name in ("府后街幸福驿站", "长安幸福驿站", "站南暖新驿站"):
        assert name in page
    assert "分钟</small>" not in page


@time_machine.travel(NOON)
def test_the_nearest_open_station_stands_first_with_its_way(tmp_path: Path) -> None:
    town = a_small_town(tmp_path)
    page = text_of(living_in(town.compound).get("/"))
    card = page[page.index("near card") : page.index("find-h")]
    assert "府后街<wbr>幸福驿站" in card
    assert "开着，到 21:00" in card
    assert "离您最近" in card
    assert 'aria-label="走 4 分钟"' in card
    assert "老人慢走 6 分钟" in card
    assert "步行路线" in card
    assert "tel:0355-0000000" in card


@time_machine.travel(NOON)
def test_a_shut_station_gives_way_to_an_open_one(tmp_path: Path) -> None:
    town = a_small_town(tmp_path)
    stations.take_step(town.near, "pause", reason="修水管", actor=the_system(town.district))
    page = text_of(living_in(town.compound).get("/"))
    card = page[page.index("near card") : page.index("find-h")]
    assert "长安<wbr>幸福驿站" in card


def test_at_night_the_nearest_is_shown_and_said_to_be_shut(tmp_path: Path) -> None:
    with time_machine.travel(NOON):
        town = a_small_town(tmp_path)
    with time_machine.travel("2026-11-06T23:30:00+08:00"):
        page = text_of(living_in(town.compound).get("/"))
    assert "这会儿都关门了，这处最近" in page
    assert "明天 8:00 开门" in page


@time_machine.travel(NOON)
def test_only_what_is_within_ten_minutes_counts_as_within_ten_minutes(tmp_path: Path) -> None:
    town = a_small_town(tmp_path)
    page = text_of(living_in(town.compound).get("/"))
    within, beyond = page.split("再远一点")
    assert "站南" not in within
    assert "站南暖新驿站" in beyond
    assert "service=water" in within
    assert "2 处" in within


@time_machine.travel(NOON)
def test_without_streets_minutes_are_called_a_guess() -> None:
    town = a_small_town()
    page = text_of(living_in(town.compound).get("/"))
    assert "按直线估计" in page
    assert "约分钟" in page


@time_machine.travel(NOON)
def test_facilities_nobody_saw_for_ten_minutes_may_be_wrong(tmp_path: Path) -> None:
    town = a_small_town(tmp_path)
    assert "可能不准" not in text_of(living_in(town.compound).get("/"))
    with time_machine.travel("2026-11-06T12:11:30+08:00"):
        assert "11 分钟前看过，可能不准" in text_of(living_in(town.compound).get("/"))


@time_machine.travel(NOON)
def test_a_district_without_stations_still_has_a_home() -> None:
    a_district()
    response = Client().get("/")
    assert response.status_code == 200
    assert "您住哪个小区？" in text_of(response)


@time_machine.travel(NOON)
def test_home_costs_the_same_queries_however_many_stations(
    tmp_path: Path, django_assert_max_num_queries: object
) -> None:
    town = a_small_town(tmp_path)
    client = living_in(town.compound)
    client.get("/")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        client.get("/")


@time_machine.travel(NOON)
def test_an_exception_is_said_with_its_reason(tmp_path: Path) -> None:
    town = a_small_town(tmp_path)
    for station in (town.near, town.far, town.beyond):
        hours.close_on(station, dt.date(2026, 11, 6), reason="停电", actor=the_system(town.district))
    assert "暂停：停电" in text_of(living_in(town.compound).get("/"))
