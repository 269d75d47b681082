"""Letting go: a year after a booking is over its names, numbers and codes go; the counts remain.

What is forgotten: how they are called, the telephone and its index, the code, the wishes, the accounts, the
key of the press. What stays: what, where, when, how many, and how it ended.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from lingju.bookings.models import Claim, PhoneCall
from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.trail.services import leave_footprint, prepared

KEPT = dt.timedelta(days=365)
GONE = "gone-"  # what the key of a press reads afterwards, and how what is forgotten is known
BLANK = {"called": "", "code": "", "wishes": ""}


def forget_old(*, most: int = 500) -> int:
    """Forget who booked what was over a year ago, some at a time; return how many bookings."""
    moment = clock.now() - KEPT
    is_old = Q(ended_at__lt=moment) | Q(ended_at__isnull=True, ends_at__lt=moment)
    # What is still lent out is not over, however late it is.
    old = Claim.objects.filter(is_old).exclude(state=Claim.State.CHECKED_IN, bookable__mode="loan")
    return sum(forget(claim) for claim in old.exclude(key__startswith=GONE).order_by("id")[:most])


@transaction.atomic
def forget(claim: Claim) -> int:
    """Forget who booked, in one go; return how many bookings that were: one."""
    PhoneCall.objects.filter(claim=claim).delete()  # what was to be told carries the same reasons
    Claim.objects.filter(pk=claim.pk).update(
        **prepared(claim, BLANK),
        phone=None,
        phone_index=None,
        account=None,
        told_by=None,
        proxy="",
        why="",
        key=f"{GONE}{claim.pk}",
    )
    leave_footprint(actor=SystemActor(claim.district_id), action="forget", subject=claim)
    return 1
