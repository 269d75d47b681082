"""The coming cycle of the demo: the three lists meet, the solver proposes, both sides say yes to most of it.

    told, plans handed in ─▶ needs gathered ─▶ what each takes ─▶ offers ─▶ matched ─▶ claimed ─▶ work orders

One project waits for the community's yes, one community's plan for the street's, so that there is something
to press.
"""

import datetime as dt
from typing import Any, Final

from lingju.cobuilding.models import Cycle, Enrolment, NeedLine, Project
from lingju.cobuilding.services import (
    changing,
    cycles,
    listing,
    matching_up,
    offering,
    plans,
    projects,
    recruiting,
    work_orders,
)
from lingju.cobuilding.services.drawing_up import communities_of
from lingju.cobuilding.services.listing import Takes
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.services.recruiting import Recruit
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor
from lingju.places.models import Area
from lingju.site.demo.dayscene import Scene, Told, bearer, fresh, moment, say, told
from lingju.site.demo.training import at
from lingju.volunteering.services import calling

SECONDS: Final = 5.0
LASTS: Final = dt.timedelta(minutes=90)
NOT_HERE: Final = "社区这几天就办，不等共建日"
PLANS: Final = (
    "驿站里摆三张桌子：手机课、问公证、量血压；楼院里查线路，四点接孩子放学。",
    "护士上门换药量血糖，驿站里等着的人先填一张单子。",
    "驿站开门，来的人想要什么写下来，单位带来的人当场办。",
)


def tell(scene: Scene, cycle: Cycle) -> None:
    """Tell what has been got ready for the coming cycle by now."""
    cycle = fresh(cycle)
    assert cycle.date is not None
    with at(moment(min(cycle.date - dt.timedelta(days=14), clock.today()), 0, 8)):
        cycles.announce_cycle(cycle, told()["themes"][str(cycle.month.month)], actor=scene.leads)
    _plan(scene, cycle)
    _offer(scene)
    _gather(scene, fresh(cycle))
    matching_up.propose(fresh(cycle), key=f"demo-match-{cycle.number}", actor=scene.leads, seconds=SECONDS)
    for project in list(cycle.projects.select_related("area", "lead", "cycle__area").order_by("id")):
        _agree(scene, project)


def _plan(scene: Scene, cycle: Cycle) -> None:
    """Let every community hand its plan in; the street has confirmed all but the last."""
    areas = communities_of(scene.series)
    for number, area in enumerate(areas):
        draft = _draft(scene, area, number)
        plan = plans.draft_plan(fresh(cycle), area, draft, actor=scene.carries(area))
        plans.submit_plan(plan, actor=scene.carries(area))
    submitted = cycle.plans.select_related("area", "cycle__series", "station").order_by("area__stem")
    for plan in list(submitted)[: len(areas) - 1]:
        plans.confirm_plan(plan, actor=scene.leads)
    plans.tell_everybody(fresh(cycle), actor=scene.leads)


def _draft(scene: Scene, area: Area, number: int) -> PlanDraft:
    words = PLANS[0] if area.stem == "140404001002" else PLANS[1 + number % 2]
    station = scene.station(area)
    return PlanDraft(words, station=station, place_words="" if station else f"{area.short_name}广场")


def _offer(scene: Scene) -> None:
    """Let units and a resident say what they bring, and take it onto the list."""
    with at(moment(clock.today(), -6, 10)):
        for number, one in enumerate(told()["offer"]):
            unit = scene.units[one["unit"]] if "unit" in one else None
            row = offering.offer_resource(
                scene.street,
                _offered(scene, one, unit),
                key=f"demo-offer-{number}",
                actor=scene.leads if unit is None else bearer(unit),
                enrolment=unit,
            )
            offering.receive_resource(row, actor=scene.leads)


def _offered(scene: Scene, one: Told, unit: Enrolment | None) -> ResourceDraft:
    return ResourceDraft(
        kind=one["kind"],
        title=one["title"],
        description=one.get("description", ""),
        quantity=one["quantity"],
        unit=one["measure"],
        capabilities=scene.can(one.get("can", [])),
        windows=tuple(one["windows"]),
        owner_words=one["owner"] if unit is None else "",
    )


def _gather(scene: Scene, cycle: Cycle) -> None:
    """Gather what residents said, say what each takes, and take off what need not wait for the day."""
    with at(moment(clock.today(), -2, 9)):
        for number, one in enumerate(told()["need"]):
            say(scene, one, f"demo-day-need-{number}")
    listing.gather(cycle, actor=scene.leads)
    for line in cycle.need_lines.select_related("area", "cycle__area", "need"):
        one = _told_of(line)
        if one is not None:
            takes = Takes(one["demands"], one.get("things", {}), tuple(one["windows"]), _is_frail(one))
            listing.say_what_it_takes(line, takes, actor=scene.carries(line.area))
        elif line.carried_from_id is None:
            listing.remove_line(line, NOT_HERE, actor=scene.carries(line.area))


def _told_of(line: NeedLine) -> Told | None:
    return next((one for one in told()["need"] if one["title"] == line.title), None)


def _is_frail(one: Told) -> bool:
    return bool(one.get("is_vulnerable", False))


def _name(project: Project, one: Told, *, clerk: Actor) -> None:
    changes: dict[str, Any] = {"title": one["project"]}
    if project.starts_at is not None:
        hour = dt.time.fromisoformat(one["at"])
        starts = dt.datetime.combine(project.starts_at.astimezone(ZONE).date(), hour, tzinfo=ZONE)
        changes |= {"starts_at": starts, "ends_at": starts + LASTS}
    changing.edit(project, changes, actor=clerk)


def _agree(scene: Scene, project: Project) -> None:
    """Call a proposed project what people call it, and let both sides say yes; one is left to press."""
    lines = list(project.lines.order_by("id"))
    one = next((found for line in lines if (found := _told_of(line)) and "project" in found), None)
    if one is None and not any(line.carried_from_id for line in lines):
        return
    clerk = scene.carries(project.area)
    if one is not None:
        _name(project, one, clerk=clerk)
        project.refresh_from_db()
    if project.lead is not None:
        projects.claim(project, projects.UNIT, actor=bearer(project.lead))
    else:
        projects.claim(project, projects.UNIT, actor=clerk)
    claimed = projects.claim(project, projects.COMMUNITY, actor=clerk)
    if project.area.stem == "140404001002":
        work_orders.make_order(claimed, actor=clerk)
    if one is not None and "wanted" in one:
        recruit = Recruit(one["wanted"], one["helps"], "没有危险的活；走楼道慢一点。")
        call = recruiting.call_for(claimed, recruit, key=f"demo-day-call-{project.pk}", actor=clerk)
        if call.starts_at > clock.now():
            calling.approve(call, actor=scene.leads)
