"""Booking: whole or not at all, the same press once, never above what there is."""

import datetime as dt

import pytest
import time_machine

from lingju.bookings.cells import Taking
from lingju.bookings.models import Bookable, Cell, Claim, Pool, Use
from lingju.bookings.parties import Party, Slot
from lingju.bookings.queries import openings
from lingju.bookings.services import claiming, gaps, placing, queueing, seats, series
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.services.series import Weekly
from lingju.bookings.tests.builders import (
    MONDAY,
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
from lingju.bookings.tests.counted import differences
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster

pytestmark = pytest.mark.django_db
S = Claim.State


def test_a_time_is_booked_once_and_the_next_begins_where_it_ends() -> None:
    haircut = a_bookable(a_station())
    assert booked(haircut, at(10)).state == S.CONFIRMED
    with pytest.raises(NoPlace):
        booked(haircut, at(10))
    with pytest.raises(NoPlace):
        booked(haircut, at(10, 15))
    assert booked(haircut, at(10, 30)).state == S.CONFIRMED
    assert booked(haircut, at(9, 30)).state == S.CONFIRMED


def test_the_same_press_gets_the_same_booking() -> None:
    haircut = a_bookable(a_station())
    first = a_receipt(haircut, at(10), key="press-once")
    again = a_receipt(haircut, at(10), key="press-once")
    assert (first.is_new, again.is_new) == (True, False)
    assert (first.claim.pk, first.code) == (again.claim.pk, again.code)
    assert Claim.objects.count() == 1


def test_several_pools_are_taken_together_or_not_at_all() -> None:
    station = a_station()
    chair, barbers = a_pool(station, 1, "椅子"), a_pool(station, 2, "理发师")
    haircut, massage = a_bookable(station, chair, barbers), a_bookable(station, barbers, name="头部按摩")
    booked(haircut, at(10))
    with pytest.raises(NoPlace):
        booked(haircut, at(10))
    assert booked(massage, at(10)).state == S.CONFIRMED
    taken = dict(Cell.objects.filter(pool=barbers).values_list("at", "taken"))
    assert set(taken.values()) == {2}


def test_a_hall_that_can_be_parted_is_not_given_twice() -> None:
    station = a_station()
    east, west = a_pool(station, name="东半间"), a_pool(station, name="西半间")
    whole, half = a_bookable(station, east, west, name="整间"), a_bookable(station, east, name="东半间")
    booked(half, at(10))
    with pytest.raises(NoPlace):
        booked(whole, at(10))
    assert booked(a_bookable(station, west, name="西半间"), at(10)).state == S.CONFIRMED


def test_cancelling_frees_the_place_and_is_held_against_nobody() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10))
    claiming.cancel(claim, actor=the_system(haircut.station), why="家里有事")
    assert booked(haircut, at(10)).state == S.CONFIRMED
    claim.refresh_from_db()
    assert (claim.state, claim.why) == (S.CANCELLED, "家里有事")


def test_who_waits_first_gets_what_comes_free_and_a_newcomer_stands_behind() -> None:
    haircut = a_bookable(a_station())
    first = booked(haircut, at(10))
    waiting = booked(haircut, at(10), may_wait=True)
    later = booked(haircut, at(10), may_wait=True)
    assert (waiting.state, later.state) == (S.WAITLISTED, S.WAITLISTED)
    claiming.cancel(first, actor=the_system(haircut.station))
    waiting.refresh_from_db()
    later.refresh_from_db()
    assert (waiting.state, later.state) == (S.OFFERED, S.WAITLISTED)
    assert waiting.expires_at == at(10)  # it begins in an hour, before two hours are over
    claiming.accept(waiting, actor=the_system(haircut.station))
    assert waiting.state == S.CONFIRMED


def test_an_offer_that_runs_out_goes_on_to_the_next() -> None:
    haircut = a_bookable(a_station())
    first = booked(haircut, at(16))
    waiting, next_one = (booked(haircut, at(16), may_wait=True) for _ in range(2))
    claiming.cancel(first, actor=the_system(haircut.station))
    waiting.refresh_from_db()
    assert waiting.expires_at is not None
    with time_machine.travel(waiting.expires_at, tick=False):
        with pytest.raises(NotNow, match="保留的时间已过"):
            claiming.accept(waiting, actor=the_system(haircut.station))
        assert placing.expire(waiting)
    next_one.refresh_from_db()
    assert next_one.state == S.OFFERED


