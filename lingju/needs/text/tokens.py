"""One way to read any text: the same characters, the same words, whoever typed them. Pure.

    ＬＥＤ路燈，不亮！ ──normal──▶ led路灯 不亮 ──grams──▶ led 路 灯 路灯 不 亮 不亮
                                     └──pinyin_initials──▶ ledldbl

Han characters are indexed one by one and in pairs, so that words of one or two characters are found as well;
latin words and numbers are indexed whole.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

HAN: Final = "〇\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
LONGEST_WORD: Final = 64  # PostgreSQL refuses lexemes of more than 2 kB; nobody searches for those

_SIMPLE: Final = OpenCC("t2s")
_RUNS: Final = re.compile(rf"([{HAN}]+)|([^{HAN}\s]+)")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks for: grams that must all be indexed, and pieces that must then stand in `normal`.

    Pieces are named only where grams alone could be scattered over the text.
    """

    grams: tuple[str, ...]
    pieces: tuple[str, ...]


def normal(text: str) -> str:
    """Return the text in half width, simplified characters and lower case, punctuation become one space."""
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold()
    return " ".join("".join(map(_kept, plain)).split())


def simplified(text: str) -> str:
    """Return the text in simplified characters; halves of broken characters become a question mark."""
    return str(_SIMPLE.convert(_SURROGATES.sub("?", text)))


def folded(text: str) -> str:
    """Return the text character for character as `normal` would read it, punctuation kept, length unchanged.

    What is found in it stands at the same place in the original.
    """
    return "".join(map(_folded, text))


def grams(text: str) -> list[str]:
    """Return what the search index holds of a text, each once: Han characters, their pairs, whole words."""
    found: dict[str, None] = {}
    for run in _RUNS.finditer(normal(text)):
        found |= dict.fromkeys(_of_han(run[1]) if run[1] else [run[2][:LONGEST_WORD]])
    return list(found)


def query_terms(text: str) -> Query:
    """Return what a search for this text asks of the index; grams are empty where nothing can be sought."""
    wanted: dict[str, None] = {}
    pieces: dict[str, None] = {}
    for piece in normal(text).split():
        parts = [_asked(run[1], run[2]) for run in _RUNS.finditer(piece)]
        wanted |= dict.fromkeys(gram for part in parts for gram in part)
        if sum(map(len, parts)) > 1:
            pieces[piece] = None
    return Query(tuple(wanted), tuple(pieces))


def pinyin_initials(text: str) -> str:
    """Return the first letters of a text: 路灯 gives ld, 长治3号楼 gives cz3hl; readings follow the words."""
    syllables = lazy_pinyin(normal(text), style=Style.FIRST_LETTER)
    return "".join(char for syllable in syllables for char in syllable if char.isascii() and char.isalnum())


@lru_cache(maxsize=32768)
def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] in "LNM":
        return char
    return "" if kind == "Cf" else " "


@lru_cache(maxsize=32768)
def _folded(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    for plain in (simplified(unicodedata.normalize("NFKC", char)).casefold(), simplified(char)):
        if len(plain) == 1:
            return plain
    return char


def _of_han(run: str) -> list[str]:
    return [gram for at in range(len(run)) for gram in (run[at], run[at : at + 2])]


def _asked(han: str | None, word: str | None) -> list[str]:
    if word is not None:
        return [word[:LONGEST_WORD]]
    return [han[at : at + 2] for at in range(len(han) - 1)] or [han] if han else []


def _teach(path: Path) -> None:
    with path.open("rb") as file:
        readings = tomllib.load(file)
    load_single_dict({ord(char): reading for char, reading in readings["characters"].items()})
    load_phrases_dict({word: [[s] for s in syllables] for word, syllables in readings["words"].items()})


_teach(Path(__file__).with_name("readings.toml"))
