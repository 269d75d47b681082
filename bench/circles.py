"""Reach sets, nearest stations and station changes, beside the best libraries.

    python -m bench.circles [--streets FILE] [--sources 1000] [--few 200]

One run, one graph, one thread, CPU time, the best of several repeats; answers are compared node by node
before a ratio is printed. Figures go to bench/results/circles.json. Exit code 1 where an answer differs or a
target is missed. Peers that are not installed are named and left out.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from bench import peers
from lingju.circles import search
from lingju.circles.arrays import F8, I4, U2
from lingju.circles.doors import Doors
from lingju.circles.incremental import NodeField
from lingju.circles.network import UNREACHED, Network
from lingju.circles.osm import import_streets
from lingju.circles.profiles import PROFILES
from lingju.circles.table import door_seeds, ground, time_table
from lingju.circles.weights import arc_weights, edge_weights

LIMIT_S = 600
LIMIT = LIMIT_S * 50
HOMES, STATIONS = 1500, 24
STREETS = Path(__file__).resolve().parents[2] / "shared/data/geo/poa.osm.pbf"
RESULTS = Path(__file__).parent / "results" / "circles.json"


@dataclass(frozen=True)
class Row:
    """One figure: microseconds, how often slower than ours, and the target for that ratio or that time."""

    what: str
    who: str
    microseconds: float
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def cpu(work: Callable[[], Any], *, repeats: int = 8) -> tuple[float, Any]:
    """Return the least CPU microseconds of several runs, and the last answer.

    Each answer is dropped before the next run. Kept, scipy's dense rows would come from fresh pages every
    time, and the kernel's page faults took ten times longer than the search.
    """
    best, answer = float("inf"), None
    for _ in range(repeats):
        answer = None
        begin = time.process_time()
        answer = work()
        best = min(best, time.process_time() - begin)
    return best * 1e6, answer


@dataclass(frozen=True)
class Scene:
    """One city, one profile, and the same arcs for everybody."""

    net: Network
    edge_w: U2
    w: U2
    edges: peers.Edges
    sources: I4  # of reach sets
    stations: I4  # nodes with one station each

    @property
    def arcs(self) -> tuple[I4, I4, U2]:
        """Return the arcs as our searches take them."""
        return self.net.ptr, self.net.nbr, self.w


def scene(net: Network, sources: int) -> Scene:
    """Draw sources and stations with a fixed seed; stations have coordinates of their own.

    pandana maps a station by coordinates, so two nodes in one spot would be a coin toss.
    """
    rng = np.random.default_rng(2)
    edge_w = edge_weights(net, PROFILES["adult"])
    place = net.lon.astype(np.int64) << 32 | net.lat.astype(np.int64) & 0xFFFFFFFF
    _, at, count = np.unique(place, return_index=True, return_counts=True)
    return Scene(
        net=net,
        edge_w=edge_w,
        w=arc_weights(net, edge_w),
        edges=peers.plain_edges(net, edge_w),
        sources=rng.integers(0, net.nodes, sources).astype(np.int32),
        stations=rng.choice(at[count == 1], STATIONS, replace=False).astype(np.int32),
    )


def _warm(work: Callable[[], Any]) -> float:
    """Return the least microseconds of five runs: as many for us as for a peer, no answer kept."""
    return cpu(work, repeats=5)[0]


class Comparison:
    """Our figure first, then each peer's, checked against our answer.

    Ours and a peer take turns, and the ratio is the median over the rounds: on a busy machine two figures
    that were taken one after the other would compare the neighbours' load.
    """

    def __init__(self, what: str, per: int, work: Callable[[], Any]) -> None:
        self.what, self.per, self.work = what, per, work
        taken, self.answer = cpu(work, repeats=15)
        self.rows = [Row(what, "lingju", taken / per)]

    def against(
        self,
        who: str,
        work: Callable[[], Any],
        same: Callable[[Any], bool],
        *,
        rounds: int = 5,
        at_least: float | None = None,
    ) -> None:
        """Add a peer that answers as many questions; `at_least` is the ratio we promised."""
        if not same(work()):
            raise SystemExit(f"{self.what}: {who} answers differently")
        turns = [(_warm(self.work), _warm(work)) for _ in range(rounds)]
        ratio = float(np.median([theirs / ours for ours, theirs in turns]))
        taken = float(np.median([theirs for _, theirs in turns])) / self.per
        met = None if at_least is None else ratio >= at_least
        target = "" if at_least is None else f">= {at_least:g}x"
        self.rows.append(Row(self.what, who, taken, ratio, target, met))


def reach_sets(here: Scene, few: int) -> list[Row]:
    """Compare what each of `few` sources reaches: the same sources for everybody."""
    some = here.sources[:few]
    comparison = Comparison("reach set, per source", few, lambda: search.reach_sets(*here.arcs, some, LIMIT))
    mine = _as_times(comparison.answer, few, here.net.nodes)
    all_of_them, _ = cpu(lambda: search.reach_sets(*here.arcs, here.sources, LIMIT))
    many = len(here.sources)
    comparison.rows.append(Row(comparison.what, f"lingju, {many} sources", all_of_them / many))
    matrix = peers.scipy_graph(here.net, here.edges)
    comparison.against(
        "scipy dijkstra(limit)",
        lambda: dijkstra(matrix, indices=some, limit=LIMIT),
        lambda dense: np.array_equal(dense, mine),
        at_least=5,
    )
    if pandana := peers.library("pandana"):
        _pandana_reach_sets(comparison, pandana, here, some, mine)
    if networkx := peers.library("networkx"):
        graph = peers.networkx_graph(networkx, here.net, here.edges)
        times_to = networkx.single_source_dijkstra_path_length
        comparison.against(
            "networkx (cutoff)",
            lambda: [times_to(graph, source, cutoff=LIMIT) for source in some.tolist()],
            lambda found: [{node: t for node, t in enumerate(row) if t < np.inf} for row in mine] == found,
        )
    return comparison.rows


def _pandana_reach_sets(comparison: Comparison, pandana: Any, here: Scene, some: I4, mine: F8) -> None:
    """Add pandana's public call, its compiled part alone, and what it needs before its first answer."""
    build, graph = cpu(lambda: peers.pandana_graph(pandana, here.net, here.edges), repeats=1)
    comparison.against(
        "pandana nodes_in_range",
        lambda: graph.nodes_in_range(some, LIMIT),
        lambda frame: np.array_equal(_frame_times(frame, some, here.net.nodes), mine),
        at_least=50,
    )
    names, sources = np.arange(here.net.nodes), some.astype(np.int64)
    comparison.against(
        "pandana, its C++ alone",
        lambda: graph.net.nodes_in_range(sources, LIMIT, 0, names),
        lambda raw: [len(dict(one)) for one in raw] == np.isfinite(mine).sum(axis=1).tolist(),
    )
    comparison.rows.append(Row("build before the first answer", "pandana (contraction)", build))


