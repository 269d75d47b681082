"""Plans of communities at the desk: who has not handed in, written, sent back, confirmed, recorded."""

from typing import Any

import pytest
from django.test import Client

from lingju.activities.models import Session
from lingju.cobuilding.models import CommunityPlan, Cycle
from lingju.cobuilding.services import cycles
from lingju.cobuilding.tests.browsing import body, pressed
from lingju.cobuilding.tests.builders import Street, a_cycle, a_street
from lingju.people.tests import cast
from lingju.places.tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-20T10:00:00+08:00", tick=False)]
SAID: dict[str, Any] = {
    "summary": "下午在小区里查线路、教灭火器",
    "place_words": "幸福小区门口",
    "station": "",
    "version": "",
}
P = CommunityPlan.State


@pytest.fixture
def street() -> Street:
    return a_street()


@pytest.fixture
def cycle(street: Street) -> Cycle:
    return cycles.announce_cycle(a_cycle(street), "用电安全", actor=street.leads)


@pytest.fixture
def clerk(street: Street) -> Client:
    return cast.signed_in_client(street.clerk)


@pytest.fixture
def officer(street: Street) -> Client:
    return cast.signed_in_client(street.officer)


def of_all(cycle: Cycle) -> str:
    return f"/desk/days/{cycle.number}/plans/"


def of_one(cycle: Cycle, street: Street) -> str:
    return f"{of_all(cycle)}{street.community.pk}/"


def test_a_plan_is_handed_in_sent_back_handed_in_again_and_confirmed(
    street: Street, cycle: Cycle, clerk: Client, officer: Client
) -> None:
    page = of_one(cycle, street)
    pressed(clerk, page, do="submit", **SAID)
    plan = CommunityPlan.objects.get()
    assert plan.state == P.SUBMITTED
    assert "请写一句要改什么" in pressed(officer, page, 422, do="send_back", reason="")
    pressed(officer, page, do="send_back", reason="写上下雨怎么办")
    assert "街道退回：写上下雨怎么办" in body(clerk, page)
    plan.refresh_from_db()
    said = SAID | {"summary": "查线路、教灭火器；下雨就进驿站", "version": plan.version}
    pressed(clerk, page, do="draft", **said)
    pressed(clerk, page, do="hand_in")
    pressed(officer, page, do="confirm")
    plan.refresh_from_db()
    cycle.refresh_from_db()
    assert (plan.state, plan.summary, cycle.state) == (
        P.CONFIRMED,
        "查线路、教灭火器；下雨就进驿站",
        Cycle.State.CONFIRMED,
    )
    assert f"/desk/activities/{Session.objects.get().pk}/" in body(clerk, page)
    assert "已确认" in body(officer, of_all(cycle))
    pressed(officer, page, 422, do="confirm")


def test_the_street_sees_who_has_not_handed_in_and_a_clerk_sees_her_own(
    street: Street, cycle: Cycle, clerk: Client, officer: Client
) -> None:
    pressed(clerk, of_one(cycle, street), do="submit", **SAID)
    page = body(officer, of_all(cycle))
    assert "2 个社区：等街道看的 1 个，定了的 0 个，还没交的 1 个" in page
    assert page.index(street.neighbour.short_name) < page.index(street.community.short_name)
    own = body(clerk, of_all(cycle))
    assert street.community.short_name in own
    assert f"{of_all(cycle)}{street.neighbour.pk}/" not in own
    neighbours = cast.signed_in_client(cast.a_clerk(at=street.neighbour))
    assert neighbours.get(of_one(cycle, street)).status_code == 404
    assert neighbours.post(of_one(cycle, street), {"do": "confirm"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"summary": "活动"}, "请写一两句"),
        ({"place_words": ""}, "请选一个驿站"),
        ({"station": "99999"}, "请选一个"),
        ({"summary": "长" * 501}, "500"),
    ],
)
def test_a_plan_that_lacks_something_comes_back_with_what_was_typed(
    street: Street, cycle: Cycle, clerk: Client, changes: dict[str, str], sentence: str
) -> None:
    page = pressed(clerk, of_one(cycle, street), 422, do="submit", **SAID | {"place_words": "门口"} | changes)
    assert sentence in page
    assert changes.get("summary", SAID["summary"])[:500] in page
    assert not CommunityPlan.objects.exists()


