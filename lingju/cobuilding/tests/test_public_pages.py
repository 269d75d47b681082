"""The co-building day as everybody reads it: the next one, any of them, all past ones, a calendar."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from lingju.activities.services import attendance, planning, running
from lingju.activities.services.planning import Plan
from lingju.cobuilding.models import CommunityPlan, Cycle, DaySeries, Duty, NeedLine
from lingju.cobuilding.queries import public as queries
from lingju.cobuilding.services import cycles, plans, turns
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.tests.builders import Street, a_cycle, a_street, a_unit, cycles_until
from lingju.cobuilding.tests.listed import on_duty
from lingju.kernel import clock
from lingju.needs.tests import builders as needs
from lingju.places.models import Area
from lingju.places.tests import builders as places
from lingju.places.tests.builders import the_system

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-25T10:00:00+08:00", tick=False)]
DAY = dt.datetime(2026, 11, 6, 15, 0, tzinfo=clock.ZONE)


def read(path: str, browser: Client | None = None, status: int = 200, **said: Any) -> str:
    answer = (browser or Client()).get(path, said)
    assert answer.status_code == status, path
    return answer.content.decode()


def told(street: Street, theme: str = "用电安全", **when: int) -> Cycle:
    return cycles.announce_cycle(a_cycle(street, **when), theme, actor=street.leads)


def a_plan(street: Street, cycle: Cycle, area: Area, words: str, **where: Any) -> CommunityPlan:
    draft = PlanDraft(words, **(where or {"place_words": "小区门口"}))
    return plans.draft_plan(cycle, area, draft, actor=the_system(street.district))


def a_published_day(street: Street) -> Cycle:
    cycle = told(street)
    for area, words in ((street.community, "查线路、教灭火器"), (street.neighbour, "修家电、磨剪刀")):
        plan = a_plan(street, cycle, area, words)
        plans.submit_plan(plan, actor=the_system(street.district))
    for plan in cycle.plans.all():
        plans.confirm_plan(plan, actor=street.leads)
    cycle.refresh_from_db()
    cycles.publish_cycle(cycle, actor=street.leads)
    plans.tell_everybody(cycle, actor=street.leads)
    return cycle


def a_held_day(street: Street) -> Cycle:
    """Hold a published day; the clock stands at three on that day."""
    cycle = a_published_day(street)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.HELD)
    cycle.plans.update(state=CommunityPlan.State.HELD)
    cycle.refresh_from_db()
    return cycle


def some_lines(street: Street, cycle: Cycle, number: int, state: str) -> None:
    quarter = needs.a_quarter()
    for n in range(number):
        need = needs.a_need(quarter, f"{state} 第 {n} 件事，路灯不亮")
        NeedLine.objects.create(
            district=street.district,
            cycle=cycle,
            area=street.community,
            need=need,
            title=need.title,
            state=state,
        )


# --- the next day -----------------------------------------------------------------------------------------


def test_without_a_rule_the_page_says_so_and_offers_to_say_something() -> None:
    places.a_tree(places.a_district())
    page = read("/day/")
    assert "这里还没有共建日" in page
    assert 'href="/say/"' in page
    assert "这里还没有共建日" not in read("/day/past/")


def test_what_is_not_announced_yet_is_not_told() -> None:
    street = a_street()
    cycle = a_cycle(street)
    page = read("/day/")
    assert "下一期还没有公布" in page
    assert "一般提前 14 天公布" in page
    assert "11月6日" not in page
    read(f"/day/{cycle.number}/", status=404)
    assert "11月6日" not in read("/day/past/")
    assert "VEVENT" not in read("/day/calendar.ics")


@pytest.mark.time_machine("2026-12-10T10:00:00+08:00", tick=False)
def test_a_year_whose_holidays_are_not_known_is_said_to_be_unknown() -> None:
    street = a_street()
    cycles_until(street, 2027, 2)
    Cycle.objects.filter(month__lte=dt.date(2026, 12, 1)).update(state=Cycle.State.ARCHIVED)
    assert "2027 年的放假安排还没公布" in read("/day/")


def test_the_next_day_is_told_with_its_weekday_its_hours_and_its_theme() -> None:
    street = a_street()
    cycle = told(street)
    page = read("/day/")
    for words in ("11月6日", "星期五", "14:30–17:30", "主题：用电安全", "还有 12 天", "第 11 期", "韩店街道"):
        assert words in page
    assert "各社区办什么还在定" in page
    assert "每月第一个周五" in page
    assert page.count("按规则是") == 0
    assert '"@type":"Event"' in page
    assert '"eventStatus":"https://schema.org/EventScheduled"' in page
    assert "11月6日" in read(f"/day/{cycle.number}/")


@pytest.mark.time_machine("2026-09-20T10:00:00+08:00", tick=False)
def test_a_day_that_a_holiday_moves_says_from_where_and_why() -> None:
    told(a_street(), month=10)
    page = read("/day/")
    assert "10月9日" in page
    assert "按规则是 10月2日 星期五，改了：" in page
    assert "EventRescheduled" in page


def test_a_day_that_was_called_off_says_why_and_the_one_after_it_is_the_next() -> None:
    street = a_street()
    cycle = told(street)
    following = told(street, "冬季防火", month=12)
    cycles.cancel_cycle(cycle, "大风预警", actor=street.leads)
    page = read("/day/")
    assert "11月6日 星期五的第 11 期取消了：大风预警。" in page
    assert "12月4日" in page
    assert "冬季防火" in page
    own = read(f"/day/{cycle.number}/")
    assert "这一期取消了：大风预警。" in own
    assert "EventCancelled" in own
    assert following.number == 12


# --- what communities do ----------------------------------------------------------------------------------


def test_plans_are_told_once_the_day_is_published_and_not_before() -> None:
    street = a_street()
    cycle = told(street)
    plan = a_plan(street, cycle, street.community, "查线路、教灭火器")
    plans.submit_plan(plan, actor=street.carries)
    plans.confirm_plan(plan, actor=street.leads)
    assert "查线路" not in read("/day/")
    cycle.refresh_from_db()
    cycles.publish_cycle(cycle, actor=street.leads)
    a_plan(street, cycle, street.neighbour, "还没交上来的草稿")
    page = read("/day/")
    for words in ("查线路、教灭火器", "府后街社区", "小区门口", "14:30–17:30"):
        assert words in page
    assert "草稿" not in page
    assert "/activities/" not in page[page.index("places-h") : page.index("join-h")]
    plans.tell_everybody(cycle, actor=street.leads)
    assert "/activities/" in read("/day/").split("places-h")[-1]


def test_where_i_live_stands_first_and_then_what_is_near() -> None:
    street = a_street()
    a_published_day(street)
    stranger = read("/day/")
    assert stranger.index("修家电") < stranger.index("查线路")
    assert "您住这儿" not in stranger
    browser = Client()
    browser.post("/here/", {"compound": places.a_compound(street.community).pk})
    mine = read("/day/", browser)
    assert mine.index("查线路") < mine.index("修家电")
    assert mine.count("您住这儿") == 1


def test_a_plan_at_a_station_says_how_far_it_is_on_foot() -> None:
    street = a_street()
    station = places.a_station(street.community)
    plan = a_plan(street, told(street), street.community, "在驿站量血压", station=station)
    CommunityPlan.objects.filter(pk=plan.pk).update(state=CommunityPlan.State.CONFIRMED)
    Cycle.objects.update(state=Cycle.State.PUBLISHED)
    browser = Client()
    browser.post("/here/", {"compound": places.a_compound(street.community).pk})
    page = read("/day/", browser)
    assert re.search(r"走 \d+ 分钟", page)
    assert f"/s/{station.slug}/" in page


def test_what_else_is_on_that_day_in_the_street_is_told() -> None:
    street = a_street()
    a_published_day(street)
    for title, starts in (("文明集市", DAY), ("别的日子的课", DAY + dt.timedelta(days=1))):
        plan = Plan(title, street.community, starts, starts + dt.timedelta(hours=1), place_words="广场")
        session = planning.plan_session(plan, key=f"other-{title}", actor=street.carries)
        running.announce_session(session, actor=street.carries)
    page = read("/day/")
    assert "文明集市" in page.split("others-h")[-1]
    assert "别的日子的课" not in page


def test_needs_stand_there_as_on_the_public_list_and_no_other() -> None:
    street = a_street()
    quarter = needs.a_quarter()
    cycle = a_published_day(street)
    public, closed = (needs.a_need(quarter, text) for text in ("路灯不亮三天了", "王奶奶家的门锁坏了"))
    needs.listed(quarter, public, "三号楼门口的路灯")
    for need in (public, closed):
        NeedLine.objects.create(
            district=street.district, cycle=cycle, area=street.community, need=need, title=need.title
        )
    page = read("/day/")
    assert "三号楼门口的路灯" in page
    assert "王奶奶" not in page
    assert public.title not in page


def test_units_are_counted_and_never_named() -> None:
    street = a_street()
    cycle = a_held_day(street)
    duty = on_duty(street, cycle, a_unit(street, "示例供电所"))
    with time_machine.travel(DAY, tick=False):
        turns.finish(duty, actor=street.carries)
        page = read(f"/day/{cycle.number}/")
    assert "示例供电所" not in page
    assert '<b class="num">1</b><small>家单位来了</small>' in page


# --- how it went ------------------------------------------------------------------------------------------


def test_a_past_day_tells_how_it_went_from_the_rows_themselves() -> None:
    street = a_street()
    cycle = a_held_day(street)
    with time_machine.travel(DAY, tick=False):
        session = cycle.plans.filter(area=street.community).get().session
        assert session is not None
        attendance.count(session, "adult", 37, key="headcount-1", actor=street.carries)
        some_lines(street, cycle, 6, NeedLine.State.CONFIRMED)
        some_lines(street, cycle, 7, NeedLine.State.CARRIED)
        page = read(f"/day/{cycle.number}/")
    assert ">37</b><small>人次到场" in page
    assert ">2</b><small>个社区办了" in page
    assert "一共 13 件" in page
    assert re.search(r"居民说办成了</dt><dd>6 件", page)
    assert re.search(r"转到后面一期</dt><dd>7 件", page)


def test_numbers_so_small_that_people_could_be_told_apart_are_left_out() -> None:
    street = a_street()
    cycle = a_held_day(street)
    with time_machine.travel(DAY, tick=False):
        session = cycle.plans.filter(area=street.community).get().session
        assert session is not None
        attendance.count(session, "adult", 3, key="headcount-1", actor=street.carries)
        some_lines(street, cycle, 2, NeedLine.State.CONFIRMED)
        some_lines(street, cycle, 9, NeedLine.State.CARRIED)
        page = read(f"/day/{cycle.number}/")
    assert "人次到场" not in page
    assert "一共 11 件" in page
    assert "2 件" not in page
    assert "9 件" not in page  # with the total it would tell the two


def test_a_past_day_of_which_nothing_is_known_does_not_say_that_it_is_still_to_come() -> None:
    cycle = told(a_street())
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=False):
        page = read(f"/day/{cycle.number}/")
        assert "下一期还没有公布" in read("/day/")
    assert "还没有记下来" in page
    assert "还在定" not in page
    assert "还有" not in page


def test_every_past_day_is_listed_by_year_with_what_became_of_it() -> None:
    street = a_street(2024, 2025, 2026, since=dt.date(2024, 7, 1))
    cycles_until(street, 2026, 11)
    street.series.cycles.filter(date__lt=clock.today()).update(state=Cycle.State.ARCHIVED, theme="一起动手")
    street.series.cycles.filter(number=2).update(state=Cycle.State.CANCELLED, state_reason="暴雨")
    page = read("/day/past/")
    assert "从 2024 年 7 月办起" in page
    assert [int(year) for year in re.findall(r'id="y(\d+)"', page)] == [2026, 2025, 2024]
    assert page.count("第 1 期") == 1
    assert "暴雨" in page
    assert "改过日子" in page
    assert "11月6日" not in page
    assert "一起动手" in read("/day/1/")


# --- several streets --------------------------------------------------------------------------------------


def another_street(street: Street) -> DaySeries:
    area = places.an_area(street.district, f"{street.district.code}777000", "站前街道")
    draft = SeriesDraft("站前共建日", since=dt.date(2026, 1, 1), nth=2, weekday=2)
    return cycles.set_series(area, draft, actor=the_system(street.district))


def test_of_several_streets_one_chooses_or_where_i_live_does() -> None:
    street = a_street()
    told(street)
    other = another_street(street)
    assert "哪个街道的共建日" in read("/day/")
    assert "站前共建日" in read("/day/", of=other.pk)
    assert "11月6日" in read("/day/", of=street.series.pk)
    for nonsense in ("x", "-1", "9" * 40, "٣"):
        assert "韩店街道" in read("/day/", of=nonsense)
    browser = Client()
    browser.post("/here/", {"compound": places.a_compound(other.area).pk})
    assert "站前共建日" in read("/day/", browser)
    assert Client().get("/day/").cookies.get("of") is None


def test_a_number_that_no_day_has_is_not_there() -> None:
    told(a_street())
    for number in (0, 9999, 2**62):
        read(f"/day/{number}/", status=404)


def test_a_day_of_many_communities_asks_as_many_questions_as_of_few(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    street = a_street()
    cycle = told(street)
    for n in range(12):
        area = places.an_area(street.district, f"{street.area.code[:9]}{700 + n}", f"第{n}社区居委会")
        plan = a_plan(street, cycle, area, "查线路、教灭火器")
        CommunityPlan.objects.filter(pk=plan.pk).update(state=CommunityPlan.State.CONFIRMED)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.PUBLISHED)
    cycle = Cycle.objects.select_related("area", "series", "district").get(pk=cycle.pk)
    with django_assert_max_num_queries(5):
        shown = queries.places(cycle, None, "")
        assert len(shown) == 12
        queries.others(cycle)
        queries.needs(cycle)


def test_a_duty_that_nobody_fulfilled_counts_for_nobody() -> None:
    street = a_street()
    cycle = a_held_day(street)
    Duty.objects.filter(pk=on_duty(street, cycle, a_unit(street)).pk).update(state=Duty.State.NOT_DONE)
    figures = queries.figures(Cycle.objects.get(pk=cycle.pk))
    assert figures is not None
    assert (figures.units, figures.needs) == (0, None)
