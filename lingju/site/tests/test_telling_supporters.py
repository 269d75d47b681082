"""Whoever stands behind somebody else's need is told of it in the words of the list, and nobody's name."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import durable
from lingju.kernel.clock import ZONE
from lingju.needs.models import Asker, Category, Need
from lingju.needs.services import answering, handling, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.saying import Contact
from lingju.needs.tests.builders import Quarter, a_key, a_need, a_quarter, fresh, listed
from lingju.notify import jobs as notify_jobs
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast
from lingju.site import telling, wiring

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=ZONE)
SIX = dt.datetime(2026, 11, 25, 18, 1, tzinfo=ZONE)
OWN = "老伴刚出院，门口的灯不亮摔了一跤"
LISTED = "三号楼门口的灯不亮"


@pytest.fixture
def quarter() -> Quarter:
    with time_machine.travel(NOON, tick=False):
        return a_quarter()


def a_joined_need(quarter: Quarter) -> Need:
    """Say a need, leave no number for it, and let a neighbour with a telephone stand behind it."""
    need = listed(quarter, a_need(quarter, OWN, contact=Contact()), LISTED)
    handling.reply(fresh(need), "您老伴养好身体", actor=quarter.clerk_actor)
    with time_machine.travel(NOON + dt.timedelta(minutes=5), tick=False):
        contact = Contact(phone="13900001111", by=Asker.By.SMS)
        saying.support(fresh(need), contact, key=a_key(), actor=cast.a_stranger(quarter.district))
    return fresh(need)


def carried() -> list[str]:
    """Run every reaction, deliver every message, and return the texts that were sent since the last time."""
    durable.work_off()
    notify_jobs.deliver_due()
    sent = [message.text for message in MemoryGateway.sent]
    MemoryGateway.sent.clear()
    return sent


def made_private(need: Need) -> None:
    Category.objects.filter(pk=need.category_id).update(is_private=True)


def test_the_receipt_of_a_supporter_names_the_need_as_the_list_does(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        need = a_joined_need(quarter)
        (sent,) = carried()
    assert LISTED in sent
    assert need.number in sent
    assert "出院" not in sent


@pytest.mark.parametrize("is_private", [False, True])
def test_the_question_to_a_supporter_holds_nobody_s_name(quarter: Quarter, is_private: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        need = a_joined_need(quarter)
        carried()
        handling.take(need, actor=quarter.clerk_actor)
        given = Answer(Need.Outcome.EXPLAINED, "灯泡换好了，有事找联系人张桂兰，13800138000")
        answering.answer(need, given, actor=quarter.clerk_actor)
        if is_private:
            made_private(need)
        (sent,) = carried()
    assert "/j/" in sent
    for word in ("出院", "张桂兰", "13800138000"):
        assert word not in sent
    for word in (LISTED, "灯泡换好了"):
        assert (word in sent) is not is_private


def test_the_evening_tells_a_supporter_what_came_since_they_joined(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        need = a_joined_need(quarter)
        carried()
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        handling.reply(fresh(need), "电工明天来，找联系人张桂兰，13800138000", actor=quarter.clerk_actor)
    with time_machine.travel(SIX, tick=False):
        assert wiring.tell_evening() == 1
        (sent,) = carried()
    assert LISTED in sent
    assert "电工明天来" in sent
    for word in ("出院", "养好身体", "张桂兰", "13800138000"):
        assert word not in sent


def test_the_evening_tells_a_supporter_of_a_private_kind_the_step_alone(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        need = a_joined_need(quarter)
        carried()
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        handling.reply(fresh(need), "电工明天来", actor=quarter.clerk_actor)
        made_private(need)
    with time_machine.travel(SIX, tick=False):
        wiring.tell_evening()
        (sent,) = carried()
    assert "回您的话" in sent
    assert "电工" not in sent
    assert LISTED not in sent


def test_nobody_is_written_to_about_what_came_before_they_joined(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        a_joined_need(quarter)
        carried()
    with time_machine.travel(SIX, tick=False):
        assert wiring.tell_evening() == 0


def test_what_comes_in_the_evening_from_beside_keeps_to_what_a_supporter_may_see(quarter: Quarter) -> None:
    with time_machine.travel(NOON, tick=False):
        need = a_joined_need(quarter)
    words = {need.pk: "12月4日下午来，联系 13812345678"}
    (supporter,) = telling.readers_of(words)
    said = str(supporter)
    assert "12月4日下午来" in said
    assert "13812345678" not in said
    made_private(need)
    assert telling.readers_of(words) == []
