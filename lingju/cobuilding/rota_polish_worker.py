"""CP-SAT in a process of its own: a face and a complete hint as JSON in, the best rota found as JSON out.

First as few consecutive pairs as can be found, then, with these held, as few repeats of a place. One worker
and a limit in deterministic time make the answer a matter of the seed alone; the wall limit is only the
emergency brake of a slow machine. Whatever is feasible counts, and the hint is feasible.
"""

import sys
from collections import defaultdict
from typing import Any

import orjson

try:
    import ortools
    from ortools.sat.python import cp_model
except ImportError:  # pragma: no cover  the core's rota stands without it
    ortools = None

# Deterministic seconds run a little slower than those on the wall; with this the brake is rarely needed.
STEADY = 0.5
SPACING_SHARE = 0.7


class Program:
    """The model of a face: one boolean for each arc, one for each team and day, counts over both."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.model = cp_model.CpModel()
        self.arcs = [self.model.new_bool_var("") for _ in asked["arcs"]]
        self.by_duty: dict[int, list[Any]] = defaultdict(list)
        self.by_day: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.by_team: dict[int, list[Any]] = defaultdict(list)
        self.by_place: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.by_cell: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for arc, (team, duty) in zip(self.arcs, asked["arcs"], strict=True):
            day, place = asked["duty_day"][duty], asked["duty_place"][duty]
            self.by_duty[duty].append(arc)
            self.by_day[team, day].append(arc)
            self.by_team[team].append(arc)
            self.by_place[team, place].append(arc)
            self.by_cell[team, place, day].append(arc)
        self._rules()
        self.hint = {
            arc.index: int(asked["hint"][duty] == team)
            for arc, (team, duty) in zip(self.arcs, asked["arcs"], strict=True)
        }
        self.pairs = self._pairs()
        self.repeats = self._repeats()

    def _rules(self) -> None:
        asked, model = self.asked, self.model
        for duty, (low, high) in enumerate(asked["empty"]):
            model.add_linear_constraint(sum(self.by_duty[duty]), 1 - high, 1 - low)
        tight = {(team, day) for team, day in asked["tight"]}
        for at in sorted(self.by_day.keys() | tight):
            model.add_linear_constraint(sum(self.by_day[at]), int(at in tight), 1)
        for team, (low, high) in enumerate(asked["load"]):
            model.add_linear_constraint(sum(self.by_team[team]), low, high)
        for one, other in asked["apart"]:
            for team, place, day in list(self.by_cell):
                mates = self.by_cell.get((other, place, day))
                if team == one and mates:
                    model.add_at_most_one([*self.by_cell[team, place, day], *mates])

    def _pairs(self) -> list[Any]:
        held = {(team, day) for team, day, _ in self.asked["held"]}
        teams = sorted(set(self.by_team) | {team for team, _ in held})
        found: list[Any] = []
        for team in teams:
            for day in range(self.asked["days"] - 1):
                one, other = (self._comes(team, at, held) for at in (day, day + 1))
                if self.asked["follows"][day] and one is not None and other is not None:
                    found.append(self._beyond([one, other], 1, 1))
        return found

    def _comes(self, team: int, day: int, held: set[tuple[int, int]]) -> Any:
        if (team, day) in held:
            return 1
        arcs = self.by_day.get((team, day))
        return sum(arcs) if arcs else None

    def _repeats(self) -> list[Any]:
        spent: dict[tuple[int, int], int] = defaultdict(int)
        for team, _, place in self.asked["held"]:
            spent[team, place] += 1
        return [
            self._beyond([*arcs, spent[at]], self.asked["twice"], len(arcs))
            for at, arcs in sorted(self.by_place.items())
            if len(arcs) + spent[at] > self.asked["twice"]
        ]

    def _beyond(self, terms: list[Any], free: int, most: int) -> Any:
        """Return a number that is at least how far the sum of the terms goes beyond what is free."""
        over = self.model.new_int_var(
            0, max(most, 0) + max(0, sum(t for t in terms if isinstance(t, int))), ""
        )
        self.model.add(over >= sum(terms) - free)
        value = sum(self._hinted(term) for term in terms) - free
        self.hint[over.index] = max(0, value)
        return over

    def _hinted(self, term: Any) -> int:
        if isinstance(term, int):
            return term
        if isinstance(term, cp_model.IntVar):
            return self.hint[term.index]
        flat = cp_model.FlatIntExpr(term)
        return sum(self.hint[v.index] * c for v, c in zip(flat.vars, flat.coeffs, strict=True)) + flat.offset

    def search(self, goal: list[Any], seconds: float, seed: int) -> Any:
        """Look for the least sum of the goal from the hint; return the solver, or None without an answer."""
        self.model.clear_hints()
        for index, value in self.hint.items():
            self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)
        self.model.minimize(sum(goal))
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.random_seed, parameters.num_workers = seed, 1
        parameters.max_deterministic_time, parameters.max_time_in_seconds = seconds * STEADY, seconds
        if solver.solve(self.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        self.hint = {
            index: solver.value(self.model.get_int_var_from_proto_index(index)) for index in self.hint
        }
        return solver


def answered(asked: dict[str, Any]) -> dict[str, Any]:
    """Search twice, for spacing and for variety, and return who has which duty."""
    program = Program(asked)
    seconds, seed = float(asked["seconds"]), int(asked["seed"])
    first = program.search(program.pairs, SPACING_SHARE * seconds, seed)
    if first is None:
        return {"outcome": "no answer"}
    program.model.add(sum(program.pairs) <= sum(program.hint[one.index] for one in program.pairs))
    program.search(program.repeats, (1 - SPACING_SHARE) * seconds, seed)
    holders = [-1] * len(asked["hint"])
    for arc, (team, duty) in zip(program.arcs, asked["arcs"], strict=True):
        if program.hint[arc.index]:
            holders[duty] = team
    return {
        "outcome": "done",
        "holders": holders,
        "pairs_bound": max(0, round(first.best_objective_bound)),
        "solver": f"CP-SAT {ortools.__version__}",
    }


def main() -> None:
    """Read a question, write an answer."""
    asked = orjson.loads(sys.stdin.buffer.read())
    answer = {"outcome": "no solver"} if ortools is None else answered(asked)
    sys.stdout.buffer.write(orjson.dumps(answer))


if __name__ == "__main__":
    main()
