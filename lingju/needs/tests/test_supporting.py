"""Standing behind somebody else's need: one voice a person, nothing to read that the list does not show."""

import re
from typing import Any

import pytest
from django.test import Client

from lingju.kernel.errors import NotNow
from lingju.needs import mine
from lingju.needs.models import Asker, Category, Evidence, Need
from lingju.needs.pages import sending
from lingju.needs.queries import matter
from lingju.needs.services import answering, handling, offering, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.saying import Contact, Receipt, StandsThere
from lingju.needs.tests.builders import (
    Quarter,
    a_key,
    a_need,
    a_quarter,
    a_receipt,
    an_asker,
    fresh,
    judged,
    listed,
)
from lingju.needs.tests.photos import a_photo
from lingju.people.services.limits import Limit
from lingju.people.sms import NoGateway
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
OWN = "老伴刚出院，门口的灯不亮摔了一跤"
LISTED = "三号楼门口的灯不亮"
PHONE = "13900001111"


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def on_list(quarter: Quarter, **changes: Any) -> Need:
    return listed(quarter, a_need(quarter, OWN, **changes), LISTED)


def joined(browser: Client, need: Need, key: str = "", **typed: str) -> Any:
    typed = {"key": key or a_key(), **typed}
    return browser.post(f"/needs/{need.number}/join/", typed, REMOTE_ADDR="8.8.8.8")


def a_supporter(quarter: Quarter, need: Need, contact: Contact | None = None) -> Receipt:
    stranger = cast.a_stranger(quarter.district)
    return saying.support(fresh(need), contact or Contact(), key=a_key(), actor=stranger)


def supporters(need: Need) -> int:
    return need.askers.filter(role=Asker.Role.SUPPORTER).count()