def test_a_hold_is_over_at_its_very_moment_without_the_clockwork() -> None:
    haircut = a_bookable(a_station())
    held = booked(haircut, at(16), hold=True)
    assert held.expires_at is not None
    with time_machine.travel(held.expires_at - dt.timedelta(seconds=1), tick=False), pytest.raises(NoPlace):
        booked(haircut, at(16))
    with time_machine.travel(held.expires_at, tick=False):
        assert booked(haircut, at(16)).state == S.CONFIRMED
    held.refresh_from_db()
    assert held.state == S.EXPIRED


def test_a_group_of_four_for_three_seats_waits_whole() -> None:
    pool = some_seats(a_station(), 20)
    seated(pool, 17)
    group = seated(pool, 4)
    assert (group.state, group.quantity) == (S.WAITLISTED, 4)
    assert seats.free_seats(pool) == 3


def test_a_smaller_party_may_pass_a_larger_twice_and_no_more() -> None:
    pool = some_seats(a_station(), 6)
    seated(pool, 3)
    group = seated(pool, 4)
    passing = [seated(pool, 1) for _ in range(2)]
    assert [claim.state for claim in passing] == [S.CONFIRMED, S.CONFIRMED]
    held_back = seated(pool, 1)
    assert held_back.state == S.WAITLISTED
    assert "先留给" in held_back.explanation
    group.refresh_from_db()
    assert (group.passed, group.passings.count()) == (2, 2)
    assert "最多这样 2 次" in group.explanation


def test_leaving_the_waiting_list_promotes_nobody() -> None:
    pool = some_seats(a_station(), 2)
    seated(pool, 2)
    first, second = seated(pool, 1), seated(pool, 1)
    claiming.cancel(first, actor=the_system(pool.station))  # type: ignore[arg-type]
    second.refresh_from_db()
    assert (second.state, seats.free_seats(pool)) == (S.WAITLISTED, 0)


def test_more_seats_let_in_as_many_as_fit_and_fewer_than_taken_are_refused() -> None:
    pool = some_seats(a_station(), 3)
    seated(pool, 3)
    waiting = [seated(pool, 1) for _ in range(3)]
    actor = the_system(pool.station)  # type: ignore[arg-type]
    seats.change_capacity(pool, 5, actor=actor)
    for claim in waiting:
        claim.refresh_from_db()
    assert [claim.state for claim in waiting] == [S.OFFERED, S.OFFERED, S.WAITLISTED]
    with pytest.raises(BadInput, match="已经约出去 5 个"):
        seats.change_capacity(pool, 4, actor=actor)


def test_a_move_takes_the_new_time_or_keeps_the_old() -> None:
    haircut = a_bookable(a_station())
    claim, other = booked(haircut, at(10)), booked(haircut, at(11))
    with pytest.raises(NoPlace):
        claiming.move(claim, Slot(starts_at=at(11)), actor=the_system(haircut.station))
    claim.refresh_from_db()
    assert claim.starts_at == at(10)
    moved = claiming.move(claim, Slot(starts_at=at(10, 15)), actor=the_system(haircut.station))
    assert (moved.starts_at, other.starts_at) == (at(10, 15), at(11))
    assert placing.takings_of([moved])[0].end - placing.takings_of([moved])[0].first == 6


def test_the_whole_party_moves_for_as_long_as_before_with_what_it_has_read() -> None:
    station = a_station()
    chairs = a_pool(station, 4, "座位")
    lesson = a_bookable(station, chairs, most_party=4, most_minutes=60, notice="请自带茶杯")
    Use.objects.update(is_per_person=True)
    claim = booked(lesson, at(10), ends_at=at(11), quantity=3, has_read_notice=True)
    moved = claiming.move(claim, Slot(starts_at=at(14)), actor=the_system(station))
    assert (moved.quantity, moved.starts_at, moved.ends_at) == (3, at(14), at(15))
    assert [taking.quantity for taking in placing.takings_of([moved])] == [3]
    booked(lesson, at(16), quantity=2, has_read_notice=True)
    with pytest.raises(NoPlace):
        claiming.move(moved, Slot(starts_at=at(16)), actor=the_system(station))
    assert differences({chairs.pk: 4}) == []


def test_of_two_hands_that_move_one_party_the_second_is_told() -> None:
    station = a_station()
    chairs = a_pool(station, 4, "座位")
    lesson = a_bookable(station, chairs, most_party=4)
    claim = booked(lesson, at(10), quantity=3)
    other = Claim.objects.select_related("area", "bookable__station__area").get(pk=claim.pk)
    claiming.move(claim, Slot(starts_at=at(14)), actor=the_system(station))
    with pytest.raises(SomeoneWasFaster):
        claiming.move(other, Slot(starts_at=at(16)), actor=the_system(station))
    claim.refresh_from_db()
    assert (claim.starts_at, claim.quantity) == (at(14), 3)
    assert differences({chairs.pk: 4}) == []


