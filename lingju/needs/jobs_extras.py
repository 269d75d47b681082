"""Clockwork of wishes: let go what nobody got in touch about, forget names a year later."""

import datetime as dt
import logging

from lingju.kernel import clock, schedule
from lingju.kernel.errors import Refusal
from lingju.needs.models import Claim, Wish
from lingju.needs.services import wishing

log = logging.getLogger(__name__)

AT_ONCE = 500


def release_overdue() -> int:
    """Give wishes to the next round whose claimer did not get in touch within the week."""
    due = Claim.objects.filter(
        state=Claim.State.STANDING,
        contacted_at__isnull=True,
        contact_by__lte=clock.now(),
        wish__state=Wish.State.CLAIMED,
    )
    released = 0
    for claim in due.select_related("wish__area").order_by("contact_by")[:AT_ONCE]:
        try:
            wishing.release_overdue(claim)
            released += 1
        except Refusal as refusal:
            log.warning("wish %s: %s", claim.wish.number, refusal)
    return released


def plan() -> None:
    """Plan the jobs of wishes; called by the wiring."""
    schedule.plan("needs.release_wishes", schedule.Every(dt.timedelta(minutes=15)), release_overdue)
    schedule.plan("needs.forget_wishers", schedule.At(dt.time(3, 40)), wishing.forget_names)
