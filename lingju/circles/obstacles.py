"""Railways, rivers, walls and expressways as lines, and how far each runs without a way across.

Built once per network. A line is joined to its continuations first, because a map breaks a railway into
pieces at every bridge; then every open street that meets it is a crossing, bridges and underpasses included.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point
from shapely.ops import substring

from lingju.circles.arrays import F8, U2, Bool
from lingju.circles.network import UNREACHED, Line, Network
from lingju.circles.plane import UNIT
from lingju.circles.shapes import Shapes

BRIDGE_M = 0.5  # an opening this close to the end of a piece still ends it


@dataclass(frozen=True, slots=True)
class Stretch:
    """A barrier between two neighbouring crossings, and where the straight line of sight meets it (x, y)."""

    kind: Line
    line: LineString
    metres: float
    at_least: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Barrier lines (merged) and street edges in local metres, both searchable."""

    lines: shapely.STRtree
    kinds: tuple[Line, ...]
    edges: shapely.STRtree

    def stretches(self, sight: LineString, edge_w: U2) -> Iterator[Stretch]:
        """Give the uncrossed stretch of every barrier that the line of sight meets, once each."""
        for index in np.sort(self.lines.query(sight, predicate="intersects")):
            line: LineString = self.lines.geometries[index]
            meets = shapely.get_coordinates(shapely.intersection(line, sight))
            start = np.asarray(sight.coords[0])
            where = Point(meets[np.argmin(np.hypot(*(meets - start).T))])
            yield self._stretch(line, self.kinds[index], where, edge_w)

    def leaves_free(self, links: F8) -> Bool:
        """Tell which straight links float64[k, 2, 2] cross no barrier, bool[k]."""
        free = np.ones(len(links), dtype=np.bool_)
        if len(self.lines.geometries):
            free[self.lines.query(shapely.linestrings(links), predicate="intersects")[0]] = False
        return free

    def leaves_streets_free(self, links: F8) -> Bool:
        """Tell which straight links float64[k, 2, 2] cross no barrier but walls, bool[k]."""
        free = np.ones(len(links), dtype=np.bool_)
        if len(self.lines.geometries) and len(links):
            link, line = self.lines.query(shapely.linestrings(links), predicate="intersects")
            is_wall = np.array([kind == Line.WALL for kind in self.kinds], dtype=np.bool_)
            free[link[~is_wall[line]]] = False
        return free

    def _stretch(self, line: LineString, kind: Line, where: Point, edge_w: U2) -> Stretch:
        crossing = self.edges.query(line, predicate="intersects")
        crossing = crossing[edge_w[crossing] < UNREACHED]
        meets = shapely.get_coordinates(shapely.intersection(self.edges.geometries[crossing], line))
        at = np.sort(shapely.line_locate_point(line, shapely.points(meets)))
        here = float(line.project(where))
        before, after = at[at < here], at[at >= here]
        low = float(before[-1]) if len(before) else 0.0
        high = float(after[0]) if len(after) else float(line.length)
        piece = cast(LineString, substring(line, low, high))
        open_ended = not line.is_ring and not (len(before) and len(after))
        return Stretch(kind, piece, high - low, open_ended, where.x, where.y)


def obstacles_of(net: Network, shapes: Shapes) -> Obstacles:
    """Gather a network's barrier lines and edges; a few tens of milliseconds for a town."""
    owner = np.repeat(np.arange(len(net.edge_u)), np.diff(shapes.ptr))
    edges = np.asarray(shapely.linestrings(np.column_stack((shapes.x, shapes.y)), indices=owner))
    x, y = net.metres(net.line_lon * UNIT, net.line_lat * UNIT)
    points = np.column_stack((x, y))
    lines: list[LineString] = []
    kinds: list[Line] = []
    for kind in Line:
        pieces = [
            points[net.line_ptr[i] : net.line_ptr[i + 1]] for i in np.flatnonzero(net.line_kind == kind)
        ]
        merged = shapely.line_merge(MultiLineString([piece for piece in pieces if len(piece) > 1]))
        parts = [part for part in shapely.get_parts(merged) if not part.is_empty]
        lines.extend(parts)
        kinds.extend([kind] * len(parts))
    return Obstacles(shapely.STRtree(lines), tuple(kinds), shapely.STRtree(edges.ravel()))
