"""Opening hours as people write them into a sheet."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.places.hours import DAY, resolve
from lingju.places.hours_text import UnreadableHoursError, WeeklyTime, read, write
from lingju.places.tests.test_hours import dates

EVERY, WORKDAYS, WEEKEND = 0b1111111, 0b0011111, 0b1100000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("8:00-18:00", [(EVERY, 480, 1080)]),
        ("08:00—12:00 14:00—18:00", [(EVERY, 480, 720), (EVERY, 840, 1080)]),
        ("８：００－１２：００，１４：００～１８：００", [(EVERY, 480, 720), (EVERY, 840, 1080)]),
        ("周一至周五 8:30-18:00；周六、周日 9:00-12:00", [(WORKDAYS, 510, 1080), (WEEKEND, 540, 720)]),
        ("周一到周五8点至18点30分", [(WORKDAYS, 480, 1110)]),
        ("工作日 9:00-17:00；周末休息", [(WORKDAYS, 540, 1020)]),
        ("星期六日 9:00-12:00", [(WEEKEND, 540, 720)]),
        ("周五至周一 9:00-10:00", [(0b1110001, 540, 600)]),
        ("全天", [(EVERY, 0, DAY)]),
        ("24小时", [(EVERY, 0, DAY)]),
        ("每天 0:00-24:00", [(EVERY, 0, DAY)]),
        ("22:00-8:00", [(EVERY, 1320, 1920)]),
        ("22:00-次日6:00", [(EVERY, 1320, 1800)]),
        ("周三 8:00-12:00\n周四 14:00-18:00", [(0b0000100, 480, 720), (0b0001000, 840, 1080)]),
    ],
)
def test_what_people_write_is_read(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert read(text) == tuple(sorted(WeeklyTime(*time) for time in expected))


@pytest.mark.parametrize(
    "text", ["看情况", "8-18", "25:00-26:00", "8:70-9:00", "周八 8:00-9:00", "8:00-18:00 开门"]
)
def test_what_cannot_be_read_is_refused_with_the_piece(text: str) -> None:
    with pytest.raises(UnreadableHoursError) as refused:
        read(text)
    assert refused.value.part


@st.composite
def weekly_times(draw: st.DrawFn) -> WeeklyTime:
    opens = draw(st.integers(0, DAY - 1))
    return WeeklyTime(draw(st.integers(1, 127)), opens, draw(st.integers(opens + 1, opens + DAY)))


@given(st.lists(weekly_times(), max_size=5), dates)
def test_what_is_written_reads_back_to_the_same_hours(times: list[WeeklyTime], date: dt.date) -> None:
    again = read(write(times))
    assert resolve([t.span() for t in again], date) == resolve([t.span() for t in times], date)
    assert write(again) == write(times)


def test_hours_that_come_one_by_one_are_written_for_the_whole_week() -> None:
    times = read("周一至周五 8:00-12:00 14:00-18:00；周六 9:00-12:00")
    assert write(time for time in times) == write(times)
