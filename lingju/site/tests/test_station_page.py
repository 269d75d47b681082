"""One station's page and the sheet for its door."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from lingju.places.models import Station
from lingju.places.services import facilities, hours, stations
from lingju.places.services.stations import SpaceDraft
from lingju.places.tests.builders import a_station, the_system
from lingju.site.pages.station import week
from lingju.site.tests.towns import NOON, SmallTown, a_small_town, living_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path) -> SmallTown:
    with time_machine.travel(NOON):
        return a_small_town(tmp_path)


@time_machine.travel(NOON)
def test_it_says_whether_it_is_open_and_what_works(town: SmallTown) -> None:
    page = text_of(Client().get("/s/fuhoujie/"))
    assert "府后街<wbr>幸福驿站" in page
    assert "开着，到 21:00" in page
    assert "空 20 个" in page
    assert "无台阶" in page
    assert "自动体外除颤仪" in page
    assert "分钟</small>" not in page


@time_machine.travel(NOON)
def test_to_somebody_known_it_tells_the_way_in_words(town: SmallTown) -> None:
    page = text_of(living_in(town.compound).get("/s/fuhoujie/"))
    assert "从府后街小区走 4 分钟。" in page
    assert "出门往东，走" in page
    assert "到了，门就在路边" in page


@time_machine.travel(NOON)
def test_services_stand_under_their_function(town: SmallTown) -> None:
    page = text_of(Client().get("/s/fuhoujie/"))
    assert page.index("便民") < page.index("饮水")
    assert "3 项" in page


@time_machine.travel("2026-11-06T12:05:00+08:00")
def test_a_broken_thing_is_said_to_be_broken(town: SmallTown) -> None:
    water = town.near.facilities.get(kind="hot_water")
    facilities.record_state(water, state="out_of_order", note="周一修", actor=the_system(town.district))
    page = text_of(Client().get("/s/fuhoujie/"))
    assert "坏了" in page
    assert "周一修" in page


@time_machine.travel(NOON)
def test_a_paused_station_says_why(town: SmallTown) -> None:
    stations.take_step(town.near, "pause", reason="修水管", actor=the_system(town.district))
    page = text_of(living_in(town.compound).get("/s/fuhoujie/"))
    assert "暂停：修水管" in page
    assert "出门往" not in page


@time_machine.travel(NOON)
def test_a_planned_or_unknown_station_is_not_there(town: SmallTown) -> None:
    a_station(town.community, slug="soon", state=Station.State.PLANNED)
    for slug in ("soon", "nowhere"):
        response = Client().get(f"/s/{slug}/")
        assert response.status_code == 404
        assert "没找到" in text_of(response)


def test_a_week_names_every_day_and_the_reason_of_the_odd_one(town: SmallTown) -> None:
    friday = dt.date(2026, 11, 6)
    hours.close_on(town.near, dt.date(2026, 11, 8), reason="修水管", actor=the_system(town.district))
    days = week(list(town.near.spans.all()), friday)
    assert [day.words for day in days] == ["8:00–21:00"] * 2 + ["休息"] + ["8:00–21:00"] * 4
    assert [day.reason for day in days if day.reason] == ["修水管"]
    assert days[0].is_today


@time_machine.travel(NOON)
def test_the_sheet_carries_a_code_and_only_lasting_hours(town: SmallTown) -> None:
    hours.close_on(town.near, dt.date(2026, 11, 8), reason="修水管", actor=the_system(town.district))
    page = text_of(Client().get("/s/fuhoujie/poster/"))
    assert 'class="qr"' in page
    assert "http://testserver/s/fuhoujie/" in page
    assert page.count("8:00–21:00") == 7
    assert "休息" not in page


@time_machine.travel(NOON)
def test_rooms_are_named_with_their_seats(town: SmallTown) -> None:
    stations.furnish(town.near, (SpaceDraft("议事室", capacity=12),), actor=the_system(town.district))
    page = text_of(Client().get("/s/fuhoujie/"))
    assert "议事室" in page
    assert "坐 12 人" in page


@time_machine.travel(NOON)
def test_a_station_costs_the_same_queries_however_much_it_has(
    town: SmallTown, django_assert_max_num_queries: object
) -> None:
    client = living_in(town.compound)
    client.get("/s/fuhoujie/")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get("/s/fuhoujie/")
