"""The asker says whether it is solved: by page, by link, at a kiosk, late, twice; opening records nothing."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.needs import jobs, mine
from lingju.needs.models import Asker, Asking, Need
from lingju.needs.services import answering, handling
from lingju.needs.services.answering import Answer
from lingju.needs.services.saying import Receipt
from lingju.needs.tests.builders import Quarter, a_quarter, a_receipt, an_answered, fresh
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
CONTENT = {"solved": "yes", "satisfied": "satisfied", "why": ""}
NOT_DONE = {"solved": "no", "satisfied": "dissatisfied", "why": "还是黑的"}


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def link_of(receipt: Receipt) -> str:
    asking = Asking.objects.filter(asker=receipt.asker).latest("round")
    return f"/j/{mine.judge_token(asking)}/"


def confirmation(receipt: Receipt) -> str:
    receipt.asker.refresh_from_db()
    return receipt.asker.confirmation


def test_opening_a_link_shows_the_answer_and_records_nothing(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    page = Client().get(link_of(receipt))
    assert "电工今天上午换了灯泡" in page.content.decode()
    assert confirmation(receipt) == Asker.Confirmation.ASKED
    assert Client().head(link_of(receipt)).status_code == 200
    assert confirmation(receipt) == Asker.Confirmation.ASKED


def test_one_press_by_link_closes_the_matter_and_the_same_press_again_is_harmless(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    link = link_of(receipt)
    for _ in range(2):
        assert Client().post(link, CONTENT).status_code == 302
    asking = Asking.objects.get(asker=receipt.asker)
    assert (asking.result, asking.answered_by) == ("satisfied", Asker.By.SMS)
    assert fresh(receipt.need).stage == Need.Stage.CLOSED
    assert "您说过了" in Client().get(link).content.decode()


def test_not_solved_starts_work_again_and_the_old_link_says_so(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    old = link_of(receipt)
    Client().post(old, NOT_DONE)
    need = fresh(receipt.need)
    assert (need.stage, need.round) == (Need.Stage.WORKING, 2)
    assert "重新办" in Client().get(old).content.decode()
    answering.answer(need, Answer(Need.Outcome.EXPLAINED, "整根换了新的灯杆。"), actor=quarter.clerk_actor)
    page = Client().post(old, CONTENT).content.decode()
    assert "上一轮" in page
    assert confirmation(receipt) == Asker.Confirmation.ASKED
    assert Client().post(link_of(receipt), CONTENT).status_code == 302
    assert fresh(need).stage == Need.Stage.CLOSED


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "9" + t, lambda t: "abc", lambda t: t + "="])
def test_a_forged_or_broken_link_is_a_sentence(quarter: Quarter, spoil: object) -> None:
    assert callable(spoil)
    receipt = an_answered(quarter)
    token = link_of(receipt)[3:-1]
    answer = Client().post(f"/j/{spoil(token)}/", CONTENT)
    assert answer.status_code == 404
    assert "链接" in answer.content.decode()
    assert confirmation(receipt) == Asker.Confirmation.ASKED


def test_a_link_ends_a_month_after_its_window(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    token = link_of(receipt)[3:-1]
    until = Asking.objects.get(asker=receipt.asker).until
    with time_machine.travel(until + dt.timedelta(days=29), tick=False):
        assert mine.asking_of(token, quarter.district).asker_id == receipt.asker.pk
    with (
        time_machine.travel(until + dt.timedelta(days=32), tick=False),
        pytest.raises(NotThere, match="过期"),
    ):
        mine.asking_of(token, quarter.district)


def test_a_late_verdict_is_taken_after_silence(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    link = link_of(receipt)
    with time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False):
        jobs.settle_due()
        assert confirmation(receipt) == Asker.Confirmation.SILENT
        assert Client().post(link, CONTENT).status_code == 302
    assert confirmation(receipt) == Asker.Confirmation.SATISFIED


def test_a_verdict_asks_for_both_answers_and_keeps_what_was_typed(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    answer = Client().post(link_of(receipt), {"solved": "yes", "why": "灯有点暗"})
    assert answer.status_code == 422
    assert "灯有点暗" in answer.content.decode()
    assert confirmation(receipt) == Asker.Confirmation.ASKED


@pytest.mark.parametrize(("shared", "by"), [("", Asker.By.PAGE), ("on", Asker.By.KIOSK)])
def test_number_and_code_are_enough_to_judge(quarter: Quarter, shared: str, by: str) -> None:
    receipt = an_answered(quarter)
    number = receipt.need.number
    browser = Client()
    assert "查询码" in browser.get(f"/m/{number}/judge/").content.decode()
    browser.post("/m/", {"number": number, "code": receipt.code, "shared": shared})
    assert browser.post(f"/m/{number}/judge/", CONTENT).status_code == 302
    assert Asking.objects.get(asker=receipt.asker).answered_by == by


def test_what_has_no_answer_yet_cannot_be_judged(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    handling.take(receipt.need, actor=quarter.clerk_actor)
    browser = Client()
    browser.post("/m/", {"number": receipt.need.number, "code": receipt.code})
    page = browser.post(f"/m/{receipt.need.number}/judge/", CONTENT).content.decode()
    assert "还没有回音" in page
    assert confirmation(receipt) == Asker.Confirmation.NOT_ASKED


@pytest.mark.parametrize("way", ["code", "link"])
def test_whoever_handled_it_judges_nothing_even_with_the_code_in_hand(quarter: Quarter, way: str) -> None:
    receipt = an_answered(quarter)
    number = receipt.need.number
    desk = cast.signed_in_client(quarter.clerk)
    desk.post("/m/", {"number": number, "code": receipt.code})
    address = link_of(receipt) if way == "link" else f"/m/{number}/judge/"
    assert "您经手过" in desk.get(address).content.decode()
    answer = desk.post(address, CONTENT)
    assert answer.status_code == 403
    assert "您经手过" in answer.content.decode()
    assert confirmation(receipt) == Asker.Confirmation.ASKED


def test_a_colleague_with_the_code_is_written_down_as_who_recorded_it(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    number = receipt.need.number
    desk = cast.signed_in_client(quarter.colleague)
    desk.post("/m/", {"number": number, "code": receipt.code, "shared": "on"})
    assert desk.post(f"/m/{number}/judge/", CONTENT).status_code == 302
    asking = Asking.objects.get(asker=receipt.asker)
    assert (asking.result, asking.answered_by) == ("satisfied", Asker.By.KIOSK)
    assert asking.recorded_by_id == quarter.colleague.pk


def test_somebody_at_another_desk_judges_for_nobody(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    desk = cast.signed_in_client(cast.a_clerk(at=quarter.neighbour, name="邻社区的"))
    assert desk.post(link_of(receipt), CONTENT).status_code == 403
    assert confirmation(receipt) == Asker.Confirmation.ASKED
