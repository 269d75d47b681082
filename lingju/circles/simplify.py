"""Fewer nodes, same walks: contract the nodes that only bend a street, cut the edges that are too long."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from lingju.circles.arrays import F8, I4, I8, Bool, pointers, ragged_indices
from lingju.circles.edges import EdgeList, Shapes, path_points
from lingju.circles.plane import UNIT, segment_metres

LONGEST_MM = 400_000  # an edge of 400 m: 1,000 s on steps at 0.4 m/s still fits uint16 ticks


def contracted(edges: EdgeList, keep: Bool) -> EdgeList:
    """Merge chains through nodes of degree 2 whose two edges are alike (kind, road, name).

    Lengths add in millimetres, half signals add, the merged node stays as a point of the shape. Nodes
    marked in `keep` (bool[n]) stay; so does one node of a ring that hangs on nothing. Nodes without
    edges go. Distances between nodes that stay do not change by a millimetre.
    """
    succ = _successors(edges, keep)
    succ = _rings_opened(edges, succ)
    first, rank = _chains(succ)
    return _merged(edges, first, rank)


def _successors(edges: EdgeList, keep: Bool) -> I8:
    """Return each dart's next dart or -1. Dart 2i runs edge i from u to v, 2i + 1 runs it back."""
    head = np.stack((edges.v, edges.u), axis=1).ravel()
    tail = np.stack((edges.u, edges.v), axis=1).ravel()
    through = _passing(edges, keep, tail)
    leaving = np.argsort(tail, kind="stable")
    starts = np.zeros(len(keep) + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=len(keep)), out=starts[1:])
    pair = leaving[np.minimum(starts[head][:, None] + np.arange(2), len(leaving) - 1)]
    back = np.arange(len(head)) ^ 1
    onward = np.where(pair[:, 0] == back, pair[:, 1], pair[:, 0])
    return np.where(through[head], onward, -1)


def _passing(edges: EdgeList, keep: Bool, tail: I4) -> Bool:
    """Return bool[n]: nodes of degree 2, not kept, between two different and alike edges."""
    nodes = len(keep)
    look = (edges.kind.astype(np.int64) << 40) + (edges.road.astype(np.int64) << 32) + edges.name
    low, high = np.full(nodes, np.iinfo(np.int64).max), np.full(nodes, -1 << 62)
    np.minimum.at(low, tail, np.repeat(look, 2))
    np.maximum.at(high, tail, np.repeat(look, 2))
    looped = np.zeros(nodes, np.bool_)
    looped[edges.u[edges.u == edges.v]] = True
    plain: Bool = (np.bincount(tail, minlength=nodes) == 2) & (low == high) & ~looped & ~keep
    return plain


def _chains(succ: I8) -> tuple[I8, I8]:
    """Return for each dart the first dart of its chain and its place in it, by pointer doubling."""
    pred = np.full(len(succ), -1, np.int64)
    going = succ >= 0
    pred[succ[going]] = np.flatnonzero(going)
    first = np.where(pred >= 0, pred, np.arange(len(succ)))
    rank = (pred >= 0).astype(np.int64)
    for _ in range(max(len(succ), 1).bit_length()):
        rank = rank + rank[first]
        first = first[first]
    return first, rank


def _rings_opened(edges: EdgeList, succ: I8) -> I8:
    """Cut each ring of passing nodes at its smallest node, in both directions."""
    first, _ = _chains(succ)
    has_pred = np.zeros(len(succ), np.bool_)
    has_pred[succ[succ >= 0]] = True
    ringed = np.flatnonzero(has_pred[first])
    if not len(ringed):
        return succ
    head = np.stack((edges.v, edges.u), axis=1).ravel()
    low = _smallest_on_ring(succ, head)
    cut = ringed[head[ringed] == low[ringed]]
    opened = succ.copy()
    opened[cut] = -1
    return opened


def _smallest_on_ring(succ: I8, head: I4) -> I4:
    low, jump = head.copy(), np.where(succ >= 0, succ, np.arange(len(succ)))
    for _ in range(max(len(succ), 1).bit_length()):
        low = np.minimum(low, low[jump])
        jump = jump[jump]
    return low


def _merged(edges: EdgeList, first: I8, rank: I8) -> EdgeList:
    """Write each chain once: the direction whose first dart has the smaller number stands for both."""
    last = np.zeros(len(first), np.int64)
    np.maximum.at(last, first, rank)
    ends = np.flatnonzero(rank == last[first])  # one last dart a chain
    chosen = ends[first[ends] < (ends ^ 1)]  # the way back starts where this way ends
    lead = first[chosen]
    row_of = np.full(len(first), -1, np.int64)
    row_of[lead] = np.arange(len(lead))
    darts = np.flatnonzero(row_of[first] >= 0)
    darts = darts[np.lexsort((rank[darts], row_of[first[darts]]))]
    row = row_of[first[darts]]
    return _collected(edges, darts, row, lead, chosen)


def _collected(edges: EdgeList, darts: I8, row: I8, lead: I8, last: I8) -> EdgeList:
    edge, rows = darts >> 1, len(lead)
    length = np.bincount(row, weights=edges.length_mm[edge], minlength=rows)
    signals = np.bincount(row, weights=edges.half_signals[edge], minlength=rows)
    head = np.stack((edges.v, edges.u), axis=1).ravel()
    tail = np.stack((edges.u, edges.v), axis=1).ravel()
    merged = replace(
        edges.take(lead >> 1),
        u=tail[lead],
        v=head[last],
        length_mm=np.minimum(length, 2**32 - 1).astype(np.uint32),
        half_signals=np.minimum(signals, 255).astype(np.uint8),
        shapes=_joined_shapes(edges, darts, row, rows),
    )
    return without_lone_nodes(merged)


