"""A calendar is read back as it was told: Chinese text, line ends, lengths, whole days, what is off."""

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar

from lingju.kernel import clock
from lingju.kernel.ical import Happening, Status, calendar_of

NOON = dt.datetime(2026, 3, 5, 12, 0, tzinfo=clock.ZONE)
HOUR = dt.timedelta(hours=1)


def a_happening(**changes: object) -> Happening:
    values = {"uid": "one@lingju", "starts": NOON, "ends": NOON + HOUR, "summary": "培训", "changed_at": NOON}
    return Happening(**values | changes)  # type: ignore[arg-type]


def drawn(*happenings: Happening) -> bytes:
    return calendar_of(happenings, name="活动", product="tests", words="词")


def first(content: bytes) -> Any:
    (found,) = Calendar.from_ical(content).walk("VEVENT")
    return found


@pytest.mark.parametrize("shift", range(6))
def test_lines_are_75_octets_at_most_and_no_character_is_cut_in_two(shift: int) -> None:
    """A character of three octets meets the fold at every place it can."""
    title = "x" * shift + "零距离社区幸福驿站紧急救护培训😀" * 12
    content = drawn(a_happening(summary=title, description=title, location=title))
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert sum(line.startswith(b" ") for line in lines) > 20
    for line in lines:
        line.decode()  # a character that was cut in two would not decode
    assert str(first(content)["summary"]) == title


def test_every_line_ends_in_crlf_and_none_stands_alone() -> None:
    content = drawn(a_happening(description="一\r\n二\r三\n四"))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert str(first(content)["description"]) == "一\n二\n三\n四"


@pytest.mark.parametrize(
    "text", ["逗号,分号;反斜杠\\完", "一行\n两行", "\\n 不是换行", '"引号"：冒号', ",;\\\n,"]
)
def test_signs_that_mean_something_come_back_as_they_were(text: str) -> None:
    event = first(drawn(a_happening(summary=text, location=text)))
    assert str(event["summary"]) == text
    assert str(event["location"]) == text


def test_a_comma_does_not_part_a_category() -> None:
    event = first(drawn(a_happening(categories=("安全,救护", "文化"))))
    assert [str(word) for word in event["categories"].cats] == ["安全,救护", "文化"]


def test_text_cannot_bring_in_a_line_of_its_own() -> None:
    content = drawn(a_happening(summary="甲\r\nATTENDEE:mailto:x@example.com\x00\x0b"))
    assert not any(line.startswith(b"ATTENDEE") for line in content.split(b"\r\n"))
    assert b"\x00" not in content
    assert b"\x0b" not in content


def test_it_says_what_it_is_and_invites_nobody() -> None:
    calendar: Any = Calendar.from_ical(drawn(a_happening()))
    assert str(calendar["prodid"]) == "-//Lingju//tests//ZH"
    assert (str(calendar["x-wr-calname"]), str(calendar["name"])) == ("活动", "活动")
    assert calendar["refresh-interval"].dt == HOUR
    assert "method" not in calendar
    (zone,) = calendar.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Asia/Shanghai"


def test_times_stand_on_the_districts_clock() -> None:
    utc = dt.datetime(2026, 3, 5, 16, 30, tzinfo=dt.UTC)
    content = drawn(a_happening(starts=utc, ends=utc + HOUR))
    assert b"DTSTART;TZID=Asia/Shanghai:20260306T003000\r\n" in content
    assert first(content)["dtstart"].dt == utc


def test_whole_days_have_no_time() -> None:
    day = dt.date(2026, 10, 1)
    content = drawn(a_happening(starts=day, ends=day + dt.timedelta(days=1), is_busy=False))
    assert b"DTSTART;VALUE=DATE:20261001\r\n" in content
    assert b"TRANSP:TRANSPARENT\r\n" in content


@pytest.mark.parametrize("status", Status)
def test_how_sure_it_is_stands_in_it(status: Status) -> None:
    event = first(drawn(a_happening(status=status, sequence=7)))
    assert (str(event["status"]), event["sequence"]) == (status.value, 7)
    assert ("transp" in event) == (status is Status.CANCELLED)
