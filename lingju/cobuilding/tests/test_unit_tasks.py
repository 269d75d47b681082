"""What meetings gave a unit to do, under its link: until when, how far; it says itself that it is done."""

import pytest
import time_machine
from django.test import Client

from lingju.cobuilding.models import Enrolment, Task
from lingju.cobuilding.services import tasks, unit_links
from lingju.cobuilding.tests.builders import Street, a_street, a_unit
from lingju.cobuilding.tests.organised import a_key, a_task

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]


def a_door(street: Street, unit: Enrolment) -> str:
    """Return the address of a unit's tasks."""
    return f"/u/{unit_links.make(unit, key=a_key(), actor=street.leads).secret}/tasks/"


def a_given_task() -> tuple[Street, Enrolment, Task]:
    """Give a unit a task that is due in ten days."""
    street = a_street()
    unit = a_unit(street, "示例供电所")
    return street, unit, a_task(street, "查一遍楼道的线路", owner=unit.organisation, owner_area=None)


def test_a_unit_sees_what_it_has_to_do_and_says_that_it_is_done() -> None:
    street, unit, task = a_given_task()
    address, browser = a_door(street, unit), Client()
    assert "有 1 件事没办完" in browser.get(address.removesuffix("tasks/")).content.decode()
    page = browser.get(address).content.decode()
    assert "查一遍楼道的线路" in page
    assert "11月12日" in page
    for _press in range(2):
        assert browser.post(address, {"do": "start", "row": task.pk}).status_code == 302
    assert browser.post(address, {"do": "finish", "row": task.pk, "result": "都查过了"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.result) == (Task.State.DONE, "都查过了")
    page = browser.get(address).content.decode()
    assert ("办完待核" in page, 'value="finish"' in page) == (True, False)
    assert "没办完" not in browser.get(address.removesuffix("tasks/")).content.decode()
    tasks.close(task, actor=street.carries)
    assert "查一遍楼道的线路" not in browser.get(address).content.decode()


def test_done_without_a_word_is_refused_and_keeps_what_was_typed() -> None:
    street, unit, task = a_given_task()
    answer = Client().post(a_door(street, unit), {"do": "finish", "row": task.pk, "result": "好"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请写一句办得怎样" in page
    assert 'value="好"' in page


def test_what_is_overdue_says_so() -> None:
    street, unit, _task = a_given_task()
    address = a_door(street, unit)
    assert "过期了" not in Client().get(address).content.decode()
    with time_machine.travel("2026-11-13T10:00:00+08:00", tick=False):
        assert "过期了" in Client().get(address).content.decode()


def test_another_units_task_is_not_there() -> None:
    street, _unit, task = a_given_task()
    address = a_door(street, a_unit(street, "另一家示例单位"))
    assert task.title not in Client().get(address).content.decode()
    told = {"do": "finish", "row": task.pk, "result": "都查过了"}
    assert Client().post(address, told).status_code == 404
    assert Client().post(address, {"do": "close", "row": task.pk}).status_code == 404
    task.refresh_from_db()
    assert task.state == Task.State.OPEN
