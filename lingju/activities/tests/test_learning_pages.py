"""The pages of learning, certificates, questions and the register, as a browser sees them."""

import html
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from lingju.activities.models import (
    Certificate,
    Feedback,
    HeadCount,
    Question,
    QuizSheet,
    Session,
    SignUp,
)
from lingju.activities.queries import attendance as queries
from lingju.activities.services import attendance, certificates, learning, questions
from lingju.activities.services.questions import Answer
from lingju.activities.tests.builders import Quarter
from lingju.activities.tests.gatherings import (
    a_guest,
    a_key,
    a_session,
    a_town,
    arrive,
    held,
    on_the_day,
)
from lingju.activities.tests.test_learning import QUESTIONS
from lingju.people.models import Account
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


def browser(account: Account | None = None) -> Client:
    return cast.signed_in_client(account) if account is not None else Client()


def shown(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content[:400])
    return html.unescape(response.content.decode())


def door(session: Session) -> str:
    return f"/desk/activities/{session.pk}/checkin/"


def send(client: Client, session: Session, body: object) -> Any:
    return client.post(
        f"/desk/activities/{session.pk}/scans/",
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


# --- learning -------------------------------------------------------------------------------------------


def test_anybody_answers_the_quiz_without_a_name_and_the_desk_sees_what_it_shows() -> None:
    town = a_town()
    session = a_session(town)
    client = browser(town.clerk)
    written = {
        "text_1": "有人噎住了，先做什么？",
        "options_1": "海姆立克急救法\n喂水",
        "right_1": "1",
    }
    assert client.post(f"/desk/activities/{session.pk}/quiz/", {**written, "right_1": ""}).status_code == 422
    assert client.post(f"/desk/activities/{session.pk}/quiz/", written).status_code == 302
    stranger = browser()
    address = f"/activities/{session.pk}/quiz/"
    with on_the_day(session):
        page = shown(stranger.get(address))
        assert "有人噎住了" in page
        nonce = re.search(r'name="nonce" value="([^"]+)"', page)
        assert nonce is not None
        sheet = {"nonce": nonce[1], "phase": "before", "q1": "0"}
        for _turn in range(2):
            assert stranger.post(address, sheet).status_code == 302
        empty = stranger.post(address, {"nonce": a_key(), "phase": "before"})
        assert empty.status_code == 422
        assert "一题都没有选" in empty.content.decode()
        assert "题目不能再改" in shown(browser(town.clerk).get(f"/desk/activities/{session.pk}/quiz/"))
    assert QuizSheet.objects.count() == 1
    assert stranger.get(address).status_code == 404  # not before the day


def test_feedback_is_taken_once_and_its_words_stand_on_the_desks_page_alone() -> None:
    town = a_town()
    session = a_session(town)
    address = f"/activities/{session.pk}/feedback/"
    with on_the_day(session):
        stranger = browser()
        said = {"nonce": a_key(), "useful": "yes", "words": "讲得慢一点更好"}
        for _turn in range(2):
            assert stranger.post(address, said).status_code == 302
        assert stranger.post(address, {"nonce": a_key()}).status_code == 422
        assert "慢一点" not in shown(stranger.get(f"/activities/{session.pk}/"))
        assert "慢一点" in shown(browser(town.keeper).get(f"/desk/activities/{session.pk}/brief/"))
    assert Feedback.objects.count() == 1
    assert "不收了" in shown(browser().get(address))  # not before the day


def test_a_session_nobody_was_told_of_has_no_public_page() -> None:
    town = a_town()
    session = a_session(town)
    Session.objects.filter(pk=session.pk).update(announced_at=None)
    for what in ("quiz", "feedback", "thanks"):
        assert browser().get(f"/activities/{session.pk}/{what}/").status_code == 404


# --- certificates ---------------------------------------------------------------------------------------


def one_who_came(town: Quarter) -> SignUp:
    session = a_session(town)
    guest = a_guest(session, "王秀英")
    with on_the_day(session):
        arrive(session, guest)
        held(session)
    return guest


def test_a_certificate_is_issued_printed_checked_and_taken_back() -> None:
    town = a_town()
    guest = one_who_came(town)
    client = browser(town.clerk)
    listed = f"/desk/activities/{guest.session_id}/certificates/"
    assert "王秀英" in shown(client.get(listed))
    issued = {"what": "issue", "signup_id": guest.pk, "called": "王秀英"}
    for _turn in range(2):
        assert client.post(listed, issued).status_code == 302
    one = Certificate.objects.get()
    sheet = shown(client.get(f"/desk/certificates/{one.pk}/"))
    assert one.number in sheet
    mark = certificates.mark_of(one)
    public = shown(browser().get(f"/certificates/{one.number}/", {"m": mark}))
    assert "这张证明有效" in public
    assert "王**" in public
    assert "王秀英" not in public
    assert client.post(f"/desk/certificates/{one.pk}/", {"why": ""}).status_code == 422
    assert client.post(f"/desk/certificates/{one.pk}/", {"why": "姓名印错了"}).status_code == 302
    public = shown(browser().get(f"/certificates/{one.number}/", {"m": mark}))
    assert "已作废" in public


@pytest.mark.parametrize("query", [{}, {"m": ""}, {"m": "0" * 16}, {"m": "中" * 80}])
def test_a_number_without_its_mark_tells_nothing(query: dict[str, str]) -> None:
    town = a_town()
    guest = one_who_came(town)
    one = certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)
    page = shown(browser().get(f"/certificates/{one.number}/", query))
    assert "没有这张证明" in page
    assert "王" not in page.split("<main")[1]


