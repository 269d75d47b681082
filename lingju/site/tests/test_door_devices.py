"""A clerk registers a device of a door at the desk, sees its secret once, and takes it back."""

import re

import pytest

from lingju.kernel import clock
from lingju.people.tests import cast as people
from lingju.places.models import DoorDevice
from lingju.places.tests import builders
from lingju.places.tests.test_door_devices import envelope, send

pytestmark = pytest.mark.django_db


def test_the_desk_shows_the_secret_once_and_it_opens_the_door() -> None:
    station = builders.a_station(builders.a_tree(builders.a_district())[2])
    desk = people.signed_in_client(people.a_clerk(at=station.area))
    address = f"/desk/stations/{station.pk}/door/"
    page = desk.post(address, {"do": "device", "device_name": "后门门磁"}, follow=True).content.decode()
    shown = re.search(r"\b[0-9a-f]{64}\b", page)
    assert shown is not None
    assert shown[0] not in desk.get(address).content.decode()
    device = DoorDevice.objects.get()
    assert f"/api/v1/doors/{device.pk}" in page
    now = clock.now()
    assert send(device, envelope("open", now), secret=shown[0]).status_code == 201
    assert "最近收到" in desk.get(address).content.decode()
    desk.post(address, {"do": "revoke", "device": device.pk})
    assert send(device, envelope("closed", now), secret=shown[0]).status_code == 403
    assert desk.post(address, {"do": "revoke", "device": "7"}).status_code == 404
