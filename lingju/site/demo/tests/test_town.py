"""The demo town is the same every time, and nothing in it contradicts itself."""

import hashlib
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from shapely import Polygon, STRtree

from lingju.site.demo.areas import AREAS, COMMUNITY_NAMES
from lingju.site.demo.model import Town
from lingju.site.demo.osmtext import osm_xml
from lingju.site.demo.plane import degrees, metres
from lingju.site.demo.tests.shapes import ground, line, point
from lingju.site.demo.town import make_town

REAL_PEOPLE = ("宋金莲", "李永强")
REAL_COMPOUNDS = ("交通小区", "矿灯厂小区")


def fingerprint(town: Town) -> str:
    return hashlib.sha256((repr(town) + osm_xml(town)).encode()).hexdigest()


def test_the_same_seed_draws_the_same_town_in_another_process(town: Town) -> None:
    code = (
        "from lingju.site.demo.town import make_town\n"
        "from lingju.site.demo.tests.test_town import fingerprint\n"
        "print(fingerprint(make_town()))"
    )
    # Another hash seed would shuffle any set or dict the drawing leaned on.
    env = {"PYTHONHASHSEED": "77", "PYTHONPATH": ":".join(sys.path)}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert told.stdout.strip() == fingerprint(town)


def test_another_seed_draws_another_town_that_holds_together() -> None:
    other = make_town(7)
    assert 36_000 < sum(b.persons for b in other.buildings) < 45_000
    assert len(other.stations) == 27


def test_degrees_and_metres_invert_each_other_to_a_centimetre() -> None:
    x, y = metres(*degrees(1234.5, -987.6))
    assert abs(x - 1234.5) < 0.01
    assert abs(y + 987.6) < 0.01


def test_about_forty_thousand_people_live_here_one_in_five_sixty_or_older(town: Town) -> None:
    ages = np.array([b.ages for b in town.buildings]).sum(axis=0)
    assert 38_000 <= ages.sum() <= 42_000
    assert 0.19 < ages[2:].sum() / ages.sum() < 0.22
    assert 0.025 < ages[3] / ages.sum() < 0.05
    assert all(0 < b.households <= b.persons for b in town.buildings)


def test_the_town_has_the_size_it_was_planned_with(town: Town) -> None:
    assert 60 <= len(town.compounds) <= 100
    assert 900 <= len(town.buildings) <= 1_400
    xs, ys = zip(*(metres(*b.at) for b in town.buildings), strict=True)
    assert max(xs) - min(xs) < 3_000
    assert max(ys) - min(ys) < 3_000


def test_every_building_stands_inside_its_compound(town: Town) -> None:
    rings = {c.code: ground(c.ring) for c in town.compounds}
    assert all(rings[b.compound].covers(ground(b.ring)) for b in town.buildings)
    assert all(ground(b.ring).covers(point(b.at)) for b in town.buildings)


def test_no_two_buildings_overlap_and_no_two_compounds_do(town: Town) -> None:
    for rings in ([b.ring for b in town.buildings], [c.ring for c in town.compounds]):
        shapes = [ground(ring) for ring in rings]
        assert all(shape.is_valid for shape in shapes)
        first, second = STRtree(shapes).query(shapes, predicate="intersects")
        pairs = [(a, b) for a, b in zip(first, second, strict=True) if a < b]
        assert all(shapes[a].intersection(shapes[b]).area < 1.0 for a, b in pairs)


def test_no_building_stands_on_a_street_in_the_river_or_on_the_rails(town: Town) -> None:
    tree = STRtree([ground(b.ring) for b in town.buildings])
    streets = [line(s.line).buffer(1.5) for s in town.streets]
    assert not tree.query(streets, predicate="intersects").size
    wide = [line(s.line).buffer(8.0) for s in town.streets if s.cls in ("artery", "secondary")]
    assert not tree.query(wide, predicate="intersects").size
    wet = [line(town.river).buffer(21.0), line(town.railway).buffer(15.0)]
    assert not tree.query(wet, predicate="intersects").size


def test_every_gate_lies_on_its_wall_and_opens_to_a_street_within_fifteen_metres(town: Town) -> None:
    open_to_all = [line(s.line) for s in town.streets if s.cls in ("artery", "secondary", "minor", "footway")]
    tree = STRtree(open_to_all)
    for compound in town.compounds:
        assert compound.gates
        wall = ground(compound.ring).exterior
        for gate in compound.gates:
            spot = point(gate.at)
            assert wall.distance(spot) < 0.2
            assert open_to_all[int(tree.nearest(spot))].distance(spot) <= 15.0


def test_some_compounds_open_to_one_side_only_and_some_side_gates_close_at_night(town: Town) -> None:
    gated = [c for c in town.compounds if c.gated]
    assert 0.5 < len(gated) / len(town.compounds) < 0.85
    assert sum(len(c.gates) == 1 for c in gated) >= 10
    gates = [gate for c in town.compounds for gate in c.gates]
    assert any(gate.hours for gate in gates)
    assert all(not gate.hours for gate in gates if gate.kind == "main")
    assert any(not gate.step_free for gate in gates)
    assert all(c.gates[0].kind == "main" and c.gates[0].step_free for c in town.compounds)


def test_names_and_codes_are_each_given_once(town: Town) -> None:
    for given in (
        [c.name for c in town.compounds],
        [c.code for c in town.compounds],
        [b.code for b in town.buildings],
        [gate.code for c in town.compounds for gate in c.gates],
        [s.slug for s in town.stations],
        [s.name for s in town.stations],
        [s.formal_name for s in town.stations],
        [s.phone for s in town.stations],
        [a.code for a in town.areas],
    ):
        assert [name for name, times in Counter(given).items() if times > 1] == []


def test_no_real_person_and_no_real_compound_appears(town: Town) -> None:
    told = repr(town) + osm_xml(town)
    assert not [name for name in (*REAL_PEOPLE, *REAL_COMPOUNDS) if name in told]


def test_everything_invented_says_so(town: Town) -> None:
    assert town.demo
    assert all(row.demo for rows in (town.compounds, town.buildings, town.stations) for row in rows)


def test_the_area_tree_has_one_root_and_six_communities_under_the_street(town: Town) -> None:
    codes = {area.code for area in town.areas}
    assert [area.name for area in AREAS if area.parent is None] == ["山西省"]
    assert all(area.parent in codes for area in AREAS if area.parent)
    assert all(len(area.code) == 12 and area.code.isdigit() for area in AREAS)
    under = [a.name for a in AREAS if a.parent == "140404001000" and a.name.endswith("居委会")]
    assert under == [f"{name}居委会" for name in COMMUNITY_NAMES.values()]


def test_communities_do_not_overlap_and_hold_their_compounds(town: Town) -> None:
    rings: dict[str, Polygon] = {code: ground(ring) for code, ring in town.community_rings}
    assert list(rings) == list(COMMUNITY_NAMES)
    codes = list(rings)
    for k, code in enumerate(codes):
        assert rings[code].is_valid
        assert all(rings[code].intersection(rings[other]).area < 200 for other in codes[k + 1 :])
    outside = [c.name for c in town.compounds if not rings[c.community].covers(ground(c.ring).centroid)]
    assert outside == []


@pytest.mark.parametrize("code", list(COMMUNITY_NAMES))
def test_every_community_has_people_enough_for_a_committee(town: Town, code: str) -> None:
    homes = [b for b in town.buildings if b.compound.startswith(code)]
    assert sum(b.households for b in homes) > 1_000
