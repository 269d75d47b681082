"""Clockwork of people: let go of what has served its purpose (C09).

The wiring plans it once a night: codes and counted tries after a day, sessions and axes' records of
wrong passwords when they have run out, anonymous consents a year after they were withdrawn.
"""

import datetime as dt
from importlib import import_module

from axes.models import AccessAttempt
from django.conf import settings

from lingju.kernel import clock
from lingju.people.models import Attempt, Consent, SignInCode

KEPT = dt.timedelta(days=1)
KEPT_AFTER_WITHDRAWAL = dt.timedelta(days=365)


def let_go() -> dict[str, int]:
    """Delete what is older than its promise; return how many rows of each kind went."""
    now = clock.now()
    codes, _each = SignInCode.objects.filter(requested_at__lt=now - KEPT).delete()
    tries, _each = Attempt.objects.filter(at__lt=now - KEPT).delete()
    wrong, _each = AccessAttempt.objects.filter(attempt_time__lt=now - KEPT).delete()
    withdrawn, _each = Consent.objects.filter(
        account=None, withdrawn_at__lt=now - KEPT_AFTER_WITHDRAWAL
    ).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return {"codes": codes, "tries": tries, "wrong passwords": wrong, "consents": withdrawn}
