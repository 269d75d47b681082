"""A unit is asked once for what its community has claimed, reminded, and told when it is settled."""

import re

import pytest
import time_machine
from django.test import Client

from lingju.cobuilding.models import Enrolment, Project
from lingju.cobuilding.services import handing_over, projects
from lingju.cobuilding.services.projects import Crew, Wanted
from lingju.cobuilding.tests.builders import Street, a_unit
from lingju.cobuilding.tests.listed import a_listed_line, a_resource, by_hand
from lingju.cobuilding.tests.organised import the_bearer
from lingju.needs.tests import builders as needs
from lingju.notify.models import Message
from lingju.site import telling_desk, telling_units
from lingju.site.tests.test_telling_cobuilding import (
    OTHER,
    PHONE,
    a_street_with_a_unit,
    carried,
    notices,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-26T10:00:00+08:00", tick=False)]
TEXTS = ("想请人修一下门锁，关不上", "三号楼一路的路灯老跳闸")


def two_projects(street: Street, unit: Enrolment) -> list[Project]:
    """Put two projects together for a unit; nobody has claimed them."""
    quarter = needs.a_quarter()
    cycle = street.series.cycles.get(number=11)
    made = []
    for number, text in enumerate(TEXTS):
        line = a_listed_line(street, cycle, needs.a_need(quarter, text), demands={"any": 1})
        made.append(by_hand(street, cycle, line, lead=unit, title=f"修修补补{number}"))
    carried()
    return made


def at(moment: str) -> list[str]:
    """Run the clockwork twice at a moment, and return what is sent."""
    with time_machine.travel(f"2026-{moment}:00+08:00", tick=False):
        for _ in range(2):
            telling_units.ask()
            telling_units.remind()
        return carried()


def claim(project: Project, street: Street, moment: str) -> None:
    with time_machine.travel(f"2026-{moment}:00+08:00", tick=False):
        projects.claim(project, projects.COMMUNITY, actor=street.carries)


def test_a_unit_is_asked_once_for_all_that_its_community_claims_in_one_sitting() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    first, second = two_projects(street, unit)
    assert at("10-26T10:10") == []
    claim(first, street, "10-26T10:10")
    claim(second, street, "10-26T10:20")
    assert at("10-26T10:30") == []
    [asked] = at("10-26T10:50")
    assert "请您单位牵头办事" in asked
    assert "“修修补补0”（11月6日 星期五 14:00）、“修修补补1”" in asked
    assert at("10-26T11:00") == at("10-27T10:00") == []
    found = re.search(r"/u/\S+/projects/", asked)
    assert found is not None
    assert "我们认领" in Client().get(found[0]).content.decode()


def test_what_the_unit_has_answered_meanwhile_it_is_not_asked_for() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    first, second = two_projects(street, unit)
    claim(first, street, "10-26T10:10")
    claim(second, street, "10-26T11:10")
    projects.decline(Project.objects.get(pk=first.pk), "那天出不来", actor=the_bearer(unit))
    [asked] = at("10-26T12:00")
    assert "修修补补0" not in asked
    projects.claim(Project.objects.get(pk=second.pk), projects.UNIT, actor=the_bearer(unit))
    carried()
    assert at("10-30T10:00") == []


def test_what_was_handed_over_to_a_unit_is_not_asked_a_second_time() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    other = a_unit(street, "示例医院", phone=OTHER)
    first, _second = two_projects(street, unit)
    claim(first, street, "10-26T10:10")
    handing_over.hand_over(first, other, {}, "那天有防汛任务", actor=street.carries)
    assert len([one for one in carried() if "请您单位牵头" in one]) == 1
    assert at("10-26T12:00") == []


def test_a_unit_that_has_not_answered_is_reminded_twice_and_then_the_community_calls() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    first, _second = two_projects(street, unit)
    claim(first, street, "10-26T10:10")
    assert len(at("10-26T12:00")) == 1
    assert at("10-29T12:00") == []
    [week] = at("10-30T12:00")
    assert "离共建日还有 7 天" in week
    assert at("10-31T12:00") == []
    assert not [one for one in notices(street.clerk) if "没点头" in one]
    [soon] = at("11-04T12:00")
    assert "离共建日还有 2 天" in soon
    assert at("11-05T12:00") == []
    [call] = [one for one in notices(street.clerk) if "没点头" in one]
    assert "示例供电所（“修修补补0”" in call


def test_a_unit_that_no_message_reaches_is_named_to_the_community() -> None:
    street, _cycle, _unit = a_street_with_a_unit()
    silent = a_unit(street, "示例学校", phone="0355-1234567")
    first, _second = two_projects(street, silent)
    claim(first, street, "10-26T10:10")
    assert at("10-26T12:00") == []
    [call] = [one for one in notices(street.clerk) if "请打电话" in one]
    assert "“修修补补0”等单位点头" in call
    assert "示例学校" in call


def test_a_unit_hears_that_it_is_settled_unless_it_has_just_said_so() -> None:
    street, cycle, unit = a_street_with_a_unit(people=6)
    other = a_unit(street, "示例医院", phone=OTHER)
    thing = a_resource(street, other, quantity=3)
    line = a_listed_line(street, cycle, needs.a_need(needs.a_quarter()))
    project = by_hand(street, cycle, line, lead=unit, team=(Crew(unit, 2),), uses=(Wanted(thing, 1),))
    carried()
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    with time_machine.travel("2026-10-26T10:01:00+08:00", tick=False):
        projects.claim(project, projects.UNIT, actor=the_bearer(unit))
        [lender] = carried()
    assert "说定了" in lender
    assert str(Message.objects.get(wording="project_settled").address) == OTHER


def test_a_unit_that_said_yes_first_hears_that_the_community_did_too() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    first, _second = two_projects(street, unit)
    projects.claim(first, projects.UNIT, actor=the_bearer(unit))
    claim(first, street, "10-26T10:10")
    [settled] = carried()
    assert "“修修补补0”，11月6日 星期五 14:00" in settled
    assert at("10-26T12:00") == []


def digest_of(street: Street, moment: str) -> list[str]:
    with time_machine.travel(f"2026-{moment}:00+08:00", tick=False):
        telling_desk.morning()
        carried()
    return [one for one in notices(street.clerk) if "今天的事" in one]


def test_the_community_hears_in_the_morning_what_units_have_answered_and_only_that() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    first, second = two_projects(street, unit)
    for project in (first, second):
        claim(project, street, "10-26T10:10")
    projects.claim(Project.objects.get(pk=first.pk), projects.UNIT, actor=the_bearer(unit))
    projects.decline(Project.objects.get(pk=second.pk), "那天出不来", actor=the_bearer(unit))
    [told] = digest_of(street, "10-27T08:30")
    assert "单位答应了 1 个项目，单位做不了 1 个项目" in told
    assert not [one for one in digest_of(street, "10-28T08:30")[1:] if "个项目" in one]


def test_what_the_community_itself_declined_it_is_not_told() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    _first, second = two_projects(street, unit)
    projects.decline(second, "改到下个月", actor=street.carries)
    assert not [one for one in digest_of(street, "10-27T08:30") if "个项目" in one]


def test_on_monday_the_community_hears_what_units_answered_since_friday() -> None:
    street, _cycle, unit = a_street_with_a_unit()
    first, _second = two_projects(street, unit)
    with time_machine.travel("2026-10-31T10:00:00+08:00", tick=False):
        projects.claim(first, projects.UNIT, actor=the_bearer(unit))
    [told] = [one for one in digest_of(street, "11-02T08:30") if "个项目" in one]
    assert "单位答应了 1 个项目" in told
    assert PHONE not in told
