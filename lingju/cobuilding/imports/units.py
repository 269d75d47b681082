"""The roll of enrolled units 报到单位 as streets keep it: one row a unit.

单位名称*      类别*      统一社会信用代码    报到的地方*   能做的事             一次来几个人  方便的月份
示例供电所     国有企业   …                   韩店街道      便民服务、社区治理   5             3、9

Empty cells leave what is there; a unit that is on the roll already is changed, not enrolled twice.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from lingju.cobuilding.models import Capability, Enrolment
from lingju.cobuilding.services import enrolling
from lingju.cobuilding.services.enrolling import Terms, UnitDraft
from lingju.kernel import cells
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.people.models import Organisation
from lingju.places.imports import running
from lingju.places.imports.running import Entry, Line
from lingju.places.models import Area, District

KINDS = {str(label): str(value) for value, label in Organisation.Kind.choices}
BETWEEN = re.compile(r"[、，,；;/\s]+")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of the roll; None is an empty cell."""

    name: str
    kind: str
    uscc: str
    area: str
    can: tuple[str, ...] | None
    people: int | None
    months: tuple[int, ...] | None
    history: int | None
    liaison: str | None
    phone: str | None

    @property
    def code(self) -> str:
        """Return by what a unit is known: its name at the place where it reports in."""
        return f"{self.area} {self.name}"


def words(value: object) -> tuple[str, ...]:
    """Return the words of a cell that holds several."""
    return tuple(word for word in BETWEEN.split(cells.text(value)) if word)


def months(value: object) -> tuple[int, ...]:
    """Return the months of a cell: 3、9 or 3月，9月."""
    said = [word.removesuffix("月") for word in words(value)]
    if not all(word.isascii() and word.isdigit() and 1 <= int(word[:3]) <= 12 for word in said):
        raise ValueError(_("月份请写成 3、9 这样，只有 1 到 12。"))
    return tuple(int(word) for word in said)


class Units:
    """Read the roll of units."""

    title = "报到单位"
    columns: Sequence[Column] = (
        Column("name", ("单位名称", "单位", "名称"), cells.at_most(80), required=True),
        Column("kind", ("类别", "单位类别", "单位性质"), cells.one_of(KINDS), required=True),
        Column("uscc", ("统一社会信用代码", "信用代码"), cells.at_most(40), default=""),
        Column("area", ("报到的地方", "报到社区", "社区", "街道"), cells.at_most(40), required=True),
        Column("can", ("能做的事", "服务内容", "资源"), words),
        Column("people", ("一次来几个人", "人数"), cells.whole(1, enrolling.MOST_PEOPLE)),
        Column("months", ("方便的月份", "月份"), months),
        Column("history", ("以前轮过几次",), cells.whole(0, enrolling.MOST_HISTORY)),
        Column("liaison", ("联络员", "联系人"), cells.at_most(40)),
        Column("phone", ("联络电话", "联系电话", "电话"), cells.phone),
    )

    def make(self, **told: Any) -> UnitRow:
        """Return one row."""
        return UnitRow(**{**told, "uscc": told["uscc"] or ""})

    def entries(self, rows: Sequence[Row[UnitRow]]) -> Iterable[Entry | Line]:
        """Take every row for itself; a unit that was there above is refused."""
        return running.one_row_each(rows, _("这家单位和第 %(row)d 行重复了，请留一行。"))

    def known(self, district: District) -> dict[str, Enrolment]:
        """Return the units that stand on the roll, by every way a place is written."""
        rows = Enrolment.objects.filter(district=district).exclude(state=Enrolment.State.ENDED)
        return {
            f"{place} {one.organisation.name}": one
            for one in rows.select_related("organisation", "area").prefetch_related("capabilities")
            for place in (one.area.code, one.area.name, one.area.short_name)
        }

    def write(self, district: District, entry: Entry, known: Enrolment | None, actor: Actor) -> bool:
        """Enrol the unit, or make what it offers what the row says."""
        row: UnitRow = entry.rows[0]
        given = _given(district, row)
        if known is not None:
            return enrolling.edit(known, replace(terms_of(known), **given), actor=actor)
        draft = UnitDraft(area_named(district, row.area), row.name, row.kind, row.uscc, Terms(**given))
        enrolling.enrol(draft, actor=actor)
        return True


def terms_of(enrolment: Enrolment) -> Terms:
    """Return what a unit offers now."""
    return Terms(
        people=enrolment.people,
        capabilities=tuple(enrolment.capabilities.all()),
        months=tuple(enrolment.preferred_months),
        history=enrolment.history,
        liaison=str(enrolment.liaison or ""),
        phone=str(enrolment.phone or ""),
        lon=enrolment.lon,
        lat=enrolment.lat,
    )


def _given(district: District, row: UnitRow) -> dict[str, Any]:
    """Return the cells that were filled in, as terms."""
    plain = ("people", "months", "history", "liaison", "phone")
    given = {name: getattr(row, name) for name in plain if getattr(row, name) is not None}
    return given if row.can is None else {**given, "capabilities": named_capabilities(district, row.can)}


def named_capabilities(district: District, said: Iterable[str]) -> tuple[Capability, ...]:
    """Return what a cell says that somebody can do; refuse a word that the district does not have."""
    known = {one.name: one for one in Capability.objects.filter(district=district, is_retired=False)}
    strange = [word for word in said if word not in known]
    if strange:
        told = {"words": "、".join(strange), "known": "、".join(known)}
        raise BadInput(_("能做的事里没有“%(words)s”，只能写：%(known)s。") % told)
    return tuple(known[word] for word in said)


def area_named(district: District, said: str) -> Area:
    """Return the area that a cell names, by its code or its name; refuse none or several."""
    found = [one for one in Area.objects.of(district) if said in (one.code, one.name, one.short_name)]
    if len(found) != 1:
        raise BadInput(_("没有找到“%(area)s”，请写街道或社区的全名或代码。") % {"area": said})
    return found[0]
