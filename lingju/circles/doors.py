"""Doors: where homes and stations touch the streets, exact to the millimetre along an edge."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lingju.circles.arrays import F4, F8, I4, I8, U2, U4, Bool, pointers
from lingju.circles.edges import path_points
from lingju.circles.errors import BadCoordinate, BadEdges
from lingju.circles.network import UNREACHED, Kind, Network
from lingju.circles.plane import UNIT
from lingju.circles.profiles import Profile
from lingju.circles.weights import ticks

REACH_M = 200.0
# A scrap of street that leads nowhere (the outline of a square, a path mapped without its junction) is no
# way out: its points take the nearest street of the connected town instead, if that is hardly farther.
SCRAP_M = 1000.0
SCRAP_SHARE = 0.1
PAST_A_SCRAP_M = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """k places with d doors in CSR: a place may have several doors, or none when no street is near."""

    ptr: I4  # [k + 1]
    edge: I4  # [d]
    offset_mm: U4  # [d] along the edge from edge_u, 0..length
    extra_mm: U4  # [d] walked besides the street: from the point to the edge, and what the caller added
    snapped_m: F4  # [d] from the point to the edge, straight

    @property
    def places(self) -> int:
        """Return the number of places."""
        return len(self.ptr) - 1

    def place_of(self) -> I4:
        """Return int32[d]: the place of each door."""
        return np.repeat(np.arange(self.places, dtype=np.int32), np.diff(self.ptr))

    def unsnapped(self) -> I4:
        """Return the places without a door: no open street within reach of any of their points."""
        return np.flatnonzero(np.diff(self.ptr) == 0).astype(np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class _Segments:
    """Straight pieces of edges in plane metres: both ends, length, and where on its edge each lies."""

    edge: I4
    x: F8
    y: F8
    far_x: F8
    far_y: F8
    long: F8
    before: F8  # metres along the edge to the segment's start
    whole: F8  # metres of the whole edge in the plane

    def ends(self) -> tuple[F8, F8]:
        """Return both ends, each float64[s, 2]."""
        return np.stack((self.x, self.y), axis=1), np.stack((self.far_x, self.far_y), axis=1)

    def foot(self, x: F8, y: F8, at: I8) -> tuple[F8, F8]:
        """Return where on segment `at` (0..1) each point's perpendicular falls, and the distance in m."""
        dx, dy, long = self.far_x[at] - self.x[at], self.far_y[at] - self.y[at], self.long[at]
        px, py = x - self.x[at], y - self.y[at]
        t = np.divide(px * dx + py * dy, long * long, out=np.zeros_like(long), where=long > 0)
        t = np.clip(t, 0.0, 1.0)
        return t, np.hypot(px - t * dx, py - t * dy)

    def share(self, at: I8, t: F8) -> F8:
        """Return how far along its whole edge a foot lies, 0..1."""
        along, whole = self.before[at] + t * self.long[at], self.whole[at]
        return np.divide(along, whole, out=np.zeros_like(along), where=whole > 0)


def _segments(net: Network, which: I8) -> _Segments:
    path, part = path_points(net.as_edges(), which)
    x, y = net.metres(path.lon * UNIT, path.lat * UNIT)
    start = np.flatnonzero(part[1:] == part[:-1])
    row = part[start]
    far_x, far_y = x[start + 1], y[start + 1]
    long = np.hypot(far_x - x[start], far_y - y[start])
    run = np.cumsum(long) - long
    first = np.searchsorted(row, np.arange(len(which)))
    whole = np.bincount(row, weights=long, minlength=len(which)).astype(np.float64)
    edge = which[row].astype(np.int32)
    return _Segments(edge, x[start], y[start], far_x, far_y, long, run - run[first[row]], whole[row])


