"""Which start times of a day can be booked, and how many places are left: an outlook over some days.

    open hours      ├────────────────────┤      ├──────────────┤
    start times     8:30 9:00 9:30 10:00        14:30 15:00 …       every `step` minutes, whole or not at all
    counted cells   with the minutes left free before and after

A place that was kept for somebody and whose moment has passed counts as free, as it does for whoever
books. A time for which somebody waits is not free, however many places are: a newcomer stands behind.

An outlook costs six queries at most, however many days, start times and bookables it is asked about.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lingju.bookings.cells import ONLY, cells_between
from lingju.bookings.models import Bookable, Cell, Claim, Part, Pool, Use
from lingju.bookings.services.checking import subject_of
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places import opening
from lingju.places.calendars import DayClassesOf, day_classes
from lingju.places.hours import DAY, Resolved, Stretch
from lingju.places.models import Station

MINUTE = dt.timedelta(minutes=1)
ONE_DAY = dt.timedelta(days=1)
WEEK = 7
FIVE = 5


@dataclass(frozen=True, slots=True)
class Opening:
    """One start time: until when it would last, whether it can be had, and that in words."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    free: bool
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    """One date: its start times that are still to come, and in a word or two whether any can be had."""

    date: dt.date
    openings: tuple[Opening, ...]
    words: str

    @property
    def free(self) -> bool:
        """Say whether a start time can be had."""
        return any(one.free for one in self.openings)


@dataclass(frozen=True, slots=True)
class Asked:
    """For how long and for how many it is wanted; 0 minutes are the least that can be booked."""

    minutes: int = 0
    quantity: int = 1


