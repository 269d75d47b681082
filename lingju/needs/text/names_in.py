"""Names of persons: after a hint (我叫, 户主), before a title (阿姨, 老师), or spelled around a dot. Pure.

A surname alone proves little in Chinese, where most are everyday characters (提高老师, 王府井): words that
begin or end like one are kept in screening.toml, and without a hint only what has the shape of a name counts.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from lingju.needs.text.spans import Finder, Span
from lingju.needs.text.tokens import HAN


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        return tomllib.load(file)["names"]


_WORDS: Final = _read(Path(__file__).with_name("screening.toml"))
_COMPOUND: Final = frozenset(_WORDS["compound"].split())
_SINGLE: Final = frozenset("".join(_WORDS["single"].split()))
_AMBIGUOUS: Final = frozenset(_WORDS["ambiguous"])
_CERTAIN: Final = _SINGLE - _AMBIGUOUS
_COMMON: Final = frozenset("".join(_WORDS["common"].split())) - _AMBIGUOUS
_NO_NAMES: Final = frozenset(_WORDS["words"].split())
_LONGEST: Final = max(map(len, _NO_NAMES))
_TAILS: Final = frozenset(_WORDS["tails"].split())
_NEVER: Final = frozenset(_WORDS["never_given"])
_AFTER: Final = frozenset(_WORDS["after_given"])
_VILLAGES: Final = frozenset(_WORDS["villages"])
_IS_HAN: Final = re.compile(f"[{HAN}]")


def _any(words: str) -> str:
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


_LEAD: Final = re.compile(rf"(?:{_any(_WORDS['lead'])})(?:叫|是|为|[:\s]){{0,3}}")
_FIELD: Final = re.compile(
    rf"(?:姓名|户主|联系人|[申请投诉反映经办]{{2}}人|收件人|监护人): ?([{HAN}]{{2,4}})(?![{HAN}])"
)
_KIN: Final = re.compile(_any(_WORDS["kin"]))
_TITLE: Final = re.compile(_any(_WORDS["titles"]))
_CALLED: Final = re.compile(r"(?<!百)姓(?=(.))")
_SPELLED: Final = re.compile(
    rf"(?P<hint>(?:{_any(_WORDS['lead'])})(?:叫|是|为|[:\s]){{0,3}}[{HAN}]{{1,6}}|[{_WORDS['spelled']}]{{2,8}})"
    rf"[·•・‧∙⋅](?P<rest>[{_WORDS['spelled']}]{{2,8}}(?:[·•・‧∙⋅][{_WORDS['spelled']}]{{2,8}}){{0,2}})"
)


def _is_given(view: str, at: int) -> bool:
    return at < len(view) and view[at] not in _NEVER and _IS_HAN.match(view[at]) is not None


def _begins_a_word(view: str, at: int) -> bool:
    return any(view[at : at + length] in _NO_NAMES for length in range(2, _LONGEST + 1))


def _ends_a_word(view: str, at: int) -> bool:
    """Say whether the character at `at` closes a word that is no name."""
    return view[max(at - 1, 0) : at + 1] in _TAILS or view[max(at - 2, 0) : at + 1] in _TAILS


def _surname(view: str, at: int, singles: frozenset[str]) -> int:
    """Return how many characters of a surname stand at `at`, 0 for none."""
    if view[at : at + 2] in _COMPOUND:
        return 2
    return int(view[at : at + 1] in singles)


def _name_end(view: str, at: int, singles: frozenset[str]) -> int | None:
    """Return where a whole name that starts at `at` ends: surname and one or two characters."""
    given = at + _surname(view, at, singles)
    if given == at or _begins_a_word(view, at) or not _is_given(view, given):
        return None
    if not _is_given(view, given + 1):
        return given + 1
    is_last = not _is_given(view, given + 2) and view[given + 2 : given + 3] not in _NEVER | {""}
    ends_early = view[given + 1] in _AFTER and not is_last
    return given + 1 if ends_early else given + 2


def _after_leads(view: str) -> Iterable[Span]:
    for field in _FIELD.finditer(view):
        yield Span("name", *field.span(1))
    for lead in _LEAD.finditer(view):
        end = _name_end(view, lead.end(), _SINGLE)
        if end is not None:
            yield Span("name", lead.end(), end)


def _after_kin(view: str) -> Iterable[Span]:
    for lead in _KIN.finditer(view):
        at = lead.end()
        end = _name_end(view, at, _COMMON)
        if end is not None and end - at >= 3 and not _VILLAGES.intersection(view[at + 1 : end + 1]):
            yield Span("name", at, end)


def _before_titles(view: str) -> Iterable[Span]:
    free = 0
    for title in _TITLE.finditer(view):
        start = _start_before(view, title.start(), free)
        if start is not None:
            yield Span("name", start, title.start())
        free = title.end()


def _start_before(view: str, end: int, free: int) -> int | None:
    """Return where a name that ends at `end` starts, the longest that can be one; nothing before `free`."""
    for length in (4, 3, 2, 1):
        start = end - length
        if start >= free and _is_called(view, start, end):
            return start
    return None


def _is_called(view: str, start: int, end: int) -> bool:
    """Say whether what stands between is a name: a surname with up to two characters of a given name."""
    surname = _surname(view, start, _CERTAIN if end - start == 1 else _COMMON)
    given = range(start + surname, end)
    is_shaped = surname > 0 and start + surname <= end and len(given) <= 2
    return (
        is_shaped
        and all(_is_given(view, at) for at in given)
        and not _begins_a_word(view, start)
        and not _ends_a_word(view, start)
    )


def _called(view: str) -> Iterable[Span]:
    for match in _CALLED.finditer(view):
        length = _surname(view, match.end(), _CERTAIN)
        if length and not _begins_a_word(view, match.end()):
            yield Span("name", match.end(), match.end() + length)


def _spelled(view: str) -> Iterable[Span]:
    for match in _SPELLED.finditer(view):
        lead = _LEAD.match(view, match.start())
        yield Span("name", lead.end() if lead else match.start(), match.end())


FINDERS: Final[tuple[Finder, ...]] = (_spelled, _after_leads, _before_titles, _after_kin, _called)
