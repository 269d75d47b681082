"""Builds small rota problems for the tests: by hand, or by chance from a seed."""

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np

from lingju.cobuilding.rota import Duty, Problem, Team

ROLES = ("lead", "service", "legal")


def a_team(key: int, *roles: str, blocked: tuple[int, ...] = (), share: float = 1.0, **more: object) -> Team:
    """Build a team that can do these roles."""
    return Team(key, frozenset(roles), frozenset(blocked), share, **more)  # type: ignore[arg-type]


def a_problem(
    duties: tuple[Duty, ...], teams: tuple[Team, ...], travel: list[list[int]] | None = None, **more: object
) -> Problem:
    """Build a problem whose ways are all 100 m, unless they are given."""
    places = tuple(sorted({duty.place for duty in duties}))
    ways = np.array(travel if travel is not None else [[100] * len(places)] * len(teams), dtype=np.int64)
    return Problem(duties, teams, places, ways.reshape(len(teams), len(places)), **more)  # type: ignore[arg-type]


def by_chance(
    seed: int, places: int = 2, days: int = 2, roles: int = 2, teams: int = 3, **more: object
) -> Problem:
    """Build a problem with random abilities, closed days, shares, ways, wishes and a published rota."""
    chance = random.Random(seed)
    duties = tuple(
        Duty(100 + at, day, 10 + place, role, chance.choice((1, 1, 3)))
        for at, (day, place, role) in enumerate(product(range(days), range(places), ROLES[:roles]))
    )
    built = tuple(
        Team(
            key,
            frozenset(role for role in ROLES[:roles] if chance.random() < 0.65),
            frozenset(day for day in range(days) if chance.random() < 0.15),
            round(chance.uniform(0.5, 3.5), 2),
            chance.randrange(3),
            frozenset(day for day in range(days) if chance.random() < 0.3),
        )
        for key in range(1, teams + 1)
    )
    ways = np.array([[chance.randrange(0, 3000) for _ in range(places)] for _ in built], dtype=np.int64)
    published = {duty.key: chance.randint(1, teams) for duty in duties if chance.random() < 0.4}
    problem = Problem(duties, built, tuple(range(10, 10 + places)), ways, published=published)
    return replace(problem, **more)  # type: ignore[arg-type]


def a_few_duties(seed: int, **more: object) -> Problem:
    """Build a problem that is small enough to try everything."""
    problem = by_chance(seed, **more)  # type: ignore[arg-type]
    chosen = sorted(random.Random(seed).sample(range(len(problem.duties)), 6))
    return replace(problem, duties=tuple(problem.duties[at] for at in chosen))


def everything(problem: Problem) -> list[dict[int, int | None]]:
    """List every rota that the hard rules allow, by trying all of them."""
    found: list[dict[int, int | None]] = [{}]
    for duty in problem.duties:
        found = [
            {**one, duty.key: team}
            for one in found
            for team in choices(problem, duty)
            if fits(problem, one, duty, team)
        ]
    return found


def choices(problem: Problem, duty: Duty) -> list[int | None]:
    """List who may have the duty, nobody among them; a lock leaves one choice."""
    if duty.key in problem.locks:
        return [problem.locks[duty.key]]
    able = [t.key for t in problem.teams if duty.role in t.roles and duty.day not in t.blocked]
    return [None, *able]


def fits(problem: Problem, one: Mapping[int, int | None], duty: Duty, team: int | None) -> bool:
    """Say whether the team is free that day, and meets nobody whom it must not."""
    if team is None:
        return True
    apart = {t.key: t.apart for t in problem.teams}
    for other in problem.duties:
        holder = one.get(other.key)
        if holder is None or other.day != duty.day:
            continue
        is_barred = holder in apart[team] or team in apart[holder]
        if holder == team or (other.place == duty.place and is_barred):
            return False
    return True
