"""Model fields whose cells are encrypted, and the index by which they are found.

    phone = personal(EncryptedTextField(_("手机号"), null=True), Kind.GENERAL, …)
    phone_index = personal(BlindIndexField(_("手机号索引"), source="phone", null=True), …)

    account.phone                                  the plain number, opened when it is asked for
    Account.objects.filter(phone_index="138…")     finds it: the field makes the digest, in any notation
    Account.objects.filter(phone="138…")           refused: equal texts make different cells
    Account.objects.values_list("phone")           closed cells that print as an ellipsis

Writing goes through the instance, because a cell is bound to its row: `save`, `bulk_create`, or an
UPDATE with `field.sealed_for(instance, value)`. Saving with `update_fields` names both fields. A field
that encrypts must carry a stamp that says what it is for (`personal`), or its model cannot be defined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper as Connection
from django.db.models.lookups import Lookup
from django.db.models.query_utils import DeferredAttribute

from lingju.kernel import crypto

if TYPE_CHECKING:
    TextField = models.TextField[str | None, Any]
    CharField = models.CharField[str | None, Any]
else:
    TextField, CharField = models.TextField, models.CharField

HISTORICAL = "__fake__"  # the module of a model as a migration sees it


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    """A closed cell as it stands in the database; wherever it may leak to, it prints as an ellipsis."""

    raw: str

    def __str__(self) -> str:
        return "…"

    __repr__ = __str__


class Digest(str):
    """A blind index as it stands in the database, told apart from a value still to be digested."""

    __slots__ = ()


class _OpeningAttribute(DeferredAttribute):
    """Open the cell when the attribute is asked for; keep it closed in the instance."""

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Cell):
            return self.field.opened(instance, value)  # type: ignore[attr-defined]
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _Bound:
    """What both fields share: a lasting name of the column, which a renaming must not change."""

    bound_to: str | None
    name: str
    model: type[models.Model]

    @property
    def column_name(self) -> str:
        """Return the name that is bound into each cell: `bound_to`, or app.model.field."""
        return self.bound_to or f"{self.model._meta.label_lower}.{self.name}"


class EncryptedTextField(_Bound, TextField):
    """A text that stands encrypted in the database, bound to its table, column and row.

    `bound_to` keeps the name of the column when a model or field is renamed: give the old name then.
    Opening may raise `crypto.UnknownKey` or `crypto.Tampered`.
    """

    descriptor_class = _OpeningAttribute

    def __init__(self, *args: Any, bound_to: str | None = None, **kwargs: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes down; the stamp stays out, it changes no table."""
        name, path, args, kwargs = super().deconstruct()
        if self.bound_to:
            kwargs["bound_to"] = self.bound_to
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Join a model; refuse where nobody has said what the data is for."""
        if cls.__module__ != HISTORICAL and getattr(self, "personal", None) is None:
            raise ImproperlyConfigured(
                f"{cls.__name__}.{name} is encrypted, so it is personal: "
                "say what for, on what basis and for how long"
            )
        super().contribute_to_class(cls, name, private_only)

    def place(self, pk: Any) -> str:
        """Return the place a cell is bound to."""
        if pk is None:
            raise ValueError(f"{self.column_name}: a row needs its id before a cell can be bound to it")
        return f"{self.column_name}/{pk}"

    def opened(self, instance: models.Model, cell: Cell) -> str:
        """Return the text of a cell of `instance`."""
        return crypto.ring().decrypt(cell.raw, self.place(instance.pk))

    def sealed_for(self, instance: models.Model, value: Any) -> Cell | None:
        """Return the cell of `value` in the row of `instance`, as an UPDATE takes it."""
        if value is None or isinstance(value, Cell):
            return value
        return Cell(crypto.ring().encrypt(str(value), self.place(instance.pk)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Close the cell of this row; what was not opened to be changed stays as it is."""
        value = model_instance.__dict__.get(self.attname)
        if add and isinstance(value, Cell):
            self.opened(model_instance, value)  # a copied row: refuse now what could not be opened later
        return self.sealed_for(model_instance, value)

    def from_db_value(self, value: str | None, expression: Any, connection: Connection) -> Cell | None:
        """Wrap what the database gave."""
        return None if value is None else Cell(value)

    def get_prep_value(self, value: Any) -> Any:
        """Let closed cells through; refuse plain text, which has no row here."""
        if value is None or isinstance(value, Cell):
            return value
        raise FieldError(
            f"{self.column_name} is encrypted: save the instance, or use sealed_for in an UPDATE"
        )

    def get_db_prep_value(self, value: Any, connection: Connection, prepared: bool = False) -> Any:
        """Return the text that the database keeps."""
        value = value if prepared else self.get_prep_value(value)
        return value.raw if isinstance(value, Cell) else value

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """Refuse every question but whether there is a value."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.column_name} is encrypted: look it up by its blind index")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the closed cell: a dump of the database shows no plain text."""
        cell = self.sealed_for(obj, obj.__dict__.get(self.attname))
        return cell.raw if cell else ""


class BlindIndexField(_Bound, CharField):
    """A keyed digest by which an encrypted value is found; lookups take the plain value in any notation.

    `source` names the encrypted field beside it, from which it is made at each save. Without a source
    the value that is assigned is digested. Only `exact`, `in` and `isnull` can be asked.
    """

    ASKED_BY = ("exact", "in", "isnull")

    def __init__(self, *args: Any, source: str = "", bound_to: str | None = None, **kwargs: Any) -> None:
        self.source, self.bound_to = source, bound_to
        super().__init__(*args, **{"max_length": 64, "editable": False, **kwargs})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes down; the stamp stays out, it changes no table."""
        name, path, args, kwargs = super().deconstruct()
        given = {"source": self.source, "bound_to": self.bound_to}
        return name, path, args, {**kwargs, **{key: value for key, value in given.items() if value}}

    def digest_of(self, value: Any) -> Digest | None:
        """Return the digest of a plain value; what is empty has none."""
        if value is None or isinstance(value, Digest):
            return value
        return Digest(crypto.ring().blind(str(value), self.column_name)) if value else None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Make the digest anew from its source."""
        if self.source:
            setattr(model_instance, self.attname, self.digest_of(getattr(model_instance, self.source)))
        return getattr(model_instance, self.attname)

    def from_db_value(self, value: str | None, expression: Any, connection: Connection) -> Digest | None:
        """Wrap what the database gave."""
        return None if value is None else Digest(value)

    def to_python(self, value: Any) -> Any:
        """Leave the value alone: only lookups and saves digest it."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Digest what a lookup asks for."""
        return self.digest_of(value)

    def get_db_prep_value(self, value: Any, connection: Connection, prepared: bool = False) -> Any:
        """Return the text that the database keeps."""
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else str.__str__(value)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """Refuse what a digest cannot answer."""
        if lookup_name not in self.ASKED_BY:
            raise FieldError(f"{self.column_name} is a blind index: ask exact, in or isnull")
        return super().get_lookup(lookup_name)
