"""An encrypted field reads like a plain one, and the database shows nothing of it."""

import dataclasses
from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from lingju.kernel import crypto
from lingju.kernel.crypto_rotation import rotate
from lingju.kernel.fields import BlindIndexField, Cell, EncryptedTextField
from lingju.kernel.tests.cells import Card, lay_the_table, stands_in_the_database

pytestmark = pytest.mark.django_db
PHONE = "13803550000"


@pytest.fixture(autouse=True)
def table(db: None) -> None:
    lay_the_table()


@pytest.fixture
def newer_key(settings: Any) -> None:
    env = settings.LINGJU
    settings.LINGJU = dataclasses.replace(env, field_keys=(("new", b"n" * 32), *env.field_keys))


def test_the_plain_value_is_read_and_the_closed_one_is_stored() -> None:
    card = Card.objects.create(phone=PHONE, note="北门找王师傅")
    assert Card.objects.get().phone == PHONE
    assert Card.objects.get().note == "北门找王师傅"
    assert PHONE not in stands_in_the_database("phone", card)
    assert stands_in_the_database("phone", card).startswith("v1.a.")


def test_an_absent_value_stays_absent() -> None:
    Card.objects.create()
    card = Card.objects.get()
    assert (card.phone, card.phone_index, card.note) == (None, None, "")
    assert Card.objects.filter(phone__isnull=True).exists()


def test_it_is_found_by_its_blind_index_in_any_notation() -> None:
    card = Card.objects.create(phone=PHONE)
    Card.objects.create(phone="19935500000")
    assert Card.objects.get(phone_index="１３８ 0355 0000") == card
    assert Card.objects.filter(phone_index__in=[PHONE, "19935500000"]).count() == 2
    assert Card.objects.get(phone_index=card.phone_index) == card


def test_one_phone_is_taken_once() -> None:
    Card.objects.create(phone=PHONE)
    with pytest.raises(IntegrityError):
        Card.objects.create(phone="138-0355-0000")


def test_a_changed_phone_changes_its_index() -> None:
    card = Card.objects.create(phone=PHONE)
    card.phone = "19935500000"
    card.save()
    assert Card.objects.get(phone_index="19935500000").phone == "19935500000"
    assert not Card.objects.filter(phone_index=PHONE).exists()


def test_a_cell_that_was_not_changed_is_not_written_anew() -> None:
    card = Card.objects.create(phone=PHONE)
    before = stands_in_the_database("phone", card)
    Card.objects.get().save()
    assert stands_in_the_database("phone", card) == before


def test_deferred_and_refreshed_values_open_too() -> None:
    Card.objects.create(phone=PHONE)
    card = Card.objects.defer("phone").get()
    assert card.phone == PHONE
    card.refresh_from_db()
    assert card.phone == PHONE


def test_many_are_created_at_once() -> None:
    Card.objects.bulk_create([Card(phone=f"1380355000{n}") for n in range(3)])
    assert Card.objects.get(phone_index="13803550002").phone == "13803550002"


def test_a_listing_of_values_shows_closed_cells() -> None:
    Card.objects.create(phone=PHONE)
    value = Card.objects.values_list("phone", flat=True).get()
    assert isinstance(value, Cell)
    assert f"{value} {value!r}" == "… …"


@pytest.mark.parametrize(
    "question", [{"phone": PHONE}, {"phone__contains": "138"}, {"phone_index__startswith": "ab"}]
)
def test_what_a_closed_cell_cannot_answer_is_refused(question: dict[str, str]) -> None:
    with pytest.raises(FieldError):
        Card.objects.filter(**question).exists()


def test_an_update_without_the_row_is_refused_and_with_it_is_taken() -> None:
    card = Card.objects.create(phone=PHONE)
    with pytest.raises(FieldError, match="sealed_for"), transaction.atomic():
        Card.objects.update(phone="19935500000")
    field = Card._meta.get_field("phone")
    assert isinstance(field, EncryptedTextField)
    Card.objects.filter(pk=card.pk).update(phone=field.sealed_for(card, "19935500000"))
    assert Card.objects.get().phone == "19935500000"


