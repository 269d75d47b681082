"""Projects: put together by a run or by hand, claimed by both sides, declined, changed, ended.

    proposed ─claim (unit) + claim (community)─▶ claimed        the last yes takes what it uses, or is refused
        └─decline─▶ declined         claimed ─end─▶ ended       what it used is free again

A person's choice stands whatever it costs; what it costs, goal by goal, is told and kept. Nothing is ever
promised beyond what there is in a part of the day: the last yes counts under a lock.
"""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding import asked_day, matching, windows
from lingju.cobuilding.events import ProjectClaimed
from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.matching_model import Lock
from lingju.cobuilding.models import Cycle, Enrolment, NeedLine, Project, Resource, Use
from lingju.cobuilding.rules import carries_it_out, its_unit, leads_it
from lingju.cobuilding.services import along, askers, rooms
from lingju.cobuilding.services.enrolling import why
from lingju.cobuilding.services.listing import ANY
from lingju.cobuilding.services.numbers import PROJECT, next_number
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.models import Area, Space, Station
from lingju.places.services import marks
from lingju.places.services.marks import press_key, same_district, tidy

X = Project.State
L = NeedLine.State
UNIT: Final = "unit"
COMMUNITY: Final = "area"
CLAIMED_AT: Final = {UNIT: "unit_claimed_at", COMMUNITY: "area_claimed_at"}
FREE: Final = (L.UNMATCHED, L.REOPENED)
COST_S: Final = 4.0
MOST_LINES: Final = 12
MOST_USES: Final = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """So much of a resource that a project is to use."""

    resource: Resource
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Crew:
    """So many of a unit's own people, for what they can do ("any" is a hand)."""

    unit: Enrolment
    people: int
    capability: str = ANY


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """A project as somebody puts it together."""

    title: str
    lines: tuple[NeedLine, ...]
    window: str
    lead: Enrolment | None = None
    uses: tuple[Wanted, ...] = ()
    team: tuple[Crew, ...] = ()
    goal: str = ""
    acceptance: str = ""
    budget_words: str = ""
    station: Station | None = None
    space: Space | None = None
    place_words: str = ""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None


# --- by hand --------------------------------------------------------------------------------------------


def put_together(cycle: Cycle, area: Area, draft: ProjectDraft, *, key: str, actor: Actor) -> Project:
    """Put a project together by hand; the same press again returns the same. Its cost is told and kept.

    Raises BadInput by field, NotNow (a line is matched already, the cycle is over, nothing of it is left).
    """
    carries_it_out.check(actor, area)
    key = press_key(key)
    known: Project | None = cycle.projects.filter(key=key, area=area).first()
    if known is not None:
        return known
    values = checked(cycle, area, draft)
    cost = cost_of(cycle, draft)  # the solver is asked outside of the transaction
    with transaction.atomic():
        row = Project(
            district_id=cycle.district_id,
            cycle=cycle,
            area=area,
            number=f"T-{secrets.token_hex(6)}",
            key=key,
            cost=cost,
            **values,
        )
        marks.insert(row, actor=actor)
        row.lines.set(draft.lines)
        _use(row, draft.uses)
        check_room(row)
    return row


def cost_of(cycle: Cycle, draft: ProjectDraft) -> list[dict[str, Any]]:
    """Return what a choice by hand costs, goal by goal: with it, and without; nothing where it costs none."""
    day = asked_day.day_of(cycle).day
    keys = {need.key for need in day.needs}
    lines = [f"n{line.pk}" for line in draft.lines if f"n{line.pk}" in keys]
    if not lines or draft.window not in windows.ORDER:
        return []
    window = windows.ORDER.index(draft.window)
    known = {helper.key for helper in day.helpers}
    named = [f"u{crew.unit.pk}-{n}" for crew in draft.team for n in range(crew.people)]
    named += [f"r{use.resource.pk}-{n}" for use in draft.uses for n in range(use.quantity)]
    locks = [Lock(line, None, window) for line in lines]
    locks += [Lock(lines[0], helper, window) for helper in named[:60] if helper in known]
    base = matching.match(day, seconds=COST_S)
    after = matching.cost_of(replace(day), base, locks, seconds=COST_S)
    return [
        {"goal": str(level.goal), "value": level.value, "without": level.bound}
        for level in after
        if level.value != level.bound
    ]


