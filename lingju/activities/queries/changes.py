"""What has changed since when, for whoever keeps a copy: every session once, in the order of its last change.

A session is told in full until a day after its end; from that moment on it is told as gone, and that moment
is its last change, though nobody wrote anything. What changed in the last seconds is not told yet: of two
hands that write at once, the earlier stamp may be seen later, and whoever had walked past would miss it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, Self

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.activities.queries.sessions import told
from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.places.models import District

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND: Final = dt.timedelta(microseconds=1)
SETTLED: Final = dt.timedelta(seconds=5)
OVER: Final = dt.timedelta(days=1)
KEPT: Final = dt.timedelta(days=90)
LONGEST_ID: Final = 60
LONGEST_STAMP: Final = 17  # the year 5138; one digit more is beyond every calendar
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class After:
    """Where somebody stands who has walked so far: the last change they know, in microseconds, and its id."""

    modified: int
    uid: str

    @classmethod
    def read(cls, modified: str, uid: str) -> Self | None:
        """Return a place as an address names it, None for the beginning; BadInput where it is none."""
        if not modified and not uid:
            return None
        is_stamp = modified.isascii() and modified.isdigit() and len(modified) <= LONGEST_STAMP
        if not (is_stamp and 0 < len(uid) <= LONGEST_ID):
            raise BadInput(_("afterTimestamp 和 afterId 要一起给，用上一页 next 里的。"))
        return cls(int(modified), uid)

    @property
    def moment(self) -> dt.datetime:
        """Return the last change as a moment."""
        return EPOCH + self.modified * MICROSECOND


@dataclass(frozen=True, slots=True)
class Change:
    """A session as it stands after its last change; `is_gone` where a copy should drop it."""

    session: Session
    modified: int
    is_gone: bool


def changes(district: District, after: After | None, most: int = MOST) -> list[Change]:
    """Return the sessions whose last change lies after a place, in order; at most so many."""
    now = clock.now()
    rows = _stamped(district, now).filter(modified__lte=now - SETTLED)
    if after is not None:
        later = Q(modified__gt=after.moment) | Q(modified=after.moment, uid__gt=after.uid)
        rows = rows.filter(later)
    rows = rows.select_related("parent", "programme", "district")
    found = rows.prefetch_related("organisations").order_by("modified", "uid")[:most]
    return [Change(one, _micros(one.modified), _is_gone(one, now)) for one in found]


def _stamped(district: District, now: dt.datetime) -> QuerySet[Any]:
    """Return what was told, each with the moment of its last change; what is long gone is left out."""
    end = ExpressionWrapper(F("ends_at") + Value(OVER), output_field=DateTimeField())
    is_gone = Q(ends_at__lte=now - OVER)
    modified = Case(
        When(is_gone, then=Greatest(F("changed_at"), end)),
        default=F("changed_at"),
        output_field=DateTimeField(),
    )
    is_long_gone = Q(ends_at__lte=now - OVER - KEPT, changed_at__lte=now - KEPT)
    return told(district).exclude(is_long_gone).annotate(modified=modified)


def _is_gone(session: Session, now: dt.datetime) -> bool:
    return session.ends_at <= now - OVER


def _micros(moment: dt.datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
