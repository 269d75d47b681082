"""How long the code of a work order opens it, and what it says when it opens it no more."""

import pytest
from django.test import Client

from lingju.cobuilding.models import Cycle
from lingju.cobuilding.services import projects, work_orders
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.standing import a_scene, clerk_of, sent_out, the_orders
from lingju.kernel.errors import NotNow

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-06T10:00:00+08:00", tick=False)]


def test_a_code_that_was_taken_back_opens_nothing_and_a_new_one_is_another() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    clerk = clerk_of(scene)
    assert scene.project.title in body(Client(), door)
    for _press in range(2):
        assert clerk.post(the_orders(scene), {"do": "revoke", "row": scene.project.pk}).status_code == 302
    assert "已经作废" in body(Client(), door, 404)
    assert "作废了" in body(clerk, the_orders(scene))
    clerk.post(the_orders(scene), {"do": "make", "row": scene.project.pk})
    anew, new_door = sent_out(scene)
    assert (anew.pk, anew.number) == (order.pk, "P26-0002")
    assert new_door != door
    assert scene.project.title in body(Client(), new_door)
    body(Client(), door, 404)
    for wrong in ("x", "作废", "9" * 300):
        body(Client(), f"/w/{wrong}/", 404)


def test_a_code_of_what_has_ended_says_that_nobody_needs_to_come() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    projects.end(scene.project, "物业今天修好了", actor=scene.street.carries)
    order.refresh_from_db()
    assert order.revoked_at is not None
    page = body(Client(), door, 404)
    assert "不用再来" in page
    assert "物业今天修好了" not in page
    with pytest.raises(NotNow, match="终止"):
        work_orders.arrive(order, 3, actor=scene.street.carries)


def test_once_the_community_has_answered_nobody_arrives_any_more_but_the_code_still_thanks() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    work_orders.arrive(order, 3, actor=scene.street.carries)
    standing.delivered(scene)
    late = Client().post(door, {"do": "arrive", "people": 9})
    assert (late.status_code, "社区已经办结" in late.content.decode()) == (422, True)
    page = body(Client(), door)
    assert 'value="arrive"' not in page
    assert "谢谢你们" in page
    assert Client().post(door, {"do": "go"}).status_code == 302
    order.refresh_from_db()
    assert (order.people_came, order.left_at is None) == (3, False)


def test_the_codes_of_a_cycle_close_when_it_is_put_away() -> None:
    scene = a_scene()
    _order, door = sent_out(scene)
    Cycle.objects.filter(pk=scene.cycle.pk).update(state=Cycle.State.ARCHIVED)
    assert "已经归档" in body(Client(), door, 404)
