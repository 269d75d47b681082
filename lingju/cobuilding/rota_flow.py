"""The exact core: level after level the cheapest flow from teams through their days to duties. Pure.

    team ──steps, each dearer──▶ team's day ──at most one──▶ duties ──▶ all filled, or empty at a price

The matrix of this network is totally unimodular, so that a basic solution and its prices are whole numbers.
Both are rounded and then checked in integers on every arc of the problem: no arc may pay, and whatever is
used costs exactly its prices. That check is the proof; nothing rests on a tolerance of the solver.

By complementary slackness the solutions that are best so far are exactly those that use arcs without reduced
cost and fill what has a price. The next level is minimised over these alone (the *face*), which is a flow
again: lexicographic to the last digit, without weights. Arcs that have not been needed are not in the
program; they are looked at, all of them, after each solution, and those that would pay are taken in.
"""

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from lingju.cobuilding.rota_grid import Bools, Goal, Ints
from lingju.cobuilding.rota_model import Level

ALL_AT_ONCE = 4000  # as many arcs are simply taken in
NEAREST = 14
PER_COLUMN = 8
MOST_ROUNDS = 500
PRIMAL = 4


class NotProved(Exception):
    """The solver's answer failed the check in integers; it is not given out."""


@dataclass(frozen=True)
class Face:
    """The solutions that are best at every level so far: what may be used, what must be."""

    may: Bools  # teams × columns
    day: Ints  # of each column
    size: Ints  # how many duties a column holds
    empty_low: Ints
    empty_high: Ints
    step_low: Ints  # teams × days
    step_high: Ints
    tight: Bools  # teams × days: this team comes that day

    @classmethod
    def whole(cls, may: Bools, day: Ints, size: Ints, days: int) -> "Face":
        """Return everything that the hard rules allow."""
        grid = (may.shape[0], days)
        return cls(
            may, day, size, np.zeros_like(size), size, np.zeros(grid, np.int64), np.ones(grid, np.int64),
            np.zeros(grid, bool),
        )  # fmt: skip

    def spread(self, group: Ints, day: Ints) -> "Face":
        """Return the face over single duties, of which each is alike to all of its group."""
        full = self.empty_low[group] == self.size[group]
        none = self.empty_high[group] == 0
        return replace(
            self, may=self.may[:, group], day=day, size=np.ones_like(group), empty_low=full.astype(np.int64),
            empty_high=(~none).astype(np.int64),
        )  # fmt: skip


@dataclass(frozen=True)
class Prices:
    """What the rows of the program are worth, in whole numbers."""

    column: Ints
    team_day: Ints  # teams × days
    team: Ints

    def of_arcs(self, teams: Ints, columns: Ints, day: Ints) -> Ints:
        """Return what an arc may cost without paying."""
        return np.asarray(self.column[columns] + self.team_day[teams, day[columns]] + self.team[teams])


