"""Open needs that may be about the same thing: found by their keys, compared one by one, shown to a person.

    keys of a need ──30 before, 30 after──▶ candidates ──the 40 that share most──▶ compared ──▶ 8 at most

Each step has an upper bound, so that a look-up costs the same among a thousand open needs and a million.
"""

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
    "SELECT need_id, {points} AS points FROM (SELECT need_id FROM needs_similaritykey"
    " WHERE district_id = %s AND key = {key} AND need_id < %s ORDER BY need_id DESC LIMIT %s) AS before"
    " UNION ALL SELECT need_id, {points} FROM (SELECT need_id FROM needs_similaritykey"
    " WHERE district_id = %s AND key = {key} AND need_id > %s ORDER BY need_id LIMIT %s) AS after"
)
# SQLite knows no LATERAL: there every key is asked by a line of its own.
_A_LINE: Final = _ONE_KEY.format(points="%s", key="%s")
_ALL_KEYS: Final = (
    "SELECT near.need_id, near.points FROM unnest(%s::bigint[], %s::int[]) AS asked(key, points)"  # noqa: S608  of constants alone
    f" CROSS JOIN LATERAL ({_ONE_KEY.format(points='asked.points', key='asked.key')}) AS near"
)
# Those whose shared keys say most; of those that share as much, the nearest in time: an id tells when.
_MOST: Final = (
    "SELECT need_id FROM ({found}) AS found GROUP BY need_id"
    " ORDER BY SUM(points) DESC, ABS(need_id - %s), need_id LIMIT %s"
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
    ids = _sharing(need)
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


def _sharing(need: Need) -> list[int]:
    """Return the needs that share most with a need by their keys, as many as are compared."""
    points = keys.asked(need.text or need.title, need.lon, need.lat)
    if not points:
        return []
    with connection.cursor() as cursor:
        statement, values = _question(need, points)
        cursor.execute(_MOST.format(found=statement), [*values, need.pk, COMPARED])
        return [pk for (pk,) in cursor.fetchall()]


def _question(need: Need, points: Mapping[int, int]) -> tuple[str, list[Any]]:
    """Return one statement that asks for all keys, with its values."""
    side = [need.pk, NEAREST]
    if connection.vendor == "postgresql":
        return _ALL_KEYS, [[*points], [*points.values()], *[need.district_id, *side] * 2]
    values = [value for key, says in points.items() for value in [says, need.district_id, key, *side] * 2]
    return " UNION ALL ".join([_A_LINE] * len(points)), values
