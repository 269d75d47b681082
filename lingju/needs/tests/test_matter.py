"""Whoever asked follows their matter without an account; nobody else learns even that it exists."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.queries import matter as queries
from lingju.needs.services import adding, handling, judging, offering, saying
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests.builders import (
    Quarter,
    a_bearer,
    a_quarter,
    a_receipt,
    an_answered,
    fresh,
    judged,
    listed,
)
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def opened(receipt: Receipt, **more: str) -> Client:
    """Return a browser in which number and code were shown."""
    browser = Client()
    answer = browser.post("/m/", {"number": receipt.need.number, "code": receipt.code, **more})
    assert answer.status_code == 302, answer.content.decode()
    return browser


def text_of(answer: Any) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def test_number_and_code_open_the_matter_and_the_browser_remembers(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    browser = opened(receipt)
    page = text_of(browser.get(f"/m/{receipt.need.number}/"))
    assert receipt.need.title in page
    assert "现在在谁手里" in page
    assert receipt.need.number in text_of(browser.get("/m/mine/"))


def test_a_number_may_be_typed_as_people_type_it(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    typed = receipt.need.number.replace("-", " — ")
    answer = Client().post("/m/", {"number": typed, "code": f" {receipt.code[:3]} {receipt.code[3:]} "})
    assert answer.status_code == 302


def test_without_the_code_a_number_that_exists_looks_like_one_that_does_not(quarter: Quarter) -> None:
    number = a_receipt(quarter).need.number
    there = Client().get(f"/m/{number}/")
    nowhere = Client().get("/m/2611-9999/")
    assert there.status_code == nowhere.status_code == 200
    cut = [text_of(page).split("<main")[1].split("csrfmiddlewaretoken")[0] for page in (there, nowhere)]
    assert cut[0] == cut[1]
    wrong = [
        text_of(Client().post("/m/", {"number": n, "code": "000000"})).count("对不上")
        for n in (number, "2611-9999")
    ]
    assert wrong[0] == wrong[1] > 0


@pytest.mark.parametrize("deed", ["words", "withdraw", "again"])
def test_nobody_acts_on_a_matter_they_do_not_hold(quarter: Quarter, deed: str) -> None:
    need = a_receipt(quarter).need
    answer = Client().post(f"/m/{need.number}/{deed}/", {"text": "不是我的", "why": ""})
    assert answer.status_code == 404
    assert fresh(need).stage == Need.Stage.RECEIVED


def test_a_shared_screen_forgets_after_ten_minutes_and_at_a_press(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    browser = opened(receipt, shared="on")
    address = f"/m/{receipt.need.number}/"
    assert receipt.need.title in text_of(browser.get(address))
    assert browser.cookies["lingju_matter_lent"]["max-age"] == ""
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=False):
        assert receipt.need.title not in text_of(browser.get(address))
    assert receipt.need.title in text_of(browser.get(address))
    browser.post("/m/forget/")
    assert receipt.need.title not in text_of(browser.get(address))


def test_a_forged_cookie_opens_nothing(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    browser = Client()
    browser.cookies["lingju_matters"] = f"{receipt.asker.pk}:forged"
    browser.cookies["lingju_matter_lent"] = f"{receipt.asker.pk}_99999999999:forged"
    assert receipt.need.title not in text_of(browser.get(f"/m/{receipt.need.number}/"))


def test_the_page_says_whether_each_promise_is_kept(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    need = fresh(receipt.need)
    kept = queries.kept_promises(need, clock.now())
    assert [one.tone for one in kept] == ["song", "song"]
    Need.objects.filter(pk=need.pk).update(due_at=clock.now() - dt.timedelta(days=3))
    late = queries.kept_promises(fresh(need), clock.now())
    assert late[1].tone == "xing"
    assert "晚了" in late[1].words


def test_an_unknown_year_is_said_and_not_guessed(quarter: Quarter) -> None:
    need = a_receipt(quarter).need
    Need.objects.filter(pk=need.pk).update(due_at=None, due_unknown_year=2027)
    kept = queries.kept_promises(fresh(need), clock.now())
    assert "2027" in kept[1].words


def test_the_record_tells_steps_in_plain_words_and_nothing_internal(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    handling.note(receipt.need, "这位脾气急，慢慢说", actor=quarter.clerk_actor)
    handling.reply(receipt.need, "电工明天上午来看", actor=quarter.clerk_actor)
    offer = offering.hand_over(
        fresh(receipt.need), quarter.neighbour, "路灯在马路对面", actor=quarter.clerk_actor
    )
    offering.refuse(
        offer,
        "不在我们这边",
        "供电所 0355-0000000",
        actor=cast.an_actor_of(cast.a_clerk(at=quarter.neighbour)),
    )
    asker = Asker.objects.select_related("need__owner_area", "need__owner_org", "need__district").get(
        pk=receipt.asker.pk
    )
    steps = queries.matter(asker).steps
    told = "\n".join(f"{step.title} {step.words} {step.door}" for step in steps)
    assert "电工明天上午来看" in told
    assert "没接，我们接着办" in told
    assert "供电所 0355-0000000" in told
    assert "脾气急" not in told
    assert [step.at for step in steps] == sorted((step.at for step in steps), reverse=True)


def test_words_that_somebody_adds_reach_the_desk_and_no_other_asker(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    listed(quarter, receipt.need)
    other = saying.support(
        fresh(receipt.need), Contact(), key="neighbour-1", actor=cast.a_stranger(quarter.district)
    )
    browser = opened(receipt)
    address = f"/m/{receipt.need.number}/"
    answer = browser.post(f"{address}words/", {"text": "灯杆上还挂着一根断线"})
    assert answer.status_code == 302
    entry = Entry.objects.get(need=receipt.need, step=adding.STEP)
    assert entry.noted == "灯杆上还挂着一根断线"
    assert "断线" in text_of(browser.get(address))
    assert "断线" not in text_of(opened(other).get(address))


def test_words_start_a_clock_that_stood_still_for_the_resident(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    handling.take(receipt.need, actor=quarter.clerk_actor)
    handling.pause(
        receipt.need,
        "waiting_for_resident",
        until=clock.today() + dt.timedelta(days=5),
        told="等您回来再修",
        actor=quarter.clerk_actor,
    )
    receipt.asker.need = fresh(receipt.need)
    adding.add_words(receipt.asker, "我回来了，随时可以来", actor=a_bearer(receipt))
    assert fresh(receipt.need).clock_state == Need.Clock.RUNNING


def test_too_many_and_too_long_words_are_told_so(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    with pytest.raises(BadInput):
        adding.add_words(receipt.asker, "长" * 501, actor=a_bearer(receipt))
    for number in range(adding.MOST):
        adding.add_words(receipt.asker, f"第{number}句", actor=a_bearer(receipt))
    with pytest.raises(NotNow):
        adding.add_words(receipt.asker, "再说一句", actor=a_bearer(receipt))
    with pytest.raises(NotAllowed):
        adding.add_words(receipt.asker, "替他说", actor=quarter.clerk_actor)


def test_within_the_days_it_is_taken_up_again_later_a_new_need_follows(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    judged(receipt)
    browser = opened(receipt)
    address = f"/m/{receipt.need.number}/"
    assert "再办一次" in text_of(browser.get(address))
    with time_machine.travel(clock.now() + dt.timedelta(days=40), tick=False):
        page = text_of(browser.get(address))
        assert "再办一次" not in page
        assert "另说一件" in page
        browser.post(f"{address}again/", {"why": "又黑了"})
        assert fresh(receipt.need).stage == Need.Stage.CLOSED
    browser.post(f"{address}again/", {"why": "又黑了"})
    need = fresh(receipt.need)
    assert (need.stage, need.round) == (Need.Stage.WORKING, 2)


def test_somebody_takes_their_matter_back(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    opened(receipt).post(f"/m/{receipt.need.number}/withdraw/", {"why": "自己换好了"})
    need = fresh(receipt.need)
    assert (need.stage, need.outcome) == (Need.Stage.CLOSED, Need.Outcome.WITHDRAWN)


def test_somebody_joins_from_the_list_and_leaves_again(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    listed(quarter, receipt.need)
    browser = Client()
    number = receipt.need.number
    page = browser.get(f"/needs/{number}/join/")
    assert page.status_code == 200
    assert browser.post(f"/needs/{number}/join/", {"key": "press-join-1"}).status_code == 302
    supporter = Asker.objects.get(need=receipt.need, role=Asker.Role.SUPPORTER)
    assert supporter.by == Asker.By.PAGE
    browser.post(f"/m/{number}/withdraw/", {"why": ""})
    supporter.refresh_from_db()
    assert supporter.left_out == Asker.LeftOut.WITHDREW
    assert not fresh(receipt.need).is_over


def test_whoever_joins_with_a_number_follows_by_what_is_sent_there(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    listed(quarter, receipt.need)
    number = receipt.need.number
    answer = Client().post(f"/needs/{number}/join/", {"key": "press-join-1", "phone": "13900001111"})
    assert answer["Location"] == "/needs/"
    supporter = Asker.objects.get(need=receipt.need, role=Asker.Role.SUPPORTER)
    assert supporter.by == Asker.By.SMS
    browser = Client()
    browser.post("/m/", {"number": number, "code": supporter.code})
    browser.post(f"/m/{number}/withdraw/", {"why": ""})
    supporter.refresh_from_db()
    assert supporter.left_out == Asker.LeftOut.WITHDREW


def test_nobody_joins_what_is_not_listed(quarter: Quarter) -> None:
    number = a_receipt(quarter).need.number
    assert Client().get(f"/needs/{number}/join/").status_code == 404


def test_the_matter_takes_as_many_queries_however_long_its_record_is(
    quarter: Quarter, django_assert_max_num_queries: Any
) -> None:
    receipt = a_receipt(quarter)
    browser = opened(receipt)
    for number in range(12):
        adding.add_words(receipt.asker, f"第{number}句", actor=a_bearer(receipt))
    with django_assert_max_num_queries(8):
        browser.get(f"/m/{receipt.need.number}/")


def test_my_list_takes_as_many_queries_however_many_matters(
    quarter: Quarter, django_assert_max_num_queries: Any
) -> None:
    browser = Client()
    for _ in range(5):
        receipt = a_receipt(quarter)
        browser.post("/m/", {"number": receipt.need.number, "code": receipt.code})
    an_answered(quarter)
    assert judging.may_reopen(receipt.need) is False
    with django_assert_max_num_queries(5):
        page = text_of(browser.get("/m/mine/"))
    assert page.count('class="m-list"') == 1


def test_long_after_it_is_closed_a_new_matter_can_follow_it(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    need = judged(receipt)
    address = f"/m/{need.number}/"
    link = f'href="/say/?follows={need.number}"'
    assert link not in text_of(opened(receipt).get(address))
    with time_machine.travel(clock.now() + dt.timedelta(days=200), tick=False):
        browser = opened(receipt)
        page = text_of(browser.get(address))
        assert link in page
        assert "另说一件，接着这件" in page
        Need.objects.filter(pk=need.pk).update(is_excluded=True)
        assert link not in text_of(browser.get(address))
