"""Three coordinate systems, one stored: WGS-84, GCJ-02 and BD-09, both ways, and no guessing.

    WGS-84 ──(published shift, up to 700 m)──> GCJ-02 ──(fixed shift, up to 1.3 km)──> BD-09

Satellites and OpenStreetMap give WGS-84, 高德 and 腾讯 GCJ-02, 百度 BD-09. A coordinate without a label is
refused: in the Changzhi basin the wrong one moves a door by 600 m, more than a whole ten-minute circle.
The shift formulas are those of the public eviltransform and coordtransform projects.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from lingju.circles.arrays import F8, Bool
from lingju.circles.errors import BadCoordinate, UnknownCrs, UnlabelledCrs

WGS84, GCJ02, BD09 = "WGS-84", "GCJ-02", "BD-09"
LABELS = (WGS84, GCJ02, BD09)

_SPELLINGS = {
    WGS84: ("wgs84", "epsg4326", "4326", "gps", "osm", "crs84", "urnogcdefcrsogc13crs84", "地球坐标"),
    GCJ02: ("gcj02", "gcj", "火星坐标", "火星坐标系", "国测局坐标", "高德", "高德坐标", "腾讯", "腾讯坐标"),
    BD09: ("bd09", "bd09ll", "百度", "百度坐标", "百度经纬度", "百度坐标系"),
}
_KNOWN = {spelling: label for label, spellings in _SPELLINGS.items() for spelling in spellings}

_A = 6_378_245.0  # Krasovsky 1940, as the shift was published
_EE = 0.00669342162296594323
_BD_LON, _BD_LAT = 0.0065, 0.006
_ROUNDS = 12  # the shift contracts about a hundredfold a round; 12 end below the float's own grain

Pair = tuple[F8, F8]


def label_of(crs: str | None) -> str:
    """Return the label (one of LABELS) that a spelling means; raise UnlabelledCrs or UnknownCrs."""
    if crs is None or not crs.strip():
        raise UnlabelledCrs
    plain = "".join(sign for sign in crs.lower() if sign.isalnum())
    if plain not in _KNOWN:
        raise UnknownCrs(label=crs)
    return _KNOWN[plain]


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str | None) -> Pair:
    """Convert degrees in the named system to degrees WGS-84, float64 of the same shape, to less than 1 mm.

    Raises UnlabelledCrs, UnknownCrs and BadCoordinate.
    """
    inverse: dict[str, Callable[[F8, F8], Pair]] = {
        WGS84: lambda x, y: (x, y),
        GCJ02: gcj02_to_wgs84,
        BD09: lambda x, y: gcj02_to_wgs84(*bd09_to_gcj02(x, y)),
    }
    return inverse[label_of(crs)](*_degrees(lon, lat))


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str | None) -> Pair:
    """Convert degrees WGS-84 to the named system; the inverse of `to_wgs84`."""
    forward: dict[str, Callable[[F8, F8], Pair]] = {
        WGS84: lambda x, y: (x, y),
        GCJ02: wgs84_to_gcj02,
        BD09: lambda x, y: gcj02_to_bd09(*wgs84_to_gcj02(x, y)),
    }
    return forward[label_of(crs)](*_degrees(lon, lat))


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Shift WGS-84 to GCJ-02; outside China's frame nothing moves."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    east, north = _shift(x, y)
    inside = _in_china(x, y)
    return x + np.where(inside, east, 0.0), y + np.where(inside, north, 0.0)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Invert `wgs84_to_gcj02` by fixed-point iteration; a point that is outside China stays."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    wx, wy = _fixed_point(x, y, lambda a, b: tuple(np.add((a, b), _shift(a, b))))
    inside = _in_china(wx, wy)
    return np.where(inside, wx, x), np.where(inside, wy, y)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Turn GCJ-02 into BD-09: a wobble of the polar form, then a constant step."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    wobble = np.pi * 3000.0 / 180.0
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * wobble)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * wobble)
    return radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Invert `gcj02_to_bd09` by fixed-point iteration."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    return _fixed_point(x, y, gcj02_to_bd09)


def _fixed_point(x: F8, y: F8, forward: Callable[[F8, F8], Pair]) -> Pair:
    """Find (a, b) with forward(a, b) == (x, y): step by the miss until it is gone."""
    a, b = x, y
    for _ in range(_ROUNDS):
        fx, fy = forward(a, b)
        a, b = a + (x - fx), b + (y - fy)
    return a, b


def _in_china(lon: F8, lat: F8) -> Bool:
    """Say which points the shift applies to: the rectangle that everybody uses, islands and all."""
    return np.asarray((lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271))


def _shift(lon: F8, lat: F8) -> Pair:
    """Return the published shift of GCJ-02 in degrees east and north."""
    x, y = lon - 105.0, lat - 35.0
    root, both = np.sqrt(np.abs(x)), x * y
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * both + 0.2 * root
    north = north + (waves + _waves(y, (20.0, 40.0, 160.0, 320.0))) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * both + 0.1 * root
    east = east + (waves + _waves(x, (20.0, 40.0, 150.0, 300.0))) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _EE * np.sin(phi) ** 2
    north = np.degrees(north / (_A * (1.0 - _EE) / (magic * np.sqrt(magic))))
    east = np.degrees(east / (_A / np.sqrt(magic) * np.cos(phi)))
    return east, north


def _waves(t: F8, heights: tuple[float, float, float, float]) -> F8:
    """Sum four sines of shrinking frequency; the heights are the two axes' only difference."""
    lengths = (1.0, 3.0, 12.0, 30.0)
    return np.asarray(sum(h * np.sin(t / w * np.pi) for h, w in zip(heights, lengths, strict=True)))


def _degrees(lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    wrong = np.atleast_1d(~((np.abs(x) <= 180) & (np.abs(y) <= 90)))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise BadCoordinate(lon=np.atleast_1d(x)[at], lat=np.atleast_1d(y)[at])
    return x, y
