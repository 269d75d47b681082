"""Verbs about devices at a door: register one, take it back, take in what it says.

A device signs every message with its secret (HMAC-SHA256 over the body as it was sent). A message that was
heard before changes nothing, so that neither a device that sends again nor somebody who recorded it on the
way opens or closes a door twice. A clock that is not set is not believed: then the moment of arrival counts.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, TooOften
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import District, DoorDevice, DoorMessage, DoorRecord, Station
from lingju.places.rules import its_clerk
from lingju.places.services import marks, openness
from lingju.trail.services import leave_footprint

PURPOSE: Final = "places.door_device"
A_MINUTE: Final = dt.timedelta(minutes=1)
MOST_A_MINUTE: Final = 20
OLDEST: Final = dt.timedelta(days=2)
MOST_DEVICES: Final = 10


@dataclass(frozen=True, slots=True)
class Said:
    """One message: its number, whether the door was opened or closed, when, and whether its clock is set."""

    mid: str
    door: str
    at: dt.datetime
    is_clock_set: bool = True


@transaction.atomic
def register(station: Station, name: str, *, actor: Actor) -> tuple[DoorDevice, str]:
    """Register a device at a station's door; return it with its secret, which is shown this once."""
    its_clerk.check(actor, station)
    title = marks.tidy(name)[:40]
    if len(title) < 2:
        sentence = _("请写这是哪个门上的什么设备。")
        raise BadInput(sentence, {"name": sentence})
    if station.door_devices.in_force().count() >= MOST_DEVICES:
        raise NotNow(_("一座驿站最多登记 %(n)d 个设备，请先作废不用的。") % {"n": MOST_DEVICES})
    device = DoorDevice(
        district_id=station.district_id, station=station, name=title, salt=secrets.token_hex(16)
    )
    marks.insert(device, actor=actor)
    return device, secret_of(device)


@transaction.atomic
def revoke(device: DoorDevice, *, actor: Actor) -> None:
    """Take a device back: from now on nobody listens to it; taken back already, nothing changes."""
    its_clerk.check(actor, device.station)
    still = DoorDevice.objects.in_force().filter(pk=device.pk)
    if still.update(revoked_at=clock.now()):
        leave_footprint(actor=actor, action="revoke", subject=device)


def secret_of(device: DoorDevice) -> str:
    """Return the secret a device signs with."""
    return crypto.ring().mark(f"{device.pk} {device.salt}".encode(), PURPOSE)


def signature_of(secret: str, body: bytes) -> str:
    """Return the signature of a body: HMAC-SHA256, in hexadecimal digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def known(district: District, device_id: int, body: bytes, signature: str) -> DoorDevice:
    """Return the device that signed a body. Raises NotAllowed, the same for a strange one."""
    rows = DoorDevice.objects.in_force().filter(district=district, pk=device_id)
    device: DoorDevice | None = rows.select_related("station__area").first()
    # A device that is not there is answered as slowly as one that is.
    secret = secret_of(device or DoorDevice(pk=0, salt=""))
    is_genuine = hmac.compare_digest(
        signature_of(secret, body), signature.strip().lower().encode("ascii", "replace").decode()
    )
    if device is None or not is_genuine:
        raise NotAllowed(_("设备不认识，或者签名不对。请核对设备编号和密钥。"))
    return device


@transaction.atomic
def hear(device: DoorDevice, said: Said) -> tuple[DoorRecord, bool]:
    """Write down what a device said; return the record, and whether the message was new.

    Raises TooOften, BadInput (too old, ahead of time), NotNow (closed, where nobody opened).
    """
    locked = DoorDevice.objects.select_for_update().get(pk=device.pk)
    before = DoorMessage.objects.filter(device=locked, mid=said.mid).select_related("record").first()
    if before is not None:
        return before.record, False
    _check_often(locked)
    now = clock.now()
    at = said.at if said.is_clock_set else now
    if at < now - OLDEST:
        raise BadInput(_("两天以前的消息不收，请在驿站的“门”那一页补记。"), {"ts": _("太旧了。")})
    verb = openness.open_door if said.door == DoorMessage.Door.OPEN else openness.close_door
    actor = SystemActor(device.district_id, label=f"{_('设备')} {device.name}"[:60])
    key = f"door-{said.mid}"
    record = verb(device.station, key, actor=actor, at=at, source=DoorRecord.Source.DEVICE.value)
    DoorMessage.objects.create(
        district_id=device.district_id, device=locked, mid=said.mid, door=said.door, at=at, record=record
    )
    DoorDevice.objects.filter(pk=locked.pk).update(heard_at=now)
    return record, True


def _check_often(device: DoorDevice) -> None:
    """Refuse a device that says more within a minute than any door can do."""
    lately = device.messages.filter(received_at__gt=clock.now() - A_MINUTE)
    if lately.count() >= MOST_A_MINUTE:
        wait = int(A_MINUTE.total_seconds())
        raise TooOften(_("一分钟里消息太多了，请过一分钟再发。"), wait_seconds=wait)
