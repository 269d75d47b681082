"""What follows a session that is over: who was there is done, who was not is noted and blamed for nothing.

Only where a list was kept: of a session at which nobody was ticked off nothing is known, and nobody is
said to have stayed away. A list that arrives later corrects what was noted (`attendance`).
"""

import datetime as dt
import logging
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lingju.activities import counting
from lingju.activities.counting import Seen
from lingju.activities.models import Scan, Session, SignUp
from lingju.activities.rules import works_at_it
from lingju.bookings.models import Claim
from lingju.bookings.services import claiming
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, Refusal
from lingju.kernel.rules import Actor, SystemActor

log = logging.getLogger(__name__)
S = Claim.State
OPEN: Final = (S.CONFIRMED, S.CHECKED_IN)
LOOK_BACK: Final = dt.timedelta(days=60)  # a night that was missed is made up for
AT_ONCE: Final = 200


def close_sessions() -> int:
    """Close the sign-ups of sessions of past days; return how many were closed."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.ZONE)
    over = Session.objects.standing().filter(ends_at__lte=midnight, ends_at__gte=midnight - LOOK_BACK)
    still = over.filter(signups__claim__state__in=OPEN, scans__isnull=False)
    return sum(close(session) for session in still.distinct().order_by("ends_at", "id")[:AT_ONCE])


def close(session: Session) -> int:
    """Close the sign-ups of one session that is over, each by itself; return how many were closed."""
    came = _came(session)
    if not came:
        return 0
    signups = _open(session).select_related("claim__area", "claim__bookable").order_by("id")
    return sum(_closed(signup.claim, has_come=signup.pk in came) for signup in signups)


@transaction.atomic
def excuse(signup: SignUp, *, actor: Actor) -> SignUp:
    """Turn "did not come" into "had a reason"; excused already, nothing changes."""
    works_at_it.check(actor, signup.session)
    if signup.claim.state == S.CANCELLED:
        return signup
    if signup.claim.state != S.NO_SHOW:
        raise NotNow(_("没有记“没来”，不用改。"))
    claiming.excuse(signup.claim, actor=actor, why=_("有事没来，已说明"))
    return signup


def _open(session: Session) -> QuerySet[SignUp]:
    return SignUp.objects.filter(session=session, claim__state__in=OPEN)


def _came(session: Session) -> dict[int, int]:
    """Return how many came with each sign-up that the list of the session knows."""
    scans = Scan.objects.filter(session=session).order_by("at", "id")
    return counting.present(
        Seen(scan.signup_id, scan.kind, scan.people)
        for scan in scans
        if scan.counts and scan.signup_id is not None
    )


def _closed(claim: Claim, *, has_come: bool) -> bool:
    """Take the steps that lead a booking to its end; say whether it got there."""
    clockwork = SystemActor(claim.district_id)
    try:
        with transaction.atomic():
            if has_come and claim.state == S.CONFIRMED:
                claiming.check_in(claim, actor=clockwork)
            elif not has_come and claim.state == S.CHECKED_IN:
                claiming.take_back(claim, actor=clockwork)
            if has_come:
                claiming.complete(claim, actor=clockwork)
            else:
                claiming.miss(claim, actor=clockwork)
    except Refusal as refusal:
        log.warning("claim %s of a session: %s", claim.pk, refusal)
        return False
    return True
