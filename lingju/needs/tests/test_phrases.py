"""Promises as a resident reads them."""

import datetime as dt

import pytest

from lingju.kernel.clock import ZONE
from lingju.needs import phrases
from lingju.needs.clock import Due, Reading, State

NOW = dt.datetime(2026, 11, 26, 10, 0, tzinfo=ZONE)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-26 17:00", "今天 17:00 前回您的话"),
        ("2026-11-27 17:00", "明天 17:00 前回您的话"),
        ("2026-11-30 08:30", "11月30日（星期一）8:30 前回您的话"),
        ("2027-01-05 09:00", "2027年1月5日（星期二）9:00 前回您的话"),
    ],
)
def test_a_promise_names_the_day_the_weekday_and_the_hour(due: str, words: str) -> None:
    assert phrases.promise_in_words(Due(at(due)), NOW) == words


def test_an_answer_is_promised_in_the_same_words() -> None:
    assert (
        phrases.answer_in_words(Due(at("2026-12-04 17:00")), NOW) == "12月4日（星期五）17:00 前给您办理结果"
    )


def test_where_the_year_is_not_announced_we_say_so() -> None:
    for say in (phrases.promise_in_words, phrases.answer_in_words):
        assert say(Due(None, 2027), NOW).startswith("2027 年的放假安排还没公布")


@pytest.mark.parametrize(
    ("state", "minutes", "is_overdue", "words"),
    [
        (State.RUNNING, 1300, False, "还剩 3 个工作日"),
        (State.RUNNING, 419, False, "还剩 6 个工作小时"),
        (State.RUNNING, 20, False, "还剩 20 分钟"),
        (State.RUNNING, -130, True, "已经超时 2 个工作小时"),
        (State.PAUSED, 500, False, "暂停计时，还剩 1 个工作日"),
        (State.STOPPED, 500, False, "已经停止计时"),
        (State.RUNNING, None, False, "还剩多少时间现在算不出来"),
    ],
)
def test_what_is_left_is_said_in_the_largest_unit(
    state: State, minutes: int | None, is_overdue: bool, words: str
) -> None:
    due = Due(at("2026-12-04 17:00"))
    reading = Reading(state, due, minutes, 0.5, 0, is_overdue, 420)
    assert phrases.remaining_in_words(reading) == words


def test_what_is_left_of_an_unknown_date_is_unknown() -> None:
    reading = Reading(State.RUNNING, Due(None, 2027), None, None, None, False, 420)
    assert "2027 年" in phrases.remaining_in_words(reading)
