"""Bookings told again as simply as can be: sets of minutes, one list in order of coming. The laws' yardstick.

Nothing here knows cells, chunks, locks or the database. Whoever comes free, the whole list is walked from
its head: a party that fits is served, unless one before it, which wants some of the same, was passed
twice already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_PASSED = 2
HAS = frozenset({"held", "confirmed", "offered"})
Minutes = frozenset[tuple[int, int]]  # (pool, minute)


@dataclass(slots=True)
class Party:
    """Somebody who has places, waits for them, or is through."""

    id: int
    minutes: Minutes
    quantity: int
    state: str = ""
    passed: int = 0
    is_due: bool = False  # its moment has come, and nobody has noticed yet

    def meets(self, minutes: Minutes) -> bool:
        """Say whether it wants some of the same."""
        return not self.minutes.isdisjoint(minutes)


@dataclass(slots=True)
class Town:
    """How many places there are, and everybody who ever came, in that order."""

    capacity: dict[int, int]
    parties: list[Party] = field(default_factory=list)

    def used(self) -> Mapping[tuple[int, int], int]:
        """Return how many places are taken in each minute that somebody has."""
        total: dict[tuple[int, int], int] = {}
        for party in self.parties:
            for minute in party.minutes if party.state in HAS else ():
                total[minute] = total.get(minute, 0) + party.quantity
        return total

    def fits(self, minutes: Minutes, quantity: int) -> bool:
        """Say whether so many places are free all the time."""
        used = self.used()
        return all(used.get(minute, 0) + quantity <= self.capacity[minute[0]] for minute in minutes)

    def waiting(self) -> Iterator[Party]:
        """Yield who waits, first come first."""
        return (party for party in self.parties if party.state == "waitlisted")

    def come(self, minutes: Minutes, quantity: int, state: str, *, may_wait: bool) -> Party | None:
        """Let a party come; return it with its state, or None where it is refused. Its id is still open."""
        if not self.fits(minutes, quantity):
            for party in [one for one in self.parties if one.is_due and one.meets(minutes)]:
                self.leave(party, "expired")
        party = Party(0, minutes, quantity, "waitlisted")
        is_first = not any(one.meets(minutes) for one in self.waiting())
        if is_first and self.fits(minutes, quantity):
            party.state = state
        elif not may_wait:
            return None
        self.parties.append(party)
        self.serve(newcomer=party, as_wanted=state)
        return party

    def leave(self, party: Party, state: str) -> None:
        """Let a party end; what it had goes on."""
        party.state, party.is_due = state, False
        self.serve()

    def move(self, party: Party, minutes: Minutes) -> bool:
        """Move a party if there is room for it then and nobody waits for it; say whether it moved."""
        state, party.state = party.state, "between"
        can = self.fits(minutes, party.quantity) and not any(one.meets(minutes) for one in self.waiting())
        party.state = state
        if can:
            party.minutes = minutes
            self.serve()
        return can

    def serve(self, *, newcomer: Party | None = None, as_wanted: str = "") -> None:
        """Walk the list once from its head; whoever came this moment has a place as they wanted it."""
        left_behind: list[Party] = []
        for party in list(self.waiting()):
            before = [one for one in left_behind if one.meets(party.minutes)]
            is_held_back = any(one.passed >= MOST_PASSED for one in before)
            if is_held_back or not self.fits(party.minutes, party.quantity):
                left_behind.append(party)
                continue
            party.state = as_wanted if party is newcomer else "offered"
            for one in before:
                one.passed += 1
