"""Facilities that speak: they say what they saw, once, and never over what somebody saw after them."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.kernel.rules import SystemActor
from lingju.places.events import FacilityChanged
from lingju.places.models import Facility, FacilityDevice, FacilityMessage, Station
from lingju.places.services import devices, door_devices, facilities, facility_devices
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests import speaking
from lingju.places.tests.conftest import Cast
from lingju.places.tests.speaking import envelope
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)


def at(hour: float) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(), tzinfo=ZONE) + dt.timedelta(hours=hour)


def send(device: FacilityDevice, told: Any, secret: str = "", path: str = "") -> Any:
    """Send a message, signed as the device does it."""
    secret = secret or devices.secret_of(device)
    return speaking.send(path or f"/api/v1/facilities/{device.pk}", told, secret)


def standing(device: FacilityDevice) -> tuple[str, int | None, str]:
    """Return how the device's facility stands: its state, how many are free, its reading."""
    facility = Facility.objects.get(pk=device.facility_id)
    return facility.state, facility.free, facility.reading


@pytest.fixture
def charger(station: Station, system: SystemActor) -> Facility:
    with time_machine.travel(at(7), tick=False):
        return facilities.add(station, FacilityDraft("phone_charging", total=6), actor=system)


@pytest.fixture
def device(charger: Facility, system: SystemActor) -> FacilityDevice:
    return facility_devices.register(charger, "充电柜", actor=system)[0]


def test_a_device_says_what_is_free_and_everybody_is_told_who_said_so(
    device: FacilityDevice, heard: list[object]
) -> None:
    with time_machine.travel(at(8), tick=False):
        answer = send(device, envelope({"state": "busy", "free": 2, "reading": "220"}, at(7.9)))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["is_new"], told["state"], told["free"], told["reading"]) == (True, "busy", 2, "220")
    facility = Facility.objects.get()
    assert (facility.as_of, facility.counted_at) == (at(7.9), at(7.9))
    assert heard == [FacilityChanged(facility.district_id, facility.station_id, facility.pk, "busy")]
    assert Footprint.objects.about(facility).latest("pk").office == "设备 充电柜"
    device.refresh_from_db()
    assert device.heard_at == at(8)


@pytest.mark.parametrize(
    ("data", "stands"),
    [
        ({"state": "out_of_order"}, ("out_of_order", 6, "")),
        ({"free": 0}, ("working", 0, "")),
        ({"reading": " 45 "}, ("working", 6, "45")),
        ({"free": 3, "reading": None}, ("working", 3, "")),
    ],
)
def test_what_a_device_says_nothing_of_stays_as_it_was(
    device: FacilityDevice, data: dict[str, Any], stands: tuple[str, int, str]
) -> None:
    with time_machine.travel(at(8), tick=False):
        assert send(device, envelope(data, at(8))).status_code == 201
    assert standing(device) == stands


def test_the_same_message_again_changes_nothing_and_cannot_be_played_back(device: FacilityDevice) -> None:
    one_left = {**envelope({"free": 1}, at(8)), "clk": "unsynced"}
    with time_machine.travel(at(8), tick=False):
        assert [send(device, one_left).status_code for _time in range(2)] == [201, 200]
    with time_machine.travel(at(9), tick=False):
        send(device, envelope({"free": 5}, at(9)))
    with time_machine.travel(at(10), tick=False):
        again = send(device, one_left)
    assert (again.status_code, again.json()["is_new"], again.json()["free"]) == (200, False, 5)
    assert standing(device) == ("working", 5, "")
    assert FacilityMessage.objects.count() == 2


def test_a_device_that_was_cut_off_does_not_overwrite_what_somebody_saw_after_it(
    device: FacilityDevice, cast: Cast
) -> None:
    with time_machine.travel(at(9), tick=False):
        facilities.record_state(device.facility, state="out_of_order", free=0, actor=cast.keeper)
    with time_machine.travel(at(9.1), tick=False):
        answer = send(device, envelope({"state": "working", "free": 4}, at(8.5)))
    assert (answer.status_code, answer.json()["is_new"], answer.json()["state"]) == (
        201,
        True,
        "out_of_order",
    )
    assert standing(device) == ("out_of_order", 0, "")


