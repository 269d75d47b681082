"""The time table equals Dijkstra on the graph where doors are nodes, and small changes equal a new table."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles.arrays import I8, U2
from lingju.circles.ball import approach
from lingju.circles.doors import Doors
from lingju.circles.network import UNREACHED, Network
from lingju.circles.profiles import PROFILES
from lingju.circles.table import TimeTable, ground, time_table
from lingju.circles.tests.towns import a_grid, door_lists, doors_on, plain_ticks, towns
from lingju.circles.weights import edge_weights

ADULT = PROFILES["adult"]
HOMES, STATIONS = 12, 4
LIMITS = st.sampled_from([0, 60, 300, 600, 1200])


def whole(table: TimeTable) -> I8:
    """Return int64[h, s] with 65535 where there is no pair."""
    full = np.full((table.homes, table.stations), UNREACHED, np.int64)
    full[table.home_of(), table.station] = table.ticks
    return full


def same(one: TimeTable, other: TimeTable) -> bool:
    arrays = ((one.ptr, other.ptr), (one.station, other.station), (one.ticks, other.ticks))
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in arrays) and (
        (one.stations, one.limit, one.straight) == (other.stations, other.limit, other.straight)
    )


def some_of(doors: Doors, places: list[int]) -> Doors:
    """Return the doors of these places only, numbered anew."""
    rows = np.concatenate(
        [np.arange(doors.ptr[p], doors.ptr[p + 1]) for p in places] or [np.zeros(0, np.int64)]
    )
    ptr = np.cumsum([0, *(int(doors.ptr[p + 1] - doors.ptr[p]) for p in places)]).astype(np.int32)
    return Doors(ptr, doors.edge[rows], doors.offset_mm[rows], doors.extra_mm[rows], doors.snapped_m[rows])


def emptied(doors: Doors, place: int) -> Doors:
    """Return the same places, one of them without doors."""
    keep = doors.place_of() != place
    ptr = np.concatenate(([0], np.cumsum(np.bincount(doors.place_of()[keep], minlength=doors.places))))
    columns = (doors.edge[keep], doors.offset_mm[keep], doors.extra_mm[keep], doors.snapped_m[keep])
    return Doors(ptr.astype(np.int32), *columns)


@st.composite
def districts(draw: st.DrawFn) -> tuple[Network, U2, Doors, Doors, str]:
    net = draw(towns())
    code = draw(st.sampled_from(sorted(PROFILES)))
    homes = doors_on(net, draw(door_lists(net, places=HOMES)))
    stations = doors_on(net, draw(door_lists(net, places=STATIONS)))
    return net, edge_weights(net, PROFILES[code]), homes, stations, code


District = tuple[Network, U2, Doors, Doors, str]


@settings(deadline=None, max_examples=60)
@given(districts(), LIMITS)
def test_every_time_equals_dijkstra_on_the_graph_with_doors(district: District, limit_s: int) -> None:
    net, edge_w, homes, stations, code = district
    table = time_table(net, edge_w, homes, stations, PROFILES[code], limit_s=limit_s)
    here, there = (approach(net, edge_w, doors, PROFILES[code]) for doors in (homes, stations))
    expected = plain_ticks(net, edge_w, here, there)
    assert np.array_equal(whole(table), np.where(expected <= table.limit, expected, UNREACHED))
    assert np.all(np.diff(table.station)[np.diff(table.home_of()) == 0] > 0)


@settings(deadline=None, max_examples=30)
@given(districts())
def test_nearest_and_second_are_the_two_smallest_of_each_row(district: District) -> None:
    net, edge_w, homes, stations, code = district
    table = time_table(net, edge_w, homes, stations, PROFILES[code])
    for mask in (None, np.array([True, False, True, True]), np.zeros(STATIONS, np.bool_)):
        rows = whole(table)
        if mask is not None:
            rows[:, ~mask] = UNREACHED
        for station, ticks in (table.nearest(mask), table.second(mask)):
            best = rows.min(axis=1)
            assert np.array_equal(ticks, best)
            assert np.array_equal(station, np.where(best == UNREACHED, -1, rows.argmin(axis=1)))
            rows[np.arange(HOMES), rows.argmin(axis=1)] = UNREACHED


@settings(deadline=None, max_examples=30)
@given(districts(), st.integers(0, STATIONS - 1))
def test_closing_a_station_equals_a_new_table_and_opening_it_again_restores_the_old(
    district: District, station: int
) -> None:
    net, edge_w, homes, stations, code = district
    land = ground(net, edge_w, homes, PROFILES[code])
    table = land.table(stations)
    closed = table.without(station)
    assert same(closed, land.table(emptied(stations, station)))
    assert np.all(closed.nearest()[1] >= table.nearest()[1])
    site = land.column(some_of(stations, [station]))
    home, ticks = table.column(station)
    assert site[0].tolist() == home.tolist()
    assert site[1].tolist() == ticks.tolist()
    assert same(closed.with_station(*site, at=station), table)
    assert same(table.with_station(*site, at=station), table)


@settings(deadline=None, max_examples=30)
@given(districts())
def test_a_trial_site_behind_the_others_equals_a_new_table(district: District) -> None:
    net, edge_w, homes, stations, code = district
    land = ground(net, edge_w, homes, PROFILES[code])
    before = land.table(some_of(stations, [0, 1, 2]))
    assert same(before.with_station(*land.column(some_of(stations, [3]))), land.table(stations))


@settings(deadline=None, max_examples=30)
@given(districts(), LIMITS, LIMITS)
def test_a_wider_limit_never_loses_a_pair_and_never_changes_a_time(
    district: District, one: int, other: int
) -> None:
    net, edge_w, homes, stations, code = district
    narrow, wide = (
        time_table(net, edge_w, homes, stations, PROFILES[code], limit_s=limit)
        for limit in sorted((one, other))
    )
    far = whole(wide)
    assert np.array_equal(whole(narrow), np.where(far <= narrow.limit, far, UNREACHED))


def test_two_doors_on_one_edge_meet_along_it_without_walking_to_its_end() -> None:
    net = a_grid(2, 2)
    edge_w = edge_weights(net, ADULT)
    table = time_table(net, edge_w, doors_on(net, [[(0, 0.25, 0)]]), doors_on(net, [[(0, 0.75, 0)]]), ADULT)
    assert table.ticks.tolist() == pytest.approx([edge_w[0] / 2], abs=1)


def test_a_station_at_exactly_the_limit_is_reached_and_a_tick_farther_is_not() -> None:
    net = a_grid(2, 2)
    edge_w = np.full(net.edges, 3000, np.uint16)
    home, station = doors_on(net, [[(0, 0.0, 0)]]), doors_on(net, [[(0, 1.0, 0)]])
    assert time_table(net, edge_w, home, station, ADULT, limit_s=60).ticks.tolist() == [3000]
    assert time_table(net, edge_w, home, station, ADULT, limit_s=59.98).ticks.tolist() == []


def test_doors_on_impassable_edges_reach_nobody_not_even_each_other() -> None:
    net = a_grid(2, 2)
    edge_w = edge_weights(net, ADULT)
    edge_w[0] = UNREACHED
    place = doors_on(net, [[(0, 0.5, 0)]])
    assert len(time_table(net, edge_w, place, place, ADULT).ticks) == 0


def test_a_walk_inside_the_compound_longer_than_ticks_can_count_reaches_nobody() -> None:
    net = a_grid(2, 2)
    far, near = doors_on(net, [[(0, 0.5, 2_000_000)]]), doors_on(net, [[(0, 0.5, 0)]])
    assert len(time_table(net, edge_weights(net, ADULT), far, near, ADULT).ticks) == 0


def test_no_homes_no_stations_and_places_without_doors_are_answered() -> None:
    net = a_grid(2, 2)
    edge_w = edge_weights(net, ADULT)
    nobody, shut, one = doors_on(net, []), doors_on(net, [[]]), doors_on(net, [[(0, 0.5, 0)]])
    assert time_table(net, edge_w, nobody, one, ADULT).homes == 0
    assert time_table(net, edge_w, one, nobody, ADULT).nearest()[0].tolist() == [-1]
    assert time_table(net, edge_w, shut, one, ADULT).nearest()[1].tolist() == [UNREACHED]
    assert time_table(net, edge_w, one, shut, ADULT).second()[0].tolist() == [-1]


def test_a_limit_longer_than_ticks_can_count_is_cut_and_a_negative_one_refused() -> None:
    net = a_grid(2, 2)
    edge_w, one = edge_weights(net, ADULT), doors_on(net, [[(0, 0.5, 0)]])
    assert time_table(net, edge_w, one, one, ADULT, limit_s=9000).limit == UNREACHED - 1
    with pytest.raises(ValueError, match="limit"):
        time_table(net, edge_w, one, one, ADULT, limit_s=-1)


def test_a_network_mapped_from_its_file_gives_the_same_table(tmp_path: Path) -> None:
    net = a_grid(4, 4)
    net.save(tmp_path / "streets")
    mapped = Network.load(tmp_path / "streets")
    homes, stations = doors_on(net, [[(i, 0.3, 0)] for i in range(9)]), doors_on(net, [[(4, 0.5, 0)]])
    one, other = (time_table(n, edge_weights(n, ADULT), homes, stations, ADULT) for n in (net, mapped))
    assert same(one, other)
