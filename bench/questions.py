"""What a page waits for: one way, one trial site, the best sites, all gaps with reasons, one coverage report.

    python -m bench.questions STREETS [homes] [stations]

STREETS is a network file or an OSM extract. Homes and stations stand at random nodes (fixed seed). Wall-clock
milliseconds, median of many; the first call, which compiles, is not counted.
"""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from lingju.circles.causes import Terrain
from lingju.circles.coverage import coverage
from lingju.circles.doors import snap
from lingju.circles.gaps import Places, find_gaps
from lingju.circles.network import Network
from lingju.circles.obstacles import obstacles_of
from lingju.circles.osm import import_streets
from lingju.circles.paces import set_pace
from lingju.circles.plane import UNIT
from lingju.circles.population import Band, population_of
from lingju.circles.profiles import PROFILES
from lingju.circles.route import route
from lingju.circles.shapes import shapes_of
from lingju.circles.trial import best_trials, trial

BANDS = (Band("adult", "成年人", "adult"), Band("elder", "老人", "elder", is_elder=True))


def main(path: Path, homes: int = 1500, stations: int = 24) -> None:
    """Measure and print."""
    net = import_streets(path) if path.name.endswith((".osm", ".pbf")) else Network.load(path)
    random = np.random.default_rng(20240705)
    middle = np.argsort(np.hypot(*net.metres(net.lon * UNIT, net.lat * UNIT)))[: max(homes, 4000)]
    at = random.choice(middle, homes), random.choice(middle, stations)
    lon, lat = (degrees[np.concatenate(at)] * UNIT for degrees in (net.lon, net.lat))
    people = population_of(random.integers(5, 90, homes), random.integers(0, 200, (homes, 2)), BANDS)
    home_doors = snap(net, lon[:homes], lat[:homes])
    station_doors = snap(net, lon[homes:], lat[homes:])
    print(f"{path.name}: {net.nodes} nodes, {homes} homes, {stations} stations")
    codes = ("adult", "elder", "wheel", "gb50180")
    paces = {code: set_pace(net, PROFILES[code], home_doors, station_doors) for code in codes}
    adult = paces["adult"]
    tell("one pace set", lambda i: set_pace(net, PROFILES["adult"], home_doors, station_doors), 5)
    tables = {code: pace.table for code, pace in paces.items()}
    tell("coverage report", lambda i: coverage(tables, people), 20)
    shapes = shapes_of(net)
    tell(
        "one way",
        lambda i: route(net, shapes, adult.edge_w, adult.homes, i, adult.stations, i % stations),
        200,
    )
    sites = [snap(net, lon[i], lat[i]) for i in range(50)]
    tell("one trial site, four paces", lambda i: trial(paces, people, sites[i]), 50)
    tell("put a site on the streets", lambda i: snap(net, lon[i], lat[i]), 5)
    obstacles = obstacles_of(net, shapes)
    tell("obstacles, once a network", lambda i: obstacles_of(net, shapes), 3)
    x, y = net.metres(lon, lat)
    places = Places(x[:homes], y[:homes], x[homes:], y[homes:])
    terrain = Terrain(net, shapes, obstacles)
    gaps = find_gaps(adult.table, people, places)
    tell(f"{len(gaps)} gaps", lambda i: find_gaps(adult.table, people, places), 3)
    tell(
        "the same with reasons",
        lambda i: find_gaps(adult.table, people, places, terrain=terrain, pace=adult),
        3,
    )
    tell("best sites for a gap", lambda i: best_trials(net, adult, people, gaps[0].homes), 3)


def tell(what: str, ask: Callable[[int], object], times: int) -> None:
    """Print the median milliseconds of one question and its worst."""
    ask(0)
    taken = []
    for i in range(times):
        start = perf_counter()
        ask(i)
        taken.append((perf_counter() - start) * 1000)
    print(f"  {what:<28} {statistics.median(taken):8.2f} ms   worst {max(taken):8.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(count) for count in sys.argv[2:4]))
