"""What the command line prints and writes: rows that add up, GeoJSON that names its source."""

import json

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from lingju.circles.coverage import Share
from lingju.circles.doors import snap
from lingju.circles.network import Network, Provenance
from lingju.circles.paces import Pace, set_pace
from lingju.circles.polygons import isochrones
from lingju.circles.population import Band, Population, population_of
from lingju.circles.profiles import PROFILES
from lingju.circles.report import (
    FeatureCollection,
    Site,
    feature_collection,
    home_features,
    isochrone_features,
    minutes_of,
    station_features,
    station_rows,
)
from lingju.circles.shapes import shapes_of
from lingju.circles.tests.towns import a_grid, degrees

BANDS = (Band("15-59", "成年人", "adult"), Band("60+", "老人", "elder", is_elder=True))
SOURCE = Provenance(source="town.osm", attribution="© OpenStreetMap 贡献者", counts={"ways": 3})


def a_district() -> tuple[Network, Pace, Population, list[Site]]:
    """Make three homes on a street and two stations: one home reaches both, one reaches one, one none."""
    net = a_grid(40, 2)
    homes, stations = degrees([0, 300, 3500], [0, 0, 0]), degrees([100, 900], [0, 0])
    pace = set_pace(net, PROFILES["adult"], snap(net, *homes), snap(net, *stations))
    people = population_of([10, 20, 40], [[10, 10], [30, 5], [50, 60]], BANDS)
    sites = [
        Site(name, float(lon), float(lat))
        for name, lon, lat in zip(("府后街", "站南街"), *stations, strict=True)
    ]
    return net, pace, people, sites


def test_rows_count_who_reaches_each_station_and_who_has_no_other() -> None:
    _, pace, people, sites = a_district()
    first, second = station_rows(pace.table, people, [site.name for site in sites])
    assert (first.homes, first.households, first.persons) == (2, Share(30, 70), Share(55, 165))
    assert first.by_band == (Share(40, 90), Share(15, 75))
    assert (second.homes, second.households) == (1, Share(20, 70))
    assert (first.only, second.only) == (10, 0)


def a_collection() -> tuple[Network, FeatureCollection]:
    net, pace, people, sites = a_district()
    rows = station_rows(pace.table, people, [site.name for site in sites])
    lon, lat = degrees([0, 300, 3500], [0, 0, 0])
    drawn = isochrones(net, shapes_of(net), pace.edge_w, pace.stations, 0, (300, 600))
    features = [
        *isochrone_features(net, sites[0], "adult", drawn),
        *station_features(sites, rows),
        *home_features(lon, lat, pace.table, people, sites),
    ]
    return net, feature_collection(features, SOURCE, straight=False)


def test_the_file_is_plain_json_that_carries_its_attribution() -> None:
    _, collection = a_collection()
    read = json.loads(json.dumps(collection, ensure_ascii=False))
    assert read["attribution"] == "© OpenStreetMap 贡献者"
    assert read["provenance"]["counts"] == {"ways": 3}
    assert read["straight"] is False
    assert [f["properties"]["kind"] for f in read["features"]] == ["isochrone"] * 2 + ["station"] * 2 + [
        "home"
    ] * 3


def test_isochrones_are_drawn_widest_first_and_wound_as_the_standard_asks() -> None:
    _, collection = a_collection()
    wide, narrow, *_ = collection["features"]
    assert (wide["properties"]["minutes"], narrow["properties"]["minutes"]) == (10, 5)
    assert shape(wide["geometry"]).area > shape(narrow["geometry"]).area
    for polygon in shapely.get_parts(shape(wide["geometry"])):
        assert polygon.exterior.is_ccw
        assert not any(hole.is_ccw for hole in polygon.interiors)


def test_homes_carry_minutes_or_null() -> None:
    _, collection = a_collection()
    near, _, far = (f["properties"] for f in collection["features"] if f["properties"]["kind"] == "home")
    assert near["station"] == "府后街"
    assert near["minutes"] == pytest.approx(100 / 1.2 / 60, abs=0.02)
    assert (far["minutes"], far["station"]) == (None, None)
    assert minutes_of(int(np.iinfo(np.uint16).max)) is None
