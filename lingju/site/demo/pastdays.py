"""The cycles of the demo that were held: told beforehand, planned, held, recorded, judged, put away.

Of the last two every community's plan is told, of those before one each; what was delivered and what
residents said of it is data. One said "not solved": it goes on to the coming cycle.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Final

from lingju.activities.services import attendance, running
from lingju.cobuilding.models import CommunityPlan, Cycle, Duty, Project
from lingju.cobuilding.queries import summary
from lingju.cobuilding.rules import TeamBearer
from lingju.cobuilding.services import (
    cycles,
    delivering,
    listing,
    plans,
    projects,
    recording,
    steps,
    turns,
    work_orders,
)
from lingju.cobuilding.services.delivering import Delivery
from lingju.cobuilding.services.drawing_up import communities_of
from lingju.cobuilding.services.listing import Takes
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.services.projects import Crew, ProjectDraft
from lingju.kernel import clock
from lingju.needs.rules import Bearer
from lingju.needs.services import judging
from lingju.needs.services.judging import Verdict
from lingju.needs.services.saying import Receipt
from lingju.places.models import Area
from lingju.site.demo.dayscene import Scene, Told, as_it_stands, bearer, fresh, moment, say, told
from lingju.site.demo.training import at

WHOLE: Final = 2  # cycles of which every community is told
IN_WORDS: Final = 6  # cycles whose summary is put together from their rows
MISSED: Final = "临时有抢修，电话里说过了，下期补上"


def tell(scene: Scene, held: Iterable[Cycle], *, last: int) -> None:
    """Tell cycles that were held; `last` is the number of the last there was."""
    for cycle in held:
        _tell(scene, fresh(cycle), last - cycle.number + 1)


def _tell(scene: Scene, cycle: Cycle, ago: int) -> None:
    """Tell one cycle; `ago` is 1 for the last that was held."""
    assert cycle.date is not None
    date = cycle.date
    with at(moment(date, -14, 9)):
        cycles.announce_cycle(cycle, told()["themes"][str(cycle.month.month)], actor=scene.leads)
    areas = communities_of(scene.series)
    if ago > WHOLE:
        areas = [areas[_whose_turn(cycle, areas, ago)]]
    _plan(scene, cycle, areas)
    done = [_claimed(scene, cycle, one, number) for number, one in _projects(ago)]
    with at(moment(date, 0, 13)):
        steps.hold(fresh(cycle), actor=scene.leads)
    for plan in cycle.plans.select_related("area", "cycle", "session__area", "session__station"):
        _hold(scene, plan)
    for one, receipt, project in done:
        _deliver(scene, cycle, one, receipt, project)
    _finish_duties(scene, cycle)
    _put_away(scene, cycle, ago)


def _whose_turn(cycle: Cycle, areas: list[Area], ago: int) -> int:
    """Return whose plan is told: where something was delivered, else one after another."""
    stems = [one["in"][0] for _number, one in _projects(ago)]
    return next((n for n, area in enumerate(areas) if area.stem in stems), cycle.number % len(areas))


def _projects(ago: int) -> list[tuple[int, Told]]:
    return [(number, one) for number, one in enumerate(told()["past"]) if one["ago"] == ago]


# --- plans ----------------------------------------------------------------------------------------------


def _plan(scene: Scene, cycle: Cycle, areas: list[Area]) -> None:
    """Let communities plan, the street confirm, and everybody know."""
    assert cycle.date is not None
    with at(moment(cycle.date, -11, 10)):
        made = [
            plans.draft_plan(cycle, area, _draft(scene, area), actor=scene.carries(area)) for area in areas
        ]
        for plan in made:
            plans.submit_plan(plan, actor=scene.carries(plan.area))
    with at(moment(cycle.date, -8, 15)):
        for plan in cycle.plans.select_related("area", "cycle__series", "station"):
            plans.confirm_plan(plan, actor=scene.leads)
        steps.publish(fresh(cycle), actor=scene.leads)


def _draft(scene: Scene, area: Area) -> PlanDraft:
    return PlanDraft(
        "单位带着人手和东西来，居民说的事当场办；办不完的写下来，下一期接着办。",
        station=scene.station(area),
        place_words="" if scene.station(area) else f"{area.short_name}广场",
    )


def _hold(scene: Scene, plan: CommunityPlan) -> None:
    """Hold a plan: count at the door, write down how it went."""
    session, clerk, date = plan.session, scene.carries(plan.area), plan.cycle.date
    assert session is not None
    assert date is not None
    with at(moment(date, 0, 14, 30)):
        running.hold(session, actor=clerk)
    with at(moment(date, 0, 17)):
        people = 18 + (plan.cycle.number * 7 + plan.area_id % 11 * 5) % 31
        attendance.count(session, "elder", people, key=f"demo-day-{plan.pk}-elders", actor=clerk)
        attendance.count(session, "adult", people // 2, key=f"demo-day-{plan.pk}-adults", actor=clerk)
    with at(moment(date, 1, 10)):
        running.review(session, "来的人多半是老人，问得最多的是手机和看病。", actor=clerk)
        plans.record_plan(plan, "按方案办了，没办完的记在清单上。", actor=clerk)


# --- projects -------------------------------------------------------------------------------------------


def _claimed(scene: Scene, cycle: Cycle, one: Told, number: int) -> tuple[Told, Receipt, Project]:
    """Say a need, put it on the list, and let a unit and the community agree on who does it."""
    assert cycle.date is not None
    key, unit = f"demo-past-{number}", scene.units[one["unit"]]
    area = scene.compound(*one["in"]).area
    clerk = scene.carries(area)
    with at(moment(cycle.date, -9, 9, 20)):
        receipt = say(scene, one, key)
    with at(moment(cycle.date, -7, 10)):
        need = as_it_stands(receipt.need)
        line = listing.add_line(fresh(cycle), need, "居民在驿站说的，列进这一期", actor=clerk)
        listing.say_what_it_takes(line, Takes(one["demands"], {}, ("pm",)), actor=clerk)
        (code, people), *_more = one["demands"].items()
        draft = ProjectDraft(
            one["title"],
            (line,),
            "pm",
            lead=unit,
            team=(Crew(unit, people, code),),
            place_words=str(need.compound),
        )
        project = projects.put_together(fresh(cycle), area, draft, key=key, actor=clerk)
    with at(moment(cycle.date, -5, 11)):
        projects.claim(project, projects.UNIT, actor=bearer(unit))
        project = projects.claim(project, projects.COMMUNITY, actor=clerk)
        work_orders.make_order(project, actor=clerk)
    return one, receipt, project


def _deliver(scene: Scene, cycle: Cycle, one: Told, receipt: Receipt, project: Project) -> None:
    """Let the team come and do it, the resident judge, and what is settled be struck off."""
    assert cycle.date is not None
    clerk, order = scene.carries(project.area), project.work_order
    team = TeamBearer(order.pk, scene.district.pk)
    with at(moment(cycle.date, 0, 14, 10)):
        (people,) = one["demands"].values()
        work_orders.arrive(order, people, actor=team)
    with at(moment(cycle.date, 0, 16, 30)):
        work_orders.tell(order, work_orders.Told("done", one["result"], one["served"]), actor=team)
        work_orders.go(order, actor=team)
        delivering.deliver(project, Delivery(one["result"], one["served"]), actor=clerk)
    with at(moment(cycle.date, 1, 9)):
        delivering.accept(project, actor=clerk)
    with at(moment(cycle.date, 2, 19)):
        _judge(scene, one, receipt)
    need = as_it_stands(receipt.need)
    if need.ask_until is not None and need.ask_until < clock.now():
        # Neighbours who stood behind it and say nothing: their days to answer pass.
        with at(need.ask_until + dt.timedelta(hours=1)):
            judging.settle(need)
            delivering.hear(scene.district.pk, need.pk)
    with at(moment(cycle.date, 9, 10)):
        if as_it_stands(need).is_over:
            delivering.close_out(project, actor=clerk)


def _judge(scene: Scene, one: Told, receipt: Receipt) -> None:
    """Let whoever asked say how it is, and most of those who stood behind it; one "no" is enough."""
    verdict = Verdict(one["satisfied"], one["solved"], one.get("why", ""))
    asked = list(receipt.need.askers.order_by("id"))
    for asker in asked[: 1 if one["solved"] == "no" else -(-len(asked) * 3 // 4)]:
        asker.need = as_it_stands(receipt.need)
        judging.judge(asker, verdict, by="page", actor=Bearer(asker.pk, scene.district.pk))
    delivering.hear(scene.district.pk, receipt.need.pk)


# --- afterwards -----------------------------------------------------------------------------------------


def _finish_duties(scene: Scene, cycle: Cycle) -> None:
    """Note who came in their turn; once in the year somebody could not."""
    assert cycle.date is not None
    held = Duty.objects.filter(cycle=cycle, state=Duty.State.PUBLISHED, enrolment__isnull=False)
    with at(moment(cycle.date, 1, 11)):
        for number, duty in enumerate(held.select_related("area", "cycle", "enrolment")):
            clerk = scene.carries(duty.area)
            if number == 5 and cycle.month.month == 6:
                turns.miss(duty, MISSED, actor=clerk)
            else:
                turns.finish(duty, actor=clerk)


def _put_away(scene: Scene, cycle: Cycle, ago: int) -> None:
    """Record a cycle once its window is over, review it a week later, put it away once the next was held."""
    assert cycle.closes_on is not None
    after: tuple[tuple[int, Callable[[Cycle], object]], ...] = (
        (2, lambda row: recording.record(row, _words(scene, row, ago), actor=scene.leads)),
        (9, lambda row: recording.review(row, actor=scene.leads)),
        (30, lambda row: steps.archive(row, actor=scene.leads) if ago > 1 else row),
    )
    for days, step in after:
        due = moment(cycle.closes_on, days, 10)
        if due <= clock.now():
            with at(due):
                step(fresh(cycle))


def _words(scene: Scene, cycle: Cycle, ago: int) -> str:
    if ago <= IN_WORDS:
        return summary.draft(cycle, scene.leads)
    return f"第 {cycle.number} 期，主题“{cycle.theme}”，按方案办了，当时的记录在纸上。"
