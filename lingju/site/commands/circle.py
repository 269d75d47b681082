"""Say what is within so many minutes' walk of stations: a table on the screen, GeoJSON in a file.

Stations and homes are CSV files with lon, lat and crs columns (or one --crs for the whole file); homes
may count `population` or `persons`. Without homes, street corners are counted instead of people.
"""

import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from lingju.circles import crs as datum
from lingju.circles.arrays import F8
from lingju.circles.coverage import Coverage, coverage
from lingju.circles.doors import Doors, snap
from lingju.circles.network import Network
from lingju.circles.osm import import_streets
from lingju.circles.paces import Pace, set_pace
from lingju.circles.plane import UNIT
from lingju.circles.polygons import isochrones
from lingju.circles.population import Band, Population, population_of
from lingju.circles.profiles import PROFILES
from lingju.circles.report import (
    Feature,
    Site,
    feature_collection,
    home_features,
    isochrone_features,
    station_features,
    station_rows,
)
from lingju.circles.shapes import shapes_of

PACES = ("adult", "elder", "wheel", "gb50180")
NAME_COLUMNS = ("name", "id", "名称", "编码")
COUNT_COLUMNS = ("persons", "population", "人数", "households", "户数")
MOST_MINUTES = 20
CORNERS_SHOWN = 200_000


class BadTable(OSError):
    """Refuse a CSV file with a sentence; an OSError so that the command line prints it."""


