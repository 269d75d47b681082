"""Whoever drops out changes as few cells as possible; a decision by hand is told its price."""

import random
from dataclasses import replace

import pytest

from lingju.cobuilding.rota import (
    Duty,
    LocksClash,
    Plan,
    Problem,
    measure,
    override_cost,
    plan,
    repair,
)
from lingju.cobuilding.rota_repair import without
from lingju.cobuilding.tests.rotas import a_few_duties, a_problem, a_team, by_chance, everything


def changed(drawn: Plan, one: dict[int, int | None]) -> int:
    return sum(drawn.assignment[key] != team for key, team in one.items())


def worth(problem: Problem, drawn: Plan, one: dict[int, int | None]) -> tuple[int, ...]:
    found = measure(problem, one)
    return found["unfilled"], changed(drawn, one), found["fairness"], found["travel"]


def a_dropout(problem: Problem, drawn: Plan, seed: int) -> frozenset[tuple[int, int]]:
    held = [(team, d.day) for d in problem.duties if (team := drawn.assignment[d.key]) is not None]
    return frozenset({random.Random(seed).choice(held)}) if held else frozenset({(1, 0)})


@pytest.mark.parametrize("seed", range(25))
def test_no_repair_at_all_changes_fewer_cells(seed: int) -> None:
    problem = a_few_duties(seed, teams=4)
    drawn = plan(problem)
    dropped = a_dropout(problem, drawn, seed)
    mended = repair(problem, drawn, dropped)
    after = without(problem, dropped)
    best = min(worth(after, drawn, one) for one in everything(after))
    assert worth(after, drawn, dict(mended.plan.assignment)) == best
    assert mended.fewest == len(mended.changes) == best[1]


@pytest.mark.parametrize("seed", range(6))
def test_other_days_stay_as_they_are(seed: int) -> None:
    problem = by_chance(seed, places=5, days=4, roles=3, teams=16)
    drawn = plan(problem)
    dropped = a_dropout(problem, drawn, seed)
    days = {day for _, day in dropped}
    day_of = {duty.key: duty.day for duty in problem.duties}
    assert {day_of[change.duty] for change in repair(problem, drawn, dropped).changes} <= days


def test_a_free_team_comes_instead_and_nothing_else_moves() -> None:
    duties = (Duty(1, 0, 1, "lead"), Duty(2, 0, 2, "lead"))
    problem = a_problem(duties, tuple(a_team(key, "lead") for key in (1, 2, 3)))
    drawn = plan(problem)
    (gone,) = (drawn.assignment[1],)
    assert gone is not None
    (change,) = repair(problem, drawn, frozenset({(gone, 0)})).changes
    assert (change.duty, change.before) == (1, gone)
    assert change.after == ({1, 2, 3} - set(drawn.assignment.values())).pop()


def test_two_cells_move_where_one_alone_could_not() -> None:
    duties = (Duty(1, 0, 1, "legal"), Duty(2, 0, 1, "lead"))
    teams = (a_team(1, "legal"), a_team(2, "lead", "legal"), a_team(3, "lead", share=0.0))
    problem = a_problem(duties, teams)
    drawn = plan(problem)
    assert drawn.assignment == {1: 1, 2: 2}
    mended = repair(problem, drawn, frozenset({(1, 0)}))
    assert mended.plan.assignment == {1: 2, 2: 3}
    assert mended.fewest == 2


def test_a_lock_on_who_drops_out_falls_and_others_stand() -> None:
    duties = (Duty(1, 0, 1, "lead"), Duty(2, 0, 2, "lead"))
    teams = tuple(a_team(key, "lead") for key in (1, 2, 3))
    problem = a_problem(duties, teams, locks={1: 1, 2: 2})
    mended = repair(problem, plan(problem), frozenset({(1, 0)}))
    assert mended.plan.assignment == {1: 3, 2: 2}


def test_nobody_left_leaves_the_cell_empty_and_says_so() -> None:
    problem = a_problem((Duty(1, 0, 1, "lead"),), (a_team(1, "lead"),))
    mended = repair(problem, plan(problem), frozenset({(1, 0)}))
    assert mended.plan.assignment == {1: None}
    assert (mended.fewest, mended.plan.level("unfilled").value) == (1, 1)


@pytest.mark.parametrize("seed", range(8))
def test_the_price_of_a_decision_is_the_difference_of_two_best_rotas(seed: int) -> None:
    problem = by_chance(seed, places=3, days=3, roles=2, teams=6)
    drawn = plan(problem)
    duty = problem.duties[seed]
    team = next(t for t in problem.teams if duty.role in t.roles and duty.day not in t.blocked)
    cost = override_cost(problem, drawn, duty.key, team.key)
    assert cost.plan.assignment[duty.key] == team.key
    alone = plan(replace(problem, locks={duty.key: team.key}))
    for name, change in cost.changes:
        new, old = alone.level(name), drawn.level(name)
        assert change == pytest.approx(new.amount - old.amount)


@pytest.mark.parametrize("seed", range(8))
def test_no_decision_pays(seed: int) -> None:
    problem = by_chance(seed, places=3, days=3, roles=2, teams=6)
    drawn = plan(problem)
    cost = override_cost(problem, drawn, problem.duties[0].key, None)
    first = next((change for _, change in cost.changes if change), 0.0)
    assert first >= 0


def test_what_the_rota_says_already_costs_nothing() -> None:
    problem = by_chance(2, places=3, days=3, roles=2, teams=6)
    drawn = plan(problem)
    duty = next(key for key, team in drawn.assignment.items() if team is not None)
    assert {change for _, change in override_cost(problem, drawn, duty, drawn.assignment[duty]).changes} == {
        0.0
    }


def test_a_decision_that_cannot_stand_is_refused() -> None:
    duties = (Duty(1, 0, 1, "lead"), Duty(2, 0, 2, "lead"))
    problem = a_problem(duties, (a_team(1, "lead"),), locks={1: 1})
    with pytest.raises(LocksClash):
        override_cost(problem, plan(problem), 2, 1)
