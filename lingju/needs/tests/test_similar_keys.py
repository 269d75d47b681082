"""A need meets another under a key: the same matter close by, the same words, the same spot."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.needs.text import similar
from lingju.needs.text.keys import PLACE, WORDS, asked, squares, written

LAMP = "三号楼门口的路灯不亮，三天了"
LON, LAT = 113.05, 36.05


def moved(east_m: float, north_m: float, lon: float = LON, lat: float = LAT) -> tuple[float, float]:
    """Return a point so many metres east and north of another."""
    wide = similar.METRES_PER_DEGREE * math.cos(math.radians(lat))
    return lon + east_m / wide, lat + north_m / similar.METRES_PER_DEGREE


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(-100, 100), st.floats(-100, 100))
def test_whatever_lies_close_by_lies_in_one_of_the_squares(
    lon: float, lat: float, east: float, north: float
) -> None:
    there = moved(east, north, lon, lat)
    assert squares(*there)[0] in squares(lon, lat)
    assert len(squares(lon, lat)) <= 4


@pytest.mark.parametrize(("east", "north"), [(0, 0), (100, 0), (-90, 90)])
def test_the_same_words_close_by_meet_under_all_their_bands(east: float, north: float) -> None:
    wanted = asked(LAMP, LON, LAT)
    shared = written(LAMP, *moved(east, north)) & wanted.keys()
    assert sum(wanted[key] == WORDS for key in shared) == 12 + similar.PAIRS


def test_the_same_words_far_away_meet_by_their_close_bands_alone() -> None:
    shared = written(LAMP, *moved(3000, 0)) & asked(LAMP, LON, LAT).keys()
    assert len(shared) == similar.PAIRS


def test_other_words_at_the_same_spot_meet_by_their_place() -> None:
    wanted = asked(LAMP, LON, LAT)
    assert [wanted[key] for key in written("想办书法班", LON, LAT) & wanted.keys()] == [PLACE]


def test_a_need_without_a_point_is_found_by_its_words() -> None:
    assert written(LAMP, None, None) <= asked(LAMP, LON, LAT).keys()
    assert written(LAMP, None, None) == asked(LAMP, None, None).keys()


def test_a_text_that_says_nothing_is_found_by_its_place_alone() -> None:
    assert written("", LON, LAT) == {similar.cell(LON, LAT)}
    assert written("", None, None) == frozenset()
    assert set(asked("", LON, LAT).values()) == {PLACE}


def test_every_key_fits_the_column() -> None:
    keys = written(LAMP, LON, LAT) | asked(LAMP, LON, LAT).keys()
    assert all(0 <= key < 2**63 for key in keys)
