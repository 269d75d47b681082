"""Writing the index that a search asks: Han characters and their pairs, words, first letters of pinyin.

    三号楼的路灯 ──▶ 三 三号 号 号楼 楼 楼的 的 的路 路 路灯 灯   ·sh ·hl ·ld ·dl …

What is indexed has been screened: the text, the title, the public names of the place; never the asker's own
words. A need stays in the index when it is closed, and leaves it when it is deleted. SQLite keeps an FTS5
table, PostgreSQL a tsvector (migration 0002); both hold the same tokens.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from lingju.needs.models import Need
from lingju.needs.text.tokens import grams, pinyin_initials
from lingju.places.models import District

# A mark that no indexed text contains (`tokens.normal` takes it for a space): letters behind it are initials.
INITIALS = "·"
AT_ONCE = 500
_WITH = ("area", "compound", "station")
_WRITE = {
    "sqlite": "INSERT OR REPLACE INTO needs_search (rowid, grams) VALUES (%s, %s)",
    "postgresql": "INSERT INTO needs_search (need_id, grams) VALUES (%s, array_to_tsvector(%s::text[])) "
    "ON CONFLICT (need_id) DO UPDATE SET grams = excluded.grams",
}
_FORGET = {
    "sqlite": "DELETE FROM needs_search WHERE rowid = %s",
    "postgresql": "DELETE FROM needs_search WHERE need_id = %s",
}


def names_of(need: Need) -> tuple[str, ...]:
    """Return what a need and its place are called: these are found by first letters as well."""
    compound = need.compound.name if need.compound is not None else ""
    station = need.station.name if need.station is not None else ""
    return tuple(filter(None, (need.title, need.area.short_name, compound, station)))


def fields_of(need: Need) -> tuple[str, ...]:
    """Return the texts under which a need is found, each read for itself."""
    return (*names_of(need), need.text)


def pairs(initials: str) -> list[str]:
    """Return the tokens of a row of first letters: every two that follow each other."""
    return [f"{INITIALS}{initials[at : at + 2]}" for at in range(len(initials) - 1)]


def tokens_of(need: Need) -> list[str]:
    """Return every token of a need once."""
    found = dict.fromkeys(gram for text in fields_of(need) for gram in grams(text))
    initials = map(pinyin_initials, names_of(need))
    return list(found | dict.fromkeys(pair for letters in initials for pair in pairs(letters)))


def index(need: Need) -> None:
    """Write what a need is found by, in the caller's transaction; what stood there before is replaced."""
    _write([need])


def unindex(need_ids: Iterable[int]) -> None:
    """Take needs that are deleted out of the index."""
    with connection.cursor() as cursor:
        cursor.executemany(_FORGET[connection.vendor], [(pk,) for pk in need_ids])


def rebuild(district: District) -> int:
    """Write the index of a whole district anew, some hundreds of needs at a time; return how many."""
    done, last = 0, 0
    while True:
        rows = Need.objects.filter(district=district, pk__gt=last).select_related(*_WITH).order_by("pk")
        some = list(rows[:AT_ONCE])
        if not some:
            return done
        with transaction.atomic():
            _write(some)
        done, last = done + len(some), some[-1].pk


def _write(needs: Sequence[Need]) -> None:
    vendor = connection.vendor
    rows = [(need.pk, tokens_of(need)) for need in needs]
    with connection.cursor() as cursor:
        cursor.executemany(
            _WRITE[vendor],
            [(pk, tokens if vendor == "postgresql" else " ".join(tokens)) for pk, tokens in rows],
        )
