"""Doors: the nearest open street, to the millimetre, and never farther than told."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lingju.circles.doors import Snapper, along_ticks, door_ends, extra_ticks, snap
from lingju.circles.edges import Shapes
from lingju.circles.errors import BadCoordinate, BadEdges
from lingju.circles.network import UNREACHED, Kind, Network
from lingju.circles.plane import UNIT, to_units
from lingju.circles.profiles import PROFILES
from lingju.circles.tests.towns import a_grid, degrees, towns
from lingju.circles.weights import edge_weights

ADULT = PROFILES["adult"]


def lines_of(net: Network) -> list[shapely.LineString]:
    """Return every edge as a shapely line in the network's plane."""
    x, y = net.metres(net.lon * 1e-7, net.lat * 1e-7)
    return [
        shapely.LineString([(x[a], y[a]), (x[b], y[b])]) for a, b in zip(net.edge_u, net.edge_v, strict=True)
    ]


@given(towns(), st.integers(0, 2**32 - 1))
def test_a_door_is_the_nearest_point_of_any_open_street(net: Network, seed: int) -> None:
    random = np.random.default_rng(seed)
    closed = random.random(net.edges) < 0.3
    lon, lat = degrees(random.uniform(-300, 900, 8), random.uniform(-300, 900, 8))
    doors = Snapper(net, closed=closed, past_scrap_m=0).snap(lon, lat, reach_m=150)
    x, y = net.metres(lon, lat)
    lines = lines_of(net)
    for place in range(8):
        point = shapely.Point(x[place], y[place])
        away = [
            line.distance(point) if not shut else np.inf for line, shut in zip(lines, closed, strict=True)
        ]
        mine = slice(doors.ptr[place], doors.ptr[place + 1])
        if min(away) > 150:
            assert len(doors.edge[mine]) == 0
            continue
        edge = int(doors.edge[mine][0])
        assert not closed[edge]
        assert doors.snapped_m[mine][0] == pytest.approx(min(away), abs=0.001)
        assert doors.extra_mm[mine][0] == pytest.approx(min(away) * 1000, abs=1)
        share = lines[edge].project(point, normalized=True)
        assert doors.offset_mm[mine][0] == pytest.approx(share * net.length_mm[edge], abs=1)


def test_a_door_beside_a_scrap_of_street_takes_the_connected_street_behind_it() -> None:
    """The outline of a square is walkable but leads nowhere; the street round it does."""
    lon, lat = degrees([0, 2000, 100, 140], [0, 0, 30, 30])
    net = Network.from_edges(lon, lat, [0, 2], [1, 3], reorder=False)
    joined = snap(net, *degrees([120], [35]))
    assert joined.extra_mm.tolist() == pytest.approx([35_000], abs=20)
    assert net.length_mm[joined.edge[0]] > 40_100


def test_an_island_far_from_the_mainland_keeps_its_homes() -> None:
    lon, lat = degrees([0, 2000, 100, 140], [0, 0, 150, 150])
    net = Network.from_edges(lon, lat, [0, 2], [1, 3], reorder=False)
    at = degrees([120], [155])
    assert snap(net, *at).extra_mm.tolist() == pytest.approx([5_000], abs=20)


def test_a_door_on_a_bent_street_is_measured_along_the_bend() -> None:
    lon, lat = degrees([0, 100], [0, 0])
    bend_lon, bend_lat = degrees([0, 100], [100, 100])
    shapes = Shapes(np.array([0, 2], np.int32), to_units(bend_lon), to_units(bend_lat))
    net = Network.from_edges(lon, lat, [0], [1], shapes=shapes, reorder=False)
    doors = snap(net, *degrees([50, 103], [110, 60]))
    assert net.length_mm[0] == pytest.approx(300_000, abs=20)
    assert doors.offset_mm.tolist() == pytest.approx([150_000, 240_000], abs=20)
    assert doors.extra_mm.tolist() == pytest.approx([10_000, 3_000], abs=20)


def test_a_street_longer_than_its_line_is_measured_in_its_own_metres() -> None:
    lon, lat = degrees([0, 100], [0, 0])
    net = Network.from_edges(lon, lat, [0], [1], length_m=200, reorder=False)
    assert snap(net, *degrees([25], [0])).offset_mm[0] == pytest.approx(50_000, abs=10)


