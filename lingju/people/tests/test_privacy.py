"""What a copy of the database shows, and what each personal field promises."""

import re

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from lingju.people.personal import Basis, Kind, Personal, personal, personal_fields, stamp_of
from lingju.people.phones import masked
from lingju.people.sms import ConsoleGateway, Message
from lingju.people.tests import cast

# Words in the names of fields that hold something about a person.
TELLING = re.compile(
    r"phone|mobile|email|birth|id_number|display_name|sign_in_name|password|digest|secret|token"
)
OUR_MODELS = [m for m in apps.get_models() if m.__module__.startswith("lingju.people")]
# Django's own columns, and digests of texts that everybody may read.
SPOKEN_FOR = {
    "people.Account.password",
    "people.Account.must_change_password",
    "people.Account.password_set_at",
}


def dump() -> str:
    """Return every cell of every table as text, as a stolen copy of the database would show it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [repr(row) for row in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.django_db
def test_a_copy_of_the_database_shows_no_phone(client: Client, sent: list[Message]) -> None:
    district = cast.a_district()
    phone = "13912345678"
    account = cast.an_account(district, phone=phone)
    client.post("/sign-in/", {"how": "code", "phone": "139 1234 5678"})
    client.post("/sign-in/code/", {"code": "000000"})
    client.post("/sign-in/", {"how": "password", "who": phone, "password": "错的密码-123456"})
    client.post("/sign-in/", {"how": "password", "who": "13900009999", "password": "错的密码-123456"})
    cast.signed_in_client(account).get("/me/")
    code = re.search(r"\d{6}", sent[-1].text)
    copied = dump()
    assert code
    assert "people_account" in {m._meta.db_table for m in OUR_MODELS}
    assert account.display_name in copied  # the dump does read cells
    for secret in (phone, "139 1234 5678", "13900009999", phone[3:], f"'{code.group()}'", cast.PASSWORD):
        assert secret not in copied


@pytest.mark.django_db
def test_a_full_width_phone_is_found_by_its_index() -> None:
    district = cast.a_district()
    account = cast.an_account(district, phone="13912345678")
    found = type(account).objects.filter(district=district, phone_index="１３９１２３４５６７８")
    assert list(found) == [account]


def test_every_field_about_a_person_says_what_it_is_for() -> None:
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in OUR_MODELS
        for field in model._meta.get_fields()
        if isinstance(field, models.Field) and TELLING.search(field.name) and stamp_of(field) is None
    ]
    assert set(missing) == SPOKEN_FOR


def test_a_stamp_names_class_purpose_basis_and_end() -> None:
    stamps = personal_fields()
    assert isinstance(stamps["people.Account.phone"], Personal)
    assert all(p.purpose and p.kept and p.kind in Kind and p.basis in Basis for p in stamps.values())


def test_a_field_without_a_purpose_cannot_be_stamped() -> None:
    with pytest.raises(ValueError, match="purpose"):
        personal(models.CharField(), Kind.GENERAL, "", Basis.CONSENT, "一年")


@pytest.mark.django_db
def test_a_closed_cell_prints_as_an_ellipsis() -> None:
    account = cast.a_resident(cast.a_district())
    assert str(type(account).objects.values_list("phone", flat=True)[0]) == "…"


def test_the_console_shows_the_code_and_hides_the_number(caplog: pytest.LogCaptureFixture) -> None:
    ConsoleGateway().send("13912345678", "验证码 123456")
    assert "123456" in caplog.text
    assert "13912345678" not in caplog.text
    assert masked("13912345678") in caplog.text
