"""Counting places: the only hand on cells. One statement takes all or nothing, in sorted order.

    take      one upsert: every cell gains, unless one of them would hold more than it can
    release   the cells give back, locked in the same order
    settle    both at once: what one party leaves and the next gets

Whoever takes does so last in the transaction, so that a cell is locked for as short as can be. Cells are
always touched in order of pool and number: two hands wait for each other, never in a circle.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import F
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
"""
Free = dict[tuple[int, int], int]


class NoPlace(NotNow):
    """Refuse because a pool has not so many places then."""

    def __init__(self) -> None:
        super().__init__(_("这个时间已经约满了。可以换个时间，或者排候补，空出来就告诉您。"))


def take(district_id: int, takings: Sequence[Taking]) -> None:
    """Take places in every cell, or raise NoPlace; then the caller's transaction must not be kept."""
    wanted = summed(takings)
    held = _capacities({taking.pool_id for taking in takings})
    if any(quantity > held.get(pool_id, 0) for (pool_id, _at), quantity in wanted.items()):
        raise NoPlace
    _add(district_id, wanted, held)


def release(takings: Iterable[Taking]) -> None:
    """Give places back; the caller says only what was taken."""
    takings = sorted(takings)
    _lock(takings)
    for taking in takings:
        cells = Cell.objects.filter(pool_id=taking.pool_id, at__gte=taking.first, at__lt=taking.end)
        cells.update(taken=F("taken") - taking.quantity)


def settle(district_id: int, leave: Sequence[Taking], gain: Sequence[Taking]) -> None:
    """Let some leave and others gain in one go, or raise NoPlace."""
    if not leave:
        return take(district_id, gain) if gain else None
    # Adding nothing to every cell locks them all in sorted order, also those that are not there yet.
    everything = summed([*leave, *gain])
    _add(district_id, dict.fromkeys(everything, 0), _capacities({pool_id for pool_id, _at in everything}))
    release(leave)
    if gain:
        take(district_id, gain)
    return None


def free(takings: Iterable[Taking]) -> Free:
    """Return how many places are free in each cell that these takings touch, as it was a moment ago."""
    takings = list(takings)
    capacities = dict(Pool.objects.filter(pk__in={t.pool_id for t in takings}).values_list("pk", "capacity"))
    found = {key: capacities.get(key[0], 0) for taking in takings for key in taking.touched()}
    for pool_id in capacities:
        mine = [taking for taking in takings if taking.pool_id == pool_id]
        cells = Cell.objects.filter(
            pool_id=pool_id, at__gte=min(t.first for t in mine), at__lt=max(t.end for t in mine)
        )
        for at, capacity, taken in cells.values_list("at", "capacity", "taken"):
            if (pool_id, at) in found:
                found[pool_id, at] = capacity - taken
    return found


def fits(takings: Sequence[Taking]) -> bool:
    """Say whether there was room a moment ago: a look without a lock, which most of a rush stops at."""
    left = free(takings)
    return all(left[key] >= quantity for key, quantity in summed(takings).items())


def _capacities(pool_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the capacity of each pool; a change of capacity waits until we are through.

    The lock is the one that the database takes anyway for a foreign key to the pool.
    """
    ids = sorted(pool_ids)
    marks = ", ".join(["%s"] * len(ids))
    lock = " ORDER BY id FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, capacity FROM bookings_pool WHERE id IN ({marks}){lock}", ids)  # noqa: S608
        return {int(pool_id): int(capacity) for pool_id, capacity in cursor.fetchall()}


def _lock(takings: Sequence[Taking]) -> None:
    """Lock the cells in sorted order; SQLite has one writer and needs no lock."""
    if connection.vendor == "sqlite":
        return
    for taking in takings:
        cells = Cell.objects.filter(pool_id=taking.pool_id, at__gte=taking.first, at__lt=taking.end)
        list(cells.order_by("pool_id", "at").select_for_update().values_list("pk"))


def _add(district_id: int, wanted: Mapping[tuple[int, int], int], held: Mapping[int, int]) -> None:
    """Add to each cell in sorted order, making those that are missing; raise NoPlace where one is full."""
    for part in _parts(wanted):
        rows = [(new_id(), district_id, *key, held[key[0]], quantity) for key, quantity in part]
        places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(UPSERT.format(rows=places), list(itertools.chain.from_iterable(rows)))
            if cursor.rowcount != len(rows):
                raise NoPlace


def _parts(wanted: Mapping[tuple[int, int], int]) -> Iterable[list[tuple[tuple[int, int], int]]]:
    items = list(wanted.items())
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
