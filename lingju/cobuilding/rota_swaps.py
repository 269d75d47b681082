"""Which duties two teams may exchange, or a free team take over, and what that does to everybody. Pure.

An exchange leaves all loads as they are and is therefore always neutral. A duty handed over is neutral when
the sum of squared deviations stays the same: the giver had one more, next to its fair share, than the taker.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lingju.cobuilding.rota_grid import SHARE, SQUARES, apart
from lingju.cobuilding.rota_model import Duty, Plan, Problem, Swap, Team


@dataclass(frozen=True)
class _Sheet:
    """The plan, looked up from all sides."""

    problem: Problem
    duties: Mapping[int, Duty]
    teams: Mapping[int, Team]
    row: Mapping[int, int]
    column: Mapping[int, int]
    days: Mapping[int, frozenset[int]]
    there: Mapping[tuple[int, int], frozenset[int]]
    partners: Mapping[int, frozenset[int]]
    away: Mapping[int, int]

    def metres(self, team: int, duty: Duty) -> int:
        return int(self.problem.travel[self.row[team], self.column[duty.place]])

    def may(self, team: int, duty: Duty, free: frozenset[int], leaving: int) -> bool:
        """Say whether the team could have the duty, were it free on `free` and `leaving` gone from there."""
        one = self.teams[team]
        present = self.there.get((duty.place, duty.day), frozenset()) - {leaving, team}
        return (
            duty.role in one.roles
            and duty.day not in one.blocked
            and duty.day not in self.days[team] - free
            and not present & self.partners.get(team, frozenset())
        )

    def pairs(self, team: int, leaves: frozenset[int], takes: frozenset[int]) -> int:
        """Return how many pairs of consecutive days the team has more afterwards."""
        before = self.days[team]
        return consecutive((before - leaves) | takes) - consecutive(before)


def swaps(problem: Problem, plan: Plan, duty: int | None = None) -> tuple[Swap, ...]:
    """Return what may be exchanged, for one duty or for all; locked cells stay where they are.

    Neutral ones first, then by metres.
    """
    sheet = _sheet(problem, plan)
    held = [d for d in problem.duties if plan.assignment[d.key] is not None and d.key not in problem.locks]
    found: list[Swap] = []
    for one in held:
        if duty is not None and one.key != duty:
            continue
        giver = plan.assignment[one.key]
        assert giver is not None
        found += _takeovers(sheet, one, giver)
        partners = [other for other in held if duty is not None or other.key > one.key]
        found += _exchanges(sheet, plan, one, giver, partners)
    found.sort(key=lambda swap: (not swap.is_neutral, swap.metres, swap.duty, swap.other or -1, swap.taker))
    return tuple(found)


def _takeovers(sheet: _Sheet, duty: Duty, giver: int) -> Iterator[Swap]:
    for taker in sheet.teams:
        if taker == giver or not sheet.may(taker, duty, frozenset(), giver):
            continue
        change = 2 * SHARE * (sheet.away[taker] - sheet.away[giver]) + 2 * SHARE * SHARE
        day = frozenset({duty.day})
        yield Swap(
            duty.key, None, giver, taker,
            is_neutral=change == 0,
            fairness=change / SQUARES,
            metres=sheet.metres(taker, duty) - sheet.metres(giver, duty),
            pairs=sheet.pairs(giver, day, frozenset()) + sheet.pairs(taker, frozenset(), day),
        )  # fmt: skip


def _exchanges(sheet: _Sheet, plan: Plan, duty: Duty, giver: int, others: list[Duty]) -> Iterator[Swap]:
    for other in others:
        taker = plan.assignment[other.key]
        if taker is None or taker == giver or not _may_exchange(sheet, duty, giver, other, taker):
            continue
        mine, theirs = frozenset({duty.day}), frozenset({other.day})
        after = sheet.metres(taker, duty) + sheet.metres(giver, other)
        yield Swap(
            duty.key, other.key, giver, taker,
            is_neutral=True,
            fairness=0.0,
            metres=after - sheet.metres(giver, duty) - sheet.metres(taker, other),
            pairs=sheet.pairs(giver, mine, theirs) + sheet.pairs(taker, theirs, mine),
        )  # fmt: skip


def _may_exchange(sheet: _Sheet, duty: Duty, giver: int, other: Duty, taker: int) -> bool:
    return sheet.may(taker, duty, frozenset({other.day}), giver) and sheet.may(
        giver, other, frozenset({duty.day}), taker
    )


def consecutive(days: frozenset[int]) -> int:
    """Return how many pairs of consecutive days there are."""
    return sum(day + 1 in days for day in days)


def _sheet(problem: Problem, plan: Plan) -> _Sheet:
    days: dict[int, set[int]] = {team.key: set() for team in problem.teams}
    there: dict[tuple[int, int], set[int]] = {}
    for duty in problem.duties:
        team = plan.assignment[duty.key]
        if team is not None:
            days[team].add(duty.day)
            there.setdefault((duty.place, duty.day), set()).add(team)
    return _Sheet(
        problem,
        {duty.key: duty for duty in problem.duties},
        {team.key: team for team in problem.teams},
        {team.key: row for row, team in enumerate(problem.teams)},
        {place: at for at, place in enumerate(problem.places)},
        {team: frozenset(held) for team, held in days.items()},
        {cell: frozenset(held) for cell, held in there.items()},
        apart(problem.teams),
        {
            team.key: SHARE * (len(days[team.key]) + team.history) - round(SHARE * team.entitlement)
            for team in problem.teams
        },
    )
