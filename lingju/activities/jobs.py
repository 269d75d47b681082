"""Clockwork of activities: sign-ups of past sessions are closed, what people left is forgotten in time."""

import datetime as dt

from lingju.activities.models import Feedback, SignUp
from lingju.activities.services import aftermath, certificates, learning, signing_up
from lingju.kernel import clock, schedule

KEPT = dt.timedelta(days=183)
CERTIFICATES_KEPT = dt.timedelta(days=5 * 365 + 2)
LOOK_BACK = dt.timedelta(days=60)  # a night that was missed is made up for


def plan() -> None:
    """Plan the jobs; called once by the wiring."""
    schedule.plan("activities.aftermath", schedule.At(dt.time(1, 10)), aftermath.close_sessions)
    schedule.plan("activities.forget", schedule.At(dt.time(3, 40)), forget_guardians)
    schedule.plan("activities.forget_words", schedule.At(dt.time(3, 45)), forget_words)
    schedule.plan("activities.forget_names", schedule.At(dt.time(3, 50)), forget_names)


def forget_guardians() -> int:
    """Forget who answered for minors of sessions that were over half a year ago; return how many."""
    last = clock.now() - KEPT
    over = SignUp.objects.filter(session__ends_at__lt=last, session__ends_at__gte=last - LOOK_BACK)
    return signing_up.forget(over.filter(guardian__isnull=False))


def forget_words() -> int:
    """Forget what people wrote about sessions that were over half a year ago; return how many words."""
    last = clock.now() - KEPT
    over = Feedback.objects.filter(session__ends_at__lt=last, session__ends_at__gte=last - LOOK_BACK)
    return learning.forget(over.iterator())


def forget_names() -> int:
    """Forget the names on certificates that were issued five years ago; return how many."""
    return certificates.forget(clock.today() - CERTIFICATES_KEPT)
