"""Why a home does not reach the station it can almost see: a reason that was shown, never guessed.

A cause counts only by a counterfactual: were there a crossing in this stretch of railway, a gate on that side
of the compound, a link at the end of that street, the same home would walk so many seconds instead. What
saves most is named, and it must save a quarter of the way, or a tenth if that brings the home within reach.
Where nothing can be shown, the sentence says no
more than that the way is long, and how long.

    UNCONNECTED  no street within reach of the home's door
    BARRIER      a railway, river, wall or expressway, and the length of it that has no crossing
    GATE         the compound's gates lie on the wrong sides
    DEAD_END     a street that ends before it meets the next one
    FAR          too far even as the crow flies, or the streets are as direct as streets are
    DETOUR       none of these could be shown
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import LineString

from lingju.circles.arrays import F8, I8, U2, Bool
from lingju.circles.ball import Ball, ball, door_ticks
from lingju.circles.network import TICK_S, UNREACHED, Line, Network
from lingju.circles.obstacles import Obstacles, Stretch
from lingju.circles.paces import Pace
from lingju.circles.shapes import Shapes, point_on, touched_edges
from lingju.circles.straight import DETOUR

ORDINARY = 1.4  # a way this much longer than the straight line is how streets are; see bench/polygons.py
ACROSS_M = 150.0  # how far around the straight line's crossing a new crossing is imagined
LINK_M = 120.0  # the longest missing link of a dead end that is still called one
OUT_M = 60.0  # how far from a compound's wall the street may lie for a new gate to meet it
WORTH = 0.75  # a remedy that leaves more than this of the way explains too little ..
WORTH_REACH = 0.9  # .. unless it brings the home within reach
SAMPLE_M = 20.0
MOST_LINKS = 5000  # imagined links looked at, quickest first


class Cause(Enum):
    """The kinds of reasons; the module's docstring tells them apart."""

    UNCONNECTED = "unconnected"
    BARRIER = "barrier"
    GATE = "gate"
    DEAD_END = "dead_end"
    FAR = "far"
    DETOUR = "detour"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as data; what a kind does not speak of stays None or empty.

    ``metres`` is the barrier's length without a crossing, or the missing link; ``at_least`` says that the
    barrier leaves the map before its next crossing; sides are 0 east, 1 south, 2 west, 3 north; ``ratio`` is
    the way over the straight line, None where the way is longer than the table; ``remedy_s`` the walk without
    the cause.
    """

    kind: Cause
    barrier: Line | None = None
    metres: float | None = None
    at_least: bool = False
    gate_sides: tuple[int, ...] = ()
    wanted_side: int | None = None
    ratio: float | None = None
    remedy_s: float | None = None


@dataclass(frozen=True, slots=True)
class Compound:
    """A walled compound in local metres: its ring float64[r, 2] and its gates float64[g, 2]."""

    ring: F8
    gates: F8


@dataclass(frozen=True, slots=True)
class Terrain:
    """What reasons are looked for in: streets, their drawn lines, and what nobody walks across."""

    net: Network
    shapes: Shapes
    obstacles: Obstacles


@dataclass(frozen=True, slots=True)
class _Cloud:
    """Street points around one end of the way: metres, ticks to that end, whether a street ends there."""

    points: F8
    ticks: I8
    is_tip: Bool

    def near(self, x: float, y: float, radius: float) -> "_Cloud":
        return self.keep(np.hypot(self.points[:, 0] - x, self.points[:, 1] - y) <= radius)

    def keep(self, which: Bool) -> "_Cloud":
        return _Cloud(self.points[which], self.ticks[which], self.is_tip[which])


@dataclass(frozen=True, slots=True)
class _Case:
    """One home, one station, and the streets around both."""

    terrain: Terrain
    pace: Pace
    home: F8
    station: F8
    out: _Cloud
    back: _Cloud
    bound: float  # ticks a remedy must not exceed

    def ticks(self, metres: F8 | float) -> F8:
        """Tell how long an imagined link takes: it will not be straight either."""
        return np.asarray(metres) * DETOUR / self.pace.profile.metres_per_second / TICK_S


def explain(
    terrain: Terrain,
    pace: Pace,
    home: int,
    station: int,
    home_xy: F8,
    station_xy: F8,
    *,
    compound: Compound | None = None,
    limit_s: float = 600,
) -> Reason:
    """Find why ``home`` does not reach ``station`` inside ``limit_s``; positions float64[2] in metres."""
    doors = pace.homes.doors
    if doors.ptr[home] == doors.ptr[home + 1]:
        return Reason(Cause.UNCONNECTED)
    straight_m = float(np.hypot(*(home_xy - station_xy)))
    out = ball(terrain.net, pace.edge_w, pace.homes, home, limit=pace.table.limit)
    back = ball(terrain.net, pace.edge_w, pace.stations, station, limit=pace.table.limit)
    walk = _least(door_ticks(terrain.net, out, pace.homes, home, pace.stations), pace, station)
    speed = pace.profile.metres_per_second
    ratio = None if walk is None else max(1.0, walk * TICK_S * speed / max(straight_m, 1.0))
    if straight_m / speed > limit_s:
        return Reason(Cause.FAR, ratio=ratio)
    way = pace.table.limit if walk is None else walk
    bound = max(WORTH * way, min(WORTH_REACH * way, limit_s / TICK_S))
    out_cloud, back_cloud = (_cloud(terrain, pace, end, int(bound)) for end in (out, back))
    case = _Case(terrain, pace, home_xy, station_xy, out_cloud, back_cloud, bound)
    gate = _gate(case, compound)
    # The compound's own wall is on the map too; "only an east gate" says more than "a wall without a gate".
    barriers = [reason for reason in _barriers(case) if not (gate and reason.barrier is Line.WALL)]
    shown = [*gate, *barriers, *_dead_end(case)]
    if shown:
        return replace(min(shown, key=lambda reason: reason.remedy_s or 0.0), ratio=ratio)
    is_ordinary = ratio is not None and ratio <= ORDINARY
    return Reason(Cause.FAR if is_ordinary else Cause.DETOUR, ratio=ratio)


def _barriers(case: _Case) -> list[Reason]:
    """Imagine a crossing of each barrier that the straight line meets, where it has none."""
    sight = LineString([case.home, case.station])
    found = []
    for stretch in case.terrain.obstacles.stretches(sight, case.pace.edge_w):
        a = case.out.near(stretch.x, stretch.y, ACROSS_M)
        b = case.back.near(stretch.x, stretch.y, ACROSS_M)
        remedy = _best_link(case, a, b, ACROSS_M, _crosses(stretch))
        if remedy is not None:
            found.append(
                Reason(
                    Cause.BARRIER,
                    barrier=stretch.kind,
                    metres=stretch.metres,
                    at_least=stretch.at_least,
                    remedy_s=remedy[0],
                )
            )
    return found


def _gate(case: _Case, compound: Compound | None) -> list[Reason]:
    """Imagine a gate anywhere in the wall of the home's own compound."""
    if compound is None or not len(compound.gates):
        return []
    ring = shapely.segmentize(LineString(np.vstack((compound.ring, compound.ring[:1]))), SAMPLE_M)
    wall = shapely.get_coordinates(ring)
    inside = case.ticks(np.hypot(*(wall - case.home).T))
    places = _Cloud(wall, np.rint(inside).astype(np.int64), np.zeros(len(wall), dtype=np.bool_))
    remedy = _best_link(case, places, case.back, OUT_M, case.terrain.obstacles.leaves_streets_free)
    if remedy is None:
        return []
    sides = sorted({side_of(compound.ring, gate) for gate in compound.gates})
    wanted = side_of(compound.ring, wall[remedy[2]])
    return [Reason(Cause.GATE, gate_sides=tuple(sides), wanted_side=wanted, remedy_s=remedy[0])]


