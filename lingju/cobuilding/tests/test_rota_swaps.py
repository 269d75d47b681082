"""What may be exchanged may really be exchanged, and does what it says."""

import pytest

from lingju.cobuilding.rota import Duty, Plan, Problem, Swap, measure, plan, swaps
from lingju.cobuilding.rota_spacing import pairs_of
from lingju.cobuilding.tests.rotas import a_problem, a_team, by_chance, fits


def exchanged(drawn: Plan, swap: Swap) -> dict[int, int | None]:
    after = dict(drawn.assignment)
    after[swap.duty] = swap.taker
    if swap.other is not None:
        after[swap.other] = swap.giver
    return after


def stands(problem: Problem, assignment: dict[int, int | None]) -> bool:
    by_key = {team.key: team for team in problem.teams}
    so_far: dict[int, int | None] = {}
    for duty in problem.duties:
        team = assignment[duty.key]
        able = team is None or (duty.role in by_key[team].roles and duty.day not in by_key[team].blocked)
        if not able or not fits(problem, so_far, duty, team):
            return False
        so_far[duty.key] = team
    return True


@pytest.mark.parametrize("seed", range(8))
def test_each_swap_stands_and_does_what_it_says(seed: int) -> None:
    problem = by_chance(seed, places=3, days=4, roles=2, teams=9)
    drawn = plan(problem)
    before, pairs = measure(problem, drawn.assignment), pairs_of(problem, drawn.assignment)
    found = swaps(problem, drawn)
    assert found
    for swap in found:
        after = exchanged(drawn, swap)
        assert stands(problem, after)
        counted = measure(problem, after)
        assert swap.metres == counted["travel"] - before["travel"]
        assert swap.fairness == pytest.approx((counted["fairness"] - before["fairness"]) / 10_000)
        assert swap.is_neutral == (counted["fairness"] == before["fairness"])
        assert swap.pairs == pairs_of(problem, after) - pairs


@pytest.mark.parametrize("seed", range(4))
def test_no_exchange_that_stands_is_left_out(seed: int) -> None:
    problem = by_chance(seed, places=2, days=3, roles=2, teams=6)
    drawn = plan(problem)
    held = [d.key for d in problem.duties if drawn.assignment[d.key] is not None]
    expected = {
        frozenset({one, other})
        for one in held
        for other in held
        if drawn.assignment[one] != drawn.assignment[other]
        and stands(problem, {**drawn.assignment, one: drawn.assignment[other], other: drawn.assignment[one]})
    }
    assert {frozenset({s.duty, s.other}) for s in swaps(problem, drawn) if s.other is not None} == expected


def test_locked_cells_are_not_exchanged() -> None:
    duties = (Duty(1, 0, 1, "lead"), Duty(2, 1, 1, "lead"))
    problem = a_problem(duties, (a_team(1, "lead"), a_team(2, "lead")), locks={1: 1, 2: 2})
    assert swaps(problem, plan(problem)) == ()


def test_whom_a_bar_keeps_apart_is_not_brought_together() -> None:
    duties = (Duty(1, 0, 1, "lead"), Duty(2, 0, 1, "legal"), Duty(3, 0, 2, "lead"))
    teams = (a_team(1, "legal", apart=frozenset({3})), a_team(2, "lead"), a_team(3, "lead"))
    problem = a_problem(duties, teams)
    drawn = plan(problem)
    assert drawn.assignment == {1: 2, 2: 1, 3: 3}
    assert swaps(problem, drawn) == ()


def test_one_duty_can_be_asked_for_alone() -> None:
    problem = by_chance(1, places=3, days=4, roles=2, teams=9)
    drawn = plan(problem)
    duty = next(key for key, team in drawn.assignment.items() if team is not None)
    found = swaps(problem, drawn, duty)
    assert found
    assert {swap.duty for swap in found} == {duty}
