"""The one base of every table: a time-ordered id that is unique across districts."""

from typing import Any

from django.db import models

from lingju.kernel.ids import new_id


class Row(models.Model):
    """A row with a 63-bit, time-ordered id (see `lingju.kernel.ids`)."""

    id: "models.BigIntegerField[Any, Any]" = models.BigIntegerField(
        "编号", primary_key=True, default=new_id, editable=False
    )

    class Meta:
        abstract = True