def test_the_same_press_twice_is_one_plan_and_two_hands_see_both_sides(
    street: Street, cycle: Cycle, clerk: Client, officer: Client
) -> None:
    page = of_one(cycle, street)
    pressed(clerk, page, do="draft", **SAID)
    pressed(clerk, page, do="draft", **SAID)
    assert CommunityPlan.objects.count() == 1
    other = pressed(officer, page, 422, do="draft", **SAID | {"summary": "改成上午去学校讲用电"})
    assert "别人刚刚改过" in other
    assert SAID["summary"] in other
    assert "改成上午去学校讲用电" in other
    plan = CommunityPlan.objects.get()
    assert plan.summary == SAID["summary"]
    again = SAID | {"summary": "改成上午去学校讲用电", "version": plan.version}
    pressed(officer, page, do="draft", **again)
    plan.refresh_from_db()
    assert plan.summary == "改成上午去学校讲用电"


def test_a_plan_may_be_at_a_station(street: Street, cycle: Cycle, clerk: Client) -> None:
    builders.a_catalogue(street.district)
    station = builders.a_station(street.community)
    pressed(clerk, of_one(cycle, street), do="submit", **SAID | {"station": station.pk, "place_words": ""})
    assert CommunityPlan.objects.get().station_id == station.pk
    assert station.name in body(clerk, of_all(cycle))


def test_a_record_is_not_written_before_the_day(
    street: Street, cycle: Cycle, clerk: Client, officer: Client
) -> None:
    page = of_one(cycle, street)
    pressed(clerk, page, do="submit", **SAID)
    pressed(officer, page, do="confirm")
    early = pressed(clerk, page, 422, do="record", record="办了查线路的活动，来了不少人")
    assert "还没到日子" in early
    assert "办了查线路的活动，来了不少人" in early


@pytest.mark.time_machine("2026-11-07T10:00:00+08:00", tick=False)
def test_after_the_day_it_is_recorded_once_or_said_why_not(
    street: Street, cycle: Cycle, clerk: Client, officer: Client
) -> None:
    page = of_one(cycle, street)
    pressed(clerk, page, do="submit", **SAID)
    pressed(officer, page, do="confirm")
    assert "请写一两句这一天办了什么" in pressed(clerk, page, 422, do="record", record="好")
    pressed(clerk, page, do="record", record="查了三个小区的线路，换了九个插座")
    plan = CommunityPlan.objects.get()
    assert (plan.state, plan.record) == (P.RECORDED, "查了三个小区的线路，换了九个插座")
    assert "换了九个插座" in body(clerk, page)
    pressed(clerk, page, 422, do="record", record="再写一次活动记录")
    pressed(clerk, page, 422, do="miss", reason="没有办成")


def test_not_held_says_why_and_nonsense_is_not_there(street: Street, cycle: Cycle, clerk: Client) -> None:
    page = of_one(cycle, street)
    for nonsense in ({"do": "fly"}, {"do": "confirm"}, {"do": "record", "record": "还没有方案就写记录"}):
        assert clerk.post(page, nonsense).status_code == 404
    assert clerk.post(page, {}).status_code == 422
    pressed(clerk, page, do="draft", **SAID)
    assert "请写一句为什么没有办" in pressed(clerk, page, 422, do="miss", reason=" ")
    pressed(clerk, page, do="miss", reason="暴雪，改到下个月")
    assert "暴雪，改到下个月" in body(clerk, page)
    assert "不办的 1 个" in body(clerk, of_all(cycle))


def test_a_cycle_without_a_day_takes_no_plan(street: Street, clerk: Client) -> None:
    cycle = a_cycle(street)
    Cycle.objects.filter(pk=cycle.pk).update(date=None, opens_on=None, closes_on=None, unknown_year=2027)
    assert "2027 年的放假安排还没公布" in body(clerk, of_all(cycle))
    assert "写不了方案" in body(clerk, of_one(cycle, street))
    assert "写不了方案" in pressed(clerk, of_one(cycle, street), 422, do="draft", **SAID)
