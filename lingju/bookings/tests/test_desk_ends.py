"""The desk when a booking comes to another end: not coming, cannot be done, came after all, another time."""

import datetime as dt
import re

import pytest
import time_machine

from lingju.bookings.models import Claim, PhoneCall
from lingju.bookings.parties import Party
from lingju.bookings.services import calls
from lingju.bookings.tests.builders import a_bookable, a_receipt, a_station, at, booked, the_system
from lingju.bookings.tests.test_desk_pages import LI, a_keeper_of, page, press
from lingju.people.tests import cast
from lingju.places.services import hours

pytestmark = pytest.mark.django_db
S = Claim.State


def test_what_was_agreed_on_the_telephone_is_not_rung_about_again() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10, days=1), party=LI)
    calls.put_down(claim, "那个时间不开门了。", key="outside")
    keeper = a_keeper_of(haircut.station)
    address = f"/desk/bookings/{haircut.station_id}/outside/"
    hours.close_on(haircut.station, dt.date(2026, 3, 3), reason="停水", actor=the_system(haircut.station))
    seen = page(keeper, address)
    assert ("约的人已经收到消息" in seen, "要打电话告诉" in seen) == (False, True)
    keeper.post(address, {"claim": str(claim.pk), "to": at(10, days=2).isoformat()})
    claim.refresh_from_db()
    calls.put_down(claim, "改到了这个时间。")
    assert not PhoneCall.objects.filter(done_at__isnull=True).exists()


def test_at_the_desk_who_does_not_come_and_what_cannot_be_done_are_two_buttons() -> None:
    station = a_station()
    haircut, keeper = a_bookable(station), cast.a_keeper(at=station)
    by_phone = Party(called="李大爷", phone="13812345678", by="call", told_by_id=keeper.pk, proxy="电话代约")
    theirs, ours = (booked(haircut, at(hour), party=by_phone) for hour in (10, 11))
    browser = cast.signed_in_client(keeper)
    seen = page(browser, f"/desk/bookings/claim/{ours.pk}/")
    assert ("他自己不来了" in seen, "我们办不了" in seen) == (True, True)
    assert press(browser, ours, "call_off") == 422
    assert press(browser, ours, "call_off", why="师傅病了") == 302
    assert press(browser, theirs, "cancel") == 302
    assert (ours.state, ours.ended_by, ours.why) == (S.CANCELLED, Claim.EndedBy.STATION, "师傅病了")
    assert (theirs.state, theirs.ended_by) == (S.CANCELLED, Claim.EndedBy.PARTY)


def test_who_was_given_up_and_came_after_all_is_put_right_at_the_desk() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10))
    with time_machine.travel(at(10, 20)):
        keeper = a_keeper_of(haircut.station)
        press(keeper, claim, "miss")
        press(keeper, claim, "came_after_all")
    assert claim.state == S.COMPLETED


def test_the_waiting_list_says_how_word_reaches_each() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10))
    a_receipt(haircut, at(10), may_wait=True, party=LI)
    seen = page(a_keeper_of(haircut.station), f"/desk/bookings/{haircut.station_id}/day/")
    assert re.search(r"138\S*678</span> 要打电话告诉", seen), seen[seen.index("候补") :][:900]
