"""Finding needs again, in Chinese: by number, by what was said, by place, by first letters of pinyin.

    0412   2611-0412   the number, with or without its month
    灯     路灯不亮     one character or more: pairs in the index, longer words compared with the text
    led    3号楼        latin words and numbers, whole
    ld     ldbl         first letters of a title or a place: 路灯, 路灯不亮

Several words must all be there. The index hands out ids, newest first; which of them the actor may see, and
whether scattered pairs really stand together, is asked some hundreds of candidates at a time, so that a
search costs the same among a thousand needs and among a million.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection

from lingju.kernel.rules import Actor
from lingju.needs.models import Need, NumberSeries
from lingju.needs.services.searching import fields_of, pairs
from lingju.needs.text.tokens import HAN, normal, pinyin_initials, query_terms
from lingju.places.models import District

LONGEST_QUERY: Final = 60
FIRST_LOOK, NEXT_LOOK = 400, 500
# Somebody whose desk is a hundredth of the district has their newest two hundred among so many candidates.
MOST_CANDIDATES: Final = 20_000
MOST_MONTHS: Final = 36
_NUMBER: Final = re.compile(r"(\d{4})\s*[-‐-―−]\s*(\d{1,6})")
_BARE: Final = re.compile(r"\d{1,6}")
# A gap between a number and what it counts is no difference: 3 号楼 is 3号楼. One between two characters is.
_GAP: Final = re.compile(rf"(?<![{HAN}]) | (?![{HAN}])")
_LOOK: Final = {
    "sqlite": "SELECT rowid FROM needs_search WHERE needs_search MATCH %s AND rowid < %s "
    "ORDER BY rowid DESC LIMIT %s",
    "postgresql": "SELECT need_id FROM needs_search WHERE grams @@ %s::tsquery AND need_id < %s "
    "ORDER BY need_id DESC LIMIT %s",
}
_BEYOND: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a search: tokens that must all be indexed, or in their place the pairs of initials."""

    text: str
    tokens: tuple[str, ...]
    initials: tuple[str, ...] = ()
    must_compare: bool = False


def find(district: District, query: str, actor: Actor, limit: int = 200) -> list[int]:
    """Return the ids of the needs that a search finds and the actor may open, newest first.

    Nothing that can be sought finds nothing.
    """
    asked = unicodedata.normalize("NFKC", query).strip()[:LONGEST_QUERY]
    found = set(_by_number(district, asked, actor))
    words = words_of(asked)
    for ids in _candidates(words):
        found |= set(_seen(district, ids, words, actor))
        if len(found) >= limit:
            break
    return sorted(found, reverse=True)[:limit]


def words_of(query: str) -> list[Word]:
    """Return the words of a search as the index is asked for them."""
    return [_word(piece) for piece in normal(query).split()]


def _word(piece: str) -> Word:
    terms = query_terms(piece)
    may_be_initials = piece.isascii() and len(piece) > 1 and not piece.isdecimal()
    initials = tuple(pairs(piece)) if may_be_initials else ()
    return Word(piece, terms.grams, initials, bool(terms.pieces) or len(initials) > 1)


def _by_number(district: District, asked: str, actor: Actor) -> list[int]:
    """Return the need of a number, or of its last digits in each of the newest months."""
    full, bare = _NUMBER.fullmatch(asked), _BARE.fullmatch(asked)
    if full is not None:
        numbers = [f"{full[1]}-{int(full[2]):04d}"]
    elif bare is not None:
        months = NumberSeries.objects.filter(district=district).order_by("-month")
        newest = months.values_list("month", flat=True)[:MOST_MONTHS]
        numbers = [f"{month}-{int(bare[0]):04d}" for month in newest]
    else:
        return []
    rows = Need.objects.visible_to(actor).filter(district=district, number__in=numbers)
    return list(rows.values_list("pk", flat=True))


def _candidates(words: list[Word]) -> Iterator[list[int]]:
    """Yield ids from the index, newest first, some hundreds at a time, until it has no more."""
    if not words:
        return
    asked = _expression(words)
    before, looked, size = _BEYOND, 0, FIRST_LOOK
    while looked < MOST_CANDIDATES:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK[connection.vendor], [asked, before, size])
            ids = [row[0] for row in cursor.fetchall()]
        if ids:
            yield ids
        if len(ids) < size:
            return
        before, looked, size = ids[-1], looked + size, NEXT_LOOK


def _expression(words: list[Word]) -> str:
    """Return the words as the database's own language of searches has them."""
    is_fts = connection.vendor == "sqlite"
    quote, both, either = ('"', " AND ", " OR ") if is_fts else ("'", " & ", " | ")

    def all_of(tokens: tuple[str, ...]) -> str:
        return both.join(f"{quote}{token}{quote}" for token in tokens)

    parts = [
        f"({all_of(word.tokens)}{either}({all_of(word.initials)}))"
        if word.initials
        else f"({all_of(word.tokens)})"
        for word in words
    ]
    return both.join(parts)


def _seen(district: District, ids: list[int], words: list[Word], actor: Actor) -> list[int]:
    """Return those of the candidates that are the actor's to see and really say what is sought."""
    rows = Need.objects.visible_to(actor).filter(district=district, pk__in=ids)
    compared = [word for word in words if word.must_compare]
    if not compared:
        return list(rows.values_list("pk", flat=True))
    told = rows.select_related("area", "compound", "station").only(
        "title", "text", "area__name", "compound__name", "station__name"
    )
    return [need.pk for need in told if all(_says(need, word) for word in compared)]


def _says(need: Need, word: Word) -> bool:
    """Say whether one text of a need holds a word as it was typed, or as first letters."""
    texts = fields_of(need)
    if any(word.text in _GAP.sub("", normal(text)) for text in texts):
        return True
    return bool(word.initials) and any(word.text in pinyin_initials(text) for text in texts)
