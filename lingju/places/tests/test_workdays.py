"""Working days and working time: what the week says, what notices change, what nobody knows yet."""

import datetime as dt
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.clock import ZONE
from lingju.places.workdays import DayKind, Due, UnknownYear, WorkdayCalendar, week

OFFICE = ((510, 720), (870, 1080))
DAYS = {
    dt.date(2026, 2, 14): DayKind.MAKEUP_WORKDAY,
    dt.date(2026, 2, 16): DayKind.STATUTORY_HOLIDAY,
    dt.date(2026, 2, 17): DayKind.STATUTORY_HOLIDAY,
    dt.date(2026, 2, 18): DayKind.STATUTORY_HOLIDAY,
    dt.date(2026, 2, 19): DayKind.STATUTORY_HOLIDAY,
    dt.date(2026, 2, 20): DayKind.SWAPPED_REST_DAY,
    dt.date(2026, 2, 23): DayKind.SWAPPED_REST_DAY,
    dt.date(2026, 2, 28): DayKind.MAKEUP_WORKDAY,
}
SPRING = WorkdayCalendar(week(OFFICE), DAYS, frozenset({2025, 2026}))
SHORT_FRIDAY = WorkdayCalendar((OFFICE, OFFICE, OFFICE, OFFICE, ((510, 720),), (), ()))

SATURDAY = dt.datetime(2025, 3, 1, tzinfo=ZONE)
moments = st.timedeltas(dt.timedelta(), dt.timedelta(days=550)).map(SATURDAY.__add__)
calendars = st.sampled_from([SPRING, SHORT_FRIDAY, WorkdayCalendar(week(((510, 1020),)))])


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_a_notice_says_otherwise_than_the_week() -> None:
    assert SPRING.day_kind(dt.date(2026, 2, 13)) is DayKind.WORKDAY
    assert SPRING.day_kind(dt.date(2026, 2, 15)) is DayKind.WEEKEND
    assert SPRING.day_kind(dt.date(2026, 2, 14)) is DayKind.MAKEUP_WORKDAY
    working = [day for day in range(9, 29) if SPRING.is_working_day(dt.date(2026, 2, day))]
    assert working == [9, 10, 11, 12, 13, 14, 24, 25, 26, 27, 28]


def test_a_swapped_saturday_is_worked_like_a_monday() -> None:
    assert SPRING.spans_on(dt.date(2026, 2, 14)) == OFFICE
    assert SPRING.working_minutes(at("2026-02-14 00:00"), at("2026-02-23 23:59")) == 420


def test_days_count_over_the_holidays_and_the_swapped_saturday() -> None:
    assert SPRING.add_working_days(at("2026-02-13 10:00"), 2) == Due(at("2026-02-24 10:00"))
    assert SPRING.add_working_minutes(at("2026-02-14 17:30"), 60) == Due(at("2026-02-24 09:00"))


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-03-02 10:00", 1, "2026-03-03 10:00"),
        ("2026-03-02 06:00", 1, "2026-03-03 08:30"),
        ("2026-03-02 18:00", 1, "2026-03-03 18:00"),
        ("2026-03-02 18:01", 1, "2026-03-04 08:30"),
        ("2026-03-02 13:00", 1, "2026-03-03 14:30"),
        ("2026-03-07 12:00", 5, "2026-03-16 08:30"),
        ("2026-03-02 18:01", 0, "2026-03-03 08:30"),
    ],
)
def test_a_working_day_begins_at_the_next_opening(start: str, count: int, due: str) -> None:
    assert SPRING.add_working_days(at(start), count) == Due(at(due))


def test_where_the_last_day_is_shorter_the_time_stays_on_that_day() -> None:
    assert SHORT_FRIDAY.add_working_days(at("2026-03-05 16:00"), 1) == Due(at("2026-03-06 12:00"))


