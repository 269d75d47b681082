"""Gaps: whose homes are left out, which of them belong together, and a reason that can be shown."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.circles.arrays import F8
from lingju.circles.causes import Cause, Compound, Terrain, side_of
from lingju.circles.doors import snap
from lingju.circles.gaps import Gap, Places, find_gaps
from lingju.circles.network import Line, Network
from lingju.circles.obstacles import obstacles_of
from lingju.circles.paces import Pace, set_pace
from lingju.circles.population import Band, Population, population_of
from lingju.circles.profiles import PROFILES
from lingju.circles.shapes import shapes_of
from lingju.circles.straight import straight_table
from lingju.circles.tests.towns import a_grid, degrees, in_metres, with_lines

BANDS = (Band("15-59", "成年人", "adult"), Band("60+", "老人", "elder", is_elder=True))
Spots = list[tuple[float, float]]


def people_of(homes: Spots, households: int = 100) -> Population:
    return population_of([households] * len(homes), [[200, 50]] * len(homes), BANDS)


def gaps_of(
    net: Network,
    homes: Spots,
    stations: Spots,
    *,
    doors: Spots | None = None,
    compound: Compound | None = None,
    profile: str = "elder",
) -> tuple[Gap, ...]:
    """Find the gaps of a town; ``doors`` are where the homes' doors stand if not at the homes."""
    pace = a_pace(net, doors or homes, stations, profile)
    shapes = shapes_of(net)
    places = places_of(net, homes, stations, compound)
    terrain = Terrain(net, shapes, obstacles_of(net, shapes))
    return find_gaps(pace.table, people_of(homes), places, terrain=terrain, pace=pace)


def a_pace(net: Network, homes: Spots, stations: Spots, profile: str) -> Pace:
    at_home = snap(net, *degrees(*zip(*homes, strict=True)), reach_m=100)
    at_station = snap(net, *degrees(*zip(*stations, strict=True)))
    return set_pace(net, PROFILES[profile], at_home, at_station)


def places_of(net: Network, homes: Spots, stations: Spots, compound: Compound | None) -> Places:
    home_x, home_y = in_metres(net, homes)
    station_x, station_y = in_metres(net, stations)
    if compound is None:
        return Places(home_x, home_y, station_x, station_y)
    inside = np.zeros(len(homes), dtype=np.int64)
    return Places(home_x, home_y, station_x, station_y, inside, (compound,))


def rails(columns: int, rows: int, *, open_at: set[int]) -> Network:
    """Make a grid (100 m) cut by a railway between its rows 2 and 3, crossed only at some columns."""
    cut = [(2 * columns + c, 3 * columns + c) for c in range(columns) if c not in open_at]
    net = a_grid(columns, rows, without=cut)
    return with_lines(net, [(Line.RAIL, [(-200, 250), (350, 250)]), (Line.RAIL, [(350, 250), (2500, 250)])])


def test_a_railway_without_a_crossing_is_named_with_its_length() -> None:
    net = rails(16, 6, open_at={0, 15})
    (gap,) = gaps_of(net, [(700, 100), (720, 100)], [(700, 400)])
    assert (gap.reason.kind, gap.reason.barrier) == (Cause.BARRIER, Line.RAIL)
    assert gap.reason.metres == pytest.approx(1500, abs=1)
    assert not gap.reason.at_least
    assert gap.straight_m == pytest.approx(300, abs=1)
    assert gap.reason.remedy_s is not None
    assert gap.reason.remedy_s < 600
    assert gap.nearest_s is None  # beyond the table: more than twenty minutes


def test_a_railway_that_leaves_the_map_says_at_least() -> None:
    net = rails(16, 6, open_at={0})
    (gap,) = gaps_of(net, [(700, 100)], [(700, 400)])
    assert gap.reason.at_least
    assert gap.reason.metres == pytest.approx(2500, abs=50)


def test_a_railway_on_the_way_is_no_reason_when_a_crossing_is_at_hand() -> None:
    net = rails(16, 12, open_at=set(range(16)))
    (gap,) = gaps_of(net, [(700, 100)], [(700, 1000)])
    assert gap.reason.kind is Cause.FAR


def test_a_compound_that_opens_only_to_the_east_says_so() -> None:
    net = a_grid(12, 6)
    ring, gates = compound_ring(net, [(10, 110), (590, 110), (590, 190), (10, 190)], [(600, 150)])
    compound = Compound(ring, gates)
    # The homes live at the west end; their only way out is the east gate, 550 m of compound away.
    home, station = (40.0, 150.0), (0.0, 320.0)
    at_home = snap(net, *degrees([600], [150]), extra_mm=np.array([560_000], dtype=np.uint32))
    at_station = snap(net, *degrees([station[0]], [station[1]]))
    pace = set_pace(net, PROFILES["elder"], at_home, at_station)
    shapes = shapes_of(net)
    places = places_of(net, [home], [station], compound)
    terrain = Terrain(net, shapes, obstacles_of(net, shapes))
    (gap,) = find_gaps(pace.table, people_of([home]), places, terrain=terrain, pace=pace)
    assert gap.reason.kind is Cause.GATE
    assert gap.reason.gate_sides == (0,)
    assert gap.reason.wanted_side in (2, 3)


def compound_ring(net: Network, ring: Spots, gates: Spots) -> tuple[F8, F8]:
    return np.column_stack(in_metres(net, ring)), np.column_stack(in_metres(net, gates))


