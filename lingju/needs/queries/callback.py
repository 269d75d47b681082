"""Who waits for a call: asked by telephone, or by a message or a slip that nobody answered for half the time.

Whoever handled a need never sees it here: a second pair of eyes asks (`rules.calls_back` says the same of
one need), and the database refuses what slips through.
"""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.needs.models import Asker, Asking, Entry, Need
from lingju.needs.rules import HANDLING
from lingju.needs.services import by_call
from lingju.needs.services.promises import policy_of
from lingju.places.models import District

BY_THEMSELVES = ("submit", "judge", "reopen", "withdraw")


def waiting(actor: Actor, district: District) -> QuerySet[Asking]:
    """Return the askings that the actor may call about, oldest first, in one query."""
    days = policy_of(district).ask_days
    half_past = clock.now() + dt.timedelta(days=days) / 2
    handled = Entry.objects.filter(
        need=OuterRef("need"), axis__in=HANDLING, actor_id=actor.account_id, actor_id__isnull=False
    ).exclude(step__in=BY_THEMSELVES)
    by = Q(by=Asker.By.CALL) | Q(by__in=(Asker.By.SMS, Asker.By.PAPER), until__lte=half_past)
    asked = Asking.objects.filter(
        by,
        district=district,
        result=Asker.Confirmation.ASKED,
        asker__left_out="",
        asker__phone__isnull=False,
        need__stage=Need.Stage.ANSWERED,
        need__in=Need.objects.visible_to(actor),
        round=F("need__round"),
    )
    mine = Q(handled_by_id=actor.account_id, handled_by_id__isnull=False)
    return asked.exclude(mine).exclude(Exists(handled)).order_by("asked_at", "id")


def to_tell(actor: Actor, district: District) -> QuerySet[Asker]:
    """Return whom the actor may call to tell what changed, who waits longest first (`by_call.to_be_told`)."""
    return by_call.to_be_told(district.pk).filter(need__in=Need.objects.visible_to(actor))
