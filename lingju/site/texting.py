"""Text messages as a channel of notify: the district's gateway sends what the outbox holds."""

from django.conf import settings

from lingju.notify.channels import Letter, Undeliverable
from lingju.people import phones, sms

LONGEST = 500


class SmsChannel:
    """Send a letter to the number it is addressed to, or to its reader's own."""

    is_loud = True

    def deliver(self, letter: Letter) -> str:
        """Send the letter; a message without a number is given up."""
        message = letter.message
        reader = message.recipient
        number = str(message.address or (reader.phone if reader is not None else "") or "")
        if not phones.is_mobile(number):
            raise Undeliverable("there is no mobile number to send to")
        words = "：".join(filter(None, (letter.title, letter.body)))
        sms.gateway().send(number, words[:LONGEST])
        return ""


def address(path: str) -> str:
    """Return a path as an address that opens from a text message."""
    host = next((host for host in settings.LINGJU.hosts if not host.startswith((".", "*"))), "localhost")
    return f"{'https' if settings.LINGJU.https else 'http'}://{host}{path}"
