"""Text messages as a channel of notify: the district's gateway sends what the outbox holds."""

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from lingju.notify.channels import Letter, Undeliverable
from lingju.people import phones, sms

LONGEST = 500


class SmsChannel:
    """Send a letter to the number it is addressed to, or to its reader's own."""

    is_loud = True

    def deliver(self, letter: Letter) -> str:
        """Send the letter; without a number, or without a gateway, it is given up and called unsent."""
        message = letter.message
        reader = message.recipient
        number = str(message.address or (reader.phone if reader is not None else "") or "")
        if not phones.is_mobile(number):
            raise Undeliverable(_("没有能收短信的手机号"))
        words = "：".join(filter(None, (letter.title, letter.body)))
        try:
            sms.gateway().send(number, words[:LONGEST])
        except sms.NotConnected:
            raise Undeliverable(_("没有接短信网关")) from None
        return ""


def check_gateway(**_asked: object) -> list[checks.CheckMessage]:
    """Warn whoever starts or checks the house that no text message leaves it."""
    if sms.is_connected():
        return []
    hint = "Name the class of your provider in LINGJU_SMS_GATEWAY (docs/settings.md)."
    return [checks.Warning("No gateway for text messages: they stay unsent.", hint=hint, id="lingju.W001")]


def address(path: str) -> str:
    """Return a path as an address that opens from a text message."""
    host = next((host for host in settings.LINGJU.hosts if not host.startswith((".", "*"))), "localhost")
    return f"{'https' if settings.LINGJU.https else 'http'}://{host}{path}"
