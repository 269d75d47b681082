"""Compounds 小区: a ring of wall or fence, gates to the streets around, and lanes inside.

Old courts of the centre are small and half of them open; new compounds are walled, large and often
have one gate only, which is why a way can be long although the station is near.
"""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from shapely import LineString, MultiPoint, Point, Polygon, distance, line_interpolate_point
from shapely.affinity import rotate
from shapely.ops import nearest_points, split
from shapely.strtree import STRtree

from lingju.site.demo.areas import COMMUNITY_NAMES
from lingju.site.demo.blocks import Plot
from lingju.site.demo.communities import community_at
from lingju.site.demo.names import Names
from lingju.site.demo.plane import XY, dice, lines, on_grid, polygons
from lingju.site.demo.streets import Way

REACH_M: Final = 14.5  # a gate opens onto a street whose middle is at most this far
LARGE_M2: Final = 62_000.0  # more ground than this is divided by a wall
# Places where history left one gate only: a spot in the compound, and the side the gate looks to.
ONE_GATE: Final[tuple[tuple[XY, str], ...]] = ()
_WEIGHT: Final = {"secondary": 3.0, "minor": 2.4, "artery": 1.6, "footway": 0.3}


@dataclass(frozen=True, slots=True)
class Opening:
    """A gate in metres: where on the ring, which side, the street it opens to, and the wall beside it."""

    at: XY
    side: str
    kind: str
    street: XY
    step_free: bool
    night: bool  # closed from 22:00 to 06:00
    street_name: str
    front: tuple[XY, ...]


@dataclass(frozen=True, slots=True)
class Court:
    """A compound in metres; `turn` is the angle in degrees by which its rows leave east-west."""

    code: str
    name: str
    community: str
    era: str
    built: int
    gated: bool
    ring: Polygon
    turn: float
    openings: tuple[Opening, ...]
    lanes: tuple[LineString, ...]


def courts(plots: Iterable[Plot], ways: list[Way], seed: int) -> list[Court]:
    """Make the compounds of all plots of use home, numbered within their community from west to east."""
    names = Names(dice(seed, "names"))
    tree = STRtree([way.line for way in ways])
    counts = dict.fromkeys(COMMUNITY_NAMES, 0)
    made = []
    for shape in [part for plot in plots if plot.use == "home" for part in _parts(plot)]:
        x, y = shape.centroid.x, shape.centroid.y
        rng = dice(seed, "court", round(x / 20), round(y / 20))
        near = [ways[int(k)] for k in sorted(tree.query(shape.buffer(20)))]
        court = _court(shape, near, rng)
        if court is not None:
            community = community_at(x, y)
            counts[community] += 1
            code = f"{community}-{counts[community]:02d}"
            made.append(replace(court, code=code, community=community, name=names.take(court.era)))
    return made


def _parts(plot: Plot) -> list[Polygon]:
    """Divide a very large plot by a wall across its longer side."""
    if plot.shape.area < LARGE_M2:
        return [plot.shape]
    turn = lean(plot.shape, 90)
    level = rotate(plot.shape, -turn, origin=(0, 0))
    x0, y0, x1, y1 = level.bounds
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    if x1 - x0 > y1 - y0:
        wall = LineString([(middle[0], y0 - 9), (middle[0], y1 + 9)])
    else:
        wall = LineString([(x0 - 9, middle[1]), (x1 + 9, middle[1])])
    halves = polygons(split(level, wall), 4_000)
    return [rotate(half.buffer(-0.4, join_style="mitre"), turn, origin=(0, 0)) for half in halves]


def lean(shape: Polygon, most: float = 16.0) -> float:
    """Return how far, in degrees within ±45, the sides of a shape lean from the compass directions."""
    frame = shape.minimum_rotated_rectangle
    if not isinstance(frame, Polygon):
        return 0.0
    (ax, ay), (bx, by) = list(frame.exterior.coords)[:2]
    lean = (math.degrees(math.atan2(by - ay, bx - ax)) + 45) % 90 - 45
    return max(-most, min(most, lean))


def _court(shape: Polygon, near: list[Way], rng: random.Random) -> Court | None:
    era, built = _era(shape, rng)
    gated = rng.random() < {"old": 0.45, "middle": 0.8, "new": 1.0, "rows": 0.0}[era]
    shape = Polygon([on_grid(x, y) for x, y in shape.exterior.coords])
    fronts = _fronts(shape, near)
    if not fronts or not shape.is_valid:
        return None
    turn = lean(shape)
    openings = _openings(shape, fronts, _gate_count(era, gated, rng), rng)
    lanes = _lanes(shape, openings, turn)
    return Court("", "", "", era, built, gated, shape, turn, tuple(openings), tuple(lanes))


def _era(shape: Polygon, rng: random.Random) -> tuple[str, int]:
    far = math.hypot(shape.centroid.x - 60, shape.centroid.y - 120)
    shares = (
        (0.62, 0.30, 0.08, 0.0)
        if far < 620
        else (0.26, 0.42, 0.26, 0.06)
        if far < 1050
        else (0.12, 0.26, 0.44, 0.18)
    )
    era = rng.choices(("old", "middle", "new", "rows"), shares)[0]
    first, last = {"old": (1979, 1996), "middle": (1997, 2009), "new": (2010, 2021), "rows": (1965, 1992)}[
        era
    ]
    return era, rng.randint(first, last)


