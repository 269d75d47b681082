"""The matching of a day as one integer program over a field. Pure.

    y(n,w)      need n is met in window w                     Σ_w y ≤ 1
    z(h,n,w,s)  helper h serves there as s                    Σ_h z = demand·y;  hands between least and most
    u(g,n,w)    group g comes whole                           Σ_s z(member) = u
    r(t,n,w)    pieces of resource t                          Σ_t r = demand·y;  Σ_n r ≤ quantity
    c(k)        community k has something                     c ≤ Σ y

A helper is at one place per window. Where somebody new comes, somebody who is not must. ``z ≤ y`` follows
in whole numbers but not in fractions, so that it is said too: it makes the relaxation, and so the bound,
tighter.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lingju.cobuilding.matching_field import Field, Lending, Option
from lingju.cobuilding.matching_model import HAND, Day, Goal, Lock

INFINITE = float("inf")
STEP_M = 100
WISH, KNOWN = 2, 1

Terms = list[tuple[int, float]]
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Rows:
    """Rows that grow, in the shape a solver reads: low ≤ Σ coefficient·column ≤ high."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)

    def add(self, low: float, terms: Iterable[tuple[int, float]], high: float) -> None:
        """Add one row."""
        for column, factor in terms:
            self.columns.append(column)
            self.factors.append(factor)
        self.starts.append(len(self.columns))
        self.low.append(low)
        self.high.append(high)


@dataclass(slots=True)
class Program:
    """Columns by what they mean, their bounds (all in whole numbers), rows, and a row of costs per goal."""

    here: Field
    meet: dict[tuple[int, int], int] = field(default_factory=dict)
    place: dict[Option, int] = field(default_factory=dict)
    lend: dict[Lending, int] = field(default_factory=dict)
    whole: dict[tuple[int, int, int], int] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    high: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)
    goals: dict[Goal, Floats] = field(default_factory=dict)

    def column(self, high: float = 1.0) -> int:
        """Add a whole-number column from 0 to ``high`` and return its number."""
        self.low.append(0.0)
        self.high.append(high)
        return len(self.high) - 1

    @property
    def width(self) -> int:
        """Count the columns."""
        return len(self.high)


def program(day: Day, ready: Field, locks: Sequence[Lock]) -> Program:
    """Write the program of a day; ``locks`` are those that are to hold."""
    built = Program(ready)
    _columns(built)
    by_site = _by_site(ready)
    _need_rows(built, by_site)
    _helper_rows(built)
    _group_rows(built)
    _lending_rows(built)
    _community_rows(built)
    for lock in locks:
        _lock_row(built, lock)
    _goals(built, day)
    return built


Site = tuple[int, int]


def _by_site(ready: Field) -> dict[Site, list[Option]]:
    sites: dict[Site, list[Option]] = defaultdict(list)
    for option in ready.options:
        sites[option.need, option.window].append(option)
    return sites


def _columns(built: Program) -> None:
    ready = built.here
    for at, need in enumerate(ready.needs):
        for window in sorted(need.windows):
            built.meet[at, window] = built.column()
    for option in ready.options:
        built.place[option] = built.column()
        group = ready.group_of.get(option.helper)
        if group is not None and (group, option.need, option.window) not in built.whole:
            built.whole[group, option.need, option.window] = built.column()
    for lending in ready.lendings:
        need, resource = ready.needs[lending.need], ready.resources[lending.resource]
        built.lend[lending] = built.column(min(resource.quantity, need.resources[resource.kind]))
    for community in sorted({need.community for need in ready.needs}):
        built.served[community] = built.column()


def _need_rows(built: Program, by_site: dict[Site, list[Option]]) -> None:
    for at, need in enumerate(built.here.needs):
        met = [built.meet[at, window] for window in sorted(need.windows)]
        built.rows.add(0, [(column, 1.0) for column in met], 1)
        for window in sorted(need.windows):
            _team_rows(built, at, window, by_site.get((at, window), []))


def _team_rows(built: Program, at: int, window: int, options: list[Option]) -> None:
    need, meet = built.here.needs[at], built.meet[at, window]
    for skill, wanted in sorted(need.skills.items()):
        terms = [(built.place[one], 1.0) for one in options if one.role == skill]
        built.rows.add(0, [*terms, (meet, -float(wanted))], 0)
    hands = [(built.place[one], 1.0) for one in options if one.role == HAND]
    least, most = need.smallest - need.skilled, need.largest - need.skilled
    if most:
        built.rows.add(0, [*hands, (meet, -float(least))], INFINITE)
        built.rows.add(-INFINITE, [*hands, (meet, -float(most))], 0)
    _guide_row(built, need.largest, options)
    if need.largest > 1:
        _coming_rows(built, meet, options)


