"""Isochrones hold every home that is reached and no land that nobody reaches."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles.arrays import F8
from lingju.circles.ball import approach, ball, door_ticks, least_by_place
from lingju.circles.doors import Doors
from lingju.circles.network import TICK_S, Network
from lingju.circles.polygons import (
    BUFFER_M,
    CELL_M,
    Isochrone,
    Spurs,
    around,
    isochrones,
    spurs,
    stretches,
    to_degrees,
)
from lingju.circles.profiles import PROFILES
from lingju.circles.shapes import point_on, shapes_of
from lingju.circles.tests.towns import a_grid, door_lists, doors_on, towns
from lingju.circles.weights import edge_weights

LIMITS = (60, 180, 300)


def draw_from(
    net: Network, origin: list[tuple[int, float, int]], homes: Spurs | None = None
) -> tuple[Isochrone, ...]:
    profile = PROFILES["adult"]
    weights = edge_weights(net, profile)
    here = approach(net, weights, doors_on(net, [origin]), profile)
    return isochrones(net, shapes_of(net), weights, here, 0, LIMITS, homes=homes)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_polygon_holds_every_reached_home_and_no_unreached_one_beyond_the_buffer(
    data: st.DataObject,
) -> None:
    net = data.draw(towns())
    shapes, profile = shapes_of(net), PROFILES["elder"]
    weights = edge_weights(net, profile)
    here = approach(net, weights, doors_on(net, data.draw(door_lists(net, places=1))), profile)
    there = approach(net, weights, doors_on(net, data.draw(door_lists(net, places=12))), profile)
    spread = np.random.default_rng(data.draw(st.integers(0, 999))).normal(0, 60, (2, 12))
    x, y = homes_beside(net, there.doors, spread)
    homes = Spurs(x, y, there)
    found = ball(net, weights, here, 0, limit=round(max(LIMITS) / TICK_S))
    least, _ = least_by_place(there.doors, door_ticks(net, found, here, 0, there))
    for drawn in isochrones(net, shapes, weights, here, 0, LIMITS, homes=homes):
        limit = round(drawn.limit_s / TICK_S)
        points = np.asarray(shapely.points(x, y))
        reached = least <= limit
        assert shapely.contains(drawn.shape, points[reached]).all()
        walked = np.concatenate(
            (
                stretches(net, shapes, weights, found, here, 0, limit),
                spurs(net, shapes, found, here, 0, homes, limit),
            )
        )
        if not len(walked):
            assert drawn.shape.is_empty
            continue
        streets = shapely.multilinestrings(walked.reshape(-1, 2, 2))
        far = ~reached & (shapely.distance(streets, points) > BUFFER_M + CELL_M)
        assert not shapely.contains(drawn.shape, points[far]).any()


def homes_beside(net: Network, doors: Doors, spread: F8) -> tuple[F8, F8]:
    """Put homes some way off their last door; a home without a door stands far away."""
    x, y = np.full(12, 5e3), np.full(12, 5e3)
    door_x, door_y = point_on(shapes_of(net), doors.edge, doors.offset_mm)
    owner = np.repeat(np.arange(12), np.diff(doors.ptr))
    x[owner], y[owner] = door_x + spread[0][owner], door_y + spread[1][owner]
    return x, y


@settings(max_examples=30, deadline=None)
@given(towns(), st.floats(0, 1))
def test_more_minutes_never_lose_land(net: Network, part: float) -> None:
    drawn = draw_from(net, [(0, part, 0)])
    for near, far in pairwise(drawn):
        # Simplifying may move each border by 1 m.
        assert near.shape.difference(far.shape.buffer(2.5)).area == pytest.approx(0, abs=1e-6)


def test_the_last_street_is_reached_only_in_part() -> None:
    net = a_grid(2, 1, step=390)
    (minute, *_) = draw_from(net, [(0, 0.0, 0)])
    low, high = minute.shape.bounds[0], minute.shape.bounds[2]
    assert high - low == pytest.approx(60 * 1.2 + 2 * BUFFER_M, abs=3)


def test_a_block_without_a_way_in_stays_a_hole() -> None:
    net = a_grid(2, 2, step=85)
    drawn = draw_from(net, [(0, 0.5, 0)])[-1]
    assert sum(len(part.interiors) for part in drawn.shape.geoms) == 1


def test_the_polygon_agrees_with_the_exact_union_of_buffers() -> None:
    net = a_grid(8, 8, step=140, without=[(9, 10), (18, 26), (27, 28), (36, 44)])
    profile = PROFILES["adult"]
    weights, shapes = edge_weights(net, profile), shapes_of(net)
    here = approach(net, weights, doors_on(net, [[(30, 0.3, 0)]]), profile)
    found = ball(net, weights, here, 0, limit=round(300 / TICK_S))
    pieces = stretches(net, shapes, weights, found, here, 0, found.limit)
    exact = shapely.union_all(shapely.buffer(shapely.linestrings(pieces.reshape(-1, 2, 2)), BUFFER_M))
    drawn = around(pieces)
    assert drawn.intersection(exact).area / drawn.union(exact).area > 0.985


def test_a_place_without_doors_reaches_no_land() -> None:
    assert all(drawn.shape.is_empty for drawn in draw_from(a_grid(3, 3), []))


def test_degrees_come_back_to_the_same_metres() -> None:
    net = a_grid(3, 3)
    shape = draw_from(net, [(0, 0.5, 0)])[0].shape
    lon, lat = shapely.get_coordinates(to_degrees(net, shape)).T
    assert np.allclose(np.column_stack(net.metres(lon, lat)), shapely.get_coordinates(shape), atol=1e-6)
