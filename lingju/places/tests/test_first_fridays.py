"""The first Friday of each month, and where it goes when it is a holiday: a table, reproduced."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.places.models import District
from lingju.places.tests.builders import a_calendar
from lingju.places.tests.test_workdays import SPRING
from lingju.places.workdays import Shift, Shifted, WorkdayCalendar, nth_weekday, week

TABLE = Path("/work/shared/data/cn/first_fridays_2024-07_2027-12.csv")
FRIDAY = 4
POLICIES = {
    "prev_workday": Shift.PREVIOUS_WORKDAY,
    "next_workday": Shift.NEXT_WORKDAY,
    "next_working_friday": Shift.NEXT_WORKING_SAME_WEEKDAY,
}
# Three rows of that table, for whoever does not have it.
SOME_ROWS = """cycle,first_friday,clash,prev_workday,next_workday,next_working_friday,basis
2025-10,2025-10-03,1,2025-09-30,2025-10-09,2025-10-10,State Council arrangement
2026-01,2026-01-02,1,2025-12-31,2026-01-04,2026-01-09,State Council arrangement
2026-06,2026-06-05,0,,,,State Council arrangement
2027-01,2027-01-01,1,2026-12-31,2027-01-04,2027-01-08,statutory days only
"""


def check(row: dict[str, str], calendar: WorkdayCalendar) -> None:
    """Hold one row against the calendar; a year without a notice is unknown in every column."""
    year, month = map(int, row["cycle"].split("-"))
    friday = nth_weekday(year, month, FRIDAY, 1)
    assert friday == dt.date.fromisoformat(row["first_friday"])
    for column, policy in POLICIES.items():
        found = calendar.shifted(friday, policy)
        if row["basis"] != "State Council arrangement":
            assert found == Shifted(None, unknown_year=year)
            continue
        assert found.is_known
        assert found.is_shifted is (row["clash"] == "1")
        assert found.date == (dt.date.fromisoformat(row[column]) if row[column] else friday)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [SOME_ROWS, TABLE], ids=["some rows", "the whole table"])
def test_the_table_of_first_fridays_comes_out_of_the_calendar(district: District, rows: str | Path) -> None:
    if isinstance(rows, Path) and not rows.exists():
        pytest.skip("the table is not here")
    text = rows.read_text("utf-8-sig") if isinstance(rows, Path) else rows
    calendar = a_calendar(district, 2024, 2025, 2026)
    told = list(csv.DictReader(text.splitlines()))
    assert len(told) in (4, 42)
    for row in told:
        check(row, calendar)


def test_what_is_kept_or_skipped() -> None:
    holiday, plain = dt.date(2026, 2, 17), dt.date(2026, 2, 13)
    assert SPRING.shifted(holiday, Shift.KEEP) == Shifted(holiday)
    assert SPRING.shifted(holiday, Shift.SKIP) == Shifted(None, is_shifted=True)
    assert SPRING.shifted(plain, Shift.SKIP) == Shifted(plain)


def test_a_swapped_saturday_is_a_working_day_and_a_weekend_is_none() -> None:
    assert SPRING.shifted(dt.date(2026, 2, 14), Shift.NEXT_WORKDAY).date == dt.date(2026, 2, 14)
    assert SPRING.shifted(dt.date(2026, 2, 15), Shift.NEXT_WORKDAY).date == dt.date(2026, 2, 24)
    assert SPRING.shifted(dt.date(2026, 2, 20), Shift.NEXT_WORKING_SAME_WEEKDAY).date == dt.date(2026, 2, 27)


def test_over_the_edge_of_what_is_published_nothing_is_known() -> None:
    new_years_eve = WorkdayCalendar(SPRING.weekly, {}, frozenset({2026}))
    assert new_years_eve.shifted(dt.date(2026, 12, 31), Shift.NEXT_WORKDAY).date == dt.date(2026, 12, 31)
    assert new_years_eve.shifted(dt.date(2027, 1, 1), Shift.KEEP) == Shifted(dt.date(2027, 1, 1))
    for policy in (Shift.SKIP, Shift.NEXT_WORKDAY, Shift.PREVIOUS_WORKDAY):
        found = new_years_eve.shifted(dt.date(2027, 1, 1), policy)
        assert (found.is_known, found.unknown_year) == (False, 2027)


def test_a_weekday_on_which_nobody_ever_works_is_no_endless_search() -> None:
    sundays = WorkdayCalendar(week(((480, 720),), weekdays=0b1000000))
    with pytest.raises(ValueError, match="nobody works"):
        sundays.shifted(dt.date(2026, 11, 27), Shift.NEXT_WORKING_SAME_WEEKDAY)


@given(
    st.integers(1990, 2100), st.integers(1, 12), st.integers(0, 6), st.sampled_from([-5, -2, -1, 1, 2, 3, 5])
)
def test_the_nth_weekday_is_the_nth_of_those_in_the_month(
    year: int, month: int, weekday: int, n: int
) -> None:
    days = [dt.date(year, month, 1) + dt.timedelta(days=ahead) for ahead in range(31)]
    those = [date for date in days if date.month == month and date.weekday() == weekday]
    place = n - 1 if n > 0 else len(those) + n
    expected = those[place] if 0 <= place < len(those) else None
    assert nth_weekday(year, month, weekday, n) == expected


@pytest.mark.parametrize("n", [0, 6, -6])
def test_a_count_that_no_month_has_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="four or five"):
        nth_weekday(2026, 11, FRIDAY, n)