def _coming_rows(built: Program, meet: int, options: list[Option]) -> None:
    """Say that nobody comes to a need that is not met."""
    of: dict[int, Terms] = defaultdict(list)
    for one in options:
        of[one.helper].append((built.place[one], 1.0))
    for terms in of.values():
        built.rows.add(-INFINITE, [*terms, (meet, -1.0)], 0)


def _guide_row(built: Program, largest: int, options: list[Option]) -> None:
    """Say that nobody new comes without somebody who is not: one guide for all others of the team."""
    helpers = built.here.helpers
    new = [(built.place[one], 1.0) for one in options if helpers[one.helper].is_new]
    if new:
        guides = [
            (built.place[one], -float(max(1, largest - 1)))
            for one in options
            if not helpers[one.helper].is_new
        ]
        built.rows.add(-INFINITE, [*new, *guides], 0)


def _helper_rows(built: Program) -> None:
    at: dict[tuple[int, int], list[int]] = defaultdict(list)
    all_day: dict[int, list[int]] = defaultdict(list)
    for option, column in built.place.items():
        at[option.helper, option.window].append(column)
        all_day[option.helper].append(column)
    for columns in at.values():
        built.rows.add(-INFINITE, [(column, 1.0) for column in columns], 1)
    for index, columns in all_day.items():
        most = built.here.helpers[index].most_places
        if most is not None:
            built.rows.add(-INFINITE, [(column, 1.0) for column in columns], most)


def _group_rows(built: Program) -> None:
    of: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for option, column in built.place.items():
        if option.helper in built.here.group_of:
            of[option.helper, option.need, option.window].append(column)
    for (helper, need, window), columns in of.items():
        whole = built.whole[built.here.group_of[helper], need, window]
        built.rows.add(0, [*((column, 1.0) for column in columns), (whole, -1.0)], 0)


def _lending_rows(built: Program) -> None:
    ready = built.here
    given: dict[tuple[int, int, str], Terms] = defaultdict(list)
    taken: dict[tuple[int, int], Terms] = defaultdict(list)
    for lending, column in built.lend.items():
        kind = ready.resources[lending.resource].kind
        given[lending.need, lending.window, kind].append((column, 1.0))
        taken[lending.resource, lending.window].append((column, 1.0))
    for (at, window), meet in built.meet.items():
        for kind, wanted in sorted(ready.needs[at].resources.items()):
            built.rows.add(0, [*given[at, window, kind], (meet, -float(wanted))], 0)
    for (index, _), terms in taken.items():
        built.rows.add(-INFINITE, terms, ready.resources[index].quantity)


def _community_rows(built: Program) -> None:
    meets: dict[str, Terms] = defaultdict(list)
    for (at, _), column in built.meet.items():
        meets[built.here.needs[at].community].append((column, -1.0))
    for community, served in built.served.items():
        built.rows.add(-INFINITE, [(served, 1.0), *meets[community]], 0)


def _lock_row(built: Program, lock: Lock) -> None:
    """Add what was decided by hand; an unknown key has no columns, and a lock that holds then fails."""
    columns = [column for column, fits in _locked(built, lock) if fits]
    if lock.holds:
        built.rows.add(1, [(column, 1.0) for column in columns], INFINITE)
    else:
        built.rows.add(-INFINITE, [(column, 1.0) for column in columns], 0)


def _locked(built: Program, lock: Lock) -> Iterable[tuple[int, bool]]:
    ready = built.here
    if lock.helper is None:
        for (at, window), column in built.meet.items():
            yield column, ready.needs[at].key == lock.need and lock.window in {None, window}
        return
    for option, column in built.place.items():
        if lock.window in {None, option.window} and ready.needs[option.need].key == lock.need:
            yield column, ready.helpers[option.helper].key == lock.helper


def steps(metres: int) -> int:
    """Count steps of a way: at least one, so that nobody is sent for nothing."""
    return max(1, -(-metres // STEP_M))


def _goals(built: Program, day: Day) -> None:
    ready = built.here
    for goal in Goal:
        built.goals[goal] = np.zeros(built.width)
    for (at, _), column in built.meet.items():
        built.goals[Goal.WEIGHT][column] = ready.needs[at].weight
    for column in built.served.values():
        built.goals[Goal.COMMUNITIES][column] = 1
    kept = {(one.helper, one.need, one.window) for one in day.before}
    for option, column in built.place.items():
        need, helper = ready.needs[option.need], ready.helpers[option.helper]
        built.goals[Goal.FIT][column] = fit(need.key in helper.prefers, need.community in helper.knows)
        built.goals[Goal.STEPS][column] = -steps(int(ready.metres[option.need, option.helper]))
        built.goals[Goal.KEPT][column] = (helper.key, need.key, option.window) in kept
    for lending, column in built.lend.items():
        built.goals[Goal.STEPS][column] = -steps(ready.lending_metres(lending))


def fit(is_wished: bool, is_known: bool) -> int:
    """Weigh a placement by what the helper said and did before."""
    return WISH * is_wished + KNOWN * is_known