def _gate_count(era: str, gated: bool, rng: random.Random) -> int:
    if not gated:
        return rng.choice((3, 3, 4))
    return rng.choices((1, 2, 3), (0.3, 0.5, 0.2) if era == "new" else (0.4, 0.5, 0.1))[0]


@dataclass(frozen=True, slots=True)
class _Front:
    """The stretch of a ring that faces one street."""

    way: Way
    spots: tuple[XY, ...]
    side: str


def _fronts(shape: Polygon, near: list[Way]) -> list[_Front]:
    """Find which stretches of the ring face which street, and to which side, away from the corners."""
    ground = [way for way in near if not (way.bridge or way.tunnel)]
    spots = line_interpolate_point(shape.exterior, np.arange(0.0, shape.exterior.length, 6.0))
    corners = MultiPoint(list(shape.exterior.simplify(8).coords))
    spots = spots[distance(spots, corners) > 11.0]
    if not ground or not len(spots):
        return []
    streets = np.array([way.line for way in ground])
    metres = distance(spots[:, None], streets[None, :])
    nearest = metres.argmin(axis=1)
    found: dict[tuple[int, str], list[XY]] = {}
    for k in np.flatnonzero(metres.min(axis=1) < REACH_M):
        way = int(nearest[k])
        side = _side(spots[k], streets[way])
        found.setdefault((way, side), []).append((spots[k].x, spots[k].y))
    return [
        _Front(ground[way], tuple(here), side)
        for (way, side), here in sorted(found.items())
        if len(here) >= 4
    ]


def _side(spot: Point, street: LineString) -> str:
    there = nearest_points(street, spot)[0]
    return compass((spot.x, spot.y), (there.x, there.y))


def compass(start: XY, end: XY) -> str:
    """Return the direction from one point to another as 东, 南, 西 or 北."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    if abs(dx) > abs(dy):
        return "东" if dx > 0 else "西"
    return "北" if dy > 0 else "南"


def _openings(shape: Polygon, fronts: list[_Front], count: int, rng: random.Random) -> list[Opening]:
    """Choose a main gate by the street it faces, then further gates far from those there are."""
    only = next((side for spot, side in ONE_GATE if shape.contains(Point(spot))), None)
    if only is not None:
        fronts, count = [f for f in fronts if f.side == only] or fronts, 1
    weights = [_WEIGHT[f.way.cls] * (1.5 if f.side == "南" else 1.0) for f in fronts]
    first = rng.choices(fronts, weights)[0]
    chosen = [_opening(first, "main", rng)]
    rest = [f for f in fronts if f is not first]
    while rest and len(chosen) < count:
        far = max(rest, key=lambda f: min(math.dist(f.spots[len(f.spots) // 2], o.at) for o in chosen))
        rest.remove(far)
        kind = "foot" if far.way.cls in ("footway", "artery") or rng.random() < 0.35 else "side"
        gate = _opening(far, kind, rng)
        if min(math.dist(gate.at, o.at) for o in chosen) > 45:
            chosen.append(gate)
    return chosen


def _opening(front: _Front, kind: str, rng: random.Random) -> Opening:
    spot = front.spots[int(len(front.spots) * rng.uniform(0.3, 0.7))]
    at = on_grid(*spot)
    street = nearest_points(front.way.line, Point(at))[0]
    step_free = kind == "main" or rng.random() < (0.85 if kind == "side" else 0.55)
    night = kind != "main" and rng.random() < 0.6
    meets = on_grid(street.x, street.y)
    return Opening(at, front.side, kind, meets, step_free, night, front.way.name, front.spots)


def _lanes(shape: Polygon, openings: list[Opening], turn: float) -> list[LineString]:
    """Lead a lane from every gate to the spine in the compound's middle, square to its rows."""
    level = rotate(shape, -turn, origin=(0, 0))
    u0, v0 = level.centroid.x, level.centroid.y
    made = []
    for gate in openings:
        here = rotate(Point(gate.at), -turn, origin=(0, 0))
        u, v = here.x, here.y
        bend = (u, v0) if gate.side in "南北" else (u0, v)
        lane = LineString([(u, v), bend, (u0, v0)])
        inside = lines(lane.intersection(level.buffer(0.3)), 12)
        if inside:
            first = min(inside, key=lambda part: part.distance(here))
            made.append(_on_grid(rotate(first, turn, origin=(0, 0)), gate.at))
    return made


def _on_grid(line: LineString, start: XY) -> LineString:
    coords = [on_grid(x, y) for x, y in line.coords]
    if math.dist(coords[-1], start) < math.dist(coords[0], start):
        coords.reverse()
    coords[0] = start
    kept = [c for k, c in enumerate(coords) if k == 0 or math.dist(c, coords[k - 1]) > 2.0]
    return LineString(kept if len(kept) > 1 else [start, coords[-1]])
