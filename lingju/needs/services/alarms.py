"""Alarms: one row for one trouble in our own running, counted up until an officer has cleared it."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import AlarmRaised
from lingju.needs.models import Alarm
from lingju.needs.rules import edits_the_loop
from lingju.trail.services import leave_footprint

RULE_FAILS = "rule_fails"
LONGEST = 300


@transaction.atomic
def raise_alarm(district_id: int, kind: str, subject_id: int, words: str) -> Alarm:
    """Ring for a trouble, or count it up where it rings already; the first ring is announced."""
    known = _counted(district_id, kind, subject_id, words)
    if known is not None:
        return known
    alarm = Alarm(district_id=district_id, kind=kind, subject_id=subject_id, words=words[:LONGEST])
    try:
        with transaction.atomic():
            alarm.save(force_insert=True)
    except IntegrityError:  # another request met the same trouble in this moment
        return _counted(district_id, kind, subject_id, words) or alarm
    announce(AlarmRaised(district_id, alarm.pk))
    return alarm


def _counted(district_id: int, kind: str, subject_id: int, words: str) -> Alarm | None:
    standing = Alarm.objects.standing().filter(district_id=district_id, kind=kind, subject_id=subject_id)
    if not standing.update(times=F("times") + 1, last_at=clock.now(), words=words[:LONGEST]):
        return None
    return standing.first()


@transaction.atomic
def clear(alarm: Alarm, *, actor: Actor) -> Alarm:
    """Clear an alarm: somebody has seen to it. The same trouble rings anew if it comes again."""
    edits_the_loop.check(actor, None)
    if not Alarm.objects.visible_to(actor).standing().filter(pk=alarm.pk).update(cleared_at=clock.now()):
        raise NotNow(_("这个告警已经解除了。"))
    alarm.refresh_from_db()
    leave_footprint(actor=actor, action="clear_alarm", subject=alarm)
    return alarm
