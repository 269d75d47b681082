"""Reads for a project by hand: what a community could take, what is left of it, what a choice costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lingju.cobuilding import absence, asked_day, windows
from lingju.cobuilding.models import Capability, Cycle, Duty, Enrolment, NeedLine, Project, Resource
from lingju.cobuilding.queries import lists
from lingju.cobuilding.queries.plans import communities_of
from lingju.cobuilding.services.listing import ANY
from lingju.cobuilding.services.projects import FREE
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Area
from lingju.places.rules import CLERKS

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """What a project by hand can be put together of, and how each choice is called."""

    lines: list[NeedLine]
    line_words: Mapping[int, str]
    resources: list[Resource]
    crews: list[Enrolment]
    leads: list[Enrolment]
    words: Mapping[str, str]
    # Those whose turn it is in the area itself; the others' crews may be asked as well.
    here: frozenset[int] = frozenset()


def areas_of(cycle: Cycle, actor: Actor) -> list[Area]:
    """Return where an actor may put a project together: their communities, and the whole street if theirs."""
    found = communities_of(cycle, actor)
    whole = cycle.area.stem.startswith(tuple(actor.stems(CLERKS)))
    return [*found, cycle.area] if whole else found


def waiting_in(cycle: Cycle) -> dict[int, int]:
    """Return how many lines wait for a project, by area."""
    rows = NeedLine.objects.filter(cycle=cycle, state__in=FREE).order_by()
    return dict(rows.values_list("area_id").annotate(Count("pk")))


def area_of(cycle: Cycle, said: str, actor: Actor) -> Area | None:
    """Return the area that is asked for, or the only one; None lets choose. Raises NotThere for another."""
    areas = areas_of(cycle, actor)
    if not said:
        return areas[0] if len(areas) == 1 else None
    found = next((area for area in areas if str(area.pk) == said), None)
    if found is None:
        raise NotThere(_("没找到这个社区，或者不归您管。"))
    return found


def offered(cycle: Cycle, area: Area) -> Offered:
    """Return an area's free lines, and what units and residents offer, with what is left of it."""
    names = dict(Capability.objects.filter(district_id=cycle.district_id).values_list("code", "name"))
    lines = list(
        lists.lines_of(cycle)
        .filter(state__in=FREE, area__stem__startswith=area.stem)
        .order_by("-people")[:MOST]
    )
    resources = list(
        lists.resources_of(cycle)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=cycle.date), state=Resource.State.AVAILABLE)
        .order_by("number")[:MOST]
    )
    crews = _crews(cycle)
    taken = asked_day.taken_in(cycle, states=Project.STANDING)
    words = {f"r{row.pk}": _resource_words(row, _most(taken, f"r{row.pk}")) for row in resources}
    words |= {f"u{unit.pk}": _crew_words(unit, _most(taken, f"u{unit.pk}")) for unit in crews}
    line_words = {line.pk: _line_words(line, names) for line in lines}
    on_duty = _on_duty(cycle).filter(area__stem__startswith=area.stem)
    here = frozenset(on_duty.values_list("enrolment_id", flat=True))
    return Offered(lines, line_words, resources, crews, leads_in(area), words, here)


def _on_duty(cycle: Cycle) -> QuerySet[Duty]:
    return Duty.objects.filter(cycle=cycle, state__in=Duty.HELD, enrolment__isnull=False)


def _crews(cycle: Cycle) -> list[Enrolment]:
    found = Enrolment.objects.filter(pk__in=_on_duty(cycle).values("enrolment_id"))
    return list(found.select_related("organisation").prefetch_related("capabilities").order_by("id")[:MOST])


def leads_in(area: Area) -> list[Enrolment]:
    """Return the units that take turns in an area, and so may lead a project there, by name."""
    above = [area.stem[:length] for length in range(1, len(area.stem) + 1)]
    reach = Q(area__stem__in=above) | Q(area__stem__startswith=area.stem)
    found = Enrolment.objects.taking_turns().filter(reach, district_id=area.district_id)
    return list(found.select_related("organisation").order_by("organisation__name")[:MOST])


