"""The two peers of the optimiser: the weightiest need first, and communities in turn. Pure.

Both keep every rule, and both are what people do by hand; the bench tells what they leave behind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lingju.cobuilding.matching_field import Field, Lending, Option, ready
from lingju.cobuilding.matching_model import HAND, Day, Goal, Met, Need, Placement, Use
from lingju.cobuilding.matching_program import fit, steps


@dataclass(slots=True)
class Hands:
    """Who and what is still free, and what was put together."""

    here: Field
    at: dict[tuple[int, int], list[Option]]
    lendings: dict[tuple[int, int], list[Lending]]
    busy: set[tuple[int, int]] = field(default_factory=set)
    places: Counter[int] = field(default_factory=Counter)
    lent: Counter[tuple[int, int]] = field(default_factory=Counter)
    met: list[Met] = field(default_factory=list)


def greedy(day: Day) -> tuple[Met, ...]:
    """Meet the weightiest need first, each with who is nearest; locks are not looked at."""
    hands = _hands(day)
    order = sorted(range(len(hands.here.needs)), key=lambda at: (-hands.here.needs[at].weight, at))
    return _served(hands, order)


def round_robin(day: Day) -> tuple[Met, ...]:
    """Let the communities take turns, each with its weightiest need; locks are not looked at."""
    hands = _hands(day)
    queues: dict[str, list[int]] = defaultdict(list)
    for at, need in enumerate(hands.here.needs):
        queues[need.community].append(at)
    for queue in queues.values():
        queue.sort(key=lambda at: (hands.here.needs[at].weight, -at))
    order: list[int] = []
    while any(queues.values()):
        order += [queue.pop() for _, queue in sorted(queues.items()) if queue]
    return _served(hands, order)


def measure(day: Day, met: Iterable[Met]) -> dict[Goal, int]:
    """Count what a plan reaches of each goal."""
    needs = {need.key: need for need in day.needs}
    helpers = {helper.key: helper for helper in day.helpers}
    plan = list(met)
    team = [one for part in plan for one in part.team]
    kept = {(one.helper, one.need, one.window) for one in day.before}
    wishes = (
        fit(one.need in helpers[one.helper].prefers, needs[one.need].community in helpers[one.helper].knows)
        for one in team
    )
    ways = [steps(one.metres) for one in team]
    ways += [steps(use.metres) * use.quantity for part in plan for use in part.uses]
    return {
        Goal.WEIGHT: sum(needs[part.need].weight for part in plan),
        Goal.COMMUNITIES: len({needs[part.need].community for part in plan}),
        Goal.FIT: sum(wishes),
        Goal.STEPS: sum(ways),
        Goal.KEPT: sum((one.helper, one.need, one.window) in kept for one in team),
    }


def _hands(day: Day) -> Hands:
    here = ready(day)
    at: dict[tuple[int, int], list[Option]] = defaultdict(list)
    for option in here.options:
        at[option.need, option.window].append(option)
    lendings: dict[tuple[int, int], list[Lending]] = defaultdict(list)
    for lending in here.lendings:
        lendings[lending.need, lending.window].append(lending)
    return Hands(here, at, lendings)


def _served(hands: Hands, order: Sequence[int]) -> tuple[Met, ...]:
    for at in order:
        any(_serve(hands, at, window) for window in sorted(hands.here.needs[at].windows))
    return tuple(hands.met)


def _serve(hands: Hands, at: int, window: int) -> bool:
    """Meet a need in a window if its team and its things can be had."""
    team, lent = _team(hands, at, window), _lent(hands, at, window)
    if team is None or lent is None:
        return False
    _keep(hands, at, window, team, lent)
    return True


def _team(hands: Hands, at: int, window: int) -> dict[int, str] | None:
    """Put a team together: the scarcest role first, the nearest first, groups whole."""
    here, need = hands.here, hands.here.needs[at]
    by_role = _waiting(hands, at, window)
    open_roles = Counter({**need.skills, HAND: need.smallest - need.skilled})
    team: dict[int, str] = {}
    scarce = sorted(open_roles, key=lambda role: (role == HAND, len(by_role[role]), role))
    waiting = [(role, one) for role in scarce for one in by_role[role]]
    for role, helper in waiting:
        if open_roles[role] and helper not in team:
            _join(here, helper, by_role, open_roles, team)
    if any(open_roles.values()):
        return None
    return team if not _is_only_new(here, team) and _is_right_size(need, team) else None


def _waiting(hands: Hands, at: int, window: int) -> dict[str, list[int]]:
    """List who is free for each role: who can guide before who is new, then the nearest."""
    here = hands.here
    by_role: dict[str, list[int]] = defaultdict(list)
    for option in hands.at.get((at, window), []):
        if (option.helper, window) not in hands.busy and not _is_full(hands, option.helper):
            by_role[option.role].append(option.helper)
    for found in by_role.values():
        found.sort(key=lambda one: (here.helpers[one].is_new, here.metres[at, one], one))
    return by_role


def _is_full(hands: Hands, helper: int) -> bool:
    most = hands.here.helpers[helper].most_places
    return most is not None and hands.places[helper] >= most


def _is_only_new(here: Field, team: dict[int, str]) -> bool:
    return bool(team) and all(here.helpers[one].is_new for one in team)


def _is_right_size(need: Need, team: dict[int, str]) -> bool:
    return need.smallest <= len(team) <= need.largest


def _join(
    here: Field, helper: int, by_role: dict[str, list[int]], open_roles: Counter[str], team: dict[int, str]
) -> None:
    """Take a helper, with the whole group or not at all."""
    group = here.groups[here.group_of[helper]] if helper in here.group_of else (helper,)
    left, joined = open_roles.copy(), dict[int, str]()
    for member in group:
        role = next(
            (role for role in sorted(left, reverse=True) if left[role] and member in by_role[role]), None
        )
        if role is None or member in team:
            return
        left[role] -= 1
        joined[member] = role
    team.update(joined)
    open_roles.clear()
    open_roles.update(left)


def _lent(hands: Hands, at: int, window: int) -> dict[Lending, int] | None:
    """Take the things a need wants from the nearest who still have some."""
    lent: dict[Lending, int] = {}
    missing = Counter(hands.here.needs[at].resources)
    for lending in sorted(hands.lendings.get((at, window), []), key=hands.here.lending_metres):
        resource = hands.here.resources[lending.resource]
        taken = min(resource.quantity - hands.lent[lending.resource, window], missing[resource.kind])
        if taken > 0:
            lent[lending] = taken
            missing[resource.kind] -= taken
    return None if any(missing.values()) else lent


def _keep(hands: Hands, at: int, window: int, team: dict[int, str], lent: dict[Lending, int]) -> None:
    here, key = hands.here, hands.here.needs[at].key
    for helper in team:
        hands.busy.add((helper, window))
        hands.places[helper] += 1
    for lending, quantity in lent.items():
        hands.lent[lending.resource, window] += quantity
    placements = tuple(
        Placement(here.helpers[one].key, key, window, role, int(here.metres[at, one]))
        for one, role in sorted(team.items())
    )
    uses = tuple(
        Use(here.resources[one.resource].key, key, window, quantity, here.lending_metres(one))
        for one, quantity in lent.items()
    )
    hands.met.append(Met(key, window, placements, uses))
