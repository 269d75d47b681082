"""November 2026: from the rule of the day to what residents say; two days before, a unit drops out.

    the rule ─▶ units say when not ─▶ rota ─▶ needs, offers, matched, claimed by both ─▶ plans
        ─▶ two days before, one drops out: its turn and its project go to others
        ─▶ the day ─▶ residents judge ─▶ December

Who acts does it on the pages that are theirs: street and community at the desk, a unit under its link, a team
under the code of its work order, a resident with the slip of paper. `november` sets it going.
"""

import pytest
import time_machine

from lingju.activities.models import Session
from lingju.cobuilding.models import (
    CommunityPlan,
    Cycle,
    Duty,
    Enrolment,
    MatchRun,
    NeedLine,
    Project,
    Rota,
    WorkOrder,
)
from lingju.cobuilding.queries import summary
from lingju.cobuilding.rules import UnitBearer
from lingju.cobuilding.services import delivering, mending, projects, work_orders
from lingju.kernel import durable
from lingju.needs.models import Need
from lingju.people.tests import cast
from lingju.volunteering.models import Call
from lingju.volunteering.queries import calls
from lingju.volunteering.services import calling, confirming
from lingju.volunteering.tests import builders as volunteers
from lingju.volunteering.tests.builders import Town
from tests.stories.november import (
    AWAY,
    CHARGING,
    DAYS,
    DECEMBER,
    DEEDS,
    NOVEMBER,
    NURSE,
    SCHOOL,
    THE_DAY,
    Stage,
    at,
    board,
    eight_units_report_in,
    matter,
    offers_are_listed,
    one_unit_cannot_come,
    residents_say,
    the_cycle,
    the_district_sets_the_rule,
    the_needs_are_gathered,
    the_stage,
    the_turns,
    the_unit,
    with_the_slip,
)
from tests.stories.walkers import Walker

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_november_from_three_lists_to_verdicts_with_a_unit_that_drops_out() -> None:
    with time_machine.travel(at(10, 12, 9), tick=False) as clockwork:
        stage = the_stage()
        the_district_sets_the_rule(stage)
        eight_units_report_in(stage)
        one_unit_cannot_come(stage)
        clockwork.move_to(at(10, 14, 9))
        the_rota_asks_nobody_who_is_away(stage)
        the_units_accept_under_their_links(stage)
        clockwork.move_to(at(10, 20, 9))
        residents_say(stage)
        the_needs_are_gathered(stage)
        offers_are_listed(stage)
        the_solver_proposes_and_says_what_is_missing(stage)
        both_sides_claim(stage)
        clockwork.move_to(at(10, 27, 9))
        the_communities_plan_and_everybody_reads_it(stage)
        call = a_call_for_volunteers_goes_out(stage)
        clockwork.move_to(at(11, 4, 10))
        gone = a_unit_drops_out(stage)
        the_mend_moves_only_what_it_must(stage, gone)
        another_unit_takes_the_project_on(stage)
        clockwork.move_to(at(11, 6, 14))
        teams_arrive_with_their_work_orders(stage)
        clockwork.move_to(at(11, 6, 17))
        heads_and_hours_are_counted_by_evidence(stage, call)
        what_was_done_answers_the_needs(stage)
        clockwork.move_to(at(11, 8, 19))
        one_resident_says_yes_and_one_says_no(stage)
        clockwork.move_to(at(11, 16, 9))
        december_begins_with_what_is_left(stage)
        the_month_is_put_into_words(stage)


# --- the rota, the projects ----------------------------------------------------------------------


