"""Three coordinate systems, both ways, and the refusal of what nobody labelled."""

import eviltransform
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.circles.arrays import F8
from lingju.circles.crs import (
    BD09,
    GCJ02,
    LABELS,
    WGS84,
    from_wgs84,
    gcj02_to_bd09,
    label_of,
    to_wgs84,
    wgs84_to_gcj02,
)
from lingju.circles.errors import BadCoordinate, UnknownCrs, UnlabelledCrs
from lingju.circles.plane import segment_metres

Pair = tuple[float | F8, float | F8]
CHINA_LON = st.floats(73.6, 134.9)
CHINA_LAT = st.floats(18.0, 53.5)


def apart_m(a: Pair, b: Pair) -> float:
    """Return metres between two pairs of degrees."""
    return float(np.max(segment_metres(*(np.asarray(x, float) for x in (a[0], a[1], b[0], b[1])))))


@given(CHINA_LON, CHINA_LAT)
def test_the_shift_agrees_with_the_public_one(lon: float, lat: float) -> None:
    ours = wgs84_to_gcj02(lon, lat)
    theirs = eviltransform.wgs2gcj(lat, lon)
    assert apart_m(ours, theirs[::-1]) < 0.05  # they divide by another earth radius


@given(CHINA_LON, CHINA_LAT)
def test_the_baidu_step_agrees_with_the_public_one(lon: float, lat: float) -> None:
    theirs = eviltransform.gcj2bd(lat, lon)
    assert apart_m(gcj02_to_bd09(lon, lat), theirs[::-1]) < 1e-4


def test_changzhi_lies_598_metres_further_east_on_a_domestic_map() -> None:
    east, north = wgs84_to_gcj02(113.12, 36.19)
    assert apart_m((113.12, 36.19), (east, 36.19)) == pytest.approx(598, abs=2)
    assert apart_m((113.12, 36.19), (113.12, north)) == pytest.approx(18, abs=1)


@given(CHINA_LON, CHINA_LAT, st.sampled_from(LABELS))
def test_there_and_back_is_less_than_a_millimetre(lon: float, lat: float, crs: str) -> None:
    there = from_wgs84(lon, lat, crs)
    assert apart_m(to_wgs84(*there, crs), (lon, lat)) < 0.001


@given(CHINA_LON, CHINA_LAT, st.sampled_from([GCJ02, BD09]))
def test_back_and_there_is_less_than_a_millimetre(lon: float, lat: float, crs: str) -> None:
    back = to_wgs84(lon, lat, crs)
    assert apart_m(from_wgs84(*back, crs), (lon, lat)) < 0.001


def test_outside_china_nothing_moves() -> None:
    abroad = (np.array([24.94, -51.2, 9.5]), np.array([60.17, -30.0, 47.1]))
    assert np.array_equal(wgs84_to_gcj02(*abroad), abroad)
    assert np.array_equal(to_wgs84(*abroad, GCJ02), abroad)


def test_many_points_are_the_same_as_one_at_a_time() -> None:
    lon, lat = np.linspace(80, 130, 50), np.linspace(20, 50, 50)
    together = to_wgs84(lon, lat, BD09)
    alone = [to_wgs84(x, y, BD09) for x, y in zip(lon, lat, strict=True)]
    assert np.array_equal(np.stack(together, 1), np.array(alone))


@pytest.mark.parametrize(
    ("spelling", "label"),
    [
        ("wgs84", WGS84),
        ("WGS-84", WGS84),
        ("WGS_84 ", WGS84),
        ("EPSG:4326", WGS84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", WGS84),
        ("gcj02", GCJ02),
        ("GCJ-02", GCJ02),
        ("火星坐标", GCJ02),
        ("高德", GCJ02),
        ("bd09", BD09),
        ("BD-09LL", BD09),
        ("百度", BD09),
    ],
)
def test_a_label_may_be_spelt_in_many_ways(spelling: str, label: str) -> None:
    assert label_of(spelling) == label


@pytest.mark.parametrize("label", [None, "", "  "])
def test_a_coordinate_without_a_label_is_refused(label: str | None) -> None:
    with pytest.raises(UnlabelledCrs, match="没有注明坐标系"):
        to_wgs84(113.05, 36.05, label)


def test_an_unknown_label_is_refused_by_name() -> None:
    with pytest.raises(UnknownCrs, match="北京54"):
        to_wgs84(113.05, 36.05, "北京54")


@pytest.mark.parametrize(("lon", "lat"), [(36.0, 113.0), (181.0, 0.0), (float("nan"), 36.0)])
def test_what_is_not_on_the_globe_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(BadCoordinate):
        to_wgs84(lon, lat, WGS84)
