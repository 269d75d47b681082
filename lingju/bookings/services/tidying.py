"""What the clockwork does to bookings: let what has run out expire, close the day, drop cells that are past.

Only where a list is kept is anybody said to have stayed away: of a day on which nobody was ticked off at a
counter nothing is known, nobody's place is given on while they may sit in it, and the night ends it all
without a word about who came (`comings`).

Every row is a transaction of its own; one that is refused does not stop the others.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lingju.bookings.cells import cells_between
from lingju.bookings.models import Bookable, Cell, Claim, Pool, Ticket
from lingju.bookings.services import claiming, comings, placing, queueing
from lingju.kernel import clock
from lingju.kernel.errors import Refusal
from lingju.kernel.rules import SystemActor
from lingju.places import opening
from lingju.places.models import District

log = logging.getLogger(__name__)

S = Claim.State
T = Ticket.State
AT_ONCE = 500
ONE_DAY = dt.timedelta(days=1)
RESERVED_FOR = 3  # days on which the station is open
M = TypeVar("M", bound=models.Model)


def expire_due() -> int:
    """Let held and offered places run out whose moment has come; return how many."""
    due = Claim.objects.run_out(clock.now()).select_related("area").order_by("expires_at")
    return _each(due[:AT_ONCE], placing.expire)


def release_waiting() -> int:
    """Take those off the waiting list whose time has begun: they wait for nothing any more."""
    due = Claim.objects.filter(state=S.WAITLISTED, starts_at__lte=clock.now()).select_related("area")
    changes = {"ended_by": Claim.EndedBy.CLOCK, "why": _("到时间了，一直没有空出来。")}
    return _each(due[:AT_ONCE], lambda claim: _leave(claim, "cancel", changes))


def release_unclaimed() -> int:
    """Let places go on whose party has not come within the grace, where comings are ticked off today."""
    now = clock.now()
    begun = _timed().filter(state=S.CONFIRMED, starts_at__lte=now, ends_at__gt=now)
    kept = comings.lists_of(begun)
    ticked = begun.filter(bookable_id__in={bookable_id for bookable_id, _day in kept})
    over = [
        one for one in ticked[:AT_ONCE] if comings.key_of(one) in kept and comings.grace_is_over(one, now)
    ]
    return _each(over, lambda one: claiming.miss(one, actor=_us(one)))


def promote_all() -> int:
    """Look again who of those that wait can be served; return how many were."""
    served = 0
    for district in District.objects.all():
        pools = Pool.objects.filter(district=district, parts__claim__state=S.WAITLISTED).distinct()
        served += len(placing.promote(district.pk, list(pools.values_list("pk", flat=True))))
    return served


def close_days() -> int:
    """Close what past days left open: done, not come, not decided, not fetched; return how many."""
    past = _timed().filter(ends_at__lte=_midnight())
    confirmed = past.filter(state=S.CONFIRMED)
    kept = comings.lists_of(confirmed)
    late = {"ended_by": Claim.EndedBy.CLOCK, "why": _("没来得及答复，很抱歉。")}
    there = {"ended_by": Claim.EndedBy.CLOCK, "why": _("开门的三天里没有来取，先给下一位。")}
    return (
        _each(past.filter(state=S.CHECKED_IN)[:AT_ONCE], lambda one: claiming.complete(one, actor=_us(one)))
        + _each(confirmed[:AT_ONCE], lambda one: _gone_by(one, is_missed=comings.key_of(one) in kept))
        + _each(past.filter(state=S.PENDING)[:AT_ONCE], lambda one: _leave(one, "refuse", late))
        + _each(_unfetched(), lambda one: _leave(one, "cancel", there))
        + _close_tickets()
    )


def drop_past_cells() -> int:
    """Drop the counted cells of past days; the claims keep what they took. Return how many cells."""
    gone = 0
    for grain in Pool.Grain.values:
        if not grain:
            continue
        first = cells_between(_midnight(), _midnight() + dt.timedelta(minutes=1), grain)[0]
        gone += Cell.objects.filter(pool__grain=grain, at__lt=first).delete()[0]
    return gone


def _close_tickets() -> int:
    """End the numbers of past days: who sat there is done, who waited has gone home."""
    past = Ticket.objects.filter(date__lt=clock.today()).select_related("area", "claim").order_by("id")
    served = past.filter(state=T.SERVING)[:AT_ONCE]
    waited = past.filter(state__in=(T.WAITING, T.CALLED, T.MISSED))[:AT_ONCE]
    return _each(served, lambda one: queueing.finish(one, actor=_us(one))) + _each(
        waited, lambda one: queueing.give_up(one, actor=_us(one))
    )


def _timed() -> QuerySet[Claim]:
    """Return the bookings of something at a time, which a loan is not."""
    timed = Claim.objects.exclude(bookable=None).exclude(bookable__mode=Bookable.Mode.LOAN)
    return timed.select_related("area", "bookable").order_by("id")


def _gone_by(claim: Claim, *, is_missed: bool) -> Claim:
    """End a booking whose day is over: not come where a list was kept, else no word about it."""
    if is_missed:
        return claiming.miss(claim, actor=_us(claim))
    return _leave(claim, "lapse", {"ended_by": Claim.EndedBy.CLOCK})


def _unfetched() -> list[Claim]:
    """Return what was reserved and not fetched on three days on which the station was open."""
    soonest = clock.now() - dt.timedelta(days=RESERVED_FOR)
    reserved = Claim.objects.filter(
        bookable__mode=Bookable.Mode.LOAN, state=S.CONFIRMED, ready_at__lt=soonest
    )
    found = reserved.select_related("area", "bookable__station").order_by("ready_at", "id")[:AT_ONCE]
    return [one for one in found if _open_days_since(one) >= RESERVED_FOR]


def _open_days_since(claim: Claim) -> int:
    """Return on how many whole days since a thing was ready its station was open."""
    if claim.bookable is None or claim.ready_at is None:
        return 0
    table = opening.timetable_of(claim.bookable.station)
    date, days = claim.ready_at.astimezone(clock.ZONE).date() + ONE_DAY, 0
    while date < clock.today() and days < RESERVED_FOR:
        days += bool(table.on(date).stretches)
        date += ONE_DAY
    return days


def _leave(claim: Claim, step: str, changes: Mapping[str, object]) -> Claim:
    return placing.leave(claim, step, actor=_us(claim), changes=dict(changes))


def _us(row: Claim | Ticket) -> SystemActor:
    return SystemActor(row.district_id)


def _midnight() -> dt.datetime:
    return dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.ZONE)


def _each(rows: Iterable[M], do: Callable[[M], object]) -> int:
    """Do something to each row in a transaction of its own; count what did not say no."""
    done = 0
    for row in list(rows):
        try:
            with transaction.atomic():
                done += do(row) is not False
        except Refusal as refusal:
            log.warning("%s %s: %s", row._meta.label, row.pk, refusal)
    return done