def test_number_and_mark_may_be_typed_where_there_is_no_camera() -> None:
    town = a_town()
    guest = one_who_came(town)
    one = certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)
    client = browser()
    said = client.get(
        "/certificates/", {"serial": one.number, "m": certificates.mark_of(one).lower()}, follow=True
    )
    assert "这张证明有效" in shown(said)
    assert client.get("/certificates/", {"serial": "", "m": ""}).status_code == 422
    assert "没有这张证明" in shown(
        client.get("/certificates/", {"serial": "a/b/../c", "m": "x"}, follow=True)
    )


def test_a_red_cross_certificate_is_written_down_at_the_desk() -> None:
    town = a_town()
    guest = one_who_came(town)
    client = browser(town.clerk)
    listed = f"/desk/activities/{guest.session_id}/certificates/"
    paper = {"what": "outside", "issuer": "区红十字会", "number": "RC-001", "called": "王秀英"}
    wrong = client.post(listed, {**paper, "issued_on": "昨天"})
    assert wrong.status_code == 422
    assert "RC-001" in wrong.content.decode()  # what was typed is kept
    assert client.post(listed, {**paper, "issued_on": "2026-03-01"}).status_code == 302
    assert "RC-001" in shown(client.get(listed))


# --- questions ------------------------------------------------------------------------------------------


def test_a_question_goes_from_the_log_to_everybodys_search() -> None:
    town = a_town()
    client = browser(town.clerk)
    asked = {
        "nonce": a_key(), "area": town.area.pk, "topic": "", "asked": "灵活就业怎么交养老保险？",
        "answer": "", "basis": "", "follow_up": "",
    }  # fmt: skip
    for _turn in range(2):
        assert client.post("/desk/activities/questions/", asked).status_code == 302
    one = Question.objects.get()
    page = f"/desk/activities/questions/{one.pk}/"
    assert client.post(page, {"what": "answer", "answer": "", "version": one.version}).status_code == 422
    told = {
        "what": "answer",
        "answer": "到社保窗口办，手机上也行。",
        "basis": "社会保险法",
        "version": one.version,
    }
    assert client.post(page, told).status_code == 302
    assert "灵活就业" not in shown(browser().get("/questions/"))
    client.post(page, {"what": "publish"})
    assert "灵活就业" in shown(browser().get("/questions/", {"q": "养老 窗口"}))
    assert "没找到" in shown(browser().get("/questions/", {"q": "养老 医院"}))
    stale = client.post(page, {**told, "answer": "别的答复也行。", "version": 1})
    assert stale.status_code == 422
    assert client.post(page, {"what": "dance"}).status_code == 404


