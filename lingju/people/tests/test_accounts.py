"""The life of an account: opened, moved to another phone, handed over, closed."""

import json
import re

import pytest
from django.db import IntegrityError, transaction

from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.people import queries
from lingju.people.models import Account
from lingju.people.services import accounts, consents, signing
from lingju.people.sms import Message
from lingju.people.tests import cast
from lingju.places.models import District
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return cast.a_district()


def test_an_account_needs_a_phone_or_a_name(district: District) -> None:
    with pytest.raises(BadInput, match="至少"):
        cast.an_account(district, phone="", sign_in_name="", password="")


def test_a_phone_has_one_account_in_a_district(district: District) -> None:
    account = cast.a_resident(district)
    with pytest.raises(BadInput, match="已经有账号"):
        cast.an_account(district, phone=f"＋86 {account.phone}")
    cast.an_account(cast.a_district("140403", name="潞州区"), phone=str(account.phone))


def test_the_database_itself_keeps_phones_apart(district: District) -> None:
    account = cast.a_resident(district)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account(district=district, display_name="另一个", phone=account.phone).save()


@pytest.mark.parametrize("name", ["阿卜杜拉·买买提", "𠮷田", "李 大妈", "Ms. O'Neil"])
def test_names_of_all_kinds_are_taken_as_they_are(district: District, name: str) -> None:
    assert cast.an_account(district, name).display_name == name


def test_a_resident_opens_no_account_for_others(district: District) -> None:
    with pytest.raises(NotAllowed):
        accounts.open_account(
            accounts.NewAccount("某人", phone="13900000009"),
            district=district,
            actor=cast.an_actor_of(cast.a_resident(district)),
        )


def test_a_code_that_was_not_used_opens_no_account(district: District) -> None:
    code = signing.request_code("13900000009", district=district)
    text = next(t for t in consents.first_texts(district=district) if t.purpose == "account")
    with pytest.raises(NotNow):
        accounts.open_own_account("某人", code, text)


def test_consent_to_another_purpose_opens_no_account(district: District) -> None:
    code = signing.request_code("13900000009", district=district)
    with pytest.raises(BadInput):
        accounts.open_own_account("某人", code, cast.a_text(district, "photos"))


def test_the_account_moves_to_a_phone_that_was_proved(district: District, sent: list[Message]) -> None:
    account = cast.a_resident(district)
    client = cast.signed_in_client(account)
    client.post("/me/phone/", {"phone": "139 0000 0009"})
    found = re.search(r"\d{6}", sent[-1].text)
    assert found
    assert client.post("/me/phone/", {"code": found.group()}).headers["Location"] == "/me/"
    account.refresh_from_db()
    assert account.phone == "13900000009"
    assert signing.by_phone("13900000009", district=district) == account


def test_the_account_does_not_move_to_somebody_elses_phone(district: District, sent: list[Message]) -> None:
    account, other = cast.a_resident(district), cast.a_resident(district)
    client = cast.signed_in_client(account)
    client.post("/me/phone/", {"phone": str(other.phone)})
    found = re.search(r"\d{6}", sent[-1].text)
    assert found
    assert client.post("/me/phone/", {"code": found.group()}).status_code == 422


def test_my_data_is_a_file_a_program_can_read(district: District) -> None:
    account = cast.a_clerk(at=cast.an_area(district))
    answer = cast.signed_in_client(account).get("/me/data.json")
    data = json.loads(answer.content)
    assert data["account"]["phone"] == account.phone
    assert data["offices"][0]["office"] == "clerk"
    assert "\\u" not in answer.text
    assert data["what_each_field_is_for"]["people.Account.phone"]["purpose"]


def test_a_closed_account_names_nobody(district: District) -> None:
    account = cast.a_clerk(at=cast.an_area(district))
    phone, name = str(account.phone), str(account.sign_in_name)
    given = consents.give(cast.a_text(district), account=account, actor=cast.an_actor_of(account))
    client = cast.signed_in_client(account)
    assert client.get("/me/close/").status_code == 200
    assert client.post("/me/close/").headers["Location"] == "/"
    account.refresh_from_db()
    given.refresh_from_db()
    assert (account.is_active, account.phone, account.sign_in_name) == (False, None, None)
    assert account.display_name == "已注销"
    assert given.withdrawn_at is not None
    assert not account.holdings.standing().exists()
    assert client.get("/me/").status_code == 302
    assert signing.by_phone(phone, district=district) is None
    assert signing.by_name_or_phone(name, district=district) is None
    assert Footprint.objects.filter(action="people.close_account", subject_id=account.pk).exists()


def test_after_closing_the_phone_can_open_another(district: District) -> None:
    account = cast.a_resident(district)
    phone = str(account.phone)
    accounts.close(account, actor=cast.an_actor_of(account))
    assert cast.an_account(district, phone=phone).pk != account.pk


def test_the_last_security_admin_cannot_close(district: District) -> None:
    admin = cast.a_security_admin(district=district)
    with pytest.raises(NotNow):
        accounts.close(admin, actor=cast.an_actor_of(admin))


def test_nobody_closes_somebody_elses_account(district: District) -> None:
    account, officer = cast.a_resident(district), cast.a_district_officer(district=district)
    with pytest.raises(NotAllowed):
        accounts.close(account, actor=cast.an_actor_of(officer))


def test_one_sees_ones_own_account_alone(district: District) -> None:
    account, other = cast.a_resident(district), cast.a_resident(district)
    assert list(Account.objects.visible_to(cast.an_actor_of(account))) == [account]
    assert other not in Account.objects.visible_to(cast.a_stranger(district))


def test_the_export_names_nobody_else(district: District) -> None:
    account, other = cast.a_resident(district), cast.a_resident(district, "赵别人")
    text = json.dumps(queries.my_data(account), default=str, ensure_ascii=False)
    assert str(other.phone) not in text
    assert "赵别人" not in text
