"""The API that devices speak to: one signed message at a time, the same one as often as they like.

    POST /api/v1/doors/{device}          X-Signature: HMAC-SHA256 of the body under the device's secret, hex
    {"v": 1, "mid": "0190…", "ts": "2026-03-02T08:00:00+08:00", "clk": "synced", "data": {"door": "open"}}

    POST /api/v1/facilities/{device}     the same, with one or more of
    {…, "data": {"state": "working", "free": 4, "reading": "45"}}

201 a new message, 200 one that was heard before. After 429 the device waits and sends again; any other
refusal is final for this message. The envelope is that of the smart hut: number, time, quality of the clock.
"""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from ninja import Field, Header, Router, Schema, Status
from pydantic import AwareDatetime

from lingju.kernel.requests import Request
from lingju.places.models import DoorDevice, FacilityDevice
from lingju.places.services import devices, door_devices, facility_devices

SIGNED = "HMAC-SHA256 of the body, in hexadecimal digits, under the secret the desk handed out."
Signature = Annotated[str, Header(alias="X-Signature", max_length=128, description=SIGNED)]
router = Router()


class EnvelopeIn(Schema):
    """One message: version, its own number, the device's time, and how good the device's clock is."""

    v: Literal[1] = 1
    mid: uuid.UUID
    ts: AwareDatetime
    clk: Literal["synced", "holdover", "unsynced"] = "synced"

    @property
    def is_clock_set(self) -> bool:
        """Say whether the device knows what time it is."""
        return self.clk != "unsynced"


class DoorData(Schema):
    """What became of the door."""

    door: Literal["open", "closed"]


class DoorIn(EnvelopeIn):
    """What a device at a door says."""

    data: DoorData


class FacilityData(Schema):
    """How a facility stands: one or more of these; what is left out stays as it was."""

    state: Literal["working", "busy", "out_of_order", "off"] | None = None
    free: int | None = Field(None, ge=0, le=10_000)
    reading: str | None = Field(None, max_length=20)


class FacilityIn(EnvelopeIn):
    """What a device on a facility says."""

    data: FacilityData


class RecordOut(Schema):
    """How the door stands by this message: when it was opened, when it was closed, if it was."""

    mid: str
    is_new: bool
    opened_at: dt.datetime
    closed_at: dt.datetime | None


class StandingOut(Schema):
    """How the facility stands now: as it was last seen, by this device or by somebody after it."""

    mid: str
    is_new: bool
    state: str
    free: int | None
    reading: str
    as_of: dt.datetime


class Refused(Schema):
    """A refusal (RFC 9457): `detail` is a sentence that somebody can act on."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str


REFUSALS: dict[int, Any] = dict.fromkeys((400, 403, 409, 422, 429), Refused)


@router.post(
    "/doors/{int:device_id}",
    response={200: RecordOut, 201: RecordOut, **REFUSALS},
    url_name="api_door",
    tags=["doors"],
)
def hear_door(
    request: Request,
    device_id: int,
    envelope: DoorIn,
    signature: Signature = "",
) -> Status[Any]:
    """Take in that a door was opened or closed; the same message again changes nothing."""
    device = devices.known(DoorDevice, request.district, device_id, request.body, signature)
    told = door_devices.Said(
        str(envelope.mid), envelope.data.door, envelope.ts, is_clock_set=envelope.is_clock_set
    )
    record, is_new = door_devices.hear(device, told)
    answer = {
        "mid": told.mid,
        "is_new": is_new,
        "opened_at": record.opened_at,
        "closed_at": record.closed_at,
    }
    return Status(201 if is_new else 200, answer)


@router.post(
    "/facilities/{int:device_id}",
    response={200: StandingOut, 201: StandingOut, **REFUSALS},
    url_name="api_facility",
    tags=["facilities"],
)
def hear_facility(
    request: Request,
    device_id: int,
    envelope: FacilityIn,
    signature: Signature = "",
) -> Status[Any]:
    """Take in how a facility stands; the same message again changes nothing, nor does an older sight."""
    device = devices.known(FacilityDevice, request.district, device_id, request.body, signature)
    told = facility_devices.Said(
        str(envelope.mid), envelope.ts, **envelope.data.dict(), is_clock_set=envelope.is_clock_set
    )
    facility, is_new = facility_devices.hear(device, told)
    names = ("state", "free", "reading", "as_of")
    answer = {"mid": told.mid, "is_new": is_new, **{name: getattr(facility, name) for name in names}}
    return Status(201 if is_new else 200, answer)
