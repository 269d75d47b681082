"""Generalised assignment problems in the form of the OR-Library, and a second, independent solver for them.

    python -m bench.matching_gap SECONDS < problem        the best cost and bound by CP-SAT, as JSON

`gap/a05100.txt` is an original (J. E. Beasley's OR-Library; its best cost, 1698, is published). Types a to e
are drawn by the published rules of Chu and Beasley (1997), so that anybody can draw them again. OR-Tools and
HiGHS cannot live in one process: the second solver runs in its own.
"""

import importlib
import math
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from lingju.cobuilding.matching_program import Rows

ORIGINAL, PUBLISHED = Path(__file__).parent / "gap" / "a05100.txt", 1698
AGENTS, JOBS = 5, 100


@dataclass(frozen=True)
class Assignment:
    """Costs and loads [agents][jobs], and what each agent can carry."""

    costs: list[list[int]]
    loads: list[list[int]]
    room: list[int]


@dataclass(frozen=True)
class Body:
    """Columns and rows as our solver takes them; column = agent · jobs + job."""

    width: int
    rows: Rows


def read(text: str) -> Assignment:
    """Read one problem in the OR-Library's form; line breaks mean nothing in it."""
    numbers = [int(word) for word in text.split()]
    agents, jobs = numbers[:2]
    rows = np.array(numbers[2 : 2 + 2 * agents * jobs]).reshape(2, agents, jobs).tolist()
    return Assignment(rows[0], rows[1], numbers[2 + 2 * agents * jobs :][:agents])


def drawn(kind: str, seed: int) -> Assignment:
    """Draw a problem of type a, b, c, d or e with five agents and a hundred jobs."""
    dice = random.Random(f"{kind}{seed}")
    if kind == "e":
        loads = [
            [math.ceil(1 - 10 * math.log(1 - dice.random())) for _ in range(JOBS)] for _ in range(AGENTS)
        ]
        costs = [[math.ceil(1000 / load - 10 * dice.random()) for load in row] for row in loads]
    elif kind == "d":
        loads = [[dice.randint(1, 100) for _ in range(JOBS)] for _ in range(AGENTS)]
        costs = [[111 - load + dice.randint(-10, 10) for load in row] for row in loads]
    else:
        loads = [[dice.randint(5, 25) for _ in range(JOBS)] for _ in range(AGENTS)]
        costs = [[dice.randint(10, 50) for _ in range(JOBS)] for _ in range(AGENTS)]
    return Assignment(costs, loads, _room(kind, costs, loads))


def _room(kind: str, costs: list[list[int]], loads: list[list[int]]) -> list[int]:
    if kind in "cde":
        return [int(0.8 * sum(row) / AGENTS) for row in loads]
    cheapest = [min(range(AGENTS), key=lambda agent, job=job: costs[agent][job]) for job in range(JOBS)]  # type: ignore[misc]
    fullest = max(
        sum(loads[agent][job] for job in range(JOBS) if cheapest[job] == agent) for agent in range(AGENTS)
    )
    room = 0.6 * (JOBS / AGENTS) * 15 + 0.4 * fullest
    return [int(room if kind == "a" else 0.7 * room)] * AGENTS


def body(problem: Assignment) -> Body:
    """Write a problem as rows: every job once, no agent above its room."""
    agents, jobs, rows = len(problem.costs), len(problem.costs[0]), Rows()
    for job in range(jobs):
        rows.add(1, [(agent * jobs + job, 1.0) for agent in range(agents)], 1)
    for agent in range(agents):
        loads = [(agent * jobs + job, float(problem.loads[agent][job])) for job in range(jobs)]
        rows.add(-math.inf, loads, problem.room[agent])
    return Body(agents * jobs, rows)


def cost(problem: Assignment, chosen: list[float]) -> int | None:
    """Count what a choice costs; None where it breaks a rule."""
    agents, jobs = len(problem.costs), len(problem.costs[0])
    who = [[agent for agent in range(agents) if chosen[agent * jobs + job] > 0.5] for job in range(jobs)]
    if any(len(agent) != 1 for agent in who):
        return None
    carried = [
        sum(problem.loads[agent][job] for job in range(jobs) if who[job] == [agent])
        for agent in range(agents)
    ]
    if any(load > room for load, room in zip(carried, problem.room, strict=True)):
        return None
    return sum(problem.costs[agent][job] for job, (agent,) in enumerate(who))


def second_opinion(problem: Assignment, seconds: float) -> dict[str, int]:
    """Ask CP-SAT in another process."""
    said = orjson.dumps([problem.costs, problem.loads, problem.room])
    call = [sys.executable, "-m", "bench.matching_gap", str(seconds)]
    answer = subprocess.run(call, input=said, capture_output=True, check=True)
    found: dict[str, int] = orjson.loads(answer.stdout)
    return found


def main(words: list[str]) -> int:
    """Solve the problem on standard input by CP-SAT."""
    cp_model = importlib.import_module("ortools.sat.python.cp_model")
    costs, loads, room = orjson.loads(sys.stdin.buffer.read())
    model = cp_model.CpModel()
    take = [[model.new_bool_var("") for _ in row] for row in costs]
    for job in range(len(costs[0])):
        model.add_exactly_one(row[job] for row in take)
    for row, load, most in zip(take, loads, room, strict=True):
        model.add(sum(one * weight for one, weight in zip(row, load, strict=True)) <= most)
    model.minimize(
        sum(
            one * each
            for row, line in zip(take, costs, strict=True)
            for one, each in zip(row, line, strict=True)
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(words[0])
    solver.parameters.num_workers = 1
    solver.solve(model)
    answer = {"cost": round(solver.objective_value), "bound": math.ceil(solver.best_objective_bound - 1e-6)}
    sys.stdout.buffer.write(orjson.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
