"""From ways of an OpenStreetMap extract to an edge list: segments, signals, and gates as edges."""

from __future__ import annotations  # array.array takes no [int] when it runs on Python 3.11

from array import array
from dataclasses import replace

import numpy as np

from lingju.circles.arrays import I4, I8, U1, Bool, pointers
from lingju.circles.edges import EdgeList, Shapes, measured_mm
from lingju.circles.network import Figures, Kind, Road
from lingju.circles.osm_read import Drawn, Extract
from lingju.circles.osm_rings import UNKNOWN
from lingju.circles.osm_tags import Spot


def street_edges(extract: Extract) -> tuple[EdgeList, Bool]:
    """Return one edge for every two consecutive known nodes of a walkable way, and nodes to keep.

    Signals become half signals of the edges that cross there. A node that shuts out strangers or wheels
    becomes an edge of a millimetre, so that streets stay walkable up to the gate and the gate itself can
    be opened. Nodes with signals must survive contraction: bool[n].
    """
    refs, x, y = _nodes(extract)
    ids, first, node = np.unique(refs, return_index=True, return_inverse=True)
    lon, lat = x[first], y[first]
    spots = _spots(extract, ids)
    start, way = _segments(extract, node.ravel(), x != UNKNOWN)
    u, v = node.ravel()[start].astype(np.int32), node.ravel()[start + 1].astype(np.int32)
    kind, foot = _bytes(extract.kind)[way], _bytes(extract.foot)[way].astype(np.bool_)
    half = _node_signals(u, v, kind, foot, spots) + _way_signals(extract, way, u, v, spots)
    empty = np.zeros(0, np.int32)
    edges = EdgeList(
        *(lon, lat, u, v),
        length_mm=np.ones(len(u), np.uint32),
        kind=kind,
        half_signals=np.minimum(half, 2).astype(np.uint8),
        road=_bytes(extract.road)[way],
        name=_ints(extract.name)[way],
        shapes=Shapes(np.zeros(len(u) + 1, np.int32), empty, empty),
    )
    edges = replace(edges, length_mm=measured_mm(edges))
    edges = _gates_as_edges(edges, spots)
    signals = (spots & (Spot.LIGHTS | Spot.CROSSING_LIGHTS)) > 0
    return edges, np.concatenate((signals, np.zeros(len(edges.lon) - len(ids), np.bool_)))


def figures(drawn: Drawn) -> Figures:
    """Return drawn polylines as arrays."""
    count = _ints(drawn.count).astype(np.int64)
    return Figures(Shapes(pointers(count), _ints(drawn.x), _ints(drawn.y)), _bytes(drawn.kind))


def missing_nodes(extract: Extract) -> int:
    """Return how many nodes walkable ways name and the file lacks."""
    refs, x, _ = _nodes(extract)
    return len(np.unique(refs[x == UNKNOWN]))


def _spots(extract: Extract, ids: I8) -> U1:
    """Return what each node does to walkers, uint8[n]."""
    spots = np.zeros(len(ids), np.uint8)
    keys = np.fromiter(extract.spots.keys(), np.int64, len(extract.spots))
    values = np.fromiter(extract.spots.values(), np.uint8, len(extract.spots))
    at = np.minimum(np.searchsorted(ids, keys), max(len(ids) - 1, 0))
    if len(ids):
        hit = ids[at] == keys
        spots[at[hit]] = values[hit]
    return spots


def _segments(extract: Extract, node: I8, known: Bool) -> tuple[I8, I8]:
    """Return where each segment starts in the run of nodes, and its way. Missing nodes break a way."""
    count = _ints(extract.count).astype(np.int64)
    way = np.repeat(np.arange(len(count), dtype=np.int64), count)
    joined = (way[1:] == way[:-1]) & known[1:] & known[:-1] & (node[1:] != node[:-1])
    start = np.flatnonzero(joined).astype(np.int64)
    return start, way[start]


