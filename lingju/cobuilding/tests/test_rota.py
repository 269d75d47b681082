"""The rota is the best there is: against trying everything, against another solver, against itself."""

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from lingju.cobuilding import rota_flow
from lingju.cobuilding.rota import Clash, Duty, LockClash, LocksClash, Plan, Problem, measure, plan
from lingju.cobuilding.rota_flow import NotProved
from lingju.cobuilding.rota_grid import SHARE
from lingju.cobuilding.tests.rotas import a_few_duties, a_problem, a_team, by_chance, everything

EXACT = ("unfilled", "fairness", "travel", "stability", "preference")


def values(drawn: Plan) -> tuple[int, ...]:
    return tuple(drawn.level(name).value for name in EXACT)


def counted(problem: Problem, assignment: dict[int, int | None]) -> tuple[int, ...]:
    found = measure(problem, assignment)
    return tuple(found[name] for name in EXACT)


@pytest.mark.parametrize("seed", range(25))
def test_no_rota_at_all_is_better_at_any_level(seed: int) -> None:
    problem = a_few_duties(seed, step=(1, 500)[seed % 2])
    drawn = plan(problem)
    assert values(drawn) == min(counted(problem, one) for one in everything(problem))
    assert all(drawn.level(name).is_proved for name in EXACT)


@pytest.mark.parametrize("seed", range(10))
def test_it_is_the_best_beside_locks_too(seed: int) -> None:
    problem = a_few_duties(seed)
    chosen = random.Random(seed).choice(everything(problem))
    locked = replace(problem, locks={key: chosen[key] for key in list(chosen)[:3]})
    drawn = plan(locked)
    assert {key: drawn.assignment[key] for key in locked.locks} == dict(locked.locks)
    assert values(drawn) == min(counted(locked, one) for one in everything(locked))


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_best_where_some_may_not_meet(seed: int) -> None:
    problem = a_few_duties(seed)
    first, *rest = problem.teams
    barred = replace(problem, teams=(replace(first, apart=frozenset(team.key for team in rest)), *rest))
    drawn = plan(barred)
    assert values(drawn) == min(counted(barred, one) for one in everything(barred))


@pytest.mark.parametrize("seed", range(8))
def test_each_level_is_the_optimum_of_an_independent_linear_program(seed: int) -> None:
    problem = by_chance(seed, places=4, days=4, roles=3, teams=9)
    drawn = plan(problem)
    least = lexicographic_optimum(problem)
    assert values(drawn) == pytest.approx(least, abs=0.5)


@pytest.mark.parametrize("seed", range(6))
def test_taking_arcs_in_bit_by_bit_finds_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = by_chance(seed, places=5, days=4, roles=3, teams=12)
    at_once = plan(problem)
    monkeypatch.setattr(rota_flow, "ALL_AT_ONCE", 0)
    monkeypatch.setattr(rota_flow, "NEAREST", 1)
    monkeypatch.setattr(rota_flow, "PER_COLUMN", 1)
    assert values(plan(problem)) == values(at_once)


def test_the_levels_are_what_one_counts_in_the_rota() -> None:
    problem = by_chance(5, places=5, days=6, roles=3, teams=20)
    drawn = plan(problem)
    assert values(drawn) == counted(problem, dict(drawn.assignment))


@pytest.mark.parametrize("seed", range(5))
def test_another_team_never_lowers_coverage(seed: int) -> None:
    problem = by_chance(seed, places=4, days=3, roles=3, teams=6)
    more = replace(
        problem,
        teams=(*problem.teams, a_team(99, "legal", "lead")),
        travel=np.vstack([problem.travel, np.full((1, 4), 500)]),
    )
    assert plan(more).level("unfilled").value <= plan(problem).level("unfilled").value


@pytest.mark.parametrize("seed", range(5))
def test_other_keys_and_another_order_change_no_level(seed: int) -> None:
    problem = by_chance(seed, places=4, days=3, roles=3, teams=7)
    order = list(range(len(problem.teams)))
    random.Random(seed).shuffle(order)
    renamed = {team.key: 1000 - team.key for team in problem.teams}
    other = replace(
        problem,
        teams=tuple(replace(problem.teams[at], key=renamed[problem.teams[at].key]) for at in order),
        travel=problem.travel[order],
        duties=problem.duties[::-1],
        published={key: renamed[team] for key, team in problem.published.items()},
    )
    assert values(plan(other)) == values(plan(problem))


