"""The second factor: its arithmetic, its use once, and what it opens."""

import dataclasses
import datetime as dt
import secrets

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django.fixtures import Settings

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, TooOften
from lingju.people import factors
from lingju.people.models import Account
from lingju.people.services import factors as factor_verbs
from lingju.people.tests import cast
from lingju.places.models import District
from lingju.places.rules import Office, its_officer

pytestmark = pytest.mark.django_db
# RFC 6238, appendix B, SHA-1: the ASCII secret "12345678901234567890" in base32.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.fixture
def district() -> District:
    return cast.a_district()


@pytest.fixture
def officer(district: District) -> Account:
    return cast.a_street_officer(district=district)


@pytest.mark.parametrize(("seconds", "digits"), RFC_VECTORS)
def test_codes_agree_with_the_vectors_of_rfc_6238(settings: Settings, seconds: int, digits: str) -> None:
    settings.MFA_TOTP_DIGITS = 8
    assert factors.code_at(RFC_SECRET, seconds // 30) == digits


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off_and_no_more(steps: int, is_taken: bool) -> None:
    secret = factors.new_secret()
    with time_machine.travel(clock.now(), tick=False):
        typed = cast.a_code_for(secret, steps_on=steps)
        assert (factors.matching_step(secret, typed) is not None) is is_taken


def test_the_secret_lies_encrypted_in_the_database(officer: Account) -> None:
    secret = cast.a_second_factor(officer)
    held = Authenticator.objects.get(user=officer, type=Authenticator.Type.TOTP)
    assert secret not in str(held.data)
    assert held.data["secret"].startswith("v1.")


def test_a_code_is_used_once(officer: Account) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret = cast.a_second_factor(officer)
        with pytest.raises(BadInput):
            factor_verbs.check(officer, cast.a_code_for(secret))
        traveller.shift(dt.timedelta(seconds=30))
        factor_verbs.check(officer, cast.a_code_for(secret))
        with pytest.raises(BadInput):
            factor_verbs.check(officer, cast.a_code_for(secret))


def test_a_recovery_code_stands_in_once(officer: Account) -> None:
    cast.a_second_factor(officer)
    code = factor_verbs.new_recovery_codes(officer, actor=cast.an_actor_of(officer))[0]
    factor_verbs.check(officer, f"{code[:4]} {code[4:]}")
    with pytest.raises(BadInput):
        factor_verbs.check(officer, code)


def test_five_wrong_codes_lock_however_often_the_password_is_shown(officer: Account) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret = cast.a_second_factor(officer)
        for _try in range(5):
            with pytest.raises(BadInput):
                factor_verbs.check(officer, "000000")
        traveller.shift(dt.timedelta(seconds=30))
        with pytest.raises(TooOften):
            factor_verbs.check(officer, cast.a_code_for(secret))
        traveller.shift(dt.timedelta(minutes=15))
        factor_verbs.check(officer, cast.a_code_for(secret))


def test_an_officers_offices_count_only_with_the_second_factor(officer: Account, district: District) -> None:
    station = cast.a_station(cast.an_area(district))
    assert its_officer.allows(cast.an_actor_of(officer, second_factor=True), station)
    without = cast.an_actor_of(officer, second_factor=False)
    assert not its_officer.allows(without, station)
    assert not its_officer.allows(without, None)
    assert [seat.office for seat in without.waiting] == [Office.STREET_OFFICER]


def test_a_clerk_needs_none_unless_the_district_says_so(district: District, settings: Settings) -> None:
    clerk = cast.a_clerk(at=cast.an_area(district))
    assert cast.an_actor_of(clerk, second_factor=False).seats
    settings.PEOPLE_CLERKS_NEED_SECOND_FACTOR = True
    assert not cast.an_actor_of(clerk, second_factor=False).seats


def test_an_officer_without_a_second_factor_sees_no_desk(officer: Account) -> None:
    client = cast.signed_in_client(officer, second_factor=False)
    assert client.get("/desk/roles/").headers["Location"] == "/me/second-factor/"
    assert (
        client.post("/desk/roles/account/", {"display_name": "x"}).headers["Location"] == "/me/second-factor/"
    )


def test_an_officer_sets_up_and_sees_the_desk_at_once(officer: Account, client: Client) -> None:
    form = {"how": "password", "who": officer.sign_in_name, "password": cast.PASSWORD}
    assert client.post("/sign-in/", form).headers["Location"] == "/me/second-factor/"
    page = client.get("/me/second-factor/").text
    assert "<svg" in page
    assert "style=" not in page
    secret = _secret_on(page)
    done = client.post("/me/second-factor/", {"code": cast.a_code_for(secret)})
    assert "备用码" in done.text
    assert client.get("/desk/roles/").status_code == 200


def _secret_on(page: str) -> str:
    return page.split("<code>")[1].split("</code>")[0].replace(" ", "")


def test_the_secret_is_not_readable_in_the_session(officer: Account) -> None:
    client = cast.signed_in_client(officer, second_factor=False)
    secret = _secret_on(client.get("/me/second-factor/").text)
    assert secret not in str(dict(client.session.items()))


def test_whoever_has_one_is_not_inside_before_showing_it(officer: Account, client: Client) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret = cast.a_second_factor(officer)
        traveller.shift(dt.timedelta(seconds=60))
        form = {"how": "password", "who": officer.sign_in_name, "password": cast.PASSWORD}
        assert client.post("/sign-in/", form).headers["Location"] == "/sign-in/second/"
        assert client.get("/me/").status_code == 302
        assert client.post("/sign-in/second/", {"code": "000000"}).status_code == 422
        assert client.get("/me/").status_code == 302
        done = client.post("/sign-in/second/", {"code": cast.a_code_for(secret)})
        assert done.headers["Location"] == "/me/"
        assert client.get("/desk/roles/").status_code == 200


def test_the_wait_at_the_second_factor_lasts_five_minutes(officer: Account, client: Client) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret = cast.a_second_factor(officer)
        form = {"how": "password", "who": officer.sign_in_name, "password": cast.PASSWORD}
        client.post("/sign-in/", form)
        traveller.shift(dt.timedelta(minutes=5, seconds=1))
        late = client.post("/sign-in/second/", {"code": cast.a_code_for(secret)})
        assert late.headers["Location"] == "/sign-in/"
        assert client.get("/me/").status_code == 302


def test_an_officer_cannot_turn_it_off(officer: Account) -> None:
    cast.a_second_factor(officer)
    with pytest.raises(NotAllowed):
        factor_verbs.take_away(officer, actor=cast.an_actor_of(officer))


def test_a_resident_may_turn_it_on_and_off(district: District) -> None:
    resident = cast.a_resident(district)
    cast.a_second_factor(resident)
    factor_verbs.take_away(resident, actor=cast.an_actor_of(resident))
    assert not factors.has_second_factor(resident)


def test_the_security_admin_resets_a_lost_phone_and_ends_its_sessions(
    officer: Account, district: District
) -> None:
    cast.a_second_factor(officer)
    client = cast.signed_in_client(officer)
    admin = cast.a_security_admin(district=district)
    factor_verbs.take_away(officer, actor=cast.an_actor_of(admin))
    assert not factors.has_second_factor(officer)
    assert client.get("/me/").status_code == 302


def test_another_officer_cannot_reset_it(officer: Account, district: District) -> None:
    cast.a_second_factor(officer)
    other = cast.a_district_officer(district=district)
    with pytest.raises(NotAllowed):
        factor_verbs.take_away(officer, actor=cast.an_actor_of(other))


def test_a_new_key_takes_over_every_secret(officer: Account, settings: Settings) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret = cast.a_second_factor(officer)
        code = factor_verbs.new_recovery_codes(officer, actor=cast.an_actor_of(officer))[0]
        keys = settings.LINGJU.field_keys
        both = (("k2", secrets.token_bytes(32)), *keys)
        settings.LINGJU = dataclasses.replace(settings.LINGJU, field_keys=both)
        assert factor_verbs.reencrypt_secrets() == 2
        assert factor_verbs.reencrypt_secrets() == 0
        settings.LINGJU = dataclasses.replace(settings.LINGJU, field_keys=both[:1])
        traveller.shift(dt.timedelta(seconds=30))
        factor_verbs.check(officer, cast.a_code_for(secret))
        factor_verbs.check(officer, code)
