"""A problem as arrays: who may do what, once locks are taken out, and the goals as costs on arcs. Pure.

Locked cells leave the problem: the team's day is spent, its load counted, the cells beside it are closed to
who may not meet it. What is left is a matrix "may", teams × open duties. Costs are whole numbers, so that
everything that follows can be checked without a tolerance.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingju.cobuilding.rota_model import Duty, Problem, Team

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Cell = tuple[int, int, int]  # team, place, day, by key
SHARE = 100  # fair shares are read in hundredths
SQUARES = SHARE * SHARE


@dataclass(frozen=True)
class Goal:
    """A level as costs: on arcs (by team and open duty), on an empty duty, on the n-th duty of a team.

    `held` is what the locked cells cost already; `unit` is the size of one cost in the level's own scale.
    """

    name: str
    arcs: Callable[[Any, Any], Ints] | None = None
    empties: Ints | None = None
    steps: Ints | None = None
    held: int = 0
    unit: int = 1
    scale: int = 1


class Grid:
    """The arrays of a problem: open duties, days, who may do which, what is spent by locks."""

    def __init__(self, problem: Problem, closed: Iterable[Cell] = ()) -> None:
        self.problem = problem
        self.teams, self.locks = problem.teams, problem.locks
        self.duties = [duty for duty in problem.duties if duty.key not in self.locks]
        self.row = {team.key: row for row, team in enumerate(self.teams)}
        column = {place: at for at, place in enumerate(problem.places)}
        days = sorted({duty.day for duty in problem.duties})
        self.days = {day: at for at, day in enumerate(days)}
        self.day = np.array([self.days[duty.day] for duty in self.duties], dtype=np.int64)
        self.place = np.array([column[duty.place] for duty in self.duties], dtype=np.int64)
        self.weight = np.array([duty.weight for duty in self.duties], dtype=np.int64)
        self.held = [
            (duty, self.row[team])
            for duty in problem.duties
            if (team := self.locks.get(duty.key)) is not None
        ]
        self.ways = problem.steps()
        self.held_ways = sum(int(self.ways[row, column[duty.place]]) for duty, row in self.held)
        self.load = np.zeros(len(self.teams), dtype=np.int64)
        for _, row in self.held:
            self.load[row] += 1
        self.closed = frozenset(closed) | self._kept_away()
        self.is_open = self._open_days(days)
        self.may = self._may()

    def _kept_away(self) -> frozenset[Cell]:
        partners = apart(self.teams)
        return frozenset(
            (other, duty.place, duty.day)
            for duty, row in self.held
            for other in partners.get(self.teams[row].key, ())
        )

    def _open_days(self, days: list[int]) -> Bools:
        is_open = np.array([[day not in team.blocked for day in days] for team in self.teams], dtype=bool)
        is_open = is_open.reshape(len(self.teams), len(days))
        for duty, row in self.held:
            is_open[row, self.days[duty.day]] = False
        return is_open

    def _may(self) -> Bools:
        roles = {role: at for at, role in enumerate(sorted({duty.role for duty in self.duties}))}
        able = np.array([[role in team.roles for role in roles] for team in self.teams], dtype=bool)
        able = able.reshape(len(self.teams), len(roles))
        role = np.array([roles[duty.role] for duty in self.duties], dtype=np.int64)
        may = able[:, role] & self.is_open[:, self.day]
        at = self.cells()
        for team, place, day in self.closed:
            may[self.row[team], at.get((place, day), [])] = False
        return np.asarray(may)

    def cells(self) -> dict[tuple[int, int], list[int]]:
        """Return the open duties of each place and day."""
        at: dict[tuple[int, int], list[int]] = {}
        for column, duty in enumerate(self.duties):
            at.setdefault((duty.place, duty.day), []).append(column)
        return at

    def groups(self) -> Ints:
        """Return the group of each open duty: those of a group differ in nothing but their place."""
        shut: dict[tuple[int, int], list[int]] = {}
        for team, place, day in sorted(self.closed):
            shut.setdefault((place, day), []).append(team)
        known: dict[tuple[Any, ...], int] = {}
        found = [
            known.setdefault(
                (d.day, d.role, d.weight, tuple(shut.get((d.place, d.day), ()))),
                len(known),
            )
            for d in self.duties
        ]
        return np.array(found, dtype=np.int64)

    def unfilled(self) -> Goal:
        """Return the first goal: as little weight as possible stays empty."""
        return Goal("unfilled", empties=self.weight)

    def fairness(self) -> Goal:
        """Return the second goal: the squares of load + history − fair share, in hundredths.

        (n + c)² − (n − 1 + c)² grows with n, so that the first duties of a team are taken first and the sum
        of steps is the square. Squares of hundredths divide by a hundred here, which keeps costs small.
        """
        away = self.away(self.load)
        nth = np.arange(1, self.is_open.shape[1] + 1, dtype=np.int64)
        steps = (2 * nth[None, :] - 1) * SHARE + 2 * away[:, None]
        return Goal("fairness", steps=steps, held=int((away**2).sum()), unit=SHARE, scale=SQUARES)

    def travel(self) -> Goal:
        """Return the third goal: metres, all together."""
        step = self.problem.step
        return Goal(
            "travel",
            arcs=lambda t, d: self.ways[t, self.place[d]],
            held=self.held_ways * step,
            unit=step,
        )

    def stability(self) -> Goal:
        """Return the fourth goal: published duties stay where they are, the closer the dearer."""
        moving = {day: self.problem.moving(day) for day in self.days}
        holder, cost = self._published(moving)
        held = sum(
            moving[duty.day]
            for duty in self.problem.duties
            if duty.key in self.locks and self._is_moved(duty.key, self.locks[duty.key])
        )
        return Goal(
            "stability",
            arcs=lambda t, d: np.where(holder[d] == t, 0, cost[d]),
            empties=cost,
            held=held,
        )

    def _is_moved(self, duty: int, team: int | None) -> bool:
        return duty in self.problem.published and self.problem.published[duty] != team

    def _published(self, moving: dict[int, int]) -> tuple[Ints, Ints]:
        published = self.problem.published
        holder = [self.row.get(published.get(duty.key, -1), -1) for duty in self.duties]
        cost = [moving[duty.day] if duty.key in published else 0 for duty in self.duties]
        return np.array(holder, dtype=np.int64), np.array(cost, dtype=np.int64)

    def preference(self) -> Goal:
        """Return the fifth goal: duties on days that their team did not ask for."""
        wish = np.array(
            [[self._minds(team, day) for day in self.days] for team in self.teams], dtype=np.int64
        )
        wish = wish.reshape(len(self.teams), len(self.days))
        held = sum(self._minds(self.teams[row], duty.day) for duty, row in self.held)
        return Goal("preference", arcs=lambda t, d: wish[t, self.day[d]], held=held)

    @staticmethod
    def _minds(team: Team, day: int) -> int:
        return int(bool(team.preferred) and day not in team.preferred)

    def changes(self, before: Mapping[int, int | None], gone: frozenset[int]) -> Goal:
        """Return the goal of a repair: as few cells as possible differ from `before`.

        The cells that are `gone` have lost their team: they differ, whatever becomes of them.
        """
        holder = np.array([self._row_of(before[duty.key]) for duty in self.duties], dtype=np.int64)
        price = np.array([int(duty.key not in gone) for duty in self.duties], dtype=np.int64)
        return Goal(
            "changes",
            arcs=lambda t, d: np.where(holder[d] == t, 0, price[d]),
            empties=np.where(holder == -1, 0, price),
            held=len(gone),
        )

    def _row_of(self, team: int | None) -> int:
        return -1 if team is None else self.row[team]

    def away(self, load: Ints) -> Ints:
        """Return load + history − fair share of each team, in hundredths."""
        return np.array(
            [
                SHARE * (int(n) + team.history) - round(SHARE * team.entitlement)
                for n, team in zip(load, self.teams, strict=True)
            ],
            dtype=np.int64,
        )

    def whole(self, holder: Ints) -> dict[int, int | None]:
        """Return the assignment of all duties, in their order, from the row that holds each open one."""
        free = {
            duty.key: self.teams[row].key if row >= 0 else None
            for duty, row in zip(self.duties, holder.tolist(), strict=True)
        }
        return {
            duty.key: self.locks[duty.key] if duty.key in self.locks else free[duty.key]
            for duty in self.problem.duties
        }


def apart(teams: Iterable[Team]) -> dict[int, frozenset[int]]:
    """Return for each team those that it never meets, whichever of the two said so."""
    found: dict[int, set[int]] = {}
    for team in teams:
        for other in team.apart - {team.key}:
            found.setdefault(team.key, set()).add(other)
            found.setdefault(other, set()).add(team.key)
    return {key: frozenset(others) for key, others in found.items()}


def meetings(problem: Problem, assignment: dict[int, int | None]) -> list[tuple[Duty, int, int]]:
    """Return where two teams meet that are kept apart: a duty of the place and day, and the two."""
    partners = apart(problem.teams)
    there: dict[tuple[int, int], list[tuple[Duty, int]]] = {}
    for duty in problem.duties if partners else ():
        team = assignment[duty.key]
        if team is not None:
            there.setdefault((duty.place, duty.day), []).append((duty, team))
    return [
        (duty, team, other)
        for met in there.values()
        for at, (duty, team) in enumerate(met)
        for _, other in met[at + 1 :]
        if other in partners.get(team, ())
    ]