def test_a_street_that_ends_before_the_next_one_is_a_dead_end() -> None:
    # Two parallel streets joined only at the far east end; a stub of the southern one stops 60 m short.
    lon, lat = degrees([0, 900, 900, 0, 0], [0, 0, 140, 140, 60])
    net = Network.from_edges(lon, lat, np.array([0, 1, 2, 0]), np.array([1, 2, 3, 4]))
    (gap,) = gaps_of(net, [(0, 20)], [(0, 140)])
    assert gap.reason.kind is Cause.DEAD_END
    assert gap.reason.metres == pytest.approx(80, abs=2)


def test_a_long_way_without_a_shown_cause_says_only_how_long() -> None:
    # A ridge of 300 m between two streets: nothing on the map stands between them.
    lon, lat = degrees([0, 900, 900, 0], [0, 0, 300, 300])
    net = Network.from_edges(lon, lat, np.array([0, 1, 2]), np.array([1, 2, 3]))
    (gap,) = gaps_of(net, [(5, 0)], [(5, 300)])
    assert gap.reason.kind is Cause.DETOUR
    assert gap.reason.ratio is None
    (gap,) = gaps_of(net, [(600, 0)], [(600, 300)])
    assert gap.reason.ratio == pytest.approx(900 / 300, abs=0.02)


def test_a_home_without_a_street_is_unconnected() -> None:
    net = a_grid(4, 4)
    (gap,) = gaps_of(net, [(900, 900)], [(0, 0)])
    assert gap.reason.kind is Cause.UNCONNECTED
    assert (gap.nearest_s, gap.median_s, gap.walk_station) == (None, None, -1)


def test_two_sides_of_a_railway_are_two_gaps() -> None:
    net = rails(16, 6, open_at={0})
    gaps = gaps_of(net, [(1400, 210), (1400, 290)], [(100, 400)])
    assert len(gaps) == 2


def test_a_compound_is_one_gap_however_large_it_is() -> None:
    net = a_grid(20, 3)
    ring, gates = compound_ring(net, [(1000, 0), (1900, 0), (1900, 200), (1000, 200)], [(1000, 100)])
    homes: Spots = [(1200, 100), (1500, 100), (1850, 100)]
    assert len(gaps_of(net, homes, [(0, 0)])) == 3
    (gap,) = gaps_of(net, homes, [(0, 0)], compound=Compound(ring, gates))
    assert gap.shape.geom_type == "Polygon"


def test_straight_lines_show_no_cause() -> None:
    homes, stations = [(0.0, 0.0), (3000.0, 0.0)], [(100.0, 0.0)]
    table = straight_table(
        *degrees(*zip(*homes, strict=True)), *degrees(*zip(*stations, strict=True)), PROFILES["adult"]
    )
    places = Places(np.array([0.0, 3000.0]), np.zeros(2), np.array([100.0]), np.zeros(1))
    (gap,) = find_gaps(table, people_of(homes), places)
    assert (gap.reason.kind, gap.homes.tolist()) == (Cause.FAR, [1])


def test_a_mask_that_closes_every_station_leaves_everybody_out() -> None:
    net = a_grid(4, 4)
    homes: Spots = [(0, 0), (100, 100)]
    pace = a_pace(net, homes, [(0, 0)], "adult")
    places = places_of(net, homes, [(0, 0)], None)
    gaps = find_gaps(pace.table, people_of(homes), places, mask=np.array([False]))
    assert sum(gap.households for gap in gaps) == 200
    assert gaps[0].straight_station == -1


spots = st.tuples(st.floats(0, 2000), st.floats(0, 500))


@settings(max_examples=20, deadline=None)
@given(st.lists(spots, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_gaps_hold_exactly_the_uncovered_homes_in_any_order(homes: Spots, random: object) -> None:
    net = a_grid(21, 6)
    people = people_of(homes)
    gaps = gaps_of(net, homes, [(0, 0)])
    pace = a_pace(net, homes, [(0, 0)], "elder")
    _, ticks = pace.table.nearest()
    uncovered = np.flatnonzero(ticks > 30_000)
    found = np.sort(np.concatenate([gap.homes for gap in gaps])) if gaps else np.empty(0)
    assert found.tolist() == uncovered.tolist()
    assert sum(gap.households for gap in gaps) == int(people.households[uncovered].sum())
    assert sum(gap.elders for gap in gaps) == int(people.elders_by_home[uncovered].sum())
    x, y = in_metres(net, homes)
    for gap in gaps:
        assert shapely.contains(gap.shape, shapely.points(x[gap.homes], y[gap.homes])).all()
    order = list(range(len(homes)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = gaps_of(net, [homes[i] for i in order], [(0, 0)])
    clusters = {frozenset(homes[i] for i in gap.homes) for gap in gaps}
    assert {frozenset(homes[order[i]] for i in gap.homes) for gap in again} == clusters


def test_sides_are_measured_in_the_compounds_own_box() -> None:
    ring = np.array([(0, 0), (400, 0), (400, 100), (0, 100)], dtype=np.float64)
    gates = [(400, 60), (150, 0), (0, 50), (260, 100)]
    assert [side_of(ring, np.array(gate, dtype=np.float64)) for gate in gates] == [0, 1, 2, 3]