class Snapper:
    """An index over the open streets of one network; build once, snap many times."""

    def __init__(
        self, net: Network, *, closed: Bool | None = None, past_scrap_m: float = PAST_A_SCRAP_M
    ) -> None:
        """Index all edges but the `closed` ones (bool[e]) and those that the map itself shuts (GATED).

        Give `closed=edge_w == UNREACHED` to keep a profile's doors on streets that it can use. A point on
        a scrap takes a connected street up to `past_scrap_m` farther instead; 0 leaves it on the scrap.
        """
        shut = (net.kind & Kind.GATED) > 0
        which = np.flatnonzero(~shut if closed is None else ~(shut | closed))
        self._net, self._plane, self._past_scrap_m = net, net.plane, past_scrap_m
        self._parts = _segments(net, which.astype(np.int64))
        near, far = self._parts.ends()
        lines = np.atleast_1d(np.asarray(shapely.linestrings(np.stack((near, far), axis=1))))
        self._tree = shapely.STRtree(lines)
        self._is_scrap = _scraps(net, which.astype(np.int64))
        self._joined = np.flatnonzero(~self._is_scrap[self._parts.edge])
        self._joined_tree = shapely.STRtree(lines[self._joined])

    def snap(
        self,
        lon_deg: ArrayLike,
        lat_deg: ArrayLike,
        *,
        place: ArrayLike | None = None,
        places: int | None = None,
        reach_m: float = REACH_M,
        extra_mm: ArrayLike = 0,
    ) -> Doors:
        """Put each point on the nearest open edge within `reach_m` metres; see `snap`."""
        lon, lat = _points(lon_deg, lat_deg)
        owner = np.arange(len(lon)) if place is None else np.asarray(place, np.int64)
        if len(owner) != len(lon) or (len(owner) and owner.min() < 0):
            raise BadEdges(detail="点与地点编号不符")
        count = places if places is not None else int(owner.max(initial=-1)) + 1
        if int(owner.max(initial=-1)) >= count:
            raise BadEdges(detail="点与地点编号不符")
        more = np.broadcast_to(np.asarray(extra_mm, np.int64), len(lon))
        point, edge, offset, away = self._nearest(lon, lat, reach_m)
        order = np.argsort(owner[point], kind="stable")
        point, edge, offset, away = point[order], edge[order], offset[order], away[order]
        extra = np.rint(away * 1000).astype(np.int64) + more[point]
        return Doors(
            ptr=pointers(np.bincount(owner[point], minlength=count).astype(np.int64)),
            edge=edge,
            offset_mm=offset,
            extra_mm=np.clip(extra, 0, 2**32 - 1).astype(np.uint32),
            snapped_m=away.astype(np.float32),
        )

    def _nearest(self, lon: F8, lat: F8, reach_m: float) -> tuple[I8, I4, U4, F8]:
        """Return rows of (point, edge, offset in mm, distance in m), one for each point in reach."""
        x, y = self._plane.metres(lon, lat)
        point, near = self._tree.query_nearest(shapely.points(x, y), max_distance=reach_m * 1.001 + 0.01)
        point, near, t, away = self._best(x, y, point.astype(np.int64), near.astype(np.int64), reach_m)
        self._leave_scraps(x, y, point, near, t, away, reach_m)
        edge = self._parts.edge[near]
        length = self._net.length_mm[edge]
        share = self._parts.share(near, t)
        offset = np.minimum(np.rint(share * length), length).astype(np.uint32)
        return point, edge, offset, away

    def _best(self, x: F8, y: F8, point: I8, near: I8, reach_m: float) -> tuple[I8, I8, F8, F8]:
        """Keep each point's nearest segment within reach, the smallest edge among equals."""
        t, away = self._parts.foot(x[point], y[point], near)
        order = np.lexsort((near, self._parts.edge[near], away, point))
        best = order[np.flatnonzero(np.diff(point[order], prepend=-1) > 0)]
        best = best[away[best] <= reach_m]
        return point[best], near[best], t[best], away[best]

    def _leave_scraps(self, x: F8, y: F8, point: I8, near: I8, t: F8, away: F8, reach_m: float) -> None:
        """Move doors off scraps in place, onto a connected street that is hardly farther."""
        on_scrap = np.flatnonzero(self._is_scrap[self._parts.edge[near]])
        if not len(on_scrap) or not len(self._joined):
            return
        stuck = point[on_scrap]
        row, found = self._joined_tree.query_nearest(shapely.points(x[stuck], y[stuck]), max_distance=reach_m)
        better = self._best(x[stuck], y[stuck], row.astype(np.int64), self._joined[found], reach_m)
        close = better[3] < away[on_scrap[better[0]]] + self._past_scrap_m
        at = on_scrap[better[0][close]]
        near[at], t[at], away[at] = better[1][close], better[2][close], better[3][close]


