"""The one base of every table: a time-ordered id that is unique across districts."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from lingju.kernel.ids import new_id

if TYPE_CHECKING:
    BigIntegerField = models.BigIntegerField[Any, Any]
else:
    BigIntegerField = models.BigIntegerField


class RowId(BigIntegerField):
    """A 63-bit id; on SQLite it is the row's own number, which saves an index and a look-up in each join.

    SQLite takes a primary key for the row's own number only where its type reads `integer` to the letter;
    Django writes `bigint`. What that is worth is measured in ADR 0003.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return the column type; foreign keys to a row take the same."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Row(models.Model):
    """A row with a 63-bit, time-ordered id (see `lingju.kernel.ids`)."""

    id = RowId("编号", primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
