"""Junctions: every place where ways meet becomes one vertex that all of them share exactly."""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from shapely import Geometry, LineString, Point
from shapely.strtree import STRtree

from lingju.site.demo.plane import XY, on_grid
from lingju.site.demo.streets import Way

TOUCH_M: Final = 0.35  # ways nearer than this meet
MERGE_M: Final = 0.8  # junctions nearer than this are one


class _Corners:
    """Junction points found so far; a new one near an old one becomes the old one."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[XY]] = defaultdict(list)

    def at(self, x: float, y: float) -> XY:
        spot = on_grid(x, y)
        i, j = math.floor(spot[0]), math.floor(spot[1])
        around = [
            p for a in (i - 1, i, i + 1) for b in (j - 1, j, j + 1) for p in self._cells.get((a, b), ())
        ]
        near = [p for p in around if math.dist(p, spot) < MERGE_M]
        if near:
            return min(near, key=lambda p: math.dist(p, spot))
        self._cells[i, j].append(spot)
        return spot


def noded(ways: list[Way]) -> list[tuple[XY, ...]]:
    """Return each way's vertices on the grid, with a vertex at every place where it meets another."""
    tree = STRtree([way.line for way in ways])
    first, second = tree.query([way.line for way in ways], predicate="dwithin", distance=TOUCH_M)
    corners = _Corners()
    meets: list[list[XY]] = [[] for _ in ways]
    for a, b in sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b):
        if _pass_over(ways[a], ways[b]):
            continue
        for x, y in _meeting(ways[a].line, ways[b].line):
            corner = corners.at(x, y)
            meets[a].append(corner)
            meets[b].append(corner)
    return [_with_corners(way.line, meets[k]) for k, way in enumerate(ways)]


def _pass_over(a: Way, b: Way) -> bool:
    """Say whether rails and a street pass above each other without meeting."""
    rails, street = (a, b) if a.cls == "rail" else (b, a)
    return rails.cls == "rail" and (street.bridge or street.tunnel)


def _meeting(a: LineString, b: LineString) -> list[XY]:
    """Return where two lines meet: their ends on each other first, then true crossings."""
    found = [_xy(a, k) for k in (0, -1) if Point(a.coords[k]).distance(b) < TOUCH_M]
    found += [_xy(b, k) for k in (0, -1) if Point(b.coords[k]).distance(a) < TOUCH_M]
    for x, y in _points(a.intersection(b)):
        if all(math.dist((x, y), other) > MERGE_M for other in found):
            found.append((x, y))
    return found


def _xy(line: LineString, k: int) -> XY:
    x, y = line.coords[k]
    return x, y


def _points(shape: Geometry) -> Iterable[XY]:
    for part in getattr(shape, "geoms", [shape]):
        if isinstance(part, Point) and not part.is_empty:
            yield part.x, part.y
        if isinstance(part, LineString) and not part.is_empty:
            yield from ((x, y) for x, y in (part.coords[0], part.coords[-1]))


def _with_corners(line: LineString, corners: list[XY]) -> tuple[XY, ...]:
    own = [on_grid(x, y) for x, y in line.coords]
    kept = [p for p in own if all(math.dist(p, c) > MERGE_M for c in corners)]
    placed = sorted({p: line.project(Point(p)) for p in [*corners, *kept]}.items(), key=lambda item: item[1])
    return tuple(p for p, _ in placed)
