"""Verbs about devices at a door: register one, take in what it says. The rest is that of all devices."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import DoorDevice, DoorMessage, DoorRecord, Station
from lingju.places.rules import its_clerk
from lingju.places.services import devices, openness

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
    if station.door_devices.in_force().count() >= MOST_DEVICES:
        raise NotNow(_("一座驿站最多登记 %(n)d 个设备，请先作废不用的。") % {"n": MOST_DEVICES})
    device = DoorDevice(district_id=station.district_id, station=station, name=name)
    return devices.enrol(device, actor=actor, unnamed=_("请写这是哪个门上的什么设备。"))


def hear(device: DoorDevice, said: Said) -> tuple[DoorRecord, bool]:
    """Write down what a device said; return the record, and whether the message was new.

    Raises TooOften, BadInput (too old, ahead of time), NotNow (closed, where nobody opened).
    """
    message, is_new = devices.take_in(
        device,
        DoorMessage(district_id=device.district_id, device=device, mid=said.mid, door=said.door, at=said.at),
        _move,
        is_clock_set=said.is_clock_set,
        too_old=_("两天以前的消息不收，请在驿站的“门”那一页补记。"),
    )
    return message.record, is_new


def _move(message: DoorMessage, actor: SystemActor) -> None:
    """Open or close the door as the message says."""
    verb = openness.open_door if message.door == DoorMessage.Door.OPEN else openness.close_door
    message.record = verb(
        message.device.station,
        f"door-{message.mid}",
        actor=actor,
        at=message.at,
        source=DoorRecord.Source.DEVICE.value,
    )
