"""Needs that may be the same one: by their words, where they are, when and of what kind. Pure.

`bands` and `cell` are the keys under which a need is found again, `score` says how alike two needs are. Both
only name candidates: a person decides, and nobody's record goes away.

Words are compared by weighted characters and their pairs, synonyms folded, phrases that say nothing left out.
The keys are weighted minhashes, found by an exponential race: of every feature the smallest -ln(u)/w wins, so
that two texts share a winner as often as their weighted Jaccard similarity says.
"""

import hashlib
import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from lingju.needs.text.tokens import HAN, normal

CELL_METRES: Final = 150.0
METRES_PER_DEGREE: Final = 111_195.0  # of a great circle, mean radius 6,371.0088 km
SINGLES, PAIRS = 10, 2  # bands of one and of two minhashes: loose texts meet in the first, close ones in both
PROBABLE: Final = 0.5
"""The likeness from which a pair is worth showing. Set on invented pairs, not on the labels in bench/."""

_SEEDS: Final = np.arange(1, SINGLES + 2 * PAIRS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
_BAND_BIT: Final = 1 << 62  # bands carry it, cells never do
_RUNS: Final = re.compile(rf"([{HAN}]+)|([^{HAN}\s]+)")
_COUNTED: Final = re.compile("[一二三四五六七八九十]{1,3}(?=[号栋幢单层楼门期路])")
_BUILDING: Final = re.compile("([0-9]{1,3}|[a-h])(?:号楼|栋|幢|号院|座)(?:[0-9]{1,2}单元)?")
# Weights beside a pair of characters that both carry meaning; a brand or a number alone says little.
_LIGHT_PAIR, _CHARACTER, _WORD = 0.25, 0.35, 0.5


class Reason(StrEnum):
    """Why two needs seem alike."""

    WORDS = "words"
    PART = "part"
    PLACE = "place"
    KIND = "kind"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Signature:
    """The minhashes of a text, empty for a text that says nothing."""

    winners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """A square of about 150 m, and the nine around a point that hold everything within 150 m."""

    own: int
    around: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A need as it is compared; WGS-84 degrees, and None or an empty category where nothing is known."""

    text: str
    category: str = ""
    lon: float | None = None
    lat: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two needs are, 0 to 1; of the words alone; how far apart; and what speaks for it."""

    score: float
    text: float
    metres: float | None
    hours: float | None
    reasons: tuple[Reason, ...]


def signature(text: str) -> Signature:
    """Return the minhashes of a text: the same on every machine, for every run."""
    weighted = features(text)
    if not weighted:
        return Signature(())
    ids = np.array([_hash(feature) for feature in weighted], dtype=np.uint64)
    weights = np.array(list(weighted.values()))
    uniform = (_mixed(ids[None, :] ^ _SEEDS[:, None]) >> np.uint64(11)).astype(np.float64) / 2.0**53
    race = -np.log(uniform + 2.0**-54) / weights
    return Signature(tuple(int(one) for one in ids[race.argmin(axis=1)]))


def bands(signature: Signature) -> tuple[int, ...]:
    """Return the keys of a signature: twelve whole numbers below 2^63, none for an empty one."""
    winners = signature.winners
    if not winners:
        return ()
    singles = [(at, winners[at]) for at in range(SINGLES)]
    pairs = [(at, winners[at], winners[at + 1]) for at in range(SINGLES, SINGLES + 2 * PAIRS, 2)]
    return tuple(_hash(repr(band)) >> 2 | _BAND_BIT for band in (*singles, *pairs))


def mixed(place: int, band: int) -> int:
    """Return the key of a band of words at one place."""
    return _hash(f"{place} {band}") >> 2 | _BAND_BIT


def cell(lon: float, lat: float) -> int:
    """Return the key of the cell a point lies in."""
    return _cell(math.floor(lat * METRES_PER_DEGREE / CELL_METRES), lon)


def cells(lon: float, lat: float) -> Cells:
    """Return the key of a point's own cell and of the nine around it, its own among them."""
    row = math.floor(lat * METRES_PER_DEGREE / CELL_METRES)
    around = (_cell(row + north, lon, east) for north in (-1, 0, 1) for east in (-1, 0, 1))
    return Cells(_cell(row, lon), tuple(dict.fromkeys(around)))


def score(a: Described, b: Described) -> Likeness:
    """Return how alike two needs are; symmetric, and words alone are enough.

    Even odds where 0.36 of the words are shared, twelve to the unit and at most 2.5, moved by what else is
    known: up to three for the place, less than one for the building named, for the kind and for the time.
    """
    words, part = _alike(features(a.text), features(b.text))
    alike = max(words, part)
    apart = metres(a, b)
    hours = abs((a.at - b.at).total_seconds()) / 3600 if a.at and b.at else None
    is_kind = a.category == b.category if a.category and b.category else None
    odds = min(2.5, 12 * (alike - 0.36)) + _of_place(apart) + _of_time(hours) + _of_buildings(a.text, b.text)
    odds += 0.0 if is_kind is None else 0.4 if is_kind else -0.6
    reasons = (
        (Reason.WORDS, words >= 0.3),
        (Reason.PART, part > words and part >= 0.3),
        (Reason.PLACE, apart is not None and apart <= CELL_METRES),
        (Reason.KIND, is_kind is True),
        (Reason.DAYS, hours is not None and hours <= 72),
    )
    share = 1 / (1 + math.exp(-odds)) if alike else 0.0
    return Likeness(share, alike, apart, hours, tuple(reason for reason, holds in reasons if holds))


@lru_cache(maxsize=4096)
def features(text: str) -> dict[str, float]:
    """Return what a text is compared by, each with its weight; treat it as read-only."""
    found: dict[str, float] = {}
    for run in _RUNS.finditer(_plain(text)):
        if run[2]:
            found[run[2][:32]] = _WORD
        else:
            found |= _of_run(run[1])
    return found


def metres(a: Described, b: Described) -> float | None:
    """Return how far two needs are apart as the crow flies, None where one has no point."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return None
    east = ((a.lon - b.lon + 180) % 360 - 180) * math.cos(math.radians((a.lat + b.lat) / 2))
    return math.hypot(east, a.lat - b.lat) * METRES_PER_DEGREE


def _of_place(apart: float | None) -> float:
    """Near speaks for, far against: the same words about two far places are two needs."""
    return 0.0 if apart is None else 2.2 * math.exp(-apart / 250) - 0.5 - 3.0 * (1 - math.exp(-apart / 1000))


def _of_buildings(a: str, b: str) -> float:
    """The same building named speaks for, two different ones against."""
    one, other = _buildings(a), _buildings(b)
    if not one or not other:
        return 0.0
    return 0.6 if one & other else -1.5


def _of_time(hours: float | None) -> float:
    """Within a week speaks for, months against."""
    return 0.0 if hours is None else max(-1.0, 0.4 - hours / 24 / 60)


def _alike(a: dict[str, float], b: dict[str, float]) -> tuple[float, float]:
    """Return Dice's measure of two weighted sets, and how far the shorter is a part of the longer."""
    small, large = sorted((a, b), key=len)
    shared = sum(weight for feature, weight in small.items() if feature in large)
    of_a, of_b = sum(a.values()), sum(b.values())
    least = min(of_a, of_b)
    if not least:
        return 0.0, 0.0
    # Of two or three words any part is soon found somewhere; what is short has to prove more.
    trust = min(1.0, least / 8.0)
    return 2 * shared / (of_a + of_b), 0.75 * trust * shared / least


@lru_cache(maxsize=4096)
def _counted(text: str) -> str:
    return _COUNTED.sub(lambda match: str(_number(match[0])), normal(text))


def _buildings(text: str) -> frozenset[str]:
    return frozenset(match[1] for match in _BUILDING.finditer(_counted(text)))


def _plain(text: str) -> str:
    """Return the words that say what the matter is: where it is said counts elsewhere."""
    counted = _counted(text)
    plain = _matter(_BUILDING.sub(" ", counted))
    return plain if plain.strip() else counted


def _matter(plain: str) -> str:
    return _EMPTY.sub(" ", _FOLD.sub(lambda match: _FIRST[match[0]], plain))


def _number(word: str) -> int:
    """Return 1 to 99 as said in Chinese; what is no such number is read digit by digit."""
    digits = {char: value for value, char in enumerate("零一二三四五六七八九")}
    tens, ten, ones = word.partition("十")
    if not ten or "十" in ones or len(tens) > 1 or len(ones) > 1:
        return int("".join(str(digits.get(char, 10)) for char in word))
    return digits.get(tens, 1) * 10 + digits.get(ones, 0)


def _of_run(run: str) -> dict[str, float]:
    found = {char: _CHARACTER for char in run if char not in _LIGHT}
    lights = [char in _LIGHT for char in run]
    for at in range(len(run) - 1):
        light = lights[at] + lights[at + 1]
        if light < 2:
            found[run[at : at + 2]] = _LIGHT_PAIR if light else 1.0
    return found


def _cell(row: int, lon: float, east: int = 0) -> int:
    """Return a cell of a row of latitude; rows have as many columns as fit at their middle."""
    around = 360 * METRES_PER_DEGREE * math.cos(math.radians((row + 0.5) * CELL_METRES / METRES_PER_DEGREE))
    columns = max(3, math.floor(around / CELL_METRES))
    column = math.floor((lon + 180) / 360 * columns) + east
    return (row + (1 << 20)) << 32 | column % columns


def _hash(feature: str) -> int:
    return int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest())


def _mixed(values: "np.ndarray[Any, np.dtype[np.uint64]]") -> "np.ndarray[Any, np.dtype[np.uint64]]":
    """Scatter 64-bit integers: the finalizer of splitmix64 (Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        return tomllib.load(file)


_TABLE: Final = _read(Path(__file__).with_name("similar.toml"))
_FIRST: Final = {word: group[0] for group in _TABLE["fold"] for word in group}
_FOLD: Final = _any(_FIRST)
_EMPTY: Final = _any(_TABLE["empty"].split())
_LIGHT: Final = frozenset(_TABLE["light"])
