"""The API keeps the promise of its own description, whatever it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from pytest_django import DjangoDbBlocker
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from lingju.kernel.rules import SystemActor
from lingju.places.models import Device, DoorDevice, FacilityDevice
from lingju.places.services import devices, door_devices, facility_devices
from tests.fuzz import nonsense
from tests.world import World, the_world

DESCRIPTION = "/api/v1/openapi.json"
READS = ("district", "areas", "services", "stations", "stations/{slug}", "circle")
DEVICES = ("doors/{device_id}", "facilities/{device_id}")
PROMISES = [not_a_server_error, response_schema_conformance, content_type_conformance]
FEW = limits(
    max_examples=20 if connection.vendor == "postgresql" else 10,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with the_world(django_db_blocker) as built:
        yield built


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep the test's connection open through requests that come by WSGI, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.mark.django_db
def test_the_description_names_every_operation(world: World) -> None:
    described = Client().get(DESCRIPTION).json()
    paths = {path.removeprefix("/api/v1/") for path in described["paths"]}
    assert {path for path in paths if "needs" not in path} == {*READS, *DEVICES}
    assert described["openapi"].startswith("3.")


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", READS)
def test_an_operation_answers_as_described(operation: str, mode: GenerationMode, world: World) -> None:
    if mode is GenerationMode.NEGATIVE and operation in ("district", "services"):
        pytest.skip("it takes no question that could be wrong")
    with one_connection():
        description = schemathesis.openapi.from_wsgi(DESCRIPTION, get_wsgi_application())
        asked = description[f"/api/v1/{operation}"]["GET"]

        @FEW
        @given(case=asked.as_strategy(mode))
        def keeps_its_promise(case: Any) -> None:
            case.call_and_validate(checks=PROMISES)

        keeps_its_promise()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", DEVICES)
def test_a_device_is_answered_as_described(
    operation: str, mode: GenerationMode, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let a known device say anything: its signature is tried elsewhere, what it says is tried here."""
    system = SystemActor(world.district.pk)
    known: dict[type[Device], Device] = {
        DoorDevice: door_devices.register(world.home.station, "乱说的门磁", actor=system)[0],
        FacilityDevice: facility_devices.register(world.home.facility, "乱数的座位", actor=system)[0],
    }
    monkeypatch.setattr(devices, "known", lambda kind, *_asked: known[kind])
    with one_connection():
        description = schemathesis.openapi.from_wsgi(DESCRIPTION, get_wsgi_application())
        asked = description[f"/api/v1/{operation}"]["POST"]

        @FEW
        @given(case=asked.as_strategy(mode))
        def keeps_its_promise(case: Any) -> None:
            case.call_and_validate(checks=PROMISES)

        keeps_its_promise()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["lon", "lat", "crs", "profile", "minutes"])
def test_a_question_that_makes_no_sense_is_told_which_part(name: str, world: World) -> None:
    """Ask for a circle with one part wrong: 422 as problem details, or an answer; never a fault."""
    right = {"lon": "113.0501", "lat": "36.0523", "crs": "WGS-84"}
    refused = 0
    for value in nonsense.VALUES:
        answer = Client().get("/api/v1/circle", {**right, name: value})
        assert answer.status_code in (200, 400, 422), (name, value)
        if answer.status_code == 422:
            said = answer.json()
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert said["status"] == 422
            assert said["detail"].endswith("。")
            refused += 1
    assert refused > len(nonsense.VALUES) // 2


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["stations/nothing", "nothing", "stations/%00", "stations/%FF"])
def test_what_is_not_there_is_told_as_a_problem(path: str, world: World) -> None:
    answer = Client().get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].endswith("。")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_only_reads(method: str, world: World) -> None:
    for operation in READS:
        path = "/api/v1/" + operation.format(slug=world.home.station.slug)
        answer = getattr(Client(), method)(path, "{}", content_type="application/json")
        assert answer.status_code == 405, path
