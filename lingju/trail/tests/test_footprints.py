"""A footprint names who, what, when and from where, and nothing that is personal."""

import datetime as dt
from decimal import Decimal

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lingju.kernel.tests.actors import STRANGER, WARDEN
from lingju.trail import surroundings
from lingju.trail.models import Footprint, Unsealed
from lingju.trail.services import leave_footprint, plain

pytestmark = pytest.mark.django_db


def test_reading_is_an_action_too() -> None:
    step = leave_footprint(actor=WARDEN, action="read", note="查看手机号")
    assert Footprint.objects.visible_to(WARDEN).get() == step
    assert Unsealed.objects.get().footprint_id == step.pk


def test_a_refusal_is_written_down_as_one() -> None:
    leave_footprint(actor=STRANGER, action="sign_in", result=Footprint.Result.REFUSED)
    step = Footprint.objects.get()
    assert (step.actor_id, step.result) == (None, "refused")


def test_the_neighbouring_district_is_out_of_sight() -> None:
    leave_footprint(actor=WARDEN, action="walk")
    stranger = type(WARDEN)(district_id=2)
    assert not Footprint.objects.visible_to(stranger).exists()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, True),
        (None, None),
        (2**62, 2**62),
        (0.1, "0.1"),
        (1e16, "1e+16"),
        (Decimal("2.50"), "2.50"),
        (dt.date(2024, 8, 1), "2024-08-01"),
        ("零\x00距离", "零距离"),
        ("长" * 300, "长" * 200),
    ],
)
def test_values_are_written_as_both_databases_give_them_back(value: object, written: object) -> None:
    step = leave_footprint(actor=WARDEN, action="walk", after={"value": value})
    step.refresh_from_db()
    assert step.after == {"value": written}
    assert plain(value) == written


def answer(request: HttpRequest) -> HttpResponse:
    leave_footprint(actor=WARDEN, action="walk")
    return HttpResponse(surroundings.current().request_id)


def test_a_footprint_in_a_request_names_the_request_and_the_address() -> None:
    request = RequestFactory().get("/", headers={"x-request-id": "abc-12345"}, REMOTE_ADDR="10.1.2.3")
    response = surroundings.SurroundingsMiddleware(answer)(request)
    step = Footprint.objects.get()
    assert (step.request_id, step.address) == ("abc-12345", "10.1.2.3")
    assert response["X-Request-ID"] == "abc-12345"
    assert surroundings.current() == surroundings.Surroundings()


def test_a_request_id_that_could_do_harm_is_replaced() -> None:
    request = RequestFactory().get("/", headers={"x-request-id": "x\ny: z"}, REMOTE_ADDR="nonsense")
    response = surroundings.SurroundingsMiddleware(answer)(request)
    assert surroundings.GIVEN_ID.fullmatch(response["X-Request-ID"])
    assert Footprint.objects.get().address is None
