"""Who was there, worked out from what was written down at the door. Pure; no database, no clock.

    人次 visits   how many came in through the door: people of sign-ups that came, and those who just came
    人数 people   how many different persons we can tell apart: one who came twelve times is one

They are two figures and never added to each other: a register shows 450 visits by 133 people, not 583.
Visits of several sessions add up. People do not: they are counted anew over all sessions together, which
is why `Figures` has no sum of its own and keeps the persons apart until the very end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

IN, OUT, UNDO = "in", "out", "undo"


@dataclass(frozen=True, slots=True)
class Seen:
    """One counted scan of a sign-up: what happened, and how many came."""

    signup_id: int
    kind: str
    people: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of who came to one session or to several.

    `visits` are heads through the door; `persons` are those we can tell apart, by a digest that says no name.
    """

    sessions: int = 0
    signup_visits: int = 0
    walk_in_visits: int = 0
    by_group: Mapping[str, int] = field(default_factory=dict)
    persons: frozenset[str] = frozenset()

    @property
    def visits(self) -> int:
        """Return 人次: everybody who came, as often as they came."""
        return self.signup_visits + self.walk_in_visits

    @property
    def people(self) -> int:
        """Return 人数: how many different persons we can tell apart among them."""
        return len(self.persons)


def present(scans: Iterable[Seen]) -> dict[int, int]:
    """Return how many came with each sign-up, from its counted scans in the order they happened.

    Two devices that saw the same party make it come once, with as many as either saw; a press taken back
    takes it away until it is seen again. Leaving does not undo having come.
    """
    found: dict[int, int] = {}
    for scan in scans:
        if scan.kind == UNDO:
            found.pop(scan.signup_id, None)
        elif scan.kind == IN:
            found[scan.signup_id] = max(found.get(scan.signup_id, 0), scan.people)
    return found


def together(figures: Iterable[Figures]) -> Figures:
    """Return the figures of several sessions: visits add up, persons are counted once over all of them."""
    kept = list(figures)
    groups: dict[str, int] = {}
    for one in kept:
        for group, number in one.by_group.items():
            groups[group] = groups.get(group, 0) + number
    return Figures(
        sessions=sum(one.sessions for one in kept),
        signup_visits=sum(one.signup_visits for one in kept),
        walk_in_visits=sum(one.walk_in_visits for one in kept),
        by_group=groups,
        persons=frozenset().union(*(one.persons for one in kept)),
    )
