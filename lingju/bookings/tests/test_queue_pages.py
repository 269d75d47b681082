"""The queue as people see it: a number without an account, the counter's presses, the wall."""

import re

import pytest
import time_machine
from django.test import Client

from lingju.bookings.models import Bookable, Ticket
from lingju.bookings.services import queueing
from lingju.bookings.tests.builders import a_bookable, a_key, a_pool, a_station, at, booked, the_system
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
T = Ticket.State


def a_queue() -> Bookable:
    """Offer haircuts of 30 minutes for which one draws a number."""
    station = a_station()
    return a_bookable(station, a_pool(station), takes_walk_ins=True)


def drawn_by(browser: Client, bookable: Bookable, key: str = "") -> str:
    """Draw a number in a browser; return what the page says afterwards."""
    answer = browser.post(f"/queue/{bookable.pk}/", {"do": "draw", "key": key or a_key()}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_number_is_drawn_without_an_account_and_says_how_many_are_before() -> None:
    haircut = a_queue()
    assert "没有人在等" in Client().get(f"/queue/{haircut.pk}/").content.decode()
    assert "下一个就是您" in drawn_by(Client(), haircut)
    mine = Client()
    seen = drawn_by(mine, haircut)
    assert "前面还有 1 位" in seen
    assert re.search(r"大约等 \d+–\d+ 分钟", seen)
    assert "前面还有 1 位" in mine.get(f"/queue/{haircut.pk}/").content.decode()


def test_a_browser_holds_one_number_and_a_forged_cookie_none() -> None:
    haircut = a_queue()
    mine = Client()
    drawn_by(mine, haircut)
    drawn_by(mine, haircut)
    assert Ticket.objects.count() == 1
    forged = Client()
    forged.cookies["lingju_queue"] = f"{Ticket.objects.get().pk}:abc"
    assert "您的号" not in forged.get(f"/queue/{haircut.pk}/").content.decode()
    assert forged.get(f"/queue/{haircut.pk}/slip/").status_code == 404
    forged.post(f"/queue/{haircut.pk}/", {"do": "give_up"})
    assert Ticket.objects.get().state == T.WAITING


def test_a_screen_of_many_shows_the_slip_of_who_drew_and_forgets_it() -> None:
    haircut = a_queue()
    screen = Client()
    address = f"/queue/{haircut.pk}/"
    assert 'name="shared"' in screen.get(f"{address}?shared=1").content.decode()
    drawn = screen.post(address, {"do": "draw", "key": a_key(), "shared": "1"}, follow=True)
    seen = drawn.content.decode()
    assert ('<p class="q-big num">1</p>' in seen, "记住了，下一位" in seen) == (True, True)
    assert drawn.headers["Refresh"] == f"30; url={address}?shared=1"
    assert "lingju_queue" not in screen.cookies
    again = screen.get(f"{address}?shared=1").content.decode()
    assert ("您的号" in again, "取个号" in again) == (False, True)
    assert screen.get(f"{address}slip/").status_code == 404
    screen.post(address, {"do": "draw", "key": a_key(), "shared": "1"})
    assert Ticket.objects.count() == 2


def test_a_number_drawn_at_the_desk_is_printed_there() -> None:
    haircut = a_queue()
    ticket = queueing.draw(haircut, key=a_key(), actor=the_system(haircut.station))
    keeper = cast.signed_in_client(cast.a_keeper(at=haircut.station))
    desk = f"/desk/bookings/{haircut.station_id}/queue/"
    slip = f"/desk/bookings/ticket/{ticket.pk}/slip/"
    seen = keeper.get(desk).content.decode()
    assert (slip in seen, f"/queue/{haircut.pk}/?shared=1" in seen) == (True, True)
    printed = keeper.get(slip).content.decode()
    assert ('<p class="q-big num">1</p>' in printed, desk in printed) == (True, True)
    with time_machine.travel(at(9, days=1)):
        tomorrow = cast.signed_in_client(cast.a_keeper(at=haircut.station))
        assert tomorrow.get(slip).status_code == 404


def test_who_does_not_want_to_wait_gives_the_number_back() -> None:
    haircut = a_queue()
    mine = Client()
    drawn_by(mine, haircut)
    assert "今天有效" in mine.get(f"/queue/{haircut.pk}/slip/").content.decode()
    mine.post(f"/queue/{haircut.pk}/", {"do": "give_up"})
    assert Ticket.objects.get().state == T.GIVEN_UP


def test_no_number_where_it_is_shut_and_a_sentence_instead() -> None:
    haircut = a_queue()
    with time_machine.travel(at(20)):
        answer = Client().post(f"/queue/{haircut.pk}/", {"do": "draw", "key": a_key()})
    assert answer.status_code == 409
    assert "开放时间" in answer.content.decode()
    assert Client().get(f"/queue/{a_bookable(haircut.station, name='剪纸').pk}/").status_code == 404


def test_the_counter_calls_begins_and_ends() -> None:
    haircut = a_queue()
    drawn_by(Client(), haircut)
    keeper = cast.signed_in_client(cast.a_keeper(at=haircut.station))
    desk = f"/desk/bookings/{haircut.station_id}/queue/"
    called = keeper.post(desk, {"do": "next", "b": str(haircut.pk)}, follow=True).content.decode()
    assert "请 1 号过来" in called
    ticket = Ticket.objects.get()
    for do, state in (("miss", T.MISSED), ("call", T.CALLED), ("serve", T.SERVING), ("finish", T.DONE)):
        keeper.post(f"/desk/bookings/ticket/{ticket.pk}/", {"do": do})
        ticket.refresh_from_db()
        assert ticket.state == state
    assert (
        "没有人在等" in keeper.post(desk, {"do": "next", "b": str(haircut.pk)}, follow=True).content.decode()
    )
    assert (
        "取了 2 号"
        in keeper.post(
            desk, {"do": "draw", "b": str(haircut.pk), "key": a_key()}, follow=True
        ).content.decode()
    )


def test_the_counter_is_told_that_a_booking_comes() -> None:
    haircut = a_queue()
    booked(haircut, at(9, 20))
    drawn_by(Client(), haircut)
    keeper = cast.signed_in_client(cast.a_keeper(at=haircut.station))
    desk = f"/desk/bookings/{haircut.station_id}/queue/"
    seen = keeper.post(desk, {"do": "next", "b": str(haircut.pk)}, follow=True).content.decode()
    assert "下一个空当是 9:50" in seen


def test_how_true_it_was_stands_on_the_page() -> None:
    haircut = a_queue()
    actor = the_system(haircut.station)
    queueing.draw(haircut, key=a_key(), actor=actor)
    with time_machine.travel(at(9, 12)):
        queueing.call_next(haircut, actor=actor)
        seen = Client().get(f"/queue/{haircut.pk}/").content.decode()
    assert "1 个号，0 个没超过说的时间，一般差 12 分钟" in seen


def test_the_wall_shows_numbers_and_nobody() -> None:
    haircut = a_queue()
    drawn_by(Client(), haircut)
    drawn_by(Client(), haircut)
    queueing.call_next(haircut, actor=the_system(haircut.station))
    answer = Client().get(f"/queue/{haircut.station.slug}/screen/")
    seen = answer.content.decode()
    assert re.search(r"请过来</small><b class=\"num\">1 </b>", seen)
    assert "hx-trigger" in seen
    assert answer.headers["Refresh"] == "60"
