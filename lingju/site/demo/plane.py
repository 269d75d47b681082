"""A flat sheet of metres around the middle of the demo town, and dice that do not depend on each other."""

import math
import random
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

XY: TypeAlias = tuple[float, float]

CENTRE = (113.0501, 36.0523)  # WGS-84, the public centre of 上党区
EARTH_RADIUS_M = 6_371_008.8
_NORTH = math.radians(1.0) * EARTH_RADIUS_M
_EAST = _NORTH * math.cos(math.radians(CENTRE[1]))
GRID = 0.1  # metres; every corner of the drawing lies on this grid, so equal places have equal numbers


def degrees(x: float, y: float) -> XY:
    """Return WGS-84 longitude and latitude (1e-7 degree) of a point x metres east, y metres north."""
    return round(CENTRE[0] + x / _EAST, 7), round(CENTRE[1] + y / _NORTH, 7)


def metres(lon: float, lat: float) -> XY:
    """Return metres east and north of the town's centre; inverts `degrees` to within 1 cm."""
    return (lon - CENTRE[0]) * _EAST, (lat - CENTRE[1]) * _NORTH


def on_grid(x: float, y: float) -> XY:
    """Move a point to the nearest grid corner (at most 7 cm away)."""
    return round(round(x / GRID) * GRID, 1), round(round(y / GRID) * GRID, 1)


def dice(seed: int, *topic: object) -> random.Random:
    """Return dice for one topic; drawing more for one topic never changes another."""
    # Python seeds from the text's SHA-512, so the dice fall alike in every process; no secret hangs on them.
    return random.Random(":".join(str(part) for part in (seed, *topic)))  # noqa: S311


def ring(shape: Polygon) -> tuple[XY, ...]:
    """Return the outer ring in degrees, closed, first point repeated at the end."""
    return tuple(degrees(*on_grid(x, y)) for x, y in shape.exterior.coords)


def path(line: Iterable[Sequence[float]]) -> tuple[XY, ...]:
    """Return a line of metres as degrees."""
    return tuple(degrees(point[0], point[1]) for point in line)


def smooth(points: Sequence[XY], step: float = 40.0) -> LineString:
    """Draw a Catmull-Rom curve through the points, one vertex about every `step` metres."""
    padded = [points[0], *points, points[-1]]
    drawn: list[XY] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces = max(1, round(math.dist(b, c) / step))
        drawn += [_between(a, b, c, d, k / pieces) for k in range(pieces)]
    return LineString([*drawn, points[-1]])


def _between(a: XY, b: XY, c: XY, d: XY, t: float) -> XY:
    def blend(p: float, q: float, r: float, s: float) -> float:
        return 0.5 * (
            2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3
        )

    return blend(a[0], b[0], c[0], d[0]), blend(a[1], b[1], c[1], d[1])


def polygons(shape: BaseGeometry, least: float = 0.0) -> list[Polygon]:
    """Return the polygons of a shape larger than `least` square metres, in a fixed order."""
    parts = [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, Polygon) and p.area > least]
    return sorted(parts, key=lambda p: (round(p.centroid.x, 1), round(p.centroid.y, 1)))


def lines(shape: BaseGeometry, least: float = 0.0) -> list[LineString]:
    """Return the lines of a shape longer than `least` metres, in the order of the shape."""
    return [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, LineString) and p.length > least]


def trace(text: str) -> tuple[XY, ...]:
    """Read points written as "x y, x y, …" in metres."""
    pairs = (pair.split() for pair in text.split(","))
    return tuple((float(x), float(y)) for x, y in pairs)


def words(text: str) -> tuple[str, ...]:
    """Read a list of words parted by spaces."""
    return tuple(text.split())
