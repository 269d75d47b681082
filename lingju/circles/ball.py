"""One bounded search around one place that remembers the way back.

The fast kernels of ``search`` answer for thousands of places and forget the way. Pages ask the other
question, about one place: what does its ten minutes look like, how do I get there, what if a station stood
here? A ten-minute walk is a few hundred nodes, so a plain heap over the local ball is enough.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numba import types

from lingju.circles.arrays import I4, I8, U2
from lingju.circles.compiled import IN_I4, IN_U2, INT, kernel
from lingju.circles.doors import Doors, along_ticks, door_ends, extra_ticks
from lingju.circles.network import UNREACHED, Network
from lingju.circles.profiles import Profile

NOWHERE = -1
IN_I8 = types.Array(types.int64, 1, "C", readonly=True)


@dataclass(frozen=True, slots=True)
class Approach:
    """Doors with their ticks to both street ends, for one profile; all arrays are [doors].

    ``to_u`` and ``to_v`` hold the extra walk; ``along`` is the walk from the edge's u without it, ``extra``
    the extra alone. 65535 means no way.
    """

    doors: Doors
    to_u: I8
    to_v: I8
    along: I8
    extra: I8

    def of(self, place: int) -> slice:
        """Tell which doors belong to a place."""
        return slice(int(self.doors.ptr[place]), int(self.doors.ptr[place + 1]))


@dataclass(frozen=True, slots=True)
class Ball:
    """U2 u2[n] from the origin's doors (65535 beyond), and for each reached node where it was come from.

    ``came`` i4[n] is the node before (-1: straight from a door), ``by`` i4[n] the edge walked, or for a first
    node the door it was entered from.
    """

    ticks: U2
    came: I4
    by: I4
    limit: int

    @property
    def nodes(self) -> I8:
        """List the reached nodes in ascending order."""
        return np.flatnonzero(self.ticks < UNREACHED)


def approach(net: Network, edge_w: U2, doors: Doors, profile: Profile) -> Approach:
    """Work out how far each door is from both ends of its edge, with and without the extra walk."""
    to_u, to_v = door_ends(net, edge_w, doors, profile)
    along = along_ticks(net, edge_w, doors)
    # Two doors on one barred edge must not meet there either.
    extra = np.where(along == UNREACHED, UNREACHED, extra_ticks(doors, profile))
    return Approach(doors, *(ticks.astype(np.int64) for ticks in (to_u, to_v, along, extra)))


def ball(net: Network, edge_w: U2, origin: Approach, place: int, *, limit: int) -> Ball:
    """Search outwards from the doors of one place up to ``limit`` ticks (below 65535), the limit included."""
    mine = origin.of(place)
    edges = origin.doors.edge[mine]
    starts = np.concatenate((net.edge_u[edges], net.edge_v[edges])).astype(np.int32)
    costs = np.concatenate((origin.to_u[mine], origin.to_v[mine])).astype(np.int64)
    doors = np.arange(mine.start, mine.stop, dtype=np.int32)
    return _grown(net, edge_w, starts, costs, np.concatenate((doors, doors)), limit)


def ball_from_node(net: Network, edge_w: U2, node: int, *, limit: int) -> Ball:
    """Search outwards from one street node, as if a door stood on it."""
    zero = np.zeros(1, dtype=np.int32)
    return _grown(net, edge_w, np.array([node], np.int32), zero.astype(np.int64), zero, limit)


def door_ticks(net: Network, found: Ball, origin: Approach, place: int, others: Approach) -> I8:
    """Tell the exact ticks from the place to every other door, int64[doors], 65535 beyond the limit."""
    edge = others.doors.edge
    at_u, at_v = (found.ticks[ends[edge]].astype(np.int64) for ends in (net.edge_u, net.edge_v))
    best = np.minimum(at_u + others.to_u, at_v + others.to_v)
    for door in range(origin.of(place).start, origin.of(place).stop):
        # Two doors on one edge need not walk to its end at all.
        same = np.flatnonzero(edge == origin.doors.edge[door])
        direct = np.abs(others.along[same] - origin.along[door]) + others.extra[same] + origin.extra[door]
        best[same] = np.minimum(best[same], direct)
    best[best > found.limit] = UNREACHED
    return np.asarray(best, dtype=np.int64)


def least_by_place(doors: Doors, ticks: I8) -> tuple[I8, I8]:
    """Reduce door ticks to places: the least ticks int64[k] and the door that has them int64[k] (-1 none)."""
    places = len(doors.ptr) - 1
    least = np.full(places, UNREACHED, dtype=np.int64)
    which = np.full(places, NOWHERE, dtype=np.int64)
    owner = np.repeat(np.arange(places), np.diff(doors.ptr))
    order = np.lexsort((np.arange(len(ticks)), ticks, owner))
    first = np.flatnonzero(np.diff(owner[order], prepend=NOWHERE))
    chosen = order[first]
    chosen = chosen[ticks[chosen] < UNREACHED]
    least[owner[chosen]] = ticks[chosen]
    which[owner[chosen]] = chosen
    return least, which


def _grown(net: Network, edge_w: U2, starts: I4, costs: I8, doors: I4, limit: int) -> Ball:
    top = min(int(limit), UNREACHED - 1)
    # A mapped file's arrays are a subclass that compiled code does not know; these are views, not copies.
    ptr, nbr, arc_edge = np.asarray(net.ptr), np.asarray(net.nbr), np.asarray(net.arc_edge)
    ticks, came, by = _search(ptr, nbr, arc_edge, np.asarray(edge_w), starts, costs, doors, top)
    return Ball(ticks, came, by, limit=top)


@kernel(IN_I4, IN_I4, IN_I4, IN_U2, IN_I4, IN_I8, IN_I4, INT)
def _search(
    ptr: I4, nbr: I4, arc_edge: I4, edge_w: U2, starts: I4, costs: I8, doors: I4, limit: int
) -> tuple[U2, I4, I4]:  # pragma: no cover
    n = len(ptr) - 1
    ticks = np.full(n, 65535, dtype=np.uint16)
    came = np.full(n, -1, dtype=np.int32)
    by = np.full(n, -1, dtype=np.int32)
    queue = [np.int64(0) for _ in range(0)]
    for i in range(len(starts)):
        if costs[i] <= limit and costs[i] < ticks[starts[i]]:
            ticks[starts[i]] = costs[i]
            by[starts[i]] = doors[i]
            heapq.heappush(queue, (np.int64(costs[i]) << 32) | np.int64(starts[i]))
    while len(queue) > 0:
        key = heapq.heappop(queue)
        node, cost = np.int64(key & 0xFFFFFFFF), np.int64(key >> 32)
        if cost > ticks[node]:
            continue
        for arc in range(ptr[node], ptr[node + 1]):
            edge = arc_edge[arc]
            there = cost + np.int64(edge_w[edge])
            if edge_w[edge] < 65535 and there <= limit and there < ticks[nbr[arc]]:
                ticks[nbr[arc]], came[nbr[arc]], by[nbr[arc]] = there, node, edge
                heapq.heappush(queue, (there << 32) | np.int64(nbr[arc]))
    return ticks, came, by
