"""Verbs about devices on a facility: register one, take in what it says. The rest is that of all devices."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Facility, FacilityDevice, FacilityMessage
from lingju.places.rules import its_clerk
from lingju.places.services import devices, facilities, marks

MOST_DEVICES: Final = 3


@dataclass(frozen=True, slots=True)
class Said:
    """One message: its number, when, what the device saw, and whether its clock is set.

    What the device says nothing of is None.
    """

    mid: str
    at: dt.datetime
    state: str | None = None
    free: int | None = None
    reading: str | None = None
    is_clock_set: bool = True


@transaction.atomic
def register(facility: Facility, name: str, *, actor: Actor) -> tuple[FacilityDevice, str]:
    """Register a device on a facility; return it with its secret, which is shown this once."""
    its_clerk.check(actor, facility.station)
    if facility.devices.in_force().count() >= MOST_DEVICES:
        raise NotNow(_("一样设施最多登记 %(n)d 个设备，请先作废不用的。") % {"n": MOST_DEVICES})
    device = FacilityDevice(district_id=facility.district_id, facility=facility, name=name)
    return devices.enrol(device, actor=actor, unnamed=_("请写这是什么设备，比如“充电柜”。"))


def hear(device: FacilityDevice, said: Said) -> tuple[Facility, bool]:
    """Write down what a device said; return how its facility stands now, and whether the message was new.

    Somebody may have seen the facility later than the device: then what they saw stands. Raises TooOften,
    BadInput (nothing said, too old, ahead of time, more free than there are).
    """
    message, is_new = devices.take_in(
        device,
        FacilityMessage(
            district_id=device.district_id,
            device=device,
            mid=said.mid,
            at=said.at,
            state=said.state or "",
            free=said.free,
            reading=marks.tidy(said.reading or ""),
        ),
        _record,
        is_clock_set=said.is_clock_set,
        too_old=_("两天以前的消息不收，请发现在的状态。"),
    )
    return Facility.objects.get(pk=message.device.facility_id), is_new


def _record(message: FacilityMessage, actor: SystemActor) -> None:
    """Write down at the facility what the message says of it."""
    if not message.state and message.free is None and not message.reading:
        sentence = _("这条消息什么也没说，请带上 state、free、reading 中的至少一样。")
        raise BadInput(sentence, {"data": sentence})
    marks.check(message)
    facilities.record_state(
        message.device.facility,
        actor=actor,
        state=message.state or None,
        free=message.free,
        reading=message.reading or None,
        as_of=message.at,
    )
