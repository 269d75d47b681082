"""Laws of allocation, tried at random: the kernel and a simple reference do the same, whatever is pressed.

After every step: cells count what claims take, nobody stands above the capacity, a party is served whole
or not at all, nobody who fits waits unless somebody passed twice is before them, and nobody is passed
more than twice.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lingju.bookings.models import Bookable, Claim, Pool, Use
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, placing, seats, verifying
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.tests import reference
from lingju.bookings.tests.builders import (
    MONDAY,
    a_bookable,
    a_key,
    a_pool,
    a_station,
    at,
    some_seats,
)
from lingju.bookings.tests.counted import differences
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import SystemActor

pytestmark = pytest.mark.django_db
STARTS = ((10, 0), (10, 15), (10, 30), (11, 0))
LENGTHS = (30, 45)
SEATS = 4
picks = st.integers(0, 10**6)
sizes = st.integers(1, 3)
starts = st.sampled_from(STARTS)
lengths = st.sampled_from(LENGTHS)


@dataclass(frozen=True)
class World:
    """What can be booked: a chair, a chair with a room, places in the room by the head, and seats."""

    bookables: tuple[Bookable, ...]
    seats: Pool
    capacity: Mapping[int, int]


def a_world() -> World:
    """Open a station with two pools that two of three bookables share, and seats."""
    station = a_station(weekly="0:00-24:00")
    chair, room = a_pool(station, 1, "椅子"), a_pool(station, 3, "房间")
    ways: dict[str, Any] = {"minutes": 30, "most_minutes": 60, "most_party": 3}
    alone = a_bookable(station, chair, name="理发", **ways)
    both = a_bookable(station, chair, room, name="头疗", **ways)
    heads = a_bookable(station, room, name="读书", **ways)
    Use.objects.filter(bookable=heads).update(is_per_person=True)
    pool = some_seats(station, SEATS)
    return World((alone, both, heads), pool, {chair.pk: 1, room.pk: 3, pool.pk: SEATS})


class Bookings(RuleBasedStateMachine):
    """Every verb of bookings in any order, beside the reference."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.town = reference.Town(dict(self.world.capacity))
        self.actor = SystemActor(self.world.seats.district_id)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # --- what people press ---------------------------------------------------------------------------

    @rule(
        what=st.integers(0, 2),
        start=starts,
        minutes=lengths,
        size=sizes,
        way=st.booleans(),
        hold=st.booleans(),
    )
    def claim(
        self, what: int, start: tuple[int, int], minutes: int, size: int, way: bool, hold: bool
    ) -> None:
        bookable = self.world.bookables[what]
        slot = Slot(starts_at=at(*start, days=1), ends_at=self._end(start, minutes), quantity=size)
        wanted, quantity = self._minutes(bookable, start, minutes), size if what == 2 else 1
        state = "held" if hold else "confirmed"
        expected = self.town.come(wanted, quantity, state, may_wait=way)
        try:
            receipt = claiming.claim(
                bookable, slot, Party(), key=a_key(), actor=self.actor, may_wait=way, hold=hold
            )
        except NoPlace:
            assert expected is None
            return
        assert expected is not None
        expected.id = receipt.claim.pk

    @rule(size=st.integers(1, SEATS + 1), may_wait=st.booleans())
    def sit(self, size: int, may_wait: bool) -> None:
        pool = Pool.objects.get(pk=self.world.seats.pk)
        wanted = frozenset({(pool.pk, 0)})
        is_too_large = size > pool.capacity
        expected = None if is_too_large else self.town.come(wanted, size, "confirmed", may_wait=may_wait)
        try:
            receipt = seats.claim_seats(
                pool, Party(), quantity=size, key=a_key(), actor=self.actor, may_wait=may_wait
            )
        except (NoPlace, BadInput):
            assert expected is None
            return
        assert expected is not None
        expected.id = receipt.claim.pk

    @rule(pick=picks)
    def press_again(self, pick: int) -> None:
        party = self._one(pick, *reference.HAS, "waitlisted")
        if party is None:
            return
        claim = Claim.objects.get(pk=party.id)
        bookable = self.world.bookables[0]
        again = claiming.claim(bookable, Slot(), Party(), key=claim.key, actor=self.actor)
        assert (again.claim.pk, again.is_new) == (claim.pk, False)

    @rule(pick=picks)
    def confirm(self, pick: int) -> None:
        self._step(self._one(pick, "held"), claiming.confirm)

    @rule(pick=picks)
    def accept(self, pick: int) -> None:
        self._step(self._one(pick, "offered"), claiming.accept)

    @rule(pick=picks)
    def decline(self, pick: int) -> None:
        if party := self._one(pick, "offered"):
            claiming.decline(self._claim(party), actor=self.actor)
            self.town.leave(party, "cancelled")

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        if party := self._one(pick, "held", "confirmed"):
            claiming.cancel(self._claim(party), actor=self.actor)
            self.town.leave(party, "cancelled")

    @precondition(lambda self: any(self.town.waiting()))
    @rule(pick=picks)
    def leave_the_list(self, pick: int) -> None:
        party = self._one(pick, "waitlisted")
        assert party is not None
        could_hold_back = party.passed >= reference.MOST_PASSED
        before = self._offered()
        claiming.cancel(self._claim(party), actor=self.actor)
        self.town.leave(party, "cancelled")
        # Nobody is given a place that the leaving party never had.
        assert could_hold_back or self._offered() == before

    @rule(pick=picks)
    def its_moment_comes(self, pick: int) -> None:
        if party := self._one(pick, "held", "offered"):
            party.is_due = True
            Claim.objects.filter(pk=party.id).update(expires_at=clock.now())

    @rule(pick=picks)
    def expire(self, pick: int) -> None:
        if party := self._one(pick, "held", "offered"):
            assert placing.expire(self._claim(party)) == party.is_due
            if party.is_due:
                self.town.leave(party, "expired")

    @rule(pick=picks, start=starts, minutes=lengths)
    def move(self, pick: int, start: tuple[int, int], minutes: int) -> None:
        party = self._one(pick, "held", "confirmed")
        claim = self._claim(party) if party else None
        if party is None or claim is None or claim.bookable is None:
            return
        slot = Slot(at(*start, days=1), self._end(start, minutes), claim.quantity)
        moved = self.town.move(party, self._minutes(claim.bookable, start, minutes))
        try:
            claiming.move(claim, slot, actor=self.actor)
        except NoPlace:
            assert not moved
            return
        assert moved

    @rule(which=st.integers(0, 2), capacity=st.integers(1, 5))
    def change_capacity(self, which: int, capacity: int) -> None:
        pool_id = list(self.town.capacity)[which]
        most = max((n for (pool, _minute), n in self.town.used().items() if pool == pool_id), default=0)
        try:
            seats.change_capacity(Pool.objects.get(pk=pool_id), capacity, actor=self.actor)
        except BadInput:
            assert capacity < most
            return
        assert capacity >= most
        self.town.capacity[pool_id] = capacity
        self.town.serve()

    @rule()
    def the_clockwork_looks(self) -> None:
        # Whatever came free was given on at once, so that there is never anything left to do.
        assert placing.promote(self.actor.district_id, list(self.town.capacity)) == []

    # --- what always holds ---------------------------------------------------------------------------

    @invariant()
    def cells_and_claims_agree(self) -> None:
        assert differences(self.town.capacity) == []
        for pool in Pool.objects.filter(pk__in=self.town.capacity):
            assert verifying.differences(pool) == []

    @invariant()
    def the_reference_says_the_same(self) -> None:
        found = {claim.pk: claim for claim in Claim.objects.all()}
        told = {party.id: (party.state, party.passed) for party in self.town.parties}
        assert {pk: (str(claim.state), claim.passed) for pk, claim in found.items()} == told
        assert all(party.passed <= reference.MOST_PASSED for party in self.town.parties)

    @invariant()
    def nobody_stands_above_the_capacity(self) -> None:
        for (pool, _minute), used in self.town.used().items():
            assert used <= self.town.capacity[pool]

    # --- inside ----------------------------------------------------------------------------------------

    def _one(self, pick: int, *states: str) -> reference.Party | None:
        those = [party for party in self.town.parties if party.state in states]
        return those[pick % len(those)] if those else None

    def _step(self, party: reference.Party | None, verb: Any) -> None:
        if party is None:
            return
        try:
            verb(self._claim(party), actor=self.actor)
        except NotNow:
            assert party.is_due
            return
        assert not party.is_due
        party.state = "confirmed"

    def _claim(self, party: reference.Party) -> Claim:
        claim: Claim = Claim.objects.select_related("area", "bookable__station").get(pk=party.id)
        return claim

    def _offered(self) -> set[int]:
        return set(Claim.objects.filter(state=Claim.State.OFFERED).values_list("pk", flat=True))

    def _minutes(self, bookable: Bookable, start: tuple[int, int], minutes: int) -> reference.Minutes:
        first = start[0] * 60 + start[1]
        pools = Use.objects.filter(bookable=bookable).values_list("pool_id", flat=True)
        return frozenset((pool, at) for pool in pools for at in range(first, first + minutes))

    def _end(self, start: tuple[int, int], minutes: int) -> dt.datetime:
        return at(*start, days=1) + dt.timedelta(minutes=minutes)


def obey(*, examples: int, steps: int) -> None:
    """Look for a way to break a law; the clock stands still, and each try begins with nothing booked."""
    with time_machine.travel(MONDAY, tick=False):
        Bookings.world = a_world()
        run_state_machine_as_test(
            Bookings,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_the_laws_hold_in_a_few_short_stories() -> None:
    obey(examples=2, steps=10)


@pytest.mark.slow
def test_the_laws_hold_in_many_long_stories() -> None:
    obey(examples=25, steps=30)
