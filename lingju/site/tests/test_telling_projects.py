"""Where a project moves or is off, each of its units is told once, and whoever asked in the evening."""

import datetime as dt

import pytest
import time_machine

from lingju.cobuilding.models import Enrolment, Project
from lingju.cobuilding.services import changing, cycles, handing_over, occasions, projects, recruiting
from lingju.cobuilding.services.projects import Crew, Wanted
from lingju.cobuilding.services.recruiting import Recruit
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.builders import Street, a_unit
from lingju.cobuilding.tests.listed import a_listed_line, a_resource, by_hand
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.kernel.clock import ZONE
from lingju.needs.tests import builders as needs
from lingju.notify.models import Message
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system
from lingju.site import wiring
from lingju.site.tests.test_telling_cobuilding import (
    OTHER,
    PHONE,
    a_claimed_project,
    a_street_with_a_unit,
    carried,
    notices,
)
from lingju.volunteering.models import Call
from lingju.volunteering.services import calling, inviting
from lingju.volunteering.tests import builders as volunteers

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-25T10:00:00+08:00", tick=False)]
NINE = dt.datetime(2026, 11, 6, 9, tzinfo=ZONE)
EARLIER = {"starts_at": NINE, "ends_at": NINE + dt.timedelta(hours=2)}


def told(wording: str) -> set[str]:
    return {str(one.address) for one in Message.objects.filter(wording=wording)}


def evening(day: str) -> list[str]:
    with time_machine.travel(f"{day}T18:00:00+08:00", tick=False):
        wiring.tell_evening()
        wiring.tell_evening()
        return carried()


def test_every_unit_of_a_project_hears_once_that_it_moved_and_that_it_is_off() -> None:
    street, cycle, lead = a_street_with_a_unit(people=6)
    lender = a_unit(street, "示例医院", phone=OTHER)
    thing = a_resource(street, lender, quantity=3)
    line = a_listed_line(street, cycle, needs.a_need(needs.a_quarter()))
    crew = (Crew(lead, 2),)
    project = by_hand(street, cycle, line, lead=lead, team=crew, uses=(Wanted(thing, 1),))
    changing.edit(project, {"place_words": "四号楼前"}, actor=street.carries)
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    project = projects.claim(project, projects.UNIT, actor=the_bearer(lead))
    carried()
    assert told("project_moved") == set()
    changing.edit(project, EARLIER, actor=street.carries)
    changing.edit(project, {"place_words": "三号楼前"}, actor=street.carries)
    sent = [one for one in carried() if "改了时间地点" in one]
    assert (len(sent), told("project_moved")) == (2, {PHONE, OTHER})
    assert all("现在是11月6日 星期五 9:00，三号楼前" in one for one in sent)
    projects.end(Project.objects.get(pk=project.pk), "师傅病了。", actor=street.carries)
    sent = [one for one in carried() if "项目终止了" in one]
    assert (len(sent), told("project_off")) == (2, {PHONE, OTHER})
    assert all("师傅病了。不用来了，谢谢。" in one for one in sent)
    assert carried() == []


def test_a_cycle_that_moves_tells_the_units_of_its_projects_their_new_hour_and_why() -> None:
    street, _unit, project, _receipt = a_claimed_project(last="unit")
    cycles.move_cycle(project.cycle, dt.date(2026, 11, 13), "礼堂要修", actor=street.leads)
    [sent] = [one for one in carried() if "改了时间地点" in one]
    assert "现在是11月13日 星期五 14:00" in sent
    assert "原因：礼堂要修。" in sent
    cycles.cancel_cycle(project.cycle, "大风预警", actor=street.leads)
    [off] = [one for one in carried() if "项目终止了" in one]
    assert "大风预警" in off


