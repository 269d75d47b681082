"""From the plan to ways and blocks: cut at river and railway, divide the ground by smaller streets.

The ground between the drawn streets is divided again and again across its longer side, as a town
grows: near the old centre into small blocks, outside into large ones. Each cut is a street, an alley,
a dead end or only a wall between two compounds.
"""

import math
import random
from dataclasses import dataclass, replace

from shapely import LineString, Point, Polygon, box, union_all
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points, polygonize, split, substring

from lingju.site.demo import plan
from lingju.site.demo.plane import XY, dice, lines, polygons, smooth

REACH = 30.0  # metres; an end nearer than this to another street was meant to meet it


@dataclass(frozen=True, slots=True)
class Way:
    """A street in metres, before its junctions are known."""

    name: str
    cls: str
    line: LineString
    bridge: bool = False
    tunnel: bool = False
    crossing: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Skeleton:
    """River, railway and the drawn streets, already broken where they may not pass."""

    river: LineString
    railway: LineString
    ways: tuple[Way, ...]

    @property
    def water(self) -> Polygon:
        """Return the river's surface."""
        return self.river.buffer(plan.RIVER_HALF, quad_segs=4)

    @property
    def track(self) -> Polygon:
        """Return the strip of the railway where nobody builds."""
        return self.railway.buffer(plan.RAIL_HALF, cap_style="flat")

    @property
    def river_park(self) -> Polygon:
        """Return the green strip on both banks, up to the riverside roads."""
        return self.river.buffer(plan.RIVERSIDE, quad_segs=4)


def skeleton() -> Skeleton:
    """Draw river, railway and main streets."""
    river, railway = smooth(plan.RIVER), smooth(plan.RAILWAY, 80)
    drawn = [Way(d.name, d.cls, smooth(d.points)) for d in plan.STREETS]
    ways = _riverside(river, drawn)
    for way in drawn:
        ways += _broken(way, river, railway)
    ways = _joined(ways)
    return Skeleton(river, railway, (*ways, *_footbridges(ways, river, railway)))


def _footbridges(ways: list[Way], river: LineString, railway: LineString) -> list[Way]:
    """Lead a footbridge over the railway, with steps at both ends, and a level one over the river."""
    rails = Way("铁路人行天桥", "footway", LineString(plan.FOOTBRIDGE))
    made = []
    for part in _at_barrier(rails, railway.buffer(22), "bridge"):
        made += _stepped(part, railway) if not part.bridge else [part]
    over_river = Way("滨河人行桥", "footway", LineString(plan.RIVER_FOOTBRIDGE))
    made += _at_barrier(over_river, river.buffer(plan.RIVER_HALF + 6), "bridge")
    return _joined([*ways, *made])[len(ways) :]


def _stepped(approach: Way, railway: LineString) -> list[Way]:
    """Turn the last fourteen metres before the bridge into steps."""
    line = approach.line
    near_start = Point(line.coords[0]).distance(railway) < Point(line.coords[-1]).distance(railway)
    outward = line if near_start else line.reverse()
    steps, rest = substring(outward, 0, 14), substring(outward, 14, outward.length)
    return [
        replace(approach, cls="steps", line=LineString(steps.coords)),
        replace(approach, line=LineString(rest.coords)),
    ]


def _riverside(river: LineString, drawn: list[Way]) -> list[Way]:
    """Lay a road along each bank from 北环街 to 长乐街."""
    by_name = {way.name: way.line for way in drawn}
    north, south = by_name["北环街"], by_name["长乐街"]
    roads = []
    for name, side in plan.BANK_ROADS:
        bank = river.offset_curve(side * plan.RIVERSIDE, quad_segs=4)
        ends = sorted(
            bank.project(bank.intersection(across).representative_point()) for across in (north, south)
        )
        roads.append(Way(name, "secondary", _stretch(lines(bank)[0], ends[0], ends[1])))
    return roads


def _stretch(line: LineString, start: float, end: float) -> LineString:
    inner = [c for c in line.coords if start + 8 < line.project(Point(c)) < end - 8]
    first, last = line.interpolate(start), line.interpolate(end)
    return LineString(LineString([(first.x, first.y), *inner, (last.x, last.y)]).simplify(0.8).coords)


def _broken(way: Way, river: LineString, railway: LineString) -> list[Way]:
    """Break a street at water and rails into street, bridge or tunnel, and what may not pass at all."""
    parts = (
        _at_barrier(way, river.buffer(plan.RIVER_HALF + 6), "bridge")
        if way.name in plan.BRIDGES
        else _at_barrier(way, river.buffer(plan.RIVERSIDE), "")
    )
    how = "bridge" if way.name in plan.OVERPASSES else "tunnel" if way.name in plan.UNDERPASSES else ""
    if way.name in plan.LEVEL_CROSSINGS:
        return parts
    return [piece for part in parts for piece in _at_barrier(part, railway.buffer(34), how)]


def _joined(ways: list[Way]) -> list[Way]:
    """Bring every loose end that all but meets another street onto that street."""
    joined = list(ways)
    for k, way in enumerate(ways):
        others = union_all([w.line for j, w in enumerate(joined) if j != k])
        coords = [(x, y) for x, y in way.line.coords]
        for flip in (False, True):
            ordered = coords[::-1] if flip else coords
            ordered = _ended(ordered, others)
            coords = ordered[::-1] if flip else ordered
        joined[k] = replace(way, line=LineString(coords))
    return joined