def _most(taken: asked_day.Taken, key: str) -> int:
    return max(taken[key, window] for window in windows.ORDER)


def _resource_words(row: Resource, taken: int) -> str:
    told = {"who": row.whose, "what": row.title, "n": f"{row.quantity}{row.unit}", "taken": taken}
    if taken:
        return _("%(what)s（%(who)s），一共 %(n)s，最紧的时段已答应 %(taken)d") % told
    return _("%(what)s（%(who)s），一共 %(n)s") % told


def _crew_words(unit: Enrolment, taken: int) -> str:
    told = {"who": unit.organisation.name, "n": unit.people, "taken": taken}
    if taken:
        return _("%(who)s来几个人，一共 %(n)d，最紧的时段已答应 %(taken)d") % told
    return _("%(who)s来几个人，一共 %(n)d") % told


def _line_words(line: NeedLine, names: dict[str, str]) -> str:
    told = {"what": line.title, "where": line.area.short_name, "n": line.people}
    told["number"] = lists.number_of_need(line)
    words = _("%(what)s（%(number)s，%(where)s，%(n)d 人）") % told
    takes = lists.takes_words(line, names)
    words = _("%(words)s，要%(takes)s") % {"words": words, "takes": takes} if takes else words
    return _("%(words)s，先办") % {"words": words} if line.is_urgent else words


def cost_words(cost: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return in words what a choice by hand gives up, goal by goal; what it wins is not told."""
    sentences = {
        "weight": _("能办的事的分量（人数和缓急加起来）：这样配是 %(value)d，自动配是 %(without)d。"),
        "communities": _("顾得上的社区：这样配是 %(value)d 个，自动配是 %(without)d 个。"),
        "fit": _("合各方心意的安排：这样配是 %(value)d，自动配是 %(without)d。"),
        "steps": _("路程：这样配是 %(value)d 个百米，自动配是 %(without)d 个百米。"),
    }
    told = []
    for line in cost:
        goal, value, without = str(line["goal"]), line["value"], line["without"]
        is_worse = value > without if goal == "steps" else value < without
        if goal in sentences and is_worse:
            told.append(sentences[goal] % {"value": value, "without": without})
    return told


def project_for(actor: Actor, project_id: int) -> Project:
    """Return a project of an area for which the actor works; raise NotThere for another."""
    related = (
        "area",
        "cycle__area",
        "cycle__series",
        "lead__organisation",
        "lead__area",
        "station",
        "space__station",
        "session",
    )
    found: Project | None = (
        Project.objects.visible_to(actor)
        .select_related(*related)
        .prefetch_related("lines__area", "uses__resource__enrolment__organisation")
        .filter(pk=project_id)
        .first()
    )
    if found is None:
        raise NotThere(_("没找到这个项目，或者不归您管。"))
    return found


def missing_words(project: Project) -> str:
    """Return in words who of a project cannot come; nothing where everybody can."""
    missing = absence.missing_in([project]).get(project.pk)
    return missing.words if missing is not None else ""


def crew_words(project: Project) -> list[str]:
    """Return who comes of units' own crews, in words."""
    named = {int(member["unit"]) for member in project.team}
    units = {unit.pk: unit for unit in Enrolment.objects.filter(pk__in=named).select_related("organisation")}
    names = dict(Capability.objects.filter(district_id=project.district_id).values_list("code", "name"))
    told = []
    for member in project.team:
        unit = units.get(int(member["unit"]))
        code = str(member.get("capability", ANY))
        what = _("人手") if code == ANY else names.get(code, code)
        who = unit.organisation.name if unit is not None else _("已经注销的单位")
        told.append(_("%(who)s %(n)d 人，%(what)s") % {"who": who, "n": member["people"], "what": what})
    return told
