"""CP-SAT in a process of its own: a face and a complete hint as JSON in, the best rota found as JSON out.

Consecutive pairs come first, repeats of a place second. A small face is searched whole. A large one is
searched through windows, some days or some places at a time with all else held, each from the rota found so
far. Windows follow from the seed, their number from the seconds, and each has a limit in deterministic time
and one worker, so that the same question has the same answer; the limit on the wall is only the brake of a
slow machine, and an answer that was braked says so. The hint is feasible, and nothing worse is taken.
"""

import random
import sys
from collections import defaultdict
from importlib.metadata import version
from time import monotonic
from typing import Any

import orjson

try:
    from ortools.sat.python import cp_model

    solver_version = version("ortools")
except ImportError:  # the core's rota stands without it
    solver_version = ""

SMALL = 400  # as many arcs are searched in one go
PER_SECOND = 2
DETERMINISTIC = 0.1  # of a window
DAYS, PLACES = 2, 3  # of a window

Question = dict[str, Any]
FOUND = ("OPTIMAL", "FEASIBLE")


class Program:
    """The model of a face: one boolean for each arc, counts over days and places."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.model = cp_model.CpModel()
        self.weigh = len(asked["hint"]) + len(asked["held"]) + 1
        self.hint: dict[int, int] = {}
        self.of_duty: dict[int, list[Any]] = defaultdict(list)
        self.of_day: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.of_team: dict[int, list[Any]] = defaultdict(list)
        self.of_place: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.of_cell: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        self.arcs = [self._arc(team, duty) for team, duty in asked["arcs"]]
        self._rules()
        self._keep_apart()
        self.model.minimize(self.weigh * sum(self._pairs()) + sum(self._repeats()))
        for index, value in self.hint.items():
            self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)

    def search(self, seed: int, seconds: float) -> tuple[list[int], int] | None:
        """Return who has which duty, and a bound on the pairs; None if nothing was found in time."""
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.random_seed, parameters.num_workers = seed, 1
        parameters.max_time_in_seconds = seconds
        parameters.max_deterministic_time = DETERMINISTIC
        if solver.status_name(solver.solve(self.model)) not in FOUND:
            return None
        holders = [-1] * len(self.asked["hint"])
        for arc, (team, duty) in zip(self.arcs, self.asked["arcs"], strict=True):
            if solver.value(arc):
                holders[duty] = team
        # weigh × pairs + repeats ≥ bound, and repeats < weigh
        return holders, max(0, int(solver.best_objective_bound) // self.weigh)

    def _arc(self, team: int, duty: int) -> Any:
        arc = self.model.new_bool_var("")
        self.hint[arc.index] = int(self.asked["hint"][duty] == team)
        day, place = self.asked["duty_day"][duty], self.asked["duty_place"][duty]
        self.of_duty[duty].append(arc)
        self.of_day[team, day].append(arc)
        self.of_team[team].append(arc)
        self.of_place[team, place].append(arc)
        self.of_cell[team, place, day].append(arc)
        return arc

    def _rules(self) -> None:
        for duty, (low, high) in enumerate(self.asked["empty"]):
            self.model.add_linear_constraint(sum(self.of_duty[duty]), 1 - high, 1 - low)
        tight = {(team, day) for team, day in self.asked["tight"]}
        for at in sorted(self.of_day.keys() | tight):
            self.model.add_linear_constraint(sum(self.of_day[at]), int(at in tight), 1)
        for team, (low, high) in enumerate(self.asked["load"]):
            self.model.add_linear_constraint(sum(self.of_team[team]), low, high)

    def _keep_apart(self) -> None:
        for one, other in self.asked["apart"]:
            theirs = [(place, day) for team, place, day in sorted(self.of_cell) if team == one]
            for place, day in theirs:
                both = self.of_cell[one, place, day] + self.of_cell.get((other, place, day), [])
                self.model.add_at_most_one(both)

    def _pairs(self) -> list[Any]:
        held = {(team, day) for team, day, _ in self.asked["held"]}
        days = [day for day in range(self.asked["days"] - 1) if self.asked["follows"][day]]
        return [
            self._beyond(
                [*self.of_day.get((team, day), []), *self.of_day.get((team, day + 1), [])],
                1 - ((team, day) in held) - ((team, day + 1) in held),
            )
            for team in sorted(self.of_team)
            for day in days
        ]

    def _repeats(self) -> list[Any]:
        spent: dict[tuple[int, int], int] = defaultdict(int)
        for team, _, place in self.asked["held"]:
            spent[team, place] += 1
        return [
            self._beyond(arcs, self.asked["twice"] - spent[at]) for at, arcs in sorted(self.of_place.items())
        ]

    def _beyond(self, arcs: list[Any], free: int) -> Any:
        """Return how far the number of arcs in use goes beyond what is free, and 0 if it does not.

        What is overdrawn already is nothing that the arcs could change.
        """
        free = max(0, free)
        if len(arcs) <= free:
            return 0
        over = self.model.new_int_var(0, len(arcs) - free, "")
        self.model.add(over >= sum(arcs) - free)
        self.hint[over.index] = max(0, sum(self.hint[arc.index] for arc in arcs) - free)
        return over


def narrowed(asked: Question, holders: list[int], free: list[int]) -> Question:
    """Return the question in which only some duties are open and all others are held as they are."""
    number = {duty: at for at, duty in enumerate(free)}
    held = list(asked["held"])
    load = [list(ends) for ends in asked["load"]]
    for duty, team in enumerate(holders):
        if duty in number or team < 0:
            continue
        held.append([team, asked["duty_day"][duty], asked["duty_place"][duty]])
        load[team] = [load[team][0] - 1, load[team][1] - 1]
    spent = {(team, day) for team, day, _ in held}
    there = {(team, day, place) for team, day, place in held}
    mates: dict[int, list[int]] = defaultdict(list)
    for one, other in asked["apart"]:
        mates[one].append(other)
        mates[other].append(one)
    arcs = [
        [team, number[duty]]
        for team, duty in asked["arcs"]
        if duty in number
        and (team, asked["duty_day"][duty]) not in spent
        and not any((m, asked["duty_day"][duty], asked["duty_place"][duty]) in there for m in mates[team])
    ]
    return {
        **asked,
        "held": held,
        "load": load,
        "arcs": arcs,
        "tight": [at for at in asked["tight"] if tuple(at) not in spent],
        "hint": [holders[duty] for duty in free],
        **{name: [asked[name][duty] for duty in free] for name in ("duty_day", "duty_place", "empty")},
    }


def windows(asked: Question, rounds: int) -> list[list[int]]:
    """Return the duties of each window: by turns some days, and some places over all days."""
    chance = random.Random(asked["seed"])  # noqa: S311  a search, no secret
    days, places = sorted(set(asked["duty_day"])), sorted(set(asked["duty_place"]))
    found = []
    for turn in range(rounds):
        name, among, size = ("duty_day", days, DAYS) if turn % 2 else ("duty_place", places, PLACES)
        chosen = set(chance.sample(among, min(size, len(among))))
        found.append([duty for duty, at in enumerate(asked[name]) if at in chosen])
    return found


def answered(asked: Question) -> Question:
    """Search a small face whole and a large one through windows; return who has which duty."""
    begun, holders, bound = monotonic(), list(asked["hint"]), 0
    seconds = float(asked["seconds"])
    is_small = len(asked["arcs"]) <= SMALL
    all_duties = list(range(len(holders)))
    turns = [all_duties] if is_small else windows(asked, max(1, round(PER_SECOND * seconds)))
    done = 0
    for free in turns:
        left = begun + seconds - monotonic()
        if left <= 0:
            break
        found = Program(narrowed(asked, holders, free)).search(int(asked["seed"]), left)
        done += 1
        if found is None:
            continue
        for duty, team in zip(free, found[0], strict=True):
            holders[duty] = team
        bound = found[1] if is_small else 0
    return {
        "outcome": "done",
        "holders": holders,
        "pairs_bound": bound,
        "is_braked": done < len(turns),
        "solver": f"CP-SAT {solver_version}",
    }


def main() -> None:
    """Read a question, write an answer."""
    asked = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps(answered(asked) if solver_version else {"outcome": "no solver"}))


if __name__ == "__main__":
    main()
