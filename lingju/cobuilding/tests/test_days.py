"""On which day it falls: the table of first Fridays, years of notices, every policy, what is unknown."""

import csv
import datetime as dt
from pathlib import Path

import chinese_calendar
import pytest

from lingju.cobuilding.days import DayRule, Why, day_of, months
from lingju.places.workdays import DayKind, Shift, WorkdayCalendar, week

FRIDAYS = Path(__file__).parents[4] / "shared" / "data" / "cn" / "first_fridays_2024-07_2027-12.csv"
OFFICE = week(((510, 720), (870, 1080)))


def a_calendar(*years: int) -> WorkdayCalendar:
    days = {}
    for year in years:
        date = dt.date(year, 1, 1)
        while date.year == year:
            is_worked = chinese_calendar.is_workday(date)
            if is_worked != (date.weekday() < 5):
                days[date] = DayKind.MAKEUP_WORKDAY if is_worked else DayKind.STATUTORY_HOLIDAY
            date += dt.timedelta(days=1)
    return WorkdayCalendar(OFFICE, days, frozenset(years))


NOTICED = a_calendar(*range(2015, 2027))


def test_no_cycle_of_twelve_years_lands_on_a_day_of_rest() -> None:
    for month in months(dt.date(2015, 1, 1), dt.date(2026, 12, 1)):
        day = day_of(DayRule(), month.year, month.month, NOTICED)
        assert day.date is not None
        assert NOTICED.is_working_day(day.date), day
        assert day.date.weekday() == 4
        assert (day.date.year, day.date.month) == (month.year, month.month)


def test_the_fridays_that_move_from_2024_to_2026_are_the_seven_of_the_notices() -> None:
    moved = {
        str(day.ruled_on): str(day.date)
        for month in months(dt.date(2024, 7, 1), dt.date(2026, 12, 1))
        if (day := day_of(DayRule(), month.year, month.month, NOTICED)).why
    }
    assert moved == {
        "2024-10-04": "2024-10-11",
        "2025-04-04": "2025-04-11",
        "2025-05-02": "2025-05-09",
        "2025-10-03": "2025-10-10",
        "2026-01-02": "2026-01-09",
        "2026-05-01": "2026-05-08",
        "2026-10-02": "2026-10-09",
    }


@pytest.mark.skipif(not FRIDAYS.exists(), reason="the shared data are not on this machine")
def test_the_table_of_first_fridays_is_reproduced() -> None:
    with FRIDAYS.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    statutory = {
        dt.date.fromisoformat(row["first_friday"]): DayKind.STATUTORY_HOLIDAY
        for row in rows
        if row["clash"] == "1"
    }
    # The table knows of 2027 what the law fixes; a notice may move it, so the calendar must not claim it.
    as_if_known = WorkdayCalendar(OFFICE, {**NOTICED.days, **statutory}, frozenset(range(2024, 2028)))
    for row in rows:
        year, month = (int(part) for part in row["cycle"].split("-"))
        day = day_of(DayRule(), year, month, as_if_known)
        assert str(day.ruled_on) == row["first_friday"]
        assert bool(day.why) == (row["clash"] == "1")
        if row["next_working_friday"]:
            assert str(day.date) == row["next_working_friday"]
    assert sum(row["clash"] == "1" for row in rows) == 10


def test_a_year_without_a_notice_is_unknown_and_never_guessed() -> None:
    day = day_of(DayRule(), 2027, 3, NOTICED)
    assert (day.date, day.why, day.unknown_year) == (None, Why.UNKNOWN, 2027)
    assert day.ruled_on == dt.date(2027, 3, 5)


@pytest.mark.parametrize(
    ("policy", "date", "why"),
    [
        (Shift.NEXT_WORKING_SAME_WEEKDAY, "2026-01-09", Why.LATER),
        (Shift.NEXT_WORKDAY, "2026-01-04", Why.LATER),
        (Shift.PREVIOUS_WORKDAY, "2025-12-31", Why.EARLIER),
        (Shift.KEEP, "2026-01-02", Why.NONE),
        (Shift.SKIP, "None", Why.SKIPPED),
    ],
)
def test_each_policy_moves_new_years_friday_where_it_says(policy: Shift, date: str, why: Why) -> None:
    day = day_of(DayRule(moves=policy), 2026, 1, NOTICED, {dt.date(2026, 1, 2): "元旦"})
    assert (str(day.date), day.why) == (date, why)
    assert day.holiday == "元旦"


def test_a_fixed_day_and_a_last_weekday_are_rules_too() -> None:
    assert DayRule(day_of_month=22).ruled_on(2026, 2) == dt.date(2026, 2, 22)
    assert DayRule(nth=-1, weekday=0).ruled_on(2026, 11) == dt.date(2026, 11, 30)
    # November 2026 has four Fridays: the fifth is the last.
    assert DayRule(nth=5).ruled_on(2026, 11) == dt.date(2026, 11, 27)


def test_months_include_both_ends_and_none_backwards() -> None:
    assert months(dt.date(2026, 11, 6), dt.date(2027, 1, 1)) == [
        dt.date(2026, 11, 1),
        dt.date(2026, 12, 1),
        dt.date(2027, 1, 1),
    ]
    assert months(dt.date(2026, 11, 1), dt.date(2026, 10, 1)) == []
