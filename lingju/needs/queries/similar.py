"""Open needs that may be about the same thing: found by their keys, compared one by one, shown to a person.

    keys of a need ──30 before, 30 after──▶ candidates ──the 40 that share most──▶ compared ──▶ 8 at most

Each step has an upper bound, so that a look-up costs the same among a thousand open needs and a million.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy

from lingju.kernel.rules import Actor
from lingju.needs.models import Need
from lingju.needs.text import keys, similar
from lingju.needs.text.similar import Described, Likeness, Reason

NEAREST: Final = 30  # in time, under each key, to either side
COMPARED: Final = 40
SHOWN: Final = 8
# What is compared of a need and shown of those alike, in the model's own order: `from_db` asks so.
READ: Final = (
    *("id", "number", "category_id", "title", "text", "lon", "lat"),
    *("link", "cluster_id", "submitted_at", "version"),
)
WORDS: Final[Mapping[Reason, object]] = {
    Reason.WORDS: gettext_lazy("说的差不多"),
    Reason.PART: gettext_lazy("说的是其中一样"),
    Reason.PLACE: gettext_lazy("就在附近"),
    Reason.KIND: gettext_lazy("同一类"),
    Reason.DAYS: gettext_lazy("这几天说的"),
}
# Bounded looks into the index for each key; both databases read them from the index alone.
_ONE_KEY: Final = (
    "SELECT need_id, key FROM (SELECT need_id, key FROM needs_similaritykey"
    " WHERE district_id = %s AND key = %s AND need_id < %s ORDER BY need_id DESC LIMIT %s) AS before"
    " UNION ALL SELECT need_id, key FROM (SELECT need_id, key FROM needs_similaritykey"
    " WHERE district_id = %s AND key = %s AND need_id > %s ORDER BY need_id LIMIT %s) AS after"
)
_ALL_KEYS: Final = (
    "SELECT near.need_id, near.key FROM unnest(%s::bigint[]) AS asked(key) CROSS JOIN LATERAL ("  # noqa: S608  of constants alone
    + _ONE_KEY.replace("key = %s", "key = asked.key")
    + ") AS near"
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A need that may be the same, how far away it is, and what speaks for it."""

    need: Need
    likeness: Likeness

    @property
    def reasons(self) -> list[str]:
        """Return what speaks for it, in words."""
        return [str(WORDS[reason]) for reason in self.likeness.reasons]


def alike(need: Need, actor: Actor) -> list[Alike]:
    """Return the open needs most like this one that the actor may open, likest first: two queries."""
    shared = _sharing(need)
    # Of those that share as much, the nearest in time: an id tells when a need was said.
    ids = sorted(shared, key=lambda pk: (-shared[pk], abs(pk - need.pk)))[:COMPARED]
    if not ids:
        return []
    rows = Need.objects.visible_to(actor).is_open().filter(pk__in=ids)
    this, found = described(need), []
    for row in rows.values_list(*READ):
        pk, _number, kind, title, text, lon, lat, _link, _cluster, at, _version = row
        likeness = similar.score(this, Described(text or title, str(kind), lon, lat, at))
        if likeness.score >= similar.PROBABLE:
            found.append((likeness, pk, row))
    found.sort(key=lambda one: (-one[0].score, -one[1]))
    return [Alike(Need.from_db(rows.db, READ, row), likeness) for likeness, _pk, row in found[:SHOWN]]


def described(need: Need) -> Described:
    """Return a need as it is compared."""
    return Described(need.text or need.title, str(need.category_id), need.lon, need.lat, need.submitted_at)


def _sharing(need: Need) -> Counter[int]:
    """Return who shares keys with a need, each with how much the shared keys say."""
    points = keys.asked(need.text or need.title, need.lon, need.lat)
    shared: Counter[int] = Counter()
    if not points:
        return shared
    with connection.cursor() as cursor:
        statement, values = _question(need, list(points))
        cursor.execute(statement, values)
        for pk, key in cursor.fetchall():
            shared[pk] += points[key]
    return shared


def _question(need: Need, wanted: list[int]) -> tuple[str, list[Any]]:
    """Return one statement that asks for all keys, with its values: SQLite knows no LATERAL."""
    side = [need.pk, NEAREST]
    if connection.vendor == "postgresql":
        return _ALL_KEYS, [wanted, *[need.district_id, *side] * 2]
    values = [value for key in wanted for value in [need.district_id, key, *side] * 2]
    return " UNION ALL ".join([_ONE_KEY] * len(wanted)), values
