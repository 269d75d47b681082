"""Reading who booked: by telephone number, or by a name's first letters. That it was read is kept.

A number is found by its blind index and shown masked; the whole number is shown on a press of its own.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.bookings.models import Claim
from lingju.bookings.rules import its_keeper
from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.initials import matches
from lingju.kernel.rules import Actor
from lingju.people import phones
from lingju.places import rules as places_rules
from lingju.places.models import Station
from lingju.trail.services import leave_footprint

MOST_LOOKED_AT = 400
MOST_FOUND = 30
PAST, AHEAD = dt.timedelta(days=7), dt.timedelta(days=60)


@transaction.atomic
def find(station: Station, said: str, *, actor: Actor) -> list[Claim]:
    """Return the bookings at a station of a whole mobile number, a booking number, or a name.

    A name is looked for among what lies a week back and two months ahead, by its characters or their first
    letters. Each booking that is found leaves a footprint "read".
    """
    places_rules.its_keeper.check(actor, station)
    said = said.strip()
    if len(said) < 1:
        sentence = _("请写手机号、预约号，或者怎么称呼。")
        raise BadInput(sentence, {"said": sentence})
    found = _found(station, said)
    for claim in found:
        leave_footprint(actor=actor, action="read", subject=claim)
    return found


@transaction.atomic
def see_phone(claim: Claim, *, actor: Actor) -> str:
    """Return the whole number of whoever booked to whoever must call them; that it was read is kept."""
    its_keeper.check(actor, claim)
    leave_footprint(actor=actor, action="read_phone", subject=claim)
    return str(claim.phone or "")


def _found(station: Station, said: str) -> list[Claim]:
    rows = Claim.objects.filter(station=station, district_id=station.district_id)
    rows = rows.select_related("bookable", "area", "station").order_by("-starts_at", "-id")
    if phones.is_mobile(said):
        return list(rows.filter(phone_index=phones.normal(said))[:MOST_FOUND])
    by_number = list(rows.filter(number=said)[:1])
    if by_number or any(sign.isdigit() for sign in said):
        return by_number
    now = clock.now()
    near = rows.filter(starts_at__gte=now - PAST, starts_at__lt=now + AHEAD) | rows.filter(
        starts_at__isnull=True, state__in=(*Claim.STANDING, Claim.State.CHECKED_IN)
    )
    return [claim for claim in near[:MOST_LOOKED_AT] if matches(str(claim.called), said)][:MOST_FOUND]
