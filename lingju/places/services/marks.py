"""What every verb of places does at its end: check the row, write it, leave a footprint, tell upward."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel import cells
from lingju.kernel.errors import BadInput, NotThere, Refusal, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.events import Fact
from lingju.places.models import District
from lingju.trail.services import difference, leave_footprint, prepared

M = TypeVar("M", bound=models.Model)
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-/]{0,39}")


def insert(record: M, *, actor: Actor, note: str = "") -> M:
    """Write a new row and its footprint; call it inside the verb's transaction."""
    check(record)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError as clash:
        raise SomeoneWasFaster(_("刚才已经有人加了同样的一条，请刷新后看一看。")) from clash
    leave_footprint(actor=actor, action="add", subject=record, after={"name": str(record)[:60]}, note=note)
    return record


def amend(
    record: models.Model,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    action: str = "edit",
    version: int | None = None,
) -> bool:
    """Write what differs and a footprint; say whether anything did. A second identical press changes nothing.

    `version` is what the writer saw when they began; if another hand has been there since, nothing is
    written and SomeoneWasFaster is raised.
    """
    changed = {name: value for name, value in values.items() if getattr(record, name) != value}
    if not changed:
        return False
    before, after = difference(record, changed)
    known = {name: getattr(record, name) for name in changed}
    try:
        _set(record, changed)
        check(record)
        if not _written(record, changed, version):
            raise _overtaken(record)
    except Refusal:
        _set(record, known)  # what was refused must not look as if it were true
        raise
    leave_footprint(actor=actor, action=action, subject=record, before=before, after=after)
    return True


def count_up(record: models.Model, *, version: int | None) -> None:
    """Count a record's version up because something that belongs to it changed; guarded as in `amend`."""
    if not _written(record, {}, version):
        raise _overtaken(record)


def remove(record: models.Model, *, actor: Actor) -> None:
    """Delete a row that only its owner pointed at, and leave a footprint that names it."""
    leave_footprint(actor=actor, action="remove", subject=record, before={"name": str(record)[:60]})
    record.delete()


def tell(fact: Fact, *, redraw: bool) -> None:
    """Announce a fact; `redraw` says that a map or a walking time may be another now."""
    if redraw:
        District.objects.filter(pk=fact.district_id).update(layout_version=F("layout_version") + 1)
    announce(fact)


def check(record: models.Model) -> None:
    """Refuse a row whose fields are too long, negative, or none of the choices, naming each in words."""
    relations = [field.name for field in record._meta.fields if field.is_relation]
    try:
        record.clean_fields(exclude=relations)
    except ValidationError as error:
        words = {
            name: _("%(field)s：%(why)s") % {"field": _label(record, name), "why": " ".join(why)}
            for name, why in error.message_dict.items()
        }
        raise BadInput("；".join(words.values()), words) from error


def tidy(text: str) -> str:
    """Return text as it should be kept: no control characters, single spaces, trimmed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def press_key(key: str, sentence: str = "", *, most: int = 80) -> str:
    """Return the key of a press, by which the same press twice is one; refuse one too short to tell it by."""
    key = tidy(key)
    if not 8 <= len(key) <= most:
        raise BadInput(sentence or _("这次提交没有带上防重的编号，请回到上一步再提交一次，写的字还在。"))
    return key


def said_why(text: str, sentence: str, *, field: str = "reason") -> str:
    """Return a reason as it is kept; where none is given, refuse with the sentence, at that field."""
    text = tidy(text)
    if len(text) < 2:
        raise BadInput(sentence, {field: sentence})
    return text


def tidy_code(text: str) -> str:
    """Return a code in half-width characters; refuse one that cannot stand in a sheet or an address."""
    code = unicodedata.normalize("NFKC", text).strip()
    if not CODE.fullmatch(code):
        raise BadInput(
            _("编码“%(code)s”不能用：只能是字母、数字和 - _ . /，最多 40 个。") % {"code": text[:40]},
            {"code": _("编码只能是字母、数字和 - _ . /。")},
        )
    return code


def tidy_phone(text: str) -> str:
    """Return a telephone number in half-width digits; refuse what is none. Nothing stays nothing."""
    if not text.strip():
        return ""
    try:
        return cells.phone(text)
    except ValueError as error:
        raise BadInput(str(error), {"phone": str(error)}) from error


def same_district(district_id: int, *things: Any) -> None:
    """Refuse to join records of different districts: to each other they are not there."""
    if any(thing is not None and thing.district_id != district_id for thing in things):
        raise NotThere(_("没找到：它不在这个区里。"))


def _set(record: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, value)


def _written(record: models.Model, changed: Mapping[str, Any], version: int | None) -> bool:
    values: dict[str, Any] = prepared(record, changed)
    guard: dict[str, Any] = {"pk": record.pk}
    if hasattr(record, "version"):
        values["version"] = F("version") + 1
        if version is not None:
            guard["version"] = version
    moved = type(record)._default_manager.filter(**guard).update(**values) == 1
    if moved and "version" in values:
        record.refresh_from_db(fields=["version"])
    return moved


def _overtaken(record: models.Model) -> NotThere | SomeoneWasFaster:
    if not type(record)._default_manager.filter(pk=record.pk).exists():
        return NotThere(_("它刚刚被删除了。"))
    return SomeoneWasFaster(_("您改的时候，别人已经先改过了。您填的都还在，请对照现在的内容再保存一次。"))


def _label(record: models.Model, name: str) -> str:
    return str(getattr(record._meta.get_field(name), "verbose_name", name))
