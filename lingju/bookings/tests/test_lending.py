"""Lending: due on a day, given back once, kept longer only while nobody waits."""

import datetime as dt

import pytest
import time_machine

from lingju.bookings.models import Bookable, Claim, Pool
from lingju.bookings.parties import Party
from lingju.bookings.services import lending
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.tests.builders import a_bookable, a_key, a_pool, a_receipt, a_station, at, the_system
from lingju.kernel import clock
from lingju.kernel.errors import NotNow

pytestmark = pytest.mark.django_db
S = Claim.State


def a_book(copies: int = 1) -> Bookable:
    """Offer a book to take home for thirty days."""
    station = a_station()
    shelf = a_pool(station, copies, "《平凡的世界》", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    return a_bookable(station, shelf, name="平凡的世界", mode=Bookable.Mode.LOAN, loan_days=30)


def lent(book: Bookable, key: str = "") -> Claim:
    """Lend a copy to somebody at the counter."""
    who = Party(called="李阿姨", phone="13812345678", by="call")
    return lending.lend(book, who, key=key or a_key(), actor=the_system(book.station)).claim


def test_what_is_lent_is_due_at_the_end_of_the_last_day() -> None:
    claim = lent(a_book())
    assert claim.state == S.CHECKED_IN
    assert claim.ends_at == dt.datetime(2026, 4, 1, 23, 59, tzinfo=clock.ZONE)


def test_the_same_press_lends_one_and_the_last_copy_goes_once() -> None:
    book = a_book()
    first = lent(book, "press-of-loan")
    assert lent(book, "press-of-loan").pk == first.pk
    with pytest.raises(NoPlace):
        lent(book)


def test_who_waits_gets_what_comes_back() -> None:
    book = a_book()
    claim = lent(book)
    waiting = a_receipt(book, None, may_wait=True).claim  # type: ignore[arg-type]
    assert waiting.state == S.WAITLISTED
    with pytest.raises(NotNow, match="有人在等"), time_machine.travel(at(10, days=3)):
        lending.extend(claim, actor=the_system(book.station))
    assert lending.give_back(claim, actor=the_system(book.station)).state == S.COMPLETED
    assert lending.give_back(claim, actor=the_system(book.station)).state == S.COMPLETED
    waiting.refresh_from_db()
    assert waiting.state == S.OFFERED


def test_a_loan_is_extended_from_today_and_not_twice_a_day() -> None:
    book = a_book()
    claim = lent(book)
    with time_machine.travel(at(10, days=20)):
        longer = lending.extend(claim, actor=the_system(book.station))
        assert longer.ends_at == dt.datetime(2026, 4, 21, 23, 59, tzinfo=clock.ZONE)
        with pytest.raises(NotNow, match="续过了"):
            lending.extend(longer, actor=the_system(book.station))


def test_what_was_reserved_is_handed_out_with_its_day() -> None:
    book = a_book()
    claim = a_receipt(book, None).claim  # type: ignore[arg-type]
    assert (claim.state, claim.ends_at) == (S.CONFIRMED, None)
    out = lending.hand_out(claim, actor=the_system(book.station))
    assert (out.state, out.ends_at) == (S.CHECKED_IN, lending.due_at(book))
    assert lending.hand_out(out, actor=the_system(book.station)).pk == claim.pk


def test_a_haircut_is_not_lent() -> None:
    haircut = a_bookable(a_station())
    with pytest.raises(NotNow, match="不是借还的东西"):
        lent(haircut)
