"""Calling back: somebody else than the handler asks; whom they see is whom the rule lets them call."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from lingju.kernel import clock
from lingju.kernel.errors import NotAllowed
from lingju.kernel.rules import Actor
from lingju.needs.models import Asker, Asking, Entry, Need
from lingju.needs.queries import callback
from lingju.needs.rules import calls_back
from lingju.needs.services import judging
from lingju.needs.services.judging import Verdict
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests.builders import Quarter, a_quarter, an_answered, fresh
from lingju.people.tests import cast
from lingju.people.tests.cast import signed_in_client

pytestmark = pytest.mark.django_db
CALL = Contact(called="宋奶奶", phone="13800002222", by=Asker.By.CALL)


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def by_call(quarter: Quarter, **changes: Any) -> Receipt:
    return an_answered(quarter, contact=CALL, **changes)


def seen(actor: Actor, quarter: Quarter) -> set[int]:
    return {asking.need_id for asking in callback.waiting(actor, quarter.district)}


def test_the_handler_never_sees_what_they_handled_and_a_colleague_does(quarter: Quarter) -> None:
    receipt = by_call(quarter)
    assert seen(quarter.clerk_actor, quarter) == set()
    assert seen(quarter.colleague_actor, quarter) == {receipt.need.pk}
    assert signed_in_client(quarter.clerk).get(f"/desk/callback/{receipt.asker.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        judging.judge(receipt.asker, Verdict("satisfied", "yes"), by=Asker.By.CALL, actor=quarter.clerk_actor)


def test_the_list_and_the_rule_agree_about_everybody(quarter: Quarter) -> None:
    needs = [by_call(quarter).need for _ in range(2)]
    actors = [
        quarter.clerk_actor,
        quarter.colleague_actor,
        quarter.officer_actor,
        cast.an_actor_of(cast.a_clerk(at=quarter.neighbour)),
        cast.an_actor_of(cast.a_keeper(at=quarter.station)),
        cast.an_actor_of(cast.a_resident(quarter.district)),
    ]
    for actor in actors:
        allowed = {need.pk for need in needs if calls_back.allows(actor, fresh(need))}
        assert seen(actor, quarter) == allowed


def test_an_unanswered_text_message_joins_the_queue_at_half_time(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    assert seen(quarter.colleague_actor, quarter) == set()
    with time_machine.travel(clock.now() + dt.timedelta(days=4), tick=False):
        assert seen(quarter.colleague_actor, quarter) == {receipt.need.pk}


def test_a_slip_with_a_telephone_joins_the_queue_at_half_time_and_one_without_never(quarter: Quarter) -> None:
    slip = Contact(called="宋奶奶", phone="13800002222", by=Asker.By.PAPER)
    receipt = an_answered(quarter, contact=slip)
    an_answered(quarter, contact=Contact(called="李奶奶", by=Asker.By.PAPER))
    assert seen(quarter.colleague_actor, quarter) == set()
    with time_machine.travel(clock.now() + dt.timedelta(days=4), tick=False):
        assert seen(quarter.colleague_actor, quarter) == {receipt.need.pk}


def test_whoever_waits_longest_is_called_first(quarter: Quarter) -> None:
    first = by_call(quarter)
    with time_machine.travel(clock.now() + dt.timedelta(hours=3), tick=False):
        second = by_call(quarter)
        waiting = list(callback.waiting(quarter.colleague_actor, quarter.district))
    assert [asking.need_id for asking in waiting] == [first.need.pk, second.need.pk]


def test_the_number_is_shown_on_a_press_and_the_press_is_kept(quarter: Quarter) -> None:
    receipt = by_call(quarter)
    browser = signed_in_client(quarter.colleague)
    address = f"/desk/callback/{receipt.asker.pk}/"
    assert "13800002222" not in browser.get(address).content.decode()
    assert "13800002222" not in browser.get("/desk/callback/").content.decode()
    assert not Entry.objects.filter(step="read_phone").exists()
    assert "13800002222" in browser.post(address, {"do": "phone"}).content.decode()
    entry = Entry.objects.get(step="read_phone")
    assert entry.actor_id == quarter.colleague.pk


def test_a_verdict_heard_by_telephone_names_who_wrote_it_down(quarter: Quarter) -> None:
    receipt = by_call(quarter)
    browser = signed_in_client(quarter.colleague)
    said = {"do": "verdict", "solved": "yes", "satisfied": "mostly", "why": ""}
    assert browser.post(f"/desk/callback/{receipt.asker.pk}/", said).status_code == 302
    asking = Asking.objects.get(asker=receipt.asker)
    assert (asking.result, asking.answered_by) == ("mostly", Asker.By.CALL)
    assert asking.recorded_by_id == quarter.colleague.pk != asking.handled_by_id
    assert fresh(receipt.need).stage == Need.Stage.CLOSED


def test_three_calls_that_nobody_answers_are_unreachable_and_not_satisfied(quarter: Quarter) -> None:
    receipt = by_call(quarter)
    browser = signed_in_client(quarter.colleague)
    for _ in range(3):
        browser.post(f"/desk/callback/{receipt.asker.pk}/", {"do": "not_reached"})
    receipt.asker.refresh_from_db()
    assert receipt.asker.confirmation == Asker.Confirmation.UNREACHABLE
    assert browser.get(f"/desk/callback/{receipt.asker.pk}/").status_code == 404


def test_the_list_takes_as_many_queries_however_many_wait(
    quarter: Quarter, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in_client(quarter.colleague)
    for _ in range(4):
        by_call(quarter)
    browser.get("/desk/callback/")
    with django_assert_max_num_queries(9):
        assert browser.get("/desk/callback/").content.decode().count("宋奶奶") == 4
