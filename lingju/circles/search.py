"""Bounded searches over a weighted network: what a place reaches, and which place is nearest.

Everything here is exact: integer ticks (20 ms) in, integer ticks out, equal to Dijkstra's algorithm node by
node. A node whose time equals the limit is reached. A weight of 65535 ticks can never be walked, because a
limit is at most 65534.

    ptr i4[n+1], nbr i4[m], w u2[m]   the arcs of node i are ptr[i]..ptr[i+1]: neighbour and ticks
    limit                             ticks, 0..65534
"""

from dataclasses import dataclass

import numpy as np

from lingju.circles import kernels
from lingju.circles.arrays import I4, I8, U2

UNREACHED = kernels.UNREACHED
LONGEST = UNREACHED - 1
BATCH = 48  # seeds a batch: a dozen stations with two doors; measured flat between 16 and 128


@dataclass(frozen=True, slots=True)
class ReachSets:
    """What each source reaches: nodes ptr[i]..ptr[i+1] of source i, in the order the search met them.

    ptr i8[k+1], node i4[p], ticks u2[p].
    """

    ptr: I8
    node: I4
    ticks: U2

    def of(self, source: int) -> tuple[I4, U2]:
        """Return the nodes and ticks that one source reaches."""
        span = slice(int(self.ptr[source]), int(self.ptr[source + 1]))
        return self.node[span], self.ticks[span]


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where searches begin: for station owner[i], ticks[i] have been walked when node[i] is reached.

    node i4[k], ticks u2[k] (65535 = no way), owner i4[k] (0-based, any order).
    """

    node: I4
    ticks: U2
    owner: I4


def reach_sets(ptr: I4, nbr: I4, w: U2, sources: I4, limit: int) -> ReachSets:
    """Return what each source node reaches within `limit` ticks.

    sources i4[k]: nodes; one that is named twice is answered twice. Time is a few microseconds a source,
    best when neighbours in the list are neighbours on the ground. Raises IndexError for a node outside.
    """
    sources = as_i4(sources)
    check_nodes(sources, len(ptr) - 1)
    start, node, ticks = kernels.reach(graph(ptr, nbr, w), sources, check_limit(limit))
    return ReachSets(start, node, ticks)


def nearest(ptr: I4, nbr: I4, w: U2, seeds: Seeds, limit: int, *, batch: int = BATCH) -> tuple[U2, I4]:
    """Return for every node the ticks to the nearest station and which one: (u2[n], i4[n]).

    Nodes that no station reaches have 65535 and -1. Of equally near stations the smallest index wins,
    whatever the batch and the order of the seeds. Raises IndexError for a seed outside the network.
    """
    check_nodes(seeds.node, len(ptr) - 1)
    along = np.argsort(seeds.node, kind="stable")  # nodes are numbered along the Hilbert curve
    where = (as_i4(seeds.node[along]), as_u2(seeds.ticks[along]))
    owner = as_i4(seeds.owner[along])
    return kernels.nearest(graph(ptr, nbr, w), where, owner, check_limit(limit), max(1, batch))


def graph(ptr: I4, nbr: I4, w: U2) -> kernels.Graph:
    """Return the arcs as compiled code wants them."""
    return as_i4(ptr), as_i4(nbr), as_u2(w)


def check_limit(limit: int) -> int:
    """Return the limit in ticks, or raise ValueError where ticks cannot count that far."""
    if not 0 <= limit <= LONGEST:
        raise ValueError(f"a limit is 0..{LONGEST} ticks, not {limit}")
    return int(limit)


def check_nodes(node: I4, nodes: int) -> None:
    """Raise IndexError for a node that the network does not have; compiled code would not notice."""
    if len(node) and (int(node.min()) < 0 or int(node.max()) >= nodes):
        raise IndexError(f"nodes are 0..{nodes - 1}, not {int(node.min())}..{int(node.max())}")


def as_i4(array: I4) -> I4:
    """Return the array as compiled code wants it: plain (not memmap), contiguous, int32."""
    return np.ascontiguousarray(array, np.int32)


def as_u2(array: U2) -> U2:
    """Return the array as compiled code wants it: plain (not memmap), contiguous, uint16."""
    return np.ascontiguousarray(array, np.uint16)