def _joined_shapes(edges: EdgeList, darts: I8, row: I8, rows: int) -> Shapes:
    """String the inner points of each chain together, with the contracted nodes between them."""
    path, part = path_points(edges, darts >> 1)
    backward = (darts & 1).astype(np.bool_)
    at = np.arange(len(path.lon), dtype=np.int64)
    mirror = (path.ptr[:-1].astype(np.int64) + path.ptr[1:] - 1)[part] - at
    at = np.where(backward[part], mirror, at)
    inner = np.ones(len(at), np.bool_)
    inner[path.ptr[:-1]] = False  # each dart's tail is the head of the dart before
    last = np.ones(len(row), np.bool_)
    last[:-1] = row[1:] != row[:-1]
    inner[path.ptr[1:][last] - 1] = False  # the chain's own end is a node
    count = np.bincount(row[part][inner], minlength=rows).astype(np.int64)
    return Shapes(pointers(count), path.lon[at][inner], path.lat[at][inner])


def without_lone_nodes(edges: EdgeList) -> EdgeList:
    """Drop nodes that no edge touches and renumber the rest in their order."""
    used = np.zeros(len(edges.lon), np.bool_)
    used[edges.u] = used[edges.v] = True
    number = (np.cumsum(used) - 1).astype(np.int32)
    return replace(edges, lon=edges.lon[used], lat=edges.lat[used], u=number[edges.u], v=number[edges.v])


def cut_long(edges: EdgeList, longest_mm: int = LONGEST_MM) -> EdgeList:
    """Cut edges longer than `longest_mm` into equal pieces joined by new nodes on the street."""
    pieces = -(-edges.length_mm.astype(np.int64) // longest_mm)
    long = np.flatnonzero(pieces > 1).astype(np.int64)
    if not len(long):
        return edges
    cuts = [_cut(edges, int(i), int(pieces[i])) for i in long]
    return _with_pieces(edges, long, pieces[long], cuts)


Cut = tuple[F8, F8, list[tuple[F8, F8]]]


def _cut(edges: EdgeList, edge: int, pieces: int) -> Cut:
    """Return the new nodes (lon, lat in 1e-7 degree) of one edge and each piece's inner points."""
    path, _ = path_points(edges, np.array([edge]))
    x, y = path.lon.astype(np.float64), path.lat.astype(np.float64)
    step = segment_metres(x[:-1] * UNIT, y[:-1] * UNIT, x[1:] * UNIT, y[1:] * UNIT)
    along = np.concatenate(([0.0], np.cumsum(step)))
    goals = along[-1] * np.arange(1, pieces) / pieces
    at = np.searchsorted(along[1:-1], goals, side="left")
    bounds = np.concatenate(([0], at, [len(x) - 2]))
    inner = [(x[1 + a : 1 + b], y[1 + a : 1 + b]) for a, b in pairwise(bounds.tolist())]
    return np.interp(goals, along, x), np.interp(goals, along, y), inner


def _with_pieces(edges: EdgeList, long: I8, pieces: I8, cuts: list[Cut]) -> EdgeList:
    added = pieces - 1
    fresh = len(edges.lon) + np.cumsum(added) - added  # each cut edge's first new node
    which = np.repeat(long, pieces)
    nth = ragged_indices(np.zeros(len(long), np.int64), pieces)
    node = np.repeat(fresh, pieces) + nth
    final = nth == np.repeat(pieces, pieces) - 1
    whole = np.ones(len(edges.u), np.bool_)
    whole[long] = False
    same, cut = edges.take(np.flatnonzero(whole).astype(np.int64)), edges.take(which)
    length = edges.length_mm.astype(np.int64)[which]
    share = (length * (nth + 1)) // np.repeat(pieces, pieces) - (length * nth) // np.repeat(pieces, pieces)
    signals = edges.half_signals[which]
    halves = np.where(nth == 0, signals - signals // 2, np.where(final, signals // 2, 0))
    inner = [points for _, _, lists in cuts for points in lists]
    return EdgeList(
        lon=np.concatenate((edges.lon, *(np.rint(x).astype(np.int32) for x, _, _ in cuts))),
        lat=np.concatenate((edges.lat, *(np.rint(y).astype(np.int32) for _, y, _ in cuts))),
        u=np.concatenate((same.u, np.where(nth == 0, cut.u, node - 1))).astype(np.int32),
        v=np.concatenate((same.v, np.where(final, cut.v, node))).astype(np.int32),
        length_mm=np.concatenate((same.length_mm, share.astype(np.uint32))),
        kind=np.concatenate((same.kind, cut.kind)),
        half_signals=np.concatenate((same.half_signals, halves.astype(np.uint8))),
        road=np.concatenate((same.road, cut.road)),
        name=np.concatenate((same.name, cut.name)),
        shapes=_appended(same.shapes, inner),
    )


def _appended(shapes: Shapes, more: list[tuple[F8, F8]]) -> Shapes:
    count = np.concatenate((shapes.counts(), np.array([len(x) for x, _ in more], np.int64)))
    lon = np.concatenate((shapes.lon, *(x.astype(np.int32) for x, _ in more)))
    lat = np.concatenate((shapes.lat, *(y.astype(np.int32) for _, y in more)))
    return Shapes(pointers(count), lon, lat)
