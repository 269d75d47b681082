"""Records in the words of the national system, and how complete each field is, field by field.

The elements are grouped as MZ/T 061-2015 groups them: volunteer, team, project, service, certificate. Their
names here were taken from what we know of the standard and are to be compared with the interface of the
province before the first delivery. Three are never filled, on purpose: the kind and number of an identity
paper are not kept here, and telephones leave the house masked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import Kind, OutColumn
from lingju.people.phones import masked
from lingju.volunteering.models import Call, ServiceCertificate, Team, Volunteer
from lingju.volunteering.services import records
from lingju.volunteering.services.records import Record

NOT_KEPT: Final = gettext_lazy("不收集，不留存")


@dataclass(frozen=True, slots=True)
class Element:
    """One data element: what it is called, where it comes from, whether the standard demands it."""

    name: str | Promise
    of: Callable[[Any], Any]
    must: bool = False
    kind: Kind = "text"
    why_empty: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """How complete one field of one list is."""

    sheet: str
    name: str
    must: bool
    filled: int
    of: int
    why: str

    @property
    def is_short(self) -> bool:
        """Say whether the standard demands it and some rows lack it."""
        return self.must and self.filled < self.of


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list to hand on: its title, its columns, its rows."""

    name: str
    title: str
    columns: tuple[OutColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    filled: tuple[Filled, ...]


def _nothing(row: Any) -> str:
    return ""


def _skills(volunteer: Volunteer) -> str:
    return _("、").join(skill.name for skill in volunteer.skills.all())


def _free(volunteer: Volunteer) -> str:
    days = "一二三四五六日"
    said = [f"周{days[free.weekday]}{free.get_part_display()}" for free in volunteer.availabilities.all()]
    return _("、").join(said)


def _how(record: Record) -> str:
    said = {
        "qr": _("扫码"),
        "self": _("扫现场码"),
        "name": _("点名"),
        "code": _("报编号"),
        "paper": _("纸质签到"),
    }
    return _("、").join(sorted({said[m.method] for m in record.marks if m.method in said})) or _(
        "补记并经复核"
    )


VOLUNTEERS: Final = (
    Element(gettext_lazy("志愿者统一编号"), lambda v: v.national_number, True),
    Element(gettext_lazy("本系统志愿者编号"), lambda v: v.number, True),
    Element(gettext_lazy("姓名"), lambda v: v.called, True),
    Element(gettext_lazy("证件类型"), _nothing, True, why_empty=NOT_KEPT),
    Element(gettext_lazy("证件号码"), _nothing, True, why_empty=NOT_KEPT),
    Element(gettext_lazy("出生日期"), lambda v: v.birthday, True, "date"),
    Element(gettext_lazy("联系电话"), lambda v: masked(v.phone), False, why_empty=gettext_lazy("本人没有留")),
    Element(gettext_lazy("服务技能"), _skills),
    Element(gettext_lazy("可服务时间"), _free),
    Element(gettext_lazy("所在区域"), lambda v: v.area.short_name, True),
    Element(gettext_lazy("注册日期"), lambda v: v.consented_at.astimezone(clock.ZONE).date(), True, "date"),
)
TEAMS: Final = (
    Element(gettext_lazy("团体名称"), lambda t: t.name, True),
    Element(gettext_lazy("统一社会信用代码"), lambda t: t.organisation.uscc if t.organisation else ""),
    Element(gettext_lazy("成立日期"), lambda t: t.since, True, "date"),
    Element(gettext_lazy("所在区域"), lambda t: t.area.short_name, True),
    Element(gettext_lazy("服务内容"), lambda t: t.offers, True),
    Element(gettext_lazy("联系电话"), lambda t: t.contact_phone, True),
)
PROJECTS: Final = (
    Element(gettext_lazy("项目编号"), lambda c: str(c.pk), True),
    Element(gettext_lazy("项目名称"), lambda c: c.title, True),
    Element(gettext_lazy("服务类别"), lambda c: c.get_kind_display(), True),
    Element(gettext_lazy("服务对象"), lambda c: c.asker, False),
    Element(gettext_lazy("服务地点"), lambda c: c.where, True),
    Element(gettext_lazy("开始时间"), lambda c: c.starts_at, True, "moment"),
    Element(gettext_lazy("结束时间"), lambda c: c.ends_at, True, "moment"),
    Element(gettext_lazy("招募人数"), lambda c: c.wanted, True, "whole"),
    Element(gettext_lazy("风险告知"), lambda c: c.risk_text, True),
    Element(
        gettext_lazy("保险"), lambda c: c.insurance, False, why_empty=gettext_lazy("没有人身危险的可以不买")
    ),
    Element(gettext_lazy("发布单位"), lambda c: c.area.name, True),
)
SERVICE: Final = (
    Element(gettext_lazy("志愿者统一编号"), lambda r: r.volunteer.national_number, True),
    Element(gettext_lazy("本系统志愿者编号"), lambda r: r.volunteer.number, True),
    Element(gettext_lazy("项目编号"), lambda r: str(r.call.pk), True),
    Element(gettext_lazy("项目名称"), lambda r: r.call.title, True),
    Element(gettext_lazy("服务日期"), lambda r: r.call.day, True, "date"),
    Element(gettext_lazy("服务时长（分钟）"), lambda r: r.minutes, True, "whole"),
    Element(gettext_lazy("服务时长（小时）"), lambda r: round(r.minutes / 60, 2), True, "decimal"),
    Element(gettext_lazy("记录方式"), _how, True),
    Element(gettext_lazy("确认时间"), lambda r: r.tally.signed_at, True, "moment"),
    Element(gettext_lazy("记录单位"), lambda r: r.call.area.name, True),
    Element(gettext_lazy("服务评价"), _nothing, False, why_empty=gettext_lazy("不给个人打分")),
)
CERTIFICATES: Final = (
    Element(gettext_lazy("证明编号"), lambda p: p.number, True),
    Element(gettext_lazy("本系统志愿者编号"), lambda p: p.volunteer_number, True),
    Element(gettext_lazy("服务时长（分钟）"), lambda p: p.minutes, True, "whole"),
    Element(gettext_lazy("出具单位"), lambda p: p.issuer, True),
    Element(gettext_lazy("单位负责人"), lambda p: p.in_charge, True),
    Element(gettext_lazy("经办人"), lambda p: p.handler, True),
    Element(gettext_lazy("联系电话"), lambda p: p.contact, True),
    Element(gettext_lazy("出具日期"), lambda p: p.issued_on, True, "date"),
    Element(gettext_lazy("状态"), lambda p: p.get_state_display(), True),
)


def _volunteers(actor: Actor) -> list[Volunteer]:
    rows = Volunteer.objects.visible_to(actor).active().select_related("area")
    return list(rows.prefetch_related("skills", "availabilities").order_by("pk"))


def _teams(actor: Actor) -> list[Team]:
    return list(Team.objects.visible_to(actor).in_use().select_related("area", "organisation"))


def _projects(actor: Actor) -> list[Call]:
    rows = Call.objects.visible_to(actor).public().exclude(state=Call.State.CANCELLED)
    return list(rows.select_related("area", "station", "space").order_by("starts_at", "id"))


def _service(actor: Actor) -> list[Record]:
    return [record for call in _projects(actor) for record in records.records_of(call) if record.is_confirmed]


def _certificates(actor: Actor) -> list[ServiceCertificate]:
    states = (ServiceCertificate.State.ISSUED, ServiceCertificate.State.REVOKED)
    return list(ServiceCertificate.objects.visible_to(actor).filter(state__in=states).order_by("number"))


Rows = Callable[[Actor], Sequence[Any]]
SHEETS: Final[dict[str, tuple[str | Promise, tuple[Element, ...], Rows]]] = {
    "volunteers": (gettext_lazy("志愿者"), VOLUNTEERS, _volunteers),
    "teams": (gettext_lazy("志愿服务团体"), TEAMS, _teams),
    "projects": (gettext_lazy("志愿服务项目"), PROJECTS, _projects),
    "service": (gettext_lazy("志愿服务时长"), SERVICE, _service),
    "certificates": (gettext_lazy("志愿服务记录证明"), CERTIFICATES, _certificates),
}
COMPLETENESS: Final = "completeness"


def sheet_for(actor: Actor, name: str) -> Sheet:
    """Return one list of the actor's areas in the national system's fields."""
    if name == COMPLETENESS:
        return _completeness(actor)
    if name not in SHEETS:
        raise NotThere(_("没有这张表。"))
    title, elements, rows_of = SHEETS[name]
    rows = rows_of(actor)
    values = tuple(tuple(element.of(row) for element in elements) for row in rows)
    columns = tuple(OutColumn(str(element.name), element.kind) for element in elements)
    filled = tuple(_filled(str(title), element, at, values) for at, element in enumerate(elements))
    return Sheet(name, str(title), columns, values, filled)


def completeness_for(actor: Actor) -> list[Filled]:
    """Return how complete every field of every list is."""
    return [line for name in SHEETS for line in sheet_for(actor, name).filled]


def _filled(sheet: str, element: Element, at: int, values: Sequence[Sequence[Any]]) -> Filled:
    there = sum(row[at] not in ("", None) for row in values)
    why = str(element.why_empty) if there < len(values) else ""
    return Filled(sheet, str(element.name), element.must, there, len(values), why)


def _completeness(actor: Actor) -> Sheet:
    lines = completeness_for(actor)
    titles = (_("表"), _("字段"), _("标准要求"), _("填了"), _("一共"), _("为什么空着"))
    columns = tuple(OutColumn(title, "whole" if at in (3, 4) else "text") for at, title in enumerate(titles))
    rows = tuple((one.sheet, one.name, one.must, one.filled, one.of, one.why) for one in lines)
    return Sheet(COMPLETENESS, _("字段完整率"), columns, rows, ())
