"""Text messages leave through a gateway: one class with one method, named by `LINGJU_SMS_GATEWAY`.

The console gateway writes to the log, for demonstrations; the memory gateway keeps what was sent, for
tests. A district brings its own class for the provider it has a contract with; until it has, in production
nothing is sent and nothing is called sent (`NoGateway`).
"""

import logging
from dataclasses import dataclass
from typing import ClassVar, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from lingju.people.phones import masked

logger = logging.getLogger("lingju.sms")


class Gateway(Protocol):
    """Something that can send a text message."""

    def send(self, phone: str, text: str) -> None:
        """Send `text` to an eleven-digit number; raise any exception where it did not go out."""


@dataclass(frozen=True, slots=True)
class Message:
    """One text message."""

    phone: str
    text: str


class ConsoleGateway:
    """Write messages to the log; the number is masked, because logs are kept for long."""

    def send(self, phone: str, text: str) -> None:
        """Log the message."""
        logger.warning("SMS %s %s", masked(phone), text)


class MemoryGateway:
    """Keep messages in the memory of the process."""

    sent: ClassVar[list[Message]] = []

    def send(self, phone: str, text: str) -> None:
        """Keep the message."""
        self.sent.append(Message(phone, text))


class NotConnected(Exception):
    """Nothing was sent: the district has not connected a gateway."""


class NoGateway:
    """Send nothing, and say so: what stands in for a gateway in production until there is one."""

    def send(self, phone: str, text: str) -> None:
        """Refuse, so that nobody believes the message went out."""
        raise NotConnected


def is_connected() -> bool:
    """Say whether text messages leave the house at all."""
    return not isinstance(gateway(), NoGateway)


def gateway() -> Gateway:
    """Return the gateway the settings name."""
    return cast(Gateway, import_string(settings.LINGJU.sms_gateway)())
