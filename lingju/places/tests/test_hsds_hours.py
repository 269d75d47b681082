"""Schedules for other directories: joined, they say minute for minute what our own resolver says."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from dateutil.rrule import WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.places.hours import BASE, DAY, EMERGENCY, EXCEPTION, HOLIDAY, SEASONAL, Span, Timetable
from lingju.places.hsds_check import check
from lingju.places.hsds_hours import as_schedules
from lingju.places.hsds_read import read
from lingju.places.hsds_schedule import DAYS
from lingju.places.hsds_values import a_date, a_time
from lingju.places.stretches import Stretch, clip, merged
from lingju.places.tests.hsds_official import faults

MONDAY = dt.date(2026, 11, 23)
ID = "48102e86-bb50-41c4-8f1e-e269368c41d1"
DAILY = Span(opens=8 * 60, closes=18 * 60)
NIGHT = Span(opens=22 * 60, closes=30 * 60)
ONE_DAY = dt.timedelta(days=1)


def opened(schedules: Sequence[dict[str, Any]], date: dt.date) -> tuple[Stretch, ...]:
    """Read schedules as a stranger would, by recurrence rules, and join what is open on a date."""
    found: list[Stretch] = []
    for one in schedules:
        opens, closes = a_time(one.get("opens_at")), a_time(one.get("closes_at"))
        if opens is None or closes is None:
            continue
        end = closes.minute + (DAY if closes.minute <= opens.minute else 0)
        end += end % DAY == DAY - 1  # 23:59 stands for the end of the day
        for ahead, date_opening in ((0, date), (-DAY, date - ONE_DAY)):
            if opens_on(one, date_opening):
                found.append(Stretch(opens.minute + ahead, end + ahead))
    return merged(clip(found, 0, DAY))


def opens_on(one: dict[str, Any], date: dt.date) -> bool:
    first, last = a_date(one.get("valid_from")), a_date(one.get("valid_to"))
    start = dt.datetime.combine(first or MONDAY - 8 * ONE_DAY, dt.time())
    until = dt.datetime.combine(last, dt.time()) if last else None
    days = [DAYS.index(day) for day in one["byday"].split(",")]
    rule = rrule(WEEKLY, dtstart=start, byweekday=days, until=until)
    noon = dt.datetime.combine(date, dt.time())
    return bool(rule.between(noon, noon, inc=True))


def told(*spans: Span, **how: Any) -> list[dict[str, Any]]:
    """Return the schedules of spans, checked by the standard's schema and by our own check."""
    schedules = as_schedules(Timetable(spans, **how), MONDAY)
    named = [{"id": ID[:-2] + f"{at % 100:02d}", **one} for at, one in enumerate(schedules)]
    for one in named:
        assert faults("schedule", "3.0", one) == []
    assert check({"schedules": [read("schedule", one) for one in named]}) == []
    return schedules


def test_a_plain_week_is_one_schedule_without_dates() -> None:
    (one,) = told(DAILY)
    assert one == {
        "freq": "WEEKLY",
        "wkst": "MO",
        "byday": "MO,TU,WE,TH,FR,SA,SU",
        "opens_at": "08:00+08:00",
        "closes_at": "18:00+08:00",
        "timezone": 8,
        "description": "每天 8:00–18:00",
    }


def test_nothing_published_is_no_schedule() -> None:
    assert told() == []


def test_a_night_closes_on_the_next_day_and_says_so() -> None:
    (one,) = told(NIGHT)
    assert (one["opens_at"], one["closes_at"], one["notes"]) == ("22:00+08:00", "06:00+08:00", "次日")
    assert one["description"] == "每天 22:00–次日6:00"


def test_a_whole_day_is_written_as_the_guidance_has_it() -> None:
    (one,) = told(Span())
    assert (one["opens_at"], one["closes_at"]) == ("00:00+08:00", "23:59+08:00")
    assert "notes" not in one


def test_until_midnight_closes_at_naught() -> None:
    (one,) = told(Span(opens=18 * 60, closes=DAY))
    assert (one["closes_at"], one["notes"]) == ("00:00+08:00", "次日")


