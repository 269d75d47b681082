"""What each part of the house keeps of a person: how it is handed over, and what becomes of it at the end.

A floor knows no neighbour: the root names the keepers (`lingju.site.own_data`). People asks them when
somebody takes a copy of their data (PIPL 45), and when somebody closes their account (PIPL 47, C07).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lingju.kernel.rules import Actor
from lingju.people.models import Account

Row = dict[str, Any]


class Fate(StrEnum):
    """What becomes of a row when the account is closed."""

    ERASED = "抹去"
    CUT_LOOSE = "留下事情，不再连着本人"
    KEPT = "按规定留存"


@dataclass(frozen=True, slots=True)
class Held:
    """What becomes of the rows of one model, and why."""

    fate: Fate
    why: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One kind of thing that is kept of a person: a plain heading, and its rows."""

    code: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Keeper:
    """One module that keeps something of persons.

    `given` hands it over; `let_go` erases it or cuts it loose, inside the closing's transaction and while
    the account still has its name and number. `holds` says of every model, by label, what becomes of it.
    """

    given: Callable[[Account], tuple[Chapter, ...]]
    let_go: Callable[[Account, Actor], None]
    holds: Mapping[str, Held]


KEEPERS: list[Keeper] = []


def chapters(account: Account) -> tuple[Chapter, ...]:
    """Return what all keepers have of a person, in the order in which the root names them."""
    return tuple(chapter for keeper in KEEPERS for chapter in keeper.given(account))


def let_go(account: Account, actor: Actor) -> None:
    """Let every keeper erase or cut loose what it has of a person whose account is being closed."""
    for keeper in KEEPERS:
        keeper.let_go(account, actor)
