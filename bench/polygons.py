"""Isochrones: milliseconds a station and likeness to the exact union of buffers, in one run.

    python -m bench.polygons STREETS [stations]

STREETS is a network file or an OSM extract. CPU time of one thread, median of five rounds over the same
random stations (fixed seed). The reference is shapely's union of the buffered street pieces that the same
search reached, so both draw the same land and only the drawing differs. The detour factor of the same streets
(walk over straight line, random pairs within ten minutes) stands below, since straight.py leans on it.
"""

import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np
import shapely

from lingju.circles.arrays import F8
from lingju.circles.ball import Approach, approach, ball, door_ticks
from lingju.circles.doors import snap
from lingju.circles.network import TICK_S, UNREACHED, Network
from lingju.circles.osm import import_streets
from lingju.circles.plane import UNIT
from lingju.circles.polygons import BUFFER_M, CELL_M, around, isochrones, stretches
from lingju.circles.profiles import PROFILES
from lingju.circles.shapes import Shapes, point_on, shapes_of
from lingju.circles.weights import edge_weights

LIMITS_S = (300, 600, 900)
ROUNDS = 5


def main(path: Path, stations: int = 23) -> None:
    """Measure and print."""
    net = import_streets(path) if path.name.endswith((".osm", ".pbf")) else Network.load(path)
    shapes, weights = shapes_of(net), edge_weights(net, PROFILES["adult"])
    places = random_places(net, stations)
    print(f"{path.name}: {net.nodes} nodes, {net.edges} edges, {stations} stations, adult pace")
    isochrones(net, shapes, weights, places, 0, LIMITS_S)  # compile before the clock starts
    for limits in ((600,), LIMITS_S):
        draw = partial(isochrones, net, shapes, weights, places, limits_s=limits)
        millis = per_station(stations, draw)
        print(f"  search + raster {CELL_M:.0f} m, limits {limits}: {millis:.2f} ms a station")
    pieces = [ten_minutes(net, shapes, weights, places, i) for i in range(stations)]
    for cell_m in (20.0, 10.0, 5.0):
        millis = per_station(stations, partial(drawn, pieces, cell_m))
        likeness = [iou(around(piece, cell_m=cell_m), exact(piece)) for piece in pieces]
        print(f"  raster {cell_m:.0f} m alone: {millis:.2f} ms, IoU median {np.median(likeness):.4f},"
              f" least {min(likeness):.4f}")  # fmt: skip
    print(f"  exact union of buffers: {per_station(stations, lambda i: exact(pieces[i]), rounds=1):.1f} ms")
    factors = detours(net, shapes, weights, places)
    low, median, high = np.percentile(factors, (10, 50, 90))
    print(f"  detour factor: median {median:.2f}, 10th-90th percentile {low:.2f}-{high:.2f},"
          f" {len(factors)} pairs")  # fmt: skip


def random_places(net: Network, count: int) -> Approach:
    """Put so many places at random nodes."""
    nodes = np.random.default_rng(20240705).choice(net.nodes, count, replace=False)
    profile = PROFILES["adult"]
    doors = snap(net, net.lon[nodes] * UNIT, net.lat[nodes] * UNIT)
    return approach(net, edge_weights(net, profile), doors, profile)


def per_station(stations: int, draw: Callable[[int], object], *, rounds: int = ROUNDS) -> float:
    """Tell the median CPU milliseconds of one drawing over the rounds."""
    times = []
    for _ in range(rounds):
        start = process_time()
        for station in range(stations):
            draw(station)
        times.append((process_time() - start) * 1000 / stations)
    return statistics.median(times)


def ten_minutes(net: Network, shapes: Shapes, weights: np.ndarray, places: Approach, place: int) -> F8:
    """List the street pieces within ten minutes of a place."""
    limit = round(600 / TICK_S)
    found = ball(net, weights, places, place, limit=limit)
    return stretches(net, shapes, weights, found, places, place, limit)


def drawn(pieces: list[F8], cell_m: float, station: int) -> shapely.Geometry:
    """Draw one station's pieces on a raster."""
    return around(pieces[station], cell_m=cell_m)


def exact(pieces: F8) -> shapely.Geometry:
    """Draw the reference."""
    return shapely.union_all(shapely.buffer(shapely.linestrings(pieces.reshape(-1, 2, 2)), BUFFER_M))


def iou(a: shapely.Geometry, b: shapely.Geometry) -> float:
    """Tell the likeness of two shapes."""
    return float(shapely.area(shapely.intersection(a, b)) / shapely.area(shapely.union(a, b)))


def detours(net: Network, shapes: Shapes, weights: np.ndarray, places: Approach) -> F8:
    """Tell walk over straight line from the places to random doors, 100 m to ten minutes away."""
    profile = PROFILES["adult"]
    nodes = np.random.default_rng(7).choice(net.nodes, min(net.nodes, 4000), replace=False)
    there = approach(net, weights, snap(net, net.lon[nodes] * UNIT, net.lat[nodes] * UNIT), profile)
    x, y = point_on(shapes, there.doors.edge, there.doors.offset_mm)
    here_x, here_y = point_on(shapes, places.doors.edge, places.doors.offset_mm)
    factors = []
    for place in range(places.doors.places):
        found = ball(net, weights, places, place, limit=round(600 / TICK_S))
        ticks = door_ticks(net, found, places, place, there)
        straight = np.hypot(x - here_x[place], y - here_y[place])
        keep = (ticks < UNREACHED) & (straight > 100)
        factors.append(ticks[keep] * TICK_S * profile.metres_per_second / straight[keep])
    return np.concatenate(factors)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(count) for count in sys.argv[2:3]))
