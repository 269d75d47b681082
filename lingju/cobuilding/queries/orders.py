"""Work orders as sheets and lists show them: what, where, when, who comes, what to bring, what to mind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from lingju.cobuilding import windows
from lingju.cobuilding.models import Capability, Cycle, Enrolment, OrderPhoto, Project, Resource, WorkOrder
from lingju.cobuilding.queries import lists
from lingju.cobuilding.services.listing import ANY
from lingju.cobuilding.services.recruiting import CAUSE
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn
from lingju.places.models import Area, Station
from lingju.volunteering.models import Call

MOST: Final = 300
PEOPLE: Final = (Resource.Kind.PEOPLE, Resource.Kind.SKILL, Resource.Kind.ACTIVITY)


@dataclass(frozen=True, slots=True)
class Ordered:
    """One project with its work order, in words as a team reads them."""

    project: Project
    order: WorkOrder | None
    when: str
    where: str
    crew: tuple[str, ...]
    brings: tuple[str, ...]
    helps: tuple[str, ...]
    risks: tuple[str, ...]
    people: int

    @property
    def is_out(self) -> bool:
        """Say whether a work order stands that its code opens."""
        return self.order is not None and self.order.revoked_at is None


@dataclass(frozen=True, slots=True)
class Round:
    """The community's own round once everything of a day is done: what it asks about, where, from when on."""

    when: str
    what: tuple[str, ...]
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Community:
    """One community with what is done in it, and whom a team asks there."""

    area: Area
    phone: str
    rows: tuple[Ordered, ...]

    @property
    def people(self) -> int:
        """Return how many people the needs concern."""
        return sum(row.people for row in self.rows)

    @property
    def round(self) -> Round:
        """Return the round on which the community asks whoever is concerned whether it helped 回访."""
        projects = [row.project for row in self.rows]
        ends = [one.ends_at.astimezone(ZONE) for one in projects if one.ends_at is not None]
        on_the_day = [end for end in ends if end.date() == projects[0].cycle.date]
        return Round(
            _("%(hour)s 以后") % {"hour": f"{max(on_the_day):%H:%M}"} if on_the_day else _("办完以后"),
            tuple(dict.fromkeys(line.title for one in projects for line in one.lines.all())),
            tuple(dict.fromkeys(lists.place_words(one) for one in projects)),
        )

    @property
    def out(self) -> int:
        """Return how many work orders stand."""
        return sum(row.is_out for row in self.rows)


def of_cycle(cycle: Cycle, actor: Actor, area_id: int | None = None) -> list[Community]:
    """Return what stands in a cycle by community, as far as the actor works for it."""
    seen = Project.objects.visible_to(actor).filter(cycle=cycle).values("pk")
    found = lists.projects_of(cycle).filter(pk__in=seen, state__in=Project.STANDING)
    if area_id is not None:
        found = found.filter(area_id=area_id)
    projects = list(
        found.select_related("area", "lead__organisation", "station", "work_order", "cycle")[:MOST]
    )
    rows = told(projects)
    areas = {row.project.area_id: row.project.area for row in rows}
    phones = phones_of(areas.values())
    return [
        Community(area, phones.get(pk, ""), tuple(row for row in rows if row.project.area_id == pk))
        for pk, area in sorted(areas.items(), key=lambda one: one[1].stem)
    ]


def project_for(cycle: Cycle, actor: Actor, project_id: int | None) -> Project:
    """Return a project of a cycle that the actor works for; another's is not there."""
    related = ("area", "cycle__area", "lead__organisation", "work_order", "station")
    rows = Project.objects.visible_to(actor).filter(cycle=cycle).select_related(*related)
    found: Project | None = rows.filter(pk=project_id or 0).first()
    if found is None:
        raise NotThere(_("没找到这个项目，可能刚刚重新配过了。请刷新再看。"))
    return found


def order_of(project: Project) -> WorkOrder | None:
    """Return the work order of a project, if one was ever made."""
    return getattr(project, "work_order", None)


def told(projects: Sequence[Project]) -> list[Ordered]:
    """Return projects in words: the same queries for any number of them."""
    prefetch_related_objects(projects, "lines", "uses__resource__enrolment__organisation")
    units = _units(projects)
    codes = {str(member.get("capability", "")) for one in projects for member in one.team}
    districts = {one.district_id for one in projects}
    names = dict(
        Capability.objects.filter(district_id__in=districts, code__in=codes).values_list("code", "name")
    )
    calls: dict[int | None, list[Call]] = {}
    wanted = Call.objects.filter(cause_kind=CAUSE, cause_id__in=[one.pk for one in projects])
    for call in wanted.exclude(state=Call.State.CANCELLED).order_by("id"):
        calls.setdefault(call.cause_id, []).append(call)
    return [_ordered(one, units, names, calls.get(one.pk, [])) for one in projects]


def _units(projects: Iterable[Project]) -> Mapping[int, Enrolment]:
    ids = {int(member["unit"]) for one in projects for member in one.team}
    return Enrolment.objects.select_related("organisation").in_bulk(list(ids))


def _ordered(
    project: Project, units: Mapping[int, Enrolment], names: Mapping[str, str], calls: Sequence[Call]
) -> Ordered:
    lines, uses = list(project.lines.all()), list(project.uses.all())
    return Ordered(
        project,
        order_of(project),
        when_words(project),
        where_words(project),
        (*_crew(project, units, names), *(_offered(u) for u in uses if u.resource.kind in PEOPLE)),
        (*(_offered(u) for u in uses if u.resource.kind not in PEOPLE), *_things(lines, uses)),
        tuple(_("%(title)s，%(n)d 人") % {"title": line.title, "n": line.people} for line in lines),
        tuple(_risks(lines, uses, calls)),
        sum(line.people for line in lines),
    )