def test_at_night_it_waits_for_the_morning_unless_the_morning_is_too_late() -> None:
    street, _unit, project, _receipt = a_claimed_project(last="unit")
    carried()
    early = {name: at.replace(hour=at.hour - 1) for name, at in EARLIER.items()}
    with time_machine.travel("2026-11-04T23:00:00+08:00", tick=False):
        changing.edit(project, early, actor=street.carries)
        assert carried() == []
    with time_machine.travel("2026-11-05T09:00:00+08:00", tick=False):
        assert len(carried()) == 1
    with time_machine.travel("2026-11-05T23:00:00+08:00", tick=False):
        projects.end(Project.objects.get(pk=project.pk), "师傅病了", actor=street.carries)
        assert len(carried()) == 1


def test_whom_no_message_reaches_the_community_is_asked_to_call() -> None:
    street, cycle, _unit = a_street_with_a_unit()
    silent = a_unit(street, "示例学校", phone="0355-1234567", people=6)
    chess = a_resource(street, kind="skill", title="下了四十年象棋", quantity=1)
    line = a_listed_line(street, cycle, needs.a_need(needs.a_quarter()))
    project = by_hand(street, cycle, line, lead=silent, uses=(Wanted(chess, 1),))
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    project = projects.claim(project, projects.UNIT, actor=the_bearer(silent))
    changing.edit(project, EARLIER, actor=street.carries)
    carried()
    [asked] = [one for one in notices(street.clerk) if "请打电话" in one]
    assert "11月6日 星期五 9:00" in asked
    assert "示例学校、居民老周" in asked


@pytest.mark.parametrize("last", ["unit", "area"])
def test_who_heard_that_it_comes_hears_in_the_evening_that_it_moved_and_that_it_is_off(last: str) -> None:
    street, _unit, project, receipt = a_claimed_project(last=last)
    assert len(evening("2026-10-25")) == 1
    with time_machine.travel("2026-10-26T10:00:00+08:00", tick=False):
        changing.edit(project, EARLIER, actor=street.carries)
        carried()
    [moved] = evening("2026-10-26")
    assert moved.count(receipt.need.number) == 1
    assert moved.count("9:00") == 1
    with time_machine.travel("2026-10-27T10:00:00+08:00", tick=False):
        projects.end(Project.objects.get(pk=project.pk), "师傅病了", actor=street.carries)
        carried()
    [off] = evening("2026-10-27")
    assert off.count("师傅病了") == 1
    assert evening("2026-10-28") == []


def test_who_has_not_heard_yet_hears_what_is_true_in_the_evening_or_nothing() -> None:
    street, _unit, project, _receipt = a_claimed_project(last="unit")
    changing.edit(project, EARLIER, actor=street.carries)
    carried()
    [told_then] = evening("2026-10-25")
    assert (told_then.count("来办"), "9:00" in told_then) == (1, True)


def test_what_stood_and_ended_between_two_evenings_is_told_to_no_asker() -> None:
    street, _unit, project, _receipt = a_claimed_project(last="unit")
    projects.end(project, "师傅病了", actor=street.carries)
    carried()
    assert evening("2026-10-25") == []


# --- volunteers -------------------------------------------------------------------------------------------


def a_recruiting_call() -> tuple[Street, Project, Call]:
    street, _unit, project, _receipt = a_claimed_project(last="unit")
    recruit = Recruit(3, "帮着搬工具、带路", "上下楼梯，慢走")
    call = recruiting.call_for(project, recruit, key=a_key(), actor=street.carries)
    return street, project, calling.approve(call, actor=street.leads)


