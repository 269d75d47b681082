"""The second step makes nothing worse, ends in time, says the same twice, and may be missing."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic

import orjson
import pytest

from lingju.cobuilding import rota_polish
from lingju.cobuilding.rota import Duty, Plan, Polish, measure, plan
from lingju.cobuilding.rota_core import solve
from lingju.cobuilding.rota_polish import polished
from lingju.cobuilding.rota_spacing import _fewest, fewest_pairs, pairs_of, repeats_of
from lingju.cobuilding.tests.rotas import a_few_duties, a_problem, a_team, by_chance, everything

EXACT = ("unfilled", "fairness", "travel", "stability", "preference")


def later(drawn: Plan) -> tuple[int, int]:
    return drawn.level("spacing").value, drawn.level("variety").value


@pytest.mark.slow
def test_consecutive_days_go_where_they_need_not_be() -> None:
    duties = tuple(Duty(10 * day + place, day, place, "lead") for day in range(4) for place in (1, 2))
    teams = tuple(a_team(key, "lead", share=2.0) for key in (1, 2, 3, 4))
    problem = a_problem(duties, teams, published={0: 1})
    drawn = plan(problem, polish_s=5.0)
    assert drawn.polish is Polish.DONE
    assert drawn.level("spacing") == replace(drawn.level("spacing"), value=0, bound=0)
    assert "CP-SAT" in drawn.solver


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_small_rota_is_polished_to_the_best_of_its_face(seed: int) -> None:
    problem = a_few_duties(seed, days=3, places=2, roles=1, teams=3, published={}, step=3000)
    drawn = plan(problem, polish_s=5.0)
    exact = {name: drawn.level(name).value for name in EXACT}
    best = min(
        (pairs_of(problem, one), repeats_of(problem, one))
        for one in everything(problem)
        if measure(problem, one) == exact
    )
    assert later(drawn) == best


@pytest.mark.slow
def test_windows_make_nothing_worse_and_say_the_same_twice() -> None:
    problem = by_chance(3, places=10, days=8, roles=3, teams=45, published={}, step=1000)
    core = plan(problem)
    one, other = plan(problem, polish_s=3.0), plan(problem, polish_s=3.0)
    assert all(one.level(name) == core.level(name) for name in EXACT)
    assert measure(problem, one.assignment) == {name: core.level(name).value for name in EXACT}
    assert later(one) < later(core)
    if Polish.BRAKED not in (one.polish, other.polish):
        assert one.assignment == other.assignment


@pytest.mark.slow
def test_whoever_may_not_meet_is_kept_apart_by_the_second_step_too() -> None:
    problem = by_chance(4, places=4, days=4, roles=3, teams=18, published={}, step=3000)
    first, *rest = problem.teams
    barred = replace(
        problem,
        teams=(replace(first, apart=frozenset(team.key for team in rest[:6])), *rest),
        locks={
            problem.duties[0].key: next(
                t.key for t in rest if problem.duties[0].role in t.roles and not t.blocked
            )
        },
    )
    drawn = plan(barred, polish_s=3.0)
    assert drawn.polish in (Polish.DONE, Polish.BRAKED)
    assert drawn.assignment[problem.duties[0].key] == barred.locks[problem.duties[0].key]


def test_without_the_solver_the_first_rota_stands() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_OR_TOOLS], input=b"{}", capture_output=True, check=True, timeout=60
    )
    assert orjson.loads(answer.stdout) == {"outcome": "no solver"}


WITHOUT_OR_TOOLS = """
import sys
sys.modules["ortools"] = None
from lingju.cobuilding import rota_polish_worker
rota_polish_worker.main()
"""


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ('echo \'{"outcome": "no solver"}\'', Polish.NO_SOLVER),
        ("exit 1", Polish.NO_ANSWER),
        ("kill -9 $$", Polish.NO_ANSWER),
        ("echo half an answ", Polish.NO_ANSWER),
        ('echo \'{"outcome": "done"}\'', Polish.NO_ANSWER),
        ("echo '[]'", Polish.NO_ANSWER),
    ],
)
def test_a_worker_that_dies_or_babbles_leaves_the_first_rota(
    script: str, outcome: Polish, tmp_path: Path
) -> None:
    worker = tmp_path / "python"
    worker.write_text(f"#!/bin/sh\n{script}\n")
    worker.chmod(0o755)
    found = polished(solve(by_chance(1), 1), 1, 5.0, python=str(worker))
    assert (found.outcome, found.assignment) == (outcome, None)


def test_a_worker_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "python"
    worker.write_text("#!/bin/sh\nexec sleep 60\n")
    worker.chmod(0o755)
    monkeypatch.setattr(rota_polish, "GRACE_S", 0.1)
    begun = monotonic()
    assert polished(solve(by_chance(1), 1), 1, 0.1, python=str(worker)).outcome is Polish.NO_ANSWER
    assert monotonic() - begun < 5


def test_a_missing_interpreter_leaves_the_first_rota() -> None:
    assert polished(solve(by_chance(1), 1), 1, 5.0, python="/nowhere").outcome is Polish.NO_ANSWER


@pytest.mark.parametrize("seed", range(12))
def test_no_equally_good_rota_has_fewer_consecutive_days_than_the_bound(seed: int) -> None:
    problem = a_few_duties(seed, days=3, places=2, roles=1, teams=3, step=3000)
    core = solve(problem, 1)
    exact = {level.name: level.value for level in core.levels}
    least = min(pairs_of(problem, one) for one in everything(problem) if measure(problem, one) == exact)
    assert fewest_pairs(core) <= least


@pytest.mark.parametrize(
    ("days", "least"),
    [
        ([], [0]),
        ([3], [0, 0]),
        ([0, 1], [0, 0, 1]),
        ([0, 1, 2], [0, 0, 0, 2]),
        ([0, 1, 3, 4, 5, 6], [0, 0, 0, 0, 1, 2, 4]),
    ],
)
def test_so_many_days_in_a_row_cannot_be_avoided(days: list[int], least: list[int]) -> None:
    assert _fewest(days) == least