@dataclass(frozen=True, slots=True)
class Points:
    """Rows of a CSV file: names, WGS-84 degrees, counts."""

    names: list[str]
    lon: F8
    lat: F8
    counts: list[int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the streets, the stations, the homes, the limit and where to write."""
    parser.add_argument("--streets", type=Path, required=True, help="network file, or .osm / .osm.pbf")
    parser.add_argument("--stations", type=Path, required=True, help="CSV with lon, lat, crs, name")
    parser.add_argument("--homes", type=Path, help="CSV with lon, lat, crs, persons")
    parser.add_argument("--minutes", type=float, default=10, help=f"at most {MOST_MINUTES}")
    parser.add_argument("--profile", choices=PACES, default="adult", help="whose pace the polygons show")
    parser.add_argument(
        "--crs", default="", help="datum of files without a crs column: WGS-84, GCJ-02, BD-09"
    )
    parser.add_argument("--geojson", type=Path, help="file to write (default: STATIONS.geojson)")


def run(arguments: argparse.Namespace) -> int:
    """Compute and print."""
    if not 0 < arguments.minutes <= MOST_MINUTES:
        print(f"--minutes must lie between 0 and {MOST_MINUTES}", file=sys.stderr)
        return 2
    net = open_streets(arguments.streets)
    stations = read_points(arguments.stations, arguments.crs)
    homes = read_points(arguments.homes, arguments.crs) if arguments.homes else corners(net)
    doors = snap(net, stations.lon, stations.lat)
    home_doors = snap(net, homes.lon, homes.lat)
    report_unsnapped(stations, doors)
    paces = {code: set_pace(net, PROFILES[code], home_doors, doors) for code in PACES}
    people = population_of(homes.counts, homes.counts, (Band("all", "全部", "adult"),))
    limit_s = round(arguments.minutes * 60)
    print_rows(paces, people, stations, limit_s)
    figures = coverage({c: p.table for c, p in paces.items()}, people, limits_s=(limit_s,))
    print_coverage(figures, limit_s, counted=bool(arguments.homes))
    out = arguments.geojson or arguments.stations.with_suffix(".geojson")
    write_geojson(out, net, paces[arguments.profile], stations, homes, people, limit_s)
    print(f"written {out}; {net.provenance.attribution}")
    return 0


def open_streets(path: Path) -> Network:
    """Open a network file, or import an extract on the fly."""
    if path.name.endswith((".osm", ".pbf")):
        return import_streets(path)
    return Network.load(path)


def read_points(path: Path, default_crs: str) -> Points:
    """Read a CSV of labelled coordinates; raise BadTable or CircleError with a sentence."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except UnicodeDecodeError as error:
        raise BadTable(f"{path.name} is not UTF-8; save it as CSV UTF-8 and try again") from error
    if not rows or not {"lon", "lat"} <= set(rows[0]):
        raise BadTable(f"{path.name} needs the columns lon and lat, and one row at least")
    lon, lat = _degrees(path, rows, default_crs)
    name_column = next((c for c in NAME_COLUMNS if c in rows[0]), None)
    count_column = next((c for c in COUNT_COLUMNS if c in rows[0]), None)
    names = [row[name_column] if name_column else str(n) for n, row in enumerate(rows, start=1)]
    return Points(names, lon, lat, [_count(row.get(count_column or "", "1")) for row in rows])


def _degrees(path: Path, rows: list[dict[str, str]], default_crs: str) -> tuple[F8, F8]:
    """Convert each row by its own datum."""
    lon, lat = np.empty(len(rows)), np.empty(len(rows))
    for number, row in enumerate(rows):
        try:
            at = float(row["lon"]), float(row["lat"])
        except (TypeError, ValueError) as error:
            raise BadTable(f"{path.name}, row {number + 2}: lon and lat must be numbers") from error
        x, y = datum.to_wgs84(at[0], at[1], row.get("crs") or default_crs)
        lon[number], lat[number] = float(x), float(y)
    return lon, lat


def _count(text: str | None) -> int:
    try:
        return max(0, round(float(text or 0)))
    except ValueError:
        return 0


def corners(net: Network) -> Points:
    """Take every street corner for a home where no homes are given."""
    every = max(1, net.nodes // CORNERS_SHOWN)
    lon = np.asarray(net.lon[::every] * UNIT, dtype=np.float64)
    lat = np.asarray(net.lat[::every] * UNIT, dtype=np.float64)
    return Points([""] * len(lon), lon, lat, [1] * len(lon))


def report_unsnapped(stations: Points, doors: Doors) -> None:
    """Name the stations that no street reaches: they are counted as reaching nobody, not moved."""
    for place in doors.unsnapped().tolist():
        print(f"! {stations.names[place]}: no street within reach of this point", file=sys.stderr)


def print_rows(paces: dict[str, Pace], people: Population, stations: Points, limit_s: int) -> None:
    """Print a row a station: how many reach it at each pace."""
    print(f"{'station':<28}" + "".join(f"{code:>12}" for code in PACES) + f"{'only here':>12}")
    columns = [station_rows(paces[c].table, people, stations.names, limit_s=limit_s) for c in PACES]
    for rows in zip(*columns, strict=True):
        counts = "".join(f"{row.persons.covered:>12,}" for row in rows)
        print(f"{rows[0].name[:27]:<28}{counts}{rows[0].only:>12,}")


def print_coverage(figures: Coverage, limit_s: int, *, counted: bool) -> None:
    """Print the shares of all."""
    what = "persons" if counted else "street corners"
    for profile in figures.profiles:
        share = profile.within(limit_s).persons
        print(f"{profile.profile:<9} {limit_s / 60:g} min: {share.covered:,} of {share.total:,} {what}"
              f" ({100 * (share.share or 0):.1f} %)")  # fmt: skip
    if figures.standard:
        share = figures.standard.persons
        print(
            f"GB 50180  500 m: {share.covered:,} of {share.total:,} {what} ({100 * (share.share or 0):.1f} %)"
        )


def write_geojson(
    out: Path, net: Network, pace: Pace, stations: Points, homes: Points, people: Population, limit_s: int
) -> None:
    """Write polygons, stations and homes with their source."""
    sites = [
        Site(name, float(lon), float(lat))
        for name, lon, lat in zip(stations.names, stations.lon, stations.lat, strict=True)
    ]
    shapes = shapes_of(net)
    features: list[Feature] = []
    for place, site in enumerate(sites):
        drawn = isochrones(net, shapes, pace.edge_w, pace.stations, place, [limit_s])
        features += isochrone_features(net, site, pace.profile.code, drawn)
    rows = station_rows(pace.table, people, stations.names, limit_s=limit_s)
    features += station_features(sites, rows)
    features += home_features(homes.lon, homes.lat, pace.table, people, sites)
    collection = feature_collection(features, net.provenance, straight=False)
    out.write_bytes(orjson.dumps(collection, option=orjson.OPT_SERIALIZE_NUMPY))
