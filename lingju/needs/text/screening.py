"""Free text made fit for everybody's eyes: what tells who somebody is gives way to a mark. Pure.

    我叫张桂兰，住3号楼2单元501，电话１３８ 0013 8000
    我叫〔姓名〕，住〔门牌〕，电话〔电话〕

The text is read in a view of equal length (`tokens.folded`); finders take turns, and what one has found is
out of sight for the next. They go round until nothing is found, so that a screened text stays as it is. What
names a person without a hint, a title or a number is not found: a clerk reads what goes on the public list.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lingju.needs.text import names_in, numbers_in, rooms_in
from lingju.needs.text.spans import Span, hide
from lingju.needs.text.tokens import folded

MOST_ROUNDS: Final = 5  # each hides something; a second one is rare already


@dataclass(frozen=True, slots=True)
class Found:
    """What was hidden and where it stood in the original: the kind, never the words."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Screened:
    """A text with marks in the place of personal data, and what was found."""

    text: str
    found: tuple[Found, ...]


def screen(text: str) -> Screened:
    """Replace what tells who somebody is by marks; a text that was screened comes back as it is."""
    spans = sorted(_search(text), key=lambda span: span.start)
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], MARKS[span.kind]]
        at = span.end
    return Screened("".join([*parts, text[at:]]), tuple(Found(*span) for span in spans))


def _search(text: str) -> list[Span]:
    view = hide(folded(text), [Span("", *mark.span()) for mark in _MARK.finditer(text)])
    found: list[Span] = []
    for _ in range(MOST_ROUNDS):
        before = len(found)
        for find in _FINDERS:
            spans = _apart(find(view))
            view = hide(view, spans)
            found += spans
        if len(found) == before:
            break
    return found


def _apart(spans: Any) -> list[Span]:
    """Return spans that do not overlap: of two the one that starts first, and of those the longer."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _read(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        marks = tomllib.load(file)["marks"]
    return {kind: str(mark) for kind, mark in marks.items()}


MARKS: Final = _read(Path(__file__).with_name("screening.toml"))
_MARK: Final = re.compile("|".join(map(re.escape, MARKS.values())))
_FINDERS: Final = (*numbers_in.FINDERS, *rooms_in.FINDERS, *names_in.FINDERS)
