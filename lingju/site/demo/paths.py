"""Footpaths of the town: the river walk with its steps, park paths, and what leads from gates to streets."""

import math
from dataclasses import replace
from typing import Final

from shapely import LineString, Point, union_all
from shapely.ops import nearest_points, substring
from shapely.strtree import STRtree

from lingju.site.demo import plan
from lingju.site.demo.blocks import Plot
from lingju.site.demo.compounds import Court, Opening
from lingju.site.demo.plane import XY, lines, smooth
from lingju.site.demo.streets import Skeleton, Way

WALK_M: Final = 47.0  # from the middle of the river to the river walk
LINK_EVERY_M: Final = 230.0
GREEN: Final = frozenset({"park", "plaza"})


def river_walk(frame: Skeleton) -> list[Way]:
    """Lay a walk on both banks below the riverside roads, tied to them by ramps and by steps in turn."""
    course = smooth([p for p in plan.RIVER if -1450 < p[1] < 1420])
    made: list[Way] = []
    for name, side in plan.BANK_ROADS:
        bank = course.offset_curve(side * WALK_M, quad_segs=4).simplify(0.8)
        for part in lines(bank.difference(frame.railway.buffer(30)), 60):
            made += _over_roads(Way("滨河步道", "footway", part), frame)
        road = next(w.line for w in frame.ways if w.name == name)
        for k in range(1, int(road.length / LINK_EVERY_M) + 1):
            top = road.interpolate(k * LINK_EVERY_M - 90)
            foot = nearest_points(bank, top)[0]
            made += _descent(LineString([top, foot]), steps=k % 2 == 0)
    return made


def _over_roads(walk: Way, frame: Skeleton) -> list[Way]:
    """Break a walk where it crosses a main street: there it is a painted crossing."""
    roads = [w.line for w in frame.ways if w.cls in ("artery", "secondary") and w.line.crosses(walk.line)]
    zone = union_all([road.buffer(plan.HALF_WIDTH["secondary"], cap_style="flat") for road in roads])
    painted = [replace(walk, line=part, crossing=True) for part in lines(walk.line.intersection(zone))]
    return [*(replace(walk, line=part) for part in lines(walk.line.difference(zone))), *painted]


def _descent(line: LineString, *, steps: bool) -> list[Way]:
    """Lead from the road down to the river walk, by a ramp or by twelve metres of steps."""
    if not steps:
        return [Way("", "footway", line)]
    upper, lower = line.length - 18, line.length - 6
    cuts = ((0.0, upper, "footway"), (upper, lower, "steps"), (lower, line.length, "footway"))
    return [Way("", cls, LineString(substring(line, a, b).coords)) for a, b, cls in cuts]


def park_paths(plots: list[Plot], ways: list[Way]) -> list[Way]:
    """Lead from the middle of each park and plaza to the streets around it."""
    tree = STRtree([way.line for way in ways])
    made: list[Way] = []
    for plot in plots:
        if plot.use not in GREEN:
            continue
        near = [ways[int(k)] for k in sorted(tree.query(plot.block.buffer(2)))]
        made += _star(plot, [way for way in near if not way.bridge])
    return made


def _star(plot: Plot, near: list[Way]) -> list[Way]:
    middle = plot.shape.representative_point()
    rays: list[LineString] = []
    for way in near:
        end = nearest_points(way.line, middle)[0]
        ray = LineString([middle, end])
        angles = [abs(_turn_between(ray, other)) for other in rays]
        if ray.length > 25 and min(angles, default=180.0) > 40 and plot.block.buffer(1).covers(ray):
            rays.append(ray)
    name = plot.name if plot.use == "plaza" else ""
    return [Way(name, "footway", ray) for ray in rays] if len(rays) > 1 else []


def _turn_between(a: LineString, b: LineString) -> float:
    (ax, ay), (bx, by) = a.coords[0], a.coords[-1]
    (cx, cy), (dx, dy) = b.coords[0], b.coords[-1]
    turn = math.degrees(math.atan2(by - ay, bx - ax) - math.atan2(dy - cy, dx - cx))
    return (turn + 180) % 360 - 180


def gate_ways(courts: list[Court]) -> list[Way]:
    """Lead from every gate to its street outside, and along the lanes inside."""
    made: list[Way] = []
    for court in courts:
        narrow = {gate.at for gate in court.openings if gate.kind == "foot"}
        for gate in court.openings:
            made.append(_link(gate))
        for lane in court.lanes:
            way = Way("", "service", lane, private=court.gated)
            made.append(replace(way, cls="footway") if _first(lane) in narrow else way)
    return made


def _link(gate: Opening) -> Way:
    cls = "footway" if gate.kind == "foot" else "service"
    return Way("", cls, LineString([Point(gate.at), Point(gate.street)]))


def _first(line: LineString) -> XY:
    x, y = line.coords[0]
    return x, y
