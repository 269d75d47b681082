"""Units are told of their turns once each, asked again while they do not answer; desks hear the rest."""

import datetime as dt

import pytest
import time_machine

from lingju.cobuilding.models import Duty, Enrolment
from lingju.cobuilding.services import cycles, drawing_up, mending, swapping, turns
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.builders import Street, a_cycle, a_unit
from lingju.cobuilding.tests.listed import on_duty
from lingju.cobuilding.tests.organised import the_bearer
from lingju.cobuilding.tests.test_drawing_up import APRIL, MAY, a_ready_street, drawn
from lingju.cobuilding.tests.test_turns import a_duty, a_published_street, bearer
from lingju.kernel import clock, durable
from lingju.notify.models import Message
from lingju.people.tests import cast
from lingju.site import telling_turns
from lingju.site.tests.test_telling_cobuilding import (
    OTHER,
    PHONE,
    a_duty_of,
    a_street_with_a_unit,
    carried,
    notices,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-25T10:00:00+08:00", tick=False)]


def test_a_turn_given_by_hand_is_told_to_the_unit_and_the_community() -> None:
    street, cycle, unit = a_street_with_a_unit()
    carried()
    duty = a_duty_of(street, cycle, None)
    turns.set_by_hand(duty, unit, "就在门口", actor=street.leads)
    turns.set_by_hand(duty, unit, "就在门口", actor=street.leads)
    [sent] = carried()
    assert "轮到您单位了：11月6日 星期五 14:30，府后街社区，牵头。" in sent
    assert "轮值单位定了：11月6日 星期五 14:30，府后街社区，牵头：示例供电所。" in notices(street.clerk)


def test_a_unit_whose_turn_is_given_away_hears_that_it_need_not_come() -> None:
    street, cycle, unit = a_street_with_a_unit()
    other = a_unit(street, "示例医院", phone=OTHER)
    duty = a_duty_of(street, cycle, unit)
    carried()
    turns.set_by_hand(duty, other, "就在门口", actor=street.leads)
    carried()
    told = {str(one.address): one.wording for one in Message.objects.filter(wording__startswith="turn_")}
    assert (told[PHONE], told[OTHER]) == ("turn_taken", "turn_given")


def test_a_unit_that_nobody_can_reach_is_named_to_whoever_can_call_it() -> None:
    street, cycle, unit = a_street_with_a_unit()
    unit.phone = "0355-1234567"
    unit.save()
    turns.set_by_hand(a_duty_of(street, cycle, None), unit, "就在门口", actor=street.leads)
    carried()
    assert "请打电话告诉单位" in "".join(notices(street.clerk))


@pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)
def test_a_rota_is_one_message_for_each_unit_when_proposed_and_one_when_published() -> None:
    street = a_ready_street(units=4)
    for number, unit in enumerate(Enrolment.objects.order_by("pk")):
        unit.phone = f"1390000{number:04d}"
        unit.save()
    row = drawing_up.consult(drawn(street, APRIL, MAY), actor=street.leads)
    proposed = carried()
    assert len(proposed) == 4
    assert all("拟排您单位 2 次，最近一次：4月3日 星期五" in one for one in proposed)
    drawing_up.publish(row, actor=street.leads)
    sent = carried()
    assert len(sent) == 4
    assert all("您单位有 2 次，最近一次：4月3日 星期五" in one for one in sent)


def test_who_drops_out_is_told_to_the_street_and_the_community() -> None:
    street, cycle, unit = a_street_with_a_unit()
    duty = a_duty_of(street, cycle, unit)
    carried()
    turns.drop_out(duty, "那天有年检", actor=the_bearer(unit))
    assert carried() == []
    for account in (street.officer, street.clerk):
        assert "示例供电所来不了，那天有年检。" in "".join(notices(account))


def test_what_a_unit_leaves_behind_is_named_to_the_street_and_the_community() -> None:
    scene = standing.a_scene()
    duty = on_duty(scene.street, scene.cycle, scene.unit)
    carried()
    turns.drop_out(duty, "那天有年检", actor=the_bearer(scene.unit))
    carried()
    for account in (scene.street.officer, scene.street.clerk):
        heard = "".join(notices(account))
        assert f"它本来还要：牵头“{scene.project.title}”，请另请一家。" in heard


def test_who_has_not_answered_is_asked_seven_and_two_days_before_and_no_more() -> None:
    street, cycle, unit = a_street_with_a_unit()
    a_duty_of(street, cycle, unit)
    carried()
    heard: dict[str, list[str]] = {}
    for day in range(27, 39):
        today = dt.datetime(2026, 10, 1, 10, tzinfo=clock.ZONE) + dt.timedelta(days=day - 1)
        with time_machine.travel(today, tick=False):
            telling_turns.remind()
            telling_turns.remind()
            if sent := carried():
                heard[f"{today:%m-%d}"] = sent
    assert {day: len(sent) for day, sent in heard.items()} == {"10-30": 1, "11-04": 1}
    assert "还有 7 天" in heard["10-30"][0]
    assert "还有 2 天" in heard["11-04"][0]
    assert [one for one in notices(street.officer) if "还没回话的：示例供电所" in one] != []


