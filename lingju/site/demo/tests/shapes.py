"""The town's records as shapes in metres, for tests that measure."""

from collections.abc import Iterable

from shapely import LineString, Point, Polygon

from lingju.site.demo.plane import metres

Spot = tuple[float, float]


def ground(ring: Iterable[Spot]) -> Polygon:
    return Polygon([metres(*spot) for spot in ring])


def line(path: Iterable[Spot]) -> LineString:
    return LineString([metres(*spot) for spot in path])


def point(spot: Spot) -> Point:
    return Point(metres(*spot))
