"""Compounds, gates and buildings: adding, editing, shutting and opening."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn, NotThere, SomeoneWasFaster
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area, Compound, District, Gate
from lingju.places.services import homes
from lingju.places.services.homes import GateDraft, draft_of_building, draft_of_compound, with_gate
from lingju.places.services.points import Point, Ring
from lingju.places.tests.builders import (
    a_building,
    a_building_draft,
    a_compound,
    a_compound_draft,
    a_district,
    a_tree,
    at,
)
from lingju.places.tests.conftest import Cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


def version_of(district: District) -> int:
    return District.objects.get(pk=district.pk).layout_version


def test_a_compound_comes_with_its_gates(community: Area) -> None:
    compound = a_compound(community)
    assert [gate.name for gate in compound.gates.all()] == ["东门", "西门"]
    assert compound.stem == community.stem


def test_gcj02_is_stored_as_wgs84_with_the_datum_it_came_in(community: Area) -> None:
    compound = a_compound(community, at=Point(113.0567, 36.0524, "GCJ-02"), gates=(), is_gated=False)
    assert compound.lon == pytest.approx(113.0501, abs=2e-4)
    assert compound.given_crs == "GCJ-02"


@pytest.mark.parametrize("gates", [(), (GateDraft("东门", at(80, 0), is_shut=True),)])
def test_a_gated_compound_that_nobody_could_enter_is_refused(
    community: Area, gates: tuple[GateDraft, ...]
) -> None:
    with pytest.raises(BadInput, match="至少要有一个能走的门"):
        a_compound(community, gates=gates)
    assert not Compound.objects.exists()


def test_an_open_compound_needs_no_gate(community: Area) -> None:
    assert a_compound(community, is_gated=False, gates=()).gates.count() == 0


def test_two_gates_with_one_name_are_refused(community: Area) -> None:
    with pytest.raises(BadInput, match="都叫“东门”"):
        a_compound(community, gates=(GateDraft("东门", at(80, 0)), GateDraft(" 东门", at(-80, 0))))


def test_a_gate_streets_away_is_refused(community: Area) -> None:
    ring = Ring(tuple((p.lon, p.lat) for p in (at(-80, -80), at(80, -80), at(80, 80), at(-80, 80))), "WGS-84")
    with pytest.raises(BadInput, match="请检查坐标"):
        a_compound(community, ring=ring, gates=(GateDraft("东门", at(900, 0)),))


def test_a_taken_code_is_refused(community: Area) -> None:
    known = a_compound(community)
    with pytest.raises(BadInput, match="已经有了"):
        a_compound(community, code=known.code)


@pytest.mark.parametrize("code", ["", "小区一", "a b", "x" * 41, "=1+1"])
def test_a_code_that_cannot_stand_in_a_sheet_is_refused(community: Area, code: str) -> None:
    with pytest.raises(BadInput, match="编码"):
        a_compound(community, code=code)


def test_a_full_width_code_becomes_half_width(community: Area) -> None:
    assert a_compound(community, code="ＸＱ－９").code == "XQ-9"


def test_an_area_of_another_district_is_not_there(community: Area, system: SystemActor) -> None:
    other = a_tree(a_district("140403", name="潞州区"))[2]
    with pytest.raises(NotThere):
        homes.add_compound(community.district, a_compound_draft(other), actor=system)


def test_adding_and_editing_bump_the_layout(community: Area, system: SystemActor) -> None:
    before = version_of(community.district)
    compound = a_compound(community)
    assert version_of(community.district) == before + 1
    homes.edit_compound(compound, replace(draft_of_compound(compound), name="新名字"), actor=system)
    assert version_of(community.district) == before + 2


def test_the_same_edit_again_changes_nothing(
    community: Area, system: SystemActor, heard: list[object]
) -> None:
    compound = a_compound(community)
    heard.clear()
    before = Footprint.objects.count()
    assert homes.edit_compound(compound, draft_of_compound(compound), actor=system) is False
    assert heard == []
    assert Footprint.objects.count() == before
    assert compound.version == 1


def test_editing_adds_moves_and_removes_gates(community: Area, system: SystemActor) -> None:
    compound = a_compound(community)
    draft = replace(
        draft_of_compound(compound),
        gates=(GateDraft("东门", at(85, 0)), GateDraft("北门", at(0, 80), kind="foot")),
    )
    assert homes.edit_compound(compound, draft, actor=system)
    assert {gate.name: gate.kind for gate in compound.gates.all()} == {"东门": "main", "北门": "foot"}
    assert compound.version == 2


def test_one_gate_can_be_replaced_by_another(community: Area, system: SystemActor) -> None:
    compound = a_compound(community)
    draft = with_gate(draft_of_compound(compound), GateDraft("大门", at(80, 0)), instead_of="东门")
    homes.edit_compound(compound, draft, actor=system)
    assert sorted(gate.name for gate in compound.gates.all()) == ["大门", "西门"]


def test_of_two_who_edit_one_wins_and_one_is_told(community: Area, system: SystemActor) -> None:
    compound = a_compound(community)
    first, second = Compound.objects.get(pk=compound.pk), Compound.objects.get(pk=compound.pk)
    draft = draft_of_compound(compound)
    homes.edit_compound(first, replace(draft, name="甲改的"), actor=system, version=1)
    with pytest.raises(SomeoneWasFaster, match="别人已经先改过了"):
        homes.edit_compound(second, replace(draft, name="乙改的"), actor=system, version=1)
    assert Compound.objects.get(pk=compound.pk).name == "甲改的"
    assert second.name == compound.name


def test_a_change_of_gates_alone_also_counts_as_another_hand(community: Area, system: SystemActor) -> None:
    compound = a_compound(community)
    draft = draft_of_compound(compound)
    homes.edit_compound(compound, with_gate(draft, GateDraft("北门", at(0, 80))), actor=system, version=1)
    with pytest.raises(SomeoneWasFaster):
        homes.edit_compound(
            compound, with_gate(draft, GateDraft("南门", at(0, -80))), actor=system, version=1
        )
    assert sorted(gate.name for gate in compound.gates.all()) == ["东门", "北门", "西门"]


def test_shutting_a_gate_and_opening_it_again(
    community: Area, system: SystemActor, heard: list[object]
) -> None:
    compound = a_compound(community)
    gate = compound.gates.get(name="东门")
    before = version_of(community.district)
    heard.clear()
    homes.shut_gate(gate, actor=system)
    homes.shut_gate(gate, actor=system)
    assert Gate.objects.get(pk=gate.pk).is_shut
    homes.open_gate(gate, actor=system)
    assert not Gate.objects.get(pk=gate.pk).is_shut
    assert len(heard) == 2
    assert version_of(community.district) == before + 2


def test_the_last_gate_cannot_be_shut(community: Area, system: SystemActor) -> None:
    east, west = a_compound(community).gates.order_by("name")
    homes.shut_gate(east, actor=system)
    with pytest.raises(BadInput, match="最后一个能走的门"):
        homes.shut_gate(west, actor=system)
    assert not Gate.objects.get(pk=west.pk).is_shut


def test_the_last_gate_of_an_open_compound_may_be_shut(community: Area, system: SystemActor) -> None:
    gate = a_compound(community, is_gated=False, gates=(GateDraft("东门", at(80, 0)),)).gates.get()
    homes.shut_gate(gate, actor=system)
    assert Gate.objects.get(pk=gate.pk).is_shut


def test_a_building_stands_in_its_compound(community: Area) -> None:
    compound = a_compound(community)
    building = a_building(community, compound=compound, persons=(1, 2, 3, 4))
    assert (building.persons, building.compound) == (10, compound)


def test_a_building_far_from_its_compound_is_refused(community: Area) -> None:
    with pytest.raises(BadInput, match="请检查坐标"):
        a_building(community, compound=a_compound(community), at=at(3000, 0))


@pytest.mark.parametrize("changes", [{"households": -1}, {"persons": (0, -1, 0, 0)}, {"name": ""}])
def test_a_building_that_cannot_be_is_refused(community: Area, changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        a_building(community, **changes)


def test_editing_a_building(community: Area, system: SystemActor) -> None:
    building = a_building(community)
    draft = replace(draft_of_building(building), households=31)
    assert homes.edit_building(building, draft, actor=system, version=1)
    assert homes.edit_building(building, draft, actor=system, version=1) is False
    building.refresh_from_db()
    assert (building.households, building.version) == (31, 2)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("stranger", NotSignedIn),
        ("resident", NotAllowed),
        ("keeper", NotAllowed),
        ("clerk", None),
        ("clerk_elsewhere", NotAllowed),
        ("street_officer", None),
        ("district_officer", None),
        ("officer_of_another_district", NotAllowed),
        ("system", None),
    ],
)
def test_who_may_do_what_with_homes(
    community: Area, cast: Cast, name: str, verdict: type[Exception] | None
) -> None:
    actor, compound = cast[name], a_compound(community)
    building, gate = a_building(community, compound=compound), compound.gates.get(name="东门")
    attempts: list[Callable[[], object]] = [
        lambda: homes.add_compound(community.district, a_compound_draft(community), actor=actor),
        lambda: homes.add_building(community.district, a_building_draft(community), actor=actor),
        lambda: homes.edit_compound(compound, draft_of_compound(compound), actor=actor),
        lambda: homes.edit_building(building, draft_of_building(building), actor=actor),
        lambda: homes.shut_gate(gate, actor=actor),
        lambda: homes.open_gate(gate, actor=actor),
    ]
    for attempt in attempts:
        with pytest.raises(verdict) if verdict else nullcontext():
            attempt()


def test_a_clerk_may_not_push_a_compound_into_another_community(
    community: Area, neighbour: Area, cast: Cast
) -> None:
    compound = a_compound(community)
    with pytest.raises(NotAllowed):
        homes.edit_compound(
            compound, replace(draft_of_compound(compound), area=neighbour), actor=cast["clerk"]
        )
