"""The matching of a co-building day: how good, how sure, how long, beside greedy and round robin.

    python -m bench.matching [--seeds 3] [--seconds 60] [--gap FILE ...] [--only small large gap]

`small` is 60 needs and 350 volunteers, `large` 500 and 3,000 (`matching_town`). Every plan is checked by the
count that shares nothing with the program (`matching_check`) before a figure is printed, and each small day
is matched twice: the answers must be equal. `gap` gives the solver behind it generalised assignment problems
(`matching_gap`): an original with its published optimum, drawn ones with a second solver's answer, and any
file in the OR-Library's form. Wall time; figures go to bench/results/matching.json.
"""

import argparse
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bench.matching_gap import ORIGINAL, PUBLISHED, Assignment, body, cost, drawn, read, second_opinion
from bench.matching_town import LARGE, SMALL, Size, a_town
from lingju.cobuilding.matching import match
from lingju.cobuilding.matching_check import broken
from lingju.cobuilding.matching_greedy import greedy, measure, round_robin
from lingju.cobuilding.matching_model import Day, Goal, Met
from lingju.cobuilding.matching_solver import SOLVER, Question, solve

RESULTS = Path(__file__).parent / "results" / "matching.json"
PEERS: tuple[Callable[[Day], tuple[Met, ...]], ...] = (greedy, round_robin)
Figures = dict[str, Any]


def judged(day: Day, plan: tuple[Met, ...], seconds: float) -> Figures:
    """Count what a plan reaches; a plan that breaks a rule ends the bench."""
    faults = broken(day, plan)
    if faults:
        raise SystemExit(f"a plan breaks rules: {faults[:3]}")
    communities = {need.community for need in day.needs}
    reached = measure(day, plan)
    served = sum(one.metres for part in plan for one in part.team)
    return {
        "met": len(plan),
        **{str(goal): value for goal, value in reached.items()},
        "communities_with_nothing": len(communities) - reached[Goal.COMMUNITIES],
        "placements": sum(len(part.team) for part in plan),
        "km": round(served / 1000, 1),
        "seconds": round(seconds, 2),
    }


def a_town_matched(size: Size, seed: int, seconds: float, is_repeated: bool) -> Figures:
    """Match one town by us and by both peers."""
    day = a_town(size, seed)
    started = time.perf_counter()
    ours = match(day, seconds=seconds, seed=seed)
    figures = {
        "needs": size.needs,
        "helpers": size.helpers,
        "seed": seed,
        "ours": judged(day, ours.met, time.perf_counter() - started),
        "levels": {str(one.goal): [one.value, one.bound, round(one.gap, 5)] for one in ours.levels},
        "is_proved": ours.is_proved,
        "load": round(os.getloadavg()[0], 1),
    }
    if is_repeated and not ours.was_cut_short:
        figures["same_twice"] = match(day, seconds=seconds, seed=seed) == ours
    for peer in PEERS:
        started = time.perf_counter()
        plan = peer(day)
        figures[peer.__name__] = judged(day, plan, time.perf_counter() - started)
    return figures


def an_assignment(name: str, problem: Assignment, seconds: float, known: int | None) -> Figures:
    """Solve one generalised assignment problem and set it beside what is known of it."""
    part = body(problem)
    costs = -np.array(problem.costs, dtype=np.float64).ravel()
    started = time.perf_counter()
    asked = Question(costs, np.zeros(part.width), np.ones(part.width))
    answer = solve(part, asked, seconds=seconds, seed=1)
    taken = time.perf_counter() - started
    found = cost(problem, list(answer.values)) if answer.values is not None else None
    figures: Figures = {
        "problem": name,
        "cost": found,
        "bound": int(np.ceil(-answer.bound - 1e-6)),
        "is_proved": answer.is_optimal,
        "seconds": round(taken, 2),
    }
    if known is not None:
        return figures | {"published": known, "agrees": found == known}
    other = second_opinion(problem, seconds)
    agrees = found is not None and figures["bound"] <= other["cost"] and other["bound"] <= found
    return figures | {"cp_sat": other, "agrees": agrees}


def main(words: list[str]) -> int:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--gap", type=Path, nargs="*", default=[])
    parser.add_argument("--only", nargs="*", default=["small", "large", "gap"])
    chosen = parser.parse_args(words)
    figures: Figures = orjson.loads(RESULTS.read_bytes()) if RESULTS.exists() else {}
    figures["machine"] = (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {SOLVER}"
    )
    seeds = range(1, chosen.seeds + 1)
    if "small" in chosen.only:
        figures["small"] = [shown(a_town_matched(SMALL, seed, 15, True)) for seed in seeds]
    if "large" in chosen.only:
        figures["large"] = [shown(a_town_matched(LARGE, seed, chosen.seconds, False)) for seed in seeds]
        figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if "gap" in chosen.only:
        found = [an_assignment("a05100", read(ORIGINAL.read_text()), chosen.seconds, PUBLISHED)]
        found += [an_assignment(kind, drawn(kind, 1), chosen.seconds, None) for kind in "abcde"]
        found += [
            an_assignment(path.name, read(path.read_text()), chosen.seconds, None) for path in chosen.gap
        ]
        figures["gap"] = [shown(one) for one in found]
    RESULTS.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    return 0


def shown(figures: Figures) -> Figures:
    """Print what was measured, and return it."""
    print(orjson.dumps(figures).decode(), flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
