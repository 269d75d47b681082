"""Invented sentences about a neighbourhood, each with everything that the house derives from its words.

A pool of some ten thousands is drawn from again and again, frequent matters more often than rare ones: the
derived keys and tokens are made once for each sentence, by the functions that the services use.
"""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingju.needs.services.searching import pairs
from lingju.needs.text.tokens import grams, pinyin_initials

POOL = 60_000
LONGEST_TITLE = 30


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of a kind: its title, its tokens for the search."""

    code: str
    text: str
    title: str
    tokens: tuple[str, ...]


def pool(wanted: int, seed: int = 3) -> list[Text]:
    """Return so many texts, never more than the pool; frequent matters stand there more often."""
    table = tomllib.loads(Path(__file__).with_name("needs_texts.toml").read_text(encoding="utf-8"))
    draw = random.Random(seed)
    matters = [(code, matter) for code, some in table["matters"].items() for matter in some]
    draw.shuffle(matters)
    weights = [1 / (1 + at / 20) for at in range(len(matters))]
    chosen = draw.choices(matters, weights, k=min(wanted, POOL))
    return [_text(code, matter, table, draw) for code, matter in chosen]


def tokens_of_name(name: str) -> tuple[str, ...]:
    """Return the tokens of what a need or its place is called: its grams and its first letters."""
    return (*grams(name), *pairs(pinyin_initials(name)))


def _text(code: str, matter: str, table: Mapping[str, Any], draw: random.Random) -> Text:
    numbers = {
        "n": draw.randint(1, 30),
        "m": draw.randint(1, 30),
        "u": draw.randint(1, 4),
        "f": draw.randint(1, 18),
    }
    title = draw.choice(table["spots"]).format(**numbers) + matter + draw.choice(table["since"])
    text = f"{title}。{draw.choice(table['asks'])}"
    title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    found = dict.fromkeys((*grams(title), *grams(text), *tokens_of_name(title)))
    return Text(code, text, title, tuple(found))
