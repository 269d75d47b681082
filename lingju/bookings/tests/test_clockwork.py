"""The clockwork: what runs out goes on, days are closed, cells dropped, names forgotten, counts verified."""

import datetime as dt

import pytest
import time_machine

from lingju.bookings import ical, jobs, phrases
from lingju.bookings.cells import Taking
from lingju.bookings.models import Bookable, Cell, Claim, Part, Pool, Ticket
from lingju.bookings.parties import Party
from lingju.bookings.services import (
    claiming,
    counting,
    forgetting,
    lending,
    placing,
    queueing,
    tidying,
    verifying,
)
from lingju.bookings.tests.builders import (
    a_bookable,
    a_key,
    a_pool,
    a_receipt,
    a_station,
    at,
    booked,
    seated,
    some_seats,
    the_system,
)
from lingju.places.models import Station
from lingju.places.services import hours

pytestmark = pytest.mark.django_db
S = Claim.State


def states(*claims: Claim) -> list[str]:
    """Return where claims stand now."""
    for claim in claims:
        claim.refresh_from_db()
    return [claim.state for claim in claims]


def test_each_minute_what_ran_out_goes_on_to_who_waits() -> None:
    haircut = a_bookable(a_station())
    held = booked(haircut, at(16), hold=True)
    waiting = booked(haircut, at(16), may_wait=True)
    assert jobs.every_minute() == 0
    with time_machine.travel(at(9, 11)):
        assert jobs.every_minute() == 1
    assert states(held, waiting) == [S.EXPIRED, S.OFFERED]


def test_who_waited_for_a_time_that_has_begun_waits_no_longer() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10))
    waiting = booked(haircut, at(10), may_wait=True)
    with time_machine.travel(at(10)):
        jobs.every_minute()
    assert states(waiting) == [S.CANCELLED]
    assert "一直没有空出来" in waiting.why


def test_the_night_closes_the_day_and_drops_its_cells() -> None:
    station = a_station()
    haircut, room = a_bookable(station), a_bookable(station, name="议事室", needs_approval=True)
    came, missed, pending = booked(haircut, at(10)), booked(haircut, at(11)), booked(room, at(10))
    tomorrow = booked(haircut, at(10, days=1))
    claiming.check_in(came, actor=the_system(station))
    with time_machine.travel(at(0, 20, days=1)):
        jobs.every_night()
        assert states(came, missed, pending, tomorrow) == [S.COMPLETED, S.NO_SHOW, S.CANCELLED, S.CONFIRMED]
        assert Cell.objects.filter(pool__in=haircut.pools.all()).count() == 6
        assert Part.objects.filter(claim=came).count() == 1
        assert jobs.every_night() == 0


