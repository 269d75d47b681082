"""A clerk registers a device of a facility at the desk, sees its secret once, and takes it back."""

import re

import pytest

from lingju.kernel import clock
from lingju.people.tests import cast as people
from lingju.places.models import Facility, FacilityDevice
from lingju.places.services import facilities
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests import builders
from lingju.places.tests.speaking import envelope
from lingju.places.tests.test_facility_devices import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def charger() -> Facility:
    district = builders.a_district()
    station = builders.a_station(builders.a_tree(district)[2])
    draft = FacilityDraft("phone_charging", total=6)
    return facilities.add(station, draft, actor=builders.the_system(district))


def test_the_desk_shows_the_secret_once_and_what_it_signs_stands_on_the_tile(charger: Facility) -> None:
    station = charger.station
    desk = people.signed_in_client(people.a_clerk(at=station.area))
    address = f"/desk/stations/{station.pk}/facilities/{charger.pk}/"
    page = desk.post(address, {"do": "device", "device_name": "充电柜"}, follow=True).content.decode()
    shown = re.search(r"\b[0-9a-f]{64}\b", page)
    assert shown is not None
    assert shown[0] not in desk.get(address).content.decode()
    device = FacilityDevice.objects.get()
    assert f"/api/v1/facilities/{device.pk}" in page
    told = envelope({"free": 2}, clock.now())
    assert send(device, told, secret=shown[0]).status_code == 201
    assert "空 2 个" in desk.get(f"/desk/stations/{station.pk}/facilities/").content.decode()
    assert "最近收到" in desk.get(address).content.decode()
    desk.post(address, {"do": "revoke", "device": device.pk})
    assert send(device, told, secret=shown[0]).status_code == 403
    assert desk.post(address, {"do": "revoke", "device": device.pk}).status_code == 404


def test_a_secret_waits_for_the_page_it_was_made_on(charger: Facility) -> None:
    desk = people.signed_in_client(people.a_clerk(at=charger.station.area))
    home = f"/desk/stations/{charger.station_id}"
    desk.post(f"{home}/facilities/{charger.pk}/", {"do": "device", "device_name": "充电柜"})
    assert "密钥" not in desk.get(f"{home}/door/").content.decode()
    assert "密钥" in desk.get(f"{home}/facilities/{charger.pk}/").content.decode()


def test_a_device_without_a_name_is_refused_with_a_sentence(charger: Facility) -> None:
    desk = people.signed_in_client(people.a_clerk(at=charger.station.area))
    address = f"/desk/stations/{charger.station_id}/facilities/{charger.pk}/"
    page = desk.post(address, {"do": "device", "device_name": " "}, follow=True).content.decode()
    assert "请写这是什么设备" in page
    assert not FacilityDevice.objects.exists()
