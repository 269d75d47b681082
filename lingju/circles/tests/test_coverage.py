"""Coverage counts: shares with both halves, masks, bands and paces, against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles.coverage import (
    Coverage,
    Share,
    coverage,
    reach_within,
    stations_within,
    walk_of,
)
from lingju.circles.errors import BeyondTheTable, UnknownPace
from lingju.circles.network import TICK_S, UNREACHED
from lingju.circles.population import Band, Population, population_of
from lingju.circles.table import TimeTable

BANDS = (
    Band("0-14", "儿童", "adult"),
    Band("15-59", "成年人", "adult"),
    Band("60+", "老人", "elder", is_elder=True),
)
STATIONS = 4


def a_table(minutes: list[dict[int, float]], *, stations: int = STATIONS, limit_s: int = 1200) -> TimeTable:
    """Make a table from minutes per station of each home."""
    pairs = [sorted(home.items()) for home in minutes]
    ptr = np.cumsum([0, *(len(home) for home in pairs)])
    flat = [pair for home in pairs for pair in home]
    return TimeTable(
        ptr=ptr.astype(np.int32),
        station=np.array([station for station, _ in flat], dtype=np.int32),
        ticks=np.array([round(m * 60 / TICK_S) for _, m in flat], dtype=np.uint16),
        stations=stations,
        limit=round(limit_s / TICK_S),
    )


homes = st.lists(
    st.tuples(
        st.dictionaries(st.integers(0, STATIONS - 1), st.floats(0, 20)),
        st.integers(0, 500),
        st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)),
    ),
    min_size=1,
    max_size=15,
)
Homes = list[tuple[dict[int, float], int, tuple[int, int, int]]]


def a_district(drawn: Homes) -> tuple[dict[str, TimeTable], Population]:
    """Make tables at both paces (elders need a third more) and the population."""
    adult = a_table([home for home, _, _ in drawn])
    elder = a_table([{s: m * 4 / 3 for s, m in home.items() if m * 4 / 3 <= 20} for home, _, _ in drawn])
    people = population_of([count for _, count, _ in drawn], [bands for _, _, bands in drawn], BANDS)
    return {"adult": adult, "elder": elder}, people


def by_loop(table: TimeTable, home: int, limit_s: int, mask: np.ndarray) -> int:
    pairs = range(table.ptr[home], table.ptr[home + 1])
    return sum(table.ticks[p] * TICK_S <= limit_s + 1e-9 and bool(mask[table.station[p]]) for p in pairs)


@settings(max_examples=40, deadline=None)
@given(homes, st.lists(st.booleans(), min_size=STATIONS, max_size=STATIONS))
def test_counts_agree_with_a_plain_loop(drawn: Homes, kept: list[bool]) -> None:
    tables, people = a_district(drawn)
    mask = np.array(kept)
    report = coverage(tables, people, mask=mask)
    for code in ("adult", "elder"):
        for reach in report.profile(code).reach:
            choices = [by_loop(tables[code], home, reach.limit_s, mask) for home in range(len(drawn))]
            assert stations_within(tables[code], reach.limit_s, mask=mask).tolist() == choices
            counted = [home for home, count in zip(drawn, choices, strict=True) if count]
            assert reach.households == Share(sum(h[1] for h in counted), sum(h[1] for h in drawn))
            assert reach.persons == Share(sum(sum(h[2]) for h in counted), sum(sum(h[2]) for h in drawn))
            assert reach.second_choice.covered == sum(
                home[1] for home, count in zip(drawn, choices, strict=True) if count > 1
            )


@settings(max_examples=25, deadline=None)
@given(homes)
def test_a_wider_limit_never_covers_fewer(drawn: Homes) -> None:
    tables, people = a_district(drawn)
    for figures in coverage(tables, people).profiles:
        for near, far in zip(figures.reach[:-1], figures.reach[1:], strict=True):
            assert near.households.covered <= far.households.covered
            assert near.persons.covered <= far.persons.covered
            assert near.second_choice.covered <= far.second_choice.covered


@settings(max_examples=25, deadline=None)
@given(homes, st.integers(0, STATIONS - 1))
def test_removing_a_station_never_covers_more(drawn: Homes, removed: int) -> None:
    tables, people = a_district(drawn)
    mask = np.arange(STATIONS) != removed
    whole, fewer = coverage(tables, people), coverage(tables, people, mask=mask)
    for limit_s in (300, 600, 900):
        assert covered(fewer, limit_s) <= covered(whole, limit_s)
        for code in tables:
            before, after = whole.profile(code).within(limit_s), fewer.profile(code).within(limit_s)
            assert after.households.covered <= before.households.covered
            assert after.second_choice.covered <= before.second_choice.covered


def covered(report: Coverage, limit_s: int) -> int:
    return report.equity_within(limit_s).everyone.covered


@settings(max_examples=25, deadline=None)
@given(homes)
def test_bands_add_up_to_everybody(drawn: Homes) -> None:
    tables, people = a_district(drawn)
    report = coverage(tables, people)
    for figures in report.profiles:
        for reach in figures.reach:
            assert sum(reach.by_band, Share(0, 0)) == reach.persons
    for equity in report.equity:
        assert equity.everyone.total == int(people.persons.sum())
        adult, elder = report.profile("adult"), report.profile("elder")
        own_pace = [adult.within(equity.limit_s).by_band[0], adult.within(equity.limit_s).by_band[1]]
        assert equity.others == own_pace[0] + own_pace[1]
        assert equity.elder == elder.within(equity.limit_s).by_band[2]


def test_exactly_on_the_limit_counts() -> None:
    people = population_of([10], [[1, 2, 3]], BANDS)
    assert reach_within(a_table([{0: 10.0}]), people, 600).households == Share(10, 10)
    assert reach_within(a_table([{0: 10.001}]), people, 600).households == Share(0, 10)


def test_the_gap_is_elder_minus_others() -> None:
    people = population_of([10, 10], [[0, 40, 10], [0, 40, 10]], BANDS)
    tables = {"adult": a_table([{0: 4}, {0: 9}]), "elder": a_table([{0: 5.3}, {0: 12}])}
    equity = coverage(tables, people).equity_within(600)
    assert (equity.elder, equity.others) == (Share(10, 20), Share(80, 80))
    assert equity.gap == pytest.approx(-0.5)
    assert equity.everyone == Share(90, 100)


def test_the_standards_rule_stands_beside_the_paces_and_is_not_one_of_them() -> None:
    people = population_of([10], [[1, 2, 3]], BANDS)
    tables = {code: a_table([{0: 8}]) for code in ("adult", "elder", "gb50180")}
    report = coverage(tables, people)
    assert report.standard is not None
    assert report.standard.households == Share(10, 10)
    assert [figures.profile for figures in report.profiles] == ["adult", "elder"]


def test_nobody_to_cover_has_no_share() -> None:
    people = population_of([0], [[0, 0, 0]], BANDS)
    reach = reach_within(a_table([{}]), people, 600)
    assert reach.households.share is None
    assert walk_of(np.array([UNREACHED], dtype=np.uint16), people.households).mean_s is None


def test_the_ninetieth_percentile_is_silent_when_more_than_a_tenth_walk_beyond_the_table() -> None:
    ticks = np.array([3000, 6000, UNREACHED], dtype=np.uint16)
    reached = walk_of(ticks, np.array([50, 40, 10]))
    assert reached.mean_s == pytest.approx((50 * 60 + 40 * 120) / 90)
    assert reached.p90_s == 120
    assert (reached.measured, reached.total) == (90, 100)
    assert walk_of(ticks, np.array([50, 39, 11])).p90_s is None


def test_a_limit_beyond_the_table_is_refused_with_a_sentence() -> None:
    people = population_of([10], [[1, 2, 3]], BANDS)
    with pytest.raises(BeyondTheTable, match="10 分钟，答不了 15 分钟"):
        reach_within(a_table([{}], limit_s=600), people, 900)


def test_a_band_without_a_computed_pace_is_refused() -> None:
    people = population_of([10], [[1, 2, 3]], BANDS)
    with pytest.raises(UnknownPace, match="老人"):
        coverage({"adult": a_table([{}])}, people)


def test_counts_that_disagree_or_are_negative_are_refused() -> None:
    with pytest.raises(ValueError, match="persons must be"):
        Population(np.array([1, 2]), np.array([[1, 2, 3]]), BANDS)
    with pytest.raises(ValueError, match="negative"):
        population_of([-1], [[1, 2, 3]], BANDS)


def test_a_district_without_homes_or_stations_has_figures_too() -> None:
    nobody = population_of([], np.zeros((0, len(BANDS))), BANDS)
    empty = coverage({"adult": a_table([]), "elder": a_table([])}, nobody)
    assert empty.equity_within(600).gap is None
    people = population_of([10], [[1, 2, 3]], BANDS)
    alone = coverage({code: a_table([{}], stations=0) for code in ("adult", "elder")}, people)
    assert alone.profile("adult").within(600).households == Share(0, 10)
    with pytest.raises(ValueError, match="one time table"):
        coverage({}, people)