def test_who_was_asked_to_help_hears_the_new_hour_and_who_said_yes_that_it_is_off() -> None:
    street, project, call = a_recruiting_call()
    town = volunteers.a_town()
    asked = inviting.invite(call, volunteers.a_volunteer(town), actor=the_system(street.district))
    carried()
    changing.edit(project, EARLIER, actor=street.carries)
    [heard] = [one for one in carried() if "现在是" in one and "来不来由您" in one]
    assert "9:00" in heard
    call.refresh_from_db()
    assert asked.state == asked.State.INVITED
    volunteers.comes(call, volunteers.a_volunteer(town))
    project.refresh_from_db()
    later = {"starts_at": NINE + dt.timedelta(hours=6), "ends_at": NINE + dt.timedelta(hours=8)}
    changing.edit(project, later, actor=street.carries)
    off = [one for one in carried() if one.startswith("取消了")]
    assert len(off) == 2
    assert all("项目改到11月6日 15:00" in one for one in off)
    [anew] = [one for one in notices(street.clerk) if "重新招募" in one]
    assert "11月6日 星期五 15:00" in anew


def test_the_notice_to_call_anew_opens_the_page_that_does_it() -> None:
    street, project, call = a_recruiting_call()
    volunteers.comes(call, volunteers.a_volunteer(volunteers.a_town()))
    changing.edit(project, EARLIER, actor=street.carries)
    carried()
    message = Message.objects.get(wording="call_to_renew", recipient=street.clerk)
    page = cast.signed_in_client(street.clerk).get(message.link)
    assert (page.status_code, "写好，送审" in page.content.decode()) == (200, True)


def test_a_lead_that_lends_and_comes_is_named_once() -> None:
    street, cycle, lead = a_street_with_a_unit(people=6)
    thing = a_resource(street, lead, quantity=3)
    line = a_listed_line(street, cycle, needs.a_need(needs.a_quarter()))
    project = by_hand(street, cycle, line, lead=lead, team=(Crew(lead, 2),), uses=(Wanted(thing, 1),))
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    project = projects.claim(project, projects.UNIT, actor=the_bearer(lead))
    projects.end(project, "师傅病了", actor=street.carries)
    assert len([one for one in carried() if "项目终止了" in one]) == 1
    assert Enrolment.objects.count() == 1


def test_a_unit_that_is_asked_anew_and_one_that_need_not_come_hear_it_once_each() -> None:
    scene = standing.a_scene()
    street, first = scene.street, scene.unit
    first.phone = PHONE
    first.save()
    other = a_unit(street, "示例建工集团", phone=OTHER, people=5)
    carried()
    handing_over.hand_over(scene.project, other, {first.pk: other}, "那天有防汛任务", actor=street.carries)
    sent = carried()
    assert (told("project_asked"), told("project_left")) == ({OTHER}, {PHONE})
    title = scene.project.title
    assert sorted(one.split("：")[0] for one in sent) == ["请您单位来办一件事", "这件事不用您单位来了"]
    assert any(f"“{title}”，11月6日" in one and "请您单位牵头" in one for one in sent)
    assert carried() == []


def test_a_unit_that_is_asked_anew_and_that_no_message_reaches_is_named_to_the_community() -> None:
    scene = standing.a_scene()
    other = a_unit(scene.street, "示例建工集团", phone="0355-1234567", people=5)
    handing_over.hand_over(scene.project, other, {}, "那天有防汛任务", actor=scene.street.carries)
    carried()
    assert "请了新的单位。这几家收不到通知，请打电话：示例建工集团" in "".join(notices(scene.street.clerk))


def test_a_crew_that_stayed_hears_where_the_new_lead_says_no_and_the_activity_is_off() -> None:
    scene = standing.a_scene()
    street, first = scene.street, scene.unit
    first.phone = PHONE
    first.save()
    other = a_unit(street, "示例建工集团", phone=OTHER, people=5)
    session = occasions.open_session(scene.project, actor=street.carries)
    handing_over.hand_over(scene.project, other, {}, "那天有防汛任务", actor=street.carries)
    carried()
    found = Project.objects.get(pk=scene.project.pk)
    assert found.team, "the first unit still comes along"
    projects.decline(found, "我们也来不了", actor=the_bearer(other))
    carried()
    assert told("project_off") == {PHONE}
    session.refresh_from_db()
    assert session.is_off
