"""Keeping what was in force before hours change: who changed them, when, from which to which.

A span says what is true from now on and is replaced as a whole; what was true before stays in `HoursChange`,
so that a promise of last Tuesday is measured by the hours of last Tuesday (`lingju.places.hours_past`).
"""

from dataclasses import asdict
from typing import Any

from lingju.kernel.rules import Actor
from lingju.places import hours
from lingju.places.models import HoursChange, OpeningSpan
from lingju.places.services import marks

Snapshot = list[dict[str, Any]]


def snapshot(key: dict[str, Any]) -> Snapshot:
    """Return all that is said about a subject now, as it is kept; `key` is the field that points at it."""
    rows = OpeningSpan.objects.filter(**key).select_related("audience").order_by("layer", "opens", "id")
    spans = (hours.span_of(row, audience=row.audience.name if row.audience else "") for row in rows)
    return [
        {
            **asdict(span),
            "from_date": span.from_date.isoformat() if span.from_date else None,
            "to_date": span.to_date.isoformat() if span.to_date else None,
        }
        for span in spans
    ]


def keep(
    key: dict[str, Any], was: Snapshot, action: str, before: str, after: str, *, actor: Actor
) -> HoursChange:
    """Keep what was in force until now, what was said otherwise, and in which office somebody did it."""
    (subject,) = key.values()
    change = HoursChange(
        district_id=subject.district_id,
        action=action,
        before=marks.tidy(before)[:300],
        after=marks.tidy(after)[:300],
        was=was,
        by_id=actor.account_id,
        office=str(getattr(actor, "label", ""))[:60],
        **key,
    )
    change.save(force_insert=True)
    return change
