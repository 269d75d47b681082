"""The rule and the cycles at the desk: looked at before it is set, moved with a reason, pressed in order."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from lingju.activities.models import Session
from lingju.cobuilding.models import Capability, Cycle, DaySeries, Role
from lingju.cobuilding.services import cycles, plans, roles, steps
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.services.roles import RoleDraft
from lingju.cobuilding.tests.browsing import body, pressed
from lingju.cobuilding.tests.builders import Street, a_capability, a_cycle, a_role, a_street, cycles_until
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-20T10:00:00+08:00", tick=False)]
RULE = "/desk/days/rule/"
ROLES = f"{RULE}roles/"
CYCLES = "/desk/days/cycles/"
FIRST: dict[str, Any] = {
    "name": "城市共建日",
    "rule": "nth_weekday",
    "nth": "1",
    "weekday": "4",
    "day_of_month": "",
    "moves": "next_working_same_weekday",
    "starts": "14:30",
    "ends": "17:30",
    "days_before": "2",
    "days_after": "6",
    "notice_days": "14",
    "since": "2026-11-01",
    "version": "",
}


def typed(street: Street, **changes: Any) -> dict[str, Any]:
    street.series.refresh_from_db()
    return FIRST | {"since": "2026-01-01", "version": str(street.series.version)} | changes


def a_sure_cycle(street: Street) -> Cycle:
    cycle = cycles.announce_cycle(a_cycle(street), "用电安全", actor=street.leads)
    draft = PlanDraft("下午在小区里查线路、教灭火器", place_words="幸福小区门口")
    plan = plans.draft_plan(cycle, street.community, draft, actor=street.carries)
    plans.submit_plan(plan, actor=street.carries)
    plans.confirm_plan(plan, actor=street.leads)
    cycle.refresh_from_db()
    return cycle


# --- the rule ---------------------------------------------------------------------------------------------


def test_a_fresh_district_is_led_from_the_empty_board_to_its_first_cycles() -> None:
    district = builders.a_district()
    root, area, _community, _neighbour = builders.a_tree(district)
    builders.a_calendar(district, 2026)
    officer = cast.signed_in_client(cast.a_district_officer(at=root))
    clerk = cast.signed_in_client(cast.a_street_officer(at=area))
    assert f'href="{RULE}"' in body(officer, "/desk/days/")
    assert f'href="{RULE}"' not in body(clerk, "/desk/days/")
    page = body(officer, RULE, at=area.pk)
    assert "先看看是哪些天" in page
    assert "2026年11月6日 星期五" in page
    looked = pressed(officer, f"{RULE}?at={area.pk}", 200, do="look", **FIRST)
    assert "还没保存，看好了再定" in looked
    assert "2027 年的放假安排还没公布" in looked
    assert DaySeries.objects.count() == 0
    pressed(officer, f"{RULE}?at={area.pk}", do="save", **FIRST)
    series = DaySeries.objects.get()
    assert (series.area_id, series.cycles.earliest("month").date) == (area.pk, dt.date(2026, 11, 6))
    assert series.cycles.count() == 12
    assert series.roles.filter(is_lead=True).count() == 1
    pressed(officer, f"{RULE}?at={area.pk}", 422, do="save", **FIRST | {"name": "另一只手"})
    series.refresh_from_db()
    assert series.name == "城市共建日"
    assert "第 1 期" in body(officer, "/desk/days/")


def test_a_look_says_which_days_move_and_which_stay_and_writes_nothing() -> None:
    street = a_street()
    cycles_until(street, 2026, 12)
    cycles.move_cycle(a_cycle(street), dt.date(2026, 11, 13), "区里有招聘会", actor=street.leads)
    officer = cast.signed_in_client(street.district_officer)
    said = typed(street, rule="fixed_day", day_of_month="22", moves="next_workday")
    page = pressed(officer, f"{RULE}?at={street.area.pk}", 200, do="look", **said)
    assert "2026年11月23日" in page
    assert "顺延到11月23日" in page
    assert "人工定的，不跟着改" in page
    assert "现在定的是12月4日" in page
    street.series.refresh_from_db()
    assert street.series.rule == "nth_weekday"
    pressed(officer, f"{RULE}?at={street.area.pk}", do="save", **said)
    dates = [cycle.date for cycle in street.series.cycles.filter(month__gte="2026-11-01")[:2]]
    assert dates == [dt.date(2026, 11, 13), dt.date(2026, 12, 22)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "请填写"),
        ({"rule": "fixed_day", "moves": "next_workday"}, "1 到 28 号"),
        ({"rule": "fixed_day", "day_of_month": "31"}, "这个数太大了"),
        ({"weekday": "6"}, "请选顺延或提前到工作日"),
        ({"starts": "18:00"}, "结束时间要晚于开始时间"),
        ({"since": "2025-01-01"}, "起始月份不能再改"),
        ({"since": "去年"}, "2026-03-31"),
        ({"since": "0001-01-01"}, "2015 年以后"),
        ({"since": "9999-12-31"}, "2015 年以后"),
        ({"nth": "9"}, "请选一个"),
        ({"days_before": "20", "days_after": "20"}, "不能超过一个月"),
    ],
)
def test_a_wrong_rule_comes_back_with_a_sentence_and_what_was_typed(
    changes: dict[str, str], sentence: str
) -> None:
    street = a_street()
    a_cycle(street)
    officer = cast.signed_in_client(street.district_officer)
    said = typed(street, theme="x", **changes)
    page = pressed(officer, f"{RULE}?at={street.area.pk}", 422, do="save", **said)
    assert sentence in page
    assert 'value="14:30"' in page or changes.get("starts")
    street.series.refresh_from_db()
    assert (street.series.weekday, street.series.since) == (4, dt.date(2026, 1, 1))


def test_of_two_hands_at_the_rule_the_second_sees_both_sides_and_may_save_again() -> None:
    street = a_street()
    officer = cast.signed_in_client(street.district_officer)
    said = typed(street)
    pressed(officer, f"{RULE}?at={street.area.pk}", do="save", **said | {"notice_days": "21"})
    page = pressed(officer, f"{RULE}?at={street.area.pk}", 422, do="save", **said | {"name": "邻里日"})
    assert "别人刚刚改过" in page
    assert "21" in page
    again = said | {"name": "邻里日", "version": str(DaySeries.objects.get().version)}
    assert f'value="{again["version"]}"' in page
    pressed(officer, f"{RULE}?at={street.area.pk}", do="save", **again)
    assert DaySeries.objects.get().name == "邻里日"


def test_the_street_reads_the_rule_and_does_not_set_it() -> None:
    street = a_street()
    for account in (street.officer, street.clerk):
        browser = cast.signed_in_client(account)
        page = body(browser, RULE)
        assert "区里定规则" in page
        assert "每月第一个星期五" in page
        assert browser.post(RULE, typed(street) | {"do": "save", "name": "自己定"}).status_code == 403
    assert cast.signed_in_client(street.officer).get(RULE, {"at": "99999"}).status_code == 404
    with pytest.raises(NotAllowed):
        steps.set_rule(street.area, SeriesDraft("自己定", dt.date(2026, 1, 1)), actor=street.leads)


# --- roles and what units can do ---------------------------------------------------------------------------


def test_roles_are_added_once_worded_weighed_retired_and_taken_up() -> None:
    street = a_street()
    a_role(street)
    law = a_capability(street.district)
    officer = cast.signed_in_client(street.officer)
    said = {"code": "law", "name": "法律咨询", "capability": law.pk, "weight": 2, "order": 5}
    pressed(officer, ROLES, do="add", **said)
    pressed(officer, ROLES, do="add", **said)
    role = Role.objects.get(code="law")
    assert (role.capability_id, role.weight, role.order) == (law.pk, 2, 5)
    pressed(officer, ROLES, do="edit", row=role.pk, **said | {"name": "法律服务", "weight": 4})
    page = pressed(
        officer, ROLES, 422, do="edit", row=role.pk, **said | {"weight": 99, "name": "没存上的名字"}
    )
    assert "这个数太大了" in page
    assert "没存上的名字" in page
    pressed(officer, ROLES, do="retire", row=role.pk)
    pressed(officer, ROLES, do="retire", row=role.pk)
    role.refresh_from_db()
    assert (role.name, role.weight, role.is_retired) == ("法律服务", 4, True)
    assert Footprint.objects.filter(action="retire", subject_id=role.pk).count() == 1
    pressed(officer, ROLES, do="take_up", row=role.pk)
    role.refresh_from_db()
    assert not role.is_retired


def test_the_last_role_stays_and_two_of_one_name_are_refused() -> None:
    street = a_street()
    role = a_role(street)
    with pytest.raises(NotNow):
        roles.retire(role, actor=street.leads)
    with pytest.raises(BadInput) as refused:
        roles.add(street.series, "again", RoleDraft("牵头"), actor=street.leads)
    assert set(refused.value.fields) == {"name"}
    with pytest.raises(BadInput) as refused:
        roles.add(street.series, "中文", RoleDraft("协同"), actor=street.leads)
    assert set(refused.value.fields) == {"code"}
    with pytest.raises(NotAllowed):
        roles.add(street.series, "assist", RoleDraft("协同"), actor=street.carries)
    page = pressed(cast.signed_in_client(street.officer), ROLES, 422, do="retire", row=role.pk)
    assert "至少要留一个角色" in page


def test_what_units_can_do_is_the_districts_to_add_and_retire() -> None:
    street = a_street()
    district, officer = cast.signed_in_client(street.district_officer), cast.signed_in_client(street.officer)
    pressed(district, ROLES, do="can_add", code="haircut", name="理发")
    can = Capability.objects.get(code="haircut")
    pressed(district, ROLES, do="can_retire", row=can.pk)
    can.refresh_from_db()
    assert can.is_retired
    assert officer.post(ROLES, {"do": "can_add", "code": "sewing", "name": "缝补"}).status_code == 403
    assert "小写英文字母" in pressed(district, ROLES, 422, do="can_add", code="理发", name="理发")
    for nonsense in ({"do": "fly"}, {"do": "edit", "row": "x"}, {}, {"do": "can_retire", "row": "9" * 40}):
        assert district.post(ROLES, nonsense).status_code == 404
    pressed(officer, ROLES, do="fill")
    assert street.series.roles.count() == 3


# --- cycles ---------------------------------------------------------------------------------------------


def test_the_year_is_listed_with_what_moved_and_years_without_a_notice_are_named() -> None:
    street = a_street(2026)
    cycles_until(street, 2027, 2)
    clerk = cast.signed_in_client(street.clerk)
    page = body(clerk, CYCLES, year="2026")
    assert "10月9日 星期五" in page
    assert "顺延到10月9日" in page
    unknown = body(clerk, CYCLES, year="2027")
    assert "2027 年的放假安排还没公布" in unknown
    assert "2 月，日子没定" in unknown
    for year in ("x", "9" * 30, "٢٠٢٦", "1066"):
        assert "第 1 期" in body(clerk, CYCLES, year=year)
    Cycle.objects.all().delete()
    assert "还没有期次" in body(clerk, CYCLES)


def test_a_cycle_goes_through_its_presses_and_each_says_what_it_does() -> None:
    street = a_street()
    cycle = a_cycle(street)
    page = f"{CYCLES}{cycle.number}/"
    officer = cast.signed_in_client(street.officer)
    assert "社区从现在起写方案" in body(officer, page)
    pressed(officer, page, do="announce", theme="冬日送暖", version=cycle.version)
    cycle.refresh_from_db()
    assert (cycle.state, cycle.theme) == (Cycle.State.ANNOUNCED, "冬日送暖")
    assert "还没有一个社区提交方案" in pressed(officer, page, 422, do="plan")
    draft = PlanDraft("下午在小区里查线路、教灭火器", place_words="幸福小区门口")
    for area, actor in ((street.community, street.carries), (street.neighbour, street.leads)):
        plan = plans.draft_plan(cycle, area, draft, actor=actor)
    plans.submit_plan(cycle.plans.get(area=street.community), actor=street.carries)
    pressed(officer, page, do="plan")
    assert "还没有一个社区的方案确认好" in pressed(officer, page, 422, do="confirm")
    plans.confirm_plan(cycle.plans.get(area=street.community), actor=street.leads)
    plans.miss_plan(plan, "装修停办", actor=street.leads)
    pressed(officer, page, do="confirm")
    pressed(officer, page, do="publish")
    assert Session.objects.get().state == Session.State.ANNOUNCED
    assert "还没到这一期的日子" in pressed(officer, page, 422, do="hold")
    pressed(officer, page, do="close_lists")
    pressed(officer, page, do="close_lists")
    cycle.refresh_from_db()
    assert (cycle.state, cycle.lists_closed_at is not None) == (Cycle.State.PUBLISHED, True)
    assert officer.post(page, {"do": "fly"}).status_code == 404
    assert "公告" in body(officer, page)


@pytest.mark.time_machine("2026-11-06T14:00:00+08:00", tick=False)
def test_on_its_day_a_cycle_begins_and_a_community_may_not_say_so() -> None:
    street = a_street()
    cycle = a_sure_cycle(street)
    page = f"{CYCLES}{cycle.number}/"
    clerk = cast.signed_in_client(street.clerk)
    assert "下一步" not in body(clerk, page)
    assert clerk.post(page, {"do": "hold"}).status_code == 403
    pressed(cast.signed_in_client(street.officer), page, do="hold")
    with pytest.raises(NotNow):
        steps.archive(Cycle.objects.get(pk=cycle.pk), actor=street.leads)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.REVIEWED)
    pressed(cast.signed_in_client(street.officer), page, do="archive")
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.ARCHIVED


def test_a_day_moved_by_hand_takes_its_sessions_along_and_goes_back_to_the_rule() -> None:
    street = a_street()
    cycle = a_sure_cycle(street)
    page = f"{CYCLES}{cycle.number}/"
    officer = cast.signed_in_client(street.officer)
    assert "按规则的日子办" not in body(officer, page)
    assert "请写一句为什么改" in pressed(officer, page, 422, do="move", date="2026-11-13", reason="")
    assert "请选改到哪一天" in pressed(officer, page, 422, do="move", date="", reason="招聘会")
    kept = pressed(officer, page, 422, do="move", date="2027-06-01", reason="留着的字")
    assert "不超过 45 天" in kept
    assert "留着的字" in kept
    stale = cycle.version
    pressed(officer, page, do="move", date="2026-11-13", reason="区里有招聘会", version=stale)
    told = pressed(officer, page, 422, do="move", date="2026-11-20", reason="另有安排", version=stale)
    assert "别人已经先改过了" in told
    session = Session.objects.get()
    assert session.starts_at.isoformat().startswith("2026-11-13")
    shown = body(officer, page)
    assert "11月6日 星期五 → 11月13日 星期五" in shown
    assert "人工定的" in shown
    pressed(officer, page, do="rule")
    pressed(officer, page, do="rule")
    cycle.refresh_from_db()
    assert (cycle.date, cycle.is_by_hand, cycle.moved_for) == (dt.date(2026, 11, 6), False, "")
    assert cycle.day_moves.count() == 2
    session.refresh_from_db()
    assert session.starts_at.isoformat().startswith("2026-11-06")


def test_the_rules_day_is_not_taken_back_once_it_is_past_or_another_cycles() -> None:
    street = a_street()
    october, november = a_cycle(street, month=10), a_cycle(street)
    Cycle.objects.filter(pk=october.pk).update(is_by_hand=True, date="2026-10-30", closes_on="2026-11-02")
    october.refresh_from_db()
    with pytest.raises(NotNow, match="已经过去"):
        steps.back_to_rule(october, actor=street.leads)
    cycles.move_cycle(november, dt.date(2026, 11, 13), "招聘会", actor=street.leads)
    Cycle.objects.filter(pk=october.pk).update(date="2026-11-06", closes_on="2026-11-12")
    with pytest.raises(NotNow, match="另一期"):
        steps.back_to_rule(november, actor=street.leads)
    with pytest.raises(NotAllowed):
        steps.back_to_rule(november, actor=street.carries)
    Cycle.objects.filter(pk=october.pk).update(date="2026-10-30", closes_on="2026-11-02")
    with pytest.raises(SomeoneWasFaster):
        steps.back_to_rule(november, actor=street.leads, version=november.version + 3)


def test_a_cancelled_cycle_says_why_and_calls_its_sessions_off() -> None:
    street = a_street()
    cycle = a_sure_cycle(street)
    page = f"{CYCLES}{cycle.number}/"
    officer = cast.signed_in_client(street.officer)
    assert "请写一句为什么取消" in pressed(officer, page, 422, do="cancel", reason="")
    pressed(officer, page, do="cancel", reason="暴雪红色预警")
    assert Session.objects.get().state == Session.State.CANCELLED
    assert "取消：暴雪红色预警" in body(officer, page)
    assert "改到另一天" not in body(officer, page)
    pressed(officer, page, 422, do="cancel", reason="再取消一次")
    assert body(officer, f"{CYCLES}9999/", 404)


def test_nobody_but_the_desk_comes_to_the_cycles() -> None:
    street = a_street()
    cycle = a_cycle(street)
    resident = cast.signed_in_client(cast.a_resident(street.district))
    for path in (RULE, ROLES, CYCLES, f"{CYCLES}{cycle.number}/"):
        assert resident.get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_of_two_streets_with_a_cycle_of_the_same_number_the_address_says_which() -> None:
    street = a_street()
    a_cycle(street)
    system = the_system(street.district)
    other = builders.an_area(street.district, "140404002000", "另一街道")
    draft = SeriesDraft("邻里日", dt.date(2026, 1, 1), weekday=1)
    series = cycles.set_series(other, draft, actor=system)
    cycles.open_cycles(series, dt.date(2026, 11, 1), actor=system)
    officer = cast.signed_in_client(street.district_officer)
    for path in (f"{CYCLES}11/", "/desk/days/11/", "/desk/days/11/plans/"):
        for of, day, no_day in ((street.series, "11月6日", "11月3日"), (series, "11月3日", "11月6日")):
            page = body(officer, path, of=of.pk)
            assert (f"，{day} 星期" in page, f"，{no_day} 星期" in page) == (True, False), path
    both = body(officer, CYCLES, year="2026")
    assert both.count("第 11 期") == 2
