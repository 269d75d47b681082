"""Numbers at the counter: drawn once a press, called in order, served between the bookings."""

import datetime as dt

import pytest
import time_machine

from lingju.bookings.models import Bookable, Cell, Claim, Ticket
from lingju.bookings.services import claiming, queueing
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.tests.builders import a_bookable, a_key, a_pool, a_station, at, booked, the_system
from lingju.kernel.errors import NotAllowed, NotNow, SomeoneWasFaster
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
S, T = Claim.State, Ticket.State


def a_queue(capacity: int = 1) -> Bookable:
    """Offer haircuts of 30 minutes for which one draws a number."""
    station = a_station()
    pool = a_pool(station, capacity)
    return a_bookable(station, pool, takes_walk_ins=True)


def drawn(bookable: Bookable, key: str = "") -> Ticket:
    """Draw a number."""
    return queueing.draw(bookable, key=key or a_key(), actor=the_system(bookable.station))


def served(bookable: Bookable) -> Ticket:
    """Call the next number and begin with it."""
    actor = the_system(bookable.station)
    return queueing.serve(queueing.call_next(bookable, actor=actor), actor=actor)


def test_numbers_of_a_day_go_up_and_the_same_press_draws_one() -> None:
    haircut = a_queue()
    first = drawn(haircut, "press-once-1")
    assert (first.number, drawn(haircut, "press-once-1").pk, drawn(haircut).number) == (1, first.pk, 2)
    with time_machine.travel(at(9, days=1)):
        assert drawn(haircut).number == 1


def test_no_number_is_given_where_one_books() -> None:
    with pytest.raises(NotNow, match="不取号"):
        drawn(
            a_queue(takes_bookings=True) if False else a_bookable(a_station("别的驿站", code="x2", slug="x2"))
        )
    haircut = a_queue()
    with time_machine.travel(at(20)), pytest.raises(NotNow, match="开放时间"):
        drawn(haircut)


def test_who_drew_first_is_called_first_and_takes_places_like_a_booking() -> None:
    haircut = a_queue()
    first, second = drawn(haircut), drawn(haircut)
    ticket = served(haircut)
    assert (ticket.pk, ticket.state) == (first.pk, T.SERVING)
    assert ticket.claim is not None
    assert (ticket.claim.state, ticket.claim.starts_at, ticket.claim.ends_at) == (
        S.CHECKED_IN,
        at(9),
        at(9, 30),
    )
    with pytest.raises(NoPlace):
        booked(haircut, at(9, 15))
    with pytest.raises(NotNow, match="下一个空当是 9:30"):
        queueing.call_next(haircut, actor=the_system(haircut.station))
    queueing.finish(ticket, actor=the_system(haircut.station))
    assert served(haircut).pk == second.pk


def test_a_booking_keeps_its_place_and_the_number_waits_for_a_gap() -> None:
    haircut = a_queue()
    booked(haircut, at(9, 20))
    drawn(haircut)
    with pytest.raises(NotNow, match="下一个空当是 9:50"):
        queueing.call_next(haircut, actor=the_system(haircut.station))
    with time_machine.travel(at(9, 50)):
        assert served(haircut).state == T.SERVING


def test_calling_into_an_empty_queue_says_that_nobody_waits() -> None:
    haircut = a_queue()
    with pytest.raises(NotNow, match="没有人在等"):
        queueing.call_next(haircut, actor=the_system(haircut.station))


def test_with_two_chairs_a_booking_and_a_number_are_served_side_by_side() -> None:
    haircut = a_queue(2)
    booked(haircut, at(9, 10))
    drawn(haircut)
    drawn(haircut)
    served(haircut)
    with pytest.raises(NotNow, match="做不完一位"):
        queueing.call_next(haircut, actor=the_system(haircut.station))
    assert max(Cell.objects.filter(pool=haircut.pools.get()).values_list("taken", flat=True)) == 2


def test_whoever_is_called_and_not_there_keeps_the_next_from_being_called_into_nothing() -> None:
    haircut = a_queue()
    actor = the_system(haircut.station)
    first, second = drawn(haircut), drawn(haircut)
    queueing.call_next(haircut, actor=actor)
    with pytest.raises(NotNow, match="1 号叫过了"):
        queueing.call_next(haircut, actor=actor)
    first.refresh_from_db()
    queueing.miss(first, actor=actor)
    assert queueing.call_next(haircut, actor=actor).pk == second.pk
    again = queueing.call(first, actor=actor)
    assert (again.state, again.called_at) == (T.CALLED, first.called_at)


