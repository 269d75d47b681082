"""Telling by telephone: whoever chose a call, or left a number with a slip, is called about what changed.

    a pause, a planned day, another promise, a need that is not counted
        ──▶ `to_be_told` ──▶ told, and by whom     or     three calls in vain

Whoever handled it may tell it. Whether it is solved is another question, which a second pair of eyes asks
(`queries.callback`).
"""

from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.rules import sees_it
from lingju.needs.services import axes
from lingju.people import sms
from lingju.trail.services import leave_footprint

A = Entry.Axis
TOLD, IN_VAIN = "told_by_call", "call_in_vain"
MOST_CALLS = 3
BY_TELEPHONE = (Asker.By.CALL, Asker.By.PAPER)
PAUSED = Q(axis=A.CLOCK, step="pause")
LEFT_OUT = Q(axis=A.STAGE, step="leave_out")
# An answer without a day is not told but asked, at once.
PLANNED = Q(axis=A.STAGE, step="answer", data__has_key="planned_on")
PROMISED = Q(axis=A.EDIT, step="mend", data__has_key="due_at")


def to_be_told(district_id: int) -> QuerySet[Asker]:
    """Return whom somebody has to call, who waits longest first.

    Each comes with `fact`, the entry to tell, and `tries`, the calls in vain since.
    """
    reached = Asker.objects.filter(_are_called(), district_id=district_id, phone__isnull=False)
    # Of what is over only an exclusion is still to be told.
    reached = reached.filter(Q(need__is_over=False) | Q(need__is_excluded=True))
    concerned = reached.exclude(left_out=Asker.LeftOut.WITHDREW).annotate(fact=_fact())
    waiting = concerned.filter(fact__isnull=False).annotate(told=Coalesce(_last_told(), 0), tries=_tries())
    return waiting.filter(fact__gt=F("told"), tries__lt=MOST_CALLS).order_by("fact", "id")


def _fact() -> Case:
    """Return the entry that holds what is to be told as the need stands now; what is past is not told."""
    is_planned = Q(need__stage=Need.Stage.ANSWERED, need__planned_on__isnull=False)
    return Case(
        When(need__is_excluded=True, then=_last(LEFT_OUT)),
        When(need__clock_state=Need.Clock.PAUSED, then=_last(PAUSED)),
        When(is_planned & Q(confirmation=Asker.Confirmation.NOT_ASKED), then=_last(PLANNED)),
        When(need__tray__in=Need.OWED, then=_last(PROMISED, round=OuterRef("need__round"))),
    )


def _last(which: Q, **more: Any) -> Subquery:
    entries = Entry.objects.filter(which, need=OuterRef("need"), at__gte=OuterRef("joined_at"), **more)
    return Subquery(entries.order_by("-id").values("id")[:1])


def _calls(step: str) -> QuerySet[Entry]:
    """Return the entries that speak of calls to the person of the outer query."""
    person = Cast(OuterRef("pk"), CharField())
    return Entry.objects.filter(need=OuterRef("need"), axis=A.NOTE, step=step, after=person)


def _last_told() -> Subquery:
    return Subquery(_calls(TOLD).order_by("-id").values("id")[:1])


def _tries() -> Coalesce:
    """Count the calls in vain since what is to be told happened."""
    since = _calls(IN_VAIN).filter(id__gt=OuterRef("fact")).order_by().values("need")
    return Coalesce(Subquery(since.annotate(n=Count("pk")).values("n")), Value(0))


def told(asker: Asker, fact: int, *, actor: Actor) -> Entry:
    """Note that a person was called and told `fact`, the entry that was read out, and who called.

    Raises NotNow where they were told already, or something else has happened since.
    """
    return _note(asker, fact, TOLD, actor)


def in_vain(asker: Asker, fact: int, *, actor: Actor) -> Entry:
    """Note that a call reached nobody; after the third nobody calls about this any more."""
    return _note(asker, fact, IN_VAIN, actor)


@transaction.atomic
def _note(asker: Asker, fact: int, step: str, actor: Actor) -> Entry:
    sees_it.check(actor, asker.need)
    # Of two who press at once the second waits here, and then finds that it was done.
    Asker.objects.select_for_update().get(pk=asker.pk)
    waiting = to_be_told(asker.district_id).filter(pk=asker.pk).first()
    if waiting is None:
        raise NotNow(_("这位已经告诉过了，不用再打。"))
    if waiting.fact != fact:  # type: ignore[attr-defined]
        raise NotNow(_("这件事刚才又有了新情况，请看过再告诉他。"))
    leave_footprint(actor=actor, action=step, subject=asker)
    return axes.append(asker.need, A.NOTE, step, actor=actor, after=asker.pk)


def is_called(asker: Asker) -> bool:
    """Say whether a person is told by telephone, and not by a message."""
    is_unreached = asker.by == Asker.By.SMS and asker.account_id is None and not sms.is_connected()
    return (asker.by in BY_TELEPHONE or is_unreached) and bool(asker.phone)


def _are_called() -> Q:
    """Return who is told by telephone: who chose it, and who chose texts where none leave the house."""
    chose = Q(by__in=BY_TELEPHONE)
    return chose if sms.is_connected() else chose | Q(by=Asker.By.SMS, account__isnull=True)


def is_told_by_call(entry: Entry) -> bool:
    """Say whether whoever is told by telephone is called about an entry."""
    if (entry.axis, entry.step) in ((A.CLOCK, "pause"), (A.STAGE, "leave_out")):
        return True
    said = {(A.STAGE.value, "answer"): "planned_on", (A.EDIT.value, "mend"): "due_at"}
    return said.get((entry.axis, entry.step), "") in entry.data