def the_rota_asks_nobody_who_is_away(stage: Stage) -> None:
    """Draw two months up, consult, publish: six duties a day, a unit in one place, the one away in none."""
    street = stage.street
    street.fills_in(f"{DAYS}rota/", from_month="2026-11-01", to_month="2026-12-01", key="november-rota")
    row = Rota.objects.get()
    assert not Duty.objects.filter(enrolment__isnull=False).exists(), "a draft gives nobody anything"
    for press in ("consult", "publish"):
        street.fills_in(f"{DAYS}rota/drafts/{row.pk}/", do=press, version=row.version)
        row.refresh_from_db()
    assert (row.state, row.approved_by_id, row.shortages) == ("published", stage.quarter.officer.pk, [])
    held = the_turns()
    assert len(set(held.values())) == len(held) == 6
    assert None not in held.values()
    assert the_unit(AWAY).pk not in held.values()
    assert the_unit(AWAY).pk in the_turns(DECEMBER).values(), "in December it takes its turn"
    for duty in Duty.objects.filter(role__code="handy").select_related("enrolment"):
        assert duty.enrolment is not None
        assert duty.enrolment.capabilities.filter(code="handy").exists()
    assert "11月6日" in street.reads(f"{DAYS}rota/")


def the_units_accept_under_their_links(stage: Stage) -> None:
    """Let each unit find its turn under its link and take it with one tap."""
    for duty in Duty.objects.filter(cycle__number=NOVEMBER).select_related("enrolment__organisation"):
        unit, door = Walker(), stage.doors[str(duty.enrolment)]
        assert "接下来" in unit.reads(door)
        unit.fills_in(door, do="accept", row=duty.pk)
        unit.fills_in(door, do="accept", row=duty.pk)  # pressed twice on a slow network
    assert set(Duty.objects.filter(cycle__number=NOVEMBER).values_list("state", flat=True)) == {"accepted"}


# --- the three lists ------------------------------------------------------------------------------------


def the_solver_proposes_and_says_what_is_missing(stage: Stage) -> None:
    """Match the lists: two projects, and one line for which there is nobody, proved."""
    page = stage.street.fills_in(board(), do="match", key="november-match")
    run = MatchRun.objects.get()
    assert run.levels
    assert all(level["gap"] == 0 for level in run.levels), "proved, not merely found"
    assert Project.objects.count() == 2
    assert "可以配上，等您点头" in page
    assert str(stage.project(CHARGING).lead) == "示例消防救援站"
    assert str(stage.project(NURSE).lead) == "示例区医院"
    (missing,) = stage.line(DEEDS).shortage
    assert (missing["names"], missing["able"]) == (["law"], 0)
    assert "还差 1：能做的一共 0" in page


def both_sides_claim(stage: Stage) -> None:
    """Let the community tap, one unit say yes itself, the other by telephone; residents read when."""
    for words in (CHARGING, NURSE):
        project = stage.project(words)
        clerk = stage.clerk_for(words)
        clerk.fills_in(board(), do="claim", row=project.pk, version=project.version)
        assert stage.project(words).state == Project.State.PROPOSED, "one yes is no project"
    charging, nurse = stage.project(CHARGING), stage.project(NURSE)
    assert charging.lead is not None
    bearer = UnitBearer(charging.lead.pk, charging.district_id)
    projects.claim(charging, projects.UNIT, actor=bearer)
    stage.street.fills_in(board(), do="claim_unit", row=nurse.pk, reason="电话里说好了")
    for words in (CHARGING, NURSE):
        assert stage.project(words).state == Project.State.CLAIMED
        assert stage.line(words).state == NeedLine.State.PLANNED
    receipt = stage.slips[NURSE]
    page = with_the_slip(receipt).reads(matter(receipt))
    assert "11月6日" in page
    assert "示例区医院" in page
    assert "已配 2 个，待定 0 个" in stage.clerk.reads(board())


# --- plans ----------------------------------------------------------------------------------------------


