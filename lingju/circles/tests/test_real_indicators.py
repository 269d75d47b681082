"""Ways, land and gaps on the real streets of Haidian, Beijing; skipped where the extract is not at hand."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely

from lingju.circles.causes import Cause, Terrain
from lingju.circles.doors import snap
from lingju.circles.gaps import Places, find_gaps
from lingju.circles.network import TICK_S, UNREACHED, Network
from lingju.circles.obstacles import obstacles_of
from lingju.circles.osm import import_streets
from lingju.circles.paces import Pace, set_pace
from lingju.circles.plane import UNIT
from lingju.circles.polygons import Spurs, isochrones
from lingju.circles.population import Band, Population, population_of
from lingju.circles.profiles import PROFILES
from lingju.circles.route import route
from lingju.circles.shapes import Shapes, shapes_of

EXTRACT = Path(__file__).resolve().parents[4] / "shared/data/geo/beijing_haidian_tsinghua.osm"
pytestmark = pytest.mark.skipif(not EXTRACT.exists(), reason="the Haidian extract is not here")

HOMES, STATIONS = 120, 8


@dataclass(frozen=True)
class Haidian:
    """Real streets with homes and stations at random corners, some metres off."""

    net: Network
    shapes: Shapes
    pace: Pace
    people: Population
    places: Places


@cache
def haidian() -> Haidian:
    net = import_streets(EXTRACT)
    random = np.random.default_rng(20240705)
    corner = random.choice(net.nodes, HOMES + STATIONS, replace=False)
    lon = net.lon[corner] * UNIT + random.normal(0, 2e-4, len(corner))
    lat = net.lat[corner] * UNIT + random.normal(0, 2e-4, len(corner))
    x, y = net.metres(lon, lat)
    pace = set_pace(
        net, PROFILES["elder"], snap(net, lon[:HOMES], lat[:HOMES]), snap(net, lon[HOMES:], lat[HOMES:])
    )
    people = population_of([20] * HOMES, [[50]] * HOMES, (Band("all", "全部", "elder"),))
    places = Places(x[:HOMES], y[:HOMES], x[HOMES:], y[HOMES:])
    return Haidian(net, shapes_of(net), pace, people, places)


def test_every_way_takes_what_the_table_says() -> None:
    here = haidian()
    table, pace = here.pace.table, here.pace
    said = {
        (home, int(table.station[pair])): int(table.ticks[pair])
        for home in range(HOMES)
        for pair in range(table.ptr[home], table.ptr[home + 1])
    }
    for home in range(0, HOMES, 4):
        for station in range(STATIONS):
            found = route(here.net, here.shapes, pace.edge_w, pace.homes, home, pace.stations, station)
            assert (found.ticks if found else None) == said.get((home, station))


def test_land_holds_every_home_in_reach() -> None:
    here = haidian()
    spurs = Spurs(here.places.home_x, here.places.home_y, here.pace.homes)
    points = np.asarray(shapely.points(spurs.x, spurs.y))
    for station in range(STATIONS):
        home, ticks = here.pace.table.column(station)
        for drawn in isochrones(
            here.net, here.shapes, here.pace.edge_w, here.pace.stations, station, (300, 600), homes=spurs
        ):
            reached = home[ticks <= round(drawn.limit_s / TICK_S)]
            assert shapely.contains(drawn.shape, points[reached]).all()
            assert drawn.shape.is_valid


def test_every_gap_says_why() -> None:
    here = haidian()
    terrain = Terrain(here.net, here.shapes, obstacles_of(here.net, here.shapes))
    gaps = find_gaps(here.pace.table, here.people, here.places, terrain=terrain, pace=here.pace)
    _, ticks = here.pace.table.nearest()
    assert sum(len(gap.homes) for gap in gaps) == int((ticks > 600 / TICK_S).sum())
    for gap in gaps:
        if gap.reason.remedy_s is not None:
            walk = ticks[gap.middle] * TICK_S if ticks[gap.middle] < UNREACHED else 1200
            assert gap.reason.kind in (Cause.BARRIER, Cause.GATE, Cause.DEAD_END)
            assert gap.reason.remedy_s < max(1200, walk)
