"""Random street graphs and the slow, plain answers that the engine must equal."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from lingju.circles.arrays import F8, I4, U2, pointers

UNREACHED = 65535


@dataclass(frozen=True)
class Graph:
    """A weighted graph as compiled code reads it, and the edges it was made of."""

    ptr: I4
    nbr: I4
    w: U2
    edges: tuple[tuple[int, int, int], ...]

    @property
    def nodes(self) -> int:
        return len(self.ptr) - 1


def a_graph(nodes: int, edges: list[tuple[int, int, int]]) -> Graph:
    """Lay edges (u, v, ticks) both ways into CSR, neighbours sorted."""
    u = np.array([e[0] for e in edges], np.int32)
    v = np.array([e[1] for e in edges], np.int32)
    ticks = np.array([e[2] for e in edges], np.uint16)
    tail, head, w = np.r_[u, v], np.r_[v, u], np.r_[ticks, ticks]
    order = np.lexsort((head, tail))
    ptr = pointers(np.bincount(tail, minlength=nodes))
    return Graph(ptr, head[order].astype(np.int32), w[order], tuple(edges))


def a_town(seed: int, side: int, longest: int = 6000) -> Graph:
    """Return a grid town of side * side crossings, some streets missing, up to `longest` ticks each."""
    rng = np.random.default_rng(seed)
    at = np.arange(side * side).reshape(side, side)
    pairs = np.r_[np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]]
    pairs = pairs[rng.random(len(pairs)) < 0.85]
    ticks = rng.integers(200, longest, len(pairs))
    return a_graph(side * side, [(int(a), int(b), int(t)) for (a, b), t in zip(pairs, ticks, strict=True)])


# Few distinct weights, so that ties and exact boundaries are common, and the awkward ones among them.
WEIGHTS = st.sampled_from([0, 1, 2, 3, 5, 511, 512, 513, 1000, 5000, 30000, 65534, UNREACHED])


@st.composite
def graphs(draw: st.DrawFn, max_nodes: int = 24) -> Graph:
    """Draw a graph; lonely nodes, parallel edges, self-loops, separate parts, impassable edges included."""
    nodes = draw(st.integers(1, max_nodes))
    node = st.integers(0, nodes - 1)
    edges = draw(st.lists(st.tuples(node, node, WEIGHTS), max_size=3 * nodes))
    return a_graph(nodes, edges)


def passable(graph: Graph, extra: list[tuple[int, int, int]], nodes: int) -> csr_matrix:
    """Return scipy's matrix of the graph: the lightest of parallel edges, impassable ones left out."""
    light: dict[tuple[int, int], int] = {}
    both = [(v, u, t) for u, v, t in graph.edges]
    for u, v, t in [*graph.edges, *both, *extra]:
        if t < UNREACHED:
            light[u, v] = min(t, light.get((u, v), t))
    keys = np.array(list(light), np.int64).reshape(-1, 2)
    return csr_matrix((np.array(list(light.values()), float), (keys[:, 0], keys[:, 1])), (nodes, nodes))


def times_from(graph: Graph, sources: list[int], limit: int) -> F8:
    """Return scipy's times in ticks, one row per source; inf beyond the limit."""
    found: F8 = dijkstra(passable(graph, [], graph.nodes), indices=sources, limit=limit)
    return found


def times_from_seeds(graph: Graph, seeds: list[tuple[int, int, int]], stations: int, limit: int) -> F8:
    """Return scipy's times of stations that begin at seeds (node, ticks, station); inf beyond the limit."""
    n = graph.nodes
    begin = [(n + owner, node, ticks) for node, ticks, owner in seeds]
    matrix = passable(graph, begin, n + stations)
    found: F8 = dijkstra(matrix, indices=np.arange(n, n + stations), limit=limit)[:, :n]
    return found


def nearest_of(times: F8) -> tuple[U2, I4]:
    """Return (ticks, owner) as the engine writes them; the smallest station wins a tie."""
    if not len(times):
        return np.full(times.shape[1], UNREACHED, np.uint16), np.full(times.shape[1], -1, np.int32)
    best = times.min(axis=0)
    far = np.isinf(best)
    ticks = np.where(far, UNREACHED, best).astype(np.uint16)
    return ticks, np.where(far, -1, times.argmin(axis=0)).astype(np.int32)
