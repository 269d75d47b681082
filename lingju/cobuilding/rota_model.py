"""The nouns of the rota: duties, teams, what is asked and what comes out. Frozen, no rows.

    Problem: Duty (day, place, role) × Team (roles, blocked days, fair share), metres, locks, published
       │ plan()
       ▼
    Plan: who has which duty, each level with its value and its proved bound, the load of each team
       │ shortages()   swaps()   override_cost()   repair()
       ▼
    Shortage · Swap · Cost · Repair

A team is a unit that enrolled; a day is the number of a month, the lower the closer; all places hold the same
day, so that a team has one duty a day at most. A lock is a person's decision: a team, or None for a cell that
is to stay empty.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import orjson
from numpy.typing import NDArray

Metres = NDArray[np.int64]


class Way(StrEnum):
    """How the metres were measured; whoever shows them says so."""

    WALKING = "walking"
    DRIVING = "driving"
    STRAIGHT = "straight"


@dataclass(frozen=True, slots=True)
class Duty:
    """One slot: a day, a place, a role; `weight` says how much it matters that it is filled."""

    key: int
    day: int
    place: int
    role: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Team:
    """A unit: what it can do, when it cannot come, its fair share, what it did before the first day.

    `preferred` days are wishes; nothing preferred means that every day is as good. A team is never put at one
    place on one day with a team of `apart`; it is enough that one of the two names the other.
    """

    key: int
    roles: frozenset[str]
    blocked: frozenset[int] = frozenset()
    entitlement: float = 0.0
    history: int = 0
    preferred: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked; `travel` holds metres, a row for each team, a column for each of `places`, in order.

    Ways are compared in steps of `step` metres, rounded up. To the metre hardly two places tie, so that
    months may still be exchanged for spacing, but no places for variety; nobody minds some hundred metres.
    """

    duties: tuple[Duty, ...]
    teams: tuple[Team, ...]
    places: tuple[int, ...]
    travel: Metres
    way: Way = Way.STRAIGHT
    step: int = 1
    locks: Mapping[int, int | None] = field(default_factory=dict)
    published: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.travel.shape != (len(self.teams), len(self.places)):
            raise ValueError("travel holds a row for each team and a column for each place")
        if self.step < 1:
            raise ValueError("a step is a metre or more")
        for named in (
            self.places,
            tuple(duty.key for duty in self.duties),
            tuple(team.key for team in self.teams),
        ):
            if len(set(named)) != len(named):
                raise ValueError("keys are told apart")
        if any(duty.weight < 1 for duty in self.duties):
            raise ValueError("an empty duty matters: weights are 1 or more")

    def moving(self, day: int) -> int:
        """Return what it costs to change a published duty of this day: more, the closer the date."""
        return max((duty.day for duty in self.duties), default=day) - day + 1

    def steps(self) -> Metres:
        """Return the ways in whole steps, rounded up."""
        return np.asarray(-(-np.asarray(self.travel, dtype=np.int64) // self.step))

    def digest(self) -> str:
        """Return the SHA-256 of everything that is asked, the same for the same question."""
        told = {
            "duties": [(d.key, d.day, d.place, d.role, d.weight) for d in self.duties],
            "teams": [
                (
                    *(t.key, sorted(t.roles), sorted(t.blocked), t.entitlement, t.history),
                    *(sorted(t.preferred), sorted(t.apart)),
                )
                for t in self.teams
            ],
            "places": self.places,
            "way": str(self.way),
            "step": self.step,
            "locks": sorted(self.locks.items()),
            "published": sorted(self.published.items()),
        }
        found = hashlib.sha256(orjson.dumps(told))
        found.update(np.ascontiguousarray(self.travel, dtype=np.int64).tobytes())
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Level:
    """One goal, after all goals before it: its value, and the bound below which nobody can get it.

    Both are whole numbers in `scale`-ths of what they count; value == bound is a proof of optimality.
    """

    name: str
    value: int
    bound: int
    scale: int = 1

    @property
    def is_proved(self) -> bool:
        """Say whether nothing better exists, given the levels before."""
        return self.value == self.bound

    @property
    def amount(self) -> float:
        """Return the value in what it counts: duties, squares of turns, metres, pairs."""
        return self.value / self.scale


@dataclass(frozen=True, slots=True)
class Load:
    """How many duties a team has, and how far that and its history are from its fair share."""

    team: int
    load: int
    deviation: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How even the loads are: the ends of the deviations, their mean size, Jain's index (1 is even)."""

    least: float
    most: float
    mean: float
    jain: float


class Polish(StrEnum):
    """What became of the second step."""

    NOT_ASKED = "not asked"
    DONE = "done"
    NO_SOLVER = "no solver"
    BRAKED = "braked"  # better or as good, but a faster machine would have looked further
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Plan:
    """What came out: for each duty a team or None; the levels in their order; how it came about."""

    assignment: Mapping[int, int | None]
    levels: tuple[Level, ...]
    loads: tuple[Load, ...]
    spread: Spread
    digest: str
    solver: str
    seed: int
    seconds: float
    polish: Polish = Polish.NOT_ASKED

    def level(self, name: str) -> Level:
        """Return the level of this name."""
        return next(level for level in self.levels if level.name == name)

    @property
    def unfilled(self) -> tuple[int, ...]:
        """Return the keys of the duties that nobody has, those kept empty by hand among them."""
        return tuple(key for key, team in self.assignment.items() if team is None)


class Clash(StrEnum):
    """Why locks cannot stand."""

    TWICE = "twice"  # one team, two duties, one day
    ROLE = "role"  # the team cannot do it
    BLOCKED = "blocked"  # the team is closed that day
    APART = "apart"  # two teams that are not put together
    UNKNOWN = "unknown"  # no such duty or team


@dataclass(frozen=True, slots=True)
class LockClash:
    """Locks that cannot stand: which duties (two of them, or one), which teams, why."""

    kind: Clash
    duties: tuple[int, ...]
    teams: tuple[int, ...]
    day: int | None = None


class LocksClash(Exception):
    """The locks cannot all stand; `clashes` names each pair, and each lock that cannot stand alone."""

    def __init__(self, clashes: tuple[LockClash, ...]) -> None:
        super().__init__("; ".join(f"{c.kind}: duties {c.duties}, teams {c.teams}" for c in clashes))
        self.clashes = clashes


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why duties stay empty: `duties` of one day can be done by `teams` alone, and these are too few.

    Each of `teams` has a duty among `duties`, so `missing` of them stay empty whoever does what; `unfilled`
    are those that do in this plan. `tied` can do one of them and are locked elsewhere that day; `blocked` can
    do one and are closed that day; `kept_away` can do one and may not meet a team that is locked there.
    """

    day: int
    roles: tuple[str, ...]
    duties: tuple[int, ...]
    teams: tuple[int, ...]
    missing: int
    unfilled: tuple[int, ...]
    tied: tuple[int, ...] = ()
    blocked: tuple[int, ...] = ()
    kept_away: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a decision by hand costs: the plan that follows from it, and each level's change (new − old)."""

    plan: Plan
    changes: tuple[tuple[str, float], ...]
    moved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that is another one now."""

    duty: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Repair:
    """The plan after somebody dropped out; `fewest` is the proved least number of changed cells."""

    plan: Plan
    changes: tuple[Change, ...]
    fewest: int


@dataclass(frozen=True, slots=True)
class Swap:
    """Two teams exchange two duties; `other` is None where a free team takes the duty over.

    `is_neutral`: the sum of squared deviations stays as it is. `metres` and `pairs` are the changes of travel
    and of pairs of consecutive days.
    """

    duty: int
    other: int | None
    giver: int
    taker: int
    is_neutral: bool
    fairness: float
    metres: int
    pairs: int
