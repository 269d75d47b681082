"""Counting anew: what the cells say is taken, beside what the claims that take places take together.

The two are written in the same transactions and never differ; this looks whether that is so, and can
set the cells right where a hand outside the house has been in the database. Past days have no cells.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from lingju.bookings.cells import Taking, cells_between, summed
from lingju.bookings.models import Cell, Claim, Part, Pool
from lingju.kernel import clock
from lingju.kernel.ids import new_id
from lingju.kernel.rules import SystemActor
from lingju.trail.services import leave_footprint


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that does not say what its claims take, or not how many places its pool has."""

    pool_id: int
    at: int
    taken: int
    should_be: int
    capacity: int
    holds: int

    @property
    def is_above(self) -> bool:
        """Say whether claims take more than there is: no counting anew can heal that."""
        return self.should_be > self.holds


def differences(pool: Pool) -> list[Difference]:
    """Return the cells of a pool that differ from their claims, from today on; three queries."""
    wanted = _taken_by_claims(pool)
    since = _first_cell(pool)
    cells = {
        at: (capacity, taken)
        for at, capacity, taken in Cell.objects.filter(pool=pool, at__gte=since).values_list(
            "at", "capacity", "taken"
        )
    }
    found = []
    for at in sorted({*wanted, *cells}):
        capacity, taken = cells.get(at, (pool.capacity, 0))
        should_be = wanted.get(at, 0)
        if taken != should_be or capacity != pool.capacity:
            found.append(Difference(pool.pk, at, taken, should_be, capacity, pool.capacity))
    return found


@transaction.atomic
def repair(pool: Pool) -> list[Difference]:
    """Set the cells of a pool to what its claims take; return what was put right.

    Nobody takes from the pool meanwhile. A cell that claims fill above what there is stays as it is.
    """
    locked = Pool.objects.select_for_update().get(pk=pool.pk)
    list(Cell.objects.select_for_update().filter(pool=locked).order_by("at").values_list("pk"))
    healed = [one for one in differences(locked) if not one.is_above]
    for one in healed:
        row = Cell.objects.filter(pool=locked, at=one.at)
        if not row.update(taken=one.should_be, capacity=locked.capacity):
            Cell.objects.create(
                id=new_id(),
                district_id=locked.district_id,
                pool=locked,
                at=one.at,
                capacity=locked.capacity,
                taken=one.should_be,
            )
    if healed:
        actor = SystemActor(locked.district_id)
        leave_footprint(actor=actor, action="recount", subject=locked, after={"cells": len(healed)})
    return healed


def pools() -> Iterator[Pool]:
    """Yield every pool in order."""
    yield from Pool.objects.order_by("pk").iterator(chunk_size=200)


def _taken_by_claims(pool: Pool) -> dict[int, int]:
    since = _first_cell(pool)
    parts = Part.objects.filter(pool=pool, end__gt=since, claim__state__in=Claim.TAKING)
    rows = parts.values_list("first", "end", "quantity")
    takings = (Taking(pool.pk, max(first, since), end, quantity) for first, end, quantity in rows)
    return {at: quantity for (_pool, at), quantity in summed(takings).items()}


def _first_cell(pool: Pool) -> int:
    """Return the first cell that is still counted: that of today's midnight."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.ZONE)
    return cells_between(midnight, midnight + dt.timedelta(minutes=1), pool.grain)[0]
