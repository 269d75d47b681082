"""The sheet of buildings: where each stands and how many people of which age live in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lingju.kernel import cells
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.kernel.sheets_out import OutColumn
from lingju.places.imports import fields as f
from lingju.places.imports import running
from lingju.places.imports.fields import Lookup
from lingju.places.imports.running import Entry, Line
from lingju.places.models import Building, District
from lingju.places.services import homes
from lingju.places.services.homes import BuildingDraft
from lingju.places.services.points import Point, Ring

COUNT = cells.whole(0, 100_000)
BAND_TITLES = (
    ("0-14", "0-14岁", "0至14岁"),
    ("15-59", "15-59岁", "15至59岁"),
    ("60-79", "60-79岁", "60至79岁"),
    ("80+", "80岁及以上", "80岁以上"),
)


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """One row of the sheet; None is an empty cell."""

    code: str
    name: str | None
    area: str | None
    compound: str | None
    at: Point | None
    households: int | None
    persons: tuple[int | None, ...]
    ring: Ring | None


class Buildings:
    """Read and write the sheet of buildings."""

    title = "楼栋"
    columns: Sequence[Column] = (
        Column("code", ("编码", "楼栋编码", "楼栋代码"), cells.at_most(40), required=True),
        Column("name", ("名称", "楼栋名称", "楼号"), cells.at_most(60)),
        Column("compound", ("小区编码", "所在小区编码"), cells.text),
        Column("area", f.AREA, cells.text),
        *f.POINT_COLUMNS,
        Column("households", ("户数", "总户数"), COUNT),
        *(Column(f"persons_{n}", titles, COUNT) for n, titles in enumerate(BAND_TITLES)),
        Column("ring", ("轮廓", "边界"), cells.text),
    )
    out = (
        OutColumn("编码", width=16),
        OutColumn("名称", width=20),
        OutColumn("小区编码"),
        OutColumn("社区代码", width=16),
        OutColumn("经度"),
        OutColumn("纬度"),
        OutColumn("坐标系"),
        OutColumn("户数", "whole"),
        *(OutColumn(titles[0], "whole") for titles in BAND_TITLES),
        OutColumn("轮廓", width=20),
    )

    def __init__(self) -> None:
        self._found: Lookup | None = None

    def make(self, **cells_: Any) -> BuildingRow:
        """Return one row; half a point is refused."""
        persons = tuple(cells_.pop(f"persons_{n}") for n in range(len(BAND_TITLES)))
        lon, lat, crs = (cells_.pop(name) for name in ("lon", "lat", "crs"))
        ring = f.ring_of(cells_.pop("ring"), crs)
        return BuildingRow(at=f.point_of(lon, lat, crs), persons=persons, ring=ring, **cells_)

    def entries(self, rows: Sequence[Row[BuildingRow]]) -> Iterable[Entry | Line]:
        """Take every row for itself."""
        return running.one_row_each(rows)

    def known(self, district: District) -> dict[str, Building]:
        """Return the buildings by code; read what rows point at."""
        self._found = f.lookup(district)
        rows = Building.objects.filter(district=district).select_related("area", "compound", "district")
        return {building.code: building for building in rows}

    def write(self, district: District, entry: Entry, known: Building | None, actor: Actor) -> bool:
        """Add a building, or make a known one what the row says."""
        row: BuildingRow = entry.rows[0]
        if known is not None:
            return homes.edit_building(known, self._changed(known, row), actor=actor)
        homes.add_building(district, self._new(row), actor=actor)
        return True

    def lines(self, district: District, actor: Actor) -> list[tuple[Any, ...]]:
        """Return the rows of the export."""
        rows = Building.objects.managed_by(actor).select_related("area", "compound")
        return [
            (
                one.code,
                one.name,
                one.compound.code if one.compound else None,
                one.area.code,
                one.lon,
                one.lat,
                "WGS-84",
                one.households,
                one.persons_0_14,
                one.persons_15_59,
                one.persons_60_79,
                one.persons_80_up,
                f.ring_words(one.ring),
            )
            for one in rows
        ]

    @property
    def found(self) -> Lookup:
        """Return what rows point at; `known` has read it."""
        assert self._found is not None
        return self._found

    def _new(self, row: BuildingRow) -> BuildingDraft:
        compound = f.compound_of(self.found, row.compound) if row.compound else None
        if compound is None or row.area:
            area = f.area_of(self.found, f.needed(row.area, "社区代码"))
        else:
            area = compound.area
        young, grown, old, oldest = (count or 0 for count in row.persons)
        return BuildingDraft(
            area=area,
            code=row.code,
            name=f.needed(row.name, "名称"),
            at=f.needed(row.at, "经度、纬度"),
            compound=compound,
            households=row.households or 0,
            persons=(young, grown, old, oldest),
            ring=row.ring,
        )

    def _changed(self, known: Building, row: BuildingRow) -> BuildingDraft:
        draft = homes.draft_of_building(known)
        filled = running.given(row, ("name", "at", "households", "ring"))
        young, grown, old, oldest = (
            there if count is None else count for there, count in zip(draft.persons, row.persons, strict=True)
        )
        if row.compound:
            filled["compound"] = f.compound_of(self.found, row.compound)
        if row.area:
            filled["area"] = f.area_of(self.found, row.area)
        return replace(draft, persons=(young, grown, old, oldest), **filled)