def the_communities_plan_and_everybody_reads_it(stage: Stage) -> None:
    """Hand two plans in, confirm them, and tell everybody; until then nobody reads what is on where."""
    quarter, street = stage.quarter, stage.street
    said = "消防站讲楼道充电，护士上门换药，驿站里登记。"
    there = stage.walker(stage.clerk_there)
    for clerk, area, station in (
        (stage.clerk, quarter.area, quarter.station),
        (there, quarter.neighbour, stage.station_there),
    ):
        path = f"{board()}plans/{area.pk}/"
        clerk.fills_in(path, do="submit", summary=said, station=station.pk)
        assert clerk.browser.post(path, {"do": "confirm"}).status_code == 403, "the street confirms"
    assert the_cycle().state == Cycle.State.PLANNED, "all are in"
    for area in (quarter.area, quarter.neighbour):
        street.fills_in(f"{board()}plans/{area.pk}/", do="confirm")
    assert the_cycle().state == Cycle.State.CONFIRMED
    assert Session.objects.filter(state=Session.State.PLANNED).count() == 2
    street.fills_in(f"{DAYS}cycles/{NOVEMBER}/", do="publish")
    assert Session.objects.filter(state=Session.State.ANNOUNCED).count() == 2
    assert the_cycle().state == Cycle.State.PUBLISHED
    for path in ("/activities/", "/day/"):
        page = Walker().reads(path)
        assert "府后街" in page, path
        assert "13900001111" not in page, path


def a_call_for_volunteers_goes_out(stage: Stage) -> Call:
    """Call two volunteers for the project; another person opens the call, and both say yes themselves."""
    project = stage.project(CHARGING)
    said = {"wanted": 2, "summary": "挨家敲门请人下楼", "risk_text": "楼道里慢走，扶好栏杆。"}
    path = f"{board()}orders/{project.pk}/call/"
    stage.clerk.fills_in(path, key="november-call-1", **said)
    call = Call.objects.get()
    calling.approve(call, actor=the_town(stage).looks)
    for _number in range(2):
        volunteers.comes(call, volunteers.a_volunteer(the_town(stage)))
    return call


def the_town(stage: Stage) -> Town:
    """Return the community as volunteers know it."""
    quarter = stage.quarter
    keeper = quarter.clerk
    return Town(
        *(quarter.district, quarter.street, quarter.area, quarter.neighbour, quarter.station),
        *(quarter.clerk, quarter.officer, keeper),
    )


# --- two days before ------------------------------------------------------------------------------------


def a_unit_drops_out(stage: Stage) -> Duty:
    """Let a unit that leads a project, too, say under its link that it cannot come."""
    project = stage.project(NURSE)
    held = Duty.objects.filter(cycle__number=NOVEMBER, role__code="assist", enrolment=project.lead)
    duty: Duty = held.select_related("enrolment__organisation").get()
    unit, door = Walker(), stage.doors[str(duty.enrolment)]
    assert f"这一期您单位还要：牵头“{project.title}”" in unit.reads(door)
    unit.is_refused(door, 422, do="drop", row=duty.pk, reason="")
    unit.fills_in(door, do="drop", row=duty.pk, reason="设备抢修，抽不出人")
    fresh = Duty.objects.get(pk=duty.pk)
    assert (fresh.enrolment_id, fresh.state) == (None, Duty.State.OPEN)
    assert duty.enrolment is not None
    assert duty.enrolment.blackouts.filter(starts_on=THE_DAY).exists(), "it is not asked again for that day"
    assert duty.enrolment.state == "active", "nothing is held against it"
    return duty


def the_mend_moves_only_what_it_must(stage: Stage, gone: Duty) -> None:
    """See who would come, press, and find every other cell as it was; the new unit accepts."""
    before, december = the_turns(), the_turns(DECEMBER)
    page = stage.street.reads(f"{DAYS}rota/{gone.pk}/?mend=1")
    shown = mending.proposed(Duty.objects.select_related("cycle__series").get(pk=gone.pk))
    assert len(shown.changes) == shown.fewest == 1
    (change,) = shown.changes
    comes = Enrolment.objects.select_related("organisation").get(pk=change.after)
    assert str(comes) in page
    assert str(comes) not in (AWAY, str(gone.enrolment))
    stage.street.fills_in(f"{DAYS}rota/{gone.pk}/", do="mend", digest=shown.digest)
    assert the_turns() == before | {gone.pk: comes.pk}
    assert the_turns(DECEMBER) == december
    unit, door = Walker(), stage.doors[str(comes)]
    assert "府后街" in unit.reads(door) or "长安" in unit.reads(door)
    unit.fills_in(door, do="accept", row=gone.pk)
    assert Duty.objects.get(pk=gone.pk).state == Duty.State.ACCEPTED
    kinds = list(gone.entries.values_list("kind", flat=True))
    assert kinds == ["given", "accepted", "dropped", "repaired", "accepted"]


