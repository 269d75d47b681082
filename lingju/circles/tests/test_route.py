"""One way on foot: as long as the table says, drawn without a jump, told without a map."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles.ball import approach
from lingju.circles.network import TICK_S, UNREACHED, Kind, Network
from lingju.circles.profiles import PROFILES
from lingju.circles.route import LIMIT_S, Route, Turn, route
from lingju.circles.shapes import point_on, shapes_of
from lingju.circles.tests.towns import degrees, door_lists, doors_on, plain_ticks, towns
from lingju.circles.weights import edge_weights

NORTH, EAST = "府后街", "迎宾大街"


def a_corner() -> Network:
    """Make two named streets at a right angle, the first with a crossing, and steps at the end.

    (0,0) -north-> (0,100) =crossing=> (0,120) -east-> (200,120) #steps# (230,120)
    """
    lon, lat = degrees([0, 0, 0, 200, 230], [0, 100, 120, 120, 120])
    return Network.from_edges(
        lon,
        lat,
        np.array([0, 1, 2, 3]),
        np.array([1, 2, 3, 4]),
        kind=np.array([0, Kind.CROSSING, 0, Kind.STEPS], dtype=np.uint8),
        name=np.array([0, 0, 1, -1], dtype=np.int32),
        names=(NORTH, EAST),
    )


def walk(net: Network, start: tuple[int, float, int], end: tuple[int, float, int]) -> Route:
    profile = PROFILES["adult"]
    weights = edge_weights(net, profile)
    here = approach(net, weights, doors_on(net, [[start]]), profile)
    there = approach(net, weights, doors_on(net, [[end]]), profile)
    found = route(net, shapes_of(net), weights, here, 0, there, 0)
    assert found is not None
    return found


def edge_from(net: Network, x: float, y: float) -> tuple[int, float]:
    """Find the edge through a point of the corner town, and the fraction of that point."""
    shapes = shapes_of(net)
    (lon,), (lat,) = degrees([x], [y])
    at = np.column_stack(net.metres(lon, lat))
    for edge in range(len(net.edge_u)):
        line = shapes.line(edge)
        along = np.linspace(0, 1, 101)[:, None]
        points = line[0] + along * (line[-1] - line[0])
        away = np.hypot(*(points - at).T)
        if away.min() < 0.5:
            return edge, float(along[np.argmin(away), 0])
    raise AssertionError((x, y))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_route_takes_exactly_the_ticks_of_scipys_dijkstra(data: st.DataObject) -> None:
    net = data.draw(towns())
    profile = PROFILES[data.draw(st.sampled_from(["adult", "elder", "wheel"]))]
    weights, shapes = edge_weights(net, profile), shapes_of(net)
    here = approach(net, weights, doors_on(net, data.draw(door_lists(net, places=2))), profile)
    there = approach(net, weights, doors_on(net, data.draw(door_lists(net, places=2))), profile)
    expected = plain_ticks(net, weights, here, there)
    expected[expected > LIMIT_S / TICK_S] = UNREACHED
    for start in range(2):
        for end in range(2):
            found = route(net, shapes, weights, here, start, there, end)
            assert (UNREACHED if found is None else found.ticks) == expected[start, end]
            if found is not None:
                hangs_together(net, found)


def hangs_together(net: Network, found: Route) -> None:
    """Check that the parts of a route add up to the whole."""
    assert sum(leg.metres for leg in found.legs) + sum(found.door_metres) == pytest.approx(found.metres)
    x, y = net.metres(found.line[:, 0], found.line[:, 1])
    drawn = float(np.hypot(np.diff(x), np.diff(y)).sum())
    assert drawn <= found.metres + 0.01 * len(found.line) + 1
    streets = found.ticks * TICK_S - sum(leg.seconds for leg in found.legs)
    walks = sum(found.door_metres)
    assert streets == pytest.approx(walks / 1.0, abs=0.6 * walks + 1)
    assert [mark.minute for mark in found.marks] == sorted({mark.minute for mark in found.marks})
    assert all(mark.minute * 60 <= found.seconds + 1 for mark in found.marks)


def test_directions_read_without_a_map() -> None:
    net = a_corner()
    start, end = edge_from(net, 0, 0), edge_from(net, 230, 120)
    found = walk(net, (*start, 0), (*end, 0))
    assert [(leg.turn, leg.name, round(leg.metres)) for leg in found.legs] == [
        (Turn.START, NORTH, 120),
        (Turn.RIGHT, EAST, 200),
        (Turn.STRAIGHT, "", 30),
    ]
    assert found.legs[0].heading == "N"
    assert found.legs[1].heading == "E"
    assert (found.crossings, found.steps) == (1, 1)


def test_the_way_back_turns_left_where_the_way_there_turned_right() -> None:
    net = a_corner()
    start, end = edge_from(net, 0, 0), edge_from(net, 230, 120)
    back = walk(net, (*end, 0), (*start, 0))
    assert [leg.turn for leg in back.legs] == [Turn.START, Turn.STRAIGHT, Turn.LEFT]


def test_minute_marks_stand_where_the_minute_is_full() -> None:
    net = a_corner()
    found = walk(net, (*edge_from(net, 0, 0), 0), (*edge_from(net, 0, 100), 0))
    assert [mark.minute for mark in found.marks] == [1]
    _, y = net.metres(found.marks[0].lon, found.marks[0].lat)
    _, origin = net.metres(*(value[0] for value in degrees([0], [0])))
    assert float(y - origin) == pytest.approx(72, abs=0.2)


def test_the_walk_inside_the_compound_counts_in_time_and_metres() -> None:
    net = a_corner()
    edge, part = edge_from(net, 0, 50)
    plain, inside = (
        walk(net, (edge, part, 0), (edge, part, 0)),
        walk(net, (edge, part, 60_000), (edge, part, 0)),
    )
    assert (plain.ticks, plain.metres, len(plain.line)) == (0, 0, 1)
    assert inside.seconds == pytest.approx(50, abs=TICK_S)
    assert inside.door_metres == (60, 0)


def test_two_doors_on_one_street_need_not_walk_to_its_end() -> None:
    net = a_corner()
    edge, part = edge_from(net, 50, 120)
    found = walk(net, (edge, part, 0), (edge, 0.5, 0))
    assert found.metres == pytest.approx(50, abs=2.1)
    x, y = point_on(shapes_of(net), np.array([edge]), np.array([part]) * net.length_mm[edge])
    assert np.allclose(np.column_stack(net.metres(*found.line[0])), np.column_stack((x, y)), atol=0.1)


def test_no_way_is_said_with_none() -> None:
    net = a_corner()
    profile = PROFILES["wheel"]
    weights = edge_weights(net, profile)
    places = doors_on(net, [[(*edge_from(net, 0, 0), 0)], [(*edge_from(net, 230, 120), 0)], []])
    here = approach(net, weights, places, profile)
    assert route(net, shapes_of(net), weights, here, 0, here, 1) is None
    assert route(net, shapes_of(net), weights, here, 0, here, 2) is None
