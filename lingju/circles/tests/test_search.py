"""Bounded searches equal Dijkstra's algorithm, whatever the graph, the limit and the order of work."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles import search
from lingju.circles.arrays import I4, U2
from lingju.circles.tests.graphs import (
    Graph,
    a_graph,
    a_town,
    graphs,
    nearest_of,
    times_from,
    times_from_seeds,
)

LIMITS = st.sampled_from([0, 1, 511, 512, 1000, 5000, 30000, 60000, search.LONGEST])
Seed = tuple[int, int, int]


def reached(graph: Graph, sources: list[int], limit: int) -> list[dict[int, int]]:
    sets = search.reach_sets(graph.ptr, graph.nbr, graph.w, np.array(sources, np.int32), limit)
    return [dict(zip(*(a.tolist() for a in sets.of(i)), strict=True)) for i in range(len(sources))]


def expected(graph: Graph, sources: list[int], limit: int) -> list[dict[int, int]]:
    rows = times_from(graph, sources, limit)
    return [{int(v): int(row[v]) for v in np.flatnonzero(np.isfinite(row))} for row in rows]


def seeds_of(rows: list[Seed]) -> search.Seeds:
    node, ticks, owner = (np.array([row[i] for row in rows]) for i in range(3))
    return search.Seeds(node.astype(np.int32), ticks.astype(np.uint16), owner.astype(np.int32))


def field(graph: Graph, rows: list[Seed], limit: int, batch: int = search.BATCH) -> tuple[U2, I4]:
    return search.nearest(graph.ptr, graph.nbr, graph.w, seeds_of(rows), limit, batch=batch)


@st.composite
def a_graph_with_seeds(draw: st.DrawFn) -> tuple[Graph, list[Seed], int]:
    graph = draw(graphs())
    stations = draw(st.integers(1, 6))
    seed = st.tuples(
        st.integers(0, graph.nodes - 1),
        st.sampled_from([0, 1, 5, 512, 3000, 65535]),
        st.integers(0, stations - 1),
    )
    return graph, draw(st.lists(seed, min_size=1, max_size=12)), stations


@settings(deadline=None)
@given(graphs(), LIMITS, st.data())
def test_a_reach_set_equals_dijkstra(graph: Graph, limit: int, data: st.DataObject) -> None:
    sources = data.draw(st.lists(st.integers(0, graph.nodes - 1), min_size=1, max_size=5))
    assert reached(graph, sources, limit) == expected(graph, sources, limit)


@settings(deadline=None)
@given(a_graph_with_seeds(), LIMITS, st.integers(1, 13))
def test_the_nearest_station_equals_dijkstra_for_every_batch_size(
    case: tuple[Graph, list[Seed], int], limit: int, batch: int
) -> None:
    graph, rows, stations = case
    ticks, owner = nearest_of(times_from_seeds(graph, rows, stations, limit))
    mine = field(graph, rows, limit, batch)
    assert np.array_equal(mine[0], ticks)
    assert np.array_equal(mine[1], owner)


@settings(deadline=None)
@given(a_graph_with_seeds(), LIMITS, st.randoms(use_true_random=False))
def test_the_order_of_seeds_changes_nothing(
    case: tuple[Graph, list[Seed], int], limit: int, random: object
) -> None:
    graph, rows, _ = case
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = field(graph, rows, limit), field(graph, shuffled, limit, 1)
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])


@settings(deadline=None)
@given(graphs(), LIMITS, LIMITS)
def test_a_wider_limit_never_loses_a_node_and_never_changes_a_time(
    graph: Graph, one: int, other: int
) -> None:
    narrow, wide = sorted((one, other))
    small, large = reached(graph, [0], narrow)[0], reached(graph, [0], wide)[0]
    assert small == {node: ticks for node, ticks in large.items() if ticks <= narrow}


@settings(deadline=None)
@given(a_graph_with_seeds(), LIMITS)
def test_removing_a_station_never_shortens_a_way(case: tuple[Graph, list[Seed], int], limit: int) -> None:
    graph, rows, _ = case
    gone = rows[0][2]
    before = field(graph, rows, limit)[0]
    after = field(graph, [row for row in rows if row[2] != gone], limit)[0]
    assert np.all(after >= before)


def test_a_node_exactly_at_the_limit_is_reached_and_one_tick_farther_is_not() -> None:
    graph = a_graph(3, [(0, 1, 30000), (1, 2, 1)])
    assert reached(graph, [0], 30000) == [{0: 0, 1: 30000}]
    assert reached(graph, [0], 29999) == [{0: 0}]
    assert reached(graph, [0], 30001) == [{0: 0, 1: 30000, 2: 30001}]


def test_nobody_walks_an_impassable_edge_even_with_the_longest_limit() -> None:
    assert reached(a_graph(2, [(0, 1, 65535)]), [0], search.LONGEST) == [{0: 0}]


def test_of_two_equally_near_stations_the_smallest_index_wins() -> None:
    graph = a_graph(5, [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 4, 10)])
    for rows in ([(0, 0, 1), (4, 0, 0)], [(4, 0, 0), (0, 0, 1)]):
        for batch in (1, 2):
            assert field(graph, rows, 1000, batch)[1].tolist() == [1, 1, 0, 0, 0]


def test_a_graph_without_edges_and_a_search_without_sources_are_answered() -> None:
    graph = a_graph(3, [])
    assert reached(graph, [1], 100) == [{1: 0}]
    assert reached(graph, [], 100) == []
    assert field(graph, [], 100)[1].tolist() == [-1, -1, -1]


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_town_equals_dijkstra_with_more_pushes_than_the_pool_first_holds(seed: int) -> None:
    town = a_town(seed, 60, longest=1500)
    sources = np.random.default_rng(seed).integers(0, town.nodes, 10).tolist()
    found = reached(town, sources, 60000)
    assert max(len(one) for one in found) > 2048
    assert found == expected(town, sources, 60000)
    rows = [(node, 7 * i, i) for i, node in enumerate(sources)]
    ticks, owner = nearest_of(times_from_seeds(town, rows, len(rows), 60000))
    for batch in (1, 16, 500):
        mine = field(town, rows, 60000, batch)
        assert np.array_equal(mine[0], ticks)
        assert np.array_equal(mine[1], owner)


def test_a_batch_of_more_seeds_than_the_pool_first_holds_is_no_different() -> None:
    town = a_town(7, 60)
    rows = [(node, node % 900, node % 5) for node in range(3000)]
    ticks, owner = nearest_of(times_from_seeds(town, rows, 5, 5000))
    for batch in (48, 3000):
        mine = field(town, rows, 5000, batch)
        assert np.array_equal(mine[0], ticks)
        assert np.array_equal(mine[1], owner)


def test_read_only_arrays_and_writable_ones_run_the_same_machine_code() -> None:
    graph = a_town(1, 5)
    writable = reached(graph, [0], 30000)
    for array in (graph.ptr, graph.nbr, graph.w):
        array.flags.writeable = False
    assert reached(graph, [0], 30000) == writable


def test_nodes_and_limits_that_do_not_exist_are_refused() -> None:
    graph = a_graph(2, [(0, 1, 5)])
    for node in (-1, 2):
        with pytest.raises(IndexError):
            reached(graph, [node], 10)
        with pytest.raises(IndexError):
            field(graph, [(node, 0, 0)], 10)
    for limit in (-1, 65535):
        with pytest.raises(ValueError, match="limit"):
            reached(graph, [0], limit)