def test_of_two_equally_near_streets_the_first_is_taken() -> None:
    net = a_grid(3, 3)
    for node in range(net.nodes):
        touching = np.flatnonzero((net.edge_u == node) | (net.edge_v == node))
        assert snap(net, net.lon[node] * UNIT, net.lat[node] * UNIT).edge[0] == touching.min()


def test_a_place_keeps_all_its_doors_and_their_order() -> None:
    net = a_grid(4, 4)
    lon, lat = degrees([50, 150, 9000, 250, 10], [4, 4, 9000, 4, 150])
    doors = snap(net, lon, lat, place=[2, 0, 1, 2, 0], places=5)
    assert doors.ptr.tolist() == [0, 2, 2, 4, 4, 4]
    assert doors.unsnapped().tolist() == [1, 3, 4]
    assert doors.place_of().tolist() == [0, 0, 2, 2]
    assert doors.places == 5
    alone = snap(net, lon[[1, 4]], lat[[1, 4]], place=[0, 0])
    assert doors.edge[:2].tolist() == alone.edge.tolist()


def test_a_place_out_of_reach_has_no_door_and_is_not_moved() -> None:
    net = a_grid(3, 3)
    near, far = degrees([50, 50], [-40, -41])
    assert snap(net, near, far, reach_m=40.5).unsnapped().tolist() == [1]


def test_streets_that_the_map_shuts_get_no_doors() -> None:
    lon, lat = degrees([0, 100, 0, 100], [0, 0, 30, 30])
    net = Network.from_edges(lon, lat, [0, 2], [1, 3], kind=[Kind.GATED, 0], reorder=False)
    assert snap(net, *degrees([50], [1])).edge.tolist() == [1]


def test_a_door_for_wheels_avoids_steps() -> None:
    lon, lat = degrees([0, 100, 0, 100], [0, 0, 30, 30])
    net = Network.from_edges(lon, lat, [0, 2], [1, 3], kind=[Kind.STEPS, 0], reorder=False)
    weights = edge_weights(net, PROFILES["wheel"])
    assert snap(net, *degrees([50], [1]), closed=weights == UNREACHED).edge.tolist() == [1]


@given(towns(), st.integers(0, 2**32 - 1))
def test_both_ways_along_the_edge_add_up(net: Network, seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = edge_weights(net, ADULT)
    lon, lat = degrees(random.uniform(0, 600, 6), random.uniform(0, 600, 6))
    doors = snap(net, lon, lat, extra_mm=random.integers(0, 50_000, 6))
    to_u, to_v = door_ends(net, weights, doors, ADULT)
    along, extra = along_ticks(net, weights, doors), extra_ticks(doors, ADULT)
    assert np.array_equal(to_u, along + extra)
    assert np.array_equal(to_u.astype(int) + to_v, weights[doors.edge].astype(int) + 2 * extra)


def test_ticks_at_a_door_saturate() -> None:
    net = a_grid(2, 2)
    weights = edge_weights(net, ADULT)
    doors = snap(net, *degrees([50, 50], [0, 0]), extra_mm=[2_000_000_000, 0])
    shut = np.where(np.arange(net.edges) == doors.edge[1], UNREACHED, weights).astype(np.uint16)
    assert [side[0] for side in door_ends(net, weights, doors, ADULT)] == [UNREACHED, UNREACHED]
    assert [side[1] for side in door_ends(net, shut, doors, ADULT)] == [UNREACHED, UNREACHED]


def test_an_index_answers_as_often_as_asked() -> None:
    net = a_grid(5, 5)
    index = Snapper(net)
    lon, lat = degrees([50, 170], [4, 4])
    once, twice = index.snap(lon, lat), snap(net, lon, lat)
    assert np.array_equal(once.edge, twice.edge)
    assert np.array_equal(once.offset_mm, twice.offset_mm)


def test_nothing_snaps_to_nothing() -> None:
    net = a_grid(2, 2)
    assert snap(net, [], []).ptr.tolist() == [0]
    shut = np.ones(net.edges, np.bool_)
    assert snap(net, *degrees([50], [0]), closed=shut).unsnapped().tolist() == [0]


def test_points_that_make_no_sense_are_refused() -> None:
    net = a_grid(2, 2)
    with pytest.raises(BadCoordinate):
        snap(net, [36.0], [113.0])
    for place, places in (([0, 1], None), ([-1], None), ([3], 2)):
        with pytest.raises(BadEdges):
            snap(net, [113.05], [36.05], place=place, places=places)
