"""A rush: who comes too late is answered shortly, loses nothing typed, and nobody is turned back wrongly."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lingju.bookings.models import Bookable, Claim
from lingju.bookings.pages import rush
from lingju.bookings.services import claiming, turning
from lingju.bookings.tests.builders import a_bookable, a_key, a_pool, a_station, at, booked, the_system
from lingju.bookings.tests.test_book_pages import press, text_of

pytestmark = pytest.mark.django_db
S = Claim.State


@pytest.fixture(autouse=True)
def _calm() -> None:
    rush._turned.clear()


def a_full_time(**changes: Any) -> Bookable:
    """Open a haircut whose ten o'clock is taken."""
    haircut = a_bookable(a_station(), **changes)
    booked(haircut, at(10, days=1))
    return haircut


def a_rush_on(bookable: Bookable) -> None:
    """Let so many come too late that the short way opens."""
    for _ in range(rush.MANY):
        rush.note(bookable.pk)


def turned(bookable: Bookable, starts_at: dt.datetime, **changes: Any) -> turning.TooLate | None:
    """Ask whether somebody is turned back."""
    pressed = turning.Press(starts_at, **{"key": a_key(), **changes})
    return turning.turned_back(bookable.district_id, bookable.pk, pressed)


def hidden(page: str) -> dict[str, str]:
    """Return what the form of a page carries on, without a script."""
    form = page[page.index('<form class="form"') :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_in_a_calm_hour_who_is_late_sees_what_else_there_is_on_the_same_page() -> None:
    page = text_of(press(Client(), a_full_time()))
    assert 'value="2026-03-03T10:30"' in page


def test_after_some_came_too_late_the_next_gets_the_short_page_for_few_reads() -> None:
    haircut = a_full_time()
    for _ in range(rush.MANY):
        press(Client(), haircut)
    with CaptureQueriesContext(connection) as asked:
        answer = press(Client(), haircut, called="苗大爷", phone="13700001111", wishes="耳背")
    page = text_of(answer)
    assert answer.status_code == 409
    assert "这个时间刚才约满了" in page
    assert "排候补" in page
    assert 'value="2026-03-03T10:30"' not in page
    assert not [one for one in asked if not one["sql"].strip().startswith("SELECT")]
    assert hidden(page)["called"] == "苗大爷"
    assert (hidden(page)["phone"], hidden(page)["wishes"]) == ("13700001111", "耳背")


def test_other_times_are_one_press_away_with_the_form_as_it_was() -> None:
    haircut = a_full_time()
    a_rush_on(haircut)
    phone = Client()
    short = hidden(text_of(press(phone, haircut, called="苗大爷", wishes="耳背")))
    answer = phone.post(f"/book/{haircut.pk}/", {**short, "look": "1"})
    page = text_of(answer)
    assert answer.status_code == 200
    for kept in ("苗大爷", "耳背", 'value="2026-03-03T10:30"'):
        assert kept in page
    assert Claim.objects.count() == 1
    done = phone.post(f"/book/{haircut.pk}/", {**short, "at": "2026-03-03T10:30"})
    assert done.status_code == 302
    assert Claim.objects.filter(starts_at=at(10, 30, days=1)).count() == 1


def test_the_waiting_list_is_one_press_away() -> None:
    haircut = a_full_time()
    a_rush_on(haircut)
    phone = Client()
    short = hidden(text_of(press(phone, haircut, called="苗大爷")))
    assert phone.post(f"/book/{haircut.pk}/", {**short, "wait": "1"}).status_code == 302
    assert [claim.called for claim in Claim.objects.filter(state=S.WAITLISTED)] == ["苗大爷"]


def test_the_same_press_again_gets_its_slip_in_a_rush_too() -> None:
    haircut, phone, key = a_bookable(a_station()), Client(), a_key()
    first = press(phone, haircut, key=key)
    a_rush_on(haircut)
    again = press(phone, haircut, key=key)
    assert (again.status_code, again["Location"]) == (302, first["Location"])


def test_a_rush_for_one_time_turns_nobody_back_from_another() -> None:
    haircut = a_full_time()
    a_rush_on(haircut)
    assert press(Client(), haircut, at="2026-03-03T10:30").status_code == 302


def test_only_what_is_full_for_certain_is_turned_back() -> None:
    station = a_station()
    haircut = a_bookable(station, a_pool(station, 2))
    booked(haircut, at(10, days=1))
    assert turned(haircut, at(10, days=1)) is None
    booked(haircut, at(10, days=1))
    late = turned(haircut, at(10, days=1))
    assert late is not None
    assert (late.name, late.starts_at, late.ends_at) == ("理发", at(10, days=1), at(10, 30, days=1))
    assert turned(haircut, at(10, 15, days=1)) is not None
    assert turned(haircut, at(10, 30, days=1)) is None
    assert turned(haircut, at(8) - dt.timedelta(days=1)) is None


def test_a_place_that_ran_out_turns_nobody_back() -> None:
    haircut = a_bookable(a_station())
    held = booked(haircut, at(10, days=1), hold=True)
    assert turned(haircut, at(10, days=1)) is not None
    Claim.objects.filter(pk=held.pk).update(expires_at=at(0))
    assert turned(haircut, at(10, days=1)) is None


def test_a_place_that_was_given_back_is_had_at_once() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10, days=1))
    a_rush_on(haircut)
    assert press(Client(), haircut).status_code == 409
    claiming.cancel(claim, actor=the_system(haircut.station))
    assert press(Client(), haircut).status_code == 302


def test_what_is_not_on_offer_or_in_another_district_goes_the_long_way() -> None:
    haircut = a_full_time()
    assert turning.turned_back(haircut.district_id + 1, haircut.pk, turning.Press(at(10, days=1))) is None
    Bookable.objects.filter(pk=haircut.pk).update(is_offered=False)
    assert turned(haircut, at(10, days=1)) is None


def test_the_minutes_left_free_around_a_booking_count() -> None:
    haircut = a_full_time(before=10, after=10)
    assert turned(haircut, at(10, 30, days=1)) is not None
    assert turned(haircut, at(11, days=1)) is None
