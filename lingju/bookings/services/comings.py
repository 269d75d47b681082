"""Where a list of who came is kept: somebody was ticked off that day, at that counter."""

import datetime as dt

from django.db.models import Min, QuerySet

from lingju.bookings.models import Claim
from lingju.kernel import clock

USUAL_GRACE = 15
# What is booked, and on which day.
Key = tuple[int | None, dt.date | None]


def key_of(claim: Claim) -> Key:
    """Return the list on which a booking would be ticked off."""
    return claim.bookable_id, None if claim.starts_at is None else _day(claim.starts_at)


def lists_of(claims: QuerySet[Claim]) -> set[Key]:
    """Return the lists that are kept at what some bookings are for, since the first of them; two queries."""
    first = claims.order_by().aggregate(first=Min("starts_at"))["first"]
    if first is None:
        return set()
    midnight = dt.datetime.combine(_day(first), dt.time(), tzinfo=clock.ZONE)
    came = Claim.objects.filter(
        bookable__in=claims.order_by().values("bookable_id"),
        arrived_at__isnull=False,
        starts_at__gte=midnight,
        ticket__isnull=True,  # who is called by a number is seen without any list
    )
    return {(bookable_id, _day(at)) for bookable_id, at in came.values_list("bookable_id", "starts_at")}


def grace_is_over(claim: Claim, moment: dt.datetime) -> bool:
    """Say whether a party is later than it may be, so that its place goes on."""
    return claim.starts_at is not None and claim.starts_at + grace_of(claim) <= moment


def grace_of(claim: Claim) -> dt.timedelta:
    """Return for how long a place is kept for who is late."""
    return dt.timedelta(minutes=claim.bookable.grace if claim.bookable is not None else USUAL_GRACE)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.ZONE).date()
