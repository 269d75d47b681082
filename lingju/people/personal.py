"""Personal fields: none is defined without its class, purpose, legal basis and how long it is kept.

A model wraps a field in `personal(…)`; a house test reads the stamps back (`personal_fields`), so that
a field about a person which nobody justified cannot be added (PIPL articles 6 and 19, control C08).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

Field = TypeVar("Field", bound=models.Field[Any, Any])


class Kind(StrEnum):
    """How much harm a field can do when it leaves the house."""

    GENERAL = "一般个人信息"
    SENSITIVE = "敏感个人信息"
    SECRET = "鉴别信息"  # noqa: S105  a class of data, not a password


class Basis(StrEnum):
    """On which ground of PIPL article 13 a field is processed."""

    CONSENT = "个人同意"
    SERVICE = "为提供本人要求的服务所必需"
    DUTY = "为履行法定职责或法定义务所必需"


@dataclass(frozen=True, slots=True)
class Personal:
    """What is promised about one field."""

    kind: Kind
    purpose: str
    basis: Basis
    kept: str


def personal(field: Field, kind: Kind, purpose: str, basis: Basis, kept: str) -> Field:
    """Stamp a model field with what is promised about it, and return it."""
    if not purpose or not kept:
        raise ValueError("a personal field names its purpose and how long it is kept")
    field.personal = Personal(kind, purpose, basis, kept)  # type: ignore[attr-defined]
    return field


def stamp_of(field: object) -> Personal | None:
    """Return the stamp of a model field, or None where it holds nothing about a person."""
    stamp = getattr(field, "personal", None)
    return stamp if isinstance(stamp, Personal) else None


def personal_fields() -> dict[str, Personal]:
    """Return every stamped field of the house by its dotted name, `people.Account.phone`."""
    return {
        f"{model._meta.label}.{field.name}": stamp
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if (stamp := stamp_of(field)) is not None
    }