PLAIN = Asked()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things on loan: how many are there now, of how many, and how many people wait for one."""

    free: int
    total: int
    waiting: int
    next_back: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is taken of the pools of some bookables over some days, as it was a moment ago."""

    now: dt.datetime
    classes: DayClassesOf
    uses: dict[int, tuple[Use, ...]]
    left: dict[tuple[int, int], int]  # of the cells that are counted; any other has all its places
    waited: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def day(self, bookable: Bookable, date: dt.date, asked: Asked = PLAIN) -> Day:
        """Return one date with its start times."""
        table = opening.timetable_of(subject_of(bookable), classes=self.classes)
        resolved = table.on(date)
        following = table.on(date + ONE_DAY).stretches if _runs_on(resolved) else ()
        starts = _starts(bookable, date, _joined(resolved.stretches, following), _length(bookable, asked))
        found = tuple(
            self._opening(bookable, *times, asked) for times in starts if self._is_ahead(bookable, *times)
        )
        return Day(date, found, _day_words(found, resolved))

    def next_free(
        self, bookable: Bookable, asked: Asked = PLAIN, *, days: int = WEEK, first: dt.date | None = None
    ) -> Opening | None:
        """Return the first start time that can be had within so many days."""
        begin = first or self.now.astimezone(clock.ZONE).date()
        for ahead in range(days):
            date = begin + dt.timedelta(days=ahead)
            if (date - clock.today()).days > bookable.most_days_ahead:
                return None
            found = next((one for one in self.day(bookable, date, asked).openings if one.free), None)
            if found is not None:
                return found
        return None

    def places(
        self, bookable: Bookable, start: dt.datetime | None, end: dt.datetime | None, quantity: int
    ) -> int:
        """Return how many such parties would fit; 0 also where somebody waits for the same places."""
        fits = [self._fits(use, start, end, quantity) for use in self.uses.get(bookable.pk, ())]
        return max(min(fits, default=0), 0)

    def waiting(self, bookable: Bookable) -> int:
        """Return how many parties wait for something without time."""
        return max(
            (len(self.waited.get(use.pool_id, ())) for use in self.uses.get(bookable.pk, ())), default=0
        )

    def _opening(self, bookable: Bookable, start: dt.datetime, end: dt.datetime, asked: Asked) -> Opening:
        before, after = bookable.before * MINUTE, bookable.after * MINUTE
        places = self.places(bookable, start - before, end + after, asked.quantity)
        return Opening(start, end, places > 0, self._left_words(bookable, places))

    def _left_words(self, bookable: Bookable, places: int) -> str:
        """Say how many places are left: 余 2 位; 有空 of what there is but one, 满了 of none."""
        if not places:
            return _("满了")
        if any(use.pool.capacity // use.quantity <= 1 for use in self.uses.get(bookable.pk, ())):
            return _("有空")
        return ngettext("余 %(n)s 位", "余 %(n)s 位", places) % {"n": places}

    def _fits(self, use: Use, start: dt.datetime | None, end: dt.datetime | None, quantity: int) -> int:
        if use.pool.is_retired:
            return 0
        first, last = cells_between(start, end, use.pool.grain)
        if any(one < last and first < other for one, other in self.waited.get(use.pool_id, ())):
            return 0
        least = min(self.left.get((use.pool_id, at), use.pool.capacity) for at in range(first, last))
        return least // (use.quantity * (quantity if use.is_per_person else 1))

    def _is_ahead(self, bookable: Bookable, start: dt.datetime, end: dt.datetime) -> bool:
        is_soon = start <= self.now or start < self.now + bookable.least_notice * MINUTE
        return not is_soon and bookable.is_qualified_on(start.astimezone(clock.ZONE).date())


def bookable_of(actor: Actor, bookable_id: int) -> Bookable:
    """Return something to book with all that its pages and hours need; NotThere if there is none."""
    found = with_hours(Bookable.objects.filter(pk=bookable_id, district_id=actor.district_id))
    if not found or found[0].station.state in (Station.State.PLANNED, Station.State.BUILDING):
        raise NotThere(_("没有这个可以约的项目，可能已经撤了。看看驿站里别的。"))
    return found[0]


def with_hours(rows: QuerySet[Bookable]) -> list[Bookable]:
    """Fetch bookables with station, service and both their hours: three queries."""
    found = list(
        rows.select_related("area", "station__area", "district", "offer__service").prefetch_related(
            "station__spans", "offer__spans"
        )
    )
    for one in found:
        if one.offer is not None:
            one.offer.station = one.station
    return found


def outlook(
    bookables: Collection[Bookable], first: dt.date, last: dt.date, *, but: Claim | None = None
) -> Outlook:
    """Look over the pools of some bookables from one date to another; what `but` takes counts as free."""
    now = clock.now()
    uses: dict[int, tuple[Use, ...]] = {}
    for use in Use.objects.filter(bookable__in=bookables).select_related("pool").order_by("pool_id"):
        uses[use.bookable_id] = (*uses.get(use.bookable_id, ()), use)
    pools = {use.pool_id: use.pool for found in uses.values() for use in found}
    spans = _spans(pools.values(), first, last)
    left = _counted(spans)
    waited: dict[int, list[tuple[int, int]]] = {}
    for pool_id, begin, end, quantity, is_waiting in _parts(spans, now, but):
        if is_waiting:
            waited.setdefault(pool_id, []).append((begin, end))
            continue
        given_back = ((pool_id, at) for at in range(begin, end))
        left.update({key: left[key] + quantity for key in given_back if key in left})
    district_id = next((one.district_id for one in bookables), 0)
    return Outlook(now, day_classes(district_id), uses, left, waited)


def days(
    bookable: Bookable, first: dt.date, count: int, asked: Asked = PLAIN, *, but: Claim | None = None
) -> list[Day]:
    """Return so many dates of something to book, from one on, within its horizon."""
    until = min(first + (count - 1) * ONE_DAY, clock.today() + bookable.most_days_ahead * ONE_DAY)
    if until < first:
        return []
    seen = outlook([bookable], first, until, but=but)
    return [seen.day(bookable, first + n * ONE_DAY, asked) for n in range((until - first).days + 1)]


def openings(bookable: Bookable, date: dt.date, asked: Asked = PLAIN) -> list[Opening]:
    """Return the start times of one date."""
    return [one for day in days(bookable, date, 1, asked) for one in day.openings]


def shelf(bookable: Bookable) -> Shelf:
    """Return how many of a thing that is lent are there now."""
    seen = outlook([bookable], clock.today(), clock.today())
    uses = seen.uses.get(bookable.pk, ())
    total = min((use.pool.capacity // use.quantity for use in uses), default=0)
    free = seen.places(bookable, None, None, 1)
    return Shelf(free, total, seen.waiting(bookable), None if free else _next_back(uses))


def lengths(bookable: Bookable) -> list[int]:
    """Return for how many minutes it can be booked, from the least up to the most, twelve choices at most."""
    stride = max(bookable.step, 30 if bookable.most_minutes - bookable.minutes >= 60 else bookable.step)
    found = list(range(bookable.minutes, bookable.most_minutes + 1, stride))
    if found[-1] != bookable.most_minutes:
        found.append(bookable.most_minutes)
    return found if len(found) <= 12 else [*found[:11], found[-1]]


# --- inside -----------------------------------------------------------------------------------------------


def _spans(pools: Iterable[Pool], first: dt.date, last: dt.date) -> dict[int, tuple[int, int]]:
    """Return the cells of each pool between two dates, with a day around them for what is left free."""
    start = dt.datetime.combine(first - ONE_DAY, dt.time(), tzinfo=clock.ZONE)
    end = dt.datetime.combine(last + 3 * ONE_DAY, dt.time(), tzinfo=clock.ZONE)
    return {pool.pk: cells_between(start, end, pool.grain) if pool.grain else ONLY for pool in pools}


def _counted(spans: dict[int, tuple[int, int]]) -> dict[tuple[int, int], int]:
    if not spans:
        return {}
    wanted = reduce(or_, (Q(pool_id=pool, at__gte=low, at__lt=high) for pool, (low, high) in spans.items()))
    rows = Cell.objects.filter(wanted).values_list("pool_id", "at", "capacity", "taken")
    return {(pool_id, at): capacity - taken for pool_id, at, capacity, taken in rows}


def _parts(
    spans: dict[int, tuple[int, int]], now: dt.datetime, but: Claim | None
) -> Iterator[tuple[int, int, int, int, bool]]:
    """Yield what is taken in vain, and what is waited for: (pool, first, end, how many, is it waited for)."""
    if not spans:
        return
    meets = reduce(or_, (Q(pool_id=pool, first__lt=high, end__gt=low) for pool, (low, high) in spans.items()))
    over = Q(claim__state__in=Claim.TIMED, claim__expires_at__lte=now)
    waits = Q(claim__state=Claim.State.WAITLISTED)
    own = Q(claim_id=but.pk, claim__state__in=Claim.TAKING) if but is not None else Q(pk__in=[])
    rows = Part.objects.filter(meets & (over | waits | own))
    for pool_id, first, end, quantity, state in rows.values_list(
        "pool_id", "first", "end", "quantity", "claim__state"
    ):
        low, high = spans[pool_id]
        yield pool_id, max(first, low), min(end, high), quantity, state == Claim.State.WAITLISTED


def _length(bookable: Bookable, asked: Asked) -> int:
    return min(max(asked.minutes, bookable.minutes), bookable.most_minutes)


def _runs_on(day: Resolved) -> bool:
    return bool(day.stretches) and day.stretches[-1].end == DAY


def _joined(stretches: tuple[Stretch, ...], following: tuple[Stretch, ...]) -> list[Stretch]:
    """Return a day's stretches, the last one prolonged by what of it goes on after midnight."""
    if not following or following[0].start:
        return list(stretches)
    return [*stretches[:-1], Stretch(stretches[-1].start, DAY + following[0].end)]


def _starts(
    bookable: Bookable, date: dt.date, stretches: Iterable[Stretch], minutes: int
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
    for stretch in stretches:
        first = -(-stretch.start // FIVE) * FIVE
        for minute in range(
            first, min(stretch.end - minutes, DAY - 1) + 1, max(bookable.step // FIVE, 1) * FIVE
        ):
            start = midnight + minute * MINUTE
            yield start, start + minutes * MINUTE


def _day_words(found: tuple[Opening, ...], resolved: Resolved) -> str:
    if any(one.free for one in found):
        return _("有空")
    if found:
        return _("约满")
    if not resolved.is_known:
        return _("待公布")
    return _("没时间了") if resolved.stretches else _("不开门")


def _next_back(uses: Iterable[Use]) -> dt.date | None:
    """Return the date by which the next thing on loan is due; None while nobody has fetched one."""
    out = Claim.objects.filter(
        parts__pool__in=[use.pool_id for use in uses], state=Claim.State.CHECKED_IN, ends_at__gt=clock.now()
    )
    due = out.order_by("ends_at").values_list("ends_at", flat=True).first()
    return None if due is None else due.astimezone(clock.ZONE).date()
