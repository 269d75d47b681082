"""Rows of slabs on a piece of ground: where a row has its whole depth free, and how slabs fill it."""

import random

from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from lingju.site.demo.plane import lines


def bases(level: Polygon, depth: float, pitch: float, lane: float) -> list[float]:
    """Return the southern edges of rows from south to north, leaving a lane along the middle free, metres."""
    south, north, spine = level.bounds[1], level.bounds[3], level.centroid.y
    above = [spine + lane + k * pitch for k in range(60)]
    below = [spine - lane - depth - k * pitch for k in range(60)]
    return sorted(v for v in (*above, *below) if south < v and v + depth < north)


def stretches(
    free: BaseGeometry, base: float, depth: float, least: float = 20.0
) -> list[tuple[float, float]]:
    """Return the stretches along a row where its whole depth is free and longer than `least` metres."""
    x0, _, x1, _ = free.bounds
    found = [(x0, x1)]
    for share in (0.0, 0.5, 1.0):
        scan = LineString([(x0 - 1, base + depth * share), (x1 + 1, base + depth * share)])
        spans = [(part.bounds[0], part.bounds[2]) for part in lines(free.intersection(scan), least)]
        found = [(max(a, c), min(b, d)) for a, b in found for c, d in spans if min(b, d) - max(a, c) > least]
    return sorted(found)


def slabs(
    stretch: tuple[float, float], length: tuple[float, float], gap: float, rng: random.Random
) -> list[tuple[float, float]]:
    """Fill a stretch with slabs of about equal length within the given bounds, `gap` metres apart."""
    shortest, longest = length
    room = stretch[1] - stretch[0]
    if room < shortest * 0.7:
        return []
    wanted = rng.uniform(shortest, longest)
    count = max(1, round((room + gap) / (wanted + gap)))
    each = min(longest, (room - (count - 1) * gap) / count)
    start = stretch[0] + (room - count * each - (count - 1) * gap) * rng.random()
    return [(left, left + each) for left in (start + k * (each + gap) for k in range(count))]
