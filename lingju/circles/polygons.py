"""The land within so many minutes' walk of a place, as polygons that do not claim land nobody can walk to.

    one bounded search -> reached stretches of streets, the last edge only in part
                       -> exact distance to them on a 10 m grid (only near the streets)
                       -> marching squares at the buffer's width -> simplified by 1 m, holes kept

The polygon is what lies within ``buffer_m`` of a reached stretch. Hulls are wrong (three times the true area
on real streets), and a union of buffers is many times slower for the same land: see bench/polygons.py. A
home deep inside its compound is joined to its gate by a spur, so that every reached home lies inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import contourpy
import numpy as np
import shapely
from numba import types
from shapely.geometry import MultiPolygon, Polygon

from lingju.circles.arrays import F8, I8, U2, U4
from lingju.circles.ball import Approach, Ball, ball, door_ticks, least_by_place
from lingju.circles.compiled import kernel
from lingju.circles.network import TICK_S, UNREACHED, Network
from lingju.circles.shapes import Shapes, point_on, touched_edges

CELL_M = 10.0
BUFFER_M = 30.0
SIMPLIFY_M = 1.0
IN_F8 = types.Array(types.float64, 2, "C", readonly=True)
OUT_F8 = types.Array(types.float64, 2, "C")
FLOAT = types.float64


@dataclass(frozen=True, slots=True)
class Spurs:
    """Homes to be joined to the streets: positions in local metres float64[k] and their doors."""

    x: F8
    y: F8
    approach: Approach


@dataclass(frozen=True, slots=True)
class Isochrone:
    """The land within ``limit_s`` seconds, in local metres of its network."""

    limit_s: int
    shape: MultiPolygon


def isochrones(
    net: Network,
    shapes: Shapes,
    edge_w: U2,
    origin: Approach,
    place: int,
    limits_s: Sequence[int],
    *,
    homes: Spurs | None = None,
    buffer_m: float = BUFFER_M,
    cell_m: float = CELL_M,
) -> tuple[Isochrone, ...]:
    """Draw one polygon per limit from one search, in the order of ``limits_s`` (ascending).

    Contains every reached home of ``homes``; contains no point further than ``buffer_m`` plus one cell from
    every reached stretch. A place without a way out of its doors gives empty polygons.
    """
    ticks = [round(limit_s / TICK_S) for limit_s in limits_s]
    found = ball(net, edge_w, origin, place, limit=max(ticks))
    drawn = []
    for limit_s, limit in zip(limits_s, ticks, strict=True):
        segments = stretches(net, shapes, edge_w, found, origin, place, limit)
        if homes is not None:
            segments = np.concatenate((segments, spurs(net, shapes, found, origin, place, homes, limit)))
        drawn.append(Isochrone(limit_s, around(segments, buffer_m=buffer_m, cell_m=cell_m)))
    return tuple(drawn)


def stretches(
    net: Network, shapes: Shapes, edge_w: U2, found: Ball, origin: Approach, place: int, limit: int
) -> F8:
    """List the reached straight pieces as float64[s, 4] (x0, y0, x1, y1) in local metres.

    An edge that the limit does not cross whole is cut where the time runs out, from both of its ends.
    """
    edges = touched_edges(net, found.ticks, limit)
    edges = edges[edge_w[edges] < UNREACHED]
    weight = np.maximum(edge_w[edges].astype(np.float64), 1.0)
    spare_u = limit - found.ticks[net.edge_u[edges]].astype(np.float64)
    spare_v = limit - found.ticks[net.edge_v[edges]].astype(np.float64)
    from_u = np.clip(spare_u / weight, 0.0, 1.0)
    from_v = 1.0 - np.clip(spare_v / weight, 0.0, 1.0)
    whole = from_u >= from_v
    own_edge, own_start, own_end = _around_doors(edge_w, origin, place, limit)
    cut = ~whole
    edge = np.concatenate((edges[whole], edges[cut], edges[cut], own_edge))
    start = np.concatenate((np.zeros(int(whole.sum()) + int(cut.sum())), from_v[cut], own_start))
    end = np.concatenate((np.ones(int(whole.sum())), from_u[cut], np.ones(int(cut.sum())), own_end))
    keep = end > start
    return shapes.pieces(edge[keep], start[keep], end[keep])


def spurs(
    net: Network, shapes: Shapes, found: Ball, origin: Approach, place: int, homes: Spurs, limit: int
) -> F8:
    """List the straight spurs from the street to every home reached inside the limit, float64[s, 4]."""
    doors = homes.approach.doors
    least, which = least_by_place(doors, door_ticks(net, found, origin, place, homes.approach))
    reached = np.flatnonzero(least <= limit)
    x, y = point_on(shapes, doors.edge[which[reached]], doors.offset_mm[which[reached]])
    return np.column_stack((x, y, homes.x[reached], homes.y[reached]))


def around(segments: F8, *, buffer_m: float = BUFFER_M, cell_m: float = CELL_M) -> MultiPolygon:
    """Draw the land within ``buffer_m`` of any of the straight ``segments`` float64[s, 4]."""
    if not len(segments):
        return MultiPolygon()
    margin = buffer_m + 2 * cell_m
    # One lattice for all limits, so that a wider limit can never lose land to where its grid happens to lie.
    left = np.floor((segments[:, (0, 2)].min() - margin) / cell_m) * cell_m
    low = np.floor((segments[:, (1, 3)].min() - margin) / cell_m) * cell_m
    columns = int(np.ceil((segments[:, (0, 2)].max() + margin - left) / cell_m)) + 1
    rows = int(np.ceil((segments[:, (1, 3)].max() + margin - low) / cell_m)) + 1
    field = np.full((rows, columns), margin * margin, dtype=np.float64)
    _stamp(field, np.ascontiguousarray(segments), float(left), float(low), float(cell_m), margin)
    contours = contourpy.contour_generator(
        z=np.sqrt(field), name="serial", fill_type=contourpy.FillType.OuterOffset
    )
    corner = np.array((left, low))
    points, offsets = cast(tuple[list[F8], list[U4]], contours.filled(-1.0, buffer_m))
    outlines = [_polygon(p * cell_m + corner, o) for p, o in zip(points, offsets, strict=True)]
    return _simplified(MultiPolygon(outlines))


def to_degrees(net: Network, shape: MultiPolygon | Polygon) -> MultiPolygon | Polygon:
    """Turn a shape in local metres into WGS-84 degrees."""

    def convert(points: F8) -> F8:
        lon, lat = net.degrees(points[:, 0], points[:, 1])
        return np.column_stack((lon, lat))

    turned: MultiPolygon | Polygon = shapely.transform(shape, convert)
    return turned


def _around_doors(edge_w: U2, origin: Approach, place: int, limit: int) -> tuple[I8, F8, F8]:
    """Tell which part of its own edge each door reaches: edge, start and end as fractions from u."""
    mine = origin.of(place)
    edge = origin.doors.edge[mine].astype(np.int64)
    weight = np.maximum(edge_w[edge].astype(np.float64), 1.0)
    spare = (limit - origin.extra[mine]).astype(np.float64)
    at = origin.along[mine] / weight
    open_ = (spare >= 0) & (origin.extra[mine] < UNREACHED)
    start, end = np.clip(at - spare / weight, 0.0, 1.0), np.clip(at + spare / weight, 0.0, 1.0)
    return edge[open_], start[open_], end[open_]


def _polygon(points: F8, offsets: U4) -> Polygon:
    rings = [points[a:b] for a, b in pairwise(offsets)]
    return Polygon(rings[0], rings[1:])


def _simplified(drawn: MultiPolygon) -> MultiPolygon:
    """Drop points within a metre of their line: the plain way, six times faster, unless it tangles rings."""
    plain = shapely.simplify(drawn, SIMPLIFY_M, preserve_topology=False)
    return _many(plain if plain.is_valid else shapely.simplify(drawn, SIMPLIFY_M))


def _many(shape: shapely.Geometry) -> MultiPolygon:
    """Keep the polygons of whatever simplification left."""
    if isinstance(shape, Polygon):
        return MultiPolygon([shape])
    if isinstance(shape, MultiPolygon):
        return shape
    return MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, Polygon)])


@kernel(OUT_F8, IN_F8, FLOAT, FLOAT, FLOAT, FLOAT)
def _stamp(
    field: F8, segments: F8, left: float, low: float, cell: float, margin: float
) -> None:  # pragma: no cover
    """Lower the squared distances of all grid points within ``margin`` of each segment."""
    rows, columns = field.shape
    for s in range(len(segments)):
        x0, y0 = segments[s, 0] - left, segments[s, 1] - low
        dx, dy = segments[s, 2] - segments[s, 0], segments[s, 3] - segments[s, 1]
        squared = dx * dx + dy * dy
        first_row = max(0, int(np.ceil((min(y0, y0 + dy) - margin) / cell)))
        last_row = min(rows - 1, int((max(y0, y0 + dy) + margin) / cell))
        first_column = max(0, int(np.ceil((min(x0, x0 + dx) - margin) / cell)))
        last_column = min(columns - 1, int((max(x0, x0 + dx) + margin) / cell))
        for row in range(first_row, last_row + 1):
            y = row * cell - y0
            for column in range(first_column, last_column + 1):
                x = column * cell - x0
                t = (x * dx + y * dy) / squared if squared > 0.0 else 0.0
                t = min(1.0, max(0.0, t))
                away = (x - t * dx) ** 2 + (y - t * dy) ** 2
                if away < field[row, column]:
                    field[row, column] = away