@pytest.mark.parametrize("seed", range(5))
def test_locking_the_optimum_keeps_it(seed: int) -> None:
    problem = by_chance(seed, places=4, days=3, roles=3, teams=7)
    drawn = plan(problem)
    held = {key: team for key, team in drawn.assignment.items() if team is not None}
    again = plan(replace(problem, locks=held))
    assert again.assignment == drawn.assignment
    assert values(again) == values(drawn)


def test_an_open_day_never_hurts() -> None:
    problem = by_chance(3, places=4, days=3, roles=3, teams=7)
    opened = replace(problem, teams=tuple(replace(team, blocked=frozenset()) for team in problem.teams))
    assert values(plan(opened))[:2] <= values(plan(problem))[:2]


def test_the_same_question_has_the_same_answer() -> None:
    problem = by_chance(9, places=5, days=4, roles=3, teams=12)
    one, other = plan(problem, seed=7), plan(by_chance(9, places=5, days=4, roles=3, teams=12), seed=7)
    assert (one.assignment, one.levels, one.digest) == (other.assignment, other.levels, other.digest)


def test_another_question_has_another_digest() -> None:
    problem = by_chance(9)
    asked = [
        problem,
        replace(problem, step=100),
        replace(problem, travel=problem.travel + 1),
        replace(problem, locks={100: None}),
        replace(problem, teams=(replace(problem.teams[0], history=9), *problem.teams[1:])),
    ]
    assert len({one.digest() for one in asked}) == len(asked)


def test_loads_come_close_to_the_fair_shares() -> None:
    duties = tuple(Duty(day, day, 1, "lead") for day in range(6))
    drawn = plan(a_problem(duties, (a_team(1, "lead", share=2.0), a_team(2, "lead", share=4.0))))
    assert [(load.load, load.deviation) for load in drawn.loads] == [(2, 0.0), (4, 0.0)]
    assert (drawn.spread.least, drawn.spread.most) == (0.0, 0.0)
    assert drawn.spread.jain == pytest.approx(1.0)


def test_what_was_done_before_counts() -> None:
    duties = tuple(Duty(day, day, 1, "lead") for day in range(4))
    teams = (a_team(1, "lead", share=3.0, history=2), a_team(2, "lead", share=3.0))
    assert [load.load for load in plan(a_problem(duties, teams)).loads] == [1, 3]


def test_a_published_rota_stays_where_nothing_before_it_speaks_against_it() -> None:
    duties = tuple(Duty(day, day, 1, "lead") for day in range(4))
    teams = tuple(a_team(key, "lead", share=2.0) for key in (1, 2))
    published = {0: 2, 1: 2, 2: 1, 3: 1}
    assert plan(a_problem(duties, teams, published=published)).assignment == published


def test_the_later_of_two_published_duties_moves() -> None:
    duties = (Duty(0, 0, 1, "lead"), Duty(1, 1, 1, "lead"))
    teams = tuple(a_team(key, "lead", share=1.0) for key in (1, 2))
    drawn = plan(a_problem(duties, teams, published={0: 1, 1: 1}))
    assert drawn.assignment == {0: 1, 1: 2}
    assert drawn.level("stability").value == 1


def test_a_cell_kept_empty_by_hand_is_no_gap() -> None:
    problem = a_problem((Duty(1, 0, 1, "lead"),), (a_team(1, "lead"),), locks={1: None})
    assert plan(problem).assignment == {1: None}
    assert plan(problem).level("unfilled").value == 0


@pytest.mark.parametrize(
    "teams",
    [(), (a_team(1),), (a_team(1, "lead", blocked=(0,)), a_team(2, "lead", blocked=(0,)))],
    ids=["nobody", "nobody able", "everybody closed"],
)
def test_a_district_without_anybody_has_an_empty_rota(teams: tuple[()]) -> None:
    drawn = plan(a_problem((Duty(1, 0, 1, "lead", 3),), teams))
    assert drawn.assignment == {1: None}
    assert (drawn.level("unfilled").value, drawn.level("unfilled").is_proved) == (3, True)


def test_nothing_to_do_is_a_rota_too() -> None:
    assert plan(a_problem((), (a_team(1, "lead"),))).assignment == {}


def clashes(problem: Problem) -> tuple[LockClash, ...]:
    with pytest.raises(LocksClash) as caught:
        plan(problem)
    return caught.value.clashes


