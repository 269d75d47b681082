"""What the command line prints and writes: a row per station, and GeoJSON that names its streets' source.

The attribution travels inside the file (ODbL asks for it), and so does the word "straight" where no streets
were loaded.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypedDict

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from lingju.circles.arrays import F8
from lingju.circles.coverage import Share, share_of, ticks_of
from lingju.circles.network import TICK_S, UNREACHED, Network, Provenance
from lingju.circles.polygons import Isochrone, to_degrees
from lingju.circles.population import Population
from lingju.circles.table import TimeTable

DEGREE_PLACES = 6  # 0.1 m


class Feature(TypedDict):
    """One GeoJSON feature (RFC 7946)."""

    type: str
    geometry: dict[str, Any]
    properties: dict[str, Any]


class FeatureCollection(TypedDict):
    """A GeoJSON collection with its provenance as a foreign member."""

    type: str
    features: list[Feature]
    attribution: str
    provenance: dict[str, Any]
    straight: bool


@dataclass(frozen=True, slots=True)
class Site:
    """A named place in WGS-84 degrees."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class StationRow:
    """Who reaches one station inside the limit at one pace; ``only``: households with no other choice."""

    station: int
    name: str
    homes: int
    households: Share
    persons: Share
    by_band: tuple[Share, ...]
    only: int


def station_rows(
    table: TimeTable, people: Population, names: Sequence[str], *, limit_s: int = 600
) -> tuple[StationRow, ...]:
    """Count one row per station, in the stations' order. Raises BeyondTheTable."""
    within = table.ticks <= ticks_of(table, limit_s)
    home = np.repeat(np.arange(people.homes), np.diff(table.ptr))[within]
    station = table.station[within]
    choices = np.bincount(home, minlength=people.homes)
    rows = []
    for index, name in enumerate(names):
        covered = np.zeros(people.homes, dtype=np.bool_)
        covered[home[station == index]] = True
        by_band = tuple(share_of(covered, people.persons[:, band]) for band in range(len(people.bands)))
        rows.append(
            StationRow(
                station=index,
                name=name,
                homes=int(covered.sum()),
                households=share_of(covered, people.households),
                persons=sum(by_band, Share(0, 0)),
                by_band=by_band,
                only=int(people.households[covered & (choices == 1)].sum()),
            )
        )
    return tuple(rows)


def feature_collection(
    features: Sequence[Feature], source: Provenance, *, straight: bool
) -> FeatureCollection:
    """Join features into one collection that carries its source."""
    return FeatureCollection(
        type="FeatureCollection",
        features=list(features),
        attribution=source.attribution,
        provenance=asdict(source),
        straight=straight,
    )


def isochrone_features(
    net: Network, site: Site, profile: str, isochrones: Sequence[Isochrone]
) -> list[Feature]:
    """Describe a station's polygons, the widest first so that a viewer draws the smaller ones above."""
    return [
        _feature(
            to_degrees(net, isochrone.shape),
            kind="isochrone",
            station=site.name,
            profile=profile,
            minutes=isochrone.limit_s / 60,
            square_metres=round(isochrone.shape.area),
        )
        for isochrone in sorted(isochrones, key=lambda drawn: -drawn.limit_s)
    ]


def station_features(sites: Sequence[Site], rows: Sequence[StationRow]) -> list[Feature]:
    """Describe the stations with what their rows count."""
    return [
        _feature(
            shapely.Point(site.lon, site.lat),
            kind="station",
            name=site.name,
            homes=row.homes,
            households=row.households.covered,
            persons=row.persons.covered,
            only=row.only,
        )
        for site, row in zip(sites, rows, strict=True)
    ]


def home_features(
    lon: F8, lat: F8, table: TimeTable, people: Population, sites: Sequence[Site]
) -> list[Feature]:
    """Describe the homes with the minutes to their nearest station, null beyond the table."""
    nearest, ticks = table.nearest()
    return [
        _feature(
            shapely.Point(lon[home], lat[home]),
            kind="home",
            households=int(people.households[home]),
            persons=int(people.persons[home].sum()),
            minutes=minutes_of(int(ticks[home])),
            station=sites[int(nearest[home])].name if nearest[home] >= 0 else None,
        )
        for home in range(people.homes)
    ]


def minutes_of(ticks: int) -> float | None:
    """Tell minutes to two places, None for unreached."""
    return None if ticks >= UNREACHED else round(ticks * TICK_S / 60, 2)


def _feature(shape: BaseGeometry, **properties: Any) -> Feature:
    """Round to 0.1 m and wind rings as RFC 7946 asks (outer rings counter-clockwise)."""
    rounded = shapely.transform(shape, lambda points: np.round(points, DEGREE_PLACES))
    if isinstance(rounded, Polygon | MultiPolygon):
        rounded = shapely.orient_polygons(rounded)
    return Feature(type="Feature", geometry=dict(shapely.geometry.mapping(rounded)), properties=properties)