def test_who_is_served_longer_than_planned_still_sits_there() -> None:
    haircut = a_queue()
    drawn(haircut)
    drawn(haircut)
    ticket = served(haircut)
    with time_machine.travel(at(9, 40)):
        with pytest.raises(NotNow, match="上一位还没点“完成”"):
            queueing.call_next(haircut, actor=the_system(haircut.station))
        queueing.finish(ticket, actor=the_system(haircut.station))
        assert served(haircut).number == 2


def test_finishing_early_gives_the_rest_of_the_time_back() -> None:
    haircut = a_queue()
    drawn(haircut)
    ticket = served(haircut)
    with time_machine.travel(at(9, 10)):
        queueing.finish(ticket, actor=the_system(haircut.station))
        assert booked(haircut, at(9, 15)).state == S.CONFIRMED
    ticket.refresh_from_db()
    assert ticket.claim is not None
    assert ticket.claim.state == S.COMPLETED


def test_people_are_told_how_long_it_takes_and_bookings_count() -> None:
    haircut = a_queue()
    booked(haircut, at(9, 30))
    assert queueing.wait_for(haircut) is not None
    first, second = drawn(haircut), drawn(haircut)
    assert (first.told_minutes, second.told_minutes) == (0, 60)
    wait = queueing.wait_for(haircut, before=second)
    assert wait is not None
    assert wait.low <= 60 <= wait.high


def test_who_draws_too_late_for_today_is_told_so() -> None:
    haircut = a_queue()
    with time_machine.travel(at(17, 40)):
        assert drawn(haircut).told_minutes is None


def test_of_two_hands_that_begin_with_one_number_one_wins_and_nothing_is_taken_twice() -> None:
    haircut = a_queue(2)
    actor = the_system(haircut.station)
    drawn(haircut)
    ticket = queueing.call_next(haircut, actor=actor)
    stale = Ticket.objects.select_related("bookable__station", "bookable__area").get(pk=ticket.pk)
    queueing.serve(ticket, actor=actor)
    with pytest.raises(SomeoneWasFaster):
        queueing.serve(stale, actor=actor)
    assert set(Cell.objects.filter(pool=haircut.pools.get()).values_list("taken", flat=True)) == {1}


def test_only_who_keeps_the_station_calls_and_serves() -> None:
    haircut = a_queue()
    drawn(haircut)
    elsewhere = cast.an_actor_of(cast.a_resident(haircut.district))
    with pytest.raises(NotAllowed):
        queueing.call_next(haircut, actor=elsewhere)
    keeper = cast.an_actor_of(cast.a_keeper(at=haircut.station))
    ticket = queueing.call_next(haircut, actor=keeper)
    assert queueing.serve(ticket, actor=keeper).state == T.SERVING
    assert Claim.objects.count() == 1


def test_a_number_given_back_twice_is_given_back_once() -> None:
    haircut = a_queue()
    ticket = drawn(haircut)
    actor = the_system(haircut.station)
    assert queueing.give_up(ticket, actor=actor).state == T.GIVEN_UP
    assert queueing.give_up(ticket, actor=actor).state == T.GIVEN_UP
    assert queueing.waiting_now(haircut) == 0


def test_a_claim_that_was_completed_by_hand_does_not_stop_its_number() -> None:
    haircut = a_queue()
    drawn(haircut)
    ticket = served(haircut)
    assert ticket.claim is not None
    claiming.complete(ticket.claim, actor=the_system(haircut.station))
    assert (
        queueing.finish(Ticket.objects.get(pk=ticket.pk), actor=the_system(haircut.station)).state == T.DONE
    )


def test_the_pace_follows_what_services_really_took() -> None:
    haircut = a_queue()
    actor = the_system(haircut.station)
    for number in range(8):
        with time_machine.travel(at(9) + dt.timedelta(minutes=25 * number), tick=False):
            drawn(haircut)
            ticket = served(haircut)
        with time_machine.travel(at(9) + dt.timedelta(minutes=25 * number + 20), tick=False):
            queueing.finish(ticket, actor=actor)
    assert queueing.pace(haircut).usual == 20