def nearest_stations(here: Scene) -> list[Row]:
    """Compare the nearest station of every node."""
    owner, start = np.arange(STATIONS, dtype=np.int32), np.zeros(STATIONS, np.uint16)
    seeds = search.Seeds(here.stations, start, owner)
    comparison = Comparison("nearest station, all nodes", 1, lambda: search.nearest(*here.arcs, seeds, LIMIT))
    mine = comparison.answer[0]
    matrix = peers.scipy_graph(here.net, here.edges)
    comparison.against(
        "scipy dijkstra(min_only)",
        lambda: dijkstra(matrix, indices=here.stations, limit=LIMIT, min_only=True),
        lambda found: np.array_equal(np.where(np.isinf(found), UNREACHED, found), mine),
        rounds=31,
        at_least=2,
    )
    if pandana := peers.library("pandana"):
        graph = peers.pandana_graph(pandana, here.net, here.edges)
        x, y = (graph.nodes_df[axis].iloc[here.stations] for axis in "xy")

        def ask() -> Any:
            graph.set_pois("stations", LIMIT, 1, x, y)
            return graph.nearest_pois(LIMIT, "stations", max_distance=UNREACHED)

        comparison.against(
            "pandana nearest_pois", ask, lambda frame: np.array_equal(frame[1].to_numpy(), mine)
        )
    return comparison.rows


def station_changes(here: Scene) -> list[Row]:
    """Measure one station that opens or closes: the node field, and a whole district's time table."""
    rng = np.random.default_rng(3)
    homes, stations = _places(here.net, HOMES, 2, rng), _places(here.net, STATIONS, 2, rng)
    adult = PROFILES["adult"]
    seeds = door_seeds(here.net, here.edge_w, stations, adult)
    taken, (ticks, owner) = cpu(lambda: search.nearest(*here.arcs, seeds, LIMIT), repeats=20)
    field = NodeField(*here.arcs, seeds, STATIONS, LIMIT)
    close, again = _each_change(field)
    if not (np.array_equal(field.ticks, ticks) and np.array_equal(field.owner, owner)):
        raise SystemExit("open(close(station)) is not what it was")
    what = "one station changes, all nodes"
    rows = [Row(what, "lingju, the whole field anew", taken)]
    for name, times in (("close", close), ("open", again)):
        median, most = np.percentile(times, [50, 95])
        rows += [Row(what, f"lingju {name}, median", median), Row(what, f"lingju {name}, 95 %", most)]
    what = f"one station changes, {HOMES} homes"
    land = ground(here.net, here.edge_w, homes, adult)
    taken, table = cpu(lambda: land.table(stations))
    site = table.column(0)
    replaced, _ = cpu(lambda: table.without(0).with_station(*site, at=0).nearest())
    anew, _ = cpu(lambda: _district(here.net, homes, stations))
    rows += [
        Row(what, "lingju, pairs of that station", replaced),
        Row(what, "lingju, table anew, streets ready", taken),
        Row(
            what, f"lingju, all {len(PROFILES)} profiles from nothing", anew, None, "<= 50 ms", anew <= 50_000
        ),
    ]
    return rows