def checked(cycle: Cycle, area: Area, draft: ProjectDraft) -> dict[str, Any]:
    """Return what would stand in the row; raise BadInput by field, NotNow."""
    if cycle.date is None or cycle.state not in Cycle.COMING:
        raise NotNow(_("这一期还没有定日子，或者已经办过了，立不了项目。"))
    same_district(cycle.district_id, draft.lead, draft.station, draft.space)
    same_district(cycle.district_id, *(crew.unit for crew in draft.team))
    same_district(cycle.district_id, *(use.resource for use in draft.uses))
    faults = _faults(cycle, draft)
    if faults:
        raise BadInput("".join(faults.values()), faults)
    _check_lines(cycle, area, draft)
    rooms.check_near(draft.space, area)
    starts_at, ends_at = asked_day.hours(draft.window, cycle.date)
    return {
        "title": tidy(draft.title),
        "goal": tidy(draft.goal),
        "acceptance": tidy(draft.acceptance),
        "budget_words": tidy(draft.budget_words),
        "lead": draft.lead,
        "window": draft.window,
        "station": draft.space.station if draft.space is not None else draft.station,
        "space": draft.space,
        "place_words": tidy(draft.place_words),
        "starts_at": draft.starts_at or starts_at,
        "ends_at": draft.ends_at or ends_at,
        "team": [
            {"unit": crew.unit.pk, "capability": crew.capability, "people": crew.people}
            for crew in draft.team
        ],
    }


def _faults(cycle: Cycle, draft: ProjectDraft) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not 2 <= len(tidy(draft.title)) <= 60:
        faults["title"] = _("项目名称请写 2 到 60 个字。")
    if not 1 <= len(draft.lines) <= MOST_LINES:
        faults["lines"] = _("请从需求清单里选 1 到 %(n)d 件。") % {"n": MOST_LINES}
    if draft.window not in windows.ORDER:
        faults["window"] = _("请选一个时段。")
    if len(draft.uses) > MOST_USES or any(use.quantity < 1 for use in draft.uses):
        faults["uses"] = _("用到的资源请填数量，最多 %(n)d 样。") % {"n": MOST_USES}
    elif not draft.uses and not draft.team and draft.lead is None:
        faults["lead"] = _("请选由哪家单位牵头，或者用到什么资源。")
    if any(crew.people < 1 for crew in draft.team):
        faults["team"] = _("来几个人，请填 1 以上。")
    return faults | hour_faults(cycle, draft.starts_at, draft.ends_at)


def hour_faults(cycle: Cycle, starts: dt.datetime | None, ends: dt.datetime | None) -> dict[str, str]:
    """Return what is wrong with hours, by field: they lie in the cycle's days, and end after they start."""
    if starts is None:
        return {}
    if ends is not None and ends <= starts:
        return {"ends_at": _("结束时间要晚于开始时间。")}
    if not cycle.covers(starts.astimezone(ZONE).date()):
        return {"starts_at": _("开始时间要在这一期的日子里。")}
    return {}


def _check_lines(cycle: Cycle, area: Area, draft: ProjectDraft) -> None:
    for line in draft.lines:
        same_district(cycle.district_id, line)
        if line.cycle_id != cycle.pk or not line.stem.startswith(area.stem):
            raise NotNow(_("“%(title)s”不在这一期这个社区的清单上。") % {"title": line.title})
        if line.state not in FREE:
            raise NotNow(_("“%(title)s”已经配上了，或者撤下了。") % {"title": line.title})


def _use(project: Project, uses: Sequence[Wanted]) -> None:
    wanted: Counter[int] = Counter()
    for use in uses:
        if use.resource.state != Resource.State.AVAILABLE:
            raise NotNow(_("“%(what)s”还没有收进清单，或者不再提供了。") % {"what": use.resource.title})
        wanted[use.resource.pk] += use.quantity
    Use.objects.bulk_create(
        Use(
            district_id=project.district_id,
            project=project,
            resource_id=pk,
            quantity=number,
            window=project.window,
        )
        for pk, number in sorted(wanted.items())
    )


# --- both sides say yes ---------------------------------------------------------------------------------


@transaction.atomic
def claim(
    project: Project, side: str, *, actor: Actor, note: str = "", version: int | None = None
) -> Project:
    """Say yes for one side, "unit" or "area"; once both have, the project stands. Again changes nothing.

    The street may say yes for a unit that told it so, and for a resident who offers something; how they
    said it is kept. Raises NotNow where nothing is left of what it uses, SomeoneWasFaster.
    """
    _may_claim(project, side, actor, note)
    fresh = locked(project, version)
    if getattr(fresh, CLAIMED_AT[side]) is not None and fresh.state in (X.PROPOSED, *Project.STANDING):
        return fresh
    other = CLAIMED_AT[COMMUNITY if side == UNIT else UNIT]
    if fresh.state == X.PROPOSED and getattr(fresh, other) is None:
        check_room(fresh)
        marks.amend(fresh, {CLAIMED_AT[side]: clock.now()}, actor=actor, action=f"claim_{side}")
        return fresh
    return _stand(fresh, side, actor, tidy(note))


