"""Buildings in rows that look south, and the people in them by age band.

Shares follow a county town of northern China: about one person in five is 60 or older, more in the old
courts, fewer in the new compounds. All counts are drawn by dice; no count is of a real building.
"""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Final

from shapely import Polygon, box, union_all
from shapely.affinity import rotate

from lingju.site.demo import rows
from lingju.site.demo.compounds import Court
from lingju.site.demo.plane import dice, on_grid

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
    lanes = [rotate(lane, -court.turn, origin=(0, 0)).buffer(4.5) for lane in court.lanes]
    free = level.buffer(-4.0, join_style="mitre").difference(union_all(lanes))
    floors = rng.choice(style.floors)
    pitch = style.depth + style.row_gap + (0 if floors < 7 else 6)
    places = [
        (base, slab)
        for base in rows.bases(level, style.depth, pitch, 5.5)
        for stretch in rows.stretches(free, base, style.depth)
        for slab in rows.slabs(stretch, style.length, style.slab_gap, rng)
    ]
    # Here and there a place stays empty: a boiler house gone, a yard for bicycles.
    built = [place for place in places if rng.random() > 0.06]
    return [_block(number, court, style, floors, base, slab) for base, slab in built]


def _block(
    number: int, court: Court, style: Style, floors: int, base: float, slab: tuple[float, float]
) -> Block:
    left, right = slab
    turned = rotate(box(left, base, right, base + style.depth), court.turn, origin=(0, 0))
    shape = Polygon([on_grid(x, y) for x, y in turned.exterior.coords])
    return Block(number, shape, floors, max(2, round((right - left) / style.flat_front)) * floors)