def test_a_hold_that_passes_a_longer_party_on_arrival_is_still_only_held() -> None:
    haircut = a_bookable(a_station(), most_minutes=60)
    booked(haircut, at(10))
    longer = booked(haircut, at(10), ends_at=at(11), may_wait=True)
    held = booked(haircut, at(10, 30), may_wait=True, hold=True)
    assert (longer.state, held.state) == (S.WAITLISTED, S.HELD)
    assert held.expires_at is not None
    with time_machine.travel(held.expires_at, tick=False):
        assert placing.expire(held)
    assert booked(haircut, at(10, 30), may_wait=True).state == S.CONFIRMED


def test_what_is_out_of_use_is_not_given_though_it_has_room() -> None:
    station = a_station()
    chair = a_pool(station, 2, "理发椅")
    haircut, pool = a_bookable(station, chair, takes_walk_ins=True), some_seats(station, 3)
    Pool.objects.update(is_retired=True)
    with pytest.raises(NotNow, match="停用"):
        booked(haircut, at(10))
    pool.refresh_from_db()
    with pytest.raises(NotNow, match="停用"):
        seated(pool)
    with pytest.raises(NotNow, match="停用"):
        queueing.call_next(haircut, actor=the_system(station))
    fetched = openings.bookable_of(the_system(station), haircut.pk)
    assert not any(day.free for day in openings.days(fetched, at(9).date(), 3))
    assert gaps.free_starts(fetched, at(9).date()) == []


def test_a_qualification_counts_on_the_day_of_the_visit() -> None:
    moxa = a_bookable(a_station(), qualified_until=at(0, days=1).date())
    assert booked(moxa, at(10, days=1)).state == S.CONFIRMED
    with pytest.raises(NotNow, match="资质到 3月3日"):
        booked(moxa, at(10, days=2))
    fetched = openings.bookable_of(the_system(moxa.station), moxa.pk)
    free = [day.free for day in openings.days(fetched, at(9).date(), 4)]
    assert free == [True, True, False, False]
    assert gaps.free_starts(fetched, at(9, days=2).date()) == []


def test_an_approval_is_not_given_beyond_the_qualification() -> None:
    moxa = a_bookable(a_station(), needs_approval=True)
    claim = booked(moxa, at(10, days=3))
    Bookable.objects.update(qualified_until=at(0, days=1).date())
    claim = Claim.objects.select_related("area", "bookable__station__area", "bookable__offer").get(
        pk=claim.pk
    )
    with pytest.raises(NotNow, match="资质到"):
        claiming.approve(claim, actor=the_system(moxa.station))
    assert claim.state == S.PENDING


def test_a_series_says_which_dates_the_qualification_does_not_reach() -> None:
    moxa = a_bookable(a_station(), qualified_until=at(0, days=8).date(), most_days_ahead=60)
    weekly = Weekly((1,), at(9).date(), at(9, days=20).date(), opens=600, minutes=30, skips_holidays=False)
    report = series.repeat(moxa, weekly, Party(called="李"), key=a_key(), actor=the_system(moxa.station))
    assert [claim.starts_at for claim in report.claims] == [at(10, days=1), at(10, days=8)]
    assert [(one.date, one.why) for one in report.rejections] == [(at(0, days=15).date(), "lapsed")]


@pytest.mark.parametrize(
    ("starts_at", "sentence"),
    [
        (at(7), "这个时间已经过了"),
        (at(9, 2, days=1), "整五分钟"),
        (at(20), "不开门|开放|开"),
    ],
)
def test_nonsense_times_are_refused_with_a_sentence(starts_at: dt.datetime, sentence: str) -> None:
    haircut = a_bookable(a_station())
    with pytest.raises((BadInput, NotNow), match=sentence):
        booked(haircut, starts_at)
    assert Claim.objects.count() == 0


def test_a_key_that_is_too_short_is_refused() -> None:
    haircut = a_bookable(a_station())
    with pytest.raises(BadInput, match="防重"):
        a_receipt(haircut, at(10), key="x")
    assert a_key() != a_key()
    assert at(9) == MONDAY


def test_a_taking_takes_something() -> None:
    with pytest.raises(ValueError, match="takes something"):
        Taking(1, 5, 5, 1)
