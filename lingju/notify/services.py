"""Verbs of notify: queue a message, read notices, try a parked message again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor
from lingju.notify import channels, wordings
from lingju.notify.models import Message, Notice, dumped
from lingju.notify.quiet import first_allowed
from lingju.notify.rules import its_reader
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
) -> Message:
    """Put a message into the outbox, inside the caller's transaction; the same `key` is said once.

    The gaps of the wording are tried at once, so that a forgotten one fails here and not at night.
    Raises KeyError for an unknown channel or wording, or a gap that nothing fills.
    """
    text = wordings.find(wording)
    text.filled({name: str(value) for name, value in (params or {}).items()})
    earliest = max(not_before or clock.now(), clock.now())
    if channels.find(channel).is_loud and not text.is_urgent:
        earliest = first_allowed(earliest)
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
            "not_before": earliest,
        },
    )
    return message


def read(notice: Notice, *, actor: Actor) -> None:
    """Mark a notice as read by its reader; reading it again changes nothing."""
    its_reader.check(actor, notice)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())


def read_all(*, actor: Actor) -> int:
    """Mark all of the actor's notices as read; return how many were not yet."""
    its_reader.check(actor)
    return Notice.objects.visible_to(actor).unread().update(read_at=clock.now())


def try_again(message: Message, *, actor: Actor) -> None:
    """Put a parked message back into the queue; the page's rule says who may."""
    parked = Message.objects.filter(pk=message.pk, state=Message.State.PARKED)
    with transaction.atomic():
        back = {"state": Message.State.QUEUED, "attempts": 0, "not_before": clock.now()}
        if parked.update(**back) != 1:
            raise NotNow(_("这条消息没有停发，不用再试。"))
        leave_footprint(actor=actor, action="try_again", subject=message)