def test_a_clock_that_is_not_set_is_not_believed(device: FacilityDevice) -> None:
    with time_machine.travel(at(8), tick=False):
        told = envelope({"free": 1}, dt.datetime(1970, 1, 1, tzinfo=ZONE))
        assert send(device, {**told, "clk": "unsynced"}).status_code == 201
    assert Facility.objects.get().counted_at == at(8)


def test_a_clock_that_is_fast_does_not_keep_the_keeper_from_saying_what_is_true_now(
    device: FacilityDevice, cast: Cast
) -> None:
    with time_machine.travel(at(8), tick=False):
        assert send(device, envelope({"free": 4}, at(8) + dt.timedelta(minutes=4))).status_code == 201
    with time_machine.travel(at(8) + dt.timedelta(minutes=1), tick=False):
        facilities.record_state(device.facility, state="out_of_order", actor=cast.keeper)
    assert standing(device) == ("out_of_order", 4, "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"data": {}}, "至少一样"),
        ({"data": {"reading": " "}}, "至少一样"),
        ({"data": {"free": 7}}, "0 到 6"),
        ({"ts": at(8 - 72).isoformat()}, "两天以前"),
        ({"ts": at(20).isoformat()}, "时间还没到"),
        ({"ts": "2026-11-24 08:00"}, "。"),
        ({"mid": "x"}, "。"),
        ({"data": {"free": -1}}, "。"),
        ({"data": {"state": "exploded"}}, "。"),
        ({"data": {"reading": "4" * 21}}, "。"),
        ({"data": {"door": "open"}}, "至少一样"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    device: FacilityDevice, changes: dict[str, Any], sentence: str
) -> None:
    with time_machine.travel(at(8), tick=False):
        answer = send(device, {**envelope({"free": 1}, at(8)), **changes})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert sentence in answer.json()["detail"]
    assert standing(device) == ("working", 6, "")
    assert not FacilityMessage.objects.exists()


def test_a_wrong_signature_a_strange_device_and_one_of_a_door_are_refused_alike(
    device: FacilityDevice, cast: Cast
) -> None:
    told = envelope({"free": 1}, at(8))
    door, secret = door_devices.register(device.facility.station, "前门门磁", actor=cast.clerk)
    with time_machine.travel(at(8), tick=False):
        wrong = [
            send(device, told, secret="0" * 64),
            send(device, told, path="/api/v1/facilities/7"),
            send(device, told, path=f"/api/v1/facilities/{door.pk}", secret=secret),
            send(device, envelope({"door": "open"}, at(8)), path=f"/api/v1/doors/{device.pk}"),
        ]
        devices.revoke(device, actor=cast.clerk)
        wrong.append(send(device, told))
    assert [one.status_code for one in wrong] == [403] * 5
    assert len({one.json()["detail"] for one in wrong}) == 1
    assert not FacilityMessage.objects.exists()


def test_a_device_that_chatters_is_asked_to_wait(device: FacilityDevice) -> None:
    with time_machine.travel(at(8), tick=False):
        answers = [send(device, envelope({"free": 1}, at(8))) for _time in range(devices.MOST_A_MINUTE + 1)]
    assert {one.status_code for one in answers[:-1]} == {201}
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
    with time_machine.travel(at(8.1), tick=False):
        assert send(device, envelope({"free": 2}, at(8.1))).status_code == 201


def test_a_facility_that_is_taken_away_takes_its_devices_along(device: FacilityDevice, cast: Cast) -> None:
    with time_machine.travel(at(8), tick=False):
        send(device, envelope({"free": 1}, at(8)))
        facilities.remove(device.facility, actor=cast.clerk)
        assert send(device, envelope({"free": 2}, at(8))).status_code == 403


def test_a_clerk_registers_a_device_and_a_keeper_does_not(charger: Facility, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        facility_devices.register(charger, "充电柜", actor=cast.keeper)
    with pytest.raises(BadInput, match="什么设备"):
        facility_devices.register(charger, " ", actor=cast.clerk)
    known = [
        facility_devices.register(charger, f"充电柜{n}", actor=cast.clerk)[0]
        for n in range(facility_devices.MOST_DEVICES)
    ]
    with pytest.raises(NotNow, match="作废不用的"):
        facility_devices.register(charger, "又一台", actor=cast.clerk)
    with pytest.raises(NotAllowed):
        devices.revoke(known[0], actor=cast.keeper)
    devices.revoke(known[0], actor=cast.clerk)
    assert facility_devices.register(charger, "又一台", actor=cast.clerk)[0].name == "又一台"
