"""The fallback where no streets are loaded: straight lines times a detour factor, always labelled so.

It draws circles where the rest of this package walks streets, so it cannot see a railway, a wall or a gate.
Every table it makes says ``straight=True``, and every page that reads one must say it too.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from lingju.circles.arrays import F8, I8, pointers
from lingju.circles.network import TICK_S, UNREACHED
from lingju.circles.profiles import Profile
from lingju.circles.table import TimeTable

DETOUR = 1.3
EARTH_M = 6_371_008.8  # mean radius of the GRS 80 ellipsoid (Moritz 2000, Geodetic Reference System 1980)


def straight_table(
    home_lon: F8,
    home_lat: F8,
    station_lon: F8,
    station_lat: F8,
    profile: Profile,
    *,
    limit_s: int = 1200,
    detour: float = DETOUR,
) -> TimeTable:
    """Make the home-station times from great-circle distance x ``detour`` / the profile's speed.

    Positions are WGS-84 degrees float64. No steps, signals or gates: they are unknown. The default factor of
    1.3 lies above the 1.2 of random urban points (Newell 1980) and the 1.21-1.23 of walks to transit stations
    (O'Sullivan & Morrall 1996, TRR 1538), because walled compounds lengthen the way. Measured by
    bench/polygons.py on walks of up to ten minutes: median 1.34 in Porto Alegre, 1.33 in Haidian, Beijing.
    """
    homes, stations = _on_sphere(home_lon, home_lat), _on_sphere(station_lon, station_lat)
    limit = min(round(limit_s / TICK_S), UNREACHED - 1)
    reach_m = (limit + 0.5) * TICK_S * profile.metres_per_second / detour
    chord = 2 * np.sin(min(reach_m / (2 * EARTH_M), np.pi / 2))
    rows, columns, ticks = [], [], []
    for home, near in _neighbours(homes, stations, chord):
        rows.append(len(near))
        columns.append(near)
        ticks.append(_ticks(homes[home], stations[near], profile, detour))
    station = np.concatenate(columns) if columns else np.empty(0, dtype=np.int64)
    found = np.concatenate(ticks) if ticks else np.empty(0, dtype=np.int64)
    ptr, keep = pointers(np.array(rows, dtype=np.int64)), found <= limit
    kept = np.concatenate(([0], np.cumsum(keep)))[ptr]
    return TimeTable(
        ptr=kept.astype(np.int32),
        station=station[keep].astype(np.int32),
        ticks=found[keep].astype(np.uint16),
        stations=len(stations),
        limit=limit,
        straight=True,
    )


def straight_metres(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> F8:
    """Tell the great-circle distance in metres, broadcasting, from WGS-84 degrees."""
    half = np.linalg.norm(_on_sphere(lon_a, lat_a) - _on_sphere(lon_b, lat_b), axis=-1) / 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.minimum(half, 1.0)), dtype=np.float64)


def _neighbours(homes: F8, stations: F8, chord: float) -> Iterator[tuple[int, I8]]:
    """Walk through the homes with the stations inside the chord (a hair more), ascending."""
    if not len(homes):
        return
    if not len(stations):
        yield from ((home, np.empty(0, dtype=np.int64)) for home in range(len(homes)))
        return
    found = cKDTree(stations).query_ball_point(homes, chord * (1 + 1e-9), return_sorted=True)
    yield from ((home, np.array(near, dtype=np.int64)) for home, near in enumerate(found))


def _ticks(home: F8, stations: F8, profile: Profile, detour: float) -> I8:
    half = np.linalg.norm(stations - home, axis=1) / 2
    metres = 2 * EARTH_M * np.arcsin(np.minimum(half, 1.0)) * detour
    return np.asarray(np.rint(metres / profile.metres_per_second / TICK_S), dtype=np.int64)


def _on_sphere(lon: ArrayLike, lat: ArrayLike) -> F8:
    """Turn degrees into points of the unit sphere, float64[..., 3]."""
    east, north = np.radians(np.asarray(lon, np.float64)), np.radians(np.asarray(lat, np.float64))
    return np.stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)), axis=-1)
