"""What the sheets of places have in common: points, areas, outlines, and how each is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lingju.circles.crs import BD09, GCJ02, LABELS, WGS84
from lingju.kernel import cells
from lingju.kernel.errors import BadInput
from lingju.kernel.sheets_in import Column
from lingju.places.models import Area, Compound, District
from lingju.places.services.points import Degrees, Point, Ring

LON = ("经度", "lon", "longitude", "x")
LAT = ("纬度", "lat", "latitude", "y")
CRS = ("坐标系", "坐标系统", "crs")
AREA = ("社区代码", "所在社区代码", "区划代码", "社区")
PAIR = re.compile(r"(-?\d+(?:\.\d+)?)[ ,，]+(-?\d+(?:\.\d+)?)")
POINT_COLUMNS = (
    Column("lon", LON, cells.number),
    Column("lat", LAT, cells.number),
    Column("crs", CRS, cells.text),
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What rows point at, read once for a whole sheet."""

    areas: dict[str, Area]
    compounds: dict[str, Compound]


def lookup(district: District) -> Lookup:
    """Read areas by code and by name, and compounds by code: two queries."""
    areas = Area.objects.of(district)
    compounds = Compound.objects.filter(district=district).select_related("area", "district")
    by_name: dict[str, Area] = {}
    for area in areas:
        by_name |= {area.code: area, area.name: area, area.short_name: area, area.stem: area}
    return Lookup(by_name, {compound.code: compound for compound in compounds})


def area_of(lookup_: Lookup, code: str) -> Area:
    """Return the area a cell names by code or by name; refuse one that is in no tree."""
    area = lookup_.areas.get(code)
    if area is None:
        raise BadInput(_("没有代码或名称是“%(code)s”的社区，请先导入区域。") % {"code": code[:40]})
    return area


def compound_of(lookup_: Lookup, code: str) -> Compound:
    """Return the compound a cell names by its code; refuse one that nobody added."""
    compound = lookup_.compounds.get(code)
    if compound is None:
        raise BadInput(_("没有编码是 %(code)s 的小区，请先导入小区。") % {"code": code[:40]})
    return compound


def point_of(lon: float | None, lat: float | None, crs: str | None) -> Point | None:
    """Return the point a row gives, or None where it gives none; refuse half a point."""
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise ValueError(_("经度和纬度要一起填。"))
    return Point(lon, lat, crs or "")


def needed(value: Any, title: str) -> Any:
    """Return a value that something new cannot do without; refuse its absence by the column's title."""
    if value is None or value == "":
        raise BadInput(_("新增的要填“%(title)s”。") % {"title": title})
    return value


def ring_of(text: str | None, crs: str | None) -> Ring | None:
    """Read an outline: WKT POLYGON, or "经度 纬度; 经度 纬度; …"; raise ValueError for what is neither."""
    if text is None:
        return None
    plain = re.sub(r"(?i)^\s*(SRID=\d+;)?\s*POLYGON\s*|[()\[\]]", " ", text)
    parts = [part for part in re.split(r"[;；\n]", plain) if part.strip()]
    corners = [_pair(part) for part in parts] if len(parts) > 1 else _pairs(plain)
    if len(corners) < 3:
        raise ValueError(_("边界写成“经度 纬度; 经度 纬度; …”，至少三个点。"))
    return Ring(tuple(corners), crs or "")


def ring_words(ring: Sequence[Sequence[float]] | None) -> str | None:
    """Write an outline the way `ring_of` reads it."""
    return "; ".join(f"{lon} {lat}" for lon, lat in ring) if ring else None


def _pair(part: str) -> Degrees:
    match = PAIR.fullmatch(part.strip(" ,，"))
    if match is None:
        raise ValueError(_("边界里的“%(part)s”不是一对经纬度。") % {"part": part.strip()[:30]})
    return float(match[1]), float(match[2])


def _pairs(text: str) -> list[Degrees]:
    """Read WKT, whose corners are parted by commas: 113.05 36.05, 113.06 36.05."""
    return [_pair(part) for part in re.split(r"[,，]", text) if part.strip()]


CRS_CHOICES = {WGS84: "WGS-84", GCJ02: "GCJ-02（高德、腾讯）", BD09: "BD-09（百度）"}
assert set(CRS_CHOICES) == set(LABELS)
