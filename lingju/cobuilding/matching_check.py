"""Whether a plan of a day keeps every rule, counted line by line from the day itself. Pure.

Shares nothing with the program it checks: no field, no options, no solver. What people put together by hand
is checked by the same count.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from math import hypot

from lingju.cobuilding.matching_model import HAND, Day, Helper, Lock, Met, Need, Placement, Resource, Use


class Rule(StrEnum):
    """The rules of a day."""

    KNOWN = "known"
    ONE_WINDOW = "one_window"
    DEMAND = "demand"
    TEAM = "team"
    SKILL = "skill"
    WINDOW = "window"
    TRAVEL = "travel"
    CLEARED = "cleared"
    ONE_PLACE = "one_place"
    MOST_PLACES = "most_places"
    TOGETHER = "together"
    GUIDED = "guided"
    QUANTITY = "quantity"
    TERMS = "terms"
    WILLING = "willing"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken, where, and by whom or what."""

    rule: Rule
    need: str
    key: str = ""


def broken(day: Day, met: Sequence[Met], locks: Sequence[Lock] | None = None) -> tuple[Broken, ...]:
    """List every rule that a plan breaks; ``locks`` are the day's unless said otherwise."""
    needs = {need.key: need for need in day.needs}
    helpers = {helper.key: helper for helper in day.helpers}
    resources = {resource.key: resource for resource in day.resources}
    held = day.locks if locks is None else tuple(locks)
    strangers = [Broken(Rule.KNOWN, one.need) for one in met if one.need not in needs]
    strangers += [
        Broken(Rule.KNOWN, one.need, one.helper) for m in met for one in m.team if one.helper not in helpers
    ]
    strangers += [
        Broken(Rule.KNOWN, one.need, one.resource)
        for m in met
        for one in m.uses
        if one.resource not in resources
    ]
    if strangers:
        return tuple(strangers)
    found = list(_once(met))
    for one in met:
        found += _demand(needs[one.need], one, resources)
        found += _people(needs[one.need], one, helpers, held)
        found += _terms(needs[one.need], one, resources)
    found += _everywhere(met, helpers)
    found += _quantities(met, resources)
    found += _locks(met, held)
    return tuple(found)


def _once(met: Sequence[Met]) -> Iterator[Broken]:
    for key, times in Counter(one.need for one in met).items():
        if times > 1:
            yield Broken(Rule.ONE_WINDOW, key)


def _demand(need: Need, met: Met, resources: Mapping[str, Resource]) -> Iterator[Broken]:
    roles = Counter(one.role for one in met.team)
    wanted = Counter({skill: number for skill, number in need.skills.items() if number})
    if Counter({role: number for role, number in roles.items() if role != HAND}) != wanted:
        yield Broken(Rule.DEMAND, need.key)
    if not need.smallest <= len(met.team) <= need.largest:
        yield Broken(Rule.TEAM, need.key)
    kinds: Counter[str] = Counter()
    for use in met.uses:
        kinds[resources[use.resource].kind] += use.quantity
    if kinds != Counter({kind: number for kind, number in need.resources.items() if number}):
        yield Broken(Rule.DEMAND, need.key)


def _people(need: Need, met: Met, helpers: Mapping[str, Helper], locks: Sequence[Lock]) -> Iterator[Broken]:
    sent = _sent(need, helpers, locks)
    for unwilling in sorted((need.without & {one.helper for one in met.team}) - sent):
        yield Broken(Rule.WILLING, need.key, unwilling)
    yield from _team(need, met, helpers, sent)


def _sent(need: Need, helpers: Mapping[str, Helper], locks: Sequence[Lock]) -> set[str]:
    """Return who is sent to a need by hand, with all who keep together with them."""
    sent = {lock.helper for lock in locks if lock.holds and lock.helper and lock.need == need.key}
    return sent | {friend for key in sent if key in helpers for friend in together(helpers, key)}