class Flow:
    """One linear program that is narrowed from level to level."""

    def __init__(self, face: Face, seed: int, start: Ints | None = None) -> None:
        self.face = face
        self.teams, self.days = face.step_low.shape
        self.columns = len(face.size)
        self.arc_team = np.empty(0, np.int64)
        self.arc_column = np.empty(0, np.int64)
        self.used = np.empty(0, np.int64)
        self.start = start
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        # HiGHS has one scheduler for the process: whoever asks for another number of threads than the first
        # did gets no answer at all. The matching asks for one.
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", seed)):
            self.solver.setOptionValue(name, value)
        self._lay_rows()
        self._lay_fixed_columns()

    def minimise(self, goal: Goal) -> Level:
        """Find the least cost over the face, prove it, and narrow the face to what attains it."""
        if self.columns == 0 or self.teams == 0:
            return self._without_arcs(goal)
        if not len(self.arc_team):
            self._take_in(goal, *self._first_arcs(goal))
        self._set_costs(goal)
        for _ in range(MOST_ROUNDS):
            prices = self._solve()
            paying = self._paying(goal, prices)
            if not len(paying[0]):
                return self._proved(goal, prices)
            self._take_in(goal, *paying)
        raise NotProved("the arcs that pay did not come to an end")

    def holders(self) -> Ints:
        """Return the row of the team that has each column of one duty; −1 is nobody."""
        found = np.full(self.columns, -1, np.int64)
        taken = self.used == 1
        found[self.arc_column[taken]] = self.arc_team[taken]
        return found

    def arcs(self) -> tuple[Ints, Ints]:
        """Return the arcs in use, teams and columns."""
        taken = self.used == 1
        return self.arc_team[taken], self.arc_column[taken]

    # the program

    def _lay_rows(self) -> None:
        low = np.concatenate(
            [self.face.size, np.where(self.face.tight, 1.0, -highspy.kHighsInf).ravel(), np.zeros(self.teams)]
        ).astype(float)
        high = np.concatenate([self.face.size, np.ones(self.teams * self.days), np.zeros(self.teams)])
        none = np.empty(0, np.int32)
        self.solver.addRows(
            len(low), low, high.astype(float), 0, np.zeros(len(low), np.int32), none, none.astype(float)
        )

    def _lay_fixed_columns(self) -> None:
        steps, empties = self.teams * self.days, self.columns
        self.fixed = steps + empties
        self.costs = np.zeros(self.fixed, np.int64)
        team_rows = self.columns + steps + np.repeat(np.arange(self.teams), self.days)
        rows = np.concatenate([team_rows, np.arange(empties)])
        values = np.concatenate([-np.ones(steps), np.ones(empties)])
        low = np.concatenate([self.face.step_low.ravel(), self.face.empty_low])
        high = np.concatenate([self.face.step_high.ravel(), self.face.empty_high])
        self._add_columns(self.costs, low, high, np.arange(self.fixed), rows, values)

    def _add_columns(self, cost: Ints, low: Any, high: Any, starts: Ints, rows: Ints, values: Any) -> None:
        self.solver.addCols(
            len(cost), cost.astype(float), low.astype(float), high.astype(float), len(rows),
            starts.astype(np.int32), rows.astype(np.int32), values.astype(float),
        )  # fmt: skip

    def _take_in(self, goal: Goal, teams: Ints, columns: Ints) -> None:
        count = len(teams)
        day_rows = self.columns + teams * self.days + self.face.day[columns]
        team_rows = self.columns + self.teams * self.days + teams
        rows = np.stack([columns, day_rows, team_rows], axis=1).ravel()
        cost = self._arc_costs(goal, teams, columns)
        self._add_columns(
            cost, np.zeros(count), np.full(count, highspy.kHighsInf), 3 * np.arange(count), rows,
            np.ones(3 * count),
        )  # fmt: skip
        self.arc_team = np.concatenate([self.arc_team, teams])
        self.arc_column = np.concatenate([self.arc_column, columns])
        self.costs = np.concatenate([self.costs, cost])

    def _first_arcs(self, goal: Goal) -> tuple[Ints, Ints]:
        if int(self.face.may.sum()) <= ALL_AT_ONCE:
            teams, columns = np.nonzero(self.face.may)
            return teams, columns
        chosen = np.zeros_like(self.face.may)
        if self.start is not None:
            held = np.flatnonzero(self.start >= 0)
            chosen[self.start[held], held] = True
        for columns in self._by_day():
            cost = self._arc_costs(goal, np.arange(self.teams)[:, None], columns[None, :])
            rank = np.where(self.face.may[:, columns], cost, np.iinfo(np.int64).max)
            nearest = np.argpartition(rank, min(NEAREST, self.teams - 1), axis=0)[:NEAREST]
            chosen[nearest, columns[None, :]] = True
        teams, columns = np.nonzero(chosen & self.face.may)
        return teams, columns

    def _set_costs(self, goal: Goal) -> None:
        steps = np.zeros((self.teams, self.days), np.int64) if goal.steps is None else goal.steps
        empties = np.zeros(self.columns, np.int64) if goal.empties is None else goal.empties
        arcs = self._arc_costs(goal, self.arc_team, self.arc_column)
        self.costs = np.concatenate([steps.ravel(), empties, arcs])
        count = len(self.costs)
        self.solver.changeColsCost(count, np.arange(count, dtype=np.int32), self.costs.astype(float))

    def _solve(self) -> Prices:
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise NotProved(str(self.solver.getModelStatus()))
        # What follows starts from this corner: the costs or the arcs are others, the flow still stands.
        self.solver.setOptionValue("presolve", "off")
        self.solver.setOptionValue("simplex_strategy", PRIMAL)
        found = self.solver.getSolution()
        values, duals = np.array(found.col_value), np.array(found.row_dual)
        self.values = np.rint(values).astype(np.int64)
        whole = np.rint(duals).astype(np.int64)
        if np.abs(values - self.values).max() > 0.1 or np.abs(duals - whole).max() > 0.1:
            raise NotProved("no corner of the network")
        steps = self.teams * self.days
        return Prices(
            whole[: self.columns],
            whole[self.columns : self.columns + steps].reshape(self.teams, self.days),
            whole[self.columns + steps :],
        )

    # prices and proofs

    def _by_day(self) -> list[Ints]:
        return [np.flatnonzero(self.face.day == day) for day in range(self.days)]

    @staticmethod
    def _arc_costs(goal: Goal, teams: Ints, columns: Ints) -> Ints:
        if goal.arcs is None:
            return np.zeros(np.broadcast_shapes(teams.shape, columns.shape), np.int64)
        return goal.arcs(teams, columns)

    def _reduced(self, goal: Goal, prices: Prices, columns: Ints) -> Ints:
        teams, columns = np.arange(self.teams)[:, None], columns[None, :]
        return self._arc_costs(goal, teams, columns) - prices.of_arcs(teams, columns, self.face.day)

    def _paying(self, goal: Goal, prices: Prices) -> tuple[Ints, Ints]:
        teams, found = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for columns in self._by_day():
            reduced = np.where(self.face.may[:, columns], self._reduced(goal, prices, columns), 0)
            if not len(columns) or reduced.min() >= 0:
                continue
            best = np.argpartition(reduced, min(PER_COLUMN, self.teams - 1), axis=0)[:PER_COLUMN]
            chosen = np.zeros(reduced.shape, bool)
            np.put_along_axis(chosen, best, True, axis=0)
            chosen[np.arange(self.teams), reduced.argmin(axis=1)] = True
            rows, at = np.nonzero(chosen & (reduced < 0))
            teams.append(rows)
            found.append(columns[at])
        return np.concatenate(teams), np.concatenate(found)

    def _proved(self, goal: Goal, prices: Prices) -> Level:
        """Check the answer in integers, narrow the face, and return the level with its bound."""
        steps_end = self.teams * self.days
        steps = self.values[:steps_end].reshape(self.teams, self.days)
        empties = self.values[steps_end : self.fixed]
        self.used = self.values[self.fixed :]
        of_steps, of_empties = self.costs[:steps_end], self.costs[steps_end : self.fixed]
        step_reduced = of_steps.reshape(self.teams, self.days) + prices.team[:, None]
        empty_reduced = of_empties - prices.column
        self._check_flow(steps, empties)
        if (prices.team_day > 0)[~self.face.tight].any():
            raise NotProved("a day that is free has a price")
        value = int(self.costs @ self.values)
        bound = self._bound(prices, step_reduced, empty_reduced)
        if value != bound:
            raise NotProved(f"{goal.name}: {value} is not {bound}")
        self._narrow(goal, prices, step_reduced, empty_reduced)
        return Level(goal.name, goal.unit * value + goal.held, goal.unit * bound + goal.held, goal.scale)

    def _check_flow(self, steps: Ints, empties: Ints) -> None:
        face, taken = self.face, self.arcs()
        filled = np.bincount(taken[1], minlength=self.columns)
        coming = np.zeros((self.teams, self.days), np.int64)
        np.add.at(coming, (taken[0], face.day[taken[1]]), 1)
        stands = (
            np.isin(self.used, (0, 1)).all()
            and face.may[taken].all()
            and (filled + empties == face.size).all()
            and (coming <= 1).all()
            and (coming[face.tight] == 1).all()
            and (coming.sum(axis=1) == steps.sum(axis=1)).all()
            and (face.step_low <= steps).all()
            and (steps <= face.step_high).all()
            and (face.empty_low <= empties).all()
            and (empties <= face.empty_high).all()
        )
        if not stands:
            raise NotProved("the flow breaks a rule")

    def _bound(self, prices: Prices, step_reduced: Ints, empty_reduced: Ints) -> int:
        """Return what the prices prove: no solution on the face costs less. All arcs were looked at."""
        face = self.face
        steps = np.where(step_reduced < 0, step_reduced * face.step_high, step_reduced * face.step_low)
        empties = np.where(empty_reduced < 0, empty_reduced * face.empty_high, empty_reduced * face.empty_low)
        days = int(prices.team_day.sum())
        return int(face.size @ prices.column) + days + int(steps.sum()) + int(empties.sum())

    def _narrow(self, goal: Goal, prices: Prices, step_reduced: Ints, empty_reduced: Ints) -> None:
        face, may = self.face, self.face.may.copy()
        for columns in self._by_day():
            may[:, columns] &= self._reduced(goal, prices, columns) == 0
        self.face = replace(
            face,
            may=may,
            tight=face.tight | (prices.team_day != 0),
            step_low=np.where(step_reduced < 0, face.step_high, face.step_low),
            step_high=np.where(step_reduced > 0, face.step_low, face.step_high),
            empty_low=np.where(empty_reduced < 0, face.empty_high, face.empty_low),
            empty_high=np.where(empty_reduced > 0, face.empty_low, face.empty_high),
        )
        self._tell_bounds()

    def _tell_bounds(self) -> None:
        face = self.face
        low = np.concatenate([face.step_low.ravel(), face.empty_low, np.zeros_like(self.used)])
        allowed = np.where(face.may[self.arc_team, self.arc_column], highspy.kHighsInf, 0.0)
        high = np.concatenate([face.step_high.ravel(), face.empty_high, allowed])
        columns = np.arange(len(low), dtype=np.int32)
        self.solver.changeColsBounds(len(low), columns, low.astype(float), high)
        rows = (self.columns + np.flatnonzero(face.tight.ravel())).astype(np.int32)
        self.solver.changeRowsBounds(  # type: ignore[attr-defined]
            len(rows), rows, np.ones(len(rows)), np.ones(len(rows))
        )

    def _without_arcs(self, goal: Goal) -> Level:
        empties = 0 if goal.empties is None else int(goal.empties @ self.face.size)
        value = goal.unit * empties + goal.held
        return Level(goal.name, value, value, goal.scale)
