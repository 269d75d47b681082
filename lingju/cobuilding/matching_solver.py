"""HiGHS behind one function: columns, rows and costs in, whole numbers and a proved bound out. Pure.

HiGHS runs in this process, in one thread, by a fixed seed; nothing here may import OR-Tools, which clashes
with it. Only the clock can make two runs differ, and an answer that the clock cut short says so.

A start is not given to HiGHS but kept beside it: 1.16 was seen to call a better answer optimal and to return
the start it was given (with presolve; a small day of the tests finds it). A sum that is not what was said is
no answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Protocol

import highspy
import numpy as np

from lingju.cobuilding.matching_program import INFINITE, Floats, Program, Rows

NEARLY = 1e-5
HALF_A_UNIT = 0.999
SOLVER = f"HiGHS {version('highspy')}"
Row = tuple[float, Floats, float]


class Body(Protocol):
    """Columns, counted, and the rows over them: a program or a part of one."""

    @property
    def width(self) -> int:
        """Count the columns."""

    @property
    def rows(self) -> Rows:
        """Return the rows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Column values (None: none found, or none there), the bound on the sum, a relaxation's duals."""

    values: Floats | None
    bound: float
    is_optimal: bool
    is_impossible: bool = False
    duals: Floats | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a program: the most of ``costs`` · x, within the bounds ``low`` and ``high``."""

    costs: Floats
    low: Floats
    high: Floats
    rows: tuple[Row, ...] = ()
    start: Floats | None = None
    is_relaxed: bool = False


def question(built: Program, costs: Floats, rows: Sequence[Row] = ()) -> Question:
    """Ask about the whole program."""
    return Question(costs, np.array(built.low), np.array(built.high), tuple(rows))


def solve(built: Body, asked: Question, *, seconds: float, seed: int, gap: float = 0.0) -> Answer:
    """Seek the largest sum for at most so many seconds; the bound holds whether or not it was reached."""
    if not built.width:
        is_kept = all(low <= 0 <= high for low, high in zip(built.rows.low, built.rows.high, strict=True))
        return Answer(np.zeros(0) if is_kept else None, 0.0, True, not is_kept)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _options(seconds, seed, gap).items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(built, asked))
    solver.run()
    return _or_start(_read(solver, asked), asked)


def _or_start(answer: Answer, asked: Question) -> Answer:
    """Keep the start where nothing better was found in time."""
    if asked.start is None or asked.is_relaxed or answer.is_impossible:
        return answer
    if answer.values is not None and asked.costs @ answer.values >= asked.costs @ asked.start:
        return answer
    return replace(answer, values=asked.start)


def _options(seconds: float, seed: int, gap: float) -> dict[str, bool | int | float | str]:
    return {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed,
        "time_limit": max(0.05, seconds),
        "mip_rel_gap": gap,
        "mip_abs_gap": HALF_A_UNIT,
        "mip_feasibility_tolerance": 1e-7,
    }


def _model(built: Body, asked: Question) -> highspy.HighsLp:
    rows, model = built.rows, highspy.HighsLp()
    starts, columns, factors = list(rows.starts), list(rows.columns), list(rows.factors)
    for _, costs, _ in asked.rows:
        filled = np.flatnonzero(costs)
        columns.extend(filled.tolist())
        factors.extend(costs[filled].tolist())
        starts.append(len(columns))
    model.num_col_, model.num_row_ = built.width, len(starts) - 1
    model.col_cost_, model.col_lower_, model.col_upper_ = -asked.costs, asked.low, asked.high
    model.row_lower_ = np.array([*rows.low, *(row[0] for row in asked.rows)])
    model.row_upper_ = np.array([*rows.high, *(row[2] for row in asked.rows)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(columns, dtype=np.int32)
    model.a_matrix_.value_ = np.array(factors, dtype=np.float64)
    if not asked.is_relaxed:
        model.integrality_ = [highspy.HighsVarType.kInteger] * built.width
    return model


def _read(solver: highspy.Highs, asked: Question) -> Answer:
    status, info, solution = solver.getModelStatus(), solver.getInfo(), solver.getSolution()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer(None, -INFINITE, True, True)
    is_optimal = status == highspy.HighsModelStatus.kOptimal
    if asked.is_relaxed:
        values = np.array(solution.col_value)
        if not is_optimal:
            return Answer(None, INFINITE, False)
        return Answer(values, float(asked.costs @ values), True, duals=-np.array(solution.row_dual))
    reached = float(info.objective_function_value)
    if not (math.isfinite(reached) and solution.value_valid):
        return Answer(None, -float(info.mip_dual_bound), is_optimal)
    found = np.round(np.array(solution.col_value))
    is_told = bool(abs(asked.costs @ found + reached) <= NEARLY * max(1.0, abs(reached)))
    return Answer(found if is_told else None, -float(info.mip_dual_bound), is_optimal and is_told)


def whole(bound: float) -> int:
    """Round a bound on a whole number down, past the solver's own tolerance."""
    return math.floor(bound + NEARLY * max(1.0, abs(bound) * NEARLY))
