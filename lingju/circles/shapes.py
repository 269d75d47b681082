"""The drawn line of every edge in local metres, ready to be cut: all pages and polygons cut from here.

Built once per network (a few milliseconds, vectorised) and shared, because turning degrees into metres for
every question would cost more than the search itself.
"""

from dataclasses import dataclass

import numpy as np

from lingju.circles.arrays import F8, I4, I8, U2, U4, ragged_indices
from lingju.circles.network import Network


@dataclass(frozen=True, slots=True)
class Shapes:
    """All edges as polylines from u to v, both ends included.

    ``ptr`` int64[e+1]; ``x``, ``y`` float64 local metres; ``part`` float64 runs from 0 at u to 1 at v along
    each edge; ``key`` is part + 2 x edge, one rising list to search all edges at once; ``length_mm``
    float64[e].
    """

    ptr: I8
    x: F8
    y: F8
    part: F8
    key: F8
    length_mm: F8

    def pieces(self, edge: I8, start: F8, end: F8) -> F8:
        """Cut ``edge[i]`` from fraction ``start[i]`` to ``end[i]``: pieces float64[s, 4] in metres."""
        first, count = self.ptr[edge], self.ptr[edge + 1] - self.ptr[edge] - 1
        if not len(edge):
            return np.empty((0, 4))
        a = ragged_indices(first, count)
        low, high = np.repeat(start, count), np.repeat(end, count)
        keep = (self.part[a] < high) & (self.part[a + 1] > low) | (np.repeat(count, count) == 1)
        a, low, high = a[keep], low[keep], high[keep]
        span = self.part[a + 1] - self.part[a]
        span = np.where(span > 0, span, 1.0)
        s = np.clip((low - self.part[a]) / span, 0.0, 1.0)
        t = np.clip((high - self.part[a]) / span, 0.0, 1.0)
        dx, dy = self.x[a + 1] - self.x[a], self.y[a + 1] - self.y[a]
        ends = (self.x[a] + s * dx, self.y[a] + s * dy, self.x[a] + t * dx, self.y[a] + t * dy)
        return np.column_stack(ends)

    def line(self, edge: int, start: float = 0.0, end: float = 1.0) -> F8:
        """Cut one edge from ``start`` to ``end`` (either may be the greater): points float64[p, 2]."""
        if start > end:
            return self.line(edge, end, start)[::-1]
        where = slice(int(self.ptr[edge]), int(self.ptr[edge + 1]))
        part = self.part[where]
        inner = part[(part > start) & (part < end)]
        at = np.concatenate(([start], inner, [end]))
        return np.column_stack((np.interp(at, part, self.x[where]), np.interp(at, part, self.y[where])))


def shapes_of(net: Network) -> Shapes:
    """Lay out every edge of the network in local metres."""
    edges = len(net.edge_u)
    inner = np.diff(net.shape_ptr).astype(np.int64)
    ptr = np.concatenate(([0], np.cumsum(inner + 2)))
    node_x, node_y = net.metres(*_degrees(net.lon, net.lat))
    inner_x, inner_y = net.metres(*_degrees(net.shape_lon, net.shape_lat))
    x, y = np.empty(ptr[-1]), np.empty(ptr[-1])
    is_inner = np.ones(ptr[-1], dtype=np.bool_)
    is_inner[ptr[:-1]] = is_inner[ptr[1:] - 1] = False
    for target, ends, between in ((x, node_x, inner_x), (y, node_y, inner_y)):
        target[ptr[:-1]], target[ptr[1:] - 1] = ends[net.edge_u], ends[net.edge_v]
        target[is_inner] = between
    step = np.hypot(np.diff(x, prepend=0.0), np.diff(y, prepend=0.0))
    step[ptr[:-1]] = 0.0
    run = np.cumsum(step)
    run -= np.repeat(run[ptr[:-1]], inner + 2)
    total = run[ptr[1:] - 1]
    part = run / np.repeat(np.where(total > 0, total, 1.0), inner + 2)
    part[ptr[1:] - 1] = 1.0
    key = np.repeat(np.arange(edges) * 2.0, inner + 2) + part
    return Shapes(ptr, x, y, part, key, np.maximum(np.asarray(net.length_mm, dtype=np.float64), 1.0))


def point_on(shapes: Shapes, edge: I4 | I8, offset_mm: U4 | F8) -> tuple[F8, F8]:
    """Find the points ``offset_mm[i]`` along ``edge[i]`` from u: x, y float64 in local metres."""
    at = np.clip(offset_mm / shapes.length_mm[edge], 0.0, 1.0)
    after = np.searchsorted(shapes.key, edge * 2.0 + at, side="right")
    after = np.clip(after, shapes.ptr[edge] + 1, shapes.ptr[edge.astype(np.int64) + 1] - 1)
    before = after - 1
    span = shapes.part[after] - shapes.part[before]
    t = np.where(span > 0, (at - shapes.part[before]) / np.where(span > 0, span, 1.0), 0.0)
    x = shapes.x[before] + t * (shapes.x[after] - shapes.x[before])
    y = shapes.y[before] + t * (shapes.y[after] - shapes.y[before])
    return x, y


def _degrees(lon: I4, lat: I4) -> tuple[F8, F8]:
    return np.asarray(lon, dtype=np.float64) * 1e-7, np.asarray(lat, dtype=np.float64) * 1e-7


def touched_edges(net: Network, ticks: U2, limit: int) -> I8:
    """List the edges with at least one end inside the limit, ascending, int64."""
    nodes = np.flatnonzero(ticks <= limit)
    starts, counts = net.ptr[nodes].astype(np.int64), (net.ptr[nodes + 1] - net.ptr[nodes]).astype(np.int64)
    return np.unique(net.arc_edge[ragged_indices(starts, counts)]).astype(np.int64)
