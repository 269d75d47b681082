"""Clockwork of notify: deliver what is due, try again what failed, let go of what is old."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F
from django.utils import translation

from lingju.kernel import clock, schedule
from lingju.notify import channels, services, wordings
from lingju.notify.models import Message

log = logging.getLogger(__name__)

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
LEASE = dt.timedelta(minutes=2)
KEPT = dt.timedelta(days=365)
AT_ONCE = 200


def deliver_due(*, most: int = AT_ONCE) -> int:
    """Deliver what is due, `most` messages at most; return how many were sent."""
    due = Message.objects.due(clock.now()).order_by("not_before", "id")
    return sum(_deliver(pk) for pk in list(due.values_list("pk", flat=True)[:most]))


def _deliver(pk: int) -> bool:
    """Deliver one message if nobody else has claimed it; say whether it was sent."""
    now = clock.now()
    claimed = Message.objects.due(now).filter(pk=pk)
    if claimed.update(claimed_until=now + LEASE, attempts=F("attempts") + 1) != 1:
        return False
    message = Message.objects.get(pk=pk)
    try:
        with translation.override("zh-hans"):
            receipt = _hand_over(message)
    except channels.Undeliverable as error:
        _failed(message, str(error), again=False)
    except Exception as error:
        log.warning("message %d by %s failed: %r", pk, message.channel, error)
        _failed(message, repr(error), again=message.attempts <= len(WAITS))
    else:
        done = {"state": Message.State.SENT, "sent_at": clock.now(), "receipt": receipt[:80]}
        Message.objects.filter(pk=pk).update(**done, claimed_until=None, last_error="")
        return True
    return False


def _hand_over(message: Message) -> str:
    """Fill the wording and hand it to the channel; a network may be inside, so no transaction is."""
    try:
        wording = wordings.find(message.wording)
    except KeyError as gone:
        raise channels.Undeliverable(f"no wording {message.wording} any more") from gone
    title, body = wording.filled(message.gaps)
    return channels.find(message.channel).deliver(channels.Letter(message, title, body))


def _failed(message: Message, error: str, *, again: bool) -> None:
    """Write a failure down: try again later, in daylight for a loud channel, or park it."""
    values = {"claimed_until": None, "last_error": error[:300]}
    if not again:
        log.error("message %d is parked after %d tries: %s", message.pk, message.attempts, error)
        Message.objects.filter(pk=message.pk).update(state=Message.State.PARKED, **values)
        return
    later, text = clock.now() + WAITS[message.attempts - 1], wordings.find(message.wording)
    not_before = services.earliest(message.channel, text, later, message.begins_at)
    Message.objects.filter(pk=message.pk).update(state=Message.State.FAILED, not_before=not_before, **values)


def let_go_of_old() -> int:
    """Remove messages, with their notices, after a year; return how many rows went."""
    with transaction.atomic():
        return Message.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


def plan() -> None:
    """Plan this module's own jobs; called by the wiring."""
    schedule.plan("notify.deliver", schedule.Every(dt.timedelta(seconds=5)), deliver_due)
    schedule.plan("notify.let_go", schedule.At(dt.time(3, 40)), let_go_of_old)