def test_locks_that_cannot_stand_are_named() -> None:
    duties = (Duty(1, 0, 1, "lead"), Duty(2, 0, 2, "lead"), Duty(3, 0, 1, "legal"), Duty(4, 1, 1, "lead"))
    teams = (a_team(1, "lead", blocked=(1,)), a_team(2, "legal", apart=frozenset({1})))
    problem = a_problem(duties, teams)
    assert clashes(replace(problem, locks={1: 1, 2: 1})) == (LockClash(Clash.TWICE, (1, 2), (1,), 0),)
    assert clashes(replace(problem, locks={1: 2})) == (LockClash(Clash.ROLE, (1,), (2,), 0),)
    assert clashes(replace(problem, locks={4: 1})) == (LockClash(Clash.BLOCKED, (4,), (1,), 1),)
    assert clashes(replace(problem, locks={1: 1, 3: 2})) == (LockClash(Clash.APART, (1, 3), (1, 2), 0),)
    assert clashes(replace(problem, locks={9: 1})) == (LockClash(Clash.UNKNOWN, (9,), (1,)),)
    assert clashes(replace(problem, locks={1: 9})) == (LockClash(Clash.UNKNOWN, (1,), (9,)),)


def test_all_clashes_are_named_at_once() -> None:
    duties = tuple(Duty(key, 0, key, "lead") for key in (1, 2, 3))
    found = clashes(a_problem(duties, (a_team(1, "lead"),), locks={1: 1, 2: 1, 3: 1}))
    assert {clash.duties for clash in found} == {(1, 2), (1, 3), (2, 3)}


def test_a_wrong_answer_of_the_solver_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = rota_flow.Flow._solve

    def bent(flow: rota_flow.Flow) -> rota_flow.Prices:
        prices = solve(flow)
        return replace(prices, column=prices.column - 1)

    monkeypatch.setattr(rota_flow.Flow, "_solve", bent)
    with pytest.raises(NotProved):
        plan(by_chance(1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"travel": np.zeros((1, 1))},
        {"places": (10, 10)},
        {"step": 0},
        {"duties": (Duty(1, 0, 10, "lead", 0),)},
    ],
    ids=["travel", "places", "step", "weight"],
)
def test_nonsense_is_no_problem(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"travel|told apart|metre|matters"):
        replace(by_chance(1), **wrong)  # type: ignore[arg-type]


def lexicographic_optimum(problem: Problem) -> list[float]:
    """Solve each level by scipy with the levels before held as sums: another solver, another way."""
    rows = {team.key: at for at, team in enumerate(problem.teams)}
    arcs = [
        (team, duty)
        for duty in problem.duties
        for team in problem.teams
        if duty.role in team.roles and duty.day not in team.blocked
    ]
    days = sorted({duty.day for duty in problem.duties})
    steps = [(team, n) for team in problem.teams for n in range(1, len(days) + 1)]
    equal, equal_to, below, below_to = [], [], [], []
    for duty in problem.duties:
        equal.append(
            [float(d is duty) for _, d in arcs]
            + [0.0] * len(steps)
            + [float(d is duty) for d in problem.duties]
        )
        equal_to.append(1.0)
    for team in problem.teams:
        coming = [float(t is team) for t, _ in arcs]
        equal.append(coming + [-float(t is team) for t, _ in steps] + [0.0] * len(problem.duties))
        equal_to.append(0.0)
        for day in days:
            there = [float(t is team and d.day == day) for t, d in arcs]
            below.append(there + [0.0] * (len(steps) + len(problem.duties)))
            below_to.append(1.0)
    nothing = [0.0] * len(steps)
    none = [0.0] * len(problem.duties)
    column = {place: at for at, place in enumerate(problem.places)}
    off = {t.key: SHARE * t.history - round(SHARE * t.entitlement) for t in problem.teams}

    def is_moved(duty: Duty, team: int) -> bool:
        return problem.published.get(duty.key, team) != team

    goals = [
        ([0.0] * len(arcs) + nothing + [float(d.weight) for d in problem.duties], 0.0),
        (
            [0.0] * len(arcs)
            + [float((SHARE * n + off[t.key]) ** 2 - (SHARE * (n - 1) + off[t.key]) ** 2) for t, n in steps]
            + none,
            float(sum(away**2 for away in off.values())),
        ),
        ([float(problem.travel[rows[t.key], column[d.place]]) for t, d in arcs] + nothing + none, 0.0),
        (
            [float(problem.moving(d.day) * is_moved(d, t.key)) for t, d in arcs]
            + nothing
            + [float(problem.moving(d.day) * (d.key in problem.published)) for d in problem.duties],
            0.0,
        ),
        ([float(bool(t.preferred) and d.day not in t.preferred) for t, d in arcs] + nothing + none, 0.0),
    ]
    found = []
    for costs, held in goals:
        answer = linprog(costs, below, below_to, equal, equal_to, bounds=(0, 1))
        assert answer.status == 0
        assert answer.fun is not None
        found.append(answer.fun + held)
        below.append(costs)
        below_to.append(round(answer.fun) + 1e-6)
    return found
