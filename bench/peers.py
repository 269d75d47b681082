"""The libraries that we measure ourselves against, on the very same graph and in the same integer ticks.

Parallel edges keep the lightest, impassable edges and self-loops are left out: no shortest way needs them,
and every peer then answers the same question.
"""

import importlib
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from lingju.circles.arrays import I4, U2
from lingju.circles.network import UNREACHED, Network

os.environ.setdefault("OMP_NUM_THREADS", "1")  # CPU time of one thread; pandana reads this when it loads
HOW_TO_INSTALL = "uv sync --group bench"


@dataclass(frozen=True)
class Edges:
    """A plain edge list u < v with ticks, one edge for each pair of nodes."""

    u: I4
    v: I4
    ticks: U2


def plain_edges(net: Network, edge_w: U2) -> Edges:
    """Return the walkable edges, the lightest of parallel ones."""
    low, high = np.minimum(net.edge_u, net.edge_v), np.maximum(net.edge_u, net.edge_v)
    order = np.lexsort((edge_w, high, low))
    order = order[(edge_w[order] < UNREACHED) & (low[order] != high[order])]
    pair = low[order].astype(np.int64) * net.nodes + high[order]
    first = order[np.diff(pair, prepend=-1) > 0]
    return Edges(low[first], high[first], edge_w[first])


def scipy_graph(net: Network, edges: Edges) -> csr_matrix:
    """Return the symmetric float64 matrix that scipy.sparse.csgraph takes without another copy."""
    u, v = np.r_[edges.u, edges.v], np.r_[edges.v, edges.u]
    ticks = np.r_[edges.ticks, edges.ticks].astype(np.float64)
    return csr_matrix((ticks, (u, v)), shape=(net.nodes, net.nodes))


def library(name: str) -> Any | None:
    """Return a peer if it is installed; say how to get it if not."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name} is not installed and is left out of the comparison: {HOW_TO_INSTALL}")
        return None


def pandana_graph(pandana: Any, net: Network, edges: Edges) -> Any:
    """Return pandana's network with ticks as its impedance. Building it contracts the graph."""
    pandas = importlib.import_module("pandas")
    degrees = [pandas.Series(a / 1e7, index=np.arange(net.nodes)) for a in (net.lon, net.lat)]
    ends = [pandas.Series(a) for a in (edges.u, edges.v)]
    weights = pandas.DataFrame({"ticks": edges.ticks.astype(np.float64)})
    return pandana.Network(*degrees, *ends, weights, twoway=True)


def networkx_graph(networkx: Any, net: Network, edges: Edges) -> Any:
    """Return networkx' graph."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(net.nodes))
    graph.add_weighted_edges_from(zip(edges.u.tolist(), edges.v.tolist(), edges.ticks.tolist(), strict=True))
    return graph