def _team(need: Need, met: Met, helpers: Mapping[str, Helper], sent: AbstractSet[str]) -> Iterator[Broken]:
    team = [helpers[one.helper] for one in met.team]
    for one in met.team:
        helper = helpers[one.helper]
        if one.role != HAND and one.role not in helper.skills:
            yield Broken(Rule.SKILL, need.key, helper.key)
        if one.window != met.window or met.window not in helper.windows & need.windows:
            yield Broken(Rule.WINDOW, need.key, helper.key)
        if _metres(need, helper) > helper.most_m and helper.key not in sent:
            yield Broken(Rule.TRAVEL, need.key, helper.key)
        if need.is_vulnerable and not helper.cleared_for_vulnerable:
            yield Broken(Rule.CLEARED, need.key, helper.key)
        if not together(helpers, helper.key) <= {other.key for other in team}:
            yield Broken(Rule.TOGETHER, need.key, helper.key)
    if any(helper.is_new for helper in team) and all(helper.is_new for helper in team):
        yield Broken(Rule.GUIDED, need.key)


def _metres(need: Need, helper: Helper) -> float:
    if need.place is None or helper.place is None:
        return float("inf")
    return hypot(need.place[0] - helper.place[0], need.place[1] - helper.place[1]) - 1e-3


def together(helpers: Mapping[str, Helper], key: str) -> frozenset[str]:
    """Follow who keeps with whom, in both directions, to the whole group; alone it is the one."""
    group, open_keys = {key}, [key]
    while open_keys:
        one = open_keys.pop()
        linked = {
            other.key
            for other in helpers.values()
            if one in other.keep_with or other.key in helpers[one].keep_with
        }
        open_keys += linked - group
        group |= linked
    return frozenset(group)


def _terms(need: Need, met: Met, resources: Mapping[str, Resource]) -> Iterator[Broken]:
    for use in met.uses:
        resource = resources[use.resource]
        if resource.key in need.without:
            yield Broken(Rule.WILLING, need.key, resource.key)
        if use.window != met.window or use.window not in resource.windows or use.quantity < 1:
            yield Broken(Rule.WINDOW, need.key, resource.key)
        if resource.communities and need.community not in resource.communities:
            yield Broken(Rule.TERMS, need.key, resource.key)
        if resource.most_m is not None and _carried(need, resource) > resource.most_m:
            yield Broken(Rule.TERMS, need.key, resource.key)


def _carried(need: Need, resource: Resource) -> float:
    if need.place is None or resource.place is None:
        return 0.0
    return hypot(need.place[0] - resource.place[0], need.place[1] - resource.place[1]) - 1e-3


def _everywhere(met: Sequence[Met], helpers: Mapping[str, Helper]) -> Iterator[Broken]:
    team: list[Placement] = [one for m in met for one in m.team]
    for (key, _), times in Counter((one.helper, one.window) for one in team).items():
        if times > 1:
            yield Broken(Rule.ONE_PLACE, "", key)
    for key, times in Counter(one.helper for one in team).items():
        most = helpers[key].most_places
        if most is not None and times > most:
            yield Broken(Rule.MOST_PLACES, "", key)


def _quantities(met: Sequence[Met], resources: Mapping[str, Resource]) -> Iterator[Broken]:
    lent: Counter[tuple[str, int]] = Counter()
    uses: Iterable[Use] = (use for m in met for use in m.uses)
    for use in uses:
        lent[use.resource, use.window] += use.quantity
    for (key, _), quantity in lent.items():
        if quantity > resources[key].quantity:
            yield Broken(Rule.QUANTITY, "", key)


def _locks(met: Sequence[Met], locks: Sequence[Lock]) -> Iterator[Broken]:
    places: set[tuple[str, str | None, int]] = {(m.need, None, m.window) for m in met}
    places |= {(one.need, one.helper, one.window) for m in met for one in m.team}
    for lock in locks:
        is_so = any(
            need == lock.need and helper == lock.helper and lock.window in {None, window}
            for need, helper, window in places
        )
        if is_so != lock.holds:
            yield Broken(Rule.LOCK, lock.need, lock.helper or "")
