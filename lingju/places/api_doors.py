"""The API a device at a door speaks to: one signed message at a time, the same one as often as it likes.

    POST /api/v1/doors/{device}          X-Signature: HMAC-SHA256 of the body under the device's secret, hex
    {"v": 1, "mid": "0190…", "ts": "2026-03-02T08:00:00+08:00", "clk": "synced", "data": {"door": "open"}}

201 a new message, 200 one that was heard before. After 429 the device waits and sends again; any other
refusal is final for this message. The envelope is that of the smart hut: number, time, quality of the clock.
"""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from ninja import Header, Router, Schema, Status
from pydantic import AwareDatetime

from lingju.kernel.requests import Request
from lingju.places.services import door_devices
from lingju.places.services.door_devices import Said

SIGNED = "HMAC-SHA256 of the body, in hexadecimal digits, under the secret the desk handed out."
Signature = Annotated[str, Header(alias="X-Signature", max_length=128, description=SIGNED)]
router = Router(tags=["doors"])


class DoorData(Schema):
    """What became of the door."""

    door: Literal["open", "closed"]


class EnvelopeIn(Schema):
    """One message: version, its own number, the device's time, and how good the device's clock is."""

    v: Literal[1] = 1
    mid: uuid.UUID
    ts: AwareDatetime
    clk: Literal["synced", "holdover", "unsynced"] = "synced"
    data: DoorData


class RecordOut(Schema):
    """How the door stands by this message: when it was opened, when it was closed, if it was."""

    mid: str
    is_new: bool
    opened_at: dt.datetime
    closed_at: dt.datetime | None


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
)
def said(
    request: Request,
    device_id: int,
    envelope: EnvelopeIn,
    signature: Signature = "",
) -> Status[Any]:
    """Take in that a door was opened or closed; the same message again changes nothing."""
    device = door_devices.known(request.district, device_id, request.body, signature)
    told = Said(str(envelope.mid), envelope.data.door, envelope.ts, is_clock_set=envelope.clk != "unsynced")
    record, is_new = door_devices.hear(device, told)
    answer = {
        "mid": told.mid,
        "is_new": is_new,
        "opened_at": record.opened_at,
        "closed_at": record.closed_at,
    }
    return Status(201 if is_new else 200, answer)