def another_unit_takes_the_project_on(stage: Stage) -> None:
    """Read whose lead is missing, ask a school for its nurse, and let it claim under its link."""
    project, clerk = stage.project(NURSE), stage.clerk_for(NURSE)
    assert "牵头单位来不了" in clerk.reads(board())
    hand = f"{DAYS}projects/{project.pk}/hand-over/"
    assert hand in clerk.reads(f"{DAYS}projects/{project.pk}/")
    school = the_unit(SCHOOL)
    said = {"lead": school.pk, f"crew_{project.lead_id}": "lead", "reason": "医院抢救任务，来不了"}
    clerk.fills_in(hand, version=project.version, **said)
    assert stage.project(NURSE).state == Project.State.PROPOSED, "it stands no more until the school says yes"
    unit, door = Walker(), f"{stage.doors[SCHOOL]}projects/"
    assert project.title in unit.reads(door)
    unit.fills_in(door, do="claim", row=project.pk, version=stage.project(NURSE).version)
    found = stage.project(NURSE)
    assert (found.state, found.lead_id, found.number) == (Project.State.CLAIMED, school.pk, project.number)
    assert "牵头单位来不了" not in clerk.reads(board())
    receipt = stage.slips[NURSE]
    assert "正在另请一家" in with_the_slip(receipt).reads(matter(receipt))


# --- the day --------------------------------------------------------------------------------------------


def teams_arrive_with_their_work_orders(stage: Stage) -> None:
    """Make the work orders, begin the day, let each team say that it is there and what came of it."""
    street = stage.street
    street.fills_in(f"{board()}orders/", do="make_all")
    street.fills_in(f"{DAYS}cycles/{NOVEMBER}/", do="hold")
    assert WorkOrder.objects.count() == 2
    words = {CHARGING: "六户的线都收了，讲了一遍怎么充", NURSE: "换了药，量了血糖，约好下周再来"}
    for need, told in words.items():
        order = stage.project(need).work_order
        team, path = Walker(), f"/w/{work_orders.secret_of(order)}/"
        assert order.number in team.reads(path)
        team.fills_in(path, do="arrive", people=2)
        team.fills_in(path, do="tell", outcome="done", words=told, people_helped=6)
        team.fills_in(path, do="go")
        order.refresh_from_db()
        assert (order.people_came, order.left_at is not None) == (2, True)
        assert Need.objects.get(pk=stage.slips[need].need.pk).stage != Need.Stage.ANSWERED, "the desk answers"
    assert Walker().browser.get(f"/w/{'0' * 64}/").status_code == 404


def heads_and_hours_are_counted_by_evidence(stage: Stage, call: Call) -> None:
    """Count heads at the door and hours by presses; nobody types a total."""
    town = the_town(stage)
    plan = CommunityPlan.objects.select_related("session").get(area=stage.quarter.area)
    assert plan.session is not None
    desk = stage.clerk
    desk.fills_in(f"/desk/activities/{plan.session.pk}/", step="hold")
    invitations = list(call.invitations.select_related("volunteer"))
    for invitation in invitations:
        volunteers.served(town, call, invitation.volunteer, since=0, until=90)
    calling.finish(call, actor=town.writes)
    confirming.confirm_all(call, key="november-hours-1", actor=town.writes)
    project = stage.project(CHARGING)
    came = calls.hours_for("cobuilding-project", project.pk, project.district_id)
    assert (came.people, came.minutes, came.is_settled) == (2, 180, True)
    assert "府后街" in desk.reads(f"{board()}day/")


