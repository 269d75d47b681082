"""The API of needs and Open311 keep their promises, whatever they are asked and told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import given
from pytest_django import DjangoDbBlocker
from schemathesis import GenerationMode

from lingju.kernel.rules import SystemActor
from lingju.needs.services import keys
from lingju.people.services.limits import Limit
from tests.fuzz import nonsense
from tests.fuzz.test_api import DESCRIPTION, FEW, PROMISES, one_connection
from tests.world import World, the_world

OPERATIONS = (
    ("GET", "needs"),
    ("GET", "needs/rates"),
    ("GET", "needs/{number}"),
    ("GET", "needs/{number}/matter"),
    ("POST", "needs"),
    ("POST", "needs/{number}/verdict"),
    ("POST", "needs/{number}/support"),
    ("POST", "desk/needs/{number}/triage"),
    ("POST", "desk/needs/{number}/take"),
    ("POST", "desk/needs/{number}/reply"),
    ("POST", "desk/needs/{number}/answer"),
    ("POST", "desk/needs/{number}/hand-over"),
)
OPEN311 = ("discovery", "services", "services/broken_light", "requests", "requests/1", "tokens/1")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with the_world(django_db_blocker) as built:
        yield built


@pytest.fixture
def key(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a key that is never asked to wait: hundreds of tries come within a minute here."""
    monkeypatch.setattr(keys, "WRITES", Limit("api_write", 10_000, keys.A_MINUTE))
    return keys.make(world.district, "乱试的系统", actor=SystemActor(world.district.pk))[1]


def by_right(case: Any, world: World, key: str) -> None:
    """Give a case what opens the door, so that what is tried is the inside."""
    number = world.home.matters.need.number
    if "number" in (case.path_parameters or {}) and case.path_parameters["number"] < "8":
        case.path_parameters["number"] = number
    case.headers["X-Api-Key"] = key
    case.cookies.clear()
    if "/desk/" in case.path:
        case.headers["Cookie"] = f"sessionid={world.sessions['a clerk of her station']}; csrftoken={'a' * 32}"
        case.headers["X-CSRFToken"] = "a" * 32


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "operation"), OPERATIONS)
def test_an_operation_answers_as_described(
    method: str, operation: str, mode: GenerationMode, world: World, key: str
) -> None:
    if mode is GenerationMode.NEGATIVE and (method, operation) == ("GET", "needs/{number}"):
        pytest.skip("it takes no question that could be wrong")
    with one_connection():
        description = schemathesis.openapi.from_wsgi(DESCRIPTION, get_wsgi_application())
        asked = description[f"/api/v1/{operation}"][method]

        @FEW
        @given(case=asked.as_strategy(mode))
        def keeps_its_promise(case: Any) -> None:
            by_right(case, world, key)
            case.call_and_validate(checks=PROMISES)

        keeps_its_promise()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("fmt", ["json", "xml"])
@pytest.mark.parametrize(
    "name", ["service_request_id", "service_code", "start_date", "end_date", "status", "api_key"]
)
def test_nonsense_asked_of_open311_is_refused_or_answered(name: str, fmt: str, world: World) -> None:
    for path in OPEN311:
        for value in nonsense.VALUES:
            answer = Client().get(f"/open311/v2/{path}.{fmt}", {name: value})
            assert answer.status_code in (200, 400, 401, 403, 404), (path, name, value)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        *("service_code", "lat", "long", "crs", "description", "phone", "address_id", "address_string"),
        *("attribute[external_id]", "attribute[place_note]", "first_name", "media_url", "status"),
    ],
)
def test_nonsense_said_to_open311_is_refused_or_taken(name: str, world: World, key: str) -> None:
    home = world.home.compound
    right = {"service_code": "broken_light", "lat": home.lat, "long": home.lon, "description": "灯坏了"}
    for value in nonsense.VALUES:
        said = {**right, "api_key": key, name: value, "service_request_id": world.home.matters.need.number}
        for path in ("requests", "servicerequestupdates"):
            answer = Client().post(f"/open311/v2/{path}.json", said)
            assert answer.status_code in (200, 400, 404), (path, name, value)
            assert json.loads(answer.content)