def _dead_end(case: _Case) -> list[Reason]:
    """Imagine a link from where a street ends, on either side, to the other side's streets."""
    free = case.terrain.obstacles.leaves_free
    links = (
        _best_link(case, case.out.keep(case.out.is_tip), case.back, LINK_M, free),
        _best_link(case, case.out, case.back.keep(case.back.is_tip), LINK_M, free),
    )
    return [Reason(Cause.DEAD_END, metres=link[1], remedy_s=link[0]) for link in links if link is not None]


def _best_link(
    case: _Case, a: _Cloud, b: _Cloud, reach_m: float, allows: Callable[[F8], Bool]
) -> tuple[float, float, int] | None:
    """Find the quickest allowed link within the bound: the whole walk's seconds, its metres, its end in a."""
    b = b.keep(b.ticks <= case.bound - a.ticks.min(initial=UNREACHED))
    if not len(b.points):
        return None
    pairs = cKDTree(a.points).sparse_distance_matrix(cKDTree(b.points), reach_m, output_type="ndarray")
    i, j, metres = pairs["i"], pairs["j"], pairs["v"]
    ticks = a.ticks[i] + b.ticks[j] + case.ticks(metres)
    order = np.flatnonzero(ticks <= case.bound)
    order = order[np.lexsort((j[order], i[order], ticks[order]))][:MOST_LINKS]
    if not len(order):
        return None
    allowed = allows(np.stack((a.points[i[order]], b.points[j[order]]), axis=1))
    if not allowed.any():
        return None
    best = order[int(np.argmax(allowed))]
    return float(ticks[best]) * TICK_S, float(metres[best]), int(i[best])


