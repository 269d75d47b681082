"""What devices at doors and on facilities have in common: enrolled, taken back, known by what they sign.

A device signs every message with its secret (HMAC-SHA256 over the body as it was sent). A message that was
heard before changes nothing, so that neither a device that sends again nor somebody who recorded it on the
way moves anything twice. A clock that is not set is not believed: then the moment of arrival counts.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotAllowed, TooOften
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Device, DeviceMessage, District
from lingju.places.rules import its_clerk
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

D = TypeVar("D", bound=Device)
M = TypeVar("M", bound=DeviceMessage)
A_MINUTE: Final = dt.timedelta(minutes=1)
MOST_A_MINUTE: Final = 20
OLDEST: Final = dt.timedelta(days=2)


def enrol(device: D, *, actor: Actor, unnamed: str) -> tuple[D, str]:
    """Write a new device down; return it with its secret. BadInput with the sentence `unnamed` if it is."""
    device.name = marks.tidy(device.name)[:40]
    if len(device.name) < 2:
        raise BadInput(unnamed, {"name": unnamed})
    device.salt = secrets.token_hex(16)
    marks.insert(device, actor=actor)
    return device, secret_of(device)


@transaction.atomic
def revoke(device: Device, *, actor: Actor) -> None:
    """Take a device back: from now on nobody listens to it; taken back already, nothing changes."""
    its_clerk.check(actor, device.its_station)
    still = type(device).objects.in_force().filter(pk=device.pk)
    if still.update(revoked_at=clock.now()):
        leave_footprint(actor=actor, action="revoke", subject=device)


def secret_of(device: Device) -> str:
    """Return the secret a device signs with."""
    return crypto.ring().mark(f"{device.pk} {device.salt}".encode(), device.PURPOSE)


def signature_of(secret: str, body: bytes) -> str:
    """Return the signature of a body: HMAC-SHA256, in hexadecimal digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def known(kind: type[D], district: District, device_id: int, body: bytes, signature: str) -> D:
    """Return the device of a kind that signed a body. Raises NotAllowed, the same for a strange one."""
    rows = kind.objects.in_force().filter(district=district, pk=device_id)
    device: D | None = rows.select_related(kind.WITH).first()
    # A device that is not there is answered as slowly as one that is.
    secret = secret_of(device or kind(pk=0, salt=""))
    is_genuine = hmac.compare_digest(
        signature_of(secret, body), signature.strip().lower().encode("ascii", "replace").decode()
    )
    if device is None or not is_genuine:
        raise NotAllowed(_("设备不认识，或者签名不对。请核对设备编号和密钥。"))
    return device


@transaction.atomic
def take_in(
    device: Device,
    message: M,
    act: Callable[[M, SystemActor], Any],
    *,
    is_clock_set: bool,
    too_old: str,
) -> tuple[M, bool]:
    """Do by `act` what a message says and keep it; return what is kept, and whether it was new.

    Raises TooOften, BadInput with the sentence `too_old`, and whatever `act` refuses; then nothing is kept.
    """
    type(device).objects.select_for_update().get(pk=device.pk)
    rows = type(message)._default_manager.filter(device=device)
    before = rows.filter(mid=message.mid).first()
    if before is not None:
        return before, False
    now = clock.now()
    if rows.filter(received_at__gt=now - A_MINUTE).count() >= MOST_A_MINUTE:
        wait = int(A_MINUTE.total_seconds())
        raise TooOften(_("一分钟里消息太多了，请过一分钟再发。"), wait_seconds=wait)
    if not is_clock_set:
        message.at = now
    if message.at < now - OLDEST:
        raise BadInput(too_old, {"ts": _("太旧了。")})
    act(message, SystemActor(device.district_id, label=f"{_('设备')} {device.name}"[:60]))
    message.save(force_insert=True)
    type(device).objects.filter(pk=device.pk).update(heard_at=now)
    return message, True
