"""The exact levels of a rota, one after the other, and pairs of teams that are kept apart. Pure.

The first two goals do not look at places. They are solved over groups of duties that are alike, which is a
small flow; its prices hold for each single duty, so that the face over groups is the face over duties.
Travel, stability and wishes follow over single duties.

Teams that may not meet are no flow. Where the answer lets two of them meet, the question is asked twice anew,
each time with one of the two kept from that place and day, the more promising first; the first answer without
a meeting is the best of all. Past `MOST_BRANCHES` questions a rota without meetings is returned unproved.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, count

import numpy as np

from lingju.cobuilding.rota_flow import Face, Flow
from lingju.cobuilding.rota_grid import SHARE, Cell, Goal, Grid, Ints, apart, meetings
from lingju.cobuilding.rota_model import Clash, Duty, Level, LockClash, LocksClash, Problem

MOST_BRANCHES = 40
Assignment = dict[int, int | None]


@dataclass(frozen=True)
class Core:
    """An answer: who has what, the levels, and the face of all answers that are as good at each of them."""

    assignment: Assignment
    levels: tuple[Level, ...]
    grid: Grid
    face: Face

    @property
    def values(self) -> tuple[int, ...]:
        """Return the values of the levels, to be compared in this order."""
        return tuple(level.value for level in self.levels)


Asking = Callable[[frozenset[Cell]], Core]


def solve(problem: Problem, seed: int) -> Core:
    """Return the best rota by unfilled duties, fairness, travel, stability and wishes, in this order."""
    return without_meetings(problem, lambda closed: _by_groups(Grid(problem, closed), seed))


def solve_by(problem: Problem, seed: int, goals: Callable[[Grid], list[Goal]]) -> Core:
    """Return the best rota by other goals in another order, over single duties throughout."""

    def ask(closed: frozenset[Cell]) -> Core:
        grid = Grid(problem, closed)
        size = np.ones(len(grid.duties), np.int64)
        flow = Flow(Face.whole(grid.may, grid.day, size, len(grid.days)), seed)
        levels = tuple(flow.minimise(goal) for goal in goals(grid))
        return Core(grid.whole(flow.holders()), levels, grid, flow.face)

    return without_meetings(problem, ask)


def _by_groups(grid: Grid, seed: int) -> Core:
    group = grid.groups()
    groups = int(group.max()) + 1 if len(group) else 0
    first = np.array([int(np.argmax(group == at)) for at in range(groups)], dtype=np.int64)
    size = np.bincount(group, minlength=groups).astype(np.int64)
    rough = Flow(Face.whole(grid.may[:, first], grid.day[first], size, len(grid.days)), seed)
    unfilled = replace(grid.unfilled(), empties=grid.weight[first])
    levels = [rough.minimise(goal) for goal in (unfilled, grid.fairness())]
    fine = Flow(rough.face.spread(group, grid.day), seed, _start(rough, group))
    levels += [fine.minimise(goal) for goal in (grid.travel(), grid.stability(), grid.preference())]
    return Core(grid.whole(fine.holders()), tuple(levels), grid, fine.face)


def _start(rough: Flow, group: Ints) -> Ints:
    """Deal the teams of each group out to its duties, in any order: a rota that stands, to begin with."""
    start = np.full(len(group), -1, np.int64)
    teams, columns = rough.arcs()
    order = np.argsort(columns, kind="stable")
    teams, columns = teams[order], columns[order]
    duties = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[duties], columns)
    nth = np.arange(len(columns)) - np.searchsorted(columns, columns)
    start[duties[begins + nth]] = teams
    return start


def without_meetings(problem: Problem, ask: Asking) -> Core:
    """Return the best answer in which no two teams meet that are kept apart."""
    tie = count()
    root = ask(frozenset())
    waiting: list[tuple[tuple[int, ...], int, frozenset[Cell], Core]] = []
    heapq.heappush(waiting, (root.values, next(tie), frozenset(), root))
    for _ in range(MOST_BRANCHES):
        _, _, closed, core = heapq.heappop(waiting)
        met = meetings(problem, core.assignment)
        if not met:
            return core
        for child in _branches(closed, met[0]):
            answer = ask(child)
            heapq.heappush(waiting, (answer.values, next(tie), child, answer))
    return _dived(problem, ask, waiting[0][2], waiting[0][3])


def _branches(closed: frozenset[Cell], met: tuple[Duty, int, int]) -> list[frozenset[Cell]]:
    duty, one, other = met
    return [closed | {(team, duty.place, duty.day)} for team in (one, other)]


def _dived(problem: Problem, ask: Asking, closed: frozenset[Cell], best: Core) -> Core:
    """Go down without turning back; say what the best open question leaves possible."""
    core = best
    while met := meetings(problem, core.assignment):
        closed, core = min(
            ((child, ask(child)) for child in _branches(closed, met[0])), key=lambda pair: pair[1].values
        )
    levels, is_proved = [], True
    for level, possible in zip(core.levels, best.levels, strict=True):
        levels.append(replace(level, bound=possible.value if is_proved else 0))
        is_proved = is_proved and level.value == possible.value
    return replace(core, levels=tuple(levels))


def measure(problem: Problem, assignment: Mapping[int, int | None]) -> dict[str, int]:
    """Return the value of each level by plain counting, from nothing but the assignment."""
    team_of = {team.key: team for team in problem.teams}
    row = {team.key: at for at, team in enumerate(problem.teams)}
    column = {place: at for at, place in enumerate(problem.places)}
    ways = problem.steps()
    loads = {team.key: 0 for team in problem.teams}
    found = {"unfilled": 0, "fairness": 0, "travel": 0, "stability": 0, "preference": 0}
    for duty in problem.duties:
        team = assignment[duty.key]
        is_kept = duty.key in problem.locks and problem.locks[duty.key] is None
        found["unfilled"] += duty.weight if team is None and not is_kept else 0
        if duty.key in problem.published and problem.published[duty.key] != team:
            found["stability"] += problem.moving(duty.day)
        if team is None:
            continue
        loads[team] += 1
        found["travel"] += problem.step * int(ways[row[team], column[duty.place]])
        wishes = team_of[team].preferred
        found["preference"] += int(bool(wishes) and duty.day not in wishes)
    for one in problem.teams:
        away = SHARE * (loads[one.key] + one.history) - round(SHARE * one.entitlement)
        found["fairness"] += away * away
    return found


def check_locks(problem: Problem) -> None:
    """Refuse locks that cannot stand, naming each pair of them and each that cannot stand alone."""
    duties = {duty.key: duty for duty in problem.duties}
    teams = {team.key: team for team in problem.teams}
    clashes: list[LockClash] = []
    held: list[tuple[int, int]] = []
    for key, team in problem.locks.items():
        if key not in duties or (team is not None and team not in teams):
            clashes.append(LockClash(Clash.UNKNOWN, (key,), () if team is None else (team,)))
        elif team is not None:
            held.append((key, team))
    for key, team in held:
        duty = duties[key]
        if duty.role not in teams[team].roles:
            clashes.append(LockClash(Clash.ROLE, (key,), (team,), duty.day))
        if duty.day in teams[team].blocked:
            clashes.append(LockClash(Clash.BLOCKED, (key,), (team,), duty.day))
    clashes += _pairs(problem, held)
    if clashes:
        raise LocksClash(tuple(clashes))


def _pairs(problem: Problem, held: list[tuple[int, int]]) -> list[LockClash]:
    duties = {duty.key: duty for duty in problem.duties}
    partners = apart(problem.teams)
    by_day: dict[int, list[tuple[int, int]]] = {}
    for key, team in held:
        by_day.setdefault(duties[key].day, []).append((key, team))
    return [
        LockClash(kind, (one, other), (team,) if team == mate else (team, mate), day)
        for day, locked in sorted(by_day.items())
        for (one, team), (other, mate) in combinations(locked, 2)
        if (kind := _clash(duties[one], team, duties[other], mate, partners))
    ]


def _clash(
    one: Duty, team: int, other: Duty, mate: int, partners: Mapping[int, frozenset[int]]
) -> Clash | None:
    if team == mate:
        return Clash.TWICE
    return Clash.APART if one.place == other.place and mate in partners.get(team, ()) else None
