"""The demo's streets are one network with few ways over river and railway, and read as OSM."""

from collections import Counter
from xml.etree import ElementTree

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from lingju.site.demo.model import Degrees, Street, Town
from lingju.site.demo.osmtext import GENERATOR, osm_xml
from lingju.site.demo.tests.shapes import line, point


def over_rails(town: Town) -> list[Street]:
    rails = line(town.railway)
    return [s for s in town.streets if line(s.line).crosses(rails)]


def test_the_south_is_reached_at_four_places_only(town: Town) -> None:
    names = Counter(s.name for s in over_rails(town))
    assert names == {"西环路": 1, "英雄路": 1, "东环路": 1, "铁路人行天桥": 1}


def test_the_footbridge_over_the_railway_has_steps_at_both_ends(town: Town) -> None:
    bridge = next(s for s in town.streets if s.name == "铁路人行天桥" and s.bridge)
    steps = [s for s in town.streets if s.cls == "steps"]
    ends = (bridge.line[0], bridge.line[-1])
    assert all(any(end in s.line for s in steps) for end in ends)


def test_the_river_is_crossed_on_six_bridges_only(town: Town) -> None:
    river = line(town.river)
    over = [s for s in town.streets if line(s.line).crosses(river)]
    assert all(s.bridge for s in over)
    assert len(over) == 6


def test_nearly_every_street_belongs_to_one_network(town: Town) -> None:
    label = components(town)
    main = Counter(label.values()).most_common(1)[0][0]
    assert sum(part == main for part in label.values()) / len(label) > 0.985
    for compound in town.compounds:
        assert all(label[gate.at] == main for gate in compound.gates), compound.name


def components(town: Town) -> dict[Degrees, int]:
    number: dict[Degrees, int] = {}
    for street in town.streets:
        for spot in street.line:
            number.setdefault(spot, len(number))
    pairs = [(number[a], number[b]) for s in town.streets for a, b in zip(s.line, s.line[1:], strict=False)]
    rows, cols = np.array(pairs).T
    _, label = connected_components(coo_matrix((np.ones(len(rows)), (rows, cols)), shape=(len(number),) * 2))
    return {spot: int(label[k]) for spot, k in number.items()}


def test_streets_that_cross_share_a_junction_there(town: Town) -> None:
    ground = [s for s in town.streets if not (s.bridge or s.tunnel)]
    shapes = [line(s.line) for s in ground]
    for k, shape in enumerate(shapes):
        for j in range(k):
            if shape.crosses(shapes[j]):
                assert set(ground[k].line) & set(ground[j].line), (ground[k].name, ground[j].name)


def test_signals_stand_on_arteries_and_gates_on_lanes(town: Town) -> None:
    arteries = {spot for s in town.streets if s.cls == "artery" for spot in s.line}
    lanes = {spot for s in town.streets if s.cls in ("service", "footway") for spot in s.line}
    kinds = Counter(mark.kind for mark in town.marks)
    assert kinds["signals"] >= 20
    assert kinds["crossing"] >= 40
    assert kinds["level_crossing"] == 1
    assert all(mark.at in arteries for mark in town.marks if mark.kind in ("signals", "crossing"))
    assert all(mark.at in lanes for mark in town.marks if mark.kind == "gate")


def test_there_are_streets_of_every_kind_dead_ends_and_names(town: Town) -> None:
    classes = Counter(s.cls for s in town.streets)
    assert set(classes) == {"artery", "secondary", "minor", "service", "footway", "steps"}
    degree = Counter(spot for s in town.streets for spot in (s.line[0], s.line[-1]))
    inner = Counter(spot for s in town.streets for spot in s.line)
    loose = [
        s
        for s in town.streets
        if s.cls == "minor"
        for e in (0, -1)
        if degree[s.line[e]] == inner[s.line[e]] == 1
    ]
    assert len(loose) >= 8
    assert {"府后街", "英雄路", "光明北路", "迎宾西街", "长安路"} <= {s.name for s in town.streets}


def test_the_osm_text_is_well_formed_and_complete(town: Town) -> None:
    root = ElementTree.fromstring(osm_xml(town))
    assert root.get("generator") == GENERATOR
    nodes = {node.get("id") for node in root.iter("node")}
    assert all(ref.get("ref") in nodes for ref in root.iter("nd"))
    tags = Counter((tag.get("k"), tag.get("v")) for tag in root.iter("tag"))
    assert tags["railway", "rail"] == 1
    assert tags["waterway", "river"] == 1
    assert tags["highway", "steps"] >= 6
    assert tags["highway", "traffic_signals"] >= 20
    assert tags["barrier", "gate"] >= 100
    assert tags["footway", "crossing"] >= 8
    assert tags["leisure", "park"] >= 4
    assert tags["building", "residential"] == len(town.buildings)


def test_gates_are_nodes_that_wall_and_lane_share(town: Town) -> None:
    root = ElementTree.fromstring(osm_xml(town))
    gates = {node.get("id") for node in root.iter("node") if _has(node, "barrier", "gate")}
    walls = {
        ref.get("ref")
        for way in root.iter("way")
        if _has(way, "landuse", "residential")
        for ref in way.iter("nd")
    }
    ways = {ref.get("ref") for way in root.iter("way") if _has(way, "highway") for ref in way.iter("nd")}
    assert gates <= walls
    assert gates <= ways


def _has(element: ElementTree.Element, key: str, value: str | None = None) -> bool:
    return any(t.get("k") == key and value in (None, t.get("v")) for t in element.iter("tag"))


def test_stations_stand_by_the_street(town: Town) -> None:
    streets = [line(s.line) for s in town.streets if not s.private]
    for station in town.stations:
        assert min(shape.distance(point(station.at)) for shape in streets) < 16.0, station.name