def test_a_closing_cuts_the_week_and_keeps_its_reason() -> None:
    shut = Span(
        layer=EXCEPTION,
        is_closed=True,
        reason="停电检修",
        from_date=MONDAY + ONE_DAY,
        to_date=MONDAY + ONE_DAY,
    )
    schedules = told(DAILY, shut)
    assert opened(schedules, MONDAY) == (Stretch(480, 1080),)
    assert opened(schedules, MONDAY + ONE_DAY) == ()
    assert opened(schedules, MONDAY + 2 * ONE_DAY) == (Stretch(480, 1080),)
    assert opened(schedules, MONDAY + 800 * ONE_DAY) == (Stretch(480, 1080),)
    assert schedules[-1]["description"] == "停开：停电检修"
    assert schedules[-1]["valid_from"] == schedules[-1]["valid_to"] == "2026-11-24"


def test_other_hours_on_some_dates_replace_the_week() -> None:
    fair = Span(
        opens=600, closes=720, layer=EXCEPTION, from_date=MONDAY + 3 * ONE_DAY, to_date=MONDAY + 4 * ONE_DAY
    )
    schedules = told(DAILY, fair)
    days = [opened(schedules, MONDAY + ahead * ONE_DAY) for ahead in range(7)]
    assert days == [(Stretch(480, 1080),)] * 3 + [(Stretch(600, 720),)] * 2 + [(Stretch(480, 1080),)] * 2


def test_hours_that_hang_on_the_calendar_end_where_it_was_read() -> None:
    def classes(date: dt.date) -> str:
        return "holiday" if date == MONDAY + 2 * ONE_DAY else "workday"

    holiday = Span(opens=600, closes=720, layer=HOLIDAY, day_class="holiday")
    schedules = told(DAILY, holiday, day_class=classes)
    assert opened(schedules, MONDAY + 2 * ONE_DAY) == (Stretch(600, 720),)
    assert all("valid_to" in one for one in schedules)


def test_hours_of_a_far_century_do_not_make_it_run_for_ever() -> None:
    never_ends = Span(opens=600, closes=720, layer=SEASONAL, to_date=dt.date(9999, 12, 31))
    schedules = told(DAILY, never_ends)
    assert opened(schedules, MONDAY) == (Stretch(600, 720),)
    assert len(schedules) == 1


def test_a_closing_without_a_reason_is_a_gap_and_nothing_else() -> None:
    shut = Span(layer=EMERGENCY, is_closed=True, from_date=MONDAY, to_date=MONDAY)
    schedules = told(DAILY, shut)
    assert opened(schedules, MONDAY) == ()
    assert all("opens_at" in one for one in schedules)


dates = st.integers(-3, 20).map(lambda days: MONDAY + days * ONE_DAY)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    opens = draw(st.integers(0, 23)) * 60
    first, last = draw(st.none() | dates), draw(st.none() | dates)
    if first and last and first > last:
        first, last = last, first
    return Span(
        opens=opens,
        closes=draw(st.integers(opens // 30 + 1, 95)) * 30,
        weekdays=draw(st.integers(0, 0b1111111)),
        layer=draw(st.sampled_from((BASE, SEASONAL, EXCEPTION, EMERGENCY))),
        is_closed=draw(st.booleans()),
        from_date=first,
        to_date=last,
        reason=draw(st.sampled_from(("", "停电"))),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(spans(), min_size=1, max_size=5))
def test_joined_they_are_what_our_resolver_says(some: list[Span]) -> None:
    table = Timetable(tuple(some))
    schedules = told(*some)
    for ahead in range(1, 40):
        date = MONDAY + ahead * ONE_DAY
        assert opened(schedules, date) == table.on(date).stretches, date


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(spans(), min_size=1, max_size=8))
def test_joined_they_are_what_our_resolver_says_over_half_a_year(some: list[Span]) -> None:
    table = Timetable(tuple(some))
    schedules = told(*some)
    for ahead in range(1, 200, 3):
        date = MONDAY + ahead * ONE_DAY
        assert opened(schedules, date) == table.on(date).stretches, date
