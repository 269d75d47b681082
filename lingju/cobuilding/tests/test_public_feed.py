"""How people come to the co-building day: a calendar to subscribe to, the home page, every page's foot."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from lingju.cobuilding.services import cycles
from lingju.cobuilding.tests.builders import a_street
from lingju.cobuilding.tests.test_public_pages import read, told
from lingju.places.tests import builders as places

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-25T10:00:00+08:00", tick=False)]


def the_events(**said: Any) -> list[Any]:
    return list(Calendar.from_ical(read("/day/calendar.ics", **said)).walk("VEVENT"))


def test_the_calendar_keeps_the_name_of_a_day_and_counts_its_changes() -> None:
    street = a_street()
    cycle = told(street, "用电安全和冬季取暖的一下午，各社区都有人来，老人孩子都可以来看看学学")
    [first] = the_events()
    cycles.move_cycle(cycle, dt.date(2026, 11, 13), "礼堂要修", actor=street.leads)
    [moved] = the_events()
    cycles.cancel_cycle(cycle, "大风预警", actor=street.leads)
    [off] = the_events()
    assert first["UID"] == moved["UID"] == off["UID"]
    assert first["SEQUENCE"] < moved["SEQUENCE"] < off["SEQUENCE"]
    assert [str(one["STATUS"]) for one in (first, moved, off)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert moved["DTSTART"].dt.isoformat() == "2026-11-13T14:30:00+08:00"
    assert "大风预警" in off["DESCRIPTION"]
    raw = Client().get("/day/calendar.ics").content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_the_calendar_is_the_same_until_something_changes() -> None:
    street = a_street()
    told(street)
    first = Client().get("/day/calendar.ics")
    with time_machine.travel("2026-10-25T18:00:00+08:00", tick=False):
        again = Client().get("/day/calendar.ics", HTTP_IF_NONE_MATCH=first["ETag"])
        assert again.status_code == 304
        told(street, month=12)
        assert Client().get("/day/calendar.ics", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    read("/day/calendar.ics", status=404, of="x")
    assert Client().post("/day/calendar.ics").status_code == 405


# --- the way in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "is_there"), [("2026-10-22", False), ("2026-10-23", True), ("2026-11-06", True)]
)
def test_the_home_page_tells_of_the_day_a_fortnight_before(today: str, is_there: bool) -> None:
    told(a_street())
    with time_machine.travel(f"{today}T10:00:00+08:00", tick=False):
        page = read("/")
    assert ("城市共建日：11月6日 星期五" in page) is is_there


def test_the_home_page_says_that_a_day_is_called_off_and_nothing_when_it_is_over() -> None:
    street = a_street()
    cycle = told(street)
    with time_machine.travel("2026-11-07T10:00:00+08:00", tick=False):
        assert "11月6日" not in read("/")
    cycles.cancel_cycle(cycle, "大风预警", actor=street.leads)
    assert "11月6日的城市共建日取消了" in read("/")


def test_every_page_leads_there() -> None:
    places.a_tree(places.a_district())
    page = read("/")
    assert page.count('href="/day/"') == 2  # the tab below, and the foot
    assert 'href="/market/"' in page
    assert 'href="/volunteer/"' in page