def _ended(coords: list[XY], others: BaseGeometry) -> list[XY]:
    end = Point(coords[-1])
    gap = end.distance(others)
    if not 0.05 < gap < REACH:
        return coords
    kept = [c for c in coords[:-1] if math.dist(c, coords[-1]) > REACH] or coords[:1]
    meet = nearest_points(others, end)[0]
    return [*kept, (meet.x, meet.y)]


def _at_barrier(way: Way, barrier: Polygon, how: str) -> list[Way]:
    if not way.line.intersects(barrier):
        return [way]
    parts = [replace(way, line=p) for p in lines(way.line.difference(barrier), 20)]
    if how == "bridge":
        parts += [replace(way, line=p, bridge=True) for p in lines(way.line.intersection(barrier))]
    if how == "tunnel":
        parts += [replace(way, line=p, tunnel=True) for p in lines(way.line.intersection(barrier))]
    return parts


def faces(frame: Skeleton) -> list[Polygon]:
    """Return every face of land between drawn streets, river park and railway strip."""
    edge = box(-plan.EDGE, -plan.EDGE, plan.EDGE, plan.EDGE)
    net = union_all([*(w.line for w in frame.ways), edge.exterior, frame.railway, frame.river], grid_size=0.1)
    land = edge.difference(frame.river_park).difference(frame.track)
    found: list[Polygon] = []
    for face in polygonize(net):
        found += polygons(face.intersection(land), 400)
    return sorted(found, key=lambda p: (round(p.centroid.x, 1), round(p.centroid.y, 1)))


@dataclass(frozen=True, slots=True)
class Division:
    """What became of the ground: blocks, and the smaller streets between them."""

    blocks: tuple[Polygon, ...]
    ways: tuple[Way, ...]


def divide(frame: Skeleton, seed: int) -> Division:
    """Divide every face into blocks; the dice of a face depend on its place alone."""
    blocks: list[Polygon] = []
    ways: list[Way] = []
    for face in faces(frame):
        rng = dice(seed, "divide", round(face.centroid.x / 20), round(face.centroid.y / 20))
        _cut(face, rng, blocks, ways)
    return Division(tuple(blocks), tuple(ways))


def wanted_area(x: float, y: float) -> float:
    """Return the size of a block here, in square metres: small in the old centre, fields outside."""
    if not (-1360 < x < 1310 and -1460 < y < 1250):
        return 160_000.0
    far = math.hypot(x - 60, y - 60) / 1250
    return 19_000.0 + 27_000.0 * math.pow(min(far, 1.0), 1.3)


def _cut(face: Polygon, rng: random.Random, blocks: list[Polygon], ways: list[Way]) -> None:
    wanted = wanted_area(face.centroid.x, face.centroid.y) * rng.uniform(0.75, 1.3)
    halves = _halves(face, rng) if face.area > 1.55 * wanted else None
    if halves is None:
        blocks.append(face)
        return
    first, second, line = halves
    ways += _street_along(line, min(first.area, second.area), wanted, rng)
    for half in (first, second):
        _cut(half, rng, blocks, ways)


def _halves(face: Polygon, rng: random.Random) -> tuple[Polygon, Polygon, LineString] | None:
    """Cut a face across its longer side, somewhat crooked; None where that gives no two fair pieces."""
    frame = face.minimum_rotated_rectangle
    if not isinstance(frame, Polygon):
        return None
    (ax, ay), (bx, by), (cx, cy) = list(frame.exterior.coords)[:3]
    along, across = (bx - ax, by - ay), (cx - bx, cy - by)
    if math.hypot(*along) < math.hypot(*across):
        along, across, (ax, ay) = across, (-along[0], -along[1]), (bx, by)
    share, bend = rng.uniform(0.4, 0.6), rng.uniform(-0.035, 0.035)
    tilt = rng.uniform(-0.03, 0.03)

    def spot(t: float, shift: float) -> XY:
        k = share + shift
        return ax + along[0] * k + across[0] * t, ay + along[1] * k + across[1] * t

    line = LineString([spot(-0.2, -tilt), spot(0.5, bend), spot(1.2, tilt)])
    pieces = polygons(split(face, line), 1)
    if len(pieces) != 2 or min(p.area for p in pieces) < 0.22 * face.area:
        return None
    inside = max(lines(line.intersection(face)), key=lambda part: part.length)
    return pieces[0], pieces[1], inside


def _street_along(line: LineString, smaller: float, wanted: float, rng: random.Random) -> list[Way]:
    """Decide what runs along a cut: a street, an alley, a dead end, or nothing but a wall."""
    luck = rng.random()
    if smaller > 1.1 * wanted or luck < 0.50:
        return [Way("", "minor", line)]
    if luck < 0.72:
        return [Way("", "footway", line)]
    if luck < 0.86:
        start = line if rng.random() < 0.5 else line.reverse()
        short = _stretch(start, 0.0, line.length * rng.uniform(0.45, 0.7))
        return [Way("", "minor", short)]
    return []
