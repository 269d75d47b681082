"""Who serves which need of a co-building day, when and with what: the best by order, and its proof. Pure.

    Day ─▶ locks that can stand ─▶ field ─▶ program ─▶ weight and communities ─▶ fit ─▶ steps ─▶ kept ─▶ why
           (Clash: those that cannot)          │
                                               └─ too large for one program: by districts (matching_districts)

Each goal is sought without giving up anything of the goals before it, and comes with a bound: what nobody can
pass under the same condition. Where value and bound agree, it is proved.
"""

import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lingju.cobuilding.matching_districts import ENOUGH, by_districts, settled
from lingju.cobuilding.matching_explained import explained
from lingju.cobuilding.matching_field import Field, ready
from lingju.cobuilding.matching_locks import Standing, standing
from lingju.cobuilding.matching_model import (
    ORDER,
    Day,
    Goal,
    Level,
    Lock,
    Matching,
    Met,
    Placement,
    Use,
)
from lingju.cobuilding.matching_program import INFINITE, Floats, Program, program
from lingju.cobuilding.matching_solver import SOLVER, Answer, Question, Row, question, solve, whole

TOO_WIDE, DISTRICTS_SHARE, SETTLING_SHARE = 9_000, 0.4, 0.5


@dataclass(slots=True)
class Search:
    """One search under way: what was found, which levels are settled, when it must end."""

    built: Program
    seed: int
    gap: float
    ends: float
    values: Floats
    rows: list[Row] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    was_cut_short: bool = False

    @property
    def left(self) -> float:
        """Tell how many seconds are left."""
        return max(0.05, self.ends - time.monotonic())


def match(
    day: Day,
    *,
    seconds: float = 15.0,
    seed: int = 1,
    gap: float = 0.0,
    order: Sequence[Goal] = ORDER,
) -> Matching:
    """Match a day in about so many seconds; the same day and seed, the same answer, unless cut short.

    ``gap`` is the share of the first goal that need not be proved. ``order`` begins with weight and
    communities (REPAIR puts what was proposed before next). Never raises for what people typed: lines that
    cannot be used are told as faults, locks that cannot stand as clashes, needs that cannot be met with what
    is short.
    """
    started = time.monotonic()
    held = standing(day, seed)
    here = ready(day, held.locks)
    built = program(day, here, held.locks)
    search = Search(built, seed, gap, started + seconds, np.zeros(built.width))
    _first(search)
    _later(search, order[2:])
    return _told(day, here, held, search, time.monotonic() - started)


def cost_of(day: Day, base: Matching, locks: Sequence[Lock], *, seconds: float = 15.0) -> tuple[Level, ...]:
    """Tell what decisions by hand cost: each goal's value with them, and as its bound the value without."""
    after = match(replace(day, locks=(*day.locks, *locks)), seconds=seconds, seed=base.seed)
    return tuple(replace(level, bound=base.level(level.goal).value) for level in after.levels)


def digest_of(day: Day) -> str:
    """Name a day by a hash of everything that is asked, in whatever order it was said."""
    parts = [sorted(map(_said, lines)) for lines in (day.needs, day.helpers, day.resources, day.before)]
    text = repr([*parts, [_said(lock) for lock in day.locks]])
    return hashlib.sha256(text.encode()).hexdigest()


def _said(line: object) -> str:
    values = (getattr(line, name) for name in line.__dataclass_fields__)  # type: ignore[attr-defined]
    return repr([_plain(value) for value in values])


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return sorted(value.items()) if isinstance(value, dict) else value


