"""The nouns of the matching of a co-building day: what is asked, who and what is there, the answer. Pure.

    Need ──windows, roles, things──┐                      ┌── Met: window, team, things, why
    Helper ──windows, skills, way──┼─ Day ── match() ── Matching ── Unmet: which roles are short, by how many
    Resource ──quantity, terms─────┤                      ├── Level: value, proved bound, gap
    Lock ──by hand───────────────┘                      └── Clash: the locks that cannot stand together

A window is a stretch of the day, by number. A role is a demanded skill; "" is a hand, which everybody has.
Places are metres on a plane (``lingju.circles.plane``). Nothing here knows a row of the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Place = tuple[float, float]
HAND = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What a community asks of the day.

    ``weight`` is urgency times people concerned. ``skills`` demands an exact number of helpers of each skill;
    hands without a skill fill the team up to between ``team_min`` and ``team_max`` people. ``resources`` says
    how many of each kind must be there. A need that is ``is_vulnerable`` takes only helpers cleared for it.
    ``without`` names helpers and resources that said no to it; a lock brings a helper all the same.
    """

    key: str
    community: str
    place: Place | None
    windows: frozenset[int]
    weight: int = 1
    skills: Mapping[str, int] = field(default_factory=dict)
    team_min: int = 0
    team_max: int = 0
    resources: Mapping[str, int] = field(default_factory=dict)
    is_vulnerable: bool = False
    without: frozenset[str] = frozenset()

    @property
    def skilled(self) -> int:
        """Count the helpers that are demanded by skill."""
        return sum(self.skills.values())

    @property
    def smallest(self) -> int:
        """Tell the smallest team, which the skills may raise above ``team_min``."""
        return max(self.team_min, self.skilled)

    @property
    def largest(self) -> int:
        """Tell the largest team; 0 as ``team_max`` means no more than the smallest."""
        return max(self.team_max, self.smallest)


@dataclass(frozen=True, slots=True)
class Helper:
    """A volunteer, or one person of a unit's crew, who said when, how far and for what they would come.

    ``keep_with`` names those who come together or not at all; one side naming the other is enough.
    ``knows`` names the communities where they helped before. ``most_places`` bounds the day (None: as many as
    it has windows).
    """

    key: str
    skills: frozenset[str]
    windows: frozenset[int]
    place: Place | None
    most_m: int
    prefers: frozenset[str] = frozenset()
    keep_with: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset()
    is_new: bool = False
    cleared_for_vulnerable: bool = False
    most_places: int | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """So many equal things of one kind that an owner lends in each of the windows, on terms.

    ``communities`` empty: to everybody. ``most_m`` None: however far.
    """

    key: str
    kind: str
    quantity: int
    windows: frozenset[int]
    place: Place | None = None
    communities: frozenset[str] = frozenset()
    most_m: int | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """A helper at a need in a window, for a role, ``metres`` from where they start."""

    helper: str
    need: str
    window: int
    role: str
    metres: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """So many of a resource at a need in a window."""

    resource: str
    need: str
    window: int
    quantity: int
    metres: int = 0


@dataclass(frozen=True, slots=True)
class Lock:
    """What people decided by hand: it holds, or it must not be.

    Without a helper it is about the need: met (in that window), or left out. A helper who is locked to a need
    goes there however far it is; skills, windows and safeguarding stay.
    """

    need: str
    helper: str | None = None
    window: int | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """One day to be matched: the three lists, what people decided, and what was proposed ``before``."""

    needs: tuple[Need, ...]
    helpers: tuple[Helper, ...] = ()
    resources: tuple[Resource, ...] = ()
    locks: tuple[Lock, ...] = ()
    before: tuple[Placement, ...] = ()


class Goal(StrEnum):
    """What is sought, in this order: nothing of a goal is given up for one that comes after it.

    WEIGHT of the needs met; COMMUNITIES with at least one; FIT: 2 for a wish, 1 for a known community, for
    each placement; STEPS of 100 m, at least one for each placement and thing (the fewer the better); KEPT of
    ``before``.
    """

    WEIGHT = "weight"
    COMMUNITIES = "communities"
    FIT = "fit"
    STEPS = "steps"
    KEPT = "kept"


ORDER = (Goal.WEIGHT, Goal.COMMUNITIES, Goal.FIT, Goal.STEPS, Goal.KEPT)
REPAIR = (Goal.WEIGHT, Goal.COMMUNITIES, Goal.KEPT, Goal.FIT, Goal.STEPS)