def what_was_done_answers_the_needs(stage: Stage) -> None:
    """Write down what was done: each need is answered in its own record, and nothing is struck off yet."""
    for words, said in {CHARGING: "六户的线都收了", NURSE: "换了药，量了血糖"}.items():
        project, clerk = stage.project(words), stage.clerk_for(words)
        path = f"{board()}results/{project.pk}/"
        clerk.fills_in(path, outcome="done", result=said, people_served=6, version=project.version)
        clerk.fills_in(f"{board()}results/", do="accept", row=project.pk)
        need = Need.objects.get(pk=stage.slips[words].need.pk)
        assert (need.stage, need.outcome) == (Need.Stage.ANSWERED, Need.Outcome.SOLVED)
        assert stage.line(words).state == NeedLine.State.DELIVERED, "whether it is solved, residents say"
        assert "居民" in clerk.is_refused(f"{board()}results/", 422, do="close", row=project.pk)
    assert stage.line(DEEDS).state == NeedLine.State.UNMATCHED


# --- what residents say ---------------------------------------------------------------------------------


def one_resident_says_yes_and_one_says_no(stage: Stage) -> None:
    """Let both judge with their slips: one is struck off, the other begins anew."""
    said = {
        NURSE: {"solved": "yes", "satisfied": "satisfied", "why": "护士手轻"},
        CHARGING: {"solved": "no", "satisfied": "dissatisfied", "why": "第二天又有人拉线"},
    }
    for words, verdict in said.items():
        receipt = stage.slips[words]
        with_the_slip(receipt).fills_in(f"{matter(receipt)}judge/", **verdict)
    durable.work_off()
    assert stage.line(NURSE).state == NeedLine.State.CONFIRMED
    assert stage.line(CHARGING).state == NeedLine.State.REOPENED
    path = f"{board()}results/"
    stage.clerk_for(NURSE).fills_in(path, do="close", row=stage.project(NURSE).pk)
    assert stage.project(NURSE).state == Project.State.CLOSED
    again = {"do": "close", "row": stage.project(CHARGING).pk}
    assert "没办成" in stage.clerk_for(CHARGING).is_refused(path, 422, **again)
    assert delivering.undelivered_and_confirmed(stage.quarter.district.pk) == []
    assert Need.objects.get(pk=stage.slips[CHARGING].need.pk).round == 2


def december_begins_with_what_is_left(stage: Stage) -> None:
    """Gather December: what nobody could do and what was not solved stand on it, and say from where."""
    street = stage.street
    street.fills_in(f"{DAYS}cycles/{DECEMBER}/", do="announce", theme="志愿红，暖寒冬")
    street.fills_in(board(DECEMBER), do="gather")
    lines = NeedLine.objects.filter(cycle__number=DECEMBER)
    assert {line.need_id for line in lines} == {stage.slips[words].need.pk for words in (CHARGING, DEEDS)}
    assert all(line.carried_from is not None for line in lines.select_related("carried_from"))
    assert street.reads(board(DECEMBER)).count("上期转来") == 2
    assert stage.line(CHARGING).state == NeedLine.State.CARRIED


def the_month_is_put_into_words(stage: Stage) -> None:
    """Keep the summary that the rows make, with what is left by name; nobody typed a figure of it."""
    street, path = stage.street, f"{board()}summary/"
    told = summary.draft(the_cycle(), cast.an_actor_of(stage.quarter.officer))
    for words in (
        "第 29 期，2026年11月6日",
        "居民的需求 3 件",
        "配成项目 2 个，来了 2 家单位、2 支队伍 4 人",
        "项目 2/2（100%），其中销号 1 个；需求有回音 2/3",
        "说解决了 1/2（50%），满意 1/2（50%）",
        "没办完的 2 件",
        "转到第 30 期",
    ):
        assert words in told
    street.fills_in(path, do="record", minutes=told, version=the_cycle().version)
    street.fills_in(path, do="review")
    assert (the_cycle().state, the_cycle().minutes) == (Cycle.State.REVIEWED, told)
    page = Walker().reads(f"/day/{NOVEMBER}/")
    assert "11月6日" in page
    assert "13900001111" not in page