def _first(search: Search) -> None:
    """Settle weight and communities as one sum, in which one unit of weight outweighs all communities."""
    built = search.built
    weight, communities = built.goals[Goal.WEIGHT], built.goals[Goal.COMMUNITIES]
    scale = len(built.served) + 1
    asked = question(built, weight * scale + communities)
    if built.width > TOO_WIDE:
        ends = time.monotonic() + search.left * DISTRICTS_SHARE
        answer = by_districts(built, asked, ends=ends, seed=search.seed, gap=max(search.gap, ENOUGH))
    else:
        answer = solve(built, asked, seconds=search.left * 0.7, seed=search.seed, gap=search.gap)
    _take(search, answer)
    reached, served = int(weight @ search.values), int(communities @ search.values)
    bound = answer.bound if math.isfinite(answer.bound) else float(weight_there(built) * scale + scale - 1)
    search.levels.append(Level(Goal.WEIGHT, reached, max(reached, whole(bound) // scale)))
    most = min(len(built.served), whole(bound) - reached * scale)
    search.levels.append(Level(Goal.COMMUNITIES, served, max(served, most)))
    search.rows += [(reached, weight, INFINITE), (served, communities, INFINITE)]


def weight_there(built: Program) -> int:
    """Sum the weight of all needs, which nobody can pass."""
    return sum(need.weight for need in built.here.needs)


def _later(search: Search, goals: Sequence[Goal]) -> None:
    """Settle the other goals under everything settled before; those that nothing counts for need no time."""
    is_wide, built = search.built.width > TOO_WIDE, search.built
    if is_wide:
        _settle(search, goals, SETTLING_SHARE)
    waiting = [goal for goal in goals if built.goals[goal].any()]
    for at, goal in enumerate(waiting, 1):
        asked = replace(question(built, built.goals[goal], search.rows), start=search.values)
        share = search.left * (0.5 if is_wide else 0.7) if at < len(waiting) else search.left * 0.9
        answer = solve(built, replace(asked, is_relaxed=is_wide), seconds=share, seed=search.seed)
        if not is_wide:
            _take(search, answer)
        if not is_wide and not answer.is_optimal:
            _settle(search, goals, 0.5)
        _note(search, goal, answer, asked)
    search.levels += [Level(goal, 0, 0) for goal in goals if goal not in waiting]
    said = [Goal.WEIGHT, Goal.COMMUNITIES, *goals]
    search.levels = sorted(
        (_as_it_is(search, level) for level in search.levels), key=lambda level: said.index(level.goal)
    )


def _settle(search: Search, goals: Sequence[Goal], share: float) -> None:
    ends = time.monotonic() + search.left * share
    search.values, is_done = settled(search.built, search.values, goals, ends=ends, seed=search.seed)
    search.was_cut_short |= not is_done


def _note(search: Search, goal: Goal, answer: Answer, asked: Question) -> None:
    """Write down what a goal reached and its bound, and let nothing that comes later give it up."""
    value = round(float(asked.costs @ search.values))
    most = float(asked.costs[asked.costs > 0] @ asked.high[asked.costs > 0])
    bound = max(value, whole(min(answer.bound, most) if math.isfinite(answer.bound) else most))
    sign = -1 if goal == Goal.STEPS else 1
    search.levels.append(Level(goal, sign * value, sign * bound))
    search.rows.append((value, asked.costs, INFINITE))


def _as_it_is(search: Search, level: Level) -> Level:
    """Tell the value of the plan at last: what was settled later may have gained for a goal before it."""
    return replace(level, value=abs(round(float(search.built.goals[level.goal] @ search.values))))


def _take(search: Search, answer: Answer) -> None:
    search.was_cut_short |= not answer.is_optimal
    if answer.values is not None:
        search.values = answer.values


def _told(day: Day, here: Field, held: Standing, search: Search, seconds: float) -> Matching:
    met, unmet = explained(day, _met(search.built, search.values), held.locks, here)
    faults = sorted({*here.faults, *held.faults}, key=lambda fault: (fault.of, fault.key, fault.kind))
    return Matching(
        met,
        unmet,
        tuple(search.levels),
        tuple(faults),
        held.clashes,
        SOLVER,
        search.seed,
        digest_of(day),
        seconds,
        search.was_cut_short,
    )


def _met(built: Program, values: Floats) -> tuple[Met, ...]:
    here = built.here
    teams: dict[tuple[int, int], list[Placement]] = {}
    uses: dict[tuple[int, int], list[Use]] = {}
    for option, column in built.place.items():
        if values[column] > 0:
            need, helper = here.needs[option.need], here.helpers[option.helper]
            metres = int(here.metres[option.need, option.helper])
            teams.setdefault((option.need, option.window), []).append(
                Placement(helper.key, need.key, option.window, option.role, metres)
            )
    for lending, column in built.lend.items():
        if values[column] > 0:
            need, resource = here.needs[lending.need], here.resources[lending.resource]
            metres = here.lending_metres(lending)
            uses.setdefault((lending.need, lending.window), []).append(
                Use(resource.key, need.key, lending.window, int(values[column]), metres)
            )
    return tuple(
        Met(here.needs[at].key, window, tuple(teams.get((at, window), ())), tuple(uses.get((at, window), ())))
        for (at, window), column in built.meet.items()
        if values[column] > 0
    )
