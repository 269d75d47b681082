"""Calls that the station has to make: put down once for each thing to be told, ticked off by who rang."""

from django.db import transaction
from django.db.models import Q

from lingju.bookings.models import Claim, PhoneCall
from lingju.bookings.parties import Slot
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import claiming
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.trail.services import leave_footprint

LONGEST = 300


def put_down(claim: Claim, words: str, *, key: str = "") -> None:
    """Put on its station's list what is to be told to who has to be rung; the same `key` is put down once.

    Without a key it is about how the booking stands now, and nobody is rung about what they were told
    already (`move_as_agreed`). What has no station has no list.
    """
    if claim.station_id is None or not claim.is_called:
        return
    PhoneCall.objects.get_or_create(
        district_id=claim.district_id, key=key or _as_it_stands(claim), defaults=_said(claim, words)
    )


@transaction.atomic
def done(call: PhoneCall, *, actor: Actor) -> None:
    """Note that who booked has been rung, and by whom; noted already, nothing changes.

    Whatever else the station had put down for the same number until then has been said along with it.
    """
    its_keeper.check(actor, call)
    theirs = Claim.objects.filter(pk=call.claim_id).values("phone_index")
    open_calls = PhoneCall.objects.filter(station_id=call.station_id, done_at__isnull=True, pk__lte=call.pk)
    older = open_calls.filter(Q(claim_id=call.claim_id) | Q(claim__phone_index__in=theirs))
    if older.update(done_at=clock.now(), done_by_id=actor.account_id):
        leave_footprint(actor=actor, action="ring", subject=call.claim)


@transaction.atomic
def move_as_agreed(claim: Claim, slot: Slot, words: str, *, actor: Actor) -> Claim:
    """Move a booking to a time that was agreed on the telephone; `words` say so, and nobody rings again.

    Raises what `claiming.move` raises.
    """
    its_keeper.check(actor, claim)
    claim = claiming.move(claim, slot, actor=actor, by=Claim.EndedBy.STATION)
    now_done = {"done_at": clock.now(), "done_by_id": actor.account_id}
    PhoneCall.objects.filter(claim=claim, done_at__isnull=True).update(**now_done)
    if claim.station_id is not None:
        PhoneCall.objects.get_or_create(
            district_id=claim.district_id,
            key=_as_it_stands(claim),
            defaults={**_said(claim, words), **now_done},
        )
    return claim


def _said(claim: Claim, words: str) -> dict[str, object]:
    return {
        "area_id": claim.area_id,
        "station_id": claim.station_id,
        "claim": claim,
        "version": claim.version,
        "words": words[:LONGEST],
    }


def _as_it_stands(claim: Claim) -> str:
    return f"{claim.pk}:{claim.version}"
