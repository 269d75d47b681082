"""The rota at the desk: its calendar for every reader, and one duty by hand with the cost said first."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lingju.cobuilding.models import Cycle, Duty
from lingju.cobuilding.queries import turns as queries
from lingju.cobuilding.queries import turns_cell
from lingju.cobuilding.services import cycles, drawing_up
from lingju.cobuilding.tests.builders import a_unit, cycles_until
from lingju.cobuilding.tests.organised import a_key
from lingju.cobuilding.tests.test_drawing_up import APRIL, MAY, a_ready_street, drawn
from lingju.cobuilding.tests.test_turns import a_duty, a_free_unit, a_published_street
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]

ROTA = "/desk/days/rota/"


def words(answer: Any, status: int = 200) -> str:
    text: str = answer.content.decode()
    assert answer.status_code == status, text[-900:]
    return text


def body(browser: Client, path: str = ROTA, status: int = 200, **said: Any) -> str:
    return words(browser.get(path, said), status)


def the_duty(duty: Duty) -> str:
    return f"{ROTA}{duty.pk}/"


# --- the calendar ----------------------------------------------------------------------------------------


def test_the_calendar_shows_who_comes_where_when_and_why_a_day_moved() -> None:
    street = a_published_street()
    Duty.objects.filter(pk=a_duty(MAY).pk).update(enrolment=None, state=Duty.State.OPEN)
    moved = Cycle.objects.get(month=MAY)
    page = body(cast.signed_in_client(street.officer))
    # The first Friday of May 2026 is Labour Day.
    assert moved.is_moved
    for said in ("轮值表", "府后街社区", "长安社区", "4月3日", moved.moved_for, "还没定", "还有 1 格没定"):
        assert said in page
    assert page.count(f'href="{the_duty(a_duty())}"') == 2  # in the table, and day by day for a phone
    assert "法律服务" in page
    only = body(cast.signed_in_client(street.officer), role="lead")
    assert f'href="{the_duty(a_duty())}"' in only
    assert f'href="{the_duty(a_duty(role="law"))}"' not in only


def test_a_clerk_sees_the_whole_rota_and_opens_only_what_is_hers() -> None:
    street = a_published_street()
    mine = Duty.objects.filter(area=street.community).earliest("pk")
    theirs = Duty.objects.filter(area=street.neighbour).earliest("pk")
    clerk = cast.signed_in_client(street.clerk)
    page = body(clerk)
    assert the_duty(mine) in page
    assert the_duty(theirs) not in page
    assert str(theirs.enrolment) in page
    assert "排一排" not in page
    body(clerk, the_duty(mine))
    body(clerk, the_duty(theirs), 404)
    assert clerk.post(the_duty(mine), {"do": "set", "unit": 0, "reason": "想空着"}).status_code == 403
    said = {"from_month": "2026-04-01", "to_month": "2026-04-01", "key": a_key()}
    assert clerk.post(ROTA, said).status_code == 403


def test_odd_addresses_show_this_year_and_another_streets_rota_is_not_there() -> None:
    street = a_published_street()
    officer = cast.signed_in_client(street.officer)
    for said in ({"year": "x"}, {"year": "99999"}, {"of": "٣"}, {"role": "nothing"}, {"year": "2024"}):
        assert "2026年" in words(officer.get(ROTA, said))
    body(officer, status=404, of=str(street.series.pk + 99))
    assert Client().get(ROTA).status_code == 302
    resident = cast.signed_in_client(cast.a_resident(street.district))
    assert resident.get(ROTA).status_code == 403


def test_the_calendar_asks_as_many_questions_for_a_year_as_for_a_month(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    street = a_published_street()
    april = list(Cycle.objects.filter(month=APRIL))
    year = list(Cycle.objects.filter(month__year=2026))
    leads = street.leads
    for some in (april, year):
        with django_assert_num_queries(2):
            shown = queries.calendar(street.series, some, leads)
    assert sum(len(cell.duties) for line in shown.lines for cell in line.cells) == 8


@pytest.mark.time_machine("2026-12-20T10:00:00+08:00", tick=False)
def test_late_in_december_the_coming_year_is_shown() -> None:
    street = a_ready_street()
    cycles_until(street, 2027, 2)
    january = Cycle.objects.get(month=dt.date(2027, 1, 1))
    assert january.date is None  # its holidays are not announced
    officer = cast.signed_in_client(street.officer)
    assert "12月4日" in body(officer)
    assert "2027 年放假安排还没公布" in body(officer, year="2027")
    cycles.move_cycle(january, dt.date(2027, 1, 8), "先定这一天", actor=street.leads)
    assert "1月8日" in body(officer)


def test_a_street_without_a_day_says_what_to_do() -> None:
    street = a_ready_street()
    Duty.objects.all().delete()
    Cycle.objects.all().delete()
    assert "还没有共建日" in body(cast.signed_in_client(street.officer))


def test_the_board_carries_the_rota_of_its_cycle_and_the_next() -> None:
    street = a_published_street()
    cycle = Cycle.objects.get(month=APRIL)
    page = body(cast.signed_in_client(street.officer), f"/desk/days/{cycle.number}/")
    assert the_duty(a_duty()) in page
    assert the_duty(a_duty(MAY)) in page
    assert f'href="{ROTA}"' in page


# --- one duty --------------------------------------------------------------------------------------------


def test_the_cost_of_a_decision_is_said_before_it_is_saved() -> None:
    street = a_published_street()
    duty = a_duty()
    unit = a_free_unit(duty)
    officer = cast.signed_in_client(street.officer)
    page = body(officer, the_duty(duty), unit=unit.pk)
    assert f"换成：{unit}" in page
    assert re.search(r"和自动排的最好的表比|没有代价", page)
    duty.refresh_from_db()
    assert not duty.is_locked
    said = {"do": "set", "unit": unit.pk, "version": duty.version, "reason": ""}
    refused = words(officer.post(the_duty(duty), said), 422)
    assert "人工定要写一句原因" in refused
    assert f"换成：{unit}" in refused
    assert officer.post(the_duty(duty), said | {"reason": "就在门口"}).status_code == 302
    assert officer.post(the_duty(duty), said | {"reason": "就在门口"}).status_code == 302
    duty.refresh_from_db()
    assert (duty.enrolment_id, duty.is_locked) == (unit.pk, True)
    assert "就在门口" in body(officer, the_duty(duty))
    officer.post(the_duty(duty), {"do": "unlock"})
    duty.refresh_from_db()
    assert (duty.is_locked, duty.enrolment_id) == (False, unit.pk)


def test_a_unit_that_is_elsewhere_that_day_is_named_and_not_offered_to_save() -> None:
    street = a_published_street()
    duty = a_duty()
    other = Duty.objects.filter(cycle=duty.cycle, enrolment__isnull=False).exclude(pk=duty.pk).earliest("pk")
    page = body(cast.signed_in_client(street.officer), the_duty(duty), unit=other.enrolment_id)
    assert "一天只能去一处" in page
    assert "就这样定" not in page


def test_a_unit_that_did_not_say_it_can_is_doubted_and_may_be_set_nevertheless() -> None:
    street = a_published_street()
    duty = a_duty(role="law")
    unit = a_unit(street, "示例没报专长的单位")
    officer = cast.signed_in_client(street.officer)
    page = body(officer, the_duty(duty), unit=unit.pk)
    assert "没有报过“法律服务”" in page
    assert "由您作主" in page
    officer.post(the_duty(duty), {"do": "set", "unit": unit.pk, "reason": "律师当天借调过来"})
    duty.refresh_from_db()
    assert duty.enrolment_id == unit.pk


def test_of_two_hands_on_a_duty_one_is_told_and_nonsense_is_refused() -> None:
    street = a_published_street()
    duty = a_duty()
    officer = cast.signed_in_client(street.officer)
    seen = duty.version
    officer.post(the_duty(duty), {"do": "set", "unit": 0, "reason": "这一期不设", "version": seen})
    late = {"do": "set", "unit": a_free_unit(duty).pk, "reason": "补上", "version": seen}
    assert "刚刚被别人改过" in words(officer.post(the_duty(duty), late), 422)
    assert "请先选换成哪家单位" in words(officer.post(the_duty(duty), {"do": "set", "reason": "补上"}), 422)
    for nonsense in ({"do": "fly"}, {}, {"do": "set", "unit": "x"}, {"do": "agree", "row": 9}):
        assert officer.post(the_duty(duty), nonsense).status_code in (404, 422)
    for odd in ({"unit": "x"}, {"unit": "9" * 30}, {"mend": "1"}, {"swap": "1"}):
        words(officer.get(the_duty(duty), odd))
    body(officer, f"{ROTA}999999/", 404)


def test_what_a_unit_says_on_the_phone_is_noted_and_a_gap_is_mended_as_it_was_shown() -> None:
    street = a_published_street()
    duty = a_duty()
    before = dict(Duty.objects.values_list("pk", "enrolment_id"))
    officer = cast.signed_in_client(street.officer)
    officer.post(the_duty(duty), {"do": "accept"})
    duty.refresh_from_db()
    assert duty.state == Duty.State.ACCEPTED
    assert "为什么来不了" in words(officer.post(the_duty(duty), {"do": "drop", "reason": ""}), 422)
    answer = officer.post(the_duty(duty), {"do": "drop", "reason": "临时有防汛任务"})
    page = words(officer.get(answer["Location"].partition("#")[0]))
    assert "已证明最少要动 1 格" in page
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest is not None
    assert "轮值有了变动" in words(officer.post(the_duty(duty), {"do": "mend", "digest": "x"}), 422)
    assert officer.post(the_duty(duty), {"do": "mend", "digest": digest[1]}).status_code == 302
    after = dict(Duty.objects.values_list("pk", "enrolment_id"))
    assert {pk for pk in before if before[pk] != after[pk]} == {duty.pk}
    history = body(officer, the_duty(duty))
    for said in ("单位退出", "补上", "临时有防汛任务"):
        assert said in history


def test_a_gap_that_nobody_can_fill_says_so() -> None:
    street = a_published_street(units=4)
    duty = a_duty()
    officer = cast.signed_in_client(street.officer)
    officer.post(the_duty(duty), {"do": "drop", "reason": "临时有任务"})
    assert "那天没有一家能来的单位了" in body(officer, the_duty(duty), mend="1")


@pytest.mark.time_machine("2026-04-03T18:00:00+08:00", tick=False)
def test_after_the_day_the_community_notes_who_came_and_who_did_not() -> None:
    with_officer = a_ready_street()
    drawing_up.publish(drawn(with_officer, APRIL, MAY), actor=with_officer.leads)
    came, missed = Duty.objects.filter(cycle__month=APRIL, area=with_officer.community)
    clerk = cast.signed_in_client(with_officer.clerk)
    clerk.post(the_duty(came), {"do": "finish"})
    assert clerk.post(the_duty(missed), {"do": "miss", "reason": ""}).status_code == 422
    clerk.post(the_duty(missed), {"do": "miss", "reason": "车在路上坏了"})
    came.refresh_from_db()
    missed.refresh_from_db()
    assert (came.state, missed.state) == (Duty.State.DONE, Duty.State.NOT_DONE)


def test_the_unit_that_has_a_duty_may_be_held_in_it_by_hand() -> None:
    street = a_published_street()
    duty = a_duty()
    held = duty.enrolment_id
    officer = cast.signed_in_client(street.officer)
    assert "换成：" in body(officer, the_duty(duty), unit=held)
    officer.post(the_duty(duty), {"do": "set", "unit": held, "reason": "老搭档，不要换"})
    duty.refresh_from_db()
    assert (duty.enrolment_id, duty.is_locked, duty.lock_reason) == (held, True, "老搭档，不要换")
    assert "人工定的" in body(officer)


@pytest.mark.parametrize(
    ("level", "change", "said"),
    [
        ("unfilled", 3.0, "会多空出格子，按要紧程度算多 3"),
        ("fairness", -0.5, "各家的次数会更匀，和应有次数的差（平方）少 0.50"),
        ("travel", 1240.0, "路要多走 1.2 公里"),
        ("stability", 6.0, "要多动已经发布的格子"),
        ("preference", -2.0, "会少 2 次排在不方便的月份"),
    ],
)
def test_each_level_of_a_cost_is_said_in_words_and_nothing_is_left_unsaid(
    level: str, change: float, said: str
) -> None:
    assert turns_cell.cost_words([{"level": level, "change": change}]) == [said]
    assert turns_cell.cost_words([{"level": level, "change": 0.0}]) == []


def test_words_of_a_cycle_without_a_day_do_not_guess() -> None:
    cycle = Cycle(number=40, month=dt.date(2027, 2, 1), ruled_on=dt.date(2027, 2, 5), unknown_year=2027)
    assert queries.said_of(cycle) == "2027 年放假安排还没公布"
    cycle.state, cycle.state_reason = Cycle.State.CANCELLED, "暴雨"
    assert queries.said_of(cycle) == "取消：暴雨"
