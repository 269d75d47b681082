"""An empty duty is explained by the teams that are too few, and the explanation can be counted."""

from dataclasses import replace

import pytest

from lingju.cobuilding.rota import Duty, Shortage, measure, plan, shortages, verify_shortage
from lingju.cobuilding.tests.rotas import a_problem, a_team, by_chance


def test_three_duties_that_only_two_teams_can_do_lack_one() -> None:
    duties = (
        *(Duty(key, 4, key, "legal") for key in (1, 2, 3)),
        Duty(4, 4, 1, "lead"),
        Duty(5, 5, 1, "legal"),
    )
    teams = (
        a_team(1, "legal", "lead"),
        a_team(2, "legal"),
        a_team(3, "lead"),
        a_team(4, "legal", blocked=(4,)),
    )
    problem = a_problem(duties, teams)
    drawn = plan(problem)
    (found,) = shortages(problem, drawn)
    assert (found.day, found.roles, found.duties, found.teams) == (4, ("legal",), (1, 2, 3), (1, 2))
    assert (found.missing, found.blocked, found.unfilled) == (1, (4,), drawn.unfilled)
    assert verify_shortage(problem, found)


def test_a_team_that_could_help_but_is_locked_elsewhere_is_told() -> None:
    duties = (Duty(1, 0, 1, "legal"), Duty(2, 0, 2, "legal"), Duty(3, 0, 1, "lead"))
    teams = (a_team(1, "legal"), a_team(2, "legal", "lead"))
    problem = a_problem(duties, teams, locks={3: 2})
    (found,) = shortages(problem, plan(problem))
    assert (found.duties, found.teams, found.tied) == ((1, 2), (1,), (2,))


def test_a_team_kept_away_by_a_lock_is_told() -> None:
    duties = (Duty(1, 0, 1, "legal"), Duty(3, 0, 1, "lead"))
    teams = (a_team(1, "legal", apart=frozenset({2})), a_team(2, "lead"))
    problem = a_problem(duties, teams, locks={3: 2})
    (found,) = shortages(problem, plan(problem))
    assert (found.duties, found.teams, found.kept_away) == ((1,), (), (1,))
    assert verify_shortage(problem, found)


def test_a_role_that_nobody_has_is_a_shortage_of_everybody() -> None:
    problem = a_problem((Duty(1, 0, 1, "legal"),), (a_team(1, "lead"),))
    (found,) = shortages(problem, plan(problem))
    assert (found.duties, found.teams, found.missing) == ((1,), (), 1)


def test_a_full_rota_lacks_nobody() -> None:
    problem = a_problem((Duty(1, 0, 1, "lead"),), (a_team(1, "lead"),))
    assert shortages(problem, plan(problem)) == ()


def test_a_cell_emptied_by_hand_lacks_nobody() -> None:
    problem = a_problem((Duty(1, 0, 1, "lead"),), (a_team(1, "lead"),), locks={1: None})
    assert shortages(problem, plan(problem)) == ()


@pytest.mark.parametrize("seed", range(12))
def test_every_empty_duty_is_in_one_true_shortage_and_they_add_up(seed: int) -> None:
    problem = by_chance(seed, places=5, days=4, roles=3, teams=9)
    drawn = plan(problem)
    found = shortages(problem, drawn)
    assert all(verify_shortage(problem, one) for one in found)
    assert sorted(key for one in found for key in one.unfilled) == sorted(drawn.unfilled)
    assert sum(one.missing for one in found) == len(drawn.unfilled)
    assert found or measure(problem, drawn.assignment)["unfilled"] == 0


@pytest.mark.parametrize(
    "bent",
    [
        {"teams": (1,)},
        {"teams": (1, 2, 3)},
        {"duties": (1, 2)},
        {"missing": 2},
        {"day": 5},
        {"duties": (1, 2, 5)},
        {"duties": (1, 2, 3, 3)},
    ],
    ids=str,
)
def test_an_untrue_shortage_is_caught(bent: dict[str, object]) -> None:
    duties = (
        *(Duty(key, 4, key, "legal") for key in (1, 2, 3)),
        Duty(4, 4, 1, "lead"),
        Duty(5, 5, 1, "legal"),
    )
    problem = a_problem(duties, (a_team(1, "legal", "lead"), a_team(2, "legal"), a_team(3, "lead")))
    true = Shortage(4, ("legal",), (1, 2, 3), (1, 2), 1, (3,))
    assert verify_shortage(problem, true)
    assert not verify_shortage(problem, replace(true, **bent))  # type: ignore[arg-type]
