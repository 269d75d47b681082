"""Cycles are made from their rule, wait for a notice, and are moved by hand with a reason that is kept."""

import datetime as dt

import pytest

from lingju.cobuilding.models import Cycle
from lingju.cobuilding.services import cycles
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.tests.builders import SINCE, a_cycle, a_street, cycles_until
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def test_a_cycle_is_made_for_each_month_once() -> None:
    street = a_street(since=dt.date(2024, 7, 1))
    first = cycles_until(street, 2026, 11)
    again = cycles_until(street, 2026, 11)
    assert [c.pk for c in first] == [c.pk for c in again]
    assert (first[-1].number, first[-1].date) == (29, dt.date(2026, 11, 6))


def test_a_moved_cycle_says_which_holiday_moved_it_and_has_its_window() -> None:
    cycle = a_cycle(a_street(), month=10)
    assert (cycle.ruled_on, cycle.date) == (dt.date(2026, 10, 2), dt.date(2026, 10, 9))
    assert "国庆" in cycle.moved_for
    assert "10月9日" in cycle.moved_for
    assert (cycle.opens_on, cycle.closes_on) == (dt.date(2026, 10, 7), dt.date(2026, 10, 15))


def test_a_cycle_of_a_year_without_a_notice_gets_its_day_when_the_notice_comes() -> None:
    street = a_street(2026)
    cycle = next(c for c in cycles_until(street, 2027, 3) if c.month == dt.date(2027, 3, 1))
    assert (cycle.date, cycle.unknown_year) == (None, 2027)
    assert "2027" in cycles.why_no_day(cycle)
    with pytest.raises(NotNow, match="2027"):
        cycles.announce_cycle(cycle, actor=street.leads)
    assert cycles.refresh(street.series, actor=street.leads) == []


def test_a_day_set_by_hand_keeps_its_reason_and_stays_when_the_rule_is_asked_again() -> None:
    street = a_street()
    cycle = a_cycle(street)
    cycles.move_cycle(cycle, dt.date(2026, 11, 13), "区里有大型招聘会", actor=street.leads)
    cycles.move_cycle(cycle, dt.date(2026, 11, 13), "区里有大型招聘会", actor=street.leads)
    assert cycles.refresh(street.series, actor=street.leads) == []
    cycle.refresh_from_db()
    assert (cycle.date, cycle.moved_for) == (dt.date(2026, 11, 13), "区里有大型招聘会")
    (move,) = cycle.day_moves.all()
    assert (move.old_date, move.new_date, move.is_by_hand) == (
        dt.date(2026, 11, 6),
        dt.date(2026, 11, 13),
        True,
    )


@pytest.mark.parametrize(
    ("date", "reason", "field"),
    [
        (dt.date(2026, 11, 13), "", "reason"),
        (dt.date(2027, 6, 1), "太远了", "date"),
        (dt.date(2026, 3, 1), "已经过去", "date"),
    ],
)
def test_a_day_by_hand_needs_a_reason_and_lies_near(date: dt.date, reason: str, field: str) -> None:
    street = a_street()
    with pytest.raises(BadInput) as refused:
        cycles.move_cycle(a_cycle(street), date, reason, actor=street.leads)
    assert field in refused.value.fields


def test_of_two_hands_that_move_a_cycle_one_is_told() -> None:
    street = a_street()
    cycle = a_cycle(street)
    seen = Cycle.objects.get(pk=cycle.pk)
    cycles.move_cycle(cycle, dt.date(2026, 11, 13), "招聘会", actor=street.leads, version=cycle.version)
    with pytest.raises(SomeoneWasFaster):
        cycles.move_cycle(seen, dt.date(2026, 11, 20), "另有安排", actor=street.leads, version=seen.version)


def test_changing_the_rule_moves_the_coming_cycles_and_leaves_the_past() -> None:
    street = a_street()
    past, coming = a_cycle(street, month=2), a_cycle(street, month=11)
    draft = SeriesDraft("城市共建日", SINCE, rule="fixed_day", day_of_month=22, moves="next_workday")
    cycles.set_series(street.area, draft, actor=street.district_leads)
    for cycle in (past, coming):
        cycle.refresh_from_db()
    assert past.date == dt.date(2026, 2, 6)
    assert (coming.ruled_on.day, coming.date) == (22, dt.date(2026, 11, 23))


def test_a_rule_that_finds_no_working_day_for_weeks_is_refused() -> None:
    street = a_street()
    for draft in (
        SeriesDraft("每月22日", SINCE, rule="fixed_day", day_of_month=22),
        SeriesDraft("每月第一个星期日", SINCE, weekday=6),
    ):
        with pytest.raises(BadInput) as refused:
            cycles.set_series(street.area, draft, actor=street.district_leads)
        assert set(refused.value.fields) == {"moves"}


def test_the_street_leads_and_a_community_does_not() -> None:
    street = a_street()
    cycle = a_cycle(street)
    with pytest.raises(NotAllowed):
        cycles.move_cycle(cycle, dt.date(2026, 11, 13), "社区想改", actor=street.carries)
    with pytest.raises(NotAllowed):
        cycles.set_series(street.area, SeriesDraft("自己定", SINCE), actor=street.leads)


def test_lists_are_closed_once() -> None:
    street = a_street()
    cycle = a_cycle(street)
    assert cycles.close_lists(cycle, actor=street.leads)
    assert not cycles.close_lists(cycle, actor=street.leads)


def test_an_announced_cycle_that_is_cancelled_keeps_its_reason() -> None:
    street = a_street()
    cycle = cycles.announce_cycle(a_cycle(street), "冬日送暖", actor=street.leads)
    assert cycle.theme == "冬日送暖"
    with pytest.raises(BadInput):
        cycles.cancel_cycle(cycle, " ", actor=street.leads)
    cycles.cancel_cycle(cycle, "暴雪红色预警", actor=street.leads)
    cycle.refresh_from_db()
    assert (cycle.state, cycle.state_reason) == ("cancelled", "暴雪红色预警")


def test_nothing_is_published_without_a_confirmed_plan() -> None:
    street = a_street()
    cycle = cycles.announce_cycle(a_cycle(street), actor=street.leads)
    with pytest.raises(NotNow, match="方案"):
        cycles.publish_cycle(cycle, actor=street.leads)


def test_another_street_leads_its_own_day() -> None:
    street = a_street()
    other = builders.an_area(street.district, "140404002000", "另一街道")
    series = cycles.set_series(
        other, SeriesDraft("邻里日", SINCE, weekday=2), actor=the_system(street.district)
    )
    with pytest.raises(NotAllowed):
        cycles.open_cycles(series, dt.date(2026, 6, 1), actor=cast.an_actor_of(street.officer))
