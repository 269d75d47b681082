"""Where something stands in a text, and a view of the text in which what was found is out of sight. Pure."""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

OUT_OF_SIGHT: Final = "\ue000"


class Span(NamedTuple):
    """A piece of a text: what it is, where it starts, where it ends."""

    kind: str
    start: int
    end: int


Finder = Callable[[str], Iterable[Span]]


def hide(view: str, spans: Iterable[Span]) -> str:
    """Return a view of the same length in which the spans can no longer be read."""
    parts, at = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        start = max(span.start, at)
        parts += [view[at:start], OUT_OF_SIGHT * (span.end - start)]
        at = max(at, span.end)
    return "".join([*parts, view[at:]])


def of_pattern(kind: str, pattern: re.Pattern[str], group: int | str = 0) -> Finder:
    """Make a finder of everything that a pattern (or one group of it) matches."""

    def find(view: str) -> Iterable[Span]:
        return [Span(kind, *match.span(group)) for match in pattern.finditer(view)]

    return find
