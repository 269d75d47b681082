"""What a change of hours does to bookings: which lie outside now, and when each could be instead.

Nothing is called off silently. The keeper sees the list with a proposal for each, whoever booked is told
(`ClaimsOutside`), and a booking moves only when somebody has agreed to it. What was lent and is due on a day
that is shut now may be brought back on the next open one: that is nobody's loss, and is told.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from lingju.bookings.events import ClaimsOutside
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.services import gaps, lending
from lingju.bookings.services.checking import subject_of
from lingju.kernel import clock
from lingju.kernel.facts import announce
from lingju.kernel.rules import SystemActor
from lingju.places import opening
from lingju.places.events import CalendarChanged, HoursChanged

COMING = (Claim.State.HELD, Claim.State.PENDING, Claim.State.CONFIRMED, Claim.State.OFFERED)
MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Outside:
    """A booking that lies outside the hours, why, and the nearest time at which it could be; None of none."""

    claim: Claim
    why: str
    instead: dt.datetime | None


@transaction.atomic
def hear_hours(fact: HoursChanged) -> None:
    """Look which bookings lie outside the hours since a change, and announce them; none is called off."""
    days = (_begin_of(fact.from_date), _end_of(fact.to_date))
    offer_id = fact.subject_id if fact.subject_type == "offer" else None
    _look(fact.district_id, fact.station_id, days, offer_id)


@transaction.atomic
def hear_calendar(fact: CalendarChanged) -> None:
    """Look, at every station, which bookings lie on a day that is free now, or works other hours."""
    days = (_begin_of(dt.date(min(fact.years), 1, 1)), _end_of(dt.date(max(fact.years), 12, 31)))
    days = (max(days[0], clock.now()), days[1])
    touched = Claim.objects.filter(district_id=fact.district_id, state__in=(*COMING, Claim.State.CHECKED_IN))
    touched = touched.filter(starts_at__lt=days[1], ends_at__gt=days[0], bookable__isnull=False)
    for station_id in sorted(touched.order_by().values_list("station_id", flat=True).distinct()):
        _look(fact.district_id, station_id, days)


def _look(
    district_id: int, station_id: int, days: tuple[dt.datetime, dt.datetime], offer_id: int | None = None
) -> None:
    coming = coming_at(station_id).filter(district_id=district_id, starts_at__lt=days[1], ends_at__gt=days[0])
    if offer_id is not None:
        coming = coming.filter(bookable__offer_id=offer_id)
    ids = tuple(claim.pk for claim in outside_of(coming[:MOST_LOOKED_AT]))
    if ids:
        announce(ClaimsOutside(district_id, station_id, ids))
    due = lending.lent_at(station_id).filter(ends_at__gte=max(days[0], clock.now()), ends_at__lt=days[1])
    for claim in due.prefetch_related("bookable__station__spans")[:MOST_LOOKED_AT]:
        lending.give_time(claim, actor=SystemActor(district_id))


def outside_of(claims: Iterable[Claim]) -> list[Claim]:
    """Keep the claims that lie outside the hours as they are now."""
    return [claim for claim in claims if _is_outside(claim)]


def proposals(station_id: int, district_id: int) -> list[Outside]:
    """Return what lies outside at a station now, each with why and the nearest free time."""
    coming = coming_at(station_id).filter(district_id=district_id, ends_at__gt=clock.now())
    return [_proposal(claim) for claim in outside_of(coming[:MOST_LOOKED_AT])]


def coming_at(station_id: int) -> QuerySet[Claim]:
    """Return what is still to come at a station and hangs on its hours, in order."""
    coming = Claim.objects.filter(
        station_id=station_id, state__in=COMING, starts_at__isnull=False, bookable__isnull=False
    ).exclude(bookable__mode=Bookable.Mode.LOAN)
    fetched = ("bookable__station__area", "bookable__offer__station", "area", "station")
    spans = ("bookable__station__spans", "bookable__offer__spans", "bookable__offer__station__spans")
    return coming.select_related(*fetched).prefetch_related(*spans).order_by("starts_at", "id")


def _is_outside(claim: Claim) -> bool:
    if claim.bookable is None or claim.starts_at is None or claim.ends_at is None:
        return False
    return not opening.is_open_throughout(subject_of(claim.bookable), claim.starts_at, claim.ends_at)


def _proposal(claim: Claim) -> Outside:
    if claim.bookable is None or claim.starts_at is None or claim.ends_at is None:
        raise ValueError("only what has a time can lie outside the hours")
    minutes = (claim.ends_at - claim.starts_at) // dt.timedelta(minutes=1)
    why = opening.why_shut(subject_of(claim.bookable), claim.starts_at, claim.ends_at)
    instead = gaps.nearest(claim.bookable, claim.starts_at, gaps.Asked(claim.quantity, minutes))
    return Outside(claim, why, instead)


def _begin_of(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)


def _end_of(date: dt.date | None) -> dt.datetime:
    last = date or clock.today() + dt.timedelta(days=366)
    return _begin_of(last) + dt.timedelta(days=1)
