"""Changing keys while the house is in use: every cell under the newest key, every digest made anew.

To change a key, put the new one first in `LINGJU_FIELD_KEYS` and keep the old one behind it, restart,
run `lingju keys rotate`, then remove the old one. Running it again, or after an interruption, does only
what is left. Each row is written only if it still holds the cell that was read.
Files are wrapped again by `lingju.kernel.vault.rewrap`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from lingju.kernel import crypto
from lingju.kernel.fields import BlindIndexField, Cell, EncryptedTextField

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done to one model: rows looked at, rows written, and the ids of rows that do not open."""

    model: str
    seen: int
    written: int
    shut: tuple[int, ...]


def rotate_all() -> list[Rotated]:
    """Rotate every model that encrypts; return what was done to each."""
    return [rotate(model) for model in apps.get_models() if _fields(model, EncryptedTextField)]


def rotate(model: type[models.Model]) -> Rotated:
    """Encrypt each cell of `model` under the ring's first key and make its blind indexes anew, in batches."""
    seen = written = 0
    shut: list[int] = []
    for row in _rows(model):
        seen += 1
        try:
            written += _rotate_row(row)
        except crypto.CannotOpen:
            shut.append(row.pk)
    return Rotated(model._meta.label, seen, written, tuple(shut))


def _fields(model: type[models.Model], kind: type[Any]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, kind)]


def _rows(model: type[models.Model]) -> Iterator[models.Model]:
    """Yield all rows in the order of their ids, a batch at a time, whatever else is being written."""
    names = [field.name for field in _fields(model, EncryptedTextField) + _fields(model, BlindIndexField)]
    last = None
    while True:
        rows = model._base_manager.order_by("pk").only("pk", *names)
        batch = list(rows.filter(pk__gt=last)[:BATCH] if last is not None else rows[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def _rotate_row(row: models.Model) -> bool:
    """Rotate one row by one guarded UPDATE; say whether anything had to be written."""
    old, new = {}, {}
    for field in _fields(type(row), EncryptedTextField):
        cell = row.__dict__[field.attname]
        if isinstance(cell, Cell):
            old[field.attname] = cell.raw
            new[field.attname] = crypto.ring().reencrypt(cell.raw, field.place(row.pk))
    written = {name: Cell(raw) for name, raw in new.items() if raw != old[name]}
    digests: dict[str, Any] = {
        field.attname: digest
        for field in _fields(type(row), BlindIndexField)
        if field.source
        and (digest := field.digest_of(getattr(row, field.source))) != getattr(row, field.attname)
    }
    if not written and not digests:
        return False
    unchanged = _where_cells_are(type(row), {name: Cell(old[name]) for name in written})
    return unchanged.filter(pk=row.pk).update(**written, **digests) == 1


def _where_cells_are(model: type[models.Model], cells: dict[str, Cell]) -> models.QuerySet[Any]:
    """Return the rows that still hold these very cells."""
    rows = model._base_manager.all()
    for name, cell in cells.items():
        column = Cast(models.F(name), models.TextField())
        rows = rows.annotate(**{f"raw_{name}": column}).filter(**{f"raw_{name}": cell.raw})
    return rows
