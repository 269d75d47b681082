"""What is near: order, minutes, services counted, a fixed number of queries."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import SystemActor
from lingju.places import queries
from lingju.places.models import Area, Station
from lingju.places.services import catalogue, hours, stations, streets
from lingju.places.services.points import Point
from lingju.places.tests.builders import CENTRE, a_catalogue, a_station, at
from lingju.places.tests.conftest import Cast
from lingju.places.tests.test_streets import a_file
from lingju.places.walking import Origin

pytestmark = pytest.mark.django_db
HERE = Origin(*CENTRE, "我的位置")


def near(area: Area, **changes: Any) -> list[queries.Near]:
    return queries.stations_near(area.district, HERE, at=clock.now(), **changes)


def test_the_nearest_comes_first_and_what_is_out_of_reach_last(community: Area) -> None:
    far, close, away = (a_station(community, at=at(east, 0)) for east in (600, 60, 9000))
    found = near(community)
    assert [one.station for one in found] == [close, far, away]
    assert (found[0].minutes, found[2].minutes) == (2, None)
    assert all(one.straight for one in found)


def test_of_equal_minutes_the_open_one_comes_first(community: Area, system: SystemActor) -> None:
    a_station(community, at=at(50, 0), name="一号")
    is_open = a_station(community, at=at(52, 0), name="二号")
    hours.set_weekly(is_open, "全天", actor=system)
    assert near(community)[0].station == is_open


def test_stations_that_take_no_visitors_are_not_near(community: Area) -> None:
    a_station(community, state=Station.State.PAUSED)
    a_station(community, state=Station.State.PLANNED)
    assert near(community) == []


def test_only_those_with_a_service_and_no_more_than_asked(community: Area, system: SystemActor) -> None:
    a_catalogue(community.district)
    with_water, _without = a_station(community), a_station(community)
    catalogue.offer(with_water, "water", actor=system)
    assert [one.station for one in near(community, service="water")] == [with_water]
    assert len(near(community, limit=1)) == 1


def test_on_streets_minutes_are_those_of_the_way(
    community: Area, system: SystemActor, tmp_path: Path
) -> None:
    streets.load(community.district, a_file(tmp_path), actor=system)
    a_station(community, at=Point(CENTRE[0] + 0.001, CENTRE[1], "WGS-84"))
    (one,) = near(community)
    assert not one.straight
    assert one.seconds == pytest.approx(90 / 1.2, abs=3)
    assert (one.minutes, one.elder_minutes) == (2, 2)


def test_quick_services_are_counted_within_ten_minutes(community: Area, system: SystemActor) -> None:
    a_catalogue(community.district)
    first, second, away = (a_station(community, at=at(east, 0)) for east in (50, 60, 9000))
    for station in (first, second, away):
        catalogue.offer(station, "water", actor=system)
    catalogue.offer(first, "haircut", actor=system)
    hours.set_weekly(first, "全天", actor=system)
    (water,) = queries.services_within(near(community))
    assert (water.service.code, water.count, water.open_now) == ("water", 2, 1)


def test_near_costs_the_same_however_many(
    community: Area, system: SystemActor, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(2):
        a_station(community)
    near(community)
    with django_assert_num_queries(5):
        near(community)
    for _ in range(4):
        a_station(community)
    near(community)  # the town is read anew once after a change
    community.district.refresh_from_db()
    near(community)
    with django_assert_num_queries(5):
        near(community)


def test_a_station_is_found_by_its_address_name(station: Station, cast: Cast) -> None:
    assert queries.station_by_slug(cast.stranger, station.slug) == station
    for actor, slug in ((cast.stranger, "nowhere"), (cast.officer_of_another_district, station.slug)):
        with pytest.raises(NotThere):
            queries.station_by_slug(actor, slug)


def test_a_plan_is_not_public_yet_and_a_pause_says_why(
    community: Area, cast: Cast, system: SystemActor
) -> None:
    plan = a_station(community, state=Station.State.PLANNED)
    with pytest.raises(NotThere):
        queries.station_by_slug(cast.stranger, plan.slug)
    paused = a_station(community)
    hours.set_weekly(paused, "全天", actor=system)
    stations.take_step(paused, "pause", actor=system, reason="修水管")
    state = queries.state_of(paused, clock.now())
    assert (state.is_open, state.reason) == (False, "修水管")


def test_the_tree_counts_everything_below(community: Area) -> None:
    a_station(community)
    rows = {row.area.stem: row for row in queries.area_rows(community.district)}
    assert [rows[stem].stations for stem in ("140404", "140404001", "140404001002", "140404001001")] == [
        1,
        1,
        1,
        0,
    ]
    assert [row.depth for row in rows.values()] == [0, 1, 2, 2]
