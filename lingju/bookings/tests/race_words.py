"""What the race suite and its hands say to each other; knows no Django, so that both can import it first."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Ending(Enum):
    """How a call ended."""

    DONE = "done"
    REFUSED = "refused"  # with a sentence a resident can act on
    BROKE = "broke"  # with anything else: always a fault


@dataclass(frozen=True, slots=True)
class Call:
    """One act of `race_acts` and what it is given."""

    act: str
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended and with what: the value, the refusal as "Class: sentence", or the traceback."""

    ending: Ending
    value: Any = None


def call(act: str, **words: Any) -> Call:
    """Return a call."""
    return Call(act, words)