def test_the_night_leaves_loans_seats_and_today_alone() -> None:
    station = a_station()
    shelf = a_pool(station, 1, "书", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    book = a_bookable(station, shelf, name="书", mode=Bookable.Mode.LOAN, loan_days=1)
    loan = lending.lend(book, Party(called="李"), key=a_key(), actor=the_system(station)).claim
    seat = seated(some_seats(station, 3))
    with time_machine.travel(at(0, 20, days=9)):
        jobs.every_night()
    assert states(loan, seat) == [S.CHECKED_IN, S.CONFIRMED]
    assert list(lending.lent_at(station.pk)) == [loan]


def test_what_was_reserved_and_not_fetched_goes_to_the_next() -> None:
    station = a_station()
    shelf = a_pool(station, 1, "书", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    book = a_bookable(station, shelf, name="书", mode=Bookable.Mode.LOAN, loan_days=1)
    reserved, waiting = (a_receipt(book, None, may_wait=True).claim for _ in range(2))  # type: ignore[arg-type]
    with time_machine.travel(at(0, 20, days=4)):
        tidying.close_days()
    assert states(reserved, waiting) == [S.CANCELLED, S.OFFERED]


def a_book(station: Station) -> Bookable:
    """Put one book on a shelf that may be reserved."""
    shelf = a_pool(station, 1, "书", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    return a_bookable(station, shelf, name="书", mode=Bookable.Mode.LOAN, loan_days=1)


def test_a_book_waited_for_is_kept_from_when_it_was_accepted() -> None:
    book = a_book(a_station())
    actor = the_system(book.station)
    reserved, waiting = (a_receipt(book, None, may_wait=True).claim for _ in range(2))  # type: ignore[arg-type]
    with time_machine.travel(at(9, days=4)):
        claiming.cancel(reserved, actor=actor)
        waiting.refresh_from_db()
        claiming.accept(waiting, actor=actor)
    with time_machine.travel(at(0, 20, days=5)):
        tidying.close_days()
    assert states(waiting) == [S.CONFIRMED]
    with time_machine.travel(at(0, 20, days=8)):
        tidying.close_days()
    assert states(waiting) == [S.CANCELLED]


def test_days_on_which_the_station_is_shut_do_not_count_against_who_fetches() -> None:
    book = a_book(a_station(weekly="周一、周二、周四 9:00-12:00"))
    hours.close_on(book.station, at(0, days=3).date(), reason="停水", actor=the_system(book.station))
    reserved = a_receipt(book, None).claim  # type: ignore[arg-type]
    with time_machine.travel(at(0, 20, days=8)):
        tidying.close_days()
    assert states(reserved) == [S.CONFIRMED]
    with time_machine.travel(at(0, 20, days=11)):
        tidying.close_days()
    assert states(reserved) == [S.CANCELLED]


def test_after_the_grace_a_place_goes_on_where_comings_are_ticked_off() -> None:
    haircut = a_bookable(a_station(), grace=15)
    came, late, later = booked(haircut, at(9, 30)), booked(haircut, at(10)), booked(haircut, at(11))
    claiming.check_in(came, actor=the_system(haircut.station))
    with time_machine.travel(at(10, 14)):
        assert jobs.every_minute() == 0
    with time_machine.travel(at(10, 15)):
        assert jobs.every_minute() == 1
        assert jobs.every_minute() == 0
        assert phrases.told(Claim.objects.get(pk=late.pk)).title == "没等到您"
        assert counting.fits(placing.takings_of([late]))
    assert states(late, later) == [S.NO_SHOW, S.CONFIRMED]


def test_where_nobody_was_ticked_off_nobody_is_said_to_have_stayed_away() -> None:
    station = a_station()
    haircut = a_bookable(station, a_pool(station), takes_walk_ins=True)
    sitting = booked(haircut, at(10))
    queueing.draw(haircut, key=a_key(), actor=the_system(haircut.station))
    ticket = queueing.call_next(haircut, actor=the_system(haircut.station))
    queueing.serve(ticket, actor=the_system(haircut.station))
    with time_machine.travel(at(10, 20)):
        jobs.every_minute()
        assert states(sitting) == [S.CONFIRMED]
    with time_machine.travel(at(0, 20, days=1)):
        jobs.every_night()
        assert states(sitting) == [S.EXPIRED]
        assert (sitting.has_lapsed, phrases.told(sitting).title) == (True, "时间过了")
        assert ical.status_of(sitting) == ical.status_of(booked(haircut, at(10, days=2)))


def test_the_night_ends_the_numbers_of_the_day() -> None:
    station = a_station()
    haircut = a_bookable(station, a_pool(station), takes_walk_ins=True)
    actor = the_system(station)
    served, waited = (queueing.draw(haircut, key=a_key(), actor=actor) for _ in range(2))
    queueing.serve(queueing.call_next(haircut, actor=actor), actor=actor)
    with time_machine.travel(at(0, 20, days=1)):
        jobs.every_night()
    served.refresh_from_db()
    waited.refresh_from_db()
    assert (served.state, waited.state) == (Ticket.State.DONE, Ticket.State.GIVEN_UP)
    assert served.claim is not None
    assert states(served.claim) == [S.COMPLETED]


def test_a_year_later_nobody_is_named_and_the_count_remains() -> None:
    haircut = a_bookable(a_station())
    who = Party(called="李阿姨", phone="13812345678", by="call", wishes="坐轮椅", proxy="女儿")
    claim = booked(haircut, at(10), party=who)
    with time_machine.travel(at(10, days=364)):
        assert forgetting.forget_old() == 0
    with time_machine.travel(at(11, days=366)):
        assert forgetting.forget_old() == 1
        assert forgetting.forget_old() == 0
    claim.refresh_from_db()
    assert (claim.called, claim.phone, claim.code, claim.wishes, claim.proxy) == ("", None, "", "", "")
    assert not Claim.objects.filter(phone_index="13812345678").exists()
    assert (claim.number != "", claim.starts_at) == (True, at(10))


def test_counts_that_agree_are_found_to_agree() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10))
    claiming.cancel(booked(haircut, at(11)), actor=the_system(haircut.station))
    assert [one for pool in verifying.pools() for one in verifying.differences(pool)] == []


def test_a_count_that_was_tampered_with_is_found_and_set_right() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10))
    Cell.objects.update(taken=0)
    (pool,) = verifying.pools()
    assert [(one.taken, one.should_be, one.is_above) for one in verifying.differences(pool)] == [
        (0, 1, False)
    ] * 6
    verifying.repair(pool)
    assert verifying.differences(pool) == []


def test_a_cell_that_was_lost_is_made_anew() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10))
    Cell.objects.all().delete()
    (pool,) = verifying.pools()
    assert len(verifying.repair(pool)) == 6
    part = Part.objects.get()
    assert not counting.fits([Taking(part.pool_id, part.first, part.end, 1)])
    assert dt.timedelta(minutes=5 * (part.end - part.first)) == dt.timedelta(minutes=30)
