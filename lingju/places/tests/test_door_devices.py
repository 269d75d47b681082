"""Doors that speak: signed, once, not too often, not too late; and the desk that registers them."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.test import Client

from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotAllowed
from lingju.kernel.rules import SystemActor
from lingju.places.models import DoorDevice, DoorMessage, DoorRecord, Station
from lingju.places.services import devices, door_devices
from lingju.places.tests import speaking
from lingju.places.tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)


def at(hour: float) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(), tzinfo=ZONE) + dt.timedelta(hours=hour)


def envelope(door: str, when: dt.datetime, **changes: Any) -> dict[str, Any]:
    """Return a message as a device at a door writes it."""
    return {**speaking.envelope({"door": door}, when), **changes}


def send(device: DoorDevice, told: Any, secret: str = "", path: str = "") -> Any:
    """Send a message, signed as the device does it."""
    return speaking.send(path or f"/api/v1/doors/{device.pk}", told, secret or devices.secret_of(device))


@pytest.fixture
def device(station: Station, system: SystemActor) -> DoorDevice:
    return door_devices.register(station, "前门门磁", actor=system)[0]


def test_a_door_that_opens_and_closes_makes_one_record(device: DoorDevice) -> None:
    with time_machine.travel(at(8), tick=False):
        answer = send(device, envelope("open", at(8)))
    assert (answer.status_code, answer.json()["is_new"], answer.json()["closed_at"]) == (201, True, None)
    with time_machine.travel(at(18), tick=False):
        answer = send(device, envelope("closed", at(17.5)))
    assert answer.status_code == 201
    record = DoorRecord.objects.get()
    assert (record.opened_at, record.closed_at, record.source) == (at(8), at(17.5), "device")


def test_the_same_message_again_changes_nothing_and_cannot_be_played_back(device: DoorDevice) -> None:
    opened, closed = envelope("open", at(8)), envelope("closed", at(12), clk="unsynced")
    with time_machine.travel(at(8), tick=False):
        assert [send(device, opened).status_code for _time in range(2)] == [201, 200]
    with time_machine.travel(at(12), tick=False):
        send(device, closed)
        send(device, envelope("open", at(12.0)))
    with time_machine.travel(at(15), tick=False):
        again = send(device, closed)
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert DoorRecord.objects.filter(closed_at=None).count() == 1
    assert DoorMessage.objects.count() == 3


def test_a_clock_that_is_not_set_is_not_believed(device: DoorDevice) -> None:
    with time_machine.travel(at(8), tick=False):
        told = envelope("open", dt.datetime(1970, 1, 1, tzinfo=ZONE), clk="unsynced")
        assert send(device, told).status_code == 201
    assert DoorRecord.objects.get().opened_at == at(8)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"ts": at(8 - 72).isoformat()}, 422),
        ({"ts": at(20).isoformat()}, 422),
        ({"ts": "2026-11-24 08:00"}, 422),
        ({"mid": "x"}, 422),
        ({"data": {"door": "ajar"}}, 422),
        ({"v": 2}, 422),
        ({"data": {"door": "closed"}}, 409),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    device: DoorDevice, changes: dict[str, Any], status: int
) -> None:
    with time_machine.travel(at(8), tick=False):
        answer = send(device, envelope("open", at(8), **changes))
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["detail"]
    assert not DoorRecord.objects.exists()


def test_a_wrong_signature_a_strange_and_a_revoked_device_are_refused_alike(
    device: DoorDevice, cast: Cast
) -> None:
    told = envelope("open", at(8))
    with time_machine.travel(at(8), tick=False):
        wrong = [
            send(device, told, secret="0" * 64),
            send(device, told, path="/api/v1/doors/7"),
            Client().post(f"/api/v1/doors/{device.pk}", json.dumps(told), content_type="application/json"),
        ]
        devices.revoke(device, actor=cast.clerk)
        devices.revoke(device, actor=cast.clerk)
        wrong.append(send(device, told))
    assert [one.status_code for one in wrong] == [403] * 4
    assert len({one.json()["detail"] for one in wrong}) == 1
    assert not DoorRecord.objects.exists()


def test_a_device_that_chatters_is_asked_to_wait(device: DoorDevice) -> None:
    with time_machine.travel(at(8), tick=False):
        answers = [send(device, envelope("open", at(8))) for _time in range(devices.MOST_A_MINUTE + 1)]
    assert {one.status_code for one in answers[:-1]} == {201}
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    with time_machine.travel(at(8.1), tick=False):
        assert send(device, envelope("closed", at(8.1))).status_code == 201


def test_a_clerk_registers_a_device_and_a_keeper_does_not(station: Station, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        door_devices.register(station, "前门门磁", actor=cast.keeper)
    with pytest.raises(BadInput, match="什么设备"):
        door_devices.register(station, " ", actor=cast.clerk)
