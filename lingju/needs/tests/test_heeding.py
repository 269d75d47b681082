"""Words of danger that come after intake: kept, answered with whom to call, and first on the desk."""

import pytest
from django.test import Client

from lingju.kernel import clock
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.queries import desk, trace
from lingju.needs.queries.desk import Wanted
from lingju.needs.services import adding, handling, heeding, judging
from lingju.needs.services.handling import Mending
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests.builders import (
    Quarter,
    a_bearer,
    a_need,
    a_quarter,
    a_receipt,
    an_answered,
    an_asker,
    fresh,
    judged,
)
from lingju.people.tests.cast import signed_in_client

pytestmark = pytest.mark.django_db
FIRE = "灯没修好，现在楼道里着火了"
FEAR = "我担心飞线着火"


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def opened(receipt: Receipt) -> Client:
    browser = Client()
    browser.post("/m/", {"number": receipt.need.number, "code": receipt.code})
    return browser


def sent(browser: Client, path: str, **typed: str) -> str:
    answer = browser.post(path, typed, follow=True)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_words_of_danger_that_are_added_are_kept_and_the_number_to_call_is_shown(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    page = sent(opened(receipt), f"/m/{receipt.need.number}/words/", text=FIRE)
    assert 'href="tel:119"' in page
    assert "记下了" in page
    assert str(Entry.objects.get(step=adding.STEP).noted) == FIRE
    need = fresh(receipt.need)
    assert (need.is_urgent, need.flags) == (True, "fire")


def test_loading_the_page_again_keeps_nothing_twice(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    browser = opened(receipt)
    answer = browser.post(f"/m/{receipt.need.number}/words/", {"text": FIRE})
    for _n in range(2):
        assert 'href="tel:119"' in browser.get(answer["Location"]).content.decode()
    assert Entry.objects.filter(step=adding.STEP).count() == 1
    assert 'href="tel:119"' not in browser.get(f"/m/{receipt.need.number}/").content.decode()


@pytest.mark.parametrize("asked", ["", "nonsense", "soft", "fire,<b>"])
def test_what_somebody_writes_into_the_address_shows_numbers_and_nothing_else(
    quarter: Quarter, asked: str
) -> None:
    receipt = a_receipt(quarter)
    page = opened(receipt).get(f"/m/{receipt.need.number}/", {"call": asked}).content.decode()
    assert ('href="tel:119"' in page) is asked.startswith("fire")
    assert "<b>&lt;" not in page


def test_what_is_only_feared_comes_first_and_stops_nobody(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    page = sent(opened(receipt), f"/m/{receipt.need.number}/words/", text=FEAR)
    assert "tel:119" not in page
    assert fresh(receipt.need).is_urgent


def test_harmless_words_change_nothing(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    sent(opened(receipt), f"/m/{receipt.need.number}/words/", text="灯杆旁边的树也该剪了")
    assert not fresh(receipt.need).is_urgent
    assert not Entry.objects.filter(step=heeding.STEP).exists()


def test_why_it_is_not_done_is_read_for_danger_too(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    page = sent(opened(receipt), f"/m/{receipt.need.number}/again/", why=FIRE)
    assert 'href="tel:119"' in page
    need = fresh(receipt.need)
    assert need.is_urgent
    assert need.round == 2


@pytest.mark.parametrize("solved", ["no", "yes"])
def test_why_somebody_is_satisfied_or_not_is_read_for_danger_too(quarter: Quarter, solved: str) -> None:
    receipt = an_answered(quarter)
    satisfied = "dissatisfied" if solved == "no" else "satisfied"
    page = sent(
        opened(receipt), f"/m/{receipt.need.number}/judge/", solved=solved, satisfied=satisfied, why=FIRE
    )
    assert 'href="tel:119"' in page
    assert fresh(receipt.need).is_urgent
    assert receipt.asker.askings.get().result == satisfied


def test_the_desk_reads_what_an_asker_says_and_that_it_may_be_dangerous(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    adding.add_words(an_asker(receipt), FIRE, actor=a_bearer(receipt))
    told = {line.words: line.noted for line in trace.lines(receipt.need.entries.all())}
    assert told["居民补充了几句"] == FIRE
    assert "话里可能有危险，要先看这一件" in told


def test_why_is_read_by_the_desk_once(quarter: Quarter) -> None:
    for satisfied, solved in (("satisfied", "yes"), ("dissatisfied", "no")):
        receipt = an_answered(quarter)
        judged(receipt, satisfied, solved, "师傅忘了梯子")
        noted = [line.noted for line in trace.lines(receipt.need.entries.all())]
        assert noted.count("师傅忘了梯子") == 1


def test_taking_back_with_words_of_danger_is_heeded(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    judging.withdraw(an_asker(receipt), "算了，我不想活了", actor=a_bearer(receipt))
    assert fresh(receipt.need).flags == "suicide"


def test_a_mark_takes_nobodys_press_away(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    seen = fresh(receipt.need)
    adding.add_words(an_asker(receipt), FIRE, actor=a_bearer(receipt))
    handling.take(seen, actor=quarter.clerk_actor, version=seen.version)
    assert fresh(receipt.need).is_urgent


def test_a_second_danger_stands_beside_the_first(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    for words in (FIRE, "有人晕倒了"):
        adding.add_words(an_asker(receipt), words, actor=a_bearer(receipt))
    assert fresh(receipt.need).flags == "collapse,fire"


# --- on the desk -----------------------------------------------------------------------------------------


def on_desk(quarter: Quarter, **asked: str) -> list[tuple[str, list[int]]]:
    found = desk.listing(Wanted.of(asked), quarter.clerk_actor, clock.now())
    return [(group.key, [need.pk for need in group.rows]) for group in found.groups]


def test_what_may_be_dangerous_stands_on_top_of_what_is_owed_sooner(quarter: Quarter) -> None:
    sooner = a_need(quarter, "门口的灯闪")
    later = a_need(quarter, "想学下棋", kind="activity")
    assert [ids for _key, ids in on_desk(quarter)] == [[sooner.pk], [later.pk]]
    handling.mend(fresh(later), Mending(is_urgent=True), actor=quarter.clerk_actor)
    assert on_desk(quarter)[0] == ("urgent", [later.pk])
    assert sum(ids.count(later.pk) for _key, ids in on_desk(quarter)) == 1


def test_it_stands_on_top_of_what_residents_are_asked_as_well(quarter: Quarter) -> None:
    first, receipt = an_answered(quarter), an_answered(quarter, "门口的灯闪")
    adding.add_words(an_asker(receipt), FIRE, actor=a_bearer(receipt))
    assert on_desk(quarter, tray="asking") == [("urgent", [receipt.need.pk]), ("all", [first.need.pk])]


def test_pages_below_the_top_repeat_nobody(quarter: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "ROWS_A_PAGE", 2)
    needs = [a_need(quarter, f"第{n}盏灯不亮") for n in range(5)]
    handling.mend(fresh(needs[4]), Mending(is_urgent=True), actor=quarter.clerk_actor)
    after, seen = "", []
    for _page in range(3):
        found = desk.listing(Wanted(after=after), quarter.clerk_actor, clock.now())
        seen += [need.pk for group in found.groups for need in group.rows]
        after = found.after
        if not after:
            break
    assert seen == [needs[4].pk, *(need.pk for need in needs[:4])]


def test_what_is_done_stands_where_it_was_done(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    judged(receipt, why=FIRE)
    need = fresh(receipt.need)
    assert (need.stage, need.is_urgent) == (Need.Stage.CLOSED, True)
    assert on_desk(quarter, tray="done") == [("all", [need.pk])]


def test_a_clerk_who_hears_it_on_the_telephone_is_told_whom_to_call(quarter: Quarter) -> None:
    contact = Contact(called="宋奶奶", phone="13800002222", by=Asker.By.CALL)
    receipt = an_answered(quarter, contact=contact)
    browser = signed_in_client(quarter.colleague)
    said = {"do": "verdict", "solved": "yes", "satisfied": "satisfied", "why": FIRE}
    page = browser.post(f"/desk/callback/{receipt.asker.pk}/", said, follow=True).content.decode()
    assert "119" in page
