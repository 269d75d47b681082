"""A day matched by districts keeps every rule, comes near the best, and never claims a bound below it."""

import time

import numpy as np
import pytest

from lingju.cobuilding.matching_districts import by_districts, settled
from lingju.cobuilding.matching_field import ready
from lingju.cobuilding.matching_model import Day, Goal
from lingju.cobuilding.matching_program import Program, program
from lingju.cobuilding.matching_solver import question, solve
from lingju.cobuilding.tests.matching_days import a_small_day

pytestmark = pytest.mark.slow
LATER = (Goal.FIT, Goal.STEPS, Goal.KEPT)


def a_program(seed: int) -> Program:
    day: Day = a_small_day(seed, needs=70, helpers=110)
    return program(day, ready(day), ())


def is_kept(built: Program, values: np.ndarray) -> bool:
    """Count every row anew, and that every column is a whole number within its bounds."""
    sums = [0.0] * len(built.rows.low)
    for row, (first, last) in enumerate(zip(built.rows.starts, built.rows.starts[1:], strict=False)):
        sums[row] = sum(built.rows.factors[at] * values[built.rows.columns[at]] for at in range(first, last))
    rows = zip(sums, built.rows.low, built.rows.high, strict=True)
    columns = zip(values, built.low, built.high, strict=True)
    return all(low <= got <= high for got, low, high in rows) and all(
        low <= got <= high and got == round(got) for got, low, high in columns
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_is_no_lie_and_the_plan_is_near_it(seed: int) -> None:
    built = a_program(seed)
    asked = question(built, built.goals[Goal.WEIGHT])
    best = solve(built, asked, seconds=60, seed=1)
    assert best.is_optimal
    found = by_districts(built, asked, ends=time.monotonic() + 60, seed=1)
    assert found.values is not None
    assert is_kept(built, found.values)
    value = float(asked.costs @ found.values)
    assert value <= best.bound + 1e-6 <= found.bound + 1e-3
    assert value >= 0.97 * found.bound


def test_what_comes_later_gives_up_nothing_of_what_came_before() -> None:
    built = a_program(5)
    asked = question(built, built.goals[Goal.WEIGHT])
    first = solve(built, asked, seconds=60, seed=1).values
    assert first is not None
    values, is_done = settled(built, first, LATER, ends=time.monotonic() + 60, seed=1)
    assert is_done
    assert is_kept(built, values)
    assert built.goals[Goal.WEIGHT] @ values == built.goals[Goal.WEIGHT] @ first
    assert built.goals[Goal.FIT] @ values > built.goals[Goal.FIT] @ first


def test_by_districts_twice_is_the_same_twice() -> None:
    built = a_program(7)
    asked = question(built, built.goals[Goal.WEIGHT])
    one, other = (by_districts(built, asked, ends=time.monotonic() + 120, seed=1).values for _ in range(2))
    assert one is not None
    assert other is not None
    assert np.array_equal(one, other)
