"""The small flat earth: metres around one origin, and the length of short segments, on WGS-84."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lingju.circles.arrays import F8, I4, I8

UNIT = 1e-7  # degrees in one stored step: 11 mm of latitude
_A = 6_378_137.0  # WGS-84 equatorial radius, m
_E2 = 6.694379990141316e-3  # WGS-84 first eccentricity squared


def metres_per_degree(lat: F8) -> tuple[F8, F8]:
    """Return metres per degree of longitude and of latitude at latitude `lat` (degrees) on the ellipsoid.

    Prime-vertical and meridional radii of curvature (Torge, Geodesy, section 4.1.3).
    """
    phi = np.radians(lat)
    w2 = 1.0 - _E2 * np.sin(phi) ** 2
    east = np.pi / 180.0 * _A * np.cos(phi) / np.sqrt(w2)
    north = np.pi / 180.0 * _A * (1.0 - _E2) / w2**1.5
    return east, north


def segment_metres(lon_a: F8, lat_a: F8, lon_b: F8, lat_b: F8) -> F8:
    """Return the length in metres of short segments given in degrees: float64[n].

    The mid-latitude formula; below 1.5 km and 60 degrees of latitude it agrees with the geodesic to 1 mm.
    """
    east, north = metres_per_degree((lat_a + lat_b) / 2)
    return np.hypot((lon_b - lon_a) * east, (lat_b - lat_a) * north)


def to_units(degrees: ArrayLike) -> I4:
    """Round degrees to the stored step of 1e-7 degree: int32."""
    return np.rint(np.asarray(degrees, np.float64) / UNIT).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane tangent at an origin (degrees): x metres east, y metres north.

    It stretches by about 0.02 % a kilometre of latitude away from the origin at 50 degrees; it serves
    nearness, drawing and straight lines. Street lengths never come from it.
    """

    lon: float
    lat: float

    def metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[F8, F8]:
        """Convert degrees to metres east and north of the origin."""
        east, north = self._scale()
        x = (np.asarray(lon, np.float64) - self.lon) * east
        y = (np.asarray(lat, np.float64) - self.lat) * north
        return x, y

    def degrees(self, x: ArrayLike, y: ArrayLike) -> tuple[F8, F8]:
        """Invert `metres`: metres east and north to degrees."""
        east, north = self._scale()
        return np.asarray(x, np.float64) / east + self.lon, np.asarray(y, np.float64) / north + self.lat

    def _scale(self) -> tuple[float, float]:
        east, north = metres_per_degree(np.asarray(self.lat, np.float64))
        return float(east), float(north)


def polyline_metres(lon: I4, lat: I4, part: I8, parts: int) -> F8:
    """Sum the segments of many polylines: points in 1e-7 degree, `part` int64[p] names each point's line.

    Points of one line stand together and in order. Returns float64[parts]; a line of one point is 0 m.
    """
    if len(lon) < 2:
        return np.zeros(parts)
    x, y = lon.astype(np.float64) * UNIT, lat.astype(np.float64) * UNIT
    inside = part[1:] == part[:-1]
    step = segment_metres(x[:-1], y[:-1], x[1:], y[1:])[inside]
    return np.bincount(part[1:][inside], weights=step, minlength=parts).astype(np.float64)
