"""Ways to reach people, each behind the same three promises.

console   written to the log; for demonstration and development
in_app    a notice in the reader's own list
sms       text messages through the district's gateway; registered by the wiring
"""

import logging
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from lingju.notify.models import Message, Notice

log = logging.getLogger("lingju.notify.console")

CONSOLE, IN_APP, SMS = "console", "in_app", "sms"


class Undeliverable(Exception):
    """Trying again is of no use: there is nobody, or no address, to deliver to."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be handed over: the words, and the message they come from."""

    message: Message
    title: str
    body: str


class Channel(Protocol):
    """A way to reach people."""

    @property
    def is_loud(self) -> bool:
        """Say whether it rings, so that quiet hours hold for it."""

    def deliver(self, letter: Letter) -> str:
        """Hand the letter over and return a receipt, which may be empty.

        The same message may come twice, after a crash between the handing over and the noting down:
        `letter.message.pk` tells. Raises Undeliverable for good, anything else for now.
        """


class ConsoleChannel:
    """Write messages to the log: who, which wording, and the words."""

    is_loud = False

    def deliver(self, letter: Letter) -> str:
        """Write the letter to the log."""
        log.info(
            "%s → %s: %s %s", letter.message.wording, letter.message.recipient_id, letter.title, letter.body
        )
        return ""


class InAppChannel:
    """Put messages into the reader's own list."""

    is_loud = False

    def deliver(self, letter: Letter) -> str:
        """Leave a notice, once."""
        message = letter.message
        if message.recipient_id is None:
            raise Undeliverable(_("收的人没有账号"))
        notice, _made = Notice.objects.get_or_create(
            message=message,
            defaults={
                "district_id": message.district_id,
                "account_id": message.recipient_id,
                "title": letter.title[:80],
                "body": letter.body,
                "link": message.link,
            },
        )
        return str(notice.pk)


_channels: dict[str, Channel] = {CONSOLE: ConsoleChannel(), IN_APP: InAppChannel()}


def register(code: str, channel: Channel) -> None:
    """Make a channel known, or put another in its place; called by the wiring."""
    _channels[code] = channel


def find(code: str) -> Channel:
    """Return a channel; raise KeyError for one that nobody registered."""
    return _channels[code]