def _may_claim(project: Project, side: str, actor: Actor, note: str) -> None:
    if side == COMMUNITY:
        carries_it_out.check(actor, project)
        return
    if side != UNIT:
        raise BadInput(_("请选是单位认领，还是社区认领。"))
    if its_unit.allows(actor, project):
        return
    if project.lead_id is None:
        carries_it_out.check(actor, project)
        return
    leads_it.check(actor, project.cycle)
    if len(tidy(note)) < 2:
        sentence = _("替单位认领，请写一句单位是怎么答应的，比如“电话里说好了”。")
        raise BadInput(sentence, {"note": sentence})


def locked(project: Project, version: int | None) -> Project:
    """Return a project as it stands, locked, so that two hands come one after the other."""
    related = ("area", "cycle__area", "lead__organisation", "lead__area")
    fresh: Project = (
        Project.objects.select_for_update(of=("self",)).select_related(*related).get(pk=project.pk)
    )
    if version is not None and fresh.version != version:
        raise SomeoneWasFaster(_("这个项目刚刚被别人改过，请刷新后再办。"))
    return fresh


def _stand(project: Project, side: str, actor: Actor, note: str) -> Project:
    lines = list(project.lines.select_for_update().order_by("pk"))
    for line in lines:
        if line.state not in FREE:
            raise NotNow(_("“%(title)s”已经由别的项目配上了。") % {"title": line.title})
    check_room(project)
    changes: dict[str, Any] = {CLAIMED_AT[side]: clock.now()}
    if not project.is_numbered:
        changes["number"] = next_number(project.district_id, PROJECT)
    PROJECTS.take("claim", project, actor=actor, note=note[:120], changes=changes)
    rooms.hold(project)
    state = L.PLANNED if project.starts_at is not None else L.MATCHED
    for line in lines:
        NeedLine.objects.filter(pk=line.pk).update(state=state, shortage=[], version=line.version + 1)
        askers.tell_claimed(project, line, actor=actor)
    announce(ProjectClaimed(project.district_id, project.pk))
    return project


def check_room(project: Project) -> None:
    """Refuse what would be promised beyond what there is, naming it; asked under a lock, in one order."""
    uses = list(project.uses.order_by("resource_id"))
    crews = Counter[int]()
    for member in project.team:
        crews[int(member["unit"])] += int(member["people"])
    things = Resource.objects.select_for_update().filter(pk__in=[use.resource_id for use in uses])
    left = {f"r{row.pk}": (row.quantity, row.title) for row in things.order_by("pk")}
    units = Enrolment.objects.select_for_update(of=("self",)).filter(pk__in=list(crews))
    for unit in units.select_related("organisation").order_by("pk"):
        left[f"u{unit.pk}"] = (unit.people, _("%(unit)s的人") % {"unit": unit.organisation.name})
    taken = _promised(project)
    wanted = [(f"r{use.resource_id}", use.window, use.quantity) for use in uses]
    wanted += [(f"u{pk}", project.window, people) for pk, people in sorted(crews.items())]
    for key, window, number in wanted:
        there, name = left[key]
        most = max(taken[key, name_] for name_ in ([window] if window else windows.ORDER))
        if most + number > there:
            raise NotNow(
                _("%(what)s不够：这个时段一共 %(there)d，已经答应出去 %(taken)d，这里还要 %(wanted)d。")
                % {"what": name, "there": there, "taken": most, "wanted": number}
            )


def _promised(project: Project) -> asked_day.Taken:
    return asked_day.taken_in(project.cycle, but=project.pk, states=Project.STANDING)


# --- no, no more ------------------------------------------------------------------------------


@transaction.atomic
def decline(project: Project, reason: str, *, actor: Actor) -> Project:
    """Say no to a proposed project, and why; its lines wait for another. A second press changes nothing."""
    if project.state == X.DECLINED:
        return project
    reason = why(reason)
    PROJECTS.take("decline", project, actor=actor, note=reason, changes={"state_reason": reason})
    along.left(project, reason)
    return project


@transaction.atomic
def end(project: Project, reason: str, *, actor: Actor, version: int | None = None) -> Project:
    """End a project that stood, and say why; what it used is free again, its lines wait for another."""
    if project.state == X.ENDED:
        return project
    reason = why(reason)
    locked(project, version)
    PROJECTS.take("end", project, actor=actor, note=reason, changes={"state_reason": reason})
    along.ended(project, reason, actor=actor)
    for line in project.lines.filter(state__in=(L.MATCHED, L.PLANNED)):
        NeedLine.objects.filter(pk=line.pk).update(state=L.UNMATCHED, version=line.version + 1)
    return project
