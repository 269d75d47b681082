"""Who is told of facts: an address and a secret with which it can check that we told it."""

import re
import secrets
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.needs.models import Subscription
from lingju.needs.rules import edits_the_loop
from lingju.places.models import District
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

LONGEST_URL: Final = 300
URL_CHARACTERS: Final = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")
EVENTS: Final = {
    "need.submitted": gettext_lazy("说了一件事"),
    "need.supported": gettext_lazy("又有一位也要"),
    "need.moved": gettext_lazy("往前走了一步"),
    "need.replied": gettext_lazy("回了话"),
    "need.answered": gettext_lazy("给了回音"),
    "need.judged": gettext_lazy("居民评了"),
    "need.reopened": gettext_lazy("没办好，重新办"),
    "need.closed": gettext_lazy("办完了"),
    "handover.offered": gettext_lazy("移交出去"),
    "handover.decided": gettext_lazy("对方接或没接"),
}


@transaction.atomic
def add(
    district: District, name: str, url: str, events: Iterable[str], *, actor: Actor
) -> tuple[Subscription, str]:
    """Subscribe an address to events; return it with the secret of its signatures, which is shown once."""
    edits_the_loop.check(actor, None)
    title, wanted = marks.tidy(name)[:60], [event for event in EVENTS if event in set(events)]
    if len(title) < 2:
        sentence = _("请写明是谁在收消息。")
        raise BadInput(sentence, {"name": sentence})
    if not wanted:
        sentence = _("请至少选一件要告诉它的事。")
        raise BadInput(sentence, {"events": sentence})
    address = _address(url)
    if Subscription.objects.active().filter(district=district, url=address).exists():
        sentence = _("这个网址已经订阅了。要改，先结束原来的。")
        raise BadInput(sentence, {"url": sentence})
    secret = "whsec_" + secrets.token_urlsafe(32)
    row = Subscription(district=district, name=title, url=address, secret=secret, events=",".join(wanted))
    return marks.insert(row, actor=actor), secret


def _address(url: str) -> str:
    """Return an address that may be told; where it leads is looked at when something is sent."""
    address = url.strip()
    sentence = _("网址要以 https:// 开头，不带用户名和密码，最多 300 个字符。")
    try:
        parts = urlsplit(address)
        is_good = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or len(address) > LONGEST_URL or not URL_CHARACTERS.fullmatch(address):
        raise BadInput(sentence, {"url": sentence})
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in may_be_inside()):
        raise BadInput(sentence, {"url": sentence})
    return address


def may_be_inside() -> tuple[str, ...]:
    """Return the hosts that may be told although they lie inside the network, or speak plain http."""
    hosts: tuple[str, ...] = settings.LINGJU.webhook_hosts
    return hosts


@transaction.atomic
def end(subscription: Subscription, *, actor: Actor) -> None:
    """End a subscription; what waits in the outbox is not sent any more, and the secret is gone."""
    edits_the_loop.check(actor, None)
    still = Subscription.objects.active().filter(pk=subscription.pk)
    gone = Subscription._meta.get_field("secret").sealed_for(subscription, "")
    if still.update(ended_at=clock.now(), secret=gone) != 1:
        raise NotNow(_("这个订阅已经结束了。"))
    leave_footprint(actor=actor, action="end", subject=subscription)


def wanting(district_id: int, event: str) -> list[Subscription]:
    """Return the subscriptions that are told of an event."""
    active = Subscription.objects.active().filter(district_id=district_id)
    return [one for one in active if event in one.events.split(",")]
