"""A record with an encrypted phone, for the tests of encryption."""

from typing import Any

from django.db import connection, models
from django.test.utils import isolate_apps

from lingju.kernel.fields import BlindIndexField, EncryptedTextField
from lingju.kernel.rows import Row


def stamped(field: Any) -> Any:
    field.personal = "for tests"
    return field


with isolate_apps("lingju.trail"):

    class Card(Row):
        phone = stamped(EncryptedTextField(null=True))
        phone_index = stamped(BlindIndexField(source="phone", null=True))
        note = stamped(EncryptedTextField(default=""))

        objects: "models.Manager[Card]" = models.Manager()

        class Meta:
            app_label = "trail"
            db_table = "kernel_test_card"


TABLE = """
CREATE TABLE kernel_test_card (
    id bigint PRIMARY KEY, phone text NULL, phone_index varchar(64) NULL UNIQUE, note text NOT NULL)
"""


def lay_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def stands_in_the_database(column: str, card: Card) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM kernel_test_card WHERE id = %s", [card.pk])
        return str(cursor.fetchone()[0])
