"""Why a duty stays empty: the duties that too few teams can do, from the minimum cut. Pure.

    empty duty ◀─can─ team ◀─has─ duty ◀─can─ team ◀─has─ duty …     followed back until nothing new appears

A team has one duty a day, so that every day stands alone. From an empty duty the alternating ways reach a set
of duties and all teams that can do one of them. A free team among them would fill the empty duty, so that in
an optimal rota each has a duty of the set: more duties than teams (Hall). `verify_shortage` counts this again
from the problem alone.
"""

from collections.abc import Iterable, Mapping

from lingju.cobuilding.rota_grid import apart
from lingju.cobuilding.rota_model import Duty, Plan, Problem, Shortage, Team


def shortages(problem: Problem, plan: Plan) -> tuple[Shortage, ...]:
    """Return why duties stay empty, each empty duty in one shortage; those kept empty by hand are none.

    Where the bar between two teams that are kept apart leaves a duty empty, no set of this kind exists; such
    a duty is in no shortage.
    """
    can = _who_can(problem)
    doing = {
        (duty.day, team): duty.key
        for duty in problem.duties
        if duty.key in can and (team := plan.assignment[duty.key]) is not None
    }
    empty = [d for d in problem.duties if d.key in can and plan.assignment[d.key] is None]
    found: list[tuple[Duty, set[int], set[int]]] = []
    for duty in empty:
        if any(duty.key in duties for _, duties, _ in found):
            continue
        reached = _reached(duty, can, doing)
        if reached is not None:
            found = _joined(found, (duty, *reached))
    by_key = {duty.key: duty for duty in problem.duties}
    unfilled = {duty.key for duty in empty}
    return tuple(_told(problem, by_key, duties, teams, unfilled) for _, duties, teams in found)


def verify_shortage(problem: Problem, shortage: Shortage) -> bool:
    """Say whether the shortage is true, by counting who can do what; the plan is not looked at."""
    duties = [duty for duty in problem.duties if duty.key in set(shortage.duties)]
    stands = (
        len(duties) == len(shortage.duties)
        and all(duty.day == shortage.day and duty.key not in problem.locks for duty in duties)
        and len(set(shortage.teams)) == len(shortage.teams)
    )
    locked = {
        team for duty in problem.duties if duty.day == shortage.day
        for team in [problem.locks.get(duty.key)] if team is not None
    }  # fmt: skip
    able = {
        team.key
        for team in problem.teams
        if shortage.day not in team.blocked and team.key not in locked
        if any(duty.role in team.roles and not _meets(problem, team, duty) for duty in duties)
    }
    return (
        stands
        and able == set(shortage.teams)
        and shortage.missing == len(duties) - len(able) > 0
        and len(shortage.unfilled) == shortage.missing
    )


def _who_can(problem: Problem) -> dict[int, frozenset[int]]:
    """Return for each open duty the teams that could have it: able, open that day, free of locks and bars."""
    locked = {
        (duty.day, team) for duty in problem.duties if (team := problem.locks.get(duty.key)) is not None
    }
    known: dict[tuple[object, ...], frozenset[int]] = {}
    shut = _shut(problem)
    can = {}
    for duty in problem.duties:
        if duty.key in problem.locks:
            continue
        barred = shut.get((duty.place, duty.day), frozenset())
        alike = (duty.day, duty.role, barred)
        if alike not in known:
            known[alike] = frozenset(
                t.key for t in problem.teams
                if duty.role in t.roles and duty.day not in t.blocked
                and (duty.day, t.key) not in locked and t.key not in barred
            )  # fmt: skip
        can[duty.key] = known[alike]
    return can


def _shut(problem: Problem) -> dict[tuple[int, int], frozenset[int]]:
    """Return who may not come to a place on a day, because somebody is locked there."""
    partners = apart(problem.teams)
    shut: dict[tuple[int, int], frozenset[int]] = {}
    for duty in problem.duties if partners else ():
        team = problem.locks.get(duty.key)
        cell = (duty.place, duty.day)
        if team in partners:
            shut[cell] = shut.get(cell, frozenset()) | partners[team]
    return shut


def _reached(
    duty: Duty, can: Mapping[int, frozenset[int]], doing: Mapping[tuple[int, int], int]
) -> tuple[set[int], set[int]] | None:
    """Return the duties and teams that alternating ways reach; None if one of the teams is free."""
    duties, teams, ahead = {duty.key}, set[int](), [duty.key]
    while ahead:
        new = can[ahead.pop()] - teams
        teams |= new
        theirs = [doing.get((duty.day, team)) for team in new]
        if any(one is None for one in theirs):
            return None
        ahead += [one for one in theirs if one is not None and one not in duties]
        duties |= {one for one in theirs if one is not None}
    return duties, teams


def _joined(
    found: list[tuple[Duty, set[int], set[int]]], new: tuple[Duty, set[int], set[int]]
) -> list[tuple[Duty, set[int], set[int]]]:
    """Put together what shares a duty or a team: one shortage, told once."""
    first, duties, teams = new

    def meets(one: tuple[Duty, set[int], set[int]]) -> bool:
        return one[0].day == first.day and bool(one[1] & duties or one[2] & teams)

    meeting, others = [one for one in found if meets(one)], [one for one in found if not meets(one)]
    for _, more_duties, more_teams in meeting:
        duties, teams = duties | more_duties, teams | more_teams
    return [*others, (first, duties, teams)]


def _told(
    problem: Problem, by_key: Mapping[int, Duty], duties: set[int], teams: set[int], unfilled: set[int]
) -> Shortage:
    chosen = sorted((by_key[key] for key in duties), key=lambda duty: duty.key)
    day = chosen[0].day
    roles = {duty.role for duty in chosen}
    busy = {
        team
        for duty in problem.duties
        if duty.day == day and (team := problem.locks.get(duty.key)) is not None
    }
    others = [team for team in problem.teams if team.roles & roles and team.key not in teams]
    return Shortage(
        day=day,
        roles=tuple(sorted(roles)),
        duties=tuple(duty.key for duty in chosen),
        teams=tuple(sorted(teams)),
        missing=len(duties) - len(teams),
        unfilled=tuple(sorted(duties & unfilled)),
        tied=_keys(t for t in others if t.key in busy),
        blocked=_keys(t for t in others if day in t.blocked and t.key not in busy),
        kept_away=_keys(t for t in others if day not in t.blocked and t.key not in busy),
    )


def _keys(teams: Iterable[Team]) -> tuple[int, ...]:
    return tuple(sorted(team.key for team in teams))


def _meets(problem: Problem, team: Team, duty: Duty) -> bool:
    """Say whether the team would meet somebody it is kept apart from, who is locked there."""
    others = {t.key for t in problem.teams if team.key in t.apart} | team.apart
    return any(
        other.place == duty.place and other.day == duty.day and problem.locks.get(other.key) in others
        for other in problem.duties
    )
