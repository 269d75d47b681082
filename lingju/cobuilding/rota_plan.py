"""From a problem to a plan: the exact levels, then spacing and variety, and what is told of both. Pure.

The exact levels leave a face of rotas that are equally good. Only inside it the second step looks for fewer
consecutive days and for other places, so that it can make nothing worse; should it find nothing, or should
its solver be missing, the rota of the first step stands and says so.
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from statistics import fmean
from time import perf_counter

from lingju.cobuilding.rota_core import Core, check_locks, measure, solve
from lingju.cobuilding.rota_grid import SHARE, meetings
from lingju.cobuilding.rota_model import Level, Load, Plan, Polish, Problem, Spread, Team
from lingju.cobuilding.rota_polish import Polished, polished
from lingju.cobuilding.rota_spacing import fewest_pairs, pairs_of, repeats_of

SOLVER = f"HiGHS {version('highspy')}"


def plan(problem: Problem, *, seed: int = 1, polish_s: float | None = None) -> Plan:
    """Return the best rota, level after level; `polish_s` seconds go to what is no flow, None skips it.

    Raises `LocksClash` where locks cannot stand together.
    """
    begun = perf_counter()
    check_locks(problem)
    core = solve(problem, seed)
    first = drawn_up(problem, core, seed, 0.0)
    if polish_s is None:
        return replace(first, seconds=perf_counter() - begun)
    found = polished(core, seed, polish_s)
    return replace(_after(problem, core, first, found), seconds=perf_counter() - begun)


def drawn_up(problem: Problem, core: Core, seed: int, seconds: float) -> Plan:
    """Return the plan that an answer of the core makes."""
    spacing = _spacing(problem, core, core.assignment, 0)
    loads = _loads(problem, core.assignment)
    return Plan(
        core.assignment, core.levels + spacing, loads, _spread(problem, loads), problem.digest(), SOLVER,
        seed, seconds,
    )  # fmt: skip


def _after(problem: Problem, core: Core, first: Plan, found: Polished) -> Plan:
    """Return the plan with what the second step found, if it is no worse in anything that was proved."""
    assignment = found.assignment
    if assignment is None:
        return replace(first, polish=found.outcome)
    counted = measure(problem, assignment)
    is_as_good = all(counted[level.name] == level.value for level in core.levels)
    spacing = _spacing(problem, core, assignment, found.pairs_bound)
    before = [level.value for level in first.levels[len(core.levels) :]]
    if not is_as_good or meetings(problem, assignment) or [level.value for level in spacing] > before:
        return replace(first, polish=Polish.NO_ANSWER)
    loads = _loads(problem, assignment)
    return replace(
        first, assignment=assignment, levels=core.levels + spacing, loads=loads,
        spread=_spread(problem, loads), solver=f"{SOLVER}, {found.solver}", polish=found.outcome,
    )  # fmt: skip


def _spacing(
    problem: Problem, core: Core, assignment: Mapping[int, int | None], bound: int
) -> tuple[Level, Level]:
    pairs, repeats = pairs_of(problem, assignment), repeats_of(problem, assignment)
    return (
        Level("spacing", pairs, max(bound, fewest_pairs(core))),
        Level("variety", repeats, 0),
    )


def _loads(problem: Problem, assignment: Mapping[int, int | None]) -> tuple[Load, ...]:
    counts = {team.key: 0 for team in problem.teams}
    for team in assignment.values():
        if team is not None:
            counts[team] += 1
    return tuple(Load(t.key, counts[t.key], _away(t, counts[t.key])) for t in problem.teams)


def _away(team: Team, load: int) -> float:
    return (SHARE * (load + team.history) - round(SHARE * team.entitlement)) / SHARE


def _spread(problem: Problem, loads: tuple[Load, ...]) -> Spread:
    away = [load.deviation for load in loads]
    if not away:
        return Spread(0.0, 0.0, 0.0, 1.0)
    shares = [
        (load.load + team.history) / team.entitlement
        for load, team in zip(loads, problem.teams, strict=True)
        if team.entitlement > 0
    ]
    squares = len(shares) * sum(share * share for share in shares)
    jain = sum(shares) ** 2 / squares if squares else 1.0
    return Spread(min(away), max(away), fmean(abs(one) for one in away), jain)
