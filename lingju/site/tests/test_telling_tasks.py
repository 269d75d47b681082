"""Whoever a meeting gave something to do hears of it once, before it is due and when it is overdue."""

import re

import pytest
import time_machine
from django.test import Client

from lingju.cobuilding.models import Enrolment, Task
from lingju.cobuilding.services import tasks
from lingju.cobuilding.tests.builders import Street, a_street, a_unit
from lingju.cobuilding.tests.organised import a_task, the_bearer
from lingju.people.models import Membership, Organisation
from lingju.people.tests import cast
from lingju.site import telling_desk, telling_tasks
from lingju.site.tests.test_telling_cobuilding import PHONE, carried, notices

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]


def a_given_task(phone: str = PHONE) -> tuple[Street, Enrolment, Task]:
    """Give a unit a task that is due on 12 November."""
    street = a_street()
    unit = a_unit(street, "示例供电所", phone=phone)
    return street, unit, a_task(street, "查一遍线路", owner=unit.organisation, owner_area=None)


def on(day: str) -> list[str]:
    """Run the clockwork twice on a day, and return what is sent."""
    with time_machine.travel(f"2026-{day}T09:20:00+08:00", tick=False):
        telling_tasks.remind()
        telling_tasks.remind()
        return carried()


def test_a_unit_hears_once_what_it_has_to_do_and_its_link_opens_the_list() -> None:
    a_given_task()
    [given] = carried()
    assert "“查一遍线路”，请在11月12日 星期四以前办完" in given
    assert carried() == []
    found = re.search(r"/u/\S+/tasks/", given)
    assert found is not None
    assert "查一遍线路" in Client().get(found[0]).content.decode()


def test_it_is_reminded_before_it_is_due_and_when_it_is_overdue_once_each() -> None:
    street, _unit, _task = a_given_task()
    carried()
    assert on("11-08") == []
    [soon] = on("11-09")
    assert "还有 3 天到期" in soon
    assert on("11-11") == on("11-12") == []
    assert not [one for one in notices(street.clerk) if "过期了" in one]
    [late] = on("11-13")
    assert "期限是11月12日 星期四，已经过了" in late
    assert on("11-20") == []
    [urge] = [one for one in notices(street.clerk) if "过期了" in one]
    assert "“查一遍线路”，示例供电所承办" in urge


def test_what_is_done_is_not_reminded_of_and_the_desk_hears_that_it_waits_to_be_looked_at() -> None:
    street, unit, task = a_given_task()
    carried()
    tasks.finish(task, "都查过了", actor=the_bearer(unit))
    assert on("11-09") == on("11-13") == []
    telling_desk.morning()
    carried()
    [told] = [one for one in notices(street.clerk) if "今天的事" in one]
    assert "要核的任务 1 件" in told


def test_a_unit_that_no_message_reaches_is_named_to_the_desk() -> None:
    street, _unit, _task = a_given_task(phone="0355-1234567")
    assert carried() == []
    [call] = [one for one in notices(street.clerk) if "请打电话" in one]
    assert "示例供电所承办" in call


def test_an_organisation_that_has_not_reported_in_hears_through_whoever_speaks_for_it() -> None:
    street = a_street()
    school = Organisation.objects.create(
        district=street.district, area=street.area, name="示例小学", kind="institution"
    )
    speaker = cast.a_resident(street.district)
    Membership.objects.create(district=street.district, account=speaker, organisation=school, role="contact")
    a_task(street, "放学时段借操场", owner=school, owner_area=None)
    carried()
    [told] = notices(speaker)
    assert "办完了在这里说一声：请告诉社区" in told


def test_a_community_that_does_it_itself_hears_at_its_desk_once_each() -> None:
    street = a_street()
    a_task(street, "通知各楼栋长")
    carried()
    on("11-09")
    on("11-13")
    told = [one for one in notices(street.clerk) if "通知各楼栋长" in one]
    assert [one.rsplit("。", 2)[1] for one in told] == ["请看一看", "快到期了", "过期了"]


def test_an_organisation_that_nothing_reaches_is_named_to_the_desk_at_each_step() -> None:
    street = a_street()
    school = Organisation.objects.create(
        district=street.district, area=street.area, name="示例小学", kind="institution"
    )
    a_task(street, "放学时段借操场", owner=school, owner_area=None)
    carried()
    on("11-09")
    on("11-13")
    told = [one for one in notices(street.clerk) if "放学时段借操场" in one]
    assert sum("请打电话" in one for one in told) == 3
    assert sum("请催一催" in one for one in told) == 1
