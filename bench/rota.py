"""A year's rota: proved core and polish, beside round robin and the least-loaded greedy, in one run.

    python -m bench.rota [--city | --polish 15] [--seeds 1 2 3]

A district: 23 places × 3 roles × 12 months = 828 duties, 80 and 110 units, 12 % of the days closed, abilities
by chance. Every method gets the same question, and all answers are counted by the same plain function. The
city, 500 places and 2,000 units, is asked in a process of its own, so that its peak memory is its own.
Figures go to bench/results/rota.json.
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from lingju.cobuilding import rota
from lingju.cobuilding.rota_spacing import pairs_of, repeats_of
from lingju.kernel import clock

RESULTS = Path(__file__).parent / "results" / "rota.json"
ROLES = {"lead": 0.5, "service": 0.6, "legal": 0.35}
STEPS = (1, 500)


@dataclass(frozen=True)
class Row:
    """One answer: how it came about, and what is counted in it. Kilometres are for one duty."""

    units: int
    seed: int
    method: str
    unfilled: int
    deviation: float
    squares: float
    km: float
    pairs: int
    pairs_bound: int | None
    repeats: int
    wall_s: float
    cpu_s: float
    polish: str = ""


def a_year(places: int, units: int, seed: int, side: float = 4000.0, step: int = 1) -> rota.Problem:
    """Return a year of a town whose places and units lie by chance in a square."""
    chance, points = random.Random(seed), np.random.default_rng(seed)
    there, homes = points.uniform(0, side, (places, 2)), points.uniform(0, side, (units, 2))
    apart = homes[:, None, :] - there[None, :, :]
    travel = np.rint(np.hypot(apart[..., 0], apart[..., 1])).astype(np.int64)
    slots = [(day, place, role) for day in range(12) for place in range(places) for role in ROLES]
    duties = tuple(rota.Duty(key, *slot, 3 if slot[2] == "lead" else 1) for key, slot in enumerate(slots))
    sizes = [chance.choice((0.5, 1, 1, 2)) for _ in range(units)]
    teams = tuple(
        rota.Team(
            key,
            frozenset(role for role, share in ROLES.items() if chance.random() < share)
            or frozenset({"service"}),
            frozenset(day for day in range(12) if chance.random() < 0.12),
            round(size / sum(sizes) * len(duties), 2),
            chance.randrange(3),
        )
        for key, size in enumerate(sizes)
    )
    return rota.Problem(duties, teams, tuple(range(places)), travel, step=step)


def round_robin(problem: rota.Problem) -> dict[int, int | None]:
    """Give each duty to the next unit on the list that can have it."""
    found: dict[int, int | None] = {}
    spent: set[tuple[int, int]] = set()
    at, count = 0, len(problem.teams)
    for duty in problem.duties:
        turn = [problem.teams[(at + n) % count] for n in range(count)]
        able = next((t for t in turn if can(t, duty, spent)), None)
        found[duty.key] = able.key if able else None
        if able:
            spent.add((able.key, duty.day))
            at = (able.key + 1) % count
    return found


def least_loaded(problem: rota.Problem) -> dict[int, int | None]:
    """Give each duty to the unit that is furthest below its fair share; of these, the nearest."""
    found: dict[int, int | None] = {}
    spent: set[tuple[int, int]] = set()
    load = {team.key: float(team.history) - team.entitlement for team in problem.teams}
    for duty in problem.duties:
        able = [t.key for t in problem.teams if can(t, duty, spent)]
        best = min(able, key=lambda key: (load[key], int(problem.travel[key, duty.place])), default=None)
        found[duty.key] = best
        if best is not None:
            spent.add((best, duty.day))
            load[best] += 1
    return found


def can(team: rota.Team, duty: rota.Duty, spent: set[tuple[int, int]]) -> bool:
    """Say whether the unit is able, open and free."""
    return duty.role in team.roles and duty.day not in team.blocked and (team.key, duty.day) not in spent


def counted(problem: rota.Problem, seed: int, method: str, found: dict[int, int | None], *took: float) -> Row:
    """Count an answer, whoever gave it."""
    levels = rota.measure(problem, found)
    loads = {team.key: team.history - team.entitlement for team in problem.teams}
    filled = [(duty, team) for duty in problem.duties if (team := found[duty.key]) is not None]
    for _, team in filled:
        loads[team] += 1
    metres = sum(int(problem.travel[team, duty.place]) for duty, team in filled)
    return Row(
        len(problem.teams), seed, method, len(problem.duties) - len(filled),
        round(sum(map(abs, loads.values())) / len(loads), 2), levels["fairness"] / 10_000,
        round(metres / 1000 / max(1, len(filled)), 2), pairs_of(problem, found), None,
        repeats_of(problem, found), round(took[0], 3), round(took[1], 3),
    )  # fmt: skip


def timed(
    problem: rota.Problem, seed: int, polish_s: float | None, tries: int
) -> tuple[rota.Plan, float, float]:
    """Return a plan, and the least wall and processor time of the tries."""
    took = []
    for _ in range(tries):
        wall, cpu = time.perf_counter(), time.process_time()
        plan = rota.plan(problem, seed=seed, polish_s=polish_s)
        took.append((time.perf_counter() - wall, time.process_time() - cpu))
    return plan, min(wall for wall, _ in took), min(cpu for _, cpu in took)


def district(units: int, seed: int, polish_s: float) -> list[Row]:
    """Ask one district of everybody."""
    rows = []
    problem = a_year(23, units, seed)
    for method in (round_robin, least_loaded):
        begun = time.perf_counter(), time.process_time()
        found = method(problem)
        took = time.perf_counter() - begun[0], time.process_time() - begun[1]
        rows.append(counted(problem, seed, method.__name__, found, *took))
    for step in STEPS:
        problem = a_year(23, units, seed, step=step)
        for seconds in (None, polish_s):
            plan, wall, cpu = timed(problem, seed, seconds, 3 if seconds is None else 1)
            assert all(level.is_proved for level in plan.levels[:5])
            assert all(rota.verify_shortage(problem, one) for one in rota.shortages(problem, plan))
            name = f"core, {step} m" if seconds is None else f"polished, {step} m"
            row = counted(problem, seed, name, dict(plan.assignment), wall, cpu)
            bound = plan.level("spacing").bound
            rows.append(Row(**{**asdict(row), "pairs_bound": bound, "polish": str(plan.polish)}))
    return rows


def city(seed: int) -> dict[str, object]:
    """Ask a whole city, once, and say what it took."""
    problem = a_year(500, 2000, seed, side=20_000.0)
    plan, wall, cpu = timed(problem, seed, None, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    levels = {level.name: [level.value, level.bound] for level in plan.levels}
    return {
        "duties": len(problem.duties), "units": len(problem.teams), "seed": seed, "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1), "peak_mb": round(peak), "levels": levels,
    }  # fmt: skip


def city_apart() -> dict[str, object]:
    """Ask the city in a process of its own."""
    command = [sys.executable, "-m", "bench.rota", "--alone", "1"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, object] = json.loads(answer.splitlines()[-1])
    return found


def shown(rows: list[Row]) -> None:
    """Print a table."""
    print(
        f"{'units':>5} {'seed':>4} {'method':<16} {'empty':>5} {'|dev|':>6} {'squares':>8} {'km':>5} ", end=""
    )
    print(f"{'pairs':>5} {'>=':>4} {'again':>5} {'wall s':>7} {'cpu s':>6}  polish")
    for row in rows:
        bound = "" if row.pairs_bound is None else row.pairs_bound
        print(
            f"{row.units:>5} {row.seed:>4} {row.method:<16} {row.unfilled:>5} {row.deviation:>6} "
            f"{row.squares:>8.0f} {row.km:>5} {row.pairs:>5} {bound:>4} {row.repeats:>5} "
            f"{row.wall_s:>7} {row.cpu_s:>6}  {row.polish}",
            flush=True,
        )


def main() -> None:
    """Ask, print, keep."""
    parser = argparse.ArgumentParser(description="A year's rota")
    parser.add_argument("--city", action="store_true", help="the city alone: a quarter of an hour")
    parser.add_argument("--alone", type=int, help="the city of this seed, and nothing else, as JSON")
    parser.add_argument("--polish", type=float, default=15.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    asked = parser.parse_args()
    if asked.alone is not None:
        print(json.dumps(city(asked.alone)))
        return
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if asked.city:
        kept["city"] = city_apart()
        print(kept["city"])
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        return
    rows = [row for units in (80, 110) for seed in asked.seeds for row in district(units, seed, asked.polish)]
    shown(rows)
    kept |= {
        "at": clock.now().isoformat(timespec="seconds"), "python": platform.python_version(),
        "cores": os.cpu_count(), "load": os.getloadavg()[0], "polish_s": asked.polish,
        "district": [asdict(row) for row in rows],
    }  # fmt: skip
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
