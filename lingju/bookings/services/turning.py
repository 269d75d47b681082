"""Turning back who comes too late: two short reads, at which nearly all of a rush stops.

    what it uses    one row for each pool of the bookable
    is it full      a cell that cannot take it, no claim of the same press, nothing kept that has run out

Only what is full for certain is turned back, by what the database says at that very moment. Whatever is
in doubt goes the long way, `claiming.claim`, which alone says who gets a place: nobody is told "full"
here who would get one there.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import connection

from lingju.bookings.cells import cells_between
from lingju.bookings.events import ClaimRefused
from lingju.bookings.models import Bookable
from lingju.kernel import clock
from lingju.kernel.facts import mention
from lingju.places.models import Station
from lingju.places.services.marks import tidy

# Written by hand, because of two thousand who press at once each would have Django spell them out anew.
USES: Final = """
SELECT b.name, b.station_id, b.minutes, b.most_party, b.before, b.after,
       u.pool_id, u.quantity, u.is_per_person, p.grain
FROM bookings_bookable b
JOIN places_station s ON s.id = b.station_id
JOIN bookings_use u ON u.bookable_id = b.id
JOIN bookings_pool p ON p.id = u.pool_id
WHERE b.id = %s AND b.district_id = %s AND b.is_offered AND b.takes_bookings AND b.mode <> %s
  AND s.state IN (%s, %s)
ORDER BY u.pool_id
"""
FULL: Final = """
SELECT 1 WHERE ({cells})
AND NOT EXISTS (SELECT 1 FROM bookings_claim WHERE district_id = %s AND key = %s)
AND NOT EXISTS (SELECT 1 FROM bookings_claim
                WHERE state IN ('held', 'offered') AND expires_at <= %s AND district_id = %s)
"""
CELL: Final = """EXISTS (
    SELECT 1 FROM bookings_cell WHERE pool_id = %s AND at >= %s AND at < %s AND taken + %s > capacity
)"""
MINUTE: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Press:
    """What somebody pressed for, perhaps for others; 0 minutes are as long as the thing takes."""

    starts_at: dt.datetime
    minutes: int = 0
    quantity: int = 1
    key: str = ""
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class TooLate:
    """Something that is full when it was wanted: what it is called, until when it would have lasted."""

    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Use:
    """One pool of a bookable, with what the bookable itself says."""

    name: str
    station_id: int
    minutes: int
    most_party: int
    before: int
    after: int
    pool_id: int
    quantity: int
    is_per_person: bool
    grain: int


def turned_back(district_id: int, bookable_id: int, press: Press) -> TooLate | None:
    """Return what somebody came too late for, and tell that they asked in vain; None where it is in doubt."""
    uses = _uses(district_id, bookable_id)
    if not uses or not _is_plain(uses[0], press):
        return None
    first, ends_at = uses[0], press.starts_at + uses[0].minutes * MINUTE
    if not _is_full(district_id, uses, press, ends_at):
        return None
    pressed = (press.quantity, press.key, press.by_staff)
    mention(ClaimRefused(district_id, first.station_id, bookable_id, first.pool_id, *pressed))
    return TooLate(first.name, press.starts_at, ends_at)


def _uses(district_id: int, bookable_id: int) -> list[_Use]:
    states = (str(state) for state in Station.IN_USE)
    asked: list[int | str] = [bookable_id, district_id, str(Bookable.Mode.LOAN), *states]
    with connection.cursor() as cursor:
        cursor.execute(USES, asked)
        return [_Use(*row) for row in cursor.fetchall()]


def _is_plain(use: _Use, press: Press) -> bool:
    """Say whether it is a press as most are: still to come, as long as always, not for too many."""
    is_usual = press.minutes in (0, use.minutes) and 1 <= press.quantity <= use.most_party
    return is_usual and press.starts_at > clock.now()


def _is_full(district_id: int, uses: list[_Use], press: Press, ends_at: dt.datetime) -> bool:
    values: list[int | str | None] = []
    for use in uses:
        before, after = use.before * MINUTE, use.after * MINUTE
        quantity = use.quantity * (press.quantity if use.is_per_person else 1)
        cells = cells_between(press.starts_at - before, ends_at + after, use.grain)
        values += [use.pool_id, *cells, quantity]
    now = connection.ops.adapt_datetimefield_value(clock.now())
    values += [district_id, tidy(press.key), now, district_id]
    with connection.cursor() as cursor:
        cursor.execute(FULL.format(cells=" OR ".join([CELL] * len(uses))), values)
        return cursor.fetchone() is not None
