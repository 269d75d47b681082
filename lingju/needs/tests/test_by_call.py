"""Telling by telephone: who chose a call hears what changed from somebody, once, and it stands who called."""

import dataclasses
import datetime as dt

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from lingju.kernel import clock
from lingju.kernel.errors import NotAllowed, NotNow
from lingju.kernel.rules import Actor
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.queries import callback
from lingju.needs.services import answering, asking, by_call, handling, judging, leaving
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests.builders import Quarter, a_kind, a_quarter, a_receipt, fresh
from lingju.people.tests import cast
from lingju.people.tests.cast import signed_in_client
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
PHONE = "13800002222"
CALL = Contact(called="宋奶奶", phone=PHONE, by=Asker.By.CALL)
SLIP = Contact(called="宋奶奶", phone=PHONE, by=Asker.By.PAPER)
TELL = "要打电话告诉"


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def paused(quarter: Quarter, contact: Contact = CALL) -> Receipt:
    receipt = a_receipt(quarter, contact=contact)
    handling.take(receipt.need, actor=quarter.clerk_actor)
    until = clock.today() + dt.timedelta(days=10)
    why = "等供电所停电检修那天一起换"
    handling.pause(receipt.need, "waiting_for_date", until=until, told=why, actor=quarter.clerk_actor)
    return receipt


def planned(quarter: Quarter, contact: Contact = CALL) -> Receipt:
    receipt = a_receipt(quarter, contact=contact)
    day = clock.today() + dt.timedelta(days=5)
    given = Answer(Need.Outcome.PLANNED, "电工那天上午来换", planned_on=day)
    answering.answer(receipt.need, given, actor=quarter.clerk_actor)
    return receipt


def left_out(quarter: Quarter, contact: Contact = CALL) -> Receipt:
    receipt = a_receipt(quarter, contact=contact)
    where = "交警大队 0355-0000000"
    proposal = leaving.propose(
        receipt.need, "not_ours", "归交警管", next_door=where, actor=quarter.clerk_actor
    )
    leaving.decide(proposal, agree=True, words="红绿灯归交警管", actor=quarter.colleague_actor)
    return receipt


def promised_anew(quarter: Quarter, contact: Contact = CALL) -> Receipt:
    receipt = a_receipt(quarter, contact=contact)
    other = a_kind(quarter.district, "activity")
    handling.mend(fresh(receipt.need), Mending(category=other), actor=quarter.clerk_actor)
    assert fresh(receipt.need).due_at != receipt.need.due_at
    return receipt


def to_tell(quarter: Quarter, actor: Actor | None = None) -> list[Asker]:
    return list(callback.to_tell(actor or quarter.clerk_actor, quarter.district))


def fact_of(receipt: Receipt) -> int:
    waiting = by_call.to_be_told(receipt.need.district_id).get(pk=receipt.asker.pk)
    return int(waiting.fact)  # type: ignore[attr-defined]


def an_asker(receipt: Receipt) -> Asker:
    return Asker.objects.select_related("need__district").get(pk=receipt.asker.pk)


@pytest.mark.parametrize("changed", [paused, planned, left_out, promised_anew])
@pytest.mark.parametrize("contact", [CALL, SLIP])
def test_whoever_is_told_by_telephone_waits_for_a_call_when_something_changed(
    quarter: Quarter, changed: object, contact: Contact
) -> None:
    assert callable(changed)
    receipt = changed(quarter, contact)
    assert to_tell(quarter) == [receipt.asker]
    by_call.told(an_asker(receipt), fact_of(receipt), actor=quarter.clerk_actor)
    assert to_tell(quarter) == []
    entry = Entry.objects.get(step=by_call.TOLD)
    assert (entry.actor_id, entry.after) == (quarter.clerk.pk, str(receipt.asker.pk))


@pytest.mark.parametrize(
    "contact",
    [
        Contact(phone=PHONE, by=Asker.By.SMS),
        Contact(by=Asker.By.PAPER),
        Contact(phone=PHONE, by=Asker.By.PAGE),
        Contact(),
    ],
)
def test_nobody_else_waits_for_a_call(quarter: Quarter, contact: Contact) -> None:
    paused(quarter, contact)
    assert to_tell(quarter) == []


def test_what_is_past_is_not_told_any_more(quarter: Quarter) -> None:
    receipt = paused(quarter)
    handling.resume(fresh(receipt.need), actor=quarter.clerk_actor)
    assert to_tell(quarter) == []
    receipt = planned(quarter)
    asking.ask_all(fresh(receipt.need), handled_by=quarter.clerk.pk)
    assert to_tell(quarter) == [], "on its day they are asked, and that is another call"


def test_an_answer_without_a_day_is_asked_and_not_told(quarter: Quarter) -> None:
    receipt = a_receipt(quarter, contact=CALL)
    answering.answer(receipt.need, Answer("explained", "灯换好了，您看看"), actor=quarter.clerk_actor)
    assert to_tell(quarter) == []


