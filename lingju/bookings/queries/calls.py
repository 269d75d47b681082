"""Whom a station has to ring now, and whom it has rung today."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from lingju.bookings.models import Claim, PhoneCall
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import Station

MOST = 200
FETCHED = ("claim__bookable", "claim__station", "area")
AT_LAST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Ring:
    """One person to ring, with all they are to be told; `call` is the last thing put down for them."""

    call: PhoneCall
    words: tuple[str, ...]
    by: dt.datetime | None


def to_make(station: Station) -> list[Ring]:
    """Return whom to ring, who must be rung soonest first; of each booking the last word alone."""
    rows = PhoneCall.objects.filter(station=station).open(clock.now()).select_related(*FETCHED)
    last = {call.claim_id: call for call in rows.order_by("pk")[:MOST]}
    people: dict[str, list[PhoneCall]] = {}
    for call in sorted(last.values(), key=lambda call: call.pk):
        people.setdefault(str(call.claim.phone), []).append(call)
    rings = [Ring(calls[-1], tuple(one.words for one in calls), _soonest(calls)) for calls in people.values()]
    return sorted(rings, key=lambda ring: (ring.by or clock.now() + AT_LAST, ring.call.pk))


def made_today(station: Station) -> list[PhoneCall]:
    """Return the calls that were made today, the last first."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.ZONE)
    rows = PhoneCall.objects.filter(station=station, done_at__gte=midnight)
    return list(rows.select_related(*FETCHED, "done_by").order_by("-done_at", "-id")[:MOST])


def count(station: Station) -> int:
    """Return how many people a station has to ring."""
    rows = PhoneCall.objects.filter(station=station).open(clock.now()).order_by()
    return rows.values("claim__phone_index").distinct().count()


def counts(actor: Actor) -> list[tuple[int, str, int]]:
    """Return each station somebody keeps that has to ring people, with its name and how many; one query."""
    rows = PhoneCall.objects.managed_by(actor).open(clock.now()).order_by()
    people = Count("claim__phone_index", distinct=True)
    found = rows.values_list("station_id", "station__name").annotate(people=people)
    return list(found.order_by("station__name", "station_id"))


def _soonest(calls: Iterable[PhoneCall]) -> dt.datetime | None:
    return min(filter(None, (_told_by(call.claim) for call in calls)), default=None)


def _told_by(claim: Claim) -> dt.datetime | None:
    """Return by when it must be told: an offer runs out, a loan is due, a booking begins; None of no time."""
    if claim.state == Claim.State.OFFERED:
        return claim.expires_at
    return claim.ends_at if claim.state == Claim.State.CHECKED_IN else claim.starts_at