def _crosses(stretch: Stretch) -> Callable[[F8], Bool]:
    def allows(links: F8) -> Bool:
        return np.asarray(shapely.intersects(shapely.linestrings(links), stretch.line), dtype=np.bool_)

    return allows


def _cloud(terrain: Terrain, pace: Pace, found: Ball, limit: int) -> _Cloud:
    """Sample the streets within the limit every 20 m, each with its exact ticks along the street."""
    net, weights = terrain.net, pace.edge_w
    edges = touched_edges(net, found.ticks, limit)
    edges = edges[weights[edges] < UNREACHED]
    length = terrain.shapes.length_mm[edges]
    count = np.maximum(np.ceil(length / (SAMPLE_M * 1000)).astype(np.int64), 1) + 1
    edge = np.repeat(edges, count)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    part = place / np.repeat(count - 1, count)
    x, y = point_on(terrain.shapes, edge, np.rint(part * np.repeat(length, count)))
    weight = weights[edge].astype(np.float64)
    from_u = found.ticks[net.edge_u[edge]] + part * weight
    from_v = found.ticks[net.edge_v[edge]] + (1 - part) * weight
    ticks = np.rint(np.minimum(from_u, from_v)).astype(np.int64)
    end = np.where(place == 0, net.edge_u[edge], net.edge_v[edge])
    is_tip = ((place == 0) | (part == 1)) & (_open_degree(net, weights)[end] == 1)
    return _Cloud(np.column_stack((x, y)), ticks, is_tip).keep(ticks <= limit)


def _open_degree(net: Network, edge_w: U2) -> I8:
    """Count the open edges at every node."""
    is_open = edge_w < UNREACHED
    ends = np.concatenate((net.edge_u[is_open], net.edge_v[is_open]))
    return np.bincount(ends, minlength=len(net.lon))


def _least(ticks: I8, pace: Pace, station: int) -> int | None:
    mine = ticks[pace.stations.of(station)]
    return int(mine.min()) if len(mine) and mine.min() < UNREACHED else None


def side_of(ring: F8, point: F8) -> int:
    """Tell on which side of a ring a point lies: 0 east, 1 south, 2 west, 3 north."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    east, north = (point - (low + high) / 2) / np.maximum(high - low, 1.0)
    if abs(east) >= abs(north):
        return 0 if east > 0 else 2
    return 3 if north > 0 else 1
