"""Time cut into numbered cells, and what a claim takes of them. Pure; no database, no clock.

    minutes of the wall since 1970    … 29711520   29711525   29711530 …
    cells of a five-minute pool       … 5942304    5942305    5942306  …
    a booking 10:02 to 10:08               [─────────)                     takes both it touches

Half open: a booking that ends at 10:30 and one that begins then share no cell. A pool without a grain
has the one cell 0, from now until it is given back.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lingju.kernel import clock

MINUTE = dt.timedelta(minutes=1)
START = dt.datetime(1970, 1, 1)  # noqa: DTZ001  on the wall
ONLY = (0, 1)


@dataclass(frozen=True, slots=True, order=True)
class Taking:
    """So many places of one pool in the cells from `first` up to, not including, `end`."""

    pool_id: int
    first: int
    end: int
    quantity: int

    def __post_init__(self) -> None:
        if self.first >= self.end or self.quantity < 1:
            raise ValueError("a taking takes something for some time")

    def overlaps(self, other: "Taking") -> bool:
        """Say whether two takings meet in a cell."""
        return self.pool_id == other.pool_id and self.first < other.end and other.first < self.end

    def touched(self) -> Iterator[tuple[int, int]]:
        """Yield (pool, cell) for each cell, in order."""
        return ((self.pool_id, at) for at in range(self.first, self.end))


def cells_between(start: dt.datetime | None, end: dt.datetime | None, grain: int) -> tuple[int, int]:
    """Return the cells that a stretch of time touches, as (first, one past the last).

    `grain` is minutes per cell; 0 is a pool without time. Raises ValueError where time is needed and missing,
    or runs backwards.
    """
    if not grain:
        return ONLY
    if start is None or end is None or start >= end:
        raise ValueError("a pool that is cut into time is taken from a moment until a later one")
    return _minutes(start) // grain, -(-_minutes_up(end) // grain)


def moment_of(at: int, grain: int) -> dt.datetime:
    """Return the moment at which a cell begins; raises ValueError for a pool without time."""
    if not grain:
        raise ValueError("a pool without time has no moments")
    return (START + at * grain * MINUTE).replace(tzinfo=clock.ZONE)


def summed(takings: Iterable[Taking]) -> dict[tuple[int, int], int]:
    """Return how many places are taken in each (pool, cell), in order of pool and cell."""
    total: dict[tuple[int, int], int] = {}
    for taking in takings:
        for key in taking.touched():
            total[key] = total.get(key, 0) + taking.quantity
    return dict(sorted(total.items()))


def _minutes(moment: dt.datetime) -> int:
    return (moment.astimezone(clock.ZONE).replace(tzinfo=None) - START) // MINUTE


def _minutes_up(moment: dt.datetime) -> int:
    return -((START - moment.astimezone(clock.ZONE).replace(tzinfo=None)) // MINUTE)
