"""The three lists of a cycle as tables: what is shown, searched, printed and handed out as workbooks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.cobuilding import absence, windows
from lingju.cobuilding.models import Capability, Cycle, NeedLine, Project, Resource
from lingju.cobuilding.services.delivering import needs_of
from lingju.cobuilding.services.listing import ANY
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn
from lingju.needs.models import Need
from lingju.places.models import Area
from lingju.places.rules import CLERKS

MOST: Final = 500
NEEDS: Final = "needs"
RESOURCES: Final = "resources"
PROJECTS: Final = "projects"
WHICH: Final = (NEEDS, RESOURCES, PROJECTS)


@dataclass(frozen=True, slots=True)
class Table:
    """One list as a table: what it is called, its columns, its rows, and where each row leads."""

    title: str
    columns: list[OutColumn]
    rows: list[list[Any]]
    links: list[str]


def cycles_of(actor: Actor, series_id: int | None = None) -> list[Cycle]:
    """Return the cycles of the days that an actor's areas lead or carry out, the newest first."""
    stems = actor.stems(CLERKS)
    found = Cycle.objects.filter(district_id=actor.district_id, area_id__in=_areas(actor, stems))
    if series_id is not None:
        found = found.filter(series_id=series_id)
    return list(found.select_related("series", "area", "district").order_by("series_id", "-month"))


def _areas(actor: Actor, stems: Iterable[str]) -> list[int]:
    """Return the areas that lie under an actor's stems, or above them."""
    which = Q(pk__in=())
    for stem in stems:
        above = [stem[:length] for length in range(1, len(stem) + 1)]
        which |= Q(stem__startswith=stem) | Q(stem__in=above)
    found = Area.objects.filter(which, district_id=actor.district_id)
    return list(found.values_list("pk", flat=True))


def current(cycles: list[Cycle]) -> Cycle | None:
    """Return the cycle that is next to be held, or the last there was."""
    today = clock.today()
    coming = [c for c in cycles if c.closes_on is not None and c.closes_on >= today]
    coming = [c for c in coming if c.state != Cycle.State.CANCELLED]
    if coming:
        return min(coming, key=lambda cycle: cycle.month)
    dated = (c for c in cycles if c.date is not None)
    return next(dated, cycles[0] if cycles else None)


def cycle_numbered(actor: Actor, number: int, series_id: int | None = None) -> Cycle:
    """Return one cycle that the actor's areas lead or carry out; raise NotThere for another."""
    found = next((c for c in cycles_of(actor, series_id) if c.number == number), None)
    if found is None:
        raise NotThere(_("没有这一期共建日。"))
    return found


def lines_of(cycle: Cycle) -> Any:
    """Return the lines of a cycle's list that count, those of most people first."""
    found = cycle.need_lines.exclude(state=NeedLine.State.REMOVED)
    return found.select_related("area", "need", "cluster", "carried_from__cycle")


def projects_of(cycle: Cycle) -> Any:
    """Return the projects of a cycle with everything that is shown of them."""
    return (
        cycle.projects.select_related("area", "lead__organisation", "station", "space__station")
        .prefetch_related("lines", "uses__resource__enrolment__organisation")
        .order_by("starts_at", "id")
    )


def resources_of(cycle: Cycle) -> Any:
    """Return what units and residents offer in a cycle's area, also what still waits to be taken in."""
    found = Resource.objects.filter(
        district_id=cycle.district_id, area__stem__startswith=cycle.area.stem
    ).exclude(state=Resource.State.ENDED)
    return found.select_related("enrolment__organisation", "area").prefetch_related("capabilities")


def table(cycle: Cycle, which: str, said: str = "") -> Table:
    """Return one of the three lists, narrowed to what is searched for."""
    made = TABLES[which](cycle)
    if not said:
        return made
    kept = [at for at, row in enumerate(made.rows) if any(said in str(cell) for cell in row)]
    return Table(made.title, made.columns, [made.rows[at] for at in kept], [made.links[at] for at in kept])


def _needs(cycle: Cycle) -> Table:
    names = dict(Capability.objects.filter(district_id=cycle.district_id).values_list("code", "name"))
    columns = [
        _("需求"),
        _("需求编号"),
        _("社区"),
        _("涉及几个人"),
        _("先办"),
        _("要什么"),
        _("时段"),
        _("状态"),
        _("从哪一期转来"),
    ]
    lines = list(lines_of(cycle)[:MOST])
    rows = [
        [
            line.title,
            number_of_need(line),
            line.area.short_name,
            line.people,
            _("先办") if line.is_urgent else "",
            takes_words(line, names),
            windows_words(line.windows),
            line.get_state_display(),
            _("第 %(n)d 期") % {"n": line.carried_from.cycle.number} if line.carried_from else "",
        ]
        for line in lines
    ]
    return Table(_("需求台账"), _columns(columns), rows, [str(line.pk) for line in lines])


