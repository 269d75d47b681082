"""Decisions after the plan: somebody drops out, or a person puts a team where the plan does not. Pure.

A repair leaves every other day as it is: days share no duty and no team's time, so that a change elsewhere
could neither fill a cell of this day nor save a change on it. On the day itself the levels are coverage,
number of changed cells, fairness, travel, and the first two are proved like all others.
"""

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

from lingju.cobuilding.rota_core import Core, check_locks, measure, solve, solve_by
from lingju.cobuilding.rota_grid import Goal, Grid
from lingju.cobuilding.rota_model import Change, Cost, Level, Plan, Problem, Repair
from lingju.cobuilding.rota_plan import drawn_up

Dropped = frozenset[tuple[int, int]]  # team, day


def repair(problem: Problem, plan: Plan, dropped: Dropped) -> Repair:
    """Return the plan after teams drop out on days, with as few changed cells as there can be.

    A lock that holds a team on a day on which it drops out falls; all other locks stand.
    """
    begun = perf_counter()
    after = without(problem, dropped)
    gone = frozenset(d.key for d in after.duties if (plan.assignment[d.key], d.day) in dropped)
    small = replace(after, locks=_the_rest_locked(after, plan, {day for _, day in dropped}))
    check_locks(small)
    core = solve_by(small, plan.seed, lambda grid: _goals(grid, plan.assignment, gone))
    changes = tuple(
        Change(key, plan.assignment[key], team)
        for key, team in core.assignment.items()
        if team != plan.assignment[key]
    )
    fewest = next(level.bound for level in core.levels if level.name == "changes")
    whole = replace(core, levels=_of_the_whole(after, small, core))
    return Repair(drawn_up(after, whole, plan.seed, perf_counter() - begun), changes, fewest)


def without(problem: Problem, dropped: Dropped) -> Problem:
    """Return the problem in which these teams are closed on these days, and their locks there are gone."""
    day_of = {duty.key: duty.day for duty in problem.duties}
    return replace(
        problem,
        teams=tuple(
            replace(team, blocked=team.blocked | {day for one, day in dropped if one == team.key})
            for team in problem.teams
        ),
        locks={key: team for key, team in problem.locks.items() if (team, day_of.get(key)) not in dropped},
    )


def override_cost(problem: Problem, plan: Plan, duty: int, team: int | None) -> Cost:
    """Return what it costs to decide one cell by hand: the best plan with it, level by level beside this one.

    Raises `LocksClash` where the decision cannot stand beside the locks.
    """
    begun = perf_counter()
    decided = replace(problem, locks={**problem.locks, duty: team})
    check_locks(decided)
    new = drawn_up(decided, solve(decided, plan.seed), plan.seed, perf_counter() - begun)
    # Counted on the old question, in which a cell that is emptied by hand counts as empty.
    counted = (measure(problem, plan.assignment), measure(problem, new.assignment))
    changes = tuple(
        (level.name, (counted[1][level.name] - counted[0][level.name]) / level.scale)
        for level in new.levels
        if level.name in counted[0]
    )
    moved = tuple(key for key, holder in new.assignment.items() if plan.assignment[key] != holder)
    return Cost(new, changes, moved)


def _the_rest_locked(after: Problem, plan: Plan, days: set[int]) -> dict[int, int | None]:
    rest = {duty.key: plan.assignment[duty.key] for duty in after.duties if duty.day not in days}
    return {**after.locks, **rest}


def _goals(grid: Grid, before: Mapping[int, int | None], gone: frozenset[int]) -> list[Goal]:
    return [grid.unfilled(), grid.changes(before, gone), grid.fairness(), grid.travel()]


def _of_the_whole(after: Problem, small: Problem, core: Core) -> tuple[Level, ...]:
    """Return the levels counted over all days; the proof is that of the day, the others being given."""
    counted = measure(after, core.assignment)
    elsewhere = counted["unfilled"] - measure(small, core.assignment)["unfilled"]
    levels = [
        replace(level, value=level.value + elsewhere, bound=level.bound + elsewhere)
        if level.name == "unfilled"
        else level
        for level in core.levels
    ]
    return tuple(levels)