def test_whoever_took_it_back_is_left_in_peace(quarter: Quarter) -> None:
    receipt = paused(quarter)
    asker = an_asker(receipt)
    Asker.objects.filter(pk=asker.pk).update(left_out=Asker.LeftOut.WITHDREW)
    assert to_tell(quarter) == []


def test_what_happens_after_a_call_is_told_by_another(quarter: Quarter) -> None:
    receipt = paused(quarter)
    by_call.told(an_asker(receipt), fact_of(receipt), actor=quarter.clerk_actor)
    need = fresh(receipt.need)
    handling.resume(need, actor=quarter.clerk_actor)
    until = clock.today() + dt.timedelta(days=20)
    handling.pause(need, "waiting_for_date", until=until, told="又推迟了几天", actor=quarter.clerk_actor)
    assert to_tell(quarter) == [receipt.asker]


def test_two_who_press_at_once_note_one_call(quarter: Quarter) -> None:
    receipt = paused(quarter)
    fact = fact_of(receipt)
    by_call.told(an_asker(receipt), fact, actor=quarter.clerk_actor)
    with pytest.raises(NotNow, match="已经告诉过了"):
        by_call.told(an_asker(receipt), fact, actor=quarter.colleague_actor)
    assert Entry.objects.filter(step=by_call.TOLD).count() == 1


def test_what_was_read_out_must_be_what_is_true_now(quarter: Quarter) -> None:
    receipt = paused(quarter)
    fact = fact_of(receipt)
    need = fresh(receipt.need)
    handling.resume(need, actor=quarter.clerk_actor)
    answering.answer(
        need,
        Answer("planned", "明天就来换", planned_on=clock.today() + dt.timedelta(days=1)),
        actor=quarter.clerk_actor,
    )
    with pytest.raises(NotNow, match="新情况"):
        by_call.told(an_asker(receipt), fact, actor=quarter.clerk_actor)
    assert to_tell(quarter) == [receipt.asker]


def test_after_three_calls_in_vain_nobody_calls_about_it_any_more(quarter: Quarter) -> None:
    receipt = paused(quarter)
    for n in range(3):
        assert to_tell(quarter)[0].tries == n  # type: ignore[attr-defined]
        by_call.in_vain(an_asker(receipt), fact_of(receipt), actor=quarter.clerk_actor)
    assert to_tell(quarter) == []
    need = fresh(receipt.need)
    handling.resume(need, actor=quarter.clerk_actor)
    planned_on = clock.today() + dt.timedelta(days=2)
    answering.answer(need, Answer("planned", "后天来换", planned_on=planned_on), actor=quarter.clerk_actor)
    assert to_tell(quarter) == [receipt.asker], "what is new is tried anew"


def test_a_desk_calls_about_its_own_matters_and_no_others(quarter: Quarter) -> None:
    receipt = paused(quarter)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    assert to_tell(quarter, elsewhere) == []
    assert to_tell(quarter, quarter.officer_actor) == [receipt.asker]
    with pytest.raises(NotAllowed):
        by_call.told(an_asker(receipt), fact_of(receipt), actor=elsewhere)
    there = signed_in_client(cast.a_clerk(at=quarter.neighbour, name="钱社工"))
    assert there.get(f"/desk/callback/tell/{receipt.asker.pk}/").status_code == 404


def test_telling_makes_nobody_a_handler(quarter: Quarter) -> None:
    receipt = planned(quarter)
    by_call.told(an_asker(receipt), fact_of(receipt), actor=quarter.colleague_actor)
    asking.ask_all(fresh(receipt.need), handled_by=quarter.clerk.pk)
    verdict = judging.Verdict("satisfied", "yes")
    judging.judge(an_asker(receipt), verdict, by=Asker.By.CALL, actor=quarter.colleague_actor)
    assert fresh(receipt.need).stage == Need.Stage.CLOSED


# --- the pages ---------------------------------------------------------------------------------------


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_the_list_stands_beside_the_call_backs_and_says_what_to_tell(quarter: Quarter) -> None:
    receipt = paused(quarter)
    page = text_of(signed_in_client(quarter.clerk), "/desk/callback/")
    under = page.split(f">{TELL}</h2>")[1]
    assert receipt.need.number in under
    assert "先等一等" in under
    assert PHONE not in page


def test_a_call_shows_the_words_and_the_number_on_a_press_that_is_kept(quarter: Quarter) -> None:
    receipt = paused(quarter)
    browser = signed_in_client(quarter.clerk)
    address = f"/desk/callback/tell/{receipt.asker.pk}/"
    page = text_of(browser, address)
    assert "等供电所停电检修那天一起换" in page
    assert PHONE not in page
    assert PHONE in browser.post(address, {"do": "phone"}).content.decode()
    assert Footprint.objects.filter(action="read_phone", actor_id=quarter.clerk.pk).count() == 1


def test_pressing_told_takes_the_person_off_the_list(quarter: Quarter) -> None:
    receipt = paused(quarter)
    browser = signed_in_client(quarter.clerk)
    address = f"/desk/callback/tell/{receipt.asker.pk}/"
    said = {"do": "told", "fact": fact_of(receipt)}
    assert browser.post(address, said)["Location"] == "/desk/callback/"
    assert "记下了：告诉他了。" in text_of(browser, "/desk/callback/")
    assert browser.post(address, said).status_code == 404
    assert Entry.objects.filter(step=by_call.TOLD).count() == 1