def test_an_open_question_becomes_a_need_by_one_press() -> None:
    town = a_town()
    one = questions.log("社区能不能装电梯？", area=town.area, key=a_key(), actor=town.clerk_actor)
    client = browser(town.clerk)
    page = f"/desk/activities/questions/{one.pk}/"
    for _turn in range(2):
        assert client.post(page, {"what": "leave_open"}).status_code == 302
    assert "转成需求" in shown(client.get(page))
    elsewhere = cast.a_clerk(at=town.neighbour, name="钱社工")
    assert browser(elsewhere).get(page).status_code == 404


def test_search_takes_whatever_is_typed() -> None:
    town = a_town()
    one = questions.log(
        "100% 报销吗？", area=town.area, key=a_key(), actor=town.clerk_actor, answer=Answer("不是，看目录。")
    )
    questions.publish(one, actor=town.clerk_actor)
    assert "100%" in shown(browser().get("/questions/", {"q": "100%"}))
    for query in ("%", "_", "'", "=HYPERLINK", "a" * 500, "😀"):
        assert browser().get("/questions/", {"q": query, "topic": "x", "page": "-1"}).status_code == 200


# --- the register ---------------------------------------------------------------------------------------


def a_held(town: Quarter) -> Session:
    session = a_session(town)
    with on_the_day(session):
        attendance.count(session, "elder", 37, key=a_key(), actor=town.clerk_actor)
        held(session)
    return session


def test_the_register_is_looked_at_and_handed_out() -> None:
    town = a_town()
    session = a_held(town)
    client = browser(town.clerk)
    query = {"since": "2026-03", "until": "2026-03"}
    for by in ("session", "month", "station", "topic"):
        assert "37" in shown(client.get("/desk/activities/register/", {**query, "by": by}))
    told = client.get("/desk/activities/register.xlsx", query)
    book = openpyxl.load_workbook(io.BytesIO(told.content))
    assert book.active.cell(4, 1).value == session.title  # type: ignore[union-attr]
    assert "37" in client.get("/desk/activities/register.csv", query).content.decode("utf-8-sig")
    assert browser(cast.a_resident(town.district)).get("/desk/activities/register/").status_code == 403


def test_the_page_about_a_session_prints_what_was_recorded() -> None:
    town = a_town()
    session = a_session(town)
    learning.write_quiz(session, QUESTIONS, actor=town.clerk_actor)
    with on_the_day(session):
        attendance.count(session, "elder", 37, key=a_key(), actor=town.clerk_actor)
        held(session)
        page = shown(browser(town.keeper).get(f"/desk/activities/{session.pk}/brief/"))
    assert "37 人次" in page
    assert "答的人少" in page


def test_a_sheet_is_looked_at_and_then_taken_in() -> None:
    town = a_town()
    session = a_session(town)
    text = f"日期,活动名称,合计\n2026-03-04,{session.title},37\n"
    with on_the_day(session, minutes=200):
        client = browser(town.clerk)
        file = SimpleUploadedFile("人数.csv", text.encode("gb18030"))
        said: HttpResponse = client.post("/desk/activities/sheets/", {"sheet": "headcounts", "file": file})  # type: ignore[assignment]
        assert said.status_code == 302
        assert "新增" in shown(client.get(said["Location"]))
        assert not HeadCount.objects.exists()
        client.post(said["Location"], {})
    assert queries.figures([session]).visits == 37
    assert client.get("/desk/activities/sheets/empty/headcounts.xlsx").status_code == 200
    assert client.get("/desk/activities/sheets/empty/money.xlsx").status_code == 404
