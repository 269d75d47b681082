"""The list of resources 资源清单 as units hand it in: one row a thing that is offered, always without a fee.

谁提供*        登记的地方*  类别*  名称*    数量*  计量单位  能做的事  时段        条件        到哪天止
示例供电所     府后街社区   技术   查线路   4      人        电工      下午、周末  提前两天说  2026-12-31

谁提供 is a unit on the roll, or what a resident wishes to be called. Empty cells leave what is there; a thing
that is listed already under the same name is changed, not listed twice.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from lingju.cobuilding.imports.units import area_named, named_capabilities, words
from lingju.cobuilding.models import Enrolment, Resource
from lingju.cobuilding.services import offering
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.windows import NAMES
from lingju.kernel import cells
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.places.imports import running
from lingju.places.imports.running import Entry, Line
from lingju.places.models import Area, District

KINDS = {str(label): str(value) for value, label in Resource.Kind.choices}
PARTS = {str(label): name for name, label in NAMES.items()}
LISTED = (Resource.State.REGISTERED, Resource.State.AVAILABLE)


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One row of the list; None is an empty cell."""

    owner: str
    area: str
    kind: str
    title: str
    quantity: int
    unit: str | None
    can: tuple[str, ...] | None
    windows: tuple[str, ...] | None
    conditions: str | None
    valid_to: dt.date | None

    @property
    def name(self) -> str:
        """Return what it is called, as every row of a sheet has it."""
        return self.title

    @property
    def code(self) -> str:
        """Return by what a resource is known: where it is listed, who offers it, what it is called."""
        return f"{self.area} {self.owner} {self.title}"


def parts_of_the_day(value: object) -> tuple[str, ...]:
    """Return the parts of a day that a cell names: 下午、周末."""
    said = words(value)
    if strange := [word for word in said if word not in PARTS]:
        told = {"words": "、".join(strange), "known": "、".join(PARTS)}
        raise ValueError(_("时段里没有“%(words)s”，只能写：%(known)s。") % told)
    return tuple(PARTS[word] for word in said)


class Resources:
    """Read the list of resources."""

    title = "资源清单"
    columns: Sequence[Column] = (
        Column("owner", ("谁提供", "提供单位", "单位名称", "提供人"), cells.at_most(80), required=True),
        Column("area", ("登记的地方", "社区", "街道"), cells.at_most(40), required=True),
        Column("kind", ("类别", "资源类别"), cells.one_of(KINDS), required=True),
        Column("title", ("名称", "资源名称", "资源"), cells.at_most(60), required=True),
        Column("quantity", ("数量",), cells.whole(1, offering.MOST), required=True),
        Column("unit", ("计量单位",), cells.at_most(10)),
        Column("can", ("能做的事", "服务内容"), words),
        Column("windows", ("时段", "什么时候可以"), parts_of_the_day),
        Column("conditions", ("条件", "使用条件"), cells.at_most(120)),
        Column("valid_to", ("到哪天止", "有效期"), cells.date),
    )

    def make(self, **told: Any) -> ResourceRow:
        """Return one row."""
        return ResourceRow(**told)

    def entries(self, rows: Sequence[Row[ResourceRow]]) -> Iterable[Entry | Line]:
        """Take every row for itself; a thing that was there above is refused."""
        return running.one_row_each(rows, _("这一项和第 %(row)d 行重复了，请留一行。"))

    def known(self, district: District) -> dict[str, Resource]:
        """Return what is listed, by every way its place is written."""
        rows = Resource.objects.filter(district=district, state__in=LISTED)
        related = rows.select_related("area", "enrolment__organisation").prefetch_related("capabilities")
        return {
            f"{place} {row.whose} {row.title}": row
            for row in related
            for place in (row.area.code, row.area.name, row.area.short_name)
        }

    def write(self, district: District, entry: Entry, known: Resource | None, actor: Actor) -> bool:
        """List the thing, or make what is listed what the row says."""
        row: ResourceRow = entry.rows[0]
        given = _given(district, row)
        if known is not None:
            return offering.change_resource(known, replace(_draft_of(known), **given), actor=actor)
        area = area_named(district, row.area)
        unit = _unit(area, row.owner)
        draft = ResourceDraft(**given, owner_words="" if unit is not None else row.owner)
        offering.offer_resource(area, draft, key=_key(row, area), actor=actor, enrolment=unit)
        return True


def _given(district: District, row: ResourceRow) -> dict[str, Any]:
    """Return the cells that were filled in, as a draft has them."""
    plain = ("kind", "title", "quantity", "unit", "windows", "conditions", "valid_to")
    given = {name: getattr(row, name) for name in plain if getattr(row, name) is not None}
    return given if row.can is None else {**given, "capabilities": named_capabilities(district, row.can)}


def _draft_of(row: Resource) -> ResourceDraft:
    named = ("kind", "title", "description", "quantity", "unit", "conditions", "radius_m", "station")
    return ResourceDraft(
        capabilities=tuple(row.capabilities.all()),
        windows=tuple(row.windows),
        valid_to=row.valid_to,
        owner_words=row.owner_words,
        **{name: getattr(row, name) for name in named},
    )


def _unit(area: Area, said: str) -> Enrolment | None:
    """Return the unit on the roll of that name that serves a place, or None: then it is a resident's."""
    rows = Enrolment.objects.filter(district_id=area.district_id, organisation__name=said)
    found = [one for one in rows.select_related("area") if area.stem.startswith(one.area.stem)]
    living = [one for one in found if one.state != Enrolment.State.ENDED]
    if found and not living:
        raise BadInput(_("“%(unit)s”已经注销报到了，先恢复报到再登记资源。") % {"unit": said})
    return living[0] if living else None


def _key(row: ResourceRow, area: Area) -> str:
    """Return a key that two runs of one sheet share, and another after the thing was once taken back."""
    ended = Resource.objects.filter(area=area, title=row.title, state=Resource.State.ENDED).count()
    return f"sheet-{hashlib.sha256(row.code.encode()).hexdigest()[:24]}-{ended}"
