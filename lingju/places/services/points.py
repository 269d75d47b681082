"""Coordinates at the edge: labelled, plausible, near the district, and WGS-84 from here on.

Two mistakes fill real spreadsheets: the datum is not named, and longitude and latitude are swapped.
Both are caught here with a sentence, because 591 m of datum shift is more than a ten-minute circle.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from shapely.geometry import LinearRing, Polygon
from shapely.geometry import Point as Spot

from lingju.circles.crs import to_wgs84
from lingju.circles.errors import CoordinateError
from lingju.kernel.errors import BadInput
from lingju.places.models import District, Placed

CHINA = (73.4, 3.8, 135.2, 53.7)  # west, south, east, north, degrees
FARTHEST_M = 100_000.0
DEGREE_M = 111_320.0
DECIMALS = 7  # 1e-7 degree is 11 mm
SAME_PLACE_M = 0.05  # what rounding and a conversion there and back may move a point

Degrees = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """A longitude and latitude in degrees, and the datum somebody says they are in."""

    lon: float
    lat: float
    crs: str


@dataclass(frozen=True, slots=True)
class Ring:
    """An outline as (longitude, latitude) corners in one datum; closing it is optional."""

    corners: tuple[Degrees, ...]
    crs: str


def grounded(district: District, point: Point) -> Degrees:
    """Return (lon, lat) in WGS-84; refuse what is unlabelled, swapped, abroad or far from the district."""
    if not (math.isfinite(point.lon) and math.isfinite(point.lat)):
        raise _refused(_("经度和纬度要填数字。"))
    if not _in_china(point.lon, point.lat):
        if _in_china(point.lat, point.lon):
            raise _refused(_("经度和纬度好像写反了：经度在前，大约是 113；纬度在后，大约是 36。"))
        raise _refused(_("坐标不在中国境内，请检查坐标系和经纬度顺序。"))
    try:
        lon, lat = to_wgs84(point.lon, point.lat, point.crs)
    except CoordinateError as refusal:
        raise _refused(str(refusal)) from refusal
    spot = (round(float(lon), DECIMALS), round(float(lat), DECIMALS))
    if district.centre_lon is not None and district.centre_lat is not None:
        away = metres_between(spot, (district.centre_lon, district.centre_lat))
        if away > FARTHEST_M:
            raise _refused(
                _("坐标好像不在本区（离区中心 %(km)d 公里），请检查坐标系和经纬度顺序。")
                % {"km": away / 1000}
            )
    return spot


def grounded_ring(district: District, ring: Ring | None) -> list[list[float]] | None:
    """Return the closed outline in WGS-84 as the database keeps it, or None; refuse a crooked one."""
    if ring is None or not ring.corners:
        return None
    corners = [grounded(district, Point(lon, lat, ring.crs)) for lon, lat in ring.corners]
    if corners[0] != corners[-1]:
        corners.append(corners[0])
    if len(set(corners)) < 3:
        raise _refused(_("边界至少要有三个不同的点。"), "ring")
    if not LinearRing(corners).is_simple:
        raise _refused(_("边界自己和自己交叉了，请按顺序沿着外围填写各点。"), "ring")
    return [list(corner) for corner in corners]


def metres_between(a: Degrees, b: Degrees) -> float:
    """Return the distance in metres on a local plane; good to 0.5 % within a district."""
    east = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(east, a[1] - b[1]) * DEGREE_M


def metres_outside(spot: Degrees, ring: Sequence[Sequence[float]] | None, middle: Degrees) -> float:
    """Return how far a spot lies outside an outline, 0 within; from its middle where there is no outline."""
    if not ring:
        return metres_between(spot, middle)
    shrink = math.cos(math.radians(spot[1]))
    outline = Polygon([(lon * shrink, lat) for lon, lat in ring])
    return float(outline.distance(Spot(spot[0] * shrink, spot[1])) * DEGREE_M)


def is_same_place(record: Placed, spot: Degrees) -> bool:
    """Say whether a record already stands there, within what rounding may move it."""
    return metres_between((record.lon, record.lat), spot) <= SAME_PLACE_M


def _in_china(lon: float, lat: float) -> bool:
    west, south, east, north = CHINA
    return west <= lon <= east and south <= lat <= north


def _refused(sentence: str, field: str = "point") -> BadInput:
    return BadInput(sentence, {field: sentence})
