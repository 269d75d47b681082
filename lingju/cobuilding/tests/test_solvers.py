"""Both solvers answer in one process, whichever was asked first: they share the scheduler of HiGHS."""

import subprocess
import sys

import pytest

ASKED = """
import numpy as np
from lingju.cobuilding import matching, rota
from lingju.cobuilding.matching_model import Day, Helper, Need

def turns():
    duty, team = rota.Duty(1, 0, 7, "lead"), rota.Team(2, frozenset({"lead"}))
    problem = rota.Problem((duty,), (team,), (7,), np.zeros((1, 1), dtype=np.int64))
    assert rota.plan(problem, seed=1).assignment == {1: 2}

def day():
    need = Need("n", "c", (0.0, 0.0), frozenset({0}), team_min=1)
    helper = Helper("h", frozenset(), frozenset({0}), (0.0, 0.0), 500)
    assert [met.need for met in matching.match(Day((need,), (helper,))).met] == ["n"]

"""


@pytest.mark.slow
@pytest.mark.parametrize("order", ["turns(); day(); turns()", "day(); turns(); day()"])
def test_each_answers_after_the_other(order: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED + order], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()[-600:]
