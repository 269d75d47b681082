"""Words that cannot wait for a desk: fire, gas, suicide, violence, somebody who has collapsed. Pure.

    家里着火了        stop   the form stops and shows whom to call
    担心飞线着火      heed   it goes on, and the desk sees it first
    消防通道堵了      heed   its own word
    想死你们了        none   the same characters, another meaning

Read clause by clause. A miss costs more than a stop without need: what softens (fear, the past, a denial)
still marks the need, and danger to oneself is never talked away by a small word.
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from lingju.needs.text.tokens import folded


class Strength(StrEnum):
    """How loud a flag is."""

    STOP = "stop"
    HEED = "heed"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A danger that a text speaks of: the words that say so, whom to call, and the sentence to show."""

    code: str
    words: tuple[str, ...]
    strength: Strength
    phone: str
    sentence: str

    @property
    def must_stop(self) -> bool:
        """Say whether the form stops and shows the number; otherwise the desk sees the need first."""
        return self.strength is Strength.STOP


@dataclass(frozen=True, slots=True)
class _Danger:
    code: str
    phone: str
    stop: re.Pattern[str]
    heed: re.Pattern[str]
    instead: re.Pattern[str]


_NOT_SAID: Final = re.compile(r"[^\w\n,。;!?、]|_")
_CLAUSE: Final = re.compile(r"[^\n,。;!?]+")
_NEVER_TALKED_AWAY: Final = frozenset({"suicide"})


def red_flags(text: str, *, gas_phone: str = "") -> tuple[RedFlag, ...]:
    """Return the dangers a text speaks of, those that stop the form first, in the order of red_flags.toml.

    `gas_phone` is the emergency number of the local gas company; without one the fire brigade is named.
    """
    clauses = [match[0] for match in _CLAUSE.finditer(_NOT_SAID.sub("", _read_alike(text)))]
    flags = [flag for danger in _DANGERS for flag in _flag(danger, clauses)]
    spoken = [_spoken(flag, gas_phone) for flag in flags]
    return tuple(sorted(spoken, key=lambda flag: not flag.must_stop))


def whom_to_call(codes: Collection[str], *, gas_phone: str = "") -> tuple[RedFlag, ...]:
    """Return the loud flags of some codes, in the order of red_flags.toml; an unknown code is none."""
    loud = [RedFlag(one.code, (), Strength.STOP, one.phone, "") for one in _DANGERS if one.code in codes]
    return tuple(_spoken(flag, gas_phone) for flag in loud)


def _read_alike(text: str) -> str:
    return folded(text).replace("著", "着")  # 著火: which of the two it is, no table of characters can tell


def _flag(danger: _Danger, clauses: list[str]) -> Iterator[RedFlag]:
    """Yield one flag for a danger at its loudest, with every word of that strength."""
    said = [found for clause in clauses for found in _found(danger, clause)]
    for strength in Strength:
        words = tuple(dict.fromkeys(word for word, how in said if how is strength))
        if words:
            yield RedFlag(danger.code, words, strength, danger.phone, "")
            return


def _found(danger: _Danger, clause: str) -> Iterator[tuple[str, Strength]]:
    rest = danger.instead.sub("、", clause)
    softened = _softened(danger, rest)
    for match in danger.stop.finditer(rest):
        strength = _strength(danger, rest, match, softened)
        if strength is not None:
            yield match[0], strength
    for match in danger.heed.finditer(danger.stop.sub("、", rest)):
        yield match[0], Strength.HEED


def _softened(danger: _Danger, clause: str) -> Strength:
    """Say how loud a clause lets the words of a danger be."""
    soft = _PAST if danger.code in _NEVER_TALKED_AWAY else _SOFT
    return Strength.HEED if soft.search(clause) else Strength.STOP


def _strength(danger: _Danger, clause: str, match: re.Match[str], softened: Strength) -> Strength | None:
    """Say how loud a word is where it stands: denied it is silent, danger to oneself is then heeded."""
    is_denied = _DENIED.search(clause, max(0, match.start() - 4), match.start()) is not None
    if is_denied:
        return Strength.HEED if danger.code in _NEVER_TALKED_AWAY else None
    return softened


def _spoken(flag: RedFlag, gas_phone: str) -> RedFlag:
    phone = gas_phone if flag.code == "gas" and gas_phone else flag.phone
    return replace(flag, phone=phone, sentence=_sentence(flag.code, phone))


def _sentence(code: str, phone: str) -> str:
    sentences = {
        "fire": _("如果现在着火了，先离开，再打 %(phone)s。这里的消息要等人看，来不及。"),
        "gas": _("如果闻到燃气味：别开关电器，开窗，到屋外打 %(phone)s。这里的消息要等人看，来不及。"),
        "suicide": _("您现在很难受，别一个人扛着。%(phone)s 随时有人听您说；人有危险马上打 120 或 110。"),
        "violence": _("如果有人正在受伤害，先躲开，打 %(phone)s。这里的消息要等人看，来不及。"),
        "collapse": _("如果有人倒下或受了重伤，马上打 %(phone)s。这里的消息要等人看，来不及。"),
    }
    return sentences[code] % {"phone": phone}


def _words(text: str) -> re.Pattern[str]:
    """Make one pattern of words between blanks, the longest first; nothing listed matches nothing."""
    words = sorted(text.split(), key=len, reverse=True)
    return re.compile("|".join(words) if words else r"(?!)")


def _danger(code: str, table: dict[str, str]) -> _Danger:
    return _Danger(code, table["phone"], *(_words(table[key]) for key in ("stop", "heed", "instead")))


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


_TABLES: Final = _read(Path(__file__).with_name("red_flags.toml"))
_SOFT_TABLE: Final = _TABLES.pop("soft")
_SOFT: Final = _words(_SOFT_TABLE["words"])
_PAST: Final = _words(_SOFT_TABLE["past"])
_DENIED: Final = re.compile(f"(?:{_words(_SOFT_TABLE['denials']).pattern}).{{0,2}}$")
_DANGERS: Final = tuple(_danger(code, table) for code, table in _TABLES.items())
