"""Where a booking stands: its place on the waiting list, and what a page shows of it."""

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from lingju.bookings import phrases
from lingju.bookings.flow import FLOW
from lingju.bookings.models import Claim, Part
from lingju.bookings.phrases import Told
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import Station

S = Claim.State
MOST = 60
FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """A booking as its page, its paper and the list show it."""

    claim: Claim
    title: str
    when: str
    station: Station | None
    told: Told
    is_past: bool
    can_move: bool
    # An offer whose moment has passed is over, also before the clockwork comes.
    is_offered: bool


def place_of(claim: Claim) -> int:
    """Return the place on the waiting list, from 1; 0 for whoever does not wait. Two queries."""
    if claim.state != S.WAITLISTED or claim.waits_since is None:
        return 0
    parts = list(Part.objects.filter(claim=claim))
    if not parts:
        return 1
    meets = reduce(or_, (Q(pool_id=part.pool_id, first__lt=part.end, end__gt=part.first) for part in parts))
    before = Q(waits_since__lt=claim.waits_since) | Q(waits_since=claim.waits_since, pk__lt=claim.pk)
    others = Claim.objects.filter(
        before, state=S.WAITLISTED, pk__in=Part.objects.filter(meets).values("claim_id")
    )
    return others.count() + 1


def seen(claim: Claim) -> Seen:
    """Return what its page shows of a booking."""
    now = clock.now()
    has_begun = claim.starts_at is None or claim.starts_at <= now
    return Seen(
        claim,
        phrases.title_of(claim),
        phrases.when_of(claim),
        claim.station,
        phrases.told(claim, place_of(claim)),
        is_past=is_past(claim),
        can_move=claim.bookable is not None and claim.state in (S.CONFIRMED, S.PENDING) and not has_begun,
        is_offered=claim.state == S.OFFERED and (claim.expires_at is None or claim.expires_at > now),
    )


def steps(claim: Claim, actor: Actor) -> frozenset[str]:
    """Return the steps that its holder may take now; of what is past, none."""
    return frozenset() if is_past(claim) else frozenset(move.name for move in FLOW.allowed(claim, actor))


def lines(claims: QuerySet[Claim]) -> tuple[list[Seen], list[Seen]]:
    """Return bookings that are still to come, the next first, and those that are over, the latest first."""
    found = [seen(claim) for claim in claims.prefetch_related("parts__pool").order_by("-id")[:MOST]]
    coming = [one for one in found if not one.is_past]
    return sorted(coming, key=_next_first), [one for one in found if one.is_past]


def is_past(claim: Claim) -> bool:
    """Say whether a booking lies behind: it ended, or its time is over."""
    if claim.state in Claim.OVER:
        return True
    # A thing that is late is still out.
    return claim.ends_at is not None and claim.ends_at <= clock.now() and not phrases.is_loan(claim)


def coming(claims: QuerySet[Claim]) -> Seen | None:
    """Return the booking that matters next: an offer that waits for an answer, else the nearest."""
    found = lines(claims.filter(state__in=Claim.STANDING))[0]
    return found[0] if found else None


def _next_first(one: Seen) -> tuple[bool, dt.datetime, int]:
    return not one.is_offered, one.claim.starts_at or FAR, one.claim.pk
