"""What a unit is asked to lead, under its link: claimed by a tap, declined with the reason, nobody else's."""

import pytest
from django.test import Client

from lingju.cobuilding.models import Enrolment, Project
from lingju.cobuilding.services import projects, unit_links
from lingju.cobuilding.tests.builders import Street, a_unit
from lingju.cobuilding.tests.listed import a_crew_on_duty, a_listed_line, a_scene, by_hand
from lingju.cobuilding.tests.organised import a_key
from lingju.needs.tests import builders as needs

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]


def a_door(street: Street, unit: Enrolment) -> str:
    """Return the address of a unit's projects."""
    return f"/u/{unit_links.make(unit, key=a_key(), actor=street.leads).secret}/projects/"


def a_led_project() -> tuple[Street, Enrolment, Project]:
    """Put a project together that a unit on duty is to lead."""
    street, quarter, cycle = a_scene()
    unit = a_crew_on_duty(street, cycle)
    line = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 1})
    return street, unit, by_hand(street, cycle, line, lead=unit)


def test_a_unit_claims_by_one_tap_and_the_community_makes_it_stand() -> None:
    street, unit, project = a_led_project()
    address, browser = a_door(street, unit), Client()
    front = browser.get(address.removesuffix("projects/")).content.decode()
    assert "等我们点头" in front
    page = browser.get(address).content.decode()
    assert project.title in page
    assert "13800001234" not in page
    for _press in range(2):
        told = {"do": "claim", "row": project.pk}
        assert browser.post(address, told).status_code == 302
    project.refresh_from_db()
    assert (project.state, project.unit_claimed_at is not None) == (Project.State.PROPOSED, True)
    page = browser.get(address).content.decode()
    assert "等社区点头" in page
    assert 'value="claim"' not in page
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    project.refresh_from_db()
    assert project.state == Project.State.CLAIMED
    assert "双方认领" in browser.get(address).content.decode()


def test_a_unit_says_no_with_the_reason_and_not_without_one() -> None:
    street, unit, project = a_led_project()
    address, browser = a_door(street, unit), Client()
    refused = browser.post(address, {"do": "decline", "row": project.pk, "reason": ""})
    assert refused.status_code == 422
    assert "原因" in refused.content.decode()
    assert browser.post(address, {"do": "decline", "row": project.pk, "reason": "车坏了"}).status_code == 302
    project.refresh_from_db()
    assert (project.state, project.state_reason) == (Project.State.DECLINED, "车坏了")
    assert project.title not in browser.get(address).content.decode()


def test_a_page_that_is_old_claims_nothing_new_and_is_told() -> None:
    street, unit, project = a_led_project()
    seen = project.version
    Project.objects.filter(pk=project.pk).update(title="改过的题目", version=seen + 1)
    answer = Client().post(a_door(street, unit), {"do": "claim", "row": project.pk, "version": seen})
    assert answer.status_code in (409, 422)
    assert "刚刚被别人改过" in answer.content.decode()
    project.refresh_from_db()
    assert project.unit_claimed_at is None


def test_another_units_project_is_not_there() -> None:
    street, _unit, project = a_led_project()
    address = a_door(street, a_unit(street, "另一家示例单位"))
    assert project.title not in Client().get(address).content.decode()
    assert Client().post(address, {"do": "claim", "row": project.pk}).status_code == 404
    project.refresh_from_db()
    assert project.unit_claimed_at is None
