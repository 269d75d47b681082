"""Units, communities and the street are told of the day once each; residents hear in the evening."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from lingju.cobuilding.models import Cycle, Duty, Enrolment, NeedLine, Project
from lingju.cobuilding.services import (
    cycles,
    delivering,
    plans,
    projects,
    turns,
    unit_links,
    work_orders,
)
from lingju.cobuilding.services.delivering import Delivery
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.tests.builders import Street, a_cycle, a_role, a_street, a_unit
from lingju.cobuilding.tests.listed import a_listed_line, by_hand, on_duty
from lingju.cobuilding.tests.organised import the_bearer
from lingju.kernel import durable
from lingju.needs.models import Asker, Asking, Need
from lingju.needs.services import judging
from lingju.needs.services.judging import Verdict
from lingju.needs.services.saying import Receipt
from lingju.needs.tests import builders as needs
from lingju.notify import jobs as notify_jobs
from lingju.notify.models import Message, Notice
from lingju.people.models import Account, Membership
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast
from lingju.site import wiring
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-25T10:00:00+08:00", tick=False)]
ON_THE_DAY = pytest.mark.time_machine("2026-11-06T18:00:00+08:00", tick=False)
PHONE, OTHER = "13900001111", "13900002222"


def carried() -> list[str]:
    """Run every reaction, deliver every message, and return the texts that were sent since the last time."""
    durable.work_off()
    notify_jobs.deliver_due()
    sent = [message.text for message in MemoryGateway.sent]
    MemoryGateway.sent.clear()
    return sent


def notices(account: Account) -> list[str]:
    return [f"{one.title}：{one.body}" for one in Notice.objects.filter(account=account).order_by("id")]


def a_street_with_a_unit(**changes: Any) -> tuple[Street, Cycle, Enrolment]:
    street = a_street()
    unit = a_unit(street, "示例供电所", phone=PHONE, liaison="示例联络员", **changes)
    cycle = cycles.announce_cycle(a_cycle(street), "用电安全", actor=street.leads)
    return street, cycle, unit


def a_duty_of(street: Street, cycle: Cycle, unit: Enrolment | None) -> Duty:
    role = street.series.roles.first() or a_role(street)
    return Duty.objects.create(
        district=street.district,
        cycle=cycle,
        area=street.community,
        role=role,
        enrolment=unit,
        state=Duty.State.PUBLISHED if unit is not None else Duty.State.OPEN,
    )


def on_the_roll(street: Street, cycle: Cycle, unit: Enrolment) -> Cycle:
    on_duty(street, cycle, unit)
    return cycle


# --- the day ----------------------------------------------------------------------------------------------


def test_units_and_desks_hear_that_a_day_is_set_and_the_link_opens_the_units_own_door() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    sent = carried()
    assert len(sent) == 1
    assert "共建日定了：城市共建日：11月6日 星期五。主题：用电安全。" in sent[0]
    found = re.search(r"/u/\S+/", sent[0])
    assert found is not None
    assert "示例供电所" in Client().get(found[0]).content.decode()
    for account in (street.officer, street.clerk):
        assert any("11月6日 星期五" in one for one in notices(account))
    assert unit.links.count() == 1


def test_another_day_and_none_are_told_with_the_reason_once() -> None:
    street, cycle, _unit = a_street_with_a_unit()
    carried()
    cycles.move_cycle(cycle, dt.date(2026, 11, 13), "礼堂要修", actor=street.leads)
    [moved] = carried()
    assert "改到11月13日 星期五 14:30，礼堂要修" in moved
    cycles.cancel_cycle(cycle, "大风预警", actor=street.leads)
    [off] = carried()
    assert off.startswith("共建日取消了")
    assert "大风预警" in off
    assert carried() == []
    assert len([one for one in notices(street.clerk) if "大风预警" in one]) == 1


def test_two_units_are_told_each_by_itself_and_one_without_a_mobile_by_nobody() -> None:
    street = a_street()
    a_unit(street, "示例供电所", phone=PHONE)
    a_unit(street, "示例医院", phone=OTHER)
    a_unit(street, "示例学校", phone="0355-1234567")
    cycles.announce_cycle(a_cycle(street), actor=street.leads)
    carried()
    loud = Message.objects.filter(wording="days_announced")
    assert {str(one.address) for one in loud} == {PHONE, OTHER}
    assert not loud.exclude(state=Message.State.SENT).exists()


def test_a_day_moved_before_anybody_heard_of_it_is_told_to_nobody() -> None:
    street = a_street()
    a_unit(street, phone=PHONE)
    cycles.move_cycle(a_cycle(street), dt.date(2026, 11, 13), "礼堂要修", actor=street.leads)
    assert carried() == []


def test_at_night_the_message_waits_for_the_morning() -> None:
    with time_machine.travel("2026-10-25T23:10:00+08:00", tick=False):
        a_street_with_a_unit()
        assert carried() == []
    with time_machine.travel("2026-10-26T09:10:00+08:00", tick=False):
        assert len(carried()) == 1


def test_no_number_and_no_secret_stands_in_a_notice_or_in_a_footprint() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    speaker = cast.a_resident(street.district)
    Membership.objects.create(
        district=street.district, account=speaker, organisation=unit.organisation, role="contact"
    )
    turns.set_by_hand(a_duty_of(street, _cycle, None), unit, "就在门口", actor=street.leads)
    [sent] = [one for one in carried() if "轮到您单位了" in one]
    found = re.search(r"/u/(\S+)/", sent)
    assert found is not None
    open_text = " ".join(
        [f"{one.title} {one.body} {one.link}" for one in Notice.objects.all()]
        + [f"{one.before} {one.after} {one.note}" for one in Footprint.objects.all()]
    )
    assert any("轮到您单位了" in one for one in notices(speaker))
    assert found[1] not in open_text
    assert PHONE not in open_text


def test_a_link_that_was_taken_back_is_named_and_not_made_again() -> None:
    street, cycle, unit = a_street_with_a_unit()
    carried()
    unit_links.revoke(unit.links.get(), actor=street.leads)
    cycles.call_units(on_the_roll(street, cycle, unit), actor=street.leads)
    [sent] = carried()
    assert sent.endswith("单位专用链接")
    assert unit.links.count() == 1


# --- plans, orders ----------------------------------------------------------------------------------------


def test_a_plan_that_comes_back_says_what_is_missing() -> None:
    street, cycle, _unit = a_street_with_a_unit()
    draft = PlanDraft("查线路、教灭火器", place_words="门口")
    plan = plans.draft_plan(cycle, street.community, draft, actor=street.carries)
    plans.submit_plan(plan, actor=street.carries)
    plans.send_back(plan, "写上下雨怎么办", actor=street.leads)
    carried()
    assert any(words.endswith("府后街社区：写上下雨怎么办。") for words in notices(street.clerk))


def a_claimed_project(*, last: str) -> tuple[Street, Enrolment, Project, Receipt]:
    """Put a project together for one need; `last` says which side said the last yes."""
    street, cycle, unit = a_street_with_a_unit()
    quarter = needs.a_quarter()
    receipt = needs.a_receipt(quarter, "想请人修一下门锁，关不上", kind="help_repair")
    line = a_listed_line(street, cycle, receipt.need, demands={"any": 2})
    project = by_hand(street, cycle, line, lead=unit)
    carried()
    sides = (projects.UNIT, projects.COMMUNITY) if last == "area" else (projects.COMMUNITY, projects.UNIT)
    for side in sides:
        actor = the_bearer(unit) if side == projects.UNIT else street.carries
        projects.claim(project, side, actor=actor)
    project.refresh_from_db()
    return street, unit, project, receipt


def test_a_work_order_goes_to_the_unit_once_and_says_where() -> None:
    street, _unit, project, _receipt = a_claimed_project(last="unit")
    carried()
    work_orders.make_order(project, actor=street.carries)
    work_orders.make_order(project, actor=street.carries)
    [sent] = carried()
    assert sent.startswith("派工单好了")
    assert project.title in sent
    assert "11月6日 星期五" in sent


# --- whoever asked ----------------------------------------------------------------------------------------


def the_evening() -> list[str]:
    with time_machine.travel("2026-10-25T18:00:00+08:00", tick=False):
        wiring.tell_evening()
        wiring.tell_evening()
        return carried()


@pytest.mark.parametrize("last", ["unit", "area"])
def test_who_asked_hears_in_the_evening_and_once_that_it_is_taken_on(last: str) -> None:
    _street, _unit, project, receipt = a_claimed_project(last=last)
    assert carried() == []
    [told] = the_evening()
    words = "有人认领了，11月6日 星期五" if last == "unit" else "共建日已经配上了"
    assert told.count(words) == 1
    assert told.count(receipt.need.number) == 1
    assert ("有人认领了" in told) is (last == "unit")
    assert project.state == Project.State.CLAIMED


@ON_THE_DAY
def test_what_is_delivered_is_asked_about_by_the_needs_and_once() -> None:
    street, _unit, project, _receipt = a_claimed_project(last="unit")
    carried()
    delivering.deliver(project, Delivery("锁芯换好了，钥匙给了本人", 1), actor=street.carries)
    [asked] = [one for one in carried() if "解决了没有" in one]
    assert "锁芯换好了" in asked
    assert Message.objects.filter(wording="need_asked").count() == 1


@ON_THE_DAY
@pytest.mark.parametrize(
    ("solved", "state"), [("yes", NeedLine.State.CONFIRMED), ("no", NeedLine.State.REOPENED)]
)
def test_what_residents_say_of_a_delivered_need_moves_its_line_through_the_wiring(
    solved: str, state: str
) -> None:
    street, _unit, project, receipt = a_claimed_project(last="unit")
    delivering.deliver(project, Delivery("锁芯换好了，钥匙给了本人", 1), actor=street.carries)
    carried()
    line = project.lines.get()
    assert line.state == NeedLine.State.DELIVERED
    asker = Asker.objects.select_related("need").get(pk=receipt.asker.pk)
    said = ("satisfied", solved, "") if solved == "yes" else ("dissatisfied", solved, "还是关不上")
    judging.judge(asker, Verdict(*said), by=Asker.By.PAGE, actor=needs.a_bearer(receipt))
    line.refresh_from_db()
    assert line.state == NeedLine.State.DELIVERED  # heard durably: not before the queue is worked off
    carried()
    line.refresh_from_db()
    assert line.state == state
    assert Asking.objects.get(asker=asker, answered_at__isnull=False).solved == solved
    assert Need.objects.get(pk=asker.need_id).is_over is (solved == "yes")
