"""Activities at the desk: planning by form, steps by button, who comes, series, festivals, the library."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from lingju.activities.models import FestivalTemplate, Programme, Series, Session, SignUp, Speaker
from lingju.activities.tests.builders import (
    Quarter,
    a_guardian,
    a_library,
    a_quarter,
    a_session,
    a_signup,
    a_topic,
)
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    quarter = a_quarter()
    a_library(quarter.district)
    return quarter


@pytest.fixture
def clerk(quarter: Quarter) -> Client:
    return cast.signed_in_client(quarter.clerk)


@pytest.fixture
def keeper(quarter: Quarter) -> Client:
    return cast.signed_in_client(quarter.keeper)


def typed(quarter: Quarter, **changes: Any) -> dict[str, Any]:
    return {
        "title": "紧急救护培训",
        "area": quarter.area.pk,
        "date": "2026-03-05",
        "starts": "15:00",
        "ends": "17:00",
        "station": quarter.station.pk,
        "signup": "required",
        "capacity": 30,
        "photos": "none",
        "key": "press-of-a-page",
        **changes,
    }


def body(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def test_a_clerk_plans_a_session_with_all_that_belongs_to_it(quarter: Quarter, clerk: Client) -> None:
    topic = a_topic(quarter.district)
    said = typed(quarter, topics=[topic.pk], space=quarter.room.pk, summary="学会包扎和按压")
    answer = clerk.post("/desk/activities/new/", said)
    session = Session.objects.get()
    assert answer["Location"] == f"/desk/activities/{session.pk}/"
    assert (session.starts_at, session.space, list(session.topics.all())) == (
        dt.datetime(2026, 3, 5, 7, 0, tzinfo=dt.UTC),
        quarter.room,
        [topic],
    )
    clerk.post("/desk/activities/new/", said)
    assert Session.objects.count() == 1


def test_a_refused_plan_keeps_what_was_typed_and_names_the_field(quarter: Quarter, clerk: Client) -> None:
    answer = clerk.post("/desk/activities/new/", typed(quarter, ends="14:00", capacity=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "结束要在开始之后" in page
    assert "坐得下几个人" in page
    assert 'value="紧急救护培训"' in page


def test_a_topic_that_is_due_begins_a_plan(quarter: Quarter, clerk: Client) -> None:
    page = body(clerk, "/desk/activities/new/?topic=drowning")
    assert f'value="{a_topic(quarter.district, "drowning").pk}" id="id_topics_1" checked' in page.replace(
        "\n", " "
    )


def test_the_buttons_lead_through_the_life_of_a_session(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter, state="planned")
    address = f"/desk/activities/{session.pk}/"
    for step, state in (("announce", "announced"), ("open_signup", "signup")):
        assert clerk.post(address, {"step": step}).status_code == 302
        session.refresh_from_db()
        assert session.state == state
    with time_machine.travel(session.starts_at, tick=False):
        refreshed = cast.signed_in_client(quarter.clerk)
        refreshed.post(address, {"step": "hold"})
        refreshed.post(address, {"step": "review", "review": "三十位居民学会了包扎。"})
    session.refresh_from_db()
    assert session.state == "reviewed"


def test_weeks_before_nobody_is_offered_to_hold_it(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter)
    assert 'value="hold"' not in body(clerk, f"/desk/activities/{session.pk}/")


def test_a_step_without_its_reason_is_refused_in_words(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter)
    answer = clerk.post(f"/desk/activities/{session.pk}/", {"step": "cancel", "why": ""})
    assert answer.status_code == 422
    assert "请写明原因" in answer.content.decode()
    answer = clerk.post(f"/desk/activities/{session.pk}/", {"step": "move", "why": "停电检修"})
    assert "请写新的日期和几点" in answer.content.decode()
    assert clerk.post(f"/desk/activities/{session.pk}/", {"step": "delete"}).status_code == 404


def test_moving_it_by_the_form_keeps_who_signed_up(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter)
    a_signup(session, 2)
    said = {"step": "move", "date": "2026-03-10", "starts": "09:30", "why": "讲师有事"}
    clerk.post(f"/desk/activities/{session.pk}/", said)
    session.refresh_from_db()
    assert session.starts_at == dt.datetime(2026, 3, 10, 1, 30, tzinfo=dt.UTC)
    assert "改过时间：讲师有事" in body(Client(), f"/activities/{session.pk}/")


def test_another_hand_in_between_is_told_and_nothing_is_lost(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter, state="announced")
    seen = session.version
    first = typed(quarter, version=seen, summary="先改的")
    assert clerk.post(f"/desk/activities/{session.pk}/edit/", first).status_code == 302
    second = clerk.post(
        f"/desk/activities/{session.pk}/edit/", typed(quarter, version=seen, summary="后改的")
    )
    assert second.status_code == 422
    assert "别人已经先改过了" in second.content.decode()
    assert "后改的" in second.content.decode()


def test_the_list_of_who_comes_masks_telephones(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter)
    a_signup(session, 2, minors=1, guardian=a_guardian(), called="示例大妈", phone="13712345678")
    for path in ("people/", "people/paper/"):
        page = body(clerk, f"/desk/activities/{session.pk}/{path}")
        assert "示例大妈" in page
        assert "137****5678" in page
        assert "13712345678" not in page
        assert "13600001111" not in page


def test_a_keeper_signs_somebody_up_and_hands_the_slip_over(quarter: Quarter, keeper: Client) -> None:
    session = a_session(quarter)
    said = {"called": "示例大爷", "people": 1, "by": "paper", "wishes": "坐轮椅", "key": "press-of-a-page"}
    page = keeper.post(f"/desk/activities/{session.pk}/people/new/", said).content.decode()
    claim = SignUp.objects.get().claim
    assert claim.number in page
    assert str(claim.code) in page
    assert (claim.wishes, claim.told_by) == ("坐轮椅", quarter.keeper)


def test_a_keeper_runs_what_is_at_the_station_and_plans_nothing(quarter: Quarter, keeper: Client) -> None:
    session = a_session(quarter)
    page = body(keeper, "/desk/activities/")
    assert session.title in page
    assert "排一场" not in page
    assert keeper.get("/desk/activities/new/").status_code == 403
    assert keeper.get(f"/desk/activities/{session.pk}/edit/").status_code == 403


def test_a_weeks_rule_shows_what_came_of_it(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter, state="planned")
    said = {
        "weekdays": ["0"],
        "since": "2026-03-30",
        "until": "2026-04-13",
        "skips_holidays": "on",
        "key": "rule-of-a-page",
    }
    answer = clerk.post(f"/desk/activities/{session.pk}/repeat/", said)
    series = Series.objects.get()
    assert answer["Location"] == f"/desk/activities/series/{series.pk}/"
    page = body(clerk, answer["Location"])
    assert "这一天放假" in page
    assert series.sessions.count() == 2


def test_this_and_the_following_change_with_one_press(quarter: Quarter, clerk: Client) -> None:
    session = a_session(quarter, state="planned")
    said = {"weekdays": ["3"], "since": "2026-03-12", "until": "2026-03-26", "key": "rule-of-a-page"}
    clerk.post(f"/desk/activities/{session.pk}/repeat/", said)
    second = Series.objects.get().sessions.order_by("series_date")[1]
    change = typed(quarter, date="2026-03-19", title="救护提高班", version=second.version, all="1")
    clerk.post(f"/desk/activities/{second.pk}/edit/", change)
    titles = Series.objects.get().sessions.order_by("series_date").values_list("title", flat=True)
    assert list(titles) == ["紧急救护培训", "救护提高班", "救护提高班"]


def test_festivals_ahead_are_suggested_and_begin_a_plan(quarter: Quarter, clerk: Client) -> None:
    page = body(clerk, "/desk/activities/")
    assert "学雷锋纪念日" in page
    assert "清明节" in page
    template = FestivalTemplate.objects.get(code="tomb_sweeping")
    answer = clerk.post(f"/desk/activities/festivals/{template.pk}/")
    session = Session.objects.get()
    assert answer["Location"] == f"/desk/activities/{session.pk}/edit/"
    assert session.station == quarter.station
    assert "已排：清明祭英烈" in body(clerk, "/desk/activities/")
    clerk.post(f"/desk/activities/festivals/{template.pk}/")
    assert Session.objects.count() == 1


def test_programmes_and_speakers_are_added_changed_and_taken_off(quarter: Quarter, clerk: Client) -> None:
    clerk.post("/desk/activities/programmes/", {"name": "暖新讲堂", "area": quarter.area.pk})
    programme = Programme.objects.get()
    change = {"name": "暖新讲堂二期", "area": quarter.area.pk, "version": programme.version}
    clerk.post(f"/desk/activities/programmes/{programme.pk}/", change)
    programme.refresh_from_db()
    assert programme.name == "暖新讲堂二期"
    clerk.post("/desk/activities/speakers/", {"called": "王警官", "area": quarter.area.pk})
    speaker = Speaker.objects.get()
    assert "不公开称呼" in body(clerk, "/desk/activities/speakers/")
    clerk.post(f"/desk/activities/speakers/{speaker.pk}/", {"do": "retire"})
    assert "王警官" not in body(clerk, "/desk/activities/speakers/")


def test_past_and_called_off_have_their_own_lists(quarter: Quarter, clerk: Client) -> None:
    over = a_session(quarter, title="昨天的课", state="announced")
    off = a_session(quarter, title="取消的课")
    clerk.post(f"/desk/activities/{off.pk}/", {"step": "cancel", "why": "下雪"})
    with time_machine.travel(over.ends_at + dt.timedelta(hours=1), tick=False):
        browser = cast.signed_in_client(quarter.clerk)
        assert "昨天的课" in body(browser, "/desk/activities/?tray=past")
        assert "取消的课" in body(browser, "/desk/activities/?tray=off")
        assert "昨天的课" not in body(browser, "/desk/activities/?tray=off")
