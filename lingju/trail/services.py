"""Verbs of the trail: leave a footprint, and know what of a record may be written into one."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from lingju.kernel.rules import Actor
from lingju.trail import surroundings
from lingju.trail.models import Footprint, Unsealed

HIDDEN = "…"  # stands for a value that is personal: that it changed is told, what it was is not
LONGEST_VALUE = 200

Values = Mapping[str, Any]


def leave_footprint(
    *,
    actor: Actor,
    action: str,
    subject: models.Model | None = None,
    before: Values | None = None,
    after: Values | None = None,
    note: str = "",
    result: str = Footprint.Result.DONE,
) -> Footprint:
    """Write down that `actor` did `action` to `subject`; call it inside the transaction that did it.

    Reading sensitive data is an action too: "read". `before` and `after` hold a few plain fields; never
    put personal data there (`difference` leaves it out by itself).
    """
    around = surroundings.current()
    with transaction.atomic():
        footprint = Footprint.objects.create(
            district_id=actor.district_id,
            actor_id=actor.account_id,
            # The office in words, where the actor carries one; the protocol does not demand it.
            office=str(getattr(actor, "label", ""))[:60],
            action=action,
            result=result,
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=subject.pk if subject is not None else None,
            before={name: plain(value) for name, value in (before or {}).items()},
            after={name: plain(value) for name, value in (after or {}).items()},
            note=plain(note)[:300],
            request_id=around.request_id,
            address=around.address,
        )
        Unsealed.objects.create(footprint_id=footprint.pk, district_id=footprint.district_id)
    return footprint


def plain(value: Any) -> Any:
    """Return a value as text, whole number, truth or nothing: what both databases give back unchanged.

    Fractions become text, because a JSON column may hand 1e16 back as a whole number.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).replace("\x00", "")[:LONGEST_VALUE]


def difference(record: models.Model, written: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `written` changes in `record`, before and after, with personal values hidden."""
    before, after = {}, {}
    for name, new in written.items():
        field = record._meta.get_field(name)
        old = getattr(record, name)
        if plain(old) == plain(new):
            continue
        is_personal = getattr(field, "personal", None) is not None
        before[name] = HIDDEN if is_personal else plain(old)
        after[name] = HIDDEN if is_personal else plain(new)
    return before, after


def prepared(record: models.Model, written: Values) -> dict[str, Any]:
    """Return values as an UPDATE of `record` takes them: a field that encrypts needs to know the row."""
    values = {}
    for name, value in written.items():
        sealed_for = getattr(record._meta.get_field(name), "sealed_for", None)
        values[name] = sealed_for(record, value) if sealed_for else value
    return values
