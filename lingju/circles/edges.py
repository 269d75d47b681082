"""Edge lists: what a network is before it is indexed, and the order its nodes and edges take."""

from dataclasses import dataclass, replace

import numpy as np

from lingju.circles.arrays import I4, I8, U1, U4, pointers, ragged_indices
from lingju.circles.errors import BadEdges
from lingju.circles.hilbert import hilbert_order
from lingju.circles.plane import polyline_metres


@dataclass(frozen=True, slots=True)
class Shapes:
    """Many polylines in one: ptr int32[k + 1] into lon, lat int32[p] (1e-7 degree)."""

    ptr: I4
    lon: I4
    lat: I4

    def take(self, which: I8) -> "Shapes":
        """Return the polylines `which`, in that order."""
        start, count = self.ptr[which].astype(np.int64), self.counts()[which]
        at = ragged_indices(start, count)
        return Shapes(pointers(count), self.lon[at], self.lat[at])

    def counts(self) -> I8:
        """Return the number of points of each polyline."""
        return np.diff(self.ptr).astype(np.int64)


@dataclass(frozen=True, slots=True)
class EdgeList:
    """n nodes and e undirected edges with their inner points from u to v; columns as in Network."""

    lon: I4
    lat: I4
    u: I4
    v: I4
    length_mm: U4
    kind: U1
    half_signals: U1
    road: U1
    name: I4
    shapes: Shapes

    def checked(self) -> "EdgeList":
        """Return itself, or raise BadEdges when columns differ in length or edges point nowhere."""
        e, n = len(self.u), len(self.lon)
        columns = (self.v, self.length_mm, self.kind, self.half_signals, self.road, self.name)
        if any(len(column) != e for column in columns) or len(self.shapes.ptr) != e + 1:
            raise BadEdges(detail="各列长度不同")
        if len(self.lat) != n:
            raise BadEdges(detail="经度与纬度个数不同")
        if e and not (min(self.u.min(), self.v.min()) >= 0 and max(self.u.max(), self.v.max()) < n):
            raise BadEdges(detail="边指向不存在的节点")
        return self

    def take(self, which: I8) -> "EdgeList":
        """Return the same nodes with the edges `which`, in that order."""
        return replace(
            self,
            u=self.u[which],
            v=self.v[which],
            length_mm=self.length_mm[which],
            kind=self.kind[which],
            half_signals=self.half_signals[which],
            road=self.road[which],
            name=self.name[which],
            shapes=self.shapes.take(which),
        )


def path_points(edges: EdgeList, which: I8) -> tuple[Shapes, I8]:
    """Return the whole polylines (u, inner points, v) of edges `which`, and each point's row in `which`."""
    inner = edges.shapes.take(which)
    count = inner.counts() + 2
    ptr = pointers(count)
    lon, lat = np.empty(int(ptr[-1]), np.int32), np.empty(int(ptr[-1]), np.int32)
    for out, node, shape in ((lon, edges.lon, inner.lon), (lat, edges.lat, inner.lat)):
        out[ptr[:-1]] = node[edges.u[which]]
        out[ptr[1:] - 1] = node[edges.v[which]]
        out[ragged_indices(ptr[:-1].astype(np.int64) + 1, count - 2)] = shape
    return Shapes(ptr, lon, lat), np.repeat(np.arange(len(which)), count)


def measured_mm(edges: EdgeList) -> U4:
    """Return each edge's length along its shape in millimetres, at least 1: uint32[e]."""
    whole = np.arange(len(edges.u), dtype=np.int64)
    path, part = path_points(edges, whole)
    metres = polyline_metres(path.lon, path.lat, part, len(whole))
    return np.maximum(np.rint(metres * 1000), 1).astype(np.uint32)


def in_map_order(edges: EdgeList) -> EdgeList:
    """Renumber nodes along the Hilbert curve, then turn and sort edges by their ends.

    Afterwards u <= v for every edge, and edges are ordered by (u, v, length, former number).
    """
    order = hilbert_order(edges.lon, edges.lat)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    moved = replace(edges, lon=edges.lon[order], lat=edges.lat[order], u=rank[edges.u], v=rank[edges.v])
    turned = turned_upward(moved)
    return turned.take(np.lexsort((turned.length_mm, turned.v, turned.u)).astype(np.int64))


def turned_upward(edges: EdgeList) -> EdgeList:
    """Turn edges with u > v, and their shapes, so that u <= v."""
    down = edges.u > edges.v
    ptr, count = edges.shapes.ptr, edges.shapes.counts()
    at = np.arange(len(edges.shapes.lon), dtype=np.int64)
    part = np.repeat(np.arange(len(count)), count)
    mirror = (ptr[:-1].astype(np.int64) + ptr[1:] - 1)[part] - at
    at = np.where(down[part], mirror, at)
    return replace(
        edges,
        u=np.where(down, edges.v, edges.u),
        v=np.where(down, edges.u, edges.v),
        shapes=Shapes(ptr, edges.shapes.lon[at], edges.shapes.lat[at]),
    )


def adjacency(nodes: int, u: I4, v: I4) -> tuple[I4, I4, I4]:
    """Return CSR (ptr, nbr, arc_edge) with two arcs an edge, each node's arcs sorted by (nbr, edge).

    A self-loop gives its node two arcs to itself.
    """
    e = len(u)
    tail, head = np.concatenate((u, v)), np.concatenate((v, u))
    edge = np.tile(np.arange(e, dtype=np.int32), 2)
    order = np.lexsort((edge, head, tail))
    ptr = pointers(np.bincount(tail, minlength=nodes).astype(np.int64))
    return ptr, head[order].astype(np.int32), edge[order]


def components(nodes: int, u: I4, v: I4) -> I4:
    """Return int32[n]: each node's connected part, named by the part's smallest node.

    Minimum labels hook across edges and jump to their own label until nothing moves (Shiloach & Vishkin).
    """
    label = np.arange(nodes, dtype=np.int32)
    while True:
        low = np.minimum(label[u], label[v])
        nxt = label.copy()
        np.minimum.at(nxt, label[u], low)
        np.minimum.at(nxt, label[v], low)
        nxt = nxt[nxt]
        if np.array_equal(nxt, label):
            return label
        label = nxt