def _scraps(net: Network, which: I8) -> Bool:
    """Mark bool[e] the open edges of short connected pieces: under a kilometre and a tenth of the longest."""
    u, v = net.edge_u[which], net.edge_v[which]
    graph = coo_array((np.ones(len(which)), (u, v)), shape=(net.nodes, net.nodes))
    label = connected_components(graph, directed=False)[1][u] if len(which) else np.zeros(0, np.int32)
    metres = np.bincount(label, weights=net.length_mm[which] / 1000)
    is_scrap = np.zeros(net.edges, np.bool_)
    if len(metres):
        is_scrap[which] = metres[label] < min(SCRAP_M, SCRAP_SHARE * float(metres.max()))
    return is_scrap


def snap(
    net: Network,
    lon_deg: ArrayLike,
    lat_deg: ArrayLike,
    *,
    place: ArrayLike | None = None,
    places: int | None = None,
    closed: Bool | None = None,
    reach_m: float = REACH_M,
    extra_mm: ArrayLike = 0,
) -> Doors:
    """Put points (degrees WGS-84) on the nearest point of an open edge within `reach_m`.

    `place` int[p] gives each point's place, so that one place has several doors; `places` counts them
    when the last have no point. `extra_mm` is walked besides. Of equally near edges the one with the
    smallest number is taken; a scrap of street that leads nowhere gives way to a connected street hardly
    farther (PAST_A_SCRAP_M). A place without an edge in reach has no door and is never moved silently:
    see Doors.unsnapped. Raises BadCoordinate, BadEdges.
    """
    snapper = Snapper(net, closed=closed)
    return snapper.snap(lon_deg, lat_deg, place=place, places=places, reach_m=reach_m, extra_mm=extra_mm)


def along_ticks(net: Network, edge_w: U2, doors: Doors) -> U2:
    """Return uint16[d]: ticks from edge_u to each door along its edge, without extras; 65535 impassable."""
    weight = edge_w[doors.edge].astype(np.int64)
    length = net.length_mm[doors.edge].astype(np.int64)
    along = (weight * doors.offset_mm + length // 2) // length
    return np.where(weight == UNREACHED, UNREACHED, along).astype(np.uint16)


def extra_ticks(doors: Doors, profile: Profile) -> U2:
    """Return uint16[d]: ticks for the walk besides the street, at the profile's speed on the flat."""
    return ticks(doors.extra_mm / 1000 / profile.metres_per_second)


def door_ends(net: Network, edge_w: U2, doors: Doors, profile: Profile) -> tuple[U2, U2]:
    """Return (to_u, to_v), uint16[d]: ticks from doors to their edge's ends, extras included."""
    weight = edge_w[doors.edge].astype(np.int64)
    along = along_ticks(net, edge_w, doors).astype(np.int64)
    extra = extra_ticks(doors, profile).astype(np.int64)
    to_u, to_v = along + extra, weight - along + extra
    barred = weight == UNREACHED
    limit = np.where(barred, UNREACHED, 0)
    to_u, to_v = (np.minimum(np.maximum(side, limit), UNREACHED).astype(np.uint16) for side in (to_u, to_v))
    return to_u, to_v


def _points(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[F8, F8]:
    lon, lat = np.atleast_1d(np.asarray(lon_deg, np.float64)), np.atleast_1d(np.asarray(lat_deg, np.float64))
    if lon.shape != lat.shape:
        raise BadEdges(detail="经度与纬度个数不同")
    wrong = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise BadCoordinate(lon=lon[at], lat=lat[at])
    return lon, lat