def _resources(cycle: Cycle) -> Table:
    columns = [
        _("编号"),
        _("谁提供"),
        _("类别"),
        _("名称"),
        _("数量"),
        _("能做的事"),
        _("时段"),
        _("条件"),
        _("状态"),
    ]
    found = list(resources_of(cycle).order_by("number")[:MOST])
    rows = [
        [
            row.number,
            row.whose,
            row.get_kind_display(),
            row.title,
            f"{row.quantity}{row.unit}",
            "、".join(can.name for can in row.capabilities.all()),
            windows_words(row.windows),
            row.conditions,
            row.get_state_display(),
        ]
        for row in found
    ]
    return Table(_("资源台账"), _columns(columns), rows, [str(row.pk) for row in found])


def _projects(cycle: Cycle) -> Table:
    columns = [
        _("编号"),
        _("项目"),
        _("牵头的单位"),
        _("时间"),
        _("地点"),
        _("需求"),
        _("用到的资源"),
        _("状态"),
        _("结果"),
        _("验收标准"),
        _("验收"),
        _("销号时间"),
    ]
    found = list(projects_of(cycle)[:MOST])
    missing = absence.missing_in(found)
    rows = [
        [
            number_of(project),
            project.title,
            project.lead.organisation.name if project.lead is not None else "",
            time_words(project, cycle),
            place_words(project),
            "、".join(line.title for line in project.lines.all()),
            "、".join(f"{use.resource.title}{use.quantity}{use.resource.unit}" for use in project.uses.all()),
            _state_words(project, missing.get(project.pk)),
            project.result,
            project.acceptance,
            accepted_words(project),
            f"{project.closed_at.astimezone(ZONE):%Y-%m-%d}" if project.closed_at else "",
        ]
        for project in found
    ]
    return Table(_("项目台账（销号台账）"), _columns(columns), rows, [str(one.pk) for one in found])


def _state_words(project: Project, missing: absence.Missing | None) -> str:
    state = str(project.get_state_display())
    return f"{state}，{missing.words}" if missing is not None else state


TABLES: Final[dict[str, Callable[[Cycle], Table]]] = {
    NEEDS: _needs,
    RESOURCES: _resources,
    PROJECTS: _projects,
}


def _columns(titles: Iterable[str]) -> list[OutColumn]:
    return [OutColumn(title) for title in titles]


def number_of_need(line: NeedLine) -> str:
    """Return the number of the need behind a line, by which two of one kind are told apart."""
    return line.need.number if line.need is not None else _("并案")


def needs_behind(line: NeedLine, actor: Actor) -> list[Need]:
    """Return the needs behind a line that an actor may open at the desk."""
    behind = [need.pk for need in needs_of(line)]
    return list(
        Need.objects.visible_to(actor).filter(pk__in=behind).select_related("category").order_by("id")
    )


def number_of(project: Project) -> str:
    """Return the number of a project; one that is only proposed has none yet."""
    return project.number if project.is_numbered else ""


def accepted_words(project: Project) -> str:
    """Return when and as who a project was accepted, with what was said of it."""
    if project.accepted_at is None:
        return ""
    day = f"{project.accepted_at.astimezone(ZONE):%Y-%m-%d}"
    return _("，").join(filter(None, (day, project.area.short_name, project.accepted_words)))


def takes_words(line: NeedLine, names: dict[str, str]) -> str:
    """Return what a line takes in words: 电工 2 人，血糖仪 2."""
    people = [
        _("%(what)s %(n)d 人") % {"what": _("人手") if code == ANY else names.get(code, code), "n": number}
        for code, number in line.demands.items()
    ]
    kinds = dict(Resource.Kind.choices)
    return _("，").join([*people, *(f"{kinds.get(name, name)} {n}" for name, n in line.things.items())])


def windows_words(named: Iterable[str]) -> str:
    """Return parts of a day in words."""
    return "、".join(str(windows.NAMES.get(name, name)) for name in named) or _("都可以")


def time_words(project: Project, cycle: Cycle) -> str:
    """Return when a project is: the hour on the day itself, with the weekday on another."""
    if project.starts_at is None:
        return ""
    at = project.starts_at.astimezone(ZONE)
    if at.date() == cycle.date:
        return f"{at:%H:%M}"
    weekday = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[at.weekday()]
    return f"{weekday} {at:%H:%M}"


def place_words(project: Project) -> str:
    """Return where a project is, as shortly as it can be said."""
    if project.space is not None:
        return str(project.space)
    if project.station is not None:
        return str(project.station)
    return project.place_words or project.area.short_name
