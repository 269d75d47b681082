"""Verbs about where people live: compounds, their gates, and buildings.

A gated compound is entered only through its gates, so it always keeps one that is not shut: a wall
without a door would strand every home behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.circles.crs import label_of
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.events import PlacesChanged
from lingju.places.models import Area, Building, Compound, District, Gate
from lingju.places.models.homes import BANDS
from lingju.places.rules import its_clerk
from lingju.places.services import marks
from lingju.places.services.points import (
    Degrees,
    Point,
    Ring,
    grounded,
    grounded_ring,
    is_same_place,
    metres_outside,
)

GATE_FARTHEST_M = 300.0  # a gate stands in the wall; a mistyped digit puts it streets away
BUILDING_FARTHEST_M = 1000.0


@dataclass(frozen=True, slots=True)
class GateDraft:
    """A gate as somebody describes it."""

    name: str
    at: Point
    kind: str = Gate.Kind.MAIN.value
    is_step_free: bool = True
    is_shut: bool = False


@dataclass(frozen=True, slots=True)
class CompoundDraft:
    """A compound as somebody describes it, gates included; editing replaces what differs."""

    area: Area
    code: str
    name: str
    at: Point
    is_gated: bool = False
    gates: tuple[GateDraft, ...] = ()
    ring: Ring | None = None
    built_in: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class BuildingDraft:
    """A building as somebody describes it; persons are counted by age band, nobody is named."""

    area: Area
    code: str
    name: str
    at: Point
    compound: Compound | None = None
    households: int = 0
    persons: tuple[int, int, int, int] = (0, 0, 0, 0)  # 0-14, 15-59, 60-79, 80 and older
    ring: Ring | None = field(default=None)


@transaction.atomic
def add_compound(district: District, draft: CompoundDraft, *, actor: Actor) -> Compound:
    """Add a compound with its gates; refuse a taken code, or a gated one nobody could enter."""
    marks.same_district(district.pk, draft.area)
    its_clerk.check(actor, draft.area)
    compound = Compound(district=district, **_compound_values(district, draft, None))
    _refuse_taken(Compound, district, compound.code, _("小区编码"))
    _refuse_sealed(draft.is_gated, [gate.is_shut for gate in draft.gates])
    marks.insert(compound, actor=actor)
    _set_gates(compound, draft.gates, actor)
    _tell("compound", compound, "add")
    return compound


@transaction.atomic
def edit_compound(
    compound: Compound, draft: CompoundDraft, *, actor: Actor, version: int | None = None
) -> bool:
    """Make a compound and its gates what the draft says; say whether anything changed."""
    marks.same_district(compound.district_id, draft.area)
    its_clerk.check(actor, compound)
    its_clerk.check(actor, draft.area)
    _refuse_sealed(draft.is_gated, [gate.is_shut for gate in draft.gates])
    values = _compound_values(compound.district, draft, compound)
    if values["code"] != compound.code:
        _refuse_taken(Compound, compound.district, values["code"], _("小区编码"))
    is_changed = marks.amend(compound, values, actor=actor, version=version)
    if _set_gates(compound, draft.gates, actor):
        marks.count_up(compound, version=None if is_changed else version)
        is_changed = True
    if is_changed:
        _tell("compound", compound, "edit")
    return is_changed


@transaction.atomic
def shut_gate(gate: Gate, *, actor: Actor) -> None:
    """Write down that a gate stays shut; refuse to shut the last one of a gated compound."""
    its_clerk.check(actor, gate.compound)
    # The row of the compound is taken first, so that two hands cannot shut the last two gates at once.
    compound = Compound.objects.select_for_update().get(pk=gate.compound_id)
    others = compound.gates.exclude(pk=gate.pk).filter(is_shut=False)
    if compound.is_gated and not others.exists():
        raise BadInput(
            _("“%(gate)s”是%(compound)s最后一个能走的门，关了就没人进得去。请先开另一个门。")
            % {"gate": gate.name, "compound": compound.name}
        )
    if marks.amend(gate, {"is_shut": True}, actor=actor, action="shut"):
        _tell("gate", gate, "shut")


@transaction.atomic
def open_gate(gate: Gate, *, actor: Actor) -> None:
    """Write down that people may pass a gate again."""
    its_clerk.check(actor, gate.compound)
    if marks.amend(gate, {"is_shut": False}, actor=actor, action="open"):
        _tell("gate", gate, "open")


@transaction.atomic
def add_building(district: District, draft: BuildingDraft, *, actor: Actor) -> Building:
    """Add a building with its counts; refuse a taken code or a place far from its compound."""
    marks.same_district(district.pk, draft.area, draft.compound)
    its_clerk.check(actor, draft.area)
    building = Building(district=district, **_building_values(district, draft, None))
    _refuse_taken(Building, district, building.code, _("楼栋编码"))
    marks.insert(building, actor=actor)
    _tell("building", building, "add")
    return building


@transaction.atomic
def edit_building(
    building: Building, draft: BuildingDraft, *, actor: Actor, version: int | None = None
) -> bool:
    """Make a building what the draft says; say whether anything changed."""
    marks.same_district(building.district_id, draft.area, draft.compound)
    its_clerk.check(actor, building)
    its_clerk.check(actor, draft.area)
    values = _building_values(building.district, draft, building)
    if values["code"] != building.code:
        _refuse_taken(Building, building.district, values["code"], _("楼栋编码"))
    if not marks.amend(building, values, actor=actor, version=version):
        return False
    _tell("building", building, "edit")
    return True


def draft_of_compound(compound: Compound) -> CompoundDraft:
    """Return a compound as a draft, to change one thing of it and hand it back to `edit_compound`."""
    ring = Ring(tuple((lon, lat) for lon, lat in compound.ring), "WGS-84") if compound.ring else None
    return CompoundDraft(
        area=compound.area,
        code=compound.code,
        name=compound.name,
        at=Point(compound.lon, compound.lat, "WGS-84"),
        is_gated=compound.is_gated,
        gates=tuple(draft_of_gate(gate) for gate in compound.gates.all()),
        ring=ring,
        built_in=compound.built_in,
        note=compound.note,
    )


def draft_of_gate(gate: Gate) -> GateDraft:
    """Return a gate as a draft."""
    return GateDraft(
        gate.name, Point(gate.lon, gate.lat, "WGS-84"), gate.kind, gate.is_step_free, gate.is_shut
    )


def draft_of_building(building: Building) -> BuildingDraft:
    """Return a building as a draft."""
    ring = Ring(tuple((lon, lat) for lon, lat in building.ring), "WGS-84") if building.ring else None
    young, grown, old, oldest = (getattr(building, f"persons_{band}") for band in BANDS)
    return BuildingDraft(
        area=building.area,
        code=building.code,
        name=building.name,
        at=Point(building.lon, building.lat, "WGS-84"),
        compound=building.compound,
        households=building.households,
        persons=(young, grown, old, oldest),
        ring=ring,
    )


def with_gate(draft: CompoundDraft, gate: GateDraft, *, instead_of: str = "") -> CompoundDraft:
    """Return the draft with one more gate, or with this one instead of the named one."""
    others = tuple(other for other in draft.gates if other.name != instead_of)
    return replace(draft, gates=(*others, gate))


def placed(district: District, at: Point, known: Any) -> dict[str, Any]:
    """Return the columns of a place; a record that already stands there keeps them as they are."""
    spot = grounded(district, at)
    if known is not None and is_same_place(known, spot):
        return {"lon": known.lon, "lat": known.lat, "given_crs": known.given_crs}
    return {"lon": spot[0], "lat": spot[1], "given_crs": label_of(at.crs)}


def _compound_values(district: District, draft: CompoundDraft, known: Compound | None) -> dict[str, Any]:
    return {
        "area": draft.area,
        "code": marks.tidy_code(draft.code),
        "name": marks.tidy(draft.name),
        "is_gated": draft.is_gated,
        "ring": _ring(district, draft.ring, known),
        "built_in": draft.built_in,
        "note": marks.tidy(draft.note),
        **placed(district, draft.at, known),
    }


def _building_values(district: District, draft: BuildingDraft, known: Building | None) -> dict[str, Any]:
    values = {
        "area": draft.area,
        "compound": draft.compound,
        "code": marks.tidy_code(draft.code),
        "name": marks.tidy(draft.name),
        "households": draft.households,
        "ring": _ring(district, draft.ring, known),
        **{f"persons_{band}": count for band, count in zip(BANDS, draft.persons, strict=True)},
        **placed(district, draft.at, known),
    }
    if draft.compound is not None:
        _refuse_far(values, draft.compound, draft.name, BUILDING_FARTHEST_M)
    return values


def _ring(
    district: District, ring: Ring | None, known: Compound | Building | None
) -> list[list[float]] | None:
    """Return the outline to keep; one that differs by rounding alone stays as it was."""
    new = grounded_ring(district, ring)
    old = known.ring if known is not None else None
    if new and old and len(new) == len(old) and _largest_step(new, old) < 2e-7:
        return list(old)
    return new


def _largest_step(new: Iterable[list[float]], old: Iterable[list[float]]) -> float:
    return max(abs(a - b) for p, q in zip(new, old, strict=True) for a, b in zip(p, q, strict=True))


def _set_gates(compound: Compound, drafts: tuple[GateDraft, ...], actor: Actor) -> bool:
    """Make the gates of a compound those of the drafts, by name; say whether anything changed."""
    names = [marks.tidy(draft.name) for draft in drafts]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise BadInput(_("有两个门都叫“%(name)s”，请改一个名字。") % {"name": sorted(twice)[0]})
    known = {gate.name: gate for gate in compound.gates.all()}
    is_changed = False
    for name, draft in zip(names, drafts, strict=True):
        is_changed |= _set_gate(compound, known.pop(name, None), name, draft, actor)
    for gate in known.values():
        marks.remove(gate, actor=actor)
        is_changed = True
    return is_changed


def _set_gate(compound: Compound, gate: Gate | None, name: str, draft: GateDraft, actor: Actor) -> bool:
    values = {
        "name": name,
        "kind": draft.kind,
        "is_step_free": draft.is_step_free,
        "is_shut": draft.is_shut,
        **placed(compound.district, draft.at, gate),
    }
    _refuse_far(values, compound, name, GATE_FARTHEST_M if compound.ring else BUILDING_FARTHEST_M)
    if gate is not None:
        return marks.amend(gate, values, actor=actor)
    marks.insert(Gate(district=compound.district, compound=compound, **values), actor=actor)
    return True


def _refuse_far(values: dict[str, Any], compound: Compound, name: str, farthest: float) -> None:
    spot: Degrees = (values["lon"], values["lat"])
    away = metres_outside(spot, compound.ring, (compound.lon, compound.lat))
    if away > farthest:
        sentence = _("“%(name)s”离%(compound)s有 %(away)d 米，请检查坐标。") % {
            "name": name,
            "compound": compound.name,
            "away": away,
        }
        raise BadInput(sentence, {"point": sentence})


def _refuse_sealed(is_gated: bool, shut: list[bool]) -> None:
    if is_gated and all(shut):
        sentence = _("封闭小区至少要有一个能走的门，请先填门的名称和坐标。")
        raise BadInput(sentence, {"gates": sentence})


def _refuse_taken(model: Any, district: District, code: str, what: str) -> None:
    if model._default_manager.filter(district=district, code=code).exists():
        sentence = _("%(what)s %(code)s 已经有了，请换一个，或打开原来那条来改。") % {
            "what": what,
            "code": code,
        }
        raise BadInput(sentence, {"code": sentence})


def _tell(noun: str, record: Any, verb: str) -> None:
    marks.tell(PlacesChanged(record.district_id, noun, record.pk, verb), redraw=True)