@dataclass(frozen=True, slots=True)
class Level:
    """What a goal reached, and a bound nobody can pass without giving up something of the goals before it."""

    goal: Goal
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """Tell how far the bound is, as a share of the larger figure; 0 is proved optimal."""
        return abs(self.bound - self.value) / max(1, abs(self.value), abs(self.bound))

    @property
    def is_proved(self) -> bool:
        """Say whether nothing better exists."""
        return self.value == self.bound


class FaultKind(StrEnum):
    """Why a line of the three lists, or a lock, cannot be used."""

    SAID_TWICE = "said_twice"
    NO_PLACE = "no_place"
    NO_WINDOW = "no_window"
    NO_TEAM = "no_team"
    BAD_NUMBER = "bad_number"
    UNKNOWN_NEED = "unknown_need"
    UNKNOWN_HELPER = "unknown_helper"
    NOT_ABLE = "not_able"


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that was left out, and why; ``of`` is "need", "helper", "resource", "lock" or "before"."""

    of: str
    key: str
    kind: FaultKind


@dataclass(frozen=True, slots=True)
class Clash:
    """The locks that cannot all stand (nearly always two); the last is the one that was left out."""

    locks: tuple[Lock, ...]

    @property
    def left_out(self) -> Lock:
        """Return the lock that gave way: the one that was said last."""
        return self.locks[-1]


class Lack(StrEnum):
    """What kind of thing is short."""

    HELPERS = "helpers"
    RESOURCE = "resource"
    TEAM = "team"
    LEFT_OUT = "left_out"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody, or some things, that could serve but serve another need in that window."""

    key: str
    need: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Shortage:
    """In one window: ``wanted`` of these roles or this kind, ``able`` exist, ``free`` are bound nowhere else.

    ``short`` is wanted less free; where able alone is less than wanted, nobody's choice could help: recruit.
    ``rivals`` with this need want ``rivals_want`` of those able: the set that is too large for who is there.
    """

    window: int
    lack: Lack
    names: tuple[str, ...]
    wanted: int
    able: int
    free: int
    taken: tuple[Taken, ...] = ()
    rivals: tuple[str, ...] = ()
    rivals_want: int = 0
    rivals_able: int = 0

    @property
    def short(self) -> int:
        """Count what is missing once everybody serves where they were placed."""
        return max(0, self.wanted - self.free)

    @property
    def is_absolute(self) -> bool:
        """Say whether it was missing before anything was placed."""
        return self.able < self.wanted


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need that is not met, and what is short in each of its windows."""

    need: str
    shortages: tuple[Shortage, ...]
    fault: FaultKind | None = None


class Why(StrEnum):
    """One thing that speaks for a placement."""

    LOCKED = "locked"
    WISHED = "wished"
    KNOWS = "knows"
    KEPT = "kept"
    ONLY = "only"
    NEAREST = "nearest"
    TOGETHER = "together"
    GUIDES = "guides"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why this helper serves there: what speaks for it, and how many others could have and were free."""

    placement: Placement
    why: tuple[Why, ...]
    others_able: int
    others_free: int


@dataclass(frozen=True, slots=True)
class Met:
    """A need that is met: when, by whom, with what, and why they."""

    need: str
    window: int
    team: tuple[Placement, ...]
    uses: tuple[Use, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """The answer for a day, with everything an audit asks for: input, solver, seed, levels, time."""

    met: tuple[Met, ...]
    unmet: tuple[Unmet, ...]
    levels: tuple[Level, ...]
    faults: tuple[Fault, ...] = ()
    clashes: tuple[Clash, ...] = ()
    solver: str = ""
    seed: int = 0
    digest: str = ""
    seconds: float = field(default=0.0, compare=False)
    was_cut_short: bool = False

    @property
    def placements(self) -> tuple[Placement, ...]:
        """List all placements, by need."""
        return tuple(placement for met in self.met for placement in met.team)

    @property
    def uses(self) -> tuple[Use, ...]:
        """List all uses of resources, by need."""
        return tuple(use for met in self.met for use in met.uses)

    @property
    def is_proved(self) -> bool:
        """Say whether every goal is proved to be the best possible."""
        return all(level.is_proved for level in self.levels)

    def level(self, goal: Goal) -> Level:
        """Return what a goal reached."""
        return next(level for level in self.levels if level.goal == goal)
