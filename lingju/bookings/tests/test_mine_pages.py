"""Following one's bookings without signing in, and changing one's mind: never held against anybody."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from lingju.bookings import mine
from lingju.bookings.models import Claim
from lingju.bookings.parties import Party
from lingju.bookings.queries import standing
from lingju.bookings.services import claiming, placing, seats
from lingju.bookings.tests.builders import (
    a_bookable,
    a_receipt,
    a_station,
    at,
    booked,
    seated,
    some_seats,
    the_system,
)
from lingju.kernel.errors import NotThere, TooOften
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
S = Claim.State


def text_of(answer: Any) -> str:
    """Return a page as text."""
    return str(answer.content.decode())


def holding(*claims: Claim) -> Client:
    """Return the phone that holds some bookings."""
    client, response = Client(), HttpResponse()
    request: Any = client.get("/bookings/find/").wsgi_request
    mine.keep(response, request, *claims)
    client.cookies[mine.COOKIE] = response.cookies[mine.COOKIE].value
    return client


def fresh(claim: Claim) -> Claim:
    """Return a claim as it stands in the database now."""
    return Claim.objects.get(pk=claim.pk)


def test_number_and_code_open_a_booking_and_the_phone_keeps_it() -> None:
    receipt = a_receipt(a_bookable(a_station()), at(10))
    phone = Client()
    typed = {"number": receipt.claim.number.replace("-", " "), "code": receipt.code}
    page = text_of(phone.post("/bookings/find/", typed, follow=True))
    assert "3月2日 周一 10:00–10:30" in page
    assert receipt.claim.number in text_of(phone.get("/bookings/"))
    phone.post("/bookings/forget/")
    assert receipt.claim.number not in text_of(phone.get("/bookings/"))


def test_a_wrong_code_says_nothing_about_the_number() -> None:
    receipt = a_receipt(a_bookable(a_station()), at(10))
    wrong = Client().post("/bookings/find/", {"number": receipt.claim.number, "code": "000"})
    absent = Client().post("/bookings/find/", {"number": "0302-000000", "code": "000"})
    assert wrong.status_code == absent.status_code == 422
    assert "对不上" in text_of(wrong)
    assert "对不上" in text_of(absent)


def test_codes_are_not_guessed_for_long() -> None:
    receipt = a_receipt(a_bookable(a_station()), at(10))
    district = receipt.claim.district
    for _try in range(8):
        with pytest.raises(NotThere):
            mine.by_code(district, receipt.claim.number, "nope")
    with pytest.raises(TooOften):
        mine.by_code(district, receipt.claim.number, receipt.code)


@pytest.mark.parametrize("number", ["0302-000000", "nonsense", "0302-0000001", "' OR 1=1 --", "9" * 300])
def test_the_page_of_a_number_one_does_not_hold_is_the_same_form(number: str) -> None:
    booked(a_bookable(a_station()), at(10))
    client = Client()
    assert "查我的预约" in text_of(client.get(f"/bookings/{number}/"))
    assert client.get(f"/bookings/{number}/cancel/").status_code == 404
    assert client.post(f"/bookings/{number}/answer/").status_code == 404
    assert client.get(f"/bookings/{number}/calendar.ics").status_code == 404


@pytest.mark.parametrize("cookie", ["", "1_2:forged", "x" * 5000, "1:2:3"])
def test_a_forged_cookie_holds_nothing(cookie: str) -> None:
    claim = booked(a_bookable(a_station()), at(10))
    client = Client()
    client.cookies[mine.COOKIE] = client.cookies[mine.LENT] = cookie
    assert claim.number not in text_of(client.get("/bookings/"))


def test_cancelling_asks_once_and_the_next_gets_the_place() -> None:
    haircut = a_bookable(a_station())
    claim, waiting = booked(haircut, at(16)), booked(haircut, at(16), may_wait=True)
    phone = holding(claim)
    asked = text_of(phone.get(f"/bookings/{claim.number}/cancel/"))
    assert fresh(claim).state == S.CONFIRMED
    assert "不记爽约" in asked
    done = text_of(phone.post(f"/bookings/{claim.number}/cancel/", {"why": "家里有事"}, follow=True))
    assert "名额让给后面的人" in done
    assert "不影响再约" in done
    found = fresh(claim)
    assert (found.state, found.ended_by, found.why) == (S.CANCELLED, "party", "家里有事")
    assert fresh(waiting).state == S.OFFERED
    again = phone.post(f"/bookings/{claim.number}/cancel/", {}, follow=True)
    assert again.status_code == 200


def test_what_is_over_cannot_be_called_off_and_says_so() -> None:
    claim = booked(a_bookable(a_station()), at(10))
    claiming.check_in(claim, actor=the_system(claim.district))
    claiming.complete(claim, actor=the_system(claim.district))
    phone = holding(claim)
    assert "不用取消" in text_of(phone.get(f"/bookings/{claim.number}/cancel/"))
    phone.post(f"/bookings/{claim.number}/cancel/")
    assert fresh(claim).state == S.COMPLETED


def test_a_move_keeps_number_and_code_and_a_full_time_keeps_the_old_one() -> None:
    haircut = a_bookable(a_station())
    claim, other = booked(haircut, at(10)), booked(haircut, at(11))
    phone, address = holding(claim), f"/bookings/{claim.number}/move/"
    page = text_of(phone.get(address))
    assert "现在约的是 3月2日 周一 10:00–10:30" in page
    full = phone.post(address, {"at": "2026-03-02T11:00"})
    assert full.status_code == 409
    assert "原来的时间还给您留着" in text_of(full)
    assert fresh(claim).starts_at == at(10)
    assert "改成这个时间" in text_of(phone.get(address, {"at": "2026-03-02T15:00"}))
    phone.post(address, {"at": "2026-03-02T15:00"})
    assert (fresh(claim).starts_at, fresh(other).starts_at) == (at(15), at(11))
    assert fresh(claim).number == claim.number


@pytest.mark.parametrize(
    "when", ["2026-02-31T10:00", "9999-12-31T00:00", "", "x", "2026-03-02T03:00", "2026-03-01T10:00"]
)
def test_nonsense_moves_nothing(when: str) -> None:
    claim = booked(a_bookable(a_station()), at(10))
    phone, address = holding(claim), f"/bookings/{claim.number}/move/"
    assert phone.get(address, {"at": when}).status_code == 200
    assert phone.post(address, {"at": when}).status_code < 500
    assert fresh(claim).starts_at == at(10)


def test_an_approval_is_for_one_time_and_is_asked_again_for_another() -> None:
    room = a_bookable(a_station(), mode="room", needs_approval=True)
    claim = booked(room, at(10))
    claiming.approve(claim, actor=the_system(room.district))
    phone = holding(claim)
    phone.post(f"/bookings/{claim.number}/move/", {"at": "2026-03-02T15:00"})
    found = fresh(claim)
    assert (found.state, found.starts_at) == (S.PENDING, at(15))
    assert "等审批" in text_of(phone.get(f"/bookings/{claim.number}/"))


def test_who_waits_reads_their_place_and_why_others_went_first() -> None:
    pool = some_seats(a_station(), 6)
    seated(pool, 3)
    group = seated(pool, 4)
    seated(pool, 1)
    group.refresh_from_db()
    later = seated(pool, 4)
    assert (standing.place_of(group), standing.place_of(later)) == (1, 2)
    page = text_of(holding(group).get(f"/bookings/{group.number}/"))
    assert "排在第一位" in page
    assert "先让后面人少的去了" in page
    assert "退出候补" in page


def offered() -> Claim:
    """Return a claim that is offered a place."""
    haircut = a_bookable(a_station())
    claim, waiting = booked(haircut, at(16)), booked(haircut, at(16), may_wait=True)
    claiming.cancel(claim, actor=the_system(haircut.station))
    return fresh(waiting)


def test_an_offer_is_taken_on_the_page_of_the_booking() -> None:
    claim = offered()
    phone = holding(claim)
    page = text_of(phone.get(f"/bookings/{claim.number}/"))
    assert "给您保留到 今天 11:00" in page
    phone.post(f"/bookings/{claim.number}/answer/", {"answer": "accept"})
    assert fresh(claim).state == S.CONFIRMED


def test_the_link_of_a_message_shows_and_only_a_press_takes() -> None:
    claim = offered()
    link = f"/bookings/offer/{mine.offer_token(claim)}/"
    page = text_of(Client().get(link))
    assert "有名额了" in page
    assert claim.number not in page
    assert str(claim.code) not in page
    assert fresh(claim).state == S.OFFERED
    done = text_of(Client().post(link, {"answer": "accept"}, follow=True))
    assert "给您约上了" in done
    assert "约好了" in done
    again = text_of(Client().post(link, {"answer": "accept"}, follow=True))
    assert "约好了" in again
    Client().post(link, {"answer": "decline"})
    assert fresh(claim).state == S.CONFIRMED  # an old link calls nothing off


def test_passing_an_offer_on_gives_it_to_the_next() -> None:
    claim = offered()
    assert claim.bookable is not None
    behind = booked(claim.bookable, at(16), may_wait=True)
    link = f"/bookings/offer/{mine.offer_token(claim)}/"
    Client().post(link, {"answer": "nonsense"})
    assert fresh(claim).state == S.OFFERED
    assert "让给下一位" in text_of(Client().post(link, {"answer": "decline"}, follow=True))
    assert (fresh(claim).state, fresh(behind).state) == (S.CANCELLED, S.OFFERED)


def test_an_offer_that_ran_out_says_so_before_and_after_the_clockwork() -> None:
    claim = offered()
    link = f"/bookings/offer/{mine.offer_token(claim)}/"
    assert claim.expires_at is not None
    with time_machine.travel(claim.expires_at, tick=False):
        assert "名额给了下一位" in text_of(Client().get(link))
        assert "保留的时间已过" in text_of(Client().post(link, {"answer": "accept"}, follow=True))
        placing.expire(claim)
        assert "过了保留时间" in text_of(Client().get(link))
        assert Client().post(link, {"answer": "accept"}, follow=True).status_code == 200
    with time_machine.travel(claim.expires_at + dt.timedelta(days=31), tick=False):
        assert "过期了" in text_of(Client().get(link))


@pytest.mark.parametrize("token", ["x", "1-2.forged", "0" * 3000])
def test_a_link_that_is_none_is_not_there(token: str) -> None:
    offered()
    assert Client().get(f"/bookings/offer/{token}/").status_code == 404
    assert Client().post(f"/bookings/offer/{token}/", {"answer": "accept"}).status_code == 404


def test_an_account_finds_its_bookings_on_any_device_and_no_others() -> None:
    haircut = a_bookable(a_station())
    account = cast.a_resident(haircut.district)
    own = booked(haircut, at(10), party=_party_of(account.pk))
    others = booked(haircut, at(11))
    page = text_of(cast.signed_in_client(account).get("/bookings/"))
    assert own.number in page.replace("/bookings/", "")
    assert others.number not in page


def _party_of(account_id: int) -> Any:
    return Party(called="王秀英", account_id=account_id)


def test_a_sign_up_for_seats_is_followed_the_same_way() -> None:
    pool = some_seats(a_station(), 6)
    claim = seated(pool, 2)
    phone = holding(claim)
    page = text_of(phone.get(f"/bookings/{claim.number}/"))
    assert "培训" in page
    assert "2 人" in page
    assert "改时间" not in page
    phone.post(f"/bookings/{claim.number}/cancel/")
    assert (fresh(claim).state, seats.free_seats(pool)) == (S.CANCELLED, 6)


def test_the_slip_prints_on_a_sheet_and_on_a_roll() -> None:
    claim = booked(a_bookable(a_station(phone="0355-1234567")), at(10))
    phone = holding(claim)
    for paper, sheet in (("", "slip"), ("?paper=roll", "roll")):
        page = text_of(phone.get(f"/bookings/{claim.number}/ticket/{paper}"))
        assert f"bookings/{sheet}" in page
        assert claim.number in page
        assert str(claim.code) in page
        assert "<svg" in page
        assert "0355-1234567" in page
        assert "李阿姨" not in page


def test_the_list_costs_the_same_queries_for_many(django_assert_max_num_queries: object) -> None:
    haircut = a_bookable(a_station())
    pool = some_seats(haircut.station, 30)
    claims = [booked(haircut, at(hour)) for hour in range(10, 16)] + [seated(pool) for _n in range(6)]
    phone = holding(*claims)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        page = text_of(phone.get("/bookings/"))
    assert all(claim.number in page for claim in claims)
