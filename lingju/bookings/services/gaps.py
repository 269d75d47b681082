"""When something is free: the times one may begin on a day, and the nearest one to a time that fell through.

Asked without a lock: what is shown as free was free a moment ago, and the claim itself is what counts.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lingju.bookings.cells import Taking, cells_between, summed
from lingju.bookings.models import Bookable, Use
from lingju.bookings.services import counting
from lingju.bookings.services.checking import subject_of
from lingju.kernel import clock
from lingju.places import hours, opening

MINUTE = dt.timedelta(minutes=1)
ONE_DAY = dt.timedelta(days=1)
Free = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: so many people, for so many minutes; the bookable's own without any."""

    quantity: int = 1
    minutes: int = 0


AS_USUAL = Asked()


def free_starts(bookable: Bookable, date: dt.date, asked: Asked = AS_USUAL) -> list[dt.datetime]:
    """Return the moments of a day, later than now, at which a booking could begin; in order."""
    return _free_starts(bookable, date, asked, opening.timetable_of(subject_of(bookable)), uses_of(bookable))


def nearest(
    bookable: Bookable, around: dt.datetime, asked: Asked = AS_USUAL, *, days: int = 14
) -> dt.datetime | None:
    """Return the free time nearest to a moment: that day first, then the days beside it.

    None where nothing is free within so many days.
    """
    table, uses = opening.timetable_of(subject_of(bookable)), uses_of(bookable)
    wanted = around.astimezone(clock.ZONE)
    for date in _days_around(wanted.date(), days):
        starts = _free_starts(bookable, date, asked, table, uses)
        if starts:
            same_time = dt.datetime.combine(date, wanted.time(), tzinfo=clock.ZONE)
            return min(starts, key=lambda start: (abs(start - same_time), start))
    return None


def uses_of(bookable: Bookable) -> list[Use]:
    """Return what a bookable uses, with its pools, in the order in which they are locked."""
    return list(Use.objects.filter(bookable=bookable).select_related("pool").order_by("pool_id"))


def takings_at(
    bookable: Bookable, uses: Sequence[Use], start: dt.datetime, asked: Asked
) -> tuple[Taking, ...]:
    """Return what a booking that begins then would take, with what is left free around it."""
    end = start + (asked.minutes or bookable.minutes) * MINUTE
    start, end = start - bookable.before * MINUTE, end + bookable.after * MINUTE
    return tuple(
        Taking(
            use.pool_id,
            *cells_between(start, end, use.pool.grain),
            use.quantity * (asked.quantity if use.is_per_person else 1),
        )
        for use in uses
    )


def _free_starts(
    bookable: Bookable, date: dt.date, asked: Asked, table: hours.Timetable, uses: Sequence[Use]
) -> list[dt.datetime]:
    if not bookable.is_qualified_on(date) or any(use.pool.is_retired for use in uses):
        return []
    now = clock.now()
    starts = [start for start in _starts(bookable, date, asked, table) if start > now]
    if not starts or not uses:
        return []
    wanted = {start: takings_at(bookable, uses, start, asked) for start in starts}
    free = counting.free(_whole(wanted[starts[0]], wanted[starts[-1]]))
    return [start for start in starts if _fits(wanted[start], free)]


def _starts(bookable: Bookable, date: dt.date, asked: Asked, table: hours.Timetable) -> Iterator[dt.datetime]:
    """Yield the times one may begin while it is open long enough, free or not."""
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
    lasts = asked.minutes or bookable.minutes
    for stretch in table.on(date).stretches:
        first = -(-stretch.start // 5) * 5
        for minute in range(first, stretch.end - lasts + 1, bookable.step):
            yield midnight + minute * MINUTE


def _whole(first: Sequence[Taking], last: Sequence[Taking]) -> list[Taking]:
    """Return one taking for each pool that covers from the first to the last, for one look at the cells."""
    ends = {taking.pool_id: taking.end for taking in last}
    return [Taking(one.pool_id, one.first, max(one.end, ends[one.pool_id]), 1) for one in first]


def _fits(takings: Sequence[Taking], free: Free) -> bool:
    return all(free.get(key, 0) >= quantity for key, quantity in summed(takings).items())


def _days_around(date: dt.date, days: int) -> Iterator[dt.date]:
    """Yield a date, then those beside it, none before today."""
    today = clock.today()
    beside = (sign * away * ONE_DAY for away in range(1, days + 1) for sign in (1, -1))
    for day in (date, *(date + step for step in beside)):
        if day >= today:
            yield day