def _node_signals(u: I4, v: I4, kind: U1, foot: Bool, spots: U1) -> I8:
    """Return half signals of each segment from the signals at its ends.

    Who crosses waits: at a node with crossings only they, else footways, else all streets of a junction.
    A signal amid one street (a stop line) counts once for the two segments that meet there.
    """
    end = np.stack((u, v), axis=1).ravel()
    lit = (spots[end] & (Spot.LIGHTS | Spot.CROSSING_LIGHTS)) > 0
    rank = np.where(kind & Kind.CROSSING, 3, np.where(foot, 2, 1)).repeat(2)
    best = np.zeros(len(spots), np.int64)
    np.maximum.at(best, end[lit], rank[lit])
    degree = np.bincount(end, minlength=len(spots))
    road_only = best[end] == 1
    junction = (spots[end] & Spot.LIGHTS > 0) & (degree[end] > 2)
    first = np.zeros(len(end), np.bool_)
    first[np.unique(end, return_index=True)[1]] = True
    stop_line = (spots[end] & Spot.LIGHTS > 0) & first & (degree[end] == 2)
    waits = lit & (rank == best[end]) & (~road_only | junction | stop_line)
    half: I8 = waits.reshape(-1, 2).sum(axis=1).astype(np.int64)
    return half


def _way_signals(extract: Extract, way: I8, u: I4, v: I4, spots: U1) -> I8:
    """Return half signals of crossings that are signalled as ways only: one at each end of the way."""
    half = np.zeros(len(way), np.int64)
    if not len(way):
        return half
    lit_node = (spots & (Spot.LIGHTS | Spot.CROSSING_LIGHTS)) > 0
    counted = np.bincount(way, weights=lit_node[u] | lit_node[v], minlength=len(extract.count)) > 0
    lights = _bytes(extract.lights).astype(np.bool_) & ~counted
    change = way[1:] != way[:-1]
    half += np.concatenate(([True], change)) & lights[way]
    half += np.concatenate((change, [True])) & lights[way]
    return half


def _gates_as_edges(edges: EdgeList, spots: U1) -> EdgeList:
    """Split nodes with gates: every street end there gets a node of its own, a millimetre from the gate."""
    end = np.stack((edges.u, edges.v), axis=1).ravel()
    barred = (spots[end] & (Spot.SHUT | Spot.NO_WHEELS)) > 0
    at = np.flatnonzero(barred)
    if not len(at):
        return edges
    gate, n = end[at], len(edges.lon)
    fresh = np.arange(n, n + len(at), dtype=np.int32)
    end[at] = fresh
    shut = np.where(spots[gate] & Spot.SHUT, Kind.GATED, 0) | np.where(
        spots[gate] & Spot.NO_WHEELS, Kind.NO_WHEELS, 0
    )
    more = len(at)
    ptr = np.concatenate((edges.shapes.ptr, np.full(more, edges.shapes.ptr[-1], np.int32)))
    return EdgeList(
        lon=np.concatenate((edges.lon, edges.lon[gate])),
        lat=np.concatenate((edges.lat, edges.lat[gate])),
        u=np.concatenate((end[0::2], fresh)).astype(np.int32),
        v=np.concatenate((end[1::2], gate)).astype(np.int32),
        length_mm=np.concatenate((edges.length_mm, np.ones(more, np.uint32))),
        kind=np.concatenate((edges.kind, shut.astype(np.uint8))),
        half_signals=np.concatenate((edges.half_signals, np.zeros(more, np.uint8))),
        road=np.concatenate((edges.road, np.full(more, Road.PATH, np.uint8))),
        name=np.concatenate((edges.name, np.full(more, -1, np.int32))),
        shapes=Shapes(ptr, edges.shapes.lon, edges.shapes.lat),
    )


def _ints(values: array[int]) -> I4:
    return np.array(values, np.int32)


def _nodes(extract: Extract) -> tuple[I8, I4, I4]:
    """Return node ids and places of all walkable ways, one after the other."""
    triples = np.array(extract.nodes, np.int64).reshape(-1, 3)
    return triples[:, 0], triples[:, 1].astype(np.int32), triples[:, 2].astype(np.int32)


def _bytes(values: array[int]) -> U1:
    return np.array(values, np.uint8)