def test_a_day_on_which_the_clockwork_stood_still_is_made_up_for() -> None:
    street, cycle, unit = a_street_with_a_unit()
    a_duty_of(street, cycle, unit)
    carried()
    with time_machine.travel("2026-11-01T10:00:00+08:00", tick=False):
        telling_turns.remind()
        assert "还有 5 天" in carried()[0]


def test_who_has_accepted_is_left_in_peace() -> None:
    street, cycle, unit = a_street_with_a_unit()
    turns.accept(a_duty_of(street, cycle, unit), actor=the_bearer(unit))
    carried()
    with time_machine.travel("2026-11-04T10:00:00+08:00", tick=False):
        assert telling_turns.remind() == 0
        assert carried() == []


def test_one_press_calls_every_unit_on_duty_and_a_second_nobody() -> None:
    street, cycle, unit = a_street_with_a_unit()
    carried()
    officer, board = cast.signed_in_client(street.officer), f"/desk/days/{cycle.number}/"
    nobody = officer.post(board, {"do": "call_units"})
    assert (nobody.status_code, "还没有排单位" in nobody.content.decode()) == (422, True)
    on_duty(street, cycle, unit)
    for _press in range(2):
        assert officer.post(board, {"do": "call_units"}).status_code == 302
    [sent] = carried()
    assert sent.startswith("共建日快到了：11月6日 星期五 14:30")
    assert not any("请打电话告诉单位" in one for one in notices(street.officer))
    assert cast.signed_in_client(street.clerk).post(board, {"do": "call_units"}).status_code == 403


def test_whom_no_message_reaches_is_named_to_the_street_that_calls() -> None:
    street, cycle, _unit = a_street_with_a_unit()
    on_duty(street, cycle, a_unit(street, "示例学校", phone="0355-1234567"))
    cycles.call_units(cycle, actor=street.leads)
    carried()
    assert "这几家没有留手机号，收不到通知：示例学校。" in "".join(notices(street.officer))


@pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)
def test_who_fills_an_empty_turn_is_told_of_it() -> None:
    street = a_published_street()
    for number, unit in enumerate(Enrolment.objects.order_by("pk")):
        unit.phone = f"1390000{number:04d}"
        unit.save()
    duty = a_duty()
    turns.drop_out(duty, "那天有年检", actor=bearer(duty))
    durable.work_off()
    shown = mending.mend(duty, mending.proposed(duty).digest, actor=street.leads)
    carried()
    given = Message.objects.filter(wording="turn_given")
    assert given.count() == len([change for change in shown.changes if change.after is not None])
    assert Message.objects.filter(wording="turn_set").count() == given.count()


# --- swaps, plans, orders ---------------------------------------------------------------------------------


def a_pair() -> tuple[Street, Duty, Duty]:
    street, cycle, unit = a_street_with_a_unit()
    other = a_unit(street, "示例医院", phone=OTHER)
    following = a_cycle(street, month=12)
    mine, theirs = a_duty_of(street, cycle, unit), a_duty_of(street, following, other)
    carried()
    return street, mine, theirs


def test_a_swap_is_told_to_who_is_asked_then_to_who_asked_and_to_the_street() -> None:
    street, mine, theirs = a_pair()
    swap = swapping.ask_swap(mine, theirs, actor=the_bearer(mine.enrolment))  # type: ignore[arg-type]
    [asked] = carried()
    assert "示例供电所想用11月6日" in asked
    swapping.agree(swap, actor=the_bearer(theirs.enrolment))  # type: ignore[arg-type]
    [agreed] = carried()
    assert agreed.startswith("对方同意换")
    assert any(words.startswith("有一次调换等您批准") for words in notices(street.officer))
    swapping.make(swap, actor=street.leads)
    made = carried()
    assert len(made) == 2
    assert all(one.startswith("换好了") for one in made)


def test_a_swap_that_is_refused_says_what_the_other_said() -> None:
    _street, mine, theirs = a_pair()
    swap = swapping.ask_swap(mine, theirs, actor=the_bearer(mine.enrolment))  # type: ignore[arg-type]
    carried()
    swapping.refuse(swap, "我们那天也忙", actor=the_bearer(theirs.enrolment))  # type: ignore[arg-type]
    [refused] = carried()
    assert "对方说：我们那天也忙。" in refused