def test_a_cell_copied_into_another_row_does_not_open() -> None:
    mine, yours = Card.objects.create(note="甲"), Card.objects.create(note="乙")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_test_card SET note = %s WHERE id = %s",
            [stands_in_the_database("note", mine), yours.pk],
        )
    with pytest.raises(crypto.Tampered, match=f"trail.card.note/{yours.pk}"):
        _ = Card.objects.get(pk=yours.pk).note


def test_a_row_copied_under_a_new_id_is_refused_when_it_is_saved() -> None:
    Card.objects.create(note="甲")
    copy = Card.objects.get()
    copy.pk, copy._state.adding = copy.pk + 1, True
    with pytest.raises(crypto.Tampered):
        copy.save(force_insert=True)


def test_a_field_that_encrypts_must_say_what_it_is_for() -> None:
    with isolate_apps("lingju.trail"), pytest.raises(ImproperlyConfigured, match=r"Leaf\.secret"):

        class Leaf(models.Model):
            secret = EncryptedTextField()

            class Meta:
                app_label = "trail"


def test_migrations_write_the_fields_down_without_their_stamp() -> None:
    field = EncryptedTextField(null=True, bound_to="people.account.phone")
    path, kwargs = field.deconstruct()[1], field.deconstruct()[3]
    assert path == "lingju.kernel.fields.EncryptedTextField"
    assert kwargs == {"null": True, "bound_to": "people.account.phone"}
    index = BlindIndexField(source="phone", null=True)
    again = BlindIndexField(**index.deconstruct()[3])
    assert (again.source, again.max_length, again.null, again.editable) == ("phone", 64, True, False)


def test_a_dump_shows_closed_cells() -> None:
    card = Card.objects.create(phone=PHONE)
    field = Card._meta.get_field("phone")
    assert isinstance(field, EncryptedTextField)
    assert field.value_to_string(card).startswith("v1.a.")


def test_rotation_puts_every_cell_under_the_newest_key_and_does_nothing_twice(
    newer_key: None, settings: Any
) -> None:
    new = settings.LINGJU
    settings.LINGJU = dataclasses.replace(new, field_keys=new.field_keys[1:])
    for number in range(3):
        Card.objects.create(phone=f"1380355000{number}", note="甲")
    Card.objects.create()
    settings.LINGJU = new
    done = rotate(Card)
    assert (done.seen, done.written, done.shut) == (4, 4, ())
    assert all(stands_in_the_database("note", card).startswith("v1.a.new.") for card in Card.objects.all())
    assert rotate(Card).written == 0
    settings.LINGJU = dataclasses.replace(new, field_keys=new.field_keys[:1])
    assert Card.objects.get(phone_index="13803550001").phone == "13803550001"


def test_rotation_to_the_national_cipher_makes_the_indexes_anew(settings: Any) -> None:
    Card.objects.create(phone=PHONE)
    settings.LINGJU = dataclasses.replace(settings.LINGJU, field_cipher="SM4-GCM")
    assert not Card.objects.filter(phone_index=PHONE).exists()
    rotate(Card)
    card = Card.objects.get(phone_index=PHONE)
    assert stands_in_the_database("phone", card).startswith("v1.s.")


def test_rotation_names_the_rows_that_do_not_open_and_goes_on(newer_key: None, settings: Any) -> None:
    new = settings.LINGJU
    settings.LINGJU = dataclasses.replace(new, field_keys=new.field_keys[1:])
    bad, good = Card.objects.create(note="甲"), Card.objects.create(note="乙")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_test_card SET note = 'v1.a.k1.AAAA' WHERE id = %s", [bad.pk])
    settings.LINGJU = new
    done = rotate(Card)
    assert (done.written, done.shut) == (1, (bad.pk,))
    assert stands_in_the_database("note", good).startswith("v1.a.new.")


def test_rotation_walks_in_batches(newer_key: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lingju.kernel.crypto_rotation.BATCH", 2)
    for _ in range(5):
        Card.objects.create(note="甲")
    assert rotate(Card).seen == 5
