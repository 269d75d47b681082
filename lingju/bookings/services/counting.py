"""Counting places: the only hand on cells. One statement takes all or nothing, in sorted order.

    take      one upsert: every cell gains, unless one of them would hold more than it can
    lock      the same upsert with nothing to gain: what is free now stays so until we are through
    settle    in cells that are locked, some leave and others gain

Whoever only takes does so last in the transaction, so that a cell is locked for as short as can be.
Whoever shares out what comes free locks first, before any row of a claim, and only then reads who waits.
Cells are always touched in order of pool and number: two hands wait for each other, never in a circle.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from lingju.bookings.cells import Taking, summed
from lingju.bookings.models import Cell, Pool
from lingju.kernel.errors import NotNow
from lingju.kernel.ids import new_id

CHUNK = 400
UPSERT = """
INSERT INTO bookings_cell (id, district_id, pool_id, at, capacity, taken) VALUES {rows}
ON CONFLICT (pool_id, at) DO UPDATE SET taken = bookings_cell.taken + excluded.taken
WHERE bookings_cell.taken + excluded.taken <= bookings_cell.capacity
RETURNING pool_id, at, capacity - taken
"""
Free = dict[tuple[int, int], int]


class NoPlace(NotNow):
    """Refuse because a pool has not so many places then."""

    def __init__(self) -> None:
        super().__init__(_("这个时间已经约满了。可以换个时间，或者排候补；留了手机号，空出来就告诉您。"))


def take(district_id: int, takings: Sequence[Taking]) -> None:
    """Take places in every cell, or raise NoPlace; then the caller's transaction must not be kept."""
    wanted = summed(takings)
    held = _capacities({taking.pool_id for taking in takings})
    if any(quantity > held.get(pool_id, 0) for (pool_id, _at), quantity in wanted.items()):
        raise NoPlace
    _add(district_id, wanted, held)


def lock(district_id: int, takings: Iterable[Taking]) -> Free:
    """Lock cells in sorted order, also those that are not there yet; return how many places each has free."""
    keys = summed(takings)
    return _add(district_id, dict.fromkeys(keys, 0), _capacities({pool_id for pool_id, _at in keys}))


def settle(district_id: int, leave: Iterable[Taking], gain: Sequence[Taking]) -> None:
    """Let some leave and others gain, or raise NoPlace; the caller has locked every cell of both."""
    for taking in sorted(leave):
        cells = Cell.objects.filter(pool_id=taking.pool_id, at__gte=taking.first, at__lt=taking.end)
        cells.update(taken=F("taken") - taking.quantity)
    if gain:
        take(district_id, gain)


def free(takings: Iterable[Taking]) -> Free:
    """Return how many places are free in each cell that these takings touch, as it was a moment ago."""
    takings = list(takings)
    found = _counted(takings)
    capacities = dict(Pool.objects.filter(pk__in={t.pool_id for t in takings}).values_list("pk", "capacity"))
    return {
        key: found[key] if key in found else capacities.get(key[0], 0)
        for taking in takings
        for key in taking.touched()
    }


def fits(takings: Sequence[Taking]) -> bool:
    """Say whether there was room a moment ago: a look without a lock, which most of a rush stops at."""
    found, wanted = _counted(takings), summed(takings)
    if any(found.get(key, quantity) < quantity for key, quantity in wanted.items()):
        return False
    if all(key in found for key in wanted):
        return True
    # A piece of time that nobody asked for yet has no cell; then the pool knows.
    left = free(takings)
    return all(left[key] >= quantity for key, quantity in wanted.items())


def _counted(takings: Sequence[Taking]) -> Free:
    """Return how many places are free in each cell that is there, in one query."""
    spans = Q(pk__in=[])
    for pool_id in {taking.pool_id for taking in takings}:
        mine = [taking for taking in takings if taking.pool_id == pool_id]
        first, end = min(taking.first for taking in mine), max(taking.end for taking in mine)
        spans |= Q(pool_id=pool_id, at__gte=first, at__lt=end)
    rows = Cell.objects.filter(spans).values_list("pool_id", "at", "capacity", "taken")
    return {(pool_id, at): capacity - taken for pool_id, at, capacity, taken in rows}


def _capacities(pool_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the capacity of each pool; a change of capacity waits until we are through.

    The lock is the one that the database takes anyway for a foreign key to the pool.
    """
    ids = sorted(pool_ids)
    if not ids:
        return {}  # who came without a booking takes no place, and PostgreSQL knows no empty list
    marks = ", ".join(["%s"] * len(ids))
    lock = " ORDER BY id FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, capacity FROM bookings_pool WHERE id IN ({marks}){lock}", ids)  # noqa: S608
        return {int(pool_id): int(capacity) for pool_id, capacity in cursor.fetchall()}


def _add(district_id: int, wanted: Mapping[tuple[int, int], int], held: Mapping[int, int]) -> Free:
    """Add to each cell in sorted order, making those that are missing; raise NoPlace where one is full.

    Return how many places each cell has left.
    """
    left: Free = {}
    for part in _parts(wanted):
        rows = [(new_id(), district_id, *key, held[key[0]], quantity) for key, quantity in part]
        places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(UPSERT.format(rows=places), list(itertools.chain.from_iterable(rows)))
            told = cursor.fetchall()
        if len(told) != len(rows):
            raise NoPlace
        left |= {(int(pool_id), int(at)): int(free) for pool_id, at, free in told}
    return left


def _parts(wanted: Mapping[tuple[int, int], int]) -> Iterable[list[tuple[tuple[int, int], int]]]:
    items = list(wanted.items())
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
