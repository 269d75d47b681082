"""Whether a reply says something to a neighbour: plain, short enough to read out, with a day or a name. Pure.

Hints beside the field where a clerk types, never a lock: no reply is refused for its words.
"""

import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lingju.needs.text.similar import features
from lingju.needs.text.tokens import folded

SYLLABLES_PER_SECOND: Final = 4.0  # somebody on the phone to an old neighbour: 240 characters a minute
PAUSE_S: Final = 0.3  # at a mark between clauses

_SPOKEN: Final = re.compile(r"[\u3400-\u9fff〇\U00020000-\U000323af]|[0-9]|[a-z]+")
_PAUSES: Final = re.compile(r"[,。;:!?、\n]+")
_LIKELY: Final = 1.0  # the weight of one pair of characters: one word of matter in common


@dataclass(frozen=True, slots=True)
class Officialese:
    """A word of offices in a reply, and what to say instead, empty where it is best left out."""

    word: str
    instead: str


@dataclass(frozen=True, slots=True)
class ReplyCheck:
    """What stands out in a reply."""

    officialese: tuple[Officialese, ...]
    seconds: int
    answers_the_question: bool
    has_date_or_person: bool

    @property
    def is_plain(self) -> bool:
        """Say whether no word of offices is in it."""
        return not self.officialese


def reply_check(question: str, reply: str) -> ReplyCheck:
    """Return what stands out in a reply: words of offices, seconds to read it out, what it leaves open.

    It seems to answer where it shares a word of matter with the question, synonyms folded; to a question that
    says nothing every reply is an answer.
    """
    view = folded(reply)
    words = tuple(Officialese(word, _PLAIN[word]) for word in dict.fromkeys(_OFFICIALESE.findall(view)))
    is_dated = _DAY.search(view) is not None or _WHO.search(view) is not None
    return ReplyCheck(words, seconds_to_read(reply), _answers(question, reply), is_dated)


def seconds_to_read(text: str) -> int:
    """Return how many seconds it takes to read a text out to somebody, rounded up."""
    view = folded(text)
    spoken = len(_SPOKEN.findall(view)) / SYLLABLES_PER_SECOND
    return math.ceil(spoken + PAUSE_S * len(_PAUSES.findall(view)))


def _answers(question: str, reply: str) -> bool:
    asked, said = features(question), features(reply)
    shared = sum(weight for word, weight in asked.items() if word in said)
    return shared >= min(_LIKELY, sum(asked.values()))


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        return tomllib.load(file)


_TABLE: Final = _read(Path(__file__).with_name("quality.toml"))
_PLAIN: Final[dict[str, str]] = _TABLE["officialese"]
_OFFICIALESE: Final = re.compile("|".join(sorted(map(re.escape, _PLAIN), key=len, reverse=True)))
_DAY: Final = re.compile(_TABLE["answers"]["day"])
_WHO: Final = re.compile(_TABLE["answers"]["who"])
