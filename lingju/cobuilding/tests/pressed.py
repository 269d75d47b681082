"""How every verb of the day is pressed, on a stage that has a record of each kind, always as it stands.

A press is given the stage and who presses. What it asks for is complete and right: a refusal can only be of
the hand alone.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from lingju.cobuilding.models import Capability, Double, OrderPhoto, Swap
from lingju.cobuilding.services import (
    agreements,
    blackouts,
    catalogue,
    changing,
    cycles,
    delivering,
    drawing_up,
    enrolling,
    handing_over,
    listing,
    matching_up,
    meetings,
    members,
    mending,
    occasions,
    offering,
    pairing,
    plans,
    projects,
    recording,
    recruiting,
    reviewing,
    roles,
    steps,
    swapping,
    tasks,
    turns,
    unit_links,
    weighing,
    work_orders,
)
from lingju.cobuilding.services.agreements import AgreementDraft
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.services.delivering import Delivery
from lingju.cobuilding.services.enrolling import Terms
from lingju.cobuilding.services.listing import Takes
from lingju.cobuilding.services.meetings import MeetingDraft
from lingju.cobuilding.services.members import MemberDraft
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.services.projects import ProjectDraft
from lingju.cobuilding.services.recruiting import Recruit
from lingju.cobuilding.services.reviewing import ReviewDraft
from lingju.cobuilding.services.roles import RoleDraft
from lingju.cobuilding.services.tasks import TaskDraft
from lingju.cobuilding.services.work_orders import Told
from lingju.cobuilding.tests.builders import SINCE, Street, cycles_until
from lingju.cobuilding.tests.listed import a_listed_line, a_resource, a_scene, by_hand, on_duty
from lingju.cobuilding.tests.organised import a_key, a_meeting, a_task, a_unit_draft, an_agreement
from lingju.kernel import vault
from lingju.kernel.rules import Actor
from lingju.needs.tests import builders as needs

Press = Callable[["Stage", Actor], object]
DAY = dt.date(2026, 11, 6)
NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
WORDS = "居民和单位一起办，办完居民说了算"


class Stage:
    """A street on the second of November; a record that is asked for by name is read anew."""

    def __init__(self) -> None:
        self.street, self.quarter, cycle = a_scene()
        self.rows: dict[str, Any] = {"cycle": cycle, "series": self.street.series}
        self._units()
        self._lists()
        self._papers()
        self._days()

    def __getattr__(self, name: str) -> Any:
        row = self.rows[name]
        return type(row).objects.get(pk=row.pk)

    @property
    def here(self) -> Any:
        """Return the community."""
        return self.street.community

    def _units(self) -> None:
        street, rows = self.street, self.rows
        for name in ("unit", "other", "newcomer"):
            rows[name] = enrolling.enrol(a_unit_draft(self.here), actor=street.leads)
        for name in ("unit", "other"):
            enrolling.receive(rows[name], actor=street.leads)
        rows["duty"] = on_duty(street, rows["cycle"], rows["unit"])
        rows["role"] = rows["duty"].role
        elsewhere = Street(**{**vars(street), "community": street.neighbour})
        rows["theirs"] = on_duty(elsewhere, rows["cycle"], rows["other"])
        rows["swap"] = swapping.ask_swap(rows["theirs"], rows["duty"], actor=street.leads)
        catalogue.fill(street.district, actor=street.district_leads)
        rows["capability"] = Capability.objects.first()
        rows["double"] = Double.objects.first()

    def _lists(self) -> None:
        street, rows, cycle = self.street, self.rows, self.rows["cycle"]
        told = ("单元门关不上", "扶手松了", "想学剪纸", "想量血压")
        lines = [
            a_listed_line(street, cycle, needs.a_need(self.quarter, words), demands={"any": 1})
            for words in told
        ]
        rows["line"], rows["free"] = lines[0], lines[3]
        rows["need"] = needs.a_need(self.quarter, "想学书法")
        rows["proposed"] = by_hand(street, cycle, lines[1], lead=rows["unit"])
        standing = by_hand(street, cycle, lines[2], lead=rows["unit"], place_words="驿站")
        projects.claim(standing, projects.UNIT, note="电话里说好了", actor=street.leads)
        rows["project"] = projects.claim(standing, projects.COMMUNITY, actor=street.leads)
        rows["milestone"] = changing.add_milestone(standing, "备好材料", DAY, actor=street.leads)
        rows["order"] = work_orders.make_order(rows["project"], actor=street.leads).order
        rows["photo"] = OrderPhoto.objects.create(
            district=street.district,
            order=rows["order"],
            name=vault.put(street.district.pk, b"a photo of the work"),
            mime="image/jpeg",
        )
        rows["resource"] = a_resource(street, rows["unit"])
        rows["offer"] = offering.offer_resource(
            self.here, a_draft(), key=a_key(), actor=street.leads, enrolment=rows["unit"]
        )

    def _papers(self) -> None:
        street, rows = self.street, self.rows
        rows["agreement"] = an_agreement(street, rows["unit"])
        rows["blackout"] = blackouts.add(rows["unit"], DECEMBER, DECEMBER, actor=street.leads)
        rows["meeting"], rows["first"] = a_meeting(street), a_task(street)
        rows["task"] = a_task(street, owner=rows["unit"].organisation, owner_area=None)
        draft = MemberDraft("示例党员甲", agreed=True)
        rows["member"] = members.register(self.here, draft, key=a_key(), actor=street.leads)
        rows["pairing"] = pairing.pair_unit(rows["unit"], self.quarter.compound, actor=street.leads)
        said = ReviewDraft("2026-10", "fair", "来得准时")
        rows["unsaid"] = reviewing.review_unit(rows["unit"], self.here, said, actor=street.leads)
        told = ReviewDraft("2026-09", "good")
        rows["review"] = reviewing.review_unit(rows["unit"], self.here, told, actor=street.leads)
        reviewing.tell(rows["review"], actor=street.leads)
        rows["link"] = unit_links.make(rows["unit"], key=a_key(), actor=street.leads).link

    def _days(self) -> None:
        street, rows = self.street, self.rows
        rows["next"] = cycles_until(street, 2026, 12)[-1]
        rows["past"] = street.series.cycles.order_by("month").first()
        cycles.announce_cycle(rows["cycle"], actor=street.leads)
        plan = PlanDraft(WORDS, place_words="社区广场")
        rows["plan"] = plans.draft_plan(rows["cycle"], self.here, plan, actor=street.leads)
        rows["handed"] = plans.draft_plan(rows["cycle"], street.neighbour, plan, actor=street.leads)
        plans.submit_plan(rows["handed"], actor=street.leads)
        rows["rota"] = drawing_up.draw_up(
            street.series, DECEMBER, DECEMBER, key=a_key(), actor=street.leads, polish_s=None
        )


def a_draft() -> ResourceDraft:
    """Describe a pair of scales."""
    return ResourceDraft("material", "血糖仪", quantity=3, unit="台")


def an_agreement_draft() -> AgreementDraft:
    """Describe what a unit and a community promise each other."""
    return AgreementDraft("共驻共建协议", "单位每个季度来一次，社区出场地。", DAY, DECEMBER)


def agreed(stage: Stage) -> Swap:
    """Return the swap as the other unit has agreed to it."""
    swap: Swap = swapping.agree(stage.swap, actor=stage.street.leads)
    return swap


UNITS: dict[str, Press] = {
    "agreements.draw_up": lambda s, a: agreements.draw_up(
        s.unit, s.here, an_agreement_draft(), key=a_key(), actor=a
    ),
    "agreements.edit": lambda s, a: agreements.edit(s.agreement, an_agreement_draft(), actor=a),
    "agreements.sign": lambda s, a: agreements.sign(s.agreement, actor=a),
    "agreements.end": lambda s, a: agreements.end(s.agreement, "单位搬走了", actor=a),
    "blackouts.add": lambda s, a: blackouts.add(s.unit, DAY, DAY, actor=a),
    "blackouts.remove": lambda s, a: blackouts.remove(s.blackout, actor=a),
    "blackouts.set_months": lambda s, a: blackouts.set_months(s.unit, (3, 4), actor=a),
    "enrolling.enrol": lambda s, a: enrolling.enrol(a_unit_draft(s.here), actor=a),
    "enrolling.edit": lambda s, a: enrolling.edit(s.unit, Terms(people=7), actor=a),
    "enrolling.set_capabilities": lambda s, a: enrolling.set_capabilities(s.unit, [s.capability], actor=a),
    "enrolling.set_weight": lambda s, a: enrolling.set_weight(s.unit, 2.0, "人多", actor=a),
    "enrolling.receive": lambda s, a: enrolling.receive(s.newcomer, actor=a),
    "enrolling.pause": lambda s, a: enrolling.pause(s.unit, "装修", actor=a),
    "enrolling.resume": lambda s, a: enrolling.resume(s.newcomer, actor=a),
    "enrolling.end": lambda s, a: enrolling.end(s.unit, "单位撤了", actor=a),
    "enrolling.see_contact": lambda s, a: enrolling.see_contact(s.unit, actor=a),
    "members.register": lambda s, a: members.register(
        s.here, MemberDraft("示例党员乙", agreed=True), key=a_key(), actor=a
    ),
    "members.receive": lambda s, a: members.receive(s.member, actor=a),
    "members.end": lambda s, a: members.end(s.member, "搬走了", actor=a),
    "members.read": lambda s, a: members.read(s.member, actor=a),
    "pairing.pair_unit": lambda s, a: pairing.pair_unit(s.other, s.quarter.compound, actor=a),
    "pairing.pair_member": lambda s, a: pairing.pair_member(s.member, s.quarter.compound, actor=a),
    "pairing.end": lambda s, a: pairing.end(s.pairing, actor=a),
    "reviewing.review_unit": lambda s, a: reviewing.review_unit(
        s.unit, s.here, ReviewDraft("2026-11", "good"), actor=a
    ),
    "reviewing.review_area": lambda s, a: reviewing.review_area(
        s.unit, s.here, ReviewDraft("2026-11", "good"), actor=a
    ),
    "reviewing.tell": lambda s, a: reviewing.tell(s.unsaid, actor=a),
    "reviewing.reply": lambda s, a: reviewing.reply(s.review, "收到了，谢谢", actor=a),
    "unit_links.make": lambda s, a: unit_links.make(s.unit, key=a_key(), actor=a),
    "unit_links.revoke": lambda s, a: unit_links.revoke(s.link, actor=a),
}
MEETINGS: dict[str, Press] = {
    "meetings.call": lambda s, a: meetings.call(
        s.here, MeetingDraft("联席会议", s.meeting.at), key=a_key(), actor=a
    ),
    "meetings.edit": lambda s, a: meetings.edit(s.meeting, MeetingDraft("改期的会", s.meeting.at), actor=a),
    "meetings.hold": lambda s, a: meetings.hold(s.meeting, [], actor=a),
    "meetings.minute": lambda s, a: meetings.minute(s.meeting, "议定两件事", actor=a),
    "meetings.cancel": lambda s, a: meetings.cancel(s.meeting, "人不齐", actor=a),
    "tasks.give": lambda s, a: tasks.give(
        s.here, TaskDraft("查线路", DAY, owner_area=s.here), key=a_key(), actor=a
    ),
    "tasks.put_after": lambda s, a: tasks.put_after(s.task, [s.first], actor=a),
    "tasks.start": lambda s, a: tasks.start(s.task, actor=a),
    "tasks.finish": lambda s, a: tasks.finish(s.task, "都查过了", actor=a),
    "tasks.reopen": lambda s, a: tasks.reopen(s.task, "还差一栋", actor=a),
    "tasks.close": lambda s, a: tasks.close(s.task, actor=a),
}
TURNS: dict[str, Press] = {
    "drawing_up.make_duties": lambda s, a: drawing_up.make_duties([s.next], [s.here], actor=a),
    "drawing_up.draw_up": lambda s, a: drawing_up.draw_up(
        s.series, DECEMBER, DECEMBER, key=a_key(), actor=a, polish_s=None
    ),
    "drawing_up.consult": lambda s, a: drawing_up.consult(s.rota, actor=a),
    "drawing_up.publish": lambda s, a: drawing_up.publish(s.rota, actor=a),
    "drawing_up.drop": lambda s, a: drawing_up.drop(s.rota, actor=a),
    "swapping.ask_swap": lambda s, a: swapping.ask_swap(s.duty, s.theirs, actor=a),
    "swapping.agree": lambda s, a: swapping.agree(s.swap, actor=a),
    "swapping.refuse": lambda s, a: swapping.refuse(s.swap, "那天也忙", actor=a),
    "swapping.withdraw": lambda s, a: swapping.withdraw(s.swap, actor=a),
    "swapping.make": lambda s, a: swapping.make(agreed(s), actor=a),
    "turns.set_by_hand": lambda s, a: turns.set_by_hand(s.duty, None, "这家另有安排", actor=a),
    "turns.unlock": lambda s, a: turns.unlock(s.duty, actor=a),
    "turns.accept": lambda s, a: turns.accept(s.duty, actor=a),
    "turns.drop_out": lambda s, a: turns.drop_out(s.duty, "设备检修", actor=a),
    "mending.mend": lambda s, a: mending.mend(s.duty, "0" * 64, actor=a),
    "turns.finish": lambda s, a: turns.finish(s.duty, actor=a),
    "turns.miss": lambda s, a: turns.miss(s.duty, "没有来，电话没接", actor=a),
}
LISTS: dict[str, Press] = {
    "offering.offer_resource": lambda s, a: offering.offer_resource(
        s.here, a_draft(), key=a_key(), actor=a, enrolment=s.unit
    ),
    "offering.change_resource": lambda s, a: offering.change_resource(s.resource, a_draft(), actor=a),
    "offering.receive_resource": lambda s, a: offering.receive_resource(s.offer, actor=a),
    "offering.end_resource": lambda s, a: offering.end_resource(s.resource, "坏了一台", actor=a),
    "listing.gather": lambda s, a: listing.gather(s.cycle, actor=a),
    "listing.add_line": lambda s, a: listing.add_line(s.cycle, s.need, "刚刚说的", actor=a),
    "listing.remove_line": lambda s, a: listing.remove_line(s.line, "物业今天修", actor=a),
    "listing.say_what_it_takes": lambda s, a: listing.say_what_it_takes(
        s.line, Takes({"any": 2}, {}), actor=a
    ),
    "matching_up.propose": lambda s, a: matching_up.propose(s.cycle, key=a_key(), actor=a, seconds=2),
    "projects.put_together": lambda s, a: projects.put_together(
        s.cycle, s.here, ProjectDraft("修门", (s.free,), "pm", lead=s.unit), key=a_key(), actor=a
    ),
    "weighing.weigh": lambda s, a: weighing.weigh(
        s.cycle, s.here, ProjectDraft("修门", (s.free,), "pm", lead=s.unit), actor=a
    ),
    "projects.claim": lambda s, a: projects.claim(s.proposed, projects.UNIT, note="电话里说好了", actor=a),
    "projects.decline": lambda s, a: projects.decline(s.proposed, "人手不够", actor=a),
    "projects.end": lambda s, a: projects.end(s.project, "下雨改期", actor=a),
    "handing_over.hand_over": lambda s, a: handing_over.hand_over(
        s.project, s.other, {}, "那天有防汛任务", actor=a
    ),
    "changing.edit": lambda s, a: changing.edit(s.project, {"title": "剪纸课"}, actor=a),
    "changing.add_milestone": lambda s, a: changing.add_milestone(s.project, "买红纸", DAY, actor=a),
    "changing.finish_milestone": lambda s, a: changing.finish_milestone(s.milestone, actor=a),
}
DAYS: dict[str, Press] = {
    "catalogue.fill": lambda s, a: catalogue.fill(s.street.district, actor=a),
    "catalogue.fill_roles": lambda s, a: catalogue.fill_roles(s.series, actor=a),
    "catalogue.word_double": lambda s, a: catalogue.word_double(s.double, "双报到", "到两处报到", actor=a),
    "catalogue.add_capability": lambda s, a: catalogue.add_capability(
        s.street.district, "electric", "电工", actor=a
    ),
    "catalogue.retire_capability": lambda s, a: catalogue.retire_capability(s.capability, actor=a),
    "roles.add": lambda s, a: roles.add(s.series, "doctor", RoleDraft("义诊"), actor=a),
    "roles.edit": lambda s, a: roles.edit(s.role, RoleDraft("主牵头", is_lead=True), actor=a),
    "roles.retire": lambda s, a: roles.retire(s.role, actor=a),
    "roles.take_up": lambda s, a: roles.take_up(s.role, actor=a),
    "cycles.set_series": lambda s, a: cycles.set_series(
        s.street.area, SeriesDraft("城市共建日", SINCE), actor=a
    ),
    "cycles.open_cycles": lambda s, a: cycles.open_cycles(s.series, dt.date(2027, 2, 1), actor=a),
    "cycles.refresh": lambda s, a: cycles.refresh(s.series, actor=a),
    "cycles.move_cycle": lambda s, a: cycles.move_cycle(s.next, dt.date(2026, 12, 11), "场地有事", actor=a),
    "cycles.rule_it": lambda s, a: cycles.rule_it(s.next, cycles.day_in(s.series, DECEMBER), actor=a),
    "cycles.announce_cycle": lambda s, a: cycles.announce_cycle(s.next, actor=a),
    "cycles.call_units": lambda s, a: cycles.call_units(s.cycle, actor=a),
    "cycles.publish_cycle": lambda s, a: cycles.publish_cycle(s.cycle, actor=a),
    "cycles.cancel_cycle": lambda s, a: cycles.cancel_cycle(s.next, "那天有大会", actor=a),
    "cycles.close_lists": lambda s, a: cycles.close_lists(s.cycle, actor=a),
    "steps.set_rule": lambda s, a: steps.set_rule(s.street.area, SeriesDraft("共建日", SINCE), actor=a),
    "steps.end_rule": lambda s, a: steps.end_rule(s.street.series, "不办了", actor=a),
    "steps.plan": lambda s, a: steps.plan(s.cycle, actor=a),
    "steps.confirm": lambda s, a: steps.confirm(s.cycle, actor=a),
    "steps.publish": lambda s, a: steps.publish(s.cycle, actor=a),
    "steps.hold": lambda s, a: steps.hold(s.cycle, actor=a),
    "steps.archive": lambda s, a: steps.archive(s.cycle, actor=a),
    "steps.back_to_rule": lambda s, a: steps.back_to_rule(s.next, actor=a),
    "plans.draft_plan": lambda s, a: plans.draft_plan(
        s.next, s.here, PlanDraft(WORDS, place_words="社区广场"), actor=a
    ),
    "plans.submit_plan": lambda s, a: plans.submit_plan(s.plan, actor=a),
    "plans.send_back": lambda s, a: plans.send_back(s.handed, "写清几点", actor=a),
    "plans.confirm_plan": lambda s, a: plans.confirm_plan(s.handed, actor=a),
    "plans.tell_everybody": lambda s, a: plans.tell_everybody(s.cycle, actor=a),
    "plans.record_plan": lambda s, a: plans.record_plan(s.plan, "按方案办了", actor=a),
    "plans.miss_plan": lambda s, a: plans.miss_plan(s.plan, "下大雪", actor=a),
    "recording.record": lambda s, a: recording.record(s.past, WORDS, actor=a),
    "recording.review": lambda s, a: recording.review(s.past, actor=a),
    "delivering.start": lambda s, a: delivering.start(s.project, actor=a),
    "delivering.deliver": lambda s, a: delivering.deliver(s.project, Delivery("教了两种窗花"), actor=a),
    "delivering.accept": lambda s, a: delivering.accept(s.project, actor=a),
    "delivering.redo": lambda s, a: delivering.redo(s.project, "还差一半", actor=a),
    "delivering.close_out": lambda s, a: delivering.close_out(s.project, actor=a),
    "delivering.carry_over": lambda s, a: delivering.carry_over(s.cycle, s.next, actor=a),
    "recruiting.call_for": lambda s, a: recruiting.call_for(
        s.project, Recruit(4, "帮着摆桌子", "没有危险，搬桌子慢一点"), key=a_key(), actor=a
    ),
    "work_orders.make_order": lambda s, a: work_orders.make_order(s.project, actor=a),
    "work_orders.make_orders": lambda s, a: work_orders.make_orders([s.project], actor=a),
    "work_orders.arrive": lambda s, a: work_orders.arrive(s.order, 3, actor=a),
    "work_orders.go": lambda s, a: work_orders.go(s.order, actor=a),
    "work_orders.tell": lambda s, a: work_orders.tell(s.order, Told("done", "教了两种窗花", 12), actor=a),
    "work_orders.photo": lambda s, a: work_orders.photo(s.photo, actor=a),
    "occasions.open_session": lambda s, a: occasions.open_session(s.project, actor=a),
    "work_orders.revoke": lambda s, a: work_orders.revoke(s.order, actor=a),
}
PRESSES: dict[str, Press] = {**UNITS, **MEETINGS, **TURNS, **LISTS, **DAYS}
