"""Verbs of notify: queue a message, read notices, try a parked message again."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor
from lingju.notify import channels, wordings
from lingju.notify.models import Message, Notice, dumped
from lingju.notify.quiet import cannot_wait, first_allowed
from lingju.notify.rules import its_reader, sends_again
from lingju.notify.wordings import Wording
from lingju.trail.services import leave_footprint


def queue(
    *,
    district_id: int,
    wording: str,
    key: str,
    recipient_id: int | None = None,
    address: str | None = None,
    channel: str = channels.IN_APP,
    params: Mapping[str, Any] | None = None,
    link: str = "",
    not_before: dt.datetime | None = None,
    begins_at: dt.datetime | None = None,
) -> Message:
    """Put a message into the outbox, inside the caller's transaction; the same `key` is said once.

    The gaps of the wording are tried at once, so that a forgotten one fails here and not at night. Where
    what it is about `begins_at` an hour that the next morning's message would miss, it rings at night.
    Raises KeyError for an unknown channel or wording, or a gap that nothing fills.
    """
    text = wordings.find(wording)
    text.filled({name: str(value) for name, value in (params or {}).items()})
    soonest = max(not_before or clock.now(), clock.now())
    message, _made = Message.objects.get_or_create(
        district_id=district_id,
        key=key,
        defaults={
            "recipient_id": recipient_id,
            "address": address,
            "channel": channel,
            "wording": wording,
            "params": dumped(dict(params or {})),
            "link": link,
            "not_before": earliest(channel, text, soonest, begins_at),
            "begins_at": begins_at,
        },
    )
    return message


def earliest(
    channel: str, text: Wording, moment: dt.datetime, begins_at: dt.datetime | None = None
) -> dt.datetime:
    """Return when a message may go out from `moment` on: a loud channel rings at night for urgent ones only.

    Raises KeyError for an unknown channel.
    """
    is_urgent = text.is_urgent or cannot_wait(moment, begins_at)
    return first_allowed(moment) if channels.find(channel).is_loud and not is_urgent else moment


def let_go(
    district_id: int, recipient_id: int, numbers: Collection[str], not_about: Collection[str] = ()
) -> int:
    """Delete what was said to an account, and what still waits to be said to its numbers; return how many.

    What is `not_about` them, by the number of the thing, goes out: a family may share a telephone. What was
    sent to a number already is kept its year, like everything that went out.
    """
    waiting = [message for message in _unsent(district_id) if message.address in numbers]
    theirs = [message.pk for message in waiting if message.gaps.get("number") not in not_about]
    gone = Message.objects.filter(Q(pk__in=theirs) | Q(recipient_id=recipient_id))
    return gone.delete()[1].get(Message._meta.label, 0)


def hold_back(district_id: int, number: str, about: str) -> int:
    """Delete what still waits to be said to a number about one thing, by its own number; return how many."""
    waiting = [message for message in _unsent(district_id) if message.address == number]
    theirs = [message.pk for message in waiting if message.gaps.get("number") == about]
    return Message.objects.filter(pk__in=theirs).delete()[0]


def _unsent(district_id: int) -> Iterator[Message]:
    """Yield the text messages to bare numbers that have not gone out: few, so each can be opened."""
    texts = Message.objects.filter(district_id=district_id, recipient=None, channel=channels.SMS)
    return texts.exclude(state=Message.State.SENT).iterator()


def read(notice: Notice, *, actor: Actor) -> None:
    """Mark a notice as read by its reader; reading it again changes nothing."""
    its_reader.check(actor, notice)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())


def read_all(*, actor: Actor) -> int:
    """Mark all of the actor's notices as read; return how many were not yet."""
    its_reader.check(actor)
    return Notice.objects.visible_to(actor).unread().update(read_at=clock.now())


def try_again(message: Message, *, actor: Actor) -> None:
    """Put a parked message back into the queue; NotNow where it is not parked, or somebody was faster."""
    sends_again.check(actor, message)
    parked = Message.objects.filter(pk=message.pk, state=Message.State.PARKED)
    try:
        text = wordings.find(message.wording)
    except KeyError as gone:
        raise NotNow(_("这条消息的文案已经不用了，发不出去。")) from gone
    with transaction.atomic():
        not_before = earliest(message.channel, text, clock.now(), message.begins_at)
        back = {"state": Message.State.QUEUED, "attempts": 0, "not_before": not_before}
        if parked.update(**back) != 1:
            raise NotNow(_("这条消息没有停发，不用再试。"))
        leave_footprint(actor=actor, action="try_again", subject=message)
