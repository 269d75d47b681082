"""Who on a waiting list gets what came free: first come first, with bounded skipping ahead. Pure.

    3 came free          waiting, in order:   [4]   [2]   [1]   [1]
    4 does not fit       ─────────────────────blocked
    2 fits, passes [4]   ──────────────────────────▶ offered      [4] was passed once
    1 fits, passes [4]   ────────────────────────────────▶ offered      twice: the bound
    the next may not pass any more: whatever comes free is kept for [4]

A party is served whole or not at all. Every passing is named, so that whoever waits can be told why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lingju.bookings.cells import Taking, summed

MOST_PASSED = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A party that waits: what it wants, all of it, and how often it was passed already."""

    claim_id: int
    takings: tuple[Taking, ...]
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """`by` was served before `passed`, which did not fit into what was free then."""

    passed: int
    by: int
    free: int


@dataclass(slots=True)
class Choice:
    """Who is served, in order, whom they passed, and who was held back so that nobody is passed too often."""

    served: list[int] = field(default_factory=list)
    passings: list[Passed] = field(default_factory=list)
    held_back: dict[int, int] = field(default_factory=dict)  # who was held back → for whom


def choose(entries: Iterable[Entry], free: Mapping[tuple[int, int], int]) -> Choice:
    """Choose who is served from what is free in each (pool, cell); a cell that is not named has nothing.

    `entries` stand in the order in which they came. The same answer for the same question, always.
    """
    left, choice = dict(free), Choice()
    blocked: list[Entry] = []
    passed: dict[int, int] = {}
    for entry in entries:
        wanted = summed(entry.takings)
        before = [one for one in blocked if _meet(one.takings, entry.takings)]
        bound = next((one for one in before if passed[one.claim_id] >= MOST_PASSED), None)
        passed[entry.claim_id] = entry.passed
        if any(left.get(key, 0) < quantity for key, quantity in wanted.items()):
            blocked.append(entry)
            continue
        if bound is not None:
            choice.held_back[entry.claim_id] = bound.claim_id
            blocked.append(entry)
            continue
        smallest = min(left[key] for key in wanted)
        for key, quantity in wanted.items():
            left[key] -= quantity
        choice.served.append(entry.claim_id)
        for one in before:
            passed[one.claim_id] += 1
            choice.passings.append(Passed(one.claim_id, entry.claim_id, smallest))
    return choice


def _meet(one: Sequence[Taking], other: Sequence[Taking]) -> bool:
    return any(mine.overlaps(theirs) for mine in one for theirs in other)