def body(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def made_private(need: Need) -> None:
    Category.objects.filter(pk=need.category_id).update(is_private=True)


# --- what they see ------------------------------------------------------------------------------------


def test_a_supporter_reads_what_the_list_shows_and_not_what_the_asker_said(quarter: Quarter) -> None:
    need = on_list(quarter)
    browser = Client()
    assert joined(browser, need).status_code == 302
    pages = [f"/m/{need.number}/", "/m/mine/", "/", f"/m/{need.number}/judge/", f"/say/done/?n={need.number}"]
    words = f"/say/words/?kind=broken&at=c-{quarter.compound.pk}&follows={need.number}"
    for page in (*pages, f"/say/receipt/?n={need.number}", words):
        assert "出院" not in body(browser, page), page
    for page in (*pages[:4], words):
        assert LISTED in body(browser, page), page


def test_what_was_told_before_somebody_joined_was_not_told_to_them(quarter: Quarter) -> None:
    need = on_list(quarter)
    handling.reply(fresh(need), "您老伴养好身体，电工来您家看过再说", actor=quarter.clerk_actor)
    browser = Client()
    joined(browser, need)
    page = body(browser, f"/m/{need.number}/")
    assert "回您的话" in page
    assert "养好身体" not in page
    handling.reply(fresh(need), "电工明天来，找张桂兰，13800138000", actor=quarter.clerk_actor)
    page = body(browser, f"/m/{need.number}/")
    assert "电工明天来" in page
    assert "13800138000" not in page
    assert "〔电话〕" in page


def test_a_reason_for_handing_over_names_nobody_to_a_supporter(quarter: Quarter) -> None:
    need = on_list(quarter)
    browser = Client()
    joined(browser, need)
    offering.hand_over(
        fresh(need), quarter.neighbour, "灯在路对面，联系人张桂兰13800138000", actor=quarter.clerk_actor
    )
    page = body(browser, f"/m/{need.number}/")
    assert "灯在路对面" in page
    assert "13800138000" not in page


def test_a_supporter_is_told_no_minute(quarter: Quarter) -> None:
    need = on_list(quarter)
    handling.take(fresh(need), actor=quarter.clerk_actor)
    browser = Client()
    joined(browser, need)
    page = body(browser, f"/m/{need.number}/").split("<main")[1]
    assert "开始办" in page
    assert "记下来了" not in page
    assert not re.search(r"\d:\d\d", page)


def test_a_supporter_judges_by_the_answer_without_the_names_in_it(quarter: Quarter) -> None:
    need = on_list(quarter)
    browser = Client()
    joined(browser, need)
    handling.take(need, actor=quarter.clerk_actor)
    given = Answer(Need.Outcome.EXPLAINED, "灯泡换好了，有事找联系人张桂兰，13800138000")
    answering.answer(need, given, actor=quarter.clerk_actor)
    page = body(browser, f"/m/{need.number}/judge/")
    assert "灯泡换好了" in page
    assert "13800138000" not in page


def test_of_a_private_kind_a_supporter_sees_how_far_it_is_and_nothing_else(quarter: Quarter) -> None:
    need = on_list(quarter)
    browser = Client()
    joined(browser, need)
    handling.take(need, actor=quarter.clerk_actor)
    offering.hand_over(fresh(need), quarter.neighbour, "归他们管", actor=quarter.clerk_actor)
    handling.reply(fresh(need), "电工明天来", actor=quarter.clerk_actor)
    made_private(need)
    page = body(browser, f"/m/{need.number}/").split("<main")[1]
    assert "开始办" in page
    for word in (LISTED, "出院", "电工", "归他们管", quarter.neighbour.short_name, quarter.compound.name):
        assert word not in page
    assert quarter.compound.name not in body(browser, f"/say/receipt/?n={need.number}")


def test_what_is_off_the_list_again_is_off_the_page_of_a_supporter(quarter: Quarter) -> None:
    need = on_list(quarter)
    browser = Client()
    joined(browser, need)
    Need.objects.filter(pk=need.pk).update(is_listed=False)
    assert LISTED not in body(browser, f"/m/{need.number}/")


def test_photos_of_the_work_are_shown_to_supporters_except_of_a_private_kind(quarter: Quarter) -> None:
    need = listed(quarter, a_need(quarter, OWN, photos=(a_photo("red"),)), LISTED)
    browser = Client()
    joined(browser, need)
    handling.take(need, actor=quarter.clerk_actor)
    given = Answer(Need.Outcome.SOLVED, "灯泡换好了", photos=(a_photo(),))
    answering.answer(need, given, actor=quarter.clerk_actor)
    done = Evidence.objects.get(need=need, shows=Evidence.Shows.DONE)
    said = Evidence.objects.get(need=need, shows=Evidence.Shows.SAID)
    of_the_matter = f"/m/{need.number}/evidence/{{}}/"
    for path in (of_the_matter, "/needs/evidence/{}/"):
        assert browser.get(path.format(done.pk)).status_code == 200
        assert browser.get(path.format(said.pk)).status_code == 404
    made_private(need)
    for path in (of_the_matter, "/needs/evidence/{}/"):
        assert browser.get(path.format(done.pk)).status_code == 404


def test_the_author_sees_all_of_it_still(quarter: Quarter) -> None:
    receipt = a_receipt(quarter, OWN)
    need = listed(quarter, receipt.need, LISTED)
    handling.reply(fresh(need), "找张桂兰，13800138000", actor=quarter.clerk_actor)
    made_private(need)
    seen = matter.matter(an_asker(receipt))
    assert seen.sight.title == need.title
    assert any("13800138000" in step.words for step in seen.steps)
    assert [one.what for one in seen.promises] == ["回您的话", "给您结果"]


def test_the_api_tells_a_supporter_no_more_than_the_page(quarter: Quarter) -> None:
    need = on_list(quarter)
    handling.reply(fresh(need), "您老伴养好身体", actor=quarter.clerk_actor)
    receipt = a_supporter(quarter, need)
    handling.reply(fresh(need), "电工明天来，13800138000", actor=quarter.clerk_actor)
    headers = {"X-Matter-Code": receipt.code}
    answer = Client().get(f"/api/v1/needs/{need.number}/matter", headers=headers)
    whole, shown = answer.content.decode(), answer.json()
    assert shown["title"] == LISTED
    assert "电工明天来" in whole
    for word in ("出院", "养好身体", "13800138000"):
        assert word not in whole
    moments = [shown["submitted_at"], shown["due_at"], *(step["at"] for step in shown["steps"])]
    assert {moment[11:19] for moment in moments} == {"00:00:00"}
    assert shown["submitted_at"][8:10] == "01"


def test_my_list_takes_as_many_queries_however_many_needs_somebody_joined(
    quarter: Quarter, django_assert_max_num_queries: Any
) -> None:
    browser = Client()
    for number in range(4):
        joined(browser, listed(quarter, a_need(quarter, f"第{number}盏灯不亮")))
    with django_assert_max_num_queries(7):
        page = body(browser, "/m/mine/")
    assert page.count("盏灯不亮") == 4


# --- one voice a person -------------------------------------------------------------------------------


def test_a_matter_of_one_household_takes_nobody_else_in(quarter: Quarter) -> None:
    need = on_list(quarter)
    made_private(need)
    browser = Client()
    assert f"/needs/{need.number}/join/" not in body(browser, "/needs/")
    page = body(browser, f"/needs/{need.number}/join/")
    assert "一家一户" in page
    assert 'name="key"' not in page
    answer = joined(browser, need)
    assert answer.status_code == 422
    assert "一家一户" in answer.content.decode()
    with pytest.raises(NotNow):
        a_supporter(quarter, need)
    assert supporters(need) == 0


def test_one_telephone_is_one_voice_and_its_receipt_is_shown_nowhere_else(quarter: Quarter) -> None:
    need = on_list(quarter)
    answers = [joined(Client(), need, phone=phone) for phone in (PHONE, "+86 139-0000-1111", PHONE)]
    assert supporters(need) == 1
    code = str(need.askers.get(role=Asker.Role.SUPPORTER).code)
    assert all(code not in str(answer.serialize()) for answer in answers)
    with pytest.raises(StandsThere) as refused:
        a_supporter(quarter, need, Contact(phone=PHONE, by=Asker.By.SMS))
    assert code not in str(refused.value)


def test_the_number_of_whoever_said_it_makes_no_second_voice(quarter: Quarter) -> None:
    receipt = a_receipt(quarter, OWN)
    joined(Client(), listed(quarter, receipt.need, LISTED), phone=str(receipt.asker.phone))
    assert supporters(receipt.need) == 0


def test_the_page_tells_nobody_whose_number_stands_behind_a_need(quarter: Quarter) -> None:
    receipt = a_receipt(quarter, OWN)
    need = listed(quarter, receipt.need, LISTED)
    told = []
    for phone in (PHONE, PHONE, str(receipt.asker.phone)):
        browser = Client()
        answer = joined(browser, need, phone=phone)
        assert mine.COOKIE not in answer.cookies
        told.append((answer["Location"], "发到这个手机号" in body(browser, answer["Location"])))
    assert set(told) == {("/needs/", True)}


def test_whoever_went_may_come_back_with_the_same_number(quarter: Quarter) -> None:
    need = on_list(quarter)
    contact = Contact(phone=PHONE, by=Asker.By.SMS)
    first = a_supporter(quarter, need, contact)
    Asker.objects.filter(pk=first.asker.pk).update(left_out=Asker.LeftOut.WITHDREW)
    assert a_supporter(quarter, need, contact).is_new


def test_without_a_gateway_no_number_is_asked_for(quarter: Quarter, settings: Any) -> None:
    need = on_list(quarter)
    gateway = f"{NoGateway.__module__}.{NoGateway.__name__}"
    settings.LINGJU = type(settings.LINGJU)(**{**vars_of(settings.LINGJU), "sms_gateway": gateway})
    browser = Client()
    assert 'name="phone"' not in body(browser, f"/needs/{need.number}/join/")
    assert joined(browser, need, phone=PHONE)["Location"] == f"/m/{need.number}/"


def vars_of(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def test_one_browser_is_one_voice(quarter: Quarter) -> None:
    need = on_list(quarter)
    browser = Client()
    for _press in range(3):
        assert joined(browser, need)["Location"] == f"/m/{need.number}/"
    assert supporters(need) == 1
    assert browser.get(f"/needs/{need.number}/join/").status_code == 302


def test_whoever_said_it_does_not_join_themselves(quarter: Quarter) -> None:
    receipt = a_receipt(quarter, OWN)
    need = listed(quarter, receipt.need, LISTED)
    browser = Client()
    browser.post("/m/", {"number": need.number, "code": receipt.code})
    assert joined(browser, need).status_code == 302
    assert supporters(need) == 0


def test_too_many_from_one_address_wait(quarter: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    few = Limit(sending.SAID_FROM_HERE.kind, 2, sending.SAID_FROM_HERE.within)
    monkeypatch.setattr(sending, "SAID_FROM_HERE", few)
    need = on_list(quarter)
    assert [joined(Client(), need).status_code for _ in range(4)] == [302, 302, 422, 422]
    assert supporters(need) == 2


@pytest.mark.parametrize("way", ["address", "lent"])
def test_a_shared_screen_stands_for_whoever_joined_for_minutes_only(quarter: Quarter, way: str) -> None:
    need, other = on_list(quarter), a_receipt(quarter)
    screen = Client()
    if way == "lent":
        screen.post("/m/", {"number": other.need.number, "code": other.code, "shared": "on"})
        page = body(screen, f"/needs/{need.number}/join/")
    else:
        assert f"/needs/{need.number}/join/?shared=1" in body(screen, "/needs/?shared=1")
        page = body(screen, f"/needs/{need.number}/join/?shared=1")
    assert 'name="shared"' in page
    answer = joined(screen, need, shared="1")
    assert mine.COOKIE not in answer.cookies
    assert mine.LENT in answer.cookies
    assert LISTED in body(screen, f"/m/{need.number}/")
    screen.post("/m/forget/")
    assert joined(screen, need, shared="1").status_code == 302
    assert supporters(need) == 2


# --- a worker with the code in hand -------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clerk", "colleague"])
def test_with_the_code_in_hand_the_desk_neither_withdraws_nor_adds_words(quarter: Quarter, who: str) -> None:
    receipt = a_receipt(quarter)
    handling.take(receipt.need, actor=quarter.clerk_actor)
    desk = cast.signed_in_client(getattr(quarter, who))
    desk.post("/m/", {"number": receipt.need.number, "code": receipt.code})
    for deed in ("withdraw", "words"):
        answer = desk.post(f"/m/{receipt.need.number}/{deed}/", {"text": "他说不急"})
        assert answer.status_code == 422
        assert ("您经手过" if who == "clerk" else "工作账号") in answer.content.decode()
    assert "他说不急" in answer.content.decode()
    need = fresh(receipt.need)
    assert (need.stage, need.is_over) == (Need.Stage.WORKING, False)
    assert not need.entries.filter(step="asker_words").exists()


def test_with_the_code_in_hand_the_desk_does_not_say_again(quarter: Quarter) -> None:
    receipt = a_receipt(quarter)
    handling.take(receipt.need, actor=quarter.clerk_actor)
    given = Answer(Need.Outcome.EXPLAINED, "灯泡换好了")
    answering.answer(receipt.need, given, actor=quarter.clerk_actor)
    receipt.asker.refresh_from_db()
    judged(receipt)
    desk = cast.signed_in_client(quarter.clerk)
    desk.post("/m/", {"number": receipt.need.number, "code": receipt.code})
    assert desk.post(f"/m/{receipt.need.number}/again/", {"why": "重办"}).status_code == 422
    assert fresh(receipt.need).stage == Need.Stage.CLOSED
