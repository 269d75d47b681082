"""The sheet of compounds and their gates: one row for each gate, the compound's cells filled in once.

小区编码  小区名称    社区代码      是否封闭  坐标系  经度    纬度   门名称  门经度  门纬度
XQ01      交通小区    140404001002  是       GCJ-02  113.05  36.05  东门    113.06  36.05
XQ01                                                               西门    113.04  36.05
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from lingju.kernel import cells
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.kernel.sheets_out import OutColumn
from lingju.places.imports import fields as f
from lingju.places.imports import running
from lingju.places.imports.fields import Lookup
from lingju.places.imports.running import Entry, Line, Verdict
from lingju.places.models import Compound, District, Gate
from lingju.places.services import homes
from lingju.places.services.homes import CompoundDraft, GateDraft
from lingju.places.services.points import Point, Ring

OWN = ("name", "area", "is_gated", "at", "ring", "built_in", "note")
GATE_KINDS = {str(label): value for value, label in Gate.Kind.choices}
KIND_WORDS = {value: word for word, value in GATE_KINDS.items()}


@dataclass(frozen=True, slots=True)
class CompoundRow:
    """One row of the sheet; None is an empty cell."""

    code: str
    name: str | None
    area: str | None
    is_gated: bool | None
    at: Point | None
    ring: Ring | None
    built_in: int | None
    note: str | None
    crs: str | None
    gate_name: str | None
    gate_at: Point | None
    gate_kind: str | None
    gate_step_free: bool | None
    gate_shut: bool | None

    def tells_of_compound(self) -> bool:
        """Say whether anything but a gate stands in this row."""
        return any(getattr(self, name) is not None for name in OWN)


class Compounds:
    """Read and write the sheet of compounds and gates."""

    title = "小区"
    columns: Sequence[Column] = (
        Column("code", ("小区编码", "编码", "小区代码"), cells.at_most(40), required=True),
        Column("name", ("小区名称", "名称"), cells.at_most(60)),
        Column("area", f.AREA, cells.text),
        Column("is_gated", ("是否封闭", "封闭", "封闭小区"), cells.yes_no),
        *f.POINT_COLUMNS,
        Column("ring", ("边界", "围墙"), cells.text),
        Column("built_in", ("建成年份", "建成"), cells.whole(1900, 2100)),
        Column("note", ("备注",), cells.at_most(200)),
        Column("gate_name", ("门名称", "门"), cells.at_most(40)),
        Column("gate_lon", ("门经度",), cells.number),
        Column("gate_lat", ("门纬度",), cells.number),
        Column("gate_kind", ("门类别",), cells.one_of(GATE_KINDS)),
        Column("gate_step_free", ("门无台阶",), cells.yes_no),
        Column("gate_shut", ("门长期关闭", "长期关闭"), cells.yes_no),
    )
    out = (
        OutColumn("小区编码", width=14),
        OutColumn("小区名称", width=24),
        OutColumn("社区代码", width=16),
        OutColumn("是否封闭"),
        OutColumn("经度"),
        OutColumn("纬度"),
        OutColumn("坐标系"),
        OutColumn("边界", width=20),
        OutColumn("建成年份"),
        OutColumn("备注", width=20),
        OutColumn("门名称"),
        OutColumn("门经度"),
        OutColumn("门纬度"),
        OutColumn("门类别"),
        OutColumn("门无台阶"),
        OutColumn("门长期关闭"),
    )

    def __init__(self) -> None:
        self._found: Lookup | None = None

    def make(self, **cells_: Any) -> CompoundRow:
        """Return one row; half a point, or a gate without a name or a place, is refused."""
        crs = cells_["crs"]
        at = f.point_of(cells_.pop("lon"), cells_.pop("lat"), crs)
        gate_at = f.point_of(cells_.pop("gate_lon"), cells_.pop("gate_lat"), crs)
        if (gate_at is None) is not (cells_["gate_name"] is None):
            raise ValueError(_("门要同时填名称和经纬度。"))
        return CompoundRow(at=at, gate_at=gate_at, **{**cells_, "ring": f.ring_of(cells_["ring"], crs)})

    def entries(self, rows: Sequence[Row[CompoundRow]]) -> Iterable[Entry | Line]:
        """Put the rows of one code together: the first tells of the compound, all may tell of gates."""
        groups: dict[str, list[Row[CompoundRow]]] = {}
        for row in rows:
            first = groups.setdefault(row.value.code, [])
            if first and not _is_more_of(row.value, first[0].value):
                sentence = _("编码 %(code)s 和第 %(row)d 行重复了，内容却不同，请留一行。") % {
                    "code": row.value.code,
                    "row": first[0].number,
                }
                yield Line(row.number, row.value.code, row.value.name or "", Verdict.REFUSED, sentence)
                continue
            first.append(row)
        for code, group in groups.items():
            values = tuple(row.value for row in group)
            yield Entry(tuple(row.number for row in group), code, values[0].name or "", values)

    def known(self, district: District) -> dict[str, Compound]:
        """Return the compounds by code; read what rows point at."""
        self._found = f.lookup(district)
        rows = Compound.objects.filter(district=district).select_related("area", "district")
        return {compound.code: compound for compound in rows.prefetch_related("gates")}

    def write(self, district: District, entry: Entry, known: Compound | None, actor: Actor) -> bool:
        """Add a compound with its gates, or make a known one what the rows say."""
        assert self._found is not None
        row: CompoundRow = entry.rows[0]
        gates = tuple(gate for gate in (_gate(one, row) for one in entry.rows) if gate is not None)
        area = f.area_of(self._found, row.area) if row.area else None
        if known is None:
            homes.add_compound(district, _new(row, area, gates), actor=actor)
            return True
        filled = running.given(row, ("name", "is_gated", "at", "ring", "built_in", "note"))
        draft = replace(homes.draft_of_compound(known), **filled)
        draft = replace(draft, area=area or draft.area, gates=gates or draft.gates)
        return homes.edit_compound(known, draft, actor=actor)

    def lines(self, district: District, actor: Actor) -> list[tuple[Any, ...]]:
        """Return the rows of the export: one for each gate, or one for a compound without."""
        rows = Compound.objects.managed_by(actor).select_related("area").prefetch_related("gates")
        return [line for compound in rows for line in _lines(compound)]


def _is_more_of(row: CompoundRow, first: CompoundRow) -> bool:
    """Say whether a row only adds a gate to the compound of the first."""
    if row.gate_name is None:
        return False
    return not row.tells_of_compound() or all(getattr(row, name) == getattr(first, name) for name in OWN)


def _gate(row: CompoundRow, first: CompoundRow) -> GateDraft | None:
    if row.gate_name is None or row.gate_at is None:
        return None
    return GateDraft(
        name=row.gate_name,
        at=replace(row.gate_at, crs=row.crs or first.crs or ""),
        kind=row.gate_kind or Gate.Kind.MAIN.value,
        is_step_free=row.gate_step_free if row.gate_step_free is not None else True,
        is_shut=bool(row.gate_shut),
    )


def _new(row: CompoundRow, area: Any, gates: tuple[GateDraft, ...]) -> CompoundDraft:
    return CompoundDraft(
        area=f.needed(area, "社区代码"),
        code=row.code,
        name=f.needed(row.name, "小区名称"),
        at=f.needed(row.at, "经度、纬度"),
        is_gated=bool(row.is_gated),
        gates=gates,
        ring=row.ring,
        built_in=row.built_in,
        note=row.note or "",
    )


def _lines(compound: Compound) -> list[tuple[Any, ...]]:
    own = (
        compound.code,
        compound.name,
        compound.area.code,
        compound.is_gated,
        compound.lon,
        compound.lat,
        "WGS-84",
        f.ring_words(compound.ring),
        compound.built_in,
        compound.note or None,
    )
    empty = (compound.code, *[None] * 5, "WGS-84", None, None, None)
    gates = [
        (g.name, g.lon, g.lat, KIND_WORDS[g.kind], g.is_step_free, g.is_shut) for g in compound.gates.all()
    ]
    if not gates:
        return [(*own, *[None] * 6)]
    return [(*(own if place == 0 else empty), *gate) for place, gate in enumerate(gates)]
