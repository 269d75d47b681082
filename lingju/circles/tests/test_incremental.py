"""Stations open and close, and the field stays what a new search would find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles import search
from lingju.circles.arrays import Bool
from lingju.circles.incremental import NodeField
from lingju.circles.search import Seeds
from lingju.circles.tests.graphs import Graph, a_graph, a_town, graphs

LIMITS = st.sampled_from([0, 1, 512, 1000, 5000, 30000, 60000])


def a_field(graph: Graph, seeds: Seeds, stations: int, limit: int, is_open: Bool | None = None) -> NodeField:
    return NodeField(graph.ptr, graph.nbr, graph.w, seeds, stations, limit, is_open=is_open)


def equals_a_new_search(field: NodeField, graph: Graph, seeds: Seeds, limit: int) -> bool:
    now = np.array([field.is_open(int(owner)) for owner in seeds.owner], np.bool_)
    active = Seeds(seeds.node[now], seeds.ticks[now], seeds.owner[now])
    ticks, owner = search.nearest(graph.ptr, graph.nbr, graph.w, active, limit)
    return np.array_equal(field.ticks, ticks) and np.array_equal(field.owner, owner)


@st.composite
def seeds_on(draw: st.DrawFn, graph: Graph, stations: int) -> Seeds:
    node, start = st.integers(0, graph.nodes - 1), st.sampled_from([0, 0, 1, 5, 512, 3000, 65535])
    rows = draw(st.lists(st.tuples(node, start, st.integers(0, stations - 1)), max_size=14))
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return Seeds(
        columns[:, 0].astype(np.int32), columns[:, 1].astype(np.uint16), columns[:, 2].astype(np.int32)
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Graph, Seeds, int]:
    graph, stations = draw(graphs()), draw(st.integers(1, 6))
    return graph, draw(seeds_on(graph, stations)), stations


Case = tuple[Graph, Seeds, int]


@settings(deadline=None)
@given(cases(), LIMITS, st.data())
def test_after_every_opening_and_closing_the_field_equals_a_new_search(
    case: Case, limit: int, data: st.DataObject
) -> None:
    graph, seeds, stations = case
    begin = np.array(data.draw(st.lists(st.booleans(), min_size=stations, max_size=stations)))
    field = a_field(graph, seeds, stations, limit, begin)
    for station in data.draw(st.lists(st.integers(0, stations - 1), max_size=8)):
        before = field.owner.copy()
        if field.is_open(station):
            changed = field.close(station)
            assert sorted(changed.tolist()) == np.flatnonzero(before == station).tolist()
        else:
            changed = field.open(station)
            assert sorted(changed.tolist()) == np.flatnonzero(field.owner == station).tolist()
        assert equals_a_new_search(field, graph, seeds, limit)


@settings(deadline=None)
@given(cases(), LIMITS)
def test_closing_and_opening_again_changes_nothing(case: Case, limit: int) -> None:
    graph, seeds, stations = case
    field = a_field(graph, seeds, stations, limit)
    ticks, owner = field.ticks.copy(), field.owner.copy()
    for station in range(stations):
        lost = field.close(station)
        assert np.all(field.ticks >= ticks)
        assert sorted(field.open(station).tolist()) == sorted(lost.tolist())
        assert np.array_equal(field.ticks, ticks)
        assert np.array_equal(field.owner, owner)


def test_a_town_survives_a_hundred_random_openings_and_closings() -> None:
    town, rng = a_town(5, 40), np.random.default_rng(5)
    owner = np.repeat(np.arange(30, dtype=np.int32), 2)
    seeds = Seeds(
        rng.integers(0, town.nodes, 60).astype(np.int32), rng.integers(0, 900, 60).astype(np.uint16), owner
    )
    field = a_field(town, seeds, 30, 30000)
    for station in rng.integers(0, 30, 100).tolist():
        (field.close if field.is_open(station) else field.open)(station)
        assert equals_a_new_search(field, town, seeds, 30000)


def test_a_trial_station_is_added_opened_and_taken_away_without_a_trace() -> None:
    town = a_town(2, 12)
    seeds = Seeds(np.array([3, 90], np.int32), np.zeros(2, np.uint16), np.array([0, 1], np.int32))
    field = a_field(town, seeds, 2, 30000)
    ticks = field.ticks.copy()
    trial = field.add(np.array([90, 50], np.int32), np.array([0, 40], np.uint16))
    assert (trial, field.is_open(trial), field.stations) == (2, False, 3)
    assert 50 in field.open(trial).tolist()
    columns = (np.array([3, 90, 90, 50]), np.array([0, 0, 0, 40]), np.array([0, 1, 2, 2]))
    node, start, owner = columns
    all_seeds = Seeds(node.astype(np.int32), start.astype(np.uint16), owner.astype(np.int32))
    assert equals_a_new_search(field, town, all_seeds, 30000)
    field.close(1)
    assert equals_a_new_search(field, town, all_seeds, 30000)
    field.open(1)
    field.close(trial)
    assert np.array_equal(field.ticks, ticks)


def test_opening_twice_and_closing_twice_is_quiet() -> None:
    graph = a_graph(2, [(0, 1, 5)])
    one = Seeds(np.zeros(1, np.int32), np.zeros(1, np.uint16), np.zeros(1, np.int32))
    field = a_field(graph, one, 1, 10)
    assert field.open(0).tolist() == []
    assert field.close(0).tolist() == [0, 1]
    assert field.close(0).tolist() == []
    assert field.ticks.tolist() == [65535, 65535]
    assert field.owner.tolist() == [-1, -1]


def test_stations_and_seeds_that_do_not_exist_are_refused_and_the_field_is_not_for_writing() -> None:
    graph = a_graph(2, [(0, 1, 5)])
    one = Seeds(np.zeros(1, np.int32), np.zeros(1, np.uint16), np.zeros(1, np.int32))
    field = a_field(graph, one, 1, 10)
    for station in (-1, 1):
        with pytest.raises(IndexError):
            field.close(station)
    with pytest.raises(IndexError):
        field.add(np.array([2], np.int32), np.zeros(1, np.uint16))
    with pytest.raises(IndexError):
        a_field(graph, one, 0, 10)
    with pytest.raises(ValueError, match="read-only"):
        field.ticks[0] = 0
