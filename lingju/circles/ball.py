"""One bounded search around one place that remembers the way back.

The fast kernels of ``search`` answer for thousands of places and forget the way. Pages ask the other
question, about one place: what does its ten minutes look like, how do I get there, what if a station stood
here? A ten-minute walk is a few hundred nodes, so a plain heap over the local ball is enough.
"""

import heapq
from dataclasses import dataclass, replace

import numba
import numpy as np

from lingju.circles.arrays import I4, I8, U2
from lingju.circles.doors import Doors, door_ends
from lingju.circles.network import UNREACHED, Network
from lingju.circles.profiles import Profile


NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Approach:
    """Doors with their ticks to both street ends, for one profile; all arrays are [doors].

    ``to_u`` and ``to_v`` hold the extra walk; ``along`` is the walk from the edge's u without it, ``extra`` the
    extra alone. 65535 means no way.
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
    to_u, to_v = (ends.astype(np.int64) for ends in door_ends(net, edge_w, doors, profile))
    bare = replace(doors, extra_mm=np.zeros_like(doors.extra_mm))
    along, back = (ends.astype(np.int64) for ends in door_ends(net, edge_w, bare, profile))
    extra = np.where(along <= back, to_u - along, to_v - back)
    no_way = np.minimum(to_u, to_v) >= UNREACHED
    return Approach(doors, to_u, to_v, np.where(no_way, UNREACHED, along), np.where(no_way, UNREACHED, extra))


def ball(net: Network, edge_w: U2, origin: Approach, place: int, *, limit: int) -> Ball:
    """Search outwards from the doors of one place up to ``limit`` ticks (below 65535), the limit included."""
    mine = origin.of(place)
    edges = origin.doors.edge[mine]
    starts = np.concatenate((net.edge_u[edges], net.edge_v[edges])).astype(np.int32)
    costs = np.concatenate((origin.to_u[mine], origin.to_v[mine])).astype(np.int64)
    doors = np.arange(mine.start, mine.stop, dtype=np.int32)
    top = min(int(limit), UNREACHED - 1)
    arrays = _search(
        np.asarray(net.ptr), np.asarray(net.nbr), np.asarray(net.arc_edge), edge_w, starts, costs,
        np.concatenate((doors, doors)), top,
    )  # fmt: skip
    return Ball(*arrays, limit=top)


def ball_from_node(net: Network, edge_w: U2, node: int, *, limit: int) -> Ball:
    """Search outwards from one street node, as if a door stood on it."""
    top = min(int(limit), UNREACHED - 1)
    arrays = _search(
        np.asarray(net.ptr), np.asarray(net.nbr), np.asarray(net.arc_edge), edge_w,
        np.array([node], dtype=np.int32), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int32), top,
    )  # fmt: skip
    return Ball(*arrays, limit=top)


def door_ticks(net: Network, found: Ball, origin: Approach, place: int, others: Approach) -> I8:
    """Tell the exact ticks from the place to every other door, int64[doors], 65535 beyond the ball's limit."""
    ticks = found.ticks.astype(np.int64)
    edge = others.doors.edge
    best = np.minimum(ticks[net.edge_u[edge]] + others.to_u, ticks[net.edge_v[edge]] + others.to_v)
    for door in range(origin.of(place).start, origin.of(place).stop):
        # Two doors on one edge need not walk to its end at all.
        same = np.flatnonzero(edge == origin.doors.edge[door])
        direct = np.abs(others.along[same] - origin.along[door]) + others.extra[same] + origin.extra[door]
        best[same] = np.minimum(best[same], direct)
    best[best > found.limit] = UNREACHED
    return best


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


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _search(ptr, nbr, arc_edge, edge_w, starts, costs, doors, limit):  # type: ignore[no-untyped-def]  # pragma: no cover
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
