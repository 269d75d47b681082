"""Activities for everybody: the list and its filters, one session, signing up and taking it back."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lingju.activities.models import SignUp
from lingju.activities.services import calling_off, planning, running
from lingju.activities.tests.builders import (
    Quarter,
    a_library,
    a_quarter,
    a_session,
    a_signup,
    a_topic,
    at,
)
from lingju.bookings.models import Claim
from lingju.kernel import clock
from lingju.people.tests import cast
from lingju.places.models import AudienceTag

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    quarter = a_quarter()
    a_library(quarter.district)
    return quarter


@pytest.fixture
def browser() -> Client:
    return Client()


def body(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def joined(browser: Client, session_id: int, **changes: object) -> str:
    typed = {"called": "示例居民", "phone": "", "people": 1, "key": "press-of-a-page", **changes}
    answer = browser.post(f"/activities/{session_id}/", typed)
    return answer["Location"] if answer.status_code == 302 else f"{answer.status_code}"


# --- the list -------------------------------------------------------------------------------------------


def test_the_list_shows_what_was_told_and_not_what_is_planned(quarter: Quarter, browser: Client) -> None:
    a_session(quarter, title="紧急救护培训")
    a_session(quarter, state="planned", title="还没定的课")
    page = body(browser, "/activities/")
    assert "紧急救护培训" in page
    assert "还有 30 个位子" in page
    assert "还没定的课" not in page


def test_the_list_is_narrowed_by_week_topic_audience_and_free_seats(
    quarter: Quarter, browser: Client
) -> None:
    topic = a_topic(quarter.district)
    riders = AudienceTag.objects.get(district=quarter.district, code="rider")
    a_session(quarter, title="救护课", topics=(topic,))
    a_session(quarter, title="骑手讲堂", starts_at=at(8), audiences=(riders,))
    full = a_session(quarter, title="满了的课", capacity=1, starts_at=at(4))
    a_signup(full)
    expected = {
        "?when=week": {"救护课", "满了的课"},
        "?when=next": {"骑手讲堂"},
        "?topic=first_aid": {"救护课"},
        "?audience=rider": {"骑手讲堂"},
        "?free=1": {"救护课", "骑手讲堂"},
        f"?area={quarter.neighbour.code}": set(),
    }
    for asked, titles in expected.items():
        page = body(browser, f"/activities/{asked}")
        shown = {title for title in ("救护课", "骑手讲堂", "满了的课") if f"<b>{title}</b>" in page}
        assert shown == titles, asked


def test_a_sensitive_group_is_not_put_on_a_wall(quarter: Quarter, browser: Client) -> None:
    tag = AudienceTag.objects.get(district=quarter.district, code="low_income")
    session = a_session(quarter, audiences=(tag,))
    pages = body(browser, f"/activities/{session.pk}/") + body(browser, "/activities/?audience=low_income")
    assert tag.name not in pages
    assert session.title not in body(browser, "/activities/?audience=low_income")


def test_the_list_takes_the_same_number_of_queries_for_one_and_for_many(
    quarter: Quarter, browser: Client
) -> None:
    a_session(quarter)
    body(browser, "/activities/")
    with CaptureQueriesContext(connection) as one:
        body(browser, "/activities/")
    for day in range(4, 12):
        a_session(quarter, starts_at=at(day), topics=(a_topic(quarter.district),))
    with CaptureQueriesContext(connection) as many:
        body(browser, "/activities/")
    assert len(many) <= len(one) + 1


def test_parts_of_an_umbrella_stand_on_its_page_alone(quarter: Quarter, browser: Client) -> None:
    umbrella = a_session(quarter, state="announced", title="城市共建日", signup="none", capacity=None)
    a_session(quarter, state="announced", title="量血糖", parent=umbrella, signup="none", capacity=None)
    assert "量血糖" not in body(browser, "/activities/")
    assert "量血糖" in body(browser, f"/activities/{umbrella.pk}/")


# --- one session ------------------------------------------------------------------------------------------


def test_a_plan_nobody_was_told_of_is_not_there(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter, state="planned")
    assert browser.get(f"/activities/{session.pk}/").status_code == 404
    assert browser.get(f"/activities/{session.pk}/session.ics").status_code == 404


def test_what_was_cancelled_stays_to_be_seen_with_its_reason(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    calling_off.cancel_session(session, "讲师临时出警", actor=quarter.clerk_actor)
    page = body(browser, f"/activities/{session.pk}/")
    assert "讲师临时出警" in page
    assert 'name="called"' not in page
    assert session.title in body(browser, "/activities/")


def test_signing_up_takes_three_fields_and_shows_number_and_code(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    where = joined(browser, session.pk, people=2)
    assert where == f"/activities/{session.pk}/mine/"
    claim = Claim.objects.get()
    page = body(browser, where)
    assert claim.number in page
    assert str(claim.code) in page
    assert "报好了" in page
    assert Client().get(where).status_code == 404


def test_the_same_form_sent_twice_signs_up_once(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    assert joined(browser, session.pk) == joined(browser, session.pk)
    assert SignUp.objects.count() == 1


def test_a_wrong_field_keeps_what_was_typed(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    answer = browser.post(
        f"/activities/{session.pk}/",
        {"called": "示例居民", "phone": "12345", "people": "2", "key": "press-of-a-page"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "手机号是 11 位数字" in page
    assert 'value="示例居民"' in page
    assert 'value="press-of-a-page"' in page


def test_a_program_that_fills_every_box_is_asked_again(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    assert joined(browser, session.pk, website="http://example.com") == "422"
    assert not SignUp.objects.exists()


def test_a_child_without_a_guardians_word_is_refused_at_that_field(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    typed = {"called": "示例居民", "people": 2, "minors": 1, "key": "press-of-a-page"}
    answer = browser.post(f"/activities/{session.pk}/", typed)
    assert answer.status_code == 422
    assert "要监护人看过并同意" in answer.content.decode()
    agreed = {"guardian_called": "示例妈妈", "guardian_phone": "13600001111", "guardian_relation": "parent"}
    assert joined(browser, session.pk, people=2, minors=1, guardian_agrees="on", **agreed).endswith("/mine/")


def test_when_it_is_full_waiting_is_offered_in_words(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter, capacity=1)
    a_signup(session)
    assert "可以排候补" in body(browser, f"/activities/{session.pk}/")
    assert "排上候补了" in body(browser, joined(browser, session.pk))


def test_an_offered_seat_is_taken_with_one_press(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter, capacity=1)
    a_signup(session)
    joined(browser, session.pk)
    planning.edit_session(session, replace(planning.plan_of(session), capacity=2), actor=quarter.clerk_actor)
    claim = SignUp.objects.order_by("-id")[0].claim
    if claim.state == "offered":
        assert "我要这个位子" in body(browser, f"/activities/{session.pk}/mine/")
        browser.post(f"/activities/{session.pk}/mine/accept/")
        claim.refresh_from_db()
    assert claim.state == "confirmed"


def test_withdrawing_gives_the_seat_back(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter, capacity=1)
    joined(browser, session.pk)
    answer = browser.post(f"/activities/{session.pk}/mine/withdraw/", follow=True)
    assert "不记爽约" in answer.content.decode()
    assert Claim.objects.get().state == "cancelled"
    assert "还有 1 个位子" in body(browser, "/activities/")


def test_number_and_code_open_it_in_another_browser(quarter: Quarter, browser: Client) -> None:
    signup = a_signup(a_session(quarter)).signup
    wrong = browser.post("/activities/find/", {"number": signup.claim.number, "code": "000000x"})
    assert wrong.status_code == 422
    answer = browser.post("/activities/find/", {"number": signup.claim.number, "code": signup.claim.code})
    assert answer["Location"] == f"/activities/{signup.session_id}/mine/"
    assert signup.claim.number in body(browser, answer["Location"])


def test_the_next_person_at_a_shared_screen_finds_nothing_of_the_one_before(quarter: Quarter) -> None:
    session = a_session(quarter)
    screen = cast.signed_in_client(quarter.keeper)
    lent = body(screen, joined(screen, session.pk, shared="1"))
    claim = Claim.objects.get()
    assert claim.number in lent
    assert "清掉，换下一位" in lent
    assert (claim.account, "lingju_bookings" in screen.cookies) == (None, False)
    assert screen.post("/activities/forget/")["Location"] == "/activities/?shared=1"
    assert screen.get(f"/activities/{session.pk}/mine/").status_code == 404
    again = body(screen, f"/activities/{session.pk}/?shared=1")
    assert "您报过名了" not in again
    assert quarter.keeper.display_name not in again


def test_a_shared_screen_forgets_by_itself_after_ten_minutes(quarter: Quarter, browser: Client) -> None:
    signup = a_signup(a_session(quarter)).signup
    said = {"number": signup.claim.number, "code": signup.claim.code, "shared": "on"}
    where = browser.post("/activities/find/", said)["Location"]
    assert signup.claim.number in body(browser, where)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11)):
        assert browser.get(where).status_code == 404


def test_every_link_of_a_shared_screen_leads_to_a_shared_screen(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    page = body(browser, "/activities/?shared=1")
    assert f"/activities/{session.pk}/?shared=1" in page
    assert "/activities/find/?shared=1" in page
    assert "when=week&amp;shared=1" in page
    assert 'name="shared"' in body(browser, f"/activities/{session.pk}/?shared=1")
    assert "checked" in body(browser, "/activities/find/?shared=1")
    assert "shared" not in body(browser, "/activities/")
    desk = cast.signed_in_client(quarter.keeper)
    assert "/activities/?shared=1" in body(desk, "/desk/activities/")
    assert f"/activities/{session.pk}/?shared=1" in body(desk, f"/desk/activities/{session.pk}/people/")


def test_a_number_that_signed_up_is_answered_like_any_other_and_only_so_often(quarter: Quarter) -> None:
    session = a_session(quarter)
    a_signup(session, phone="13700009999")
    pages = []
    for phone in ("13700009999", "13700008888"):
        stranger = Client()
        where = joined(stranger, session.pk, phone=phone, key=f"press-of-{phone}")
        pages.append("报好了" in body(stranger, where))
    assert pages == [True, True]
    for number in range(9):
        joined(Client(), session.pk, phone="13700008888", key=f"press-number-{number}")
    assert joined(Client(), session.pk, phone="13700008888", key="press-number-9") == "422"
    assert joined(Client(), session.pk, phone="13700007777", key="press-number-10").endswith("/mine/")


def test_a_neighbours_sign_up_shows_on_no_public_page(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    a_signup(session, called="苗素珍", phone="13700001111")
    pages = body(browser, f"/activities/{session.pk}/") + body(browser, "/activities/")
    calendar = browser.get(f"/activities/{session.pk}/session.ics").content.decode()
    assert [word for word in ("苗素珍", "13700001111") if word in pages + calendar] == []


def test_a_calendar_takes_it_over_and_a_cancelled_one_stays(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter)
    first = browser.get(f"/activities/{session.pk}/session.ics")
    assert first["Content-Type"].startswith("text/calendar")
    assert f"UID:{session.uid}" in first.content.decode().replace("\r\n ", "")
    calling_off.cancel_session(session, "停电检修", actor=quarter.clerk_actor)
    second = browser.get(f"/activities/{session.pk}/session.ics").content.decode().replace("\r\n ", "")
    assert "STATUS:CANCELLED" in second
    assert "SEQUENCE:1" in second
    assert f"UID:{session.uid}" in second


# --- the root's pages ---------------------------------------------------------------------------------------


def test_home_and_station_say_what_goes_on_today_and_next(quarter: Quarter, browser: Client) -> None:
    a_session(quarter, title="毛笔字练习", starts_at=at(0), signup="none", capacity=None, state="announced")
    a_session(quarter, title="象棋角", starts_at=at(2), signup="none", capacity=None, state="announced")
    assert "毛笔字练习" in body(browser, "/")
    station = body(browser, f"/s/{quarter.station.slug}/")
    assert "毛笔字练习" in station
    assert "象棋角" in station


def test_a_session_that_is_running_says_so(quarter: Quarter, browser: Client) -> None:
    session = a_session(quarter, starts_at=at(0, 9, 1), signup="none", capacity=None, state="announced")
    with_time = session.starts_at + dt.timedelta(minutes=10)
    with time_machine.travel(with_time, tick=False):
        running.hold(session, actor=quarter.keeper_actor)
        assert "正在进行" in body(browser, "/activities/")


def test_a_signed_in_resident_finds_their_own_name_filled_in(quarter: Quarter) -> None:
    resident = cast.a_resident(quarter.district, "王秀英")
    session = a_session(quarter)
    page = body(cast.signed_in_client(resident), f"/activities/{session.pk}/")
    assert 'value="王秀英"' in page


def test_every_page_leads_to_the_questions_and_to_checking_a_certificate() -> None:
    quarter = a_quarter()
    page = Client().get(f"/s/{quarter.station.slug}/").content.decode()
    assert 'href="/questions/"' in page
    assert 'href="/certificates/"' in page
    assert f'href="/s/{quarter.station.slug}/calendar.ics"' in page
