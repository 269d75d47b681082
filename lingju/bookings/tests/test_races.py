"""Real processes race for places: never above capacity, never nobody where one could win, no server error.

Each hand is a process with a connection of its own, on SQLite over a file as on PostgreSQL. Whoever
loses is refused with a sentence; anything else a call ends with is a fault. After every scene the places
are counted again from the parts of claims.
"""

import os
import time
from collections.abc import Iterator, Sequence

import pytest
from pytest_django.plugin import DjangoDbBlocker

from lingju.bookings.tests import races
from lingju.bookings.tests.race_words import Call, Ending, Outcome, call
from lingju.bookings.tests.races import Hands

pytestmark = [pytest.mark.slow, pytest.mark.django_db]  # the hands work on a copy of the tests' database
HANDS = 4
LINGER = 0.4  # seconds that a transaction stays open where another hand must not slip through
SOON = 0.15  # seconds after which the other hand begins, well inside
SLOTS = [(9 + half // 2, half % 2 * 30) for half in range(6)]


@pytest.fixture(scope="module")
def them(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hands]:
    """Start the hands once for all scenes; each scene has a station of its own."""
    with django_db_blocker.unblock(), races.hands(HANDS, tmp_path_factory.mktemp("races")) as hands:
        yield hands


@pytest.fixture
def station(them: Hands) -> int:
    return int(them.do("open_station"))


def won(outcomes: Sequence[Sequence[Outcome]]) -> list[tuple[int, str]]:
    """Return what was made; fail where anything ended with neither a place nor a sentence."""
    flat = [outcome for of_hand in outcomes for outcome in of_hand]
    broken = [outcome.value for outcome in flat if outcome.ending is Ending.BROKE]
    assert not broken, broken[0]
    return [outcome.value for outcome in flat if outcome.ending is Ending.DONE]


def after(them: Hands, first: Call, second: Call) -> list[list[Outcome]]:
    """Let one hand begin and another a little later, while the first has kept nothing yet."""
    one, other = them.each[:2]
    start = time.monotonic()
    one.begin([first], start)
    other.begin([second], start + SOON)
    return [one.end(), other.end()]


def counted(them: Hands, *pools: int) -> list[str]:
    """Return what does not add up."""
    return list(them.do("verify", pools=pools))


def a_room(them: Hands, station: int, capacity: int = 1) -> tuple[int, int]:
    """Add a pool with something to book over it; return both."""
    pool = them.do("add_pool", station=station, capacity=capacity)
    return pool, them.do("add_bookable", station=station, pools=[pool])


# --- who comes first ------------------------------------------------------------------------------------


def test_of_all_who_want_the_same_slot_one_has_it(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    wanted = [call("book", bookable=room, when=slot) for slot in SLOTS]
    outcomes = them.at_once([wanted] * HANDS)
    for at in range(len(SLOTS)):
        assert len(won([[of_hand[at]] for of_hand in outcomes])) == 1
    assert counted(them, pool) == []


def test_overlapping_slots_are_never_both_given(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    # Of three chained stretches the middle one meets both others: one or two of them can be had, never none.
    stretches = [(0, 30), (20, 45), (50, 30)]
    hours = range(6, 18, 2)
    calls = [
        [call("book", bookable=room, when=(hour, start), minutes=minutes) for hour in hours]
        for start, minutes in stretches
    ]
    outcomes = them.at_once(calls)
    for at in range(len(hours)):
        got = [bool(won([[of_hand[at]]])) for of_hand in outcomes]
        assert got in ([True, False, True], [False, True, False])
    assert counted(them, pool) == []


def test_a_hall_and_its_halves_are_never_given_to_two(them: Hands, station: int) -> None:
    east, west = (them.do("add_pool", station=station) for _ in range(2))
    whole, left, right = (
        them.do("add_bookable", station=station, pools=pools) for pools in ([east, west], [east], [west])
    )
    calls = [[call("book", bookable=room, when=slot) for slot in SLOTS] for room in (whole, left, right)]
    outcomes = them.at_once(calls)
    for at in range(len(SLOTS)):
        has_whole, has_left, has_right = (bool(won([[of_hand[at]]])) for of_hand in outcomes)
        assert (has_whole, has_left, has_right) in ((True, False, False), (False, True, True))
    assert counted(them, east, west) == []


def test_pools_taken_in_opposite_orders_lead_to_no_deadlock(them: Hands, station: int) -> None:
    chair, barber = (them.do("add_pool", station=station) for _ in range(2))
    ways = [
        them.do("add_bookable", station=station, pools=pools) for pools in ([chair, barber], [barber, chair])
    ]
    calls = [[call("book", bookable=ways[n % 2], when=slot) for slot in SLOTS] for n in range(HANDS)]
    outcomes = them.at_once(calls)
    for at in range(len(SLOTS)):
        assert len(won([[of_hand[at]] for of_hand in outcomes])) == 1
    assert counted(them, chair, barber) == []


def test_ten_places_go_to_parties_that_come_whole(them: Hands, station: int) -> None:
    seats = [them.do("open_seats", station=station, capacity=10) for _ in range(2)]
    sizes = [1, 3, 2]
    calls = [
        [call("sit", pool=pool, quantity=sizes[(n + step) % 3]) for pool in seats for step in range(6)]
        for n in range(HANDS)
    ]
    won(them.at_once(calls))
    for pool in seats:
        # 48 are wanted; a single place may stay free, where only larger parties came after.
        assert them.do("taken", pool=pool)[0] >= 9
    assert counted(them, *seats) == []


def test_the_same_press_from_every_hand_makes_one_booking(them: Hands, station: int) -> None:
    pool, room = a_room(them, station, 3)
    calls = [[call("book", bookable=room, when=slot, key=f"press-{room}-{slot}") for slot in SLOTS]] * HANDS
    outcomes = them.at_once(calls)
    for at in range(len(SLOTS)):
        made = won([[of_hand[at]] for of_hand in outcomes])
        assert (len(made), len(set(made))) == (HANDS, 1)
    assert them.do("count", bookable=room) == len(SLOTS)
    assert counted(them, pool) == []


def test_the_same_press_for_the_last_place_is_never_told_that_it_is_gone(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    calls = [[call("book", bookable=room, when=slot, key=f"press-{room}-{slot}") for slot in SLOTS]] * HANDS
    outcomes = them.at_once(calls)
    for at in range(len(SLOTS)):
        made = won([[of_hand[at]] for of_hand in outcomes])
        assert (len(made), len(set(made))) == (HANDS, 1)
    assert counted(them, pool) == []


# --- what is decided while others come --------------------------------------------------------------------


def test_an_approval_and_a_direct_claim_do_not_both_have_the_room(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    asked = them.do("add_bookable", station=station, pools=[pool], needs_approval=True)
    slots = SLOTS[:4]
    pending = [them.do("book", bookable=asked, when=slot) for slot in slots]
    assert {state for _pk, state in pending} == {"pending"}
    direct = [call("book", bookable=room, when=slot) for slot in slots]
    asking = [call("book", bookable=asked, when=slot) for slot in slots]
    approving = [call("approve", claim=pk) for pk, _state in pending]
    cancelling = [call("cancel", claim=pk) for pk, _state in pending]
    outcomes = them.at_once([approving, direct, cancelling, asking])
    won(outcomes)
    assert counted(them, pool) == []
    last = them.do("states", claims=[pk for pk, _state in pending])
    for at, state in enumerate(last):
        others = won([[outcomes[1][at], outcomes[3][at]]])
        assert len(others) == 0 if state == "confirmed" else len(others) <= 1


def test_a_series_and_single_bookings_share_without_a_deadlock(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    singles = [[call("book", bookable=room, when=slot) for slot in order] for order in (SLOTS, SLOTS[::-1])]
    series = [[call("book_all", bookable=room, whens=SLOTS)]] * 2
    outcomes = them.at_once([*singles, *series])
    single = won(outcomes[:2])
    whole = won(outcomes[2:])
    assert len(single) + len(SLOTS) * len(whole) == len(SLOTS)
    assert counted(them, pool) == []


def test_places_that_come_free_go_to_who_waits_and_not_to_who_comes(them: Hands, station: int) -> None:
    pool = them.do("open_seats", station=station, capacity=4)
    seated = [them.do("sit", pool=pool)[0] for _ in range(4)]
    waiting = [them.do("sit", pool=pool, may_wait=True)[0] for _ in range(6)]
    leaving = [[call("cancel", claim=pk) for pk in seated[half::2]] for half in range(2)]
    coming = [[call("sit", pool=pool, may_wait=wait)] * 3 for wait in (True, False)]
    outcomes = them.at_once([*leaving, *coming])
    won(outcomes)
    assert len(won(outcomes[:2])) == 4
    assert them.do("states", claims=waiting) == ["offered"] * 4 + ["waitlisted"] * 2
    assert counted(them, pool) == []


def test_two_places_that_come_free_at_once_go_to_two(them: Hands, station: int) -> None:
    pool = them.do("open_seats", station=station, capacity=2)
    first, second = (them.do("sit", pool=pool)[0] for _ in range(2))
    waiting = [them.do("sit", pool=pool, may_wait=True)[0] for _ in range(2)]
    outcomes = after(them, call("cancel", claim=first, linger=LINGER), call("cancel", claim=second))
    assert len(won(outcomes)) == 2
    assert them.do("states", claims=waiting) == ["offered", "offered"]
    assert counted(them, pool) == []


def test_whoever_begins_to_wait_while_a_place_comes_free_has_it(them: Hands, station: int) -> None:
    pool = them.do("open_seats", station=station, capacity=1)
    seated = them.do("sit", pool=pool)[0]
    outcomes = after(them, call("cancel", claim=seated, linger=LINGER), call("sit", pool=pool, may_wait=True))
    (_gone, (waiting, _state)) = won(outcomes)
    # At once where it came while the other was leaving; offered where it waited already, on a slow machine.
    assert them.do("states", claims=[waiting])[0] in ("confirmed", "offered")
    assert counted(them, pool) == []


def test_cancelling_is_never_refused_because_others_come(them: Hands, station: int) -> None:
    pool = them.do("open_seats", station=station, capacity=4)
    large, _small = them.do("sit", pool=pool, quantity=3)[0], them.do("sit", pool=pool, quantity=1)[0]
    group = them.do("sit", pool=pool, quantity=4, may_wait=True)[0]
    outcomes = after(
        them,
        call("cancel", claim=large, linger=LINGER),
        call("sit", pool=pool, quantity=1, may_wait=True),
    )
    assert len(won(outcomes)) == 2
    assert them.do("states", claims=[group]) == ["waitlisted"]
    assert counted(them, pool) == []


def test_two_leave_before_a_large_and_a_small_party_without_a_deadlock(them: Hands, station: int) -> None:
    pool = them.do("open_seats", station=station, capacity=4)
    small, large = them.do("sit", pool=pool, quantity=1)[0], them.do("sit", pool=pool, quantity=3)[0]
    waiting = [them.do("sit", pool=pool, quantity=n, may_wait=True)[0] for n in (2, 1, 1)]
    outcomes = after(them, call("cancel", claim=small, linger=LINGER), call("cancel", claim=large))
    assert len(won(outcomes)) == 2
    assert them.do("states", claims=waiting) == ["offered"] * 3
    assert counted(them, pool) == []


def test_a_capacity_is_never_lowered_below_what_is_taken(them: Hands, station: int) -> None:
    pool = them.do("open_seats", station=station, capacity=10)
    lowering = [call("change_capacity", pool=pool, capacity=n) for n in (8, 6, 5, 9, 4)]
    coming = [[call("sit", pool=pool, quantity=1 + n % 2)] * 5 for n in range(HANDS - 1)]
    won(them.at_once([lowering, *coming]))
    assert counted(them, pool) == []


def test_more_room_and_a_cancellation_at_once_let_everybody_in(them: Hands, station: int) -> None:
    for first_is_cancel in (True, False):
        pool = them.do("open_seats", station=station, capacity=2)
        seated = [them.do("sit", pool=pool)[0] for _ in range(2)]
        waiting = [them.do("sit", pool=pool, may_wait=True)[0] for _ in range(4)]
        linger = {"linger": LINGER}
        calls = [call("cancel", claim=seated[0]), call("change_capacity", pool=pool, capacity=4)]
        first, second = calls if first_is_cancel else calls[::-1]
        outcomes = after(them, call(first.act, **first.words, **linger), second)
        assert len(won(outcomes)) == 2
        assert them.do("states", claims=waiting) == ["offered"] * 3 + ["waitlisted"]
        assert counted(them, pool) == []


def test_an_activity_is_called_off_while_people_cancel_and_come(them: Hands, station: int) -> None:
    pool = them.do("open_seats", station=station, capacity=3)
    seated = [them.do("sit", pool=pool)[0] for _ in range(3)]
    waiting = [them.do("sit", pool=pool, may_wait=True)[0] for _ in range(3)]
    outcomes = after(them, call("close_seats", pool=pool, linger=LINGER), call("cancel", claim=seated[0]))
    won(outcomes)
    assert set(them.do("states", claims=[*seated, *waiting])) == {"cancelled"}
    assert counted(them, pool) == []


def test_a_move_and_a_claim_do_not_both_have_the_slot(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    evening = [(18 + n // 2, n % 2 * 30) for n in range(len(SLOTS))]
    mine = [them.do("book", bookable=room, when=slot)[0] for slot in evening]
    moving = [call("move", claim=pk, when=slot) for pk, slot in zip(mine, SLOTS, strict=True)]
    coming = [[call("book", bookable=room, when=slot) for slot in SLOTS]] * 2
    outcomes = them.at_once([moving, *coming])
    for at in range(len(SLOTS)):
        assert len(won([[of_hand[at]] for of_hand in outcomes])) == 1
    assert counted(them, pool) == []


def test_two_bookings_that_swap_their_times_do_not_lock_each_other_out(them: Hands, station: int) -> None:
    pool, room = a_room(them, station, 2)
    morning, noon = ((9, 0), (12, 0))
    pairs = [[them.do("book", bookable=room, when=when)[0] for when in (morning, noon)] for _ in range(2)]
    calls = [
        [call("move", claim=early, when=noon), call("move", claim=early, when=morning)] * 3
        for early, _late in pairs
    ] + [
        [call("move", claim=late, when=morning), call("move", claim=late, when=noon)] * 3
        for _early, late in pairs
    ]
    won(them.at_once(calls))
    assert counted(them, pool) == []


def test_a_place_that_ran_out_goes_to_one_of_those_who_come(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    slots = SLOTS[:4]
    for slot in slots:
        them.do("run_out", claim=them.do("book", bookable=room, when=slot, hold=True)[0])
    outcomes = them.at_once([[call("book", bookable=room, when=slot) for slot in slots]] * HANDS)
    for at in range(len(slots)):
        of_slot = [of_hand[at] for of_hand in outcomes]
        assert len(won([of_slot])) == 1
        # "Somebody was faster" is for whoever pressed on that very booking; these pressed on a slot.
        assert all(str(one.value).startswith("NoPlace") for one in of_slot if one.ending is Ending.REFUSED)
    assert counted(them, pool) == []


# --- what the machine does --------------------------------------------------------------------------------


def test_a_process_killed_in_the_middle_of_its_claim_leaves_nothing(them: Hands, station: int) -> None:
    pool, room = a_room(them, station)
    victim = them.each[1]
    victim.begin([call("die_after_claiming", bookable=room, when=SLOTS[0])])
    assert victim.line.poll(races.PATIENCE)
    claim, state = victim.line.recv()
    assert state == "confirmed"
    them.each[0].begin([call("book", bookable=room, when=SLOTS[0])])  # waits for the one who holds it
    assert not them.each[0].line.poll(SOON)
    them.kill(1)
    (next_one,) = won([them.each[0].end()])
    assert next_one[1] == "confirmed"
    assert next_one[0] != claim
    assert them.do("count", bookable=room) == 1
    assert len(won(them.at_once([[call("book", bookable=room, when=SLOTS[1])]] * HANDS))) == 1
    assert counted(them, pool) == []


def test_the_hands_are_processes_of_their_own(them: Hands) -> None:
    assert len({hand.pid for hand in them.each} | {os.getpid()}) == HANDS + 1
