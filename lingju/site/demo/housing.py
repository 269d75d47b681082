"""Buildings in rows that look south, and the people in them by age band.

Shares follow a county town of northern China: about one person in five is 60 or older, more in the old
courts, fewer in the new compounds. All counts are drawn by dice; no count is of a real building.
"""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Final

from shapely import LineString, Polygon, box, union_all
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from lingju.site.demo.compounds import Court
from lingju.site.demo.plane import dice, lines, on_grid

HOUSEHOLDS: Final = 14_600  # the town's target; capacity is scaled by the share of flats lived in


@dataclass(frozen=True, slots=True)
class Style:
    """How an era builds: slab depth and length, clear distance between rows and slabs, floors, metres."""

    depth: float
    length: tuple[float, float]
    row_gap: float
    slab_gap: float
    floors: tuple[int, ...]
    flat_front: float  # metres of slab length per flat on one floor
    household: float  # persons


STYLES: Final = {
    "old": Style(10.5, (34, 56), 14.5, 9, (3, 4, 4, 5), 8.5, 2.5),
    "middle": Style(11.5, (36, 58), 19, 11, (4, 5, 5, 6), 8.0, 2.75),
    "new": Style(13.5, (34, 54), 27, 14, (6, 6, 8, 11), 8.5, 2.95),
    "rows": Style(8.5, (32, 58), 9.5, 6, (1, 1, 2), 10.0, 2.9),
}
# Shares of 0-14, 15-59, 60-79, 80+ by era.
AGES: Final = {
    "old": (0.110, 0.585, 0.248, 0.057),
    "middle": (0.150, 0.625, 0.186, 0.039),
    "new": (0.200, 0.665, 0.115, 0.020),
    "rows": (0.130, 0.585, 0.235, 0.050),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A building in metres, before its people move in; `flats` is how many it has."""

    court: int
    shape: Polygon
    floors: int
    flats: int


@dataclass(frozen=True, slots=True)
class Home:
    """A building in metres with its people."""

    court: int
    shape: Polygon
    floors: int
    households: int
    ages: tuple[int, int, int, int]


def homes(courts: list[Court], seed: int) -> list[Home]:
    """Build and fill every compound; the sum of households comes to `HOUSEHOLDS` within rounding."""
    blocks = [
        block for k, court in enumerate(courts) for block in _rows(k, court, dice(seed, "rows", court.code))
    ]
    lived_in = HOUSEHOLDS / sum(block.flats for block in blocks)
    rng = dice(seed, "people")
    return [_moved_in(block, courts[block.court].era, lived_in, rng) for block in blocks]


def _moved_in(block: Block, era: str, lived_in: float, rng: random.Random) -> Home:
    households = max(2, round(block.flats * lived_in * rng.uniform(0.85, 1.15)))
    persons = max(households, round(households * STYLES[era].household * rng.uniform(0.92, 1.08)))
    drawn = Counter(rng.choices(range(4), AGES[era], k=persons))
    return Home(block.court, block.shape, block.floors, households, (drawn[0], drawn[1], drawn[2], drawn[3]))


def _rows(number: int, court: Court, rng: random.Random) -> list[Block]:
    """Lay rows to both sides of the compound's spine, in the direction of its sides."""
    style = STYLES[court.era]
    level = rotate(court.ring, -court.turn, origin=(0, 0))
    lanes: list[BaseGeometry] = [rotate(lane, -court.turn, origin=(0, 0)).buffer(4.5) for lane in court.lanes]
    free = (
        level.buffer(-4.0, join_style="mitre").difference(union_all(lanes)) if lanes else level.buffer(-4.0)
    )
    floors = rng.choice(style.floors)
    pitch = style.depth + style.row_gap + (0 if floors < 7 else 6)
    blocks = []
    for base in _bases(level, pitch, style):
        for u0, u1 in _stretches(free, base, style.depth):
            for left, right in _slabs(u0, u1, style, rng):
                slab = rotate(box(left, base, right, base + style.depth), court.turn, origin=(0, 0))
                shape = Polygon([on_grid(x, y) for x, y in slab.exterior.coords])
                flats = max(2, round((right - left) / style.flat_front)) * floors
                if rng.random() > 0.04:
                    blocks.append(Block(number, shape, floors, flats))
    return blocks


def _bases(level: Polygon, pitch: float, style: Style) -> list[float]:
    """Return the southern edges of the rows, from south to north, leaving the spine free."""
    south, north, spine = level.bounds[1], level.bounds[3], level.centroid.y
    lane = 5.5
    above = [spine + lane + k * pitch for k in range(60)]
    below = [spine - lane - style.depth - k * pitch for k in range(60)]
    return sorted(v for v in (*above, *below) if south < v and v + style.depth < north)


def _stretches(free: BaseGeometry, base: float, depth: float) -> list[tuple[float, float]]:
    """Return the stretches along a row where its whole depth is free."""
    x0, _, x1, _ = free.bounds
    open_spans = [(x0, x1)]
    for share in (0.0, 0.5, 1.0):
        scan = LineString([(x0 - 1, base + depth * share), (x1 + 1, base + depth * share)])
        spans = [(part.bounds[0], part.bounds[2]) for part in lines(free.intersection(scan), 20)]
        open_spans = [
            (max(a, c), min(b, d)) for a, b in open_spans for c, d in spans if min(b, d) - max(a, c) > 20
        ]
    return sorted(open_spans)


def _slabs(u0: float, u1: float, style: Style, rng: random.Random) -> list[tuple[float, float]]:
    """Fill a stretch with slabs of about equal length."""
    shortest, longest = style.length
    room = u1 - u0
    if room < shortest * 0.7:
        return []
    wanted = rng.uniform(shortest, longest)
    count = max(1, round((room + style.slab_gap) / (wanted + style.slab_gap)))
    length = min(longest, (room - (count - 1) * style.slab_gap) / count)
    spare = room - count * length - (count - 1) * style.slab_gap
    start = u0 + spare * rng.random()
    return [(left, left + length) for left in (start + k * (length + style.slab_gap) for k in range(count))]
