"""Ticks: what an edge costs whom, and what a gated compound closes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from lingju.circles.arrays import F8, Bool
from lingju.circles.doors import Doors, door_ends, snap
from lingju.circles.errors import BadEdges
from lingju.circles.network import TICK_S, UNREACHED, Kind, Network
from lingju.circles.profiles import PROFILES, Profile
from lingju.circles.tests.towns import a_grid, degrees, towns
from lingju.circles.weights import arc_weights, closed_by_compounds, edge_weights, ticks

ADULT, ELDER, WHEEL, GB = (PROFILES[code] for code in ("adult", "elder", "wheel", "gb50180"))


def an_edge(metres: float = 120.0, kind: int = 0, half_signals: int = 0) -> Network:
    """Build a single street."""
    lon, lat = degrees([0, metres], [0, 0])
    return Network.from_edges(
        lon, lat, [0], [1], length_m=metres, kind=kind, half_signals=half_signals, cut=False
    )


def seconds(net: Network, walker: Profile) -> float:
    """Return the time of the first edge in seconds."""
    return float(edge_weights(net, walker)[0] * TICK_S)


def test_a_tick_is_20_milliseconds() -> None:
    assert ticks([0, 0.02, 1, 600, 1310.68]).tolist() == [0, 1, 50, 30_000, 65_534]
    assert ticks([1310.7, 1e9]).tolist() == [UNREACHED, UNREACHED]


def test_each_walker_has_a_speed() -> None:
    assert seconds(an_edge(120), ADULT) == pytest.approx(100)
    assert seconds(an_edge(90), ELDER) == pytest.approx(100)
    assert seconds(an_edge(500), GB) == pytest.approx(600)


def test_steps_are_slow_and_stop_wheels() -> None:
    stairs = an_edge(12, Kind.STEPS)
    assert seconds(stairs, ADULT) == pytest.approx(20)
    assert seconds(stairs, ELDER) == pytest.approx(30)
    assert seconds(stairs, GB) == pytest.approx(14.4)
    assert edge_weights(stairs, WHEEL).tolist() == [UNREACHED]


def test_narrow_gates_stop_only_wheels() -> None:
    narrow = an_edge(12, Kind.NO_WHEELS)
    assert edge_weights(narrow, WHEEL).tolist() == [UNREACHED]
    assert seconds(narrow, ADULT) == pytest.approx(10)


def test_gated_edges_stop_everybody() -> None:
    assert all(
        edge_weights(an_edge(12, Kind.GATED), walker).tolist() == [UNREACHED] for walker in PROFILES.values()
    )


def test_a_whole_signal_is_two_halves() -> None:
    plain = seconds(an_edge(120), ADULT)
    assert seconds(an_edge(120, half_signals=2), ADULT) - plain == pytest.approx(ADULT.signal_delay_s)
    assert seconds(an_edge(120, half_signals=1), ELDER) - seconds(an_edge(120), ELDER) == pytest.approx(10)
    assert seconds(an_edge(120, half_signals=2), GB) == seconds(an_edge(120), GB)


def test_closed_edges_are_impassable_and_too_long_ones_too() -> None:
    assert edge_weights(an_edge(), ADULT, closed=np.array([True])).tolist() == [UNREACHED]
    assert edge_weights(an_edge(1600), ADULT).tolist() == [UNREACHED]
    assert edge_weights(an_edge(0.001), ADULT).tolist() == [1]


@given(towns())
def test_arcs_weigh_what_their_edges_weigh(net: Network) -> None:
    weights = edge_weights(net, ELDER)
    arcs = arc_weights(net, weights)
    assert arcs.dtype == np.uint16
    for node in range(net.nodes):
        for arc in range(net.ptr[node], net.ptr[node + 1]):
            assert arcs[arc] == weights[net.arc_edge[arc]]


@given(towns(), st.sampled_from(sorted(PROFILES)))
def test_an_elder_is_never_faster_than_an_adult(net: Network, code: str) -> None:
    walker = PROFILES[code]
    if walker.metres_per_second <= ADULT.metres_per_second and code != "gb50180":
        assert np.all(edge_weights(net, walker) >= edge_weights(net, ADULT))


def a_ring(west: float, south: float, east: float, north: float) -> F8:
    """Return a rectangle given in metres as degrees, float64[4, 2]."""
    return np.stack(degrees([west, east, east, west], [south, south, north, north]), axis=1)


def walk_s(net: Network, closed: Bool, start: Doors, goal: Doors) -> float:
    """Return the seconds an adult needs between two sets of doors, by an independent library."""
    weights = edge_weights(net, ADULT, closed=closed)
    cost: dict[tuple[int, int], int] = {}
    n = net.nodes
    arcs = [(u, v, w) for u, v, w in zip(net.edge_u, net.edge_v, weights, strict=True) if w != UNREACHED]
    for number, doors in ((n, start), (n + 1, goal)):
        to_u, to_v = door_ends(net, weights, doors, ADULT)
        arcs += list(zip([number] * len(to_u), net.edge_u[doors.edge], to_u, strict=True))
        arcs += list(zip([number] * len(to_v), net.edge_v[doors.edge], to_v, strict=True))
    for a, b, w in arcs:
        for pair in ((int(a), int(b)), (int(b), int(a))):
            cost[pair] = min(int(w), cost.get(pair, UNREACHED))
    rows, cols = zip(*cost, strict=True)
    graph = csr_array((np.array(list(cost.values()), float), (rows, cols)), shape=(n + 2, n + 2))
    return float(dijkstra(graph, indices=[n])[0, n + 1]) * TICK_S


def doors_at(net: Network, closed: Bool, *places: tuple[float, float], inside_m: float = 0.0) -> Doors:
    """Snap one place with doors at several points in metres."""
    x, y = zip(*places, strict=True)
    lon, lat = degrees(x, y)
    return snap(net, lon, lat, place=[0] * len(x), closed=closed, extra_mm=int(inside_m * 1000))


# A town of 9 x 9 streets, 100 m apart; a walled compound covers the middle, four blocks wide.
WALLS = (210, 210, 590, 590)


def test_nobody_walks_through_a_gated_compound() -> None:
    net = a_grid(9, 9)
    closed = closed_by_compounds(net, [a_ring(*WALLS)])
    west, east = [(150, 400)], [(650, 400)]
    free = np.zeros(net.edges, np.bool_)
    straight = walk_s(net, free, doors_at(net, free, *west), doors_at(net, free, *east))
    around = walk_s(net, closed, doors_at(net, closed, *west), doors_at(net, closed, *east))
    assert straight == pytest.approx(500 / 1.2, abs=0.5)
    assert around == pytest.approx(900 / 1.2, abs=0.5)


def test_only_what_lies_inside_is_closed() -> None:
    net = a_grid(9, 9)
    closed = closed_by_compounds(net, [a_ring(*WALLS)])
    x, y = net.metres(net.lon * 1e-7, net.lat * 1e-7)
    x, y = x - x.min(), y - y.min()
    middle_x = (x[net.edge_u] + x[net.edge_v]) / 2
    middle_y = (y[net.edge_u] + y[net.edge_v]) / 2
    inside = (middle_x > 210) & (middle_x < 590) & (middle_y > 210) & (middle_y < 590)
    assert np.array_equal(closed, inside)


def test_opening_a_gate_shortens_the_way_home() -> None:
    net = a_grid(9, 9)
    closed = closed_by_compounds(net, [a_ring(*WALLS)])
    station = doors_at(net, closed, (750, 400))
    west_gate, east_gate = (205, 400), (595, 400)
    one = walk_s(net, closed, doors_at(net, closed, west_gate, inside_m=195), station)
    both = doors_at(net, closed, west_gate, east_gate, inside_m=195)
    assert len(both.edge) == 2
    two = walk_s(net, closed, both, station)
    assert two < one - 400
    assert two == pytest.approx((195 + 5 + 150) / 1.2, abs=1)


def test_a_wall_without_a_known_gate_stays_open() -> None:
    net = a_grid(9, 9)
    none = [np.zeros((0, 2))]
    assert not closed_by_compounds(net, [a_ring(*WALLS)], none).any()
    gate = [np.stack(degrees([210], [400]), axis=1)]
    assert closed_by_compounds(net, [a_ring(*WALLS)], gate).any()


def test_two_compounds_close_what_each_closes() -> None:
    net = a_grid(9, 9)
    one, two = a_ring(110, 110, 290, 290), a_ring(410, 410, 690, 690)
    both = closed_by_compounds(net, [one, two])
    assert np.array_equal(both, closed_by_compounds(net, [one]) | closed_by_compounds(net, [two]))


def test_no_compounds_close_nothing() -> None:
    assert not closed_by_compounds(a_grid(3, 3), []).any()


@pytest.mark.parametrize("ring", [np.zeros((2, 2)), np.zeros((4, 3)), np.zeros(8)])
def test_a_ring_that_bounds_nothing_is_refused(ring: F8) -> None:
    with pytest.raises(BadEdges):
        closed_by_compounds(a_grid(3, 3), [ring])


def test_rings_and_gates_must_match() -> None:
    with pytest.raises(BadEdges):
        closed_by_compounds(a_grid(3, 3), [a_ring(*WALLS)], [])