def _district(net: Network, homes: Doors, stations: Doors) -> int:
    """Weigh the streets and fill and read the table of every profile: the most a change can cost."""
    reached = 0
    for profile in PROFILES.values():
        table = time_table(net, edge_weights(net, profile), homes, stations, profile)
        reached += int((table.nearest()[1] <= LIMIT).sum())
    return reached


def _each_change(field: NodeField) -> tuple[list[float], list[float]]:
    """Close and open every station in turn, ten times; return the microseconds of each."""
    close, again = [], []
    for station in list(range(field.stations)) * 10:
        begin = time.process_time()
        field.close(station)
        between = time.process_time()
        field.open(station)
        close.append((between - begin) * 1e6)
        again.append((time.process_time() - between) * 1e6)
    return close[field.stations :], again[field.stations :]


def _places(net: Network, places: int, doors: int, rng: np.random.Generator) -> Doors:
    """Draw places with some doors each on edges within 2 km of the middle."""
    x, y = net.metres(net.lon[net.edge_u] / 1e7, net.lat[net.edge_u] / 1e7)
    central = np.flatnonzero(np.hypot(x - np.median(x), y - np.median(y)) < 2000)
    edge = rng.choice(central, places * doors).astype(np.int32)
    return Doors(
        ptr=np.arange(0, places * doors + 1, doors, dtype=np.int32),
        edge=edge,
        offset_mm=(rng.random(places * doors) * net.length_mm[edge]).astype(np.uint32),
        extra_mm=rng.integers(0, 60_000, places * doors).astype(np.uint32),
        snapped_m=np.zeros(places * doors, np.float32),
    )


def _as_times(sets: search.ReachSets, sources: int, nodes: int) -> F8:
    """Return reach sets as scipy writes them: float64[sources, nodes], inf where unreached."""
    times = np.full((sources, nodes), np.inf)
    for source in range(sources):
        node, ticks = sets.of(source)
        times[source, node] = ticks
    return times


def _frame_times(frame: Any, sources: I4, nodes: int) -> F8:
    """Return pandana's frame as scipy writes it. A source drawn twice has one entry there."""
    distinct, row = np.unique(sources, return_inverse=True)
    by_source = np.full((len(distinct), nodes), np.inf)
    where = np.searchsorted(distinct, frame["source"].to_numpy())
    by_source[where, frame["destination"].to_numpy()] = frame["ticks"].to_numpy()
    return np.asarray(by_source[row], np.float64)


def show(rows: list[Row], net: Network, streets: Path) -> None:
    """Print the table."""
    print(f"{streets.name}: {net.nodes:,} nodes, {net.edges:,} edges; {LIMIT_S} s; adult; CPU time\n")
    print(f"{'what':32} {'who':36} {'us':>12} {'x ours':>8}  target")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}"
        verdict = "" if row.met is None else f"{row.target} {'met' if row.met else 'MISSED'}"
        print(f"{row.what:32} {row.who:36} {row.microseconds:12,.1f} {ratio:>8}  {verdict}")


def keep(rows: list[Row], net: Network, streets: Path) -> None:
    """Write the figures with what they were measured on."""
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    graph = {"streets": streets.name, "nodes": net.nodes, "edges": net.edges, "limit_s": LIMIT_S}
    figures = [asdict(row) | {"microseconds": round(row.microseconds, 1)} for row in rows]
    RESULTS.parent.mkdir(exist_ok=True)
    text = json.dumps({"on": machine | graph, "figures": figures}, ensure_ascii=False, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def main() -> int:
    """Run everything; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streets", type=Path, default=STREETS, help=".osm.pbf, .osm or a saved network")
    parser.add_argument("--sources", type=int, default=1000, help="reach sets to make")
    parser.add_argument("--few", type=int, default=200, help="how many of them the peers make")
    options = parser.parse_args()
    streets: Path = options.streets
    is_map = streets.name.endswith((".osm", ".pbf"))
    net = import_streets(streets) if is_map else Network.load(streets)
    here = scene(net, options.sources)
    rows = [*reach_sets(here, options.few), *nearest_stations(here), *station_changes(here)]
    show(rows, net, streets)
    keep(rows, net, streets)
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
