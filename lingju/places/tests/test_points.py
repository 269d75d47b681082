"""Coordinates at the edge: what is refused, and with which sentence."""

import math

import pytest

from lingju.kernel.errors import BadInput
from lingju.places.models import District
from lingju.places.services.points import Point, Ring, grounded, grounded_ring, metres_between, metres_outside
from lingju.places.tests.builders import CENTRE, a_district

pytestmark = pytest.mark.django_db


def test_wgs84_passes_as_it_is(district: District) -> None:
    assert grounded(district, Point(*CENTRE, "WGS-84")) == CENTRE


def test_gcj02_is_moved_by_half_a_kilometre(district: District) -> None:
    moved = grounded(district, Point(113.0567, 36.0524, "GCJ-02"))
    assert metres_between(moved, (113.0567, 36.0524)) == pytest.approx(591, abs=15)
    assert metres_between(moved, CENTRE) < 15


def test_bd09_lands_beside_gcj02(district: District) -> None:
    moved = grounded(district, Point(113.06326, 36.05828, "BD-09"))
    assert metres_between(moved, CENTRE) < 60


@pytest.mark.parametrize(
    ("point", "sentence"),
    [
        (Point(113.05, 36.05, ""), "坐标系"),
        (Point(113.05, 36.05, "北京54"), "坐标系"),
        (Point(36.05, 113.05, "WGS-84"), "写反了"),
        (Point(0.0, 0.0, "WGS-84"), "不在中国"),
        (Point(-73.9, 40.7, "WGS-84"), "不在中国"),
        (Point(math.nan, 36.05, "WGS-84"), "数字"),
        (Point(math.inf, 36.05, "WGS-84"), "数字"),
        (Point(122.5, 36.0, "WGS-84"), "好像不在本区"),  # in the Yellow Sea
        (Point(116.4, 39.9, "WGS-84"), "好像不在本区"),  # Beijing
        (Point(11305.0, 3605.0, "WGS-84"), "不在中国"),  # metres or degrees times a hundred
    ],
)
def test_what_cannot_be_here_is_refused_with_a_sentence(
    district: District, point: Point, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        grounded(district, point)
    assert refused.value.fields


def test_a_district_without_a_centre_checks_the_country_only() -> None:
    district = a_district("140403", name="潞州区", centre=None)
    assert grounded(district, Point(116.4, 39.9, "WGS-84")) == (116.4, 39.9)


def test_an_outline_is_closed_and_kept(district: District) -> None:
    ring = Ring(((113.05, 36.05), (113.06, 36.05), (113.06, 36.06)), "WGS-84")
    assert grounded_ring(district, ring) == [
        [113.05, 36.05],
        [113.06, 36.05],
        [113.06, 36.06],
        [113.05, 36.05],
    ]
    assert grounded_ring(district, None) is None
    assert grounded_ring(district, Ring((), "WGS-84")) is None


@pytest.mark.parametrize(
    ("corners", "sentence"),
    [
        (((113.05, 36.05), (113.06, 36.05)), "三个不同的点"),
        (((113.05, 36.05), (113.06, 36.06), (113.06, 36.05), (113.05, 36.06)), "交叉"),
        (((36.05, 113.05), (36.06, 113.05), (36.06, 113.06)), "写反了"),
    ],
)
def test_a_crooked_outline_is_refused(
    district: District, corners: tuple[tuple[float, float], ...], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        grounded_ring(district, Ring(corners, "WGS-84"))


def test_metres_outside_an_outline_and_within() -> None:
    ring = [[113.05, 36.05], [113.06, 36.05], [113.06, 36.06], [113.05, 36.06], [113.05, 36.05]]
    assert metres_outside((113.055, 36.055), ring, CENTRE) == 0
    assert metres_outside((113.055, 36.061), ring, CENTRE) == pytest.approx(111, abs=1)
    assert metres_outside((113.061, 36.055), ring, CENTRE) == pytest.approx(90, abs=1)
    assert metres_outside(CENTRE, None, CENTRE) == 0
