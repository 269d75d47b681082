"""Straight lines as a stopgap: exact where they claim to be, and never without their label."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles.network import TICK_S
from lingju.circles.profiles import PROFILES
from lingju.circles.straight import DETOUR, straight_metres, straight_table

LON, LAT = 113.05, 36.05
places = st.lists(st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02)), max_size=12)


def degrees(offsets: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    array = np.array(offsets, dtype=np.float64).reshape(-1, 2)
    return LON + array[:, 0], LAT + array[:, 1]


def test_a_straight_table_says_that_it_is_straight() -> None:
    table = straight_table(*degrees([(0, 0)]), *degrees([(0.001, 0)]), PROFILES["adult"])
    assert table.straight


def test_one_degree_of_the_meridian_is_what_the_sphere_says() -> None:
    assert straight_metres(0.0, 0.0, 0.0, 1.0) == pytest.approx(np.pi / 180 * 6_371_008.8)


def test_the_time_is_distance_times_detour_over_speed() -> None:
    table = straight_table(*degrees([(0, 0)]), *degrees([(0, 0.004)]), PROFILES["adult"])
    metres = float(straight_metres(LON, LAT, LON, LAT + 0.004))
    assert table.ticks[0] * TICK_S == pytest.approx(metres * DETOUR / 1.2, abs=TICK_S)


@settings(max_examples=25, deadline=None)
@given(places, places, st.sampled_from([300, 600, 1200]))
def test_every_pair_inside_the_limit_is_there_and_no_other(
    homes: list[tuple[float, float]], stations: list[tuple[float, float]], limit_s: int
) -> None:
    profile = PROFILES["elder"]
    table = straight_table(*degrees(homes), *degrees(stations), profile, limit_s=limit_s)
    (lon, lat), (slon, slat) = degrees(homes), degrees(stations)
    metres = straight_metres(lon[:, None], lat[:, None], slon[None, :], slat[None, :])
    ticks = np.rint(metres * DETOUR / profile.metres_per_second / TICK_S).astype(int)
    expected = [
        (home, station, ticks[home, station])
        for home in range(len(homes))
        for station in range(len(stations))
        if ticks[home, station] <= round(limit_s / TICK_S)
    ]
    home = np.repeat(np.arange(len(homes)), np.diff(table.ptr))
    got = list(zip(home.tolist(), table.station.tolist(), table.ticks.tolist(), strict=True))
    assert [(h, s) for h, s, _ in got] == [(h, s) for h, s, _ in expected]
    assert all(abs(a[2] - b[2]) <= 1 for a, b in zip(got, expected, strict=True))