def photos_of(order: WorkOrder | None) -> list[OrderPhoto]:
    """Return the photos that a team sent with an order, which wait for the community."""
    return list(order.photos.all()) if order is not None else []


def photo_for(actor: Actor, photo_id: int) -> OrderPhoto:
    """Return a photo of an order for whose project the actor works; raise NotThere for another."""
    seen = Project.objects.visible_to(actor).values("pk")
    found = OrderPhoto.objects.filter(pk=photo_id, order__project__in=seen).first()
    if found is None:
        raise NotThere(_("没有这张照片，或者不归您看。"))
    return found


def _crew(project: Project, units: Mapping[int, Enrolment], names: Mapping[str, str]) -> list[str]:
    """Return who comes of each unit, by what they can do; the one that leads stands first."""
    found: dict[int, list[str]] = {project.lead_id: []} if project.lead_id is not None else {}
    for member in project.team:
        code = str(member.get("capability", ANY))
        can = "" if code == ANY else names.get(code, "")
        found.setdefault(int(member["unit"]), []).append(
            _("%(can)s %(n)d 人") % {"can": can, "n": int(member["people"])}
        )
    words = []
    for unit_id, people in found.items():
        lead = project.lead if unit_id == project.lead_id else units.get(unit_id)
        name = str(lead.organisation.name) if lead is not None else ""
        role = _("（牵头）") if unit_id == project.lead_id else ""
        words.append(" ".join([f"{name}{role}", "、".join(part.strip() for part in people)]).strip())
    return words


def _offered(use: Any) -> str:
    resource = use.resource
    words = f"{resource.title} {use.quantity} {resource.unit}".strip()
    return _("%(what)s（%(whose)s）") % {"what": words, "whose": resource.whose}


def _things(lines: Iterable[Any], uses: Iterable[Any]) -> list[str]:
    """Return what the needs take and nobody lends: kinds of resources are told by what is lent."""
    known = {*dict(Resource.Kind.choices), *(use.resource.title for use in uses)}
    things = {name: n for line in lines for name, n in line.things.items() if name not in known}
    return [_("要用的 %(what)s %(n)d") % {"what": name, "n": n} for name, n in things.items()]


def _risks(lines: Iterable[Any], uses: Iterable[Any], calls: Iterable[Call]) -> list[str]:
    """Return what may go wrong, as was written down where people were called and things were lent."""
    words = []
    if any(line.is_vulnerable for line in lines):
        words.append(_("关系到老人、孩子或病人，只有核实过的人才进门，两个人一起。"))
    for call in calls:
        words += [call.risk_text] if call.risk_text else []
        words += [_("保险：%(words)s") % {"words": call.insurance}] if call.insurance else []
    words += [
        _("%(what)s：%(conditions)s") % {"what": use.resource.title, "conditions": use.resource.conditions}
        for use in uses
        if use.resource.conditions
    ]
    return list(dict.fromkeys(words))


def when_words(project: Project) -> str:
    """Return from when until when, with the weekday if on another day; else the part of the day."""
    if project.starts_at is None:
        return str(windows.NAMES.get(project.window, ""))
    starts = lists.time_words(project, project.cycle)
    return starts if project.ends_at is None else f"{starts}–{project.ends_at.astimezone(ZONE):%H:%M}"


def where_words(project: Project) -> str:
    """Return where, with the address if it is a station, and the room if one is kept."""
    if project.station is not None:
        room = project.space.name if project.space is not None else ""
        words = (project.station.name, room, project.place_words, project.station.address)
        return " ".join(filter(None, words))
    return project.place_words or project.area.short_name


def phones_of(areas: Iterable[Area]) -> dict[int, str]:
    """Return the public telephone of a station in each community: whom a team calls."""
    rows = Station.objects.filter(area__in=list(areas)).exclude(phone="").order_by("id")
    found: dict[int, str] = {}
    for area_id, phone in rows.values_list("area_id", "phone"):
        found.setdefault(area_id, phone)
    return found


def sheet(communities: Iterable[Community]) -> tuple[list[OutColumn], list[list[Any]]]:
    """Return the work orders of a cycle as columns and rows of a spreadsheet; no code is in it."""
    titles = (
        *(_("派工单号"), _("社区"), _("项目"), _("时间"), _("地点"), _("谁来"), _("帮到谁"), _("带什么")),
        *(_("到场"), _("来了几人"), _("离场"), _("队伍说的结果"), _("状态")),
    )
    rows = [_cells(one.area, row) for one in communities for row in one.rows]
    whole = (_("来了几人"),)
    return [OutColumn(title, "whole" if title in whole else "text") for title in titles], rows


def _cells(area: Area, row: Ordered) -> list[Any]:
    order = row.order
    return [
        _number(order),
        area.short_name,
        row.project.title,
        row.when,
        row.where,
        "；".join(row.crew),
        "；".join(row.helps),
        "；".join(row.brings),
        _hour(order.arrived_at) if order else "",
        order.people_came if order else None,
        _hour(order.left_at) if order else "",
        order.get_outcome_display() if order else "",
        row.project.get_state_display(),
    ]


def _number(order: WorkOrder | None) -> str:
    if order is None:
        return _("还没开")
    return order.number if order.revoked_at is None else _("%(number)s（作废）") % {"number": order.number}


def _hour(moment: Any) -> str:
    return f"{moment.astimezone(ZONE):%H:%M}" if moment is not None else ""
