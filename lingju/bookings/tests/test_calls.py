"""Whom the station has to ring: an offer that waits for a person, the list, the number, who rang."""

import re

import pytest

from lingju.bookings import phrases
from lingju.bookings.models import Bookable, Claim, PhoneCall, Pool
from lingju.bookings.parties import Party
from lingju.bookings.queries import calls as queries
from lingju.bookings.services import calls, claiming, lending, offers
from lingju.bookings.tests.builders import (
    a_bookable,
    a_key,
    a_pool,
    a_receipt,
    a_station,
    at,
    booked,
    the_system,
)
from lingju.bookings.tests.test_desk_pages import LI, a_keeper_of, page
from lingju.kernel.errors import NotAllowed
from lingju.people.tests import cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
S = Claim.State
BY_TEXT = Party(called="王大妈", phone="13900001111", by="sms")
ON_PAPER = Party(called="赵大爷", by="paper")


def offered(party: Party) -> Claim:
    """Let somebody wait for the haircut of the day after tomorrow, and let it come free now."""
    haircut = a_bookable(a_station())
    first = booked(haircut, at(16, days=2))
    waiting = a_receipt(haircut, at(16, days=2), may_wait=True, party=party).claim
    claiming.cancel(first, actor=the_system(haircut.station))
    waiting.refresh_from_db()
    assert waiting.state == S.OFFERED
    return waiting


def test_an_offer_by_text_stands_two_hours_and_one_by_telephone_as_long_as_somebody_sits_there() -> None:
    by_text = offered(BY_TEXT).expires_at
    assert by_text is not None
    assert by_text < at(11, 1)
    assert offered(LI).expires_at == at(18)


@pytest.mark.parametrize(
    ("weekly", "until"),
    [("8:00-10:00 14:00-17:00", at(17)), ("周三 9:00-12:00", at(12, days=2)), ("", at(11))],
)
def test_an_offer_by_telephone_stands_until_the_next_hours_are_over(weekly: str, until: object) -> None:
    haircut = a_bookable(a_station(weekly=weekly))
    claim = Claim(bookable=haircut, station=haircut.station, phone="13812345678", by="call")
    assert offers.until(claim, at(9)) == until


def test_an_offer_never_outlasts_its_own_beginning() -> None:
    haircut = a_bookable(a_station())
    claim = Claim(bookable=haircut, station=haircut.station, phone="13812345678", by="call")
    claim.starts_at = at(16)
    assert offers.until(claim, at(9)) == at(16)


def test_who_waits_is_promised_what_can_be_kept() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(16))
    parties = (BY_TEXT, LI, ON_PAPER)
    waiting = [a_receipt(haircut, at(16), may_wait=True, party=party).claim for party in parties]
    said = {str(claim.called): phrases.told(claim, 1).sentence for claim in waiting}
    assert "马上告诉您" in said["王大妈"]
    assert "打电话给您" in said["李大爷"]
    assert "告诉不了您" in said["赵大爷"]


def test_the_list_says_what_to_tell_shows_a_number_on_a_press_and_who_rang() -> None:
    claim = offered(LI)
    assert claim.station is not None
    calls.put_down(claim, "理发，后天 16:00：空出名额了。")
    calls.put_down(claim, "理发，后天 16:00：空出名额了。")
    keeper = a_keeper_of(claim.station)
    day, address = (f"/desk/bookings/{claim.station_id}/{name}/" for name in ("day", "calls"))
    assert "要打 1 个电话" in page(keeper, day)
    assert "府后街社区幸福驿站，1 位" in page(keeper, "/desk/")
    assert "要打 1 个电话" in page(keeper, "/desk/bookings/")
    seen = page(keeper, address)
    assert ("空出名额了" in seen, "13812345678" in seen) == (True, False)
    call = PhoneCall.objects.get()
    shown = keeper.post(address, {"do": "phone", "call": str(call.pk)}).content.decode()
    assert 'href="tel:13812345678"' in shown
    assert Footprint.objects.filter(action="read_phone").count() == 1
    for _twice in range(2):
        keeper.post(address, {"do": "done", "call": str(call.pk)})
    assert Footprint.objects.filter(action="ring").count() == 1
    call.refresh_from_db()
    assert call.done_by is not None
    seen = page(keeper, address)
    assert "没有要打的电话" in seen
    assert f"{call.done_by.display_name}打的" in seen
    assert not re.search(r"要打 \d+ 个电话", page(keeper, day))


def test_one_person_is_rung_once_about_many_bookings() -> None:
    haircut = a_bookable(a_station())
    for hour in (10, 11):
        calls.put_down(booked(haircut, at(hour), party=LI), f"{hour} 点的不办了。")
    (ring,) = queries.to_make(haircut.station)
    assert ring.words == ("10 点的不办了。", "11 点的不办了。")
    assert queries.count(haircut.station) == 1
    calls.done(ring.call, actor=cast.an_actor_of(cast.a_keeper(at=haircut.station)))
    assert queries.to_make(haircut.station) == []


def test_what_has_moved_on_need_not_be_told_any_more() -> None:
    claim = offered(LI)
    assert claim.station is not None
    calls.put_down(claim, "空出名额了。")
    claiming.decline(claim, actor=the_system(claim.station))
    assert queries.count(claim.station) == 0


def test_what_is_lent_is_rung_about_until_it_is_back() -> None:
    station = a_station()
    shelf = a_pool(station, 1, "书", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    book = a_bookable(station, shelf, name="书", mode=Bookable.Mode.LOAN, loan_days=7)
    loan = lending.lend(book, LI, key=a_key(), actor=the_system(station)).claim
    calls.put_down(loan, "改到下一个开门的日子还。")
    (ring,) = queries.to_make(station)
    assert ring.by == loan.ends_at


def test_who_hears_by_text_or_left_no_number_stands_on_no_list() -> None:
    for party in (BY_TEXT, ON_PAPER):
        calls.put_down(offered(party), "空出名额了。")
    assert not PhoneCall.objects.exists()


def test_a_keeper_elsewhere_rings_nobody_of_ours() -> None:
    claim = offered(LI)
    assert claim.station is not None
    calls.put_down(claim, "空出名额了。")
    call = PhoneCall.objects.select_related("area").get()
    stranger = cast.a_keeper(at=a_station("别处的驿站", area=claim.area))
    with pytest.raises(NotAllowed):
        calls.done(call, actor=cast.an_actor_of(stranger))
    browser = cast.signed_in_client(stranger)
    assert browser.get(f"/desk/bookings/{claim.station_id}/calls/").status_code == 404