def test_a_year_without_a_notice_is_a_state_and_not_a_guess() -> None:
    late = at("2026-12-30 10:00")
    assert SPRING.day_kind(dt.date(2027, 1, 4)) is None
    assert SPRING.is_working_day(dt.date(2027, 1, 4)) is None
    assert SPRING.add_working_days(late, 1) == Due(at("2026-12-31 10:00"))
    due = SPRING.add_working_days(late, 2)
    assert (due.is_known, due.at, due.unknown_year) == (False, None, 2027)
    assert SPRING.add_working_minutes(late, 10_000) == Due(None, 2027)
    assert SPRING.working_minutes(late, at("2027-01-05 10:00")) is None
    assert SPRING.working_days_between(late, at("2027-01-05 10:00")) is None
    assert SPRING.add_calendar_days(late, 30) == Due(at("2027-01-29 10:00"))


def test_whoever_must_have_a_date_is_refused_with_the_year() -> None:
    with pytest.raises(UnknownYear, match="2027 年的放假安排还没公布"):
        SPRING.add_working_days(at("2026-12-30 10:00"), 2).moment()
    with pytest.raises(UnknownYear):
        SPRING.spans_on(dt.date(2027, 1, 4))
    assert SPRING.add_working_days(at("2026-12-30 10:00"), 1).moment() == at("2026-12-31 10:00")


def test_a_calendar_that_keeps_no_holidays_knows_every_year() -> None:
    never = WorkdayCalendar(week(((0, 1440),), 0b1111111))
    assert never.add_working_minutes(at("2031-01-01 00:00"), 1440) == Due(at("2031-01-02 00:00"))
    assert never.is_working_day(dt.date(2031, 1, 1)) is True


def test_moments_are_looked_at_where_the_calendar_hangs() -> None:
    boston = WorkdayCalendar(week(((510, 1020),)), zone=ZoneInfo("America/New_York"))
    utc = dt.datetime(2022, 1, 3, 15, 0, tzinfo=dt.UTC)
    due = boston.add_calendar_days(utc, 120).moment()
    assert (due.hour, due.utcoffset()) == (10, dt.timedelta(hours=-4))
    with pytest.raises(ValueError, match="zone"):
        boston.add_calendar_days(dt.datetime(2022, 1, 3), 1)  # noqa: DTZ001


@pytest.mark.parametrize("spans", [((720, 510),), ((510, 720), (700, 800)), ((510, 1500),), ((600, 600),)])
def test_spans_that_no_day_has_are_refused(spans: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="spans"):
        WorkdayCalendar(week(spans))


def test_a_week_in_which_nobody_works_is_refused_and_so_is_taking_time_away() -> None:
    with pytest.raises(ValueError, match="works on one"):
        WorkdayCalendar(week(()))
    with pytest.raises(ValueError, match="added"):
        SPRING.add_working_minutes(at("2026-03-02 10:00"), -1)
    with pytest.raises(ValueError, match="added"):
        SPRING.add_working_days(at("2026-03-02 10:00"), -1)


@given(calendars, moments, st.integers(0, 20_000))
def test_minutes_that_were_added_are_the_minutes_measured(
    calendar: WorkdayCalendar, start: dt.datetime, minutes: int
) -> None:
    due = calendar.add_working_minutes(start, minutes)
    if due.at is not None:
        assert calendar.working_minutes(start, due.at) == minutes


@given(calendars, moments, st.timedeltas(dt.timedelta(), dt.timedelta(days=40)), st.integers(0, 40))
def test_who_comes_later_is_due_no_earlier(
    calendar: WorkdayCalendar, start: dt.datetime, later: dt.timedelta, count: int
) -> None:
    for add, amount in ((calendar.add_working_days, count), (calendar.add_working_minutes, count * 97)):
        first, second = add(start, amount), add(start + later, amount)
        if second.at is not None:
            assert first.moment() <= second.at


@given(calendars, moments, st.integers(0, 30))
def test_days_that_were_added_are_the_days_between(
    calendar: WorkdayCalendar, start: dt.datetime, count: int
) -> None:
    due = calendar.add_working_days(start, count).at
    if due is not None and due >= start:
        assert calendar.working_days_between(start, due) == count
        assert calendar.working_days_between(start, due - dt.timedelta(seconds=1)) == max(count - 1, 0)


def test_the_package_and_the_calendar_agree_where_it_says_little() -> None:
    for date, kind in DAYS.items():
        assert chinese_calendar.is_workday(date) is (kind is DayKind.MAKEUP_WORKDAY)
