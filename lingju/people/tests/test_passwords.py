"""Names, passwords and the lock that falls after five wrong ones."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed
from lingju.people.models import Account
from lingju.people.services import accounts
from lingju.people.tests import cast
from lingju.places.models import District
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return cast.a_district()


def try_password(client: Client, who: str, password: str = cast.PASSWORD) -> int:
    form = {"how": "password", "who": who, "password": password}
    return client.post("/sign-in/", form).status_code


def test_name_and_password_let_somebody_in(district: District, client: Client) -> None:
    account = cast.a_resident(district)
    assert try_password(client, f" {str(account.sign_in_name).upper()} ") == 302
    assert client.get("/me/").status_code == 200


def test_the_phone_may_stand_for_the_name(district: District, client: Client) -> None:
    assert try_password(client, f"+86 {cast.a_resident(district).phone}") == 302


def test_unknown_name_and_wrong_password_read_alike(district: District, client: Client) -> None:
    account = cast.a_resident(district)
    pages = [
        client.post("/sign-in/", {"how": "password", "who": who, "password": "完全不对的密码"})
        for who in (str(account.sign_in_name), "nobody-here")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    assert all("名字或密码不对" in page.text for page in pages)


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(district: District, client: Client) -> None:
    name = str(cast.a_resident(district).sign_in_name)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        assert [try_password(client, name, "错的密码-123456") for _try in range(5)] == [422] * 4 + [429]
        assert try_password(client, name) == 429
        traveller.shift(dt.timedelta(minutes=14, seconds=50))
        assert try_password(client, name) == 429
        traveller.shift(dt.timedelta(seconds=20))
        assert try_password(client, name) == 302


def test_typing_the_phone_instead_gives_no_five_more_tries(district: District, client: Client) -> None:
    account = cast.a_resident(district)
    for _try in range(3):
        try_password(client, str(account.sign_in_name), "错的密码-123456")
    for _try in range(2):
        try_password(client, str(account.phone), "错的密码-123456")
    assert try_password(client, str(account.sign_in_name)) == 429


def test_a_lock_holds_one_account_alone(district: District, client: Client) -> None:
    locked, other = cast.a_resident(district), cast.a_resident(district)
    for _try in range(5):
        try_password(client, str(locked.sign_in_name), "错的密码-123456")
    assert try_password(client, str(other.sign_in_name)) == 302


def test_a_name_serves_in_its_own_district_alone(district: District, client: Client) -> None:
    elsewhere = cast.a_district("140403", name="潞州区")
    account = cast.a_resident(elsewhere)
    assert try_password(client, str(account.sign_in_name)) == 422


def test_a_wrong_password_leaves_a_footprint(district: District, client: Client) -> None:
    account = cast.a_resident(district)
    try_password(client, str(account.sign_in_name), "错的密码-123456")
    left = Footprint.objects.get(action="people.sign_in", result=Footprint.Result.REFUSED)
    assert (left.subject_id, left.address) == (account.pk, left.address)


@pytest.mark.parametrize(
    ("password", "why"),
    [("短", "太短"), ("1234567890", "常见"), ("97531864208", "数字"), ("password123", "常见")],
)
def test_a_weak_password_is_refused_with_its_reason(district: District, password: str, why: str) -> None:
    account = cast.a_resident(district)
    with pytest.raises(BadInput, match=why):
        accounts.set_password(account, password, actor=cast.an_actor_of(account))


def test_the_last_five_passwords_are_not_chosen_again(district: District) -> None:
    account = cast.a_resident(district)
    actor = cast.an_actor_of(account)
    for number in range(5):
        account = accounts.set_password(account, f"一直不一样的密码-{number}", actor=actor)
        with pytest.raises(BadInput, match="最近用过"):
            accounts.set_password(account, cast.PASSWORD, actor=actor)
    account = accounts.set_password(account, "一直不一样的密码-6", actor=actor)
    accounts.set_password(account, cast.PASSWORD, actor=actor)
    assert account.past_passwords.count() == 5


def test_nobody_sets_somebody_elses_password(district: District) -> None:
    account, other = cast.a_resident(district), cast.a_resident(district)
    with pytest.raises(NotAllowed):
        accounts.set_password(account, "一直不一样的密码-1", actor=cast.an_actor_of(other))


def test_whoever_got_a_password_from_others_must_change_it_first(district: District) -> None:
    account = cast.an_account(district, must_change_password=True)
    client = cast.signed_in_client(account)
    assert client.get("/me/").headers["Location"] == "/me/password/"
    form = {"old": cast.PASSWORD, "password": "我自己想出来的密码-1"}
    assert client.post("/me/password/", form).headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200


def test_a_new_password_ends_sessions_elsewhere(district: District) -> None:
    account = cast.a_resident(district)
    here, elsewhere = cast.signed_in_client(account), cast.signed_in_client(account)
    here.post("/me/password/", {"old": cast.PASSWORD, "password": "我自己想出来的密码-1"})
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_the_old_password_is_asked_for(district: District) -> None:
    client = cast.signed_in_client(cast.a_resident(district))
    page = client.post("/me/password/", {"old": "不是这个-12345", "password": "我自己想出来的密码-1"})
    assert page.status_code == 422
    assert "现在的密码不对" in page.text


def test_two_accounts_of_a_district_never_share_a_name(district: District) -> None:
    account: Account = cast.a_resident(district)
    with pytest.raises(BadInput, match="登录名"):
        cast.an_account(district, sign_in_name=f"  {account.sign_in_name}")
    cast.an_account(cast.a_district("140403", name="潞州区"), sign_in_name=str(account.sign_in_name))


@pytest.mark.parametrize("name", ["a", "有 空格", "13800000000", "x" * 41, "换\n行"])
def test_a_sign_in_name_is_one_word_and_no_phone(district: District, name: str) -> None:
    with pytest.raises(BadInput):
        cast.an_account(district, sign_in_name=name)
