"""A condition of a routing rule: data that an officer edits, read strictly, asked of a need. Pure.

    {"categories": ["broken_light"], "words": ["路灯", "楼道灯"], "not_words": ["我家"],
     "areas": ["140404001"], "channels": ["qr"], "is_urgent": true}

Whatever is filled must hold; within a list one is enough, and of `not_words` none may be said. A kind holds
for the finer kinds below it, an area for whatever lies in it. What cannot be read is a mistake with a
sentence, never a condition that silently fails.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.needs.text.tokens import normal

MOST_PARTS = 40
LONGEST_WORD = 20


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a need; empty is not asked."""

    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    is_urgent: bool | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the condition as it is kept: only what is filled."""
        filled = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in filled.items()
            if value not in ((), None)
        }


@dataclass(frozen=True, slots=True)
class Described:
    """A need as conditions read it: codes of its kind and the kinds above it, words, place, channel."""

    categories: frozenset[str]
    text: str
    stem: str
    channel: str
    is_urgent: bool


LISTS = tuple(field.name for field in fields(Condition) if field.name != "is_urgent")


def described(categories: Iterable[str], text: str, stem: str, channel: str, *, is_urgent: bool) -> Described:
    """Describe a need; the text is read as search reads it."""
    return Described(frozenset(categories), squashed(text), stem, channel, is_urgent)


def squashed(text: str) -> str:
    """Return the text as words are looked for in it: same width, same characters, no gaps."""
    return normal(text).replace(" ", "")


def parse(data: object) -> Condition:
    """Return a condition read from data; raise BadInput with a sentence for whatever cannot be read."""
    if not isinstance(data, Mapping):
        raise _mistake(_("条件读不懂：应当是一项一项的。"))
    strange = sorted(str(name) for name in set(data) - {*LISTS, "is_urgent"})
    if strange:
        raise _mistake(_("条件里有不认识的一项：%(names)s。") % {"names": "、".join(strange)})
    is_urgent = data.get("is_urgent")
    if is_urgent is not None and not isinstance(is_urgent, bool):
        raise _mistake(_("“是否先办”只能是是或否。"))
    condition = Condition(**{name: _list(name, data.get(name)) for name in LISTS}, is_urgent=is_urgent)
    if not condition.as_data():
        raise _mistake(_("至少写一个条件：一个条件也没有，什么事都会照它派。"))
    return condition


def holds(condition: Condition, need: Described) -> bool:
    """Say whether everything that the condition asks holds of a need."""
    asked = (
        not condition.categories or bool(need.categories & set(condition.categories)),
        not condition.words or _says_any(need, condition.words),
        not _says_any(need, condition.not_words),
        not condition.areas or need.stem.startswith(condition.areas),
        not condition.channels or need.channel in condition.channels,
        condition.is_urgent is None or need.is_urgent is condition.is_urgent,
    )
    return all(asked)


def in_words(condition: Condition, names: Mapping[str, str]) -> str:
    """Return the condition as people say it; `names` has the names of kinds, areas and channels by code."""

    def listed(values: tuple[str, ...]) -> str:
        return _("或").join(names.get(value, value) for value in values)

    def quoted(values: tuple[str, ...]) -> str:
        return _("或").join(f"“{value}”" for value in values)

    said = (
        condition.categories and _("类别是%(what)s") % {"what": listed(condition.categories)},
        condition.words and _("说到%(what)s") % {"what": quoted(condition.words)},
        condition.not_words and _("没说到%(what)s") % {"what": quoted(condition.not_words)},
        condition.areas and _("在%(where)s") % {"where": listed(condition.areas)},
        condition.channels and _("从%(how)s来") % {"how": listed(condition.channels)},
        condition.is_urgent is True and _("要先办的"),
        condition.is_urgent is False and _("不用先办的"),
    )
    return _("，").join(str(part) for part in said if part)


def _says_any(need: Described, words: tuple[str, ...]) -> bool:
    return any(squashed(word) in need.text for word in words)


def _list(name: str, given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise _mistake(_("条件里的“%(name)s”读不懂：应当是几个词。") % {"name": name}, name)
    kept = tuple(dict.fromkeys(one.strip() for one in given if one.strip()))
    if len(kept) > MOST_PARTS:
        raise _mistake(_("一个条件最多写 %(n)d 项，请分成两条规则。") % {"n": MOST_PARTS}, name)
    if name in ("words", "not_words"):
        _check_words(name, kept)
    if name == "areas" and not all(stem.isascii() and stem.isalnum() for stem in kept):
        raise _mistake(_("条件里的区域代码不对。"), name)
    return kept


def _check_words(name: str, words: tuple[str, ...]) -> None:
    for word in words:
        if len(word) > LONGEST_WORD or not squashed(word):
            sentence = _("“%(word)s”不能当关键词：要有字，最多 %(n)d 个字。")
            raise _mistake(sentence % {"word": word[:LONGEST_WORD], "n": LONGEST_WORD}, name)


def _mistake(sentence: str, name: str = "") -> BadInput:
    return BadInput(sentence, {name: sentence} if name else None)
