"""Weights: from streets and a walker to ticks per edge, and which edges are closed to strangers."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike

from lingju.circles.arrays import U2, Bool
from lingju.circles.edges import path_points
from lingju.circles.errors import BadEdges
from lingju.circles.network import TICK_S, UNREACHED, Kind, Network
from lingju.circles.plane import UNIT
from lingju.circles.profiles import Profile


def ticks(seconds: ArrayLike) -> U2:
    """Round seconds to whole ticks of 20 ms: uint16, 65535 when they do not fit."""
    whole = np.rint(np.asarray(seconds, np.float64) / TICK_S)
    return np.minimum(whole, UNREACHED).astype(np.uint16)


def edge_weights(net: Network, profile: Profile, *, closed: Bool | None = None) -> U2:
    """Return uint16[e]: the ticks each edge takes this walker, at least 1; 65535 is impassable.

    Impassable are closed and GATED edges, steps for those who cannot climb, NO_WHEELS edges for wheels,
    and edges that take 21.8 minutes. Signals add half their delay at each end, an unsignalled CROSSING
    its own. Millimetres become ticks here, once, after all sums.
    """
    steps = (net.kind & Kind.STEPS) > 0
    crossing = ((net.kind & Kind.CROSSING) > 0) & (net.half_signals == 0)
    on_steps = profile.steps_metres_per_second or profile.metres_per_second
    seconds = net.length_mm / 1000 / np.where(steps, on_steps, profile.metres_per_second)
    seconds = seconds + net.half_signals * (profile.signal_delay_s / 2)
    seconds = seconds + crossing * profile.crossing_delay_s
    weights = np.maximum(ticks(seconds), 1)
    weights[_barred(net, profile, steps, closed)] = UNREACHED
    return weights


def arc_weights(net: Network, edge_w: U2) -> U2:
    """Return uint16[2e]: the weight of each arc, in the order of net.nbr."""
    return edge_w[net.arc_edge]


def closed_by_compounds(
    net: Network, rings: Sequence[ArrayLike], gates: Sequence[ArrayLike] | None = None
) -> Bool:
    """Return bool[e]: edges of which more than half lies inside a gated compound, no thoroughfare.

    `rings`: outer rings, float[m, 2] of (lon, lat) in degrees WGS-84; `gates`: for each ring its gates,
    float[g, 2]. A ring without any gate stays open: a wall with no known gate is a gap in the records,
    and closing it would cut its homes off every street. `gates` None: all rings are gated. Residents
    leave through doors at their own gates, whose `extra_mm` is the walk inside. Raises BadEdges.
    """
    closed = np.zeros(net.edges, np.bool_)
    if gates is not None and len(gates) != len(rings):
        raise BadEdges(detail="小区边界与门的个数不符")
    gated = [ring for at, ring in enumerate(rings) if gates is None or np.size(gates[at])]
    if not gated or not net.edges:
        return closed
    path, part = path_points(net.as_edges(), np.arange(net.edges))
    xy = np.stack(net.metres(path.lon * UNIT, path.lat * UNIT), axis=1)
    lines = np.asarray(shapely.linestrings(xy, indices=part))
    walls = np.array([_polygon(net, ring) for ring in gated])
    wall, edge = shapely.STRtree(lines).query(walls, predicate="intersects")
    inside = shapely.length(shapely.intersection(lines[edge], walls[wall]))
    closed[edge[2 * inside > shapely.length(lines[edge])]] = True
    return closed


def _polygon(net: Network, ring: ArrayLike) -> shapely.Geometry:
    points = np.asarray(ring, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        raise BadEdges(detail="小区边界至少要有三个点")
    x, y = net.metres(points[:, 0], points[:, 1])
    return shapely.make_valid(shapely.Polygon(np.stack((x, y), axis=1)))


def _barred(net: Network, profile: Profile, steps: Bool, closed: Bool | None) -> Bool:
    barred = (net.kind & Kind.GATED) > 0
    if profile.steps_metres_per_second is None:
        barred = barred | steps
    if profile.wheels:
        barred = barred | ((net.kind & Kind.NO_WHEELS) > 0)
    return barred if closed is None else barred | closed
