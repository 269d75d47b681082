"""Consecutive days and the same place again: how many there are, and the least there can be. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from lingju.cobuilding.rota_core import Core
from lingju.cobuilding.rota_model import Problem

TWICE = 2  # a team at one place up to twice is variety enough


def pairs_of(problem: Problem, assignment: Mapping[int, int | None]) -> int:
    """Return how often a team has a duty on two consecutive days."""
    held = {(team, duty.day) for duty in problem.duties if (team := assignment[duty.key]) is not None}
    return sum((team, day + 1) in held for team, day in held)


def repeats_of(problem: Problem, assignment: Mapping[int, int | None]) -> int:
    """Return how many duties a team has at one place beyond the second, all together."""
    times = Counter(
        (team, duty.place) for duty in problem.duties if (team := assignment[duty.key]) is not None
    )
    return sum(max(0, number - TWICE) for number in times.values())


def fewest_pairs(core: Core) -> int:
    """Return a number of consecutive pairs below which no equally good rota can get.

    A team with n duties on the days it could come has at least as many pairs as n points on a line with gaps;
    over all teams the n that fairness leaves open add up to the duties that are filled.
    """
    grid, face = core.grid, core.face
    days = sorted(grid.days)
    held: dict[int, set[int]] = {row: set() for row in range(len(grid.teams))}
    for duty, row in grid.held:
        held[row].add(duty.day)
    filled = sum(core.assignment[duty.key] is not None for duty in grid.duties)
    low, steps, least = 0, [], 0
    for row, team in enumerate(grid.teams):
        could = [day for day in days if grid.is_open[row, grid.days[day]] or day in held[row]]
        costs = _fewest(could)
        bottom = int(face.step_low[row].sum())
        top = min(int(face.step_high[row].sum()), len(could) - len(held[row]))
        least += costs[bottom + len(held[row])]
        low += bottom
        steps += [costs[n + 1] - costs[n] for n in range(bottom + len(held[row]), top + len(held[row]))]
        assert team.key == grid.teams[row].key
    return least + sum(sorted(steps)[: max(0, filled - low)])


def _fewest(days: list[int]) -> list[int]:
    """Return the least number of consecutive pairs among n of these days, for n from 0 to all of them.

    A run of m days takes its first ⌈m/2⌉ points for nothing; each further one then costs 1 (once, if m is
    even) or 2. These costs only grow, so that the cheapest over all runs come first.
    """
    costs: list[int] = []
    for length in _runs(days):
        costs += [0] * ((length + 1) // 2)
        rest = length // 2
        costs += ([1] if rest and length % 2 == 0 else []) + [2] * (rest - (length % 2 == 0))
    return [0, *np.cumsum(sorted(costs), dtype=np.int64).tolist()]


def _runs(days: Iterable[int]) -> list[int]:
    runs: list[int] = []
    before: int | None = None
    for day in days:
        if before is not None and day == before + 1:
            runs[-1] += 1
        else:
            runs.append(1)
        before = day
    return runs
