"""Asking for a code and using it."""

import dataclasses
import datetime as dt

import pytest
import time_machine
from pytest_django.fixtures import Settings

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, TooOften
from lingju.people.models import Account, SignInCode
from lingju.people.services import signing
from lingju.people.sms import Message
from lingju.people.tests import cast
from lingju.places.models import District
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
PHONE = "13900000001"


@pytest.fixture
def district() -> District:
    return cast.a_district()


def ask(district: District, phone: str = PHONE) -> SignInCode:
    return signing.request_code(phone, district=district)


def digits(sent: list[Message]) -> str:
    return "".join(c for c in sent[-1].text.split("，")[0] if c.isdigit())


def wrong(sent: list[Message]) -> str:
    return f"{(int(digits(sent)) + 1) % 10**6:06d}"


def test_a_code_of_six_digits_goes_to_the_phone(district: District, sent: list[Message]) -> None:
    ask(district, "＋86 139-0000 0001")
    assert sent[0].phone == PHONE
    assert len(digits(sent)) == 6


def test_without_a_gateway_nobody_is_told_to_wait_for_a_code(district: District, settings: Settings) -> None:
    settings.LINGJU = dataclasses.replace(settings.LINGJU, sms_gateway="lingju.people.sms.NoGateway")
    with pytest.raises(BadInput, match="还没有接短信"):
        ask(district)
    assert not SignInCode.objects.exists()


def test_the_right_code_works_once(district: District, sent: list[Message]) -> None:
    code = ask(district)
    signing.use_code(code.pk, digits(sent), district=district)
    with pytest.raises(BadInput):
        signing.use_code(code.pk, digits(sent), district=district)


def test_pasted_spaces_and_full_width_digits_are_forgiven(district: District, sent: list[Message]) -> None:
    code = ask(district)
    typed = digits(sent).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    signing.use_code(code.pk, f" {typed[:3]} {typed[3:]}\n", district=district)


def test_the_sixth_try_is_refused_even_if_right(district: District, sent: list[Message]) -> None:
    code = ask(district)
    for _try in range(5):
        with pytest.raises(BadInput):
            signing.use_code(code.pk, wrong(sent), district=district)
    with pytest.raises(BadInput):
        signing.use_code(code.pk, digits(sent), district=district)


@pytest.mark.parametrize(("seconds", "works"), [(299, True), (301, False)])
def test_a_code_lives_for_five_minutes(
    district: District, sent: list[Message], seconds: int, works: bool
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        code = ask(district)
        traveller.shift(dt.timedelta(seconds=seconds))
        if works:
            signing.use_code(code.pk, digits(sent), district=district)
        else:
            with pytest.raises(BadInput, match="过期"):
                signing.use_code(code.pk, digits(sent), district=district)


def test_a_phone_gets_one_code_a_minute_and_five_an_hour(district: District) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _time in range(5):
            ask(district)
            with pytest.raises(TooOften):
                ask(district)
            traveller.shift(dt.timedelta(seconds=61))
        with pytest.raises(TooOften):
            ask(district)
        traveller.shift(dt.timedelta(hours=1))
        ask(district)


def test_other_notations_of_a_phone_count_as_the_same_phone(district: District) -> None:
    ask(district, "139 0000 0001")
    with pytest.raises(TooOften):
        ask(district, "＋８６13900000001")


@pytest.mark.parametrize("typed", ["", "12345", "23900000001", "139000000011", "王秀英", "1390000000l"])
def test_what_is_no_mobile_number_is_refused_with_a_sentence(district: District, typed: str) -> None:
    with pytest.raises(BadInput, match="11 位"):
        ask(district, typed)


def test_a_code_asked_for_by_an_account_serves_nobody_else(district: District, sent: list[Message]) -> None:
    resident = cast.a_resident(district)
    code = signing.request_code(PHONE, district=district, account=resident)
    with pytest.raises(BadInput):
        signing.use_code(code.pk, digits(sent), district=district)


def test_a_code_serves_in_its_own_district_alone(district: District, sent: list[Message]) -> None:
    code = ask(district)
    with pytest.raises(BadInput):
        signing.use_code(code.pk, digits(sent), district=cast.a_district("140403", name="潞州区"))


def test_a_wrong_code_leaves_a_footprint(district: District, sent: list[Message]) -> None:
    account: Account = cast.a_resident(district)
    code = ask(district, str(account.phone))
    with pytest.raises(BadInput):
        signing.use_code(code.pk, wrong(sent), district=district)
    left = Footprint.objects.filter(action="people.sign_in", result=Footprint.Result.REFUSED).get()
    assert (left.actor_id, left.subject_id) == (None, account.pk)
