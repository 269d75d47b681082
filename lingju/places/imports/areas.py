"""The sheet of areas: codes and names, as the public tables of division codes have them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lingju.kernel import cells
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.kernel.sheets_out import OutColumn
from lingju.places.imports import running
from lingju.places.imports.running import Entry, Line
from lingju.places.models import Area, District
from lingju.places.services import areas

LEVELS = {str(label): value for value, label in Area.Level.choices}
LEVEL_WORDS = {value: word for word, value in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One row of the sheet."""

    code: str
    name: str
    level: str | None = None


class Areas:
    """Read and write the sheet of areas."""

    title = "区域"
    columns: Sequence[Column] = (
        Column("code", ("区划代码", "代码", "编码", "code"), cells.text, required=True),
        Column("name", ("名称", "区域名称", "name"), cells.at_most(60), required=True),
        Column("level", ("层级",), cells.one_of(LEVELS)),
    )
    out = (OutColumn("区划代码", width=18), OutColumn("名称", width=28), OutColumn("层级"))

    def make(self, **fields: Any) -> AreaRow:
        """Return one row with its code in twelve digits."""
        code = "".join(fields.pop("code").split())
        if not code.isdecimal() and not code[:12].isdecimal():
            raise ValueError(_("区划代码要以数字开头。"))
        return AreaRow(code=code.ljust(12, "0"), **fields)

    def entries(self, rows: Sequence[Row[AreaRow]]) -> Iterable[Entry | Line]:
        """Take every row for itself, higher areas first."""
        entries = list(running.one_row_each(rows))
        return sorted(entries, key=lambda entry: Area.stem_of(entry.code))

    def known(self, district: District) -> dict[str, Area]:
        """Return the areas by code."""
        return {area.code: area for area in Area.objects.of(district)}

    def write(self, district: District, entry: Entry, known: Area | None, actor: Actor) -> bool:
        """Add an area, or give a known one its name."""
        row: AreaRow = entry.rows[0]
        if known is None:
            areas.add(district, code=row.code, name=row.name, level=row.level, actor=actor)
            return True
        before = known.name
        return areas.rename(known, name=row.name, actor=actor).name != before

    def lines(self, district: District, actor: Actor) -> list[tuple[Any, ...]]:
        """Return the rows of the export."""
        return [(area.code, area.name, LEVEL_WORDS[area.level]) for area in Area.objects.visible_to(actor)]