def test_a_press_on_an_old_page_leads_to_what_is_new(quarter: Quarter) -> None:
    receipt = paused(quarter)
    browser = signed_in_client(quarter.clerk)
    address = f"/desk/callback/tell/{receipt.asker.pk}/"
    answer = browser.post(address, {"do": "told", "fact": fact_of(receipt) - 1}, follow=True)
    assert "新情况" in answer.content.decode()
    assert not Entry.objects.filter(step=by_call.TOLD).exists()


def test_a_call_in_vain_says_how_often_and_when_it_is_enough(quarter: Quarter) -> None:
    receipt = paused(quarter)
    browser = signed_in_client(quarter.clerk)
    said = {"do": "in_vain", "fact": fact_of(receipt)}
    address = f"/desk/callback/tell/{receipt.asker.pk}/"
    pages = [browser.post(address, said, follow=True).content.decode() for _n in range(3)]
    assert "第 1 次没打通" in pages[0]
    assert "三次没打通" in pages[2]
    assert browser.get(address).status_code == 404


def test_the_list_takes_as_many_queries_however_many_are_to_be_told(
    quarter: Quarter, django_assert_max_num_queries: object
) -> None:
    browser = signed_in_client(quarter.colleague)
    for _ in range(4):
        paused(quarter)
    browser.get("/desk/callback/")
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(11):
        assert browser.get("/desk/callback/").content.decode().count("宋奶奶") == 4


# --- what the desk is told ------------------------------------------------------------------------------


def pressed(quarter: Quarter, need: Need, **typed: object) -> str:
    """Press a form of the desk's page and return the page it leads to."""
    values = {
        "version": fresh(need).version,
        "seen": Entry.objects.filter(need=need).latest("pk").pk,
        **typed,
    }
    browser = signed_in_client(quarter.clerk)
    answer = browser.post(f"/desk/needs/{need.pk}/", values, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def in_work(quarter: Quarter, contact: Contact) -> Need:
    receipt = a_receipt(quarter, contact=contact)
    handling.take(receipt.need, actor=quarter.clerk_actor)
    return receipt.need


@pytest.mark.parametrize(
    ("contact", "sentence"),
    [
        (CALL, "要打电话的 1 位在电话清单里"),
        (Contact(phone=PHONE, by=Asker.By.SMS), "1 位会收到消息"),
        (Contact(), "1 位没留联系方式，要自己来看"),
    ],
)
def test_after_a_pause_the_desk_is_told_who_hears_of_it_and_how(
    quarter: Quarter, contact: Contact, sentence: str
) -> None:
    need = in_work(quarter, contact)
    until = (clock.today() + dt.timedelta(days=9)).isoformat()
    page = pressed(
        quarter, need, do="pause", reason="waiting_for_date", until=until, told="等停电检修那天一起换"
    )
    assert f"暂停计时了。{sentence}。" in page
    assert "已经告诉居民" not in page


def test_after_an_answer_the_desk_is_told_who_asks(quarter: Quarter) -> None:
    need = in_work(quarter, CALL)
    page = pressed(quarter, need, do="answer", outcome="explained", text="电工换好了灯泡，请您看看。")
    assert "留了电话的 1 位由没经手的同事打电话问" in page


def test_after_a_planned_answer_the_desk_is_told_that_nobody_is_asked_yet(quarter: Quarter) -> None:
    need = in_work(quarter, CALL)
    day = (clock.today() + dt.timedelta(days=3)).isoformat()
    page = pressed(
        quarter, need, do="answer", outcome="planned", text="电工那天上午来换灯泡。", planned_on=day
    )
    assert "定了日子，到那天再请居民说行不行。要打电话的 1 位在电话清单里。" in page


def test_a_second_pair_of_eyes_that_agrees_is_told_who_hears_of_it(quarter: Quarter) -> None:
    need = in_work(quarter, CALL)
    leaving.propose(
        need, "not_ours", "归交警管", next_door="交警大队 0355-0000000", actor=quarter.colleague_actor
    )
    page = pressed(quarter, need, do="decide", agree="yes", words="红绿灯归交警管，去那边说")
    assert "不计入了。要打电话的 1 位在电话清单里。" in page


def test_where_no_text_leaves_the_house_who_chose_texts_is_called(
    quarter: Quarter, settings: Settings
) -> None:
    texted = Contact(called="宋奶奶", phone=PHONE, by=Asker.By.SMS)
    receipt = paused(quarter, texted)
    district_id = quarter.district.pk
    assert not by_call.to_be_told(district_id).exists()
    settings.LINGJU = dataclasses.replace(settings.LINGJU, sms_gateway="lingju.people.sms.NoGateway")
    assert list(by_call.to_be_told(district_id)) == [receipt.asker]
    assert by_call.is_called(receipt.asker)
