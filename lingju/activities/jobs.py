"""Clockwork of activities: what guardians left is forgotten half a year after the session."""

import datetime as dt

from lingju.activities.models import SignUp
from lingju.activities.services import signing_up
from lingju.kernel import clock, schedule

KEPT = dt.timedelta(days=183)
LOOK_BACK = dt.timedelta(days=60)  # a night that was missed is made up for


def plan() -> None:
    """Plan the jobs; called once by the wiring."""
    schedule.plan("activities.forget", schedule.At(dt.time(3, 40)), forget_guardians)


def forget_guardians() -> int:
    """Forget who answered for minors of sessions that were over half a year ago; return how many."""
    last = clock.now() - KEPT
    over = SignUp.objects.filter(session__ends_at__lt=last, session__ends_at__gte=last - LOOK_BACK)
    return signing_up.forget(over.filter(guardian__isnull=False))
