"""The second step of a rota: hands the face to CP-SAT in a process of its own and takes its answer. Pure.

OR-Tools and highspy both carry HiGHS and may clash within one process, hence the subprocess; it speaks JSON
and knows nothing but numbers. Every rota of the face is as good as the first at each exact level, so that the
program has no sums to hold: only duties, days and loads.
"""

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from lingju.cobuilding.rota_core import Assignment, Core
from lingju.cobuilding.rota_grid import apart
from lingju.cobuilding.rota_model import Polish
from lingju.cobuilding.rota_spacing import TWICE

WORKER = "lingju.cobuilding.rota_polish_worker"
GRACE_S = 30.0  # loading OR-Tools takes a second, and far more on a machine that is busy


@dataclass(frozen=True)
class Polished:
    """What the second step found: an assignment or None, by which solver, and its bound on pairs."""

    outcome: Polish
    assignment: Assignment | None = None
    solver: str = ""
    pairs_bound: int = 0


def polished(core: Core, seed: int, seconds: float, python: str = sys.executable) -> Polished:
    """Return a rota of the face with fewer consecutive days and repeated places, within `seconds`."""
    question = asked(core, seed, seconds)
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter, our own module
            [python, "-m", WORKER],
            input=orjson.dumps(question),
            capture_output=True,
            timeout=seconds + GRACE_S,
            check=False,
        )
        return _read(core, orjson.loads(done.stdout))
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return Polished(Polish.NO_ANSWER)


def _read(core: Core, answer: dict[str, Any]) -> Polished:
    """Return what the worker says, if it is a rota; levels are counted by whoever asked."""
    if answer["outcome"] == "no solver":
        return Polished(Polish.NO_SOLVER)
    holders = np.array(answer["holders"], dtype=np.int64)
    columns = np.flatnonzero(holders >= 0)
    coming = set(zip(holders[columns].tolist(), core.grid.day[columns].tolist(), strict=True))
    if len(coming) < len(columns) or not core.face.may[holders[columns], columns].all():
        raise ValueError("the answer breaks a rule")
    outcome = Polish.BRAKED if answer["is_braked"] else Polish.DONE
    return Polished(outcome, core.grid.whole(holders), answer["solver"], int(answer["pairs_bound"]))


def asked(core: Core, seed: int, seconds: float) -> dict[str, Any]:
    """Return the face as plain numbers, with the first rota as the hint."""
    grid, face = core.grid, core.face
    teams, columns = np.nonzero(face.may)
    hint = [grid.row.get(core.assignment[d.key], -1) for d in grid.duties]  # type: ignore[arg-type]
    number = {place: at for at, place in enumerate(grid.problem.places)}
    return {
        "seed": seed,
        "seconds": seconds,
        "twice": TWICE,
        "days": len(grid.days),
        "follows": [day + 1 in grid.days for day in grid.days],
        "duty_day": grid.day.tolist(),
        "duty_place": grid.place.tolist(),
        "arcs": np.stack([teams, columns], axis=1).tolist(),
        "hint": hint,
        "empty": np.stack([face.empty_low, face.empty_high], axis=1).tolist(),
        "load": np.stack([face.step_low.sum(axis=1), face.step_high.sum(axis=1)], axis=1).tolist(),
        "tight": np.argwhere(face.tight).tolist(),
        "held": [[row, grid.days[duty.day], number[duty.place]] for duty, row in grid.held],
        "apart": [
            [grid.row[team], grid.row[other]]
            for team, others in sorted(apart(grid.teams).items())
            for other in sorted(others)
            if team < other and other in grid.row
        ],
    }
