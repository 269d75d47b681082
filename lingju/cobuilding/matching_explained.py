"""Why a day's plan is as it is: what speaks for each placement, what is short for each unmet need. Pure.

    unmet need n ── its roles R, on who is able ── too few: nobody's choice could help, recruit
                                    └─ on who is free ── too few: who is able serves elsewhere (taken)
                                          └─ with the needs they serve, and so on ── the set that wants more
                                             than there are (Hall): "these nine want twelve, nine can"

Every figure is a count over the three lists; nothing is taken from the solver.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from lingju.cobuilding.matching_field import Field, Lending, ready
from lingju.cobuilding.matching_model import (
    HAND,
    Day,
    Lack,
    Lock,
    Met,
    Need,
    Placement,
    Reason,
    Shortage,
    Taken,
    Unmet,
    Why,
)

Site = tuple[int, int]
Slot = tuple[int, str]


@dataclass(slots=True)
class Account:
    """The plan, looked up from both sides; helpers and needs are indices of the field."""

    here: Field
    locks: Sequence[Lock]
    met: Sequence[Met]
    kept: frozenset[tuple[str, str, int]]
    able: dict[tuple[int, int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    serves: dict[tuple[int, int], Slot] = field(default_factory=dict)
    tired: dict[int, int] = field(default_factory=dict)
    need_at: dict[str, int] = field(default_factory=dict)
    helper_at: dict[str, int] = field(default_factory=dict)
    lendings: dict[Site, list[Lending]] = field(default_factory=lambda: defaultdict(list))
    lent: dict[tuple[str, int], list[Taken]] = field(default_factory=lambda: defaultdict(list))

    def where(self, helper: int, window: int) -> int | None:
        """Return the need that keeps a helper from coming in a window."""
        slot = self.serves.get((helper, window))
        return slot[0] if slot else self.tired.get(helper)

    def free(self, helpers: Iterable[int], window: int) -> set[int]:
        """Keep those whom nothing binds in a window."""
        return {one for one in helpers if self.where(one, window) is None}


def explained(
    day: Day, met: Sequence[Met], locks: Sequence[Lock] | None = None, here: Field | None = None
) -> tuple[tuple[Met, ...], tuple[Unmet, ...]]:
    """Add the reasons to what is met, and tell of every other need what is short."""
    held = tuple(day.locks if locks is None else locks)
    account = _account(day, here or ready(day, held), held, met)
    told = tuple(replace(one, reasons=_reasons(account, one)) for one in met)
    done = {one.need for one in met}
    bad = {fault.key: fault.kind for fault in account.here.faults if fault.of == "need"}
    usable = {need.key for need in account.here.needs}
    unmet = [
        Unmet(need.key, _shortages(account, at))
        for at, need in enumerate(account.here.needs)
        if need.key not in done
    ]
    unmet += [Unmet(key, (), kind) for key, kind in sorted(bad.items()) if key not in usable]
    return told, tuple(unmet)


def _account(day: Day, here: Field, locks: Sequence[Lock], met: Sequence[Met]) -> Account:
    kept = frozenset((one.helper, one.need, one.window) for one in day.before)
    account = Account(here, locks, met, kept)
    for option in here.options:
        account.able[option.need, option.window, option.role].add(option.helper)
    for lending in here.lendings:
        account.lendings[lending.need, lending.window].append(lending)
    account.need_at = {need.key: at for at, need in enumerate(here.needs)}
    account.helper_at = {helper.key: at for at, helper in enumerate(here.helpers)}
    for one in (placement for part in met for placement in part.team):
        account.serves[account.helper_at[one.helper], one.window] = account.need_at[one.need], one.role
    for use in (use for part in met for use in part.uses):
        account.lent[use.resource, use.window].append(Taken(use.resource, use.need, use.quantity))
    _tire(account)
    return account


def _tire(account: Account) -> None:
    """Mark who serves as often that day as they said they would."""
    places: dict[int, list[int]] = defaultdict(list)
    for (helper, _), (need, _) in account.serves.items():
        places[helper].append(need)
    for helper, needs in places.items():
        most = account.here.helpers[helper].most_places
        if most is not None and len(needs) >= most:
            account.tired[helper] = needs[0]


def _reasons(account: Account, met: Met) -> tuple[Reason, ...]:
    helper_at = account.helper_at
    members = {helper_at[one.helper] for one in met.team}
    at = account.need_at[met.need]
    return tuple(_reason(account, at, members, helper_at[one.helper], one) for one in met.team)


def _reason(account: Account, at: int, members: set[int], index: int, placement: Placement) -> Reason:
    here = account.here
    need, helper = here.needs[at], here.helpers[index]
    able = account.able[at, placement.window, placement.role]
    others = able - members
    free = account.free(others, placement.window)
    here_too = any(here.helpers[one].is_new for one in members)
    by_hand = {(lock.need, lock.helper) for lock in account.locks if lock.holds}
    speaks = {
        Why.LOCKED: (need.key, helper.key) in by_hand,
        Why.WISHED: need.key in helper.prefers,
        Why.KNOWS: need.community in helper.knows,
        Why.KEPT: (helper.key, need.key, placement.window) in account.kept,
        Why.ONLY: placement.role != HAND and not others,
        Why.NEAREST: all(here.metres[at, one] >= placement.metres for one in free),
        Why.TOGETHER: index in here.group_of,
        Why.GUIDES: here_too and not helper.is_new,
    }
    return Reason(placement, tuple(why for why, is_so in speaks.items() if is_so), len(others), len(free))


def _shortages(account: Account, at: int) -> tuple[Shortage, ...]:
    need = account.here.needs[at]
    if any(not lock.holds and lock.helper is None and lock.need == need.key for lock in account.locks):
        return tuple(Shortage(window, Lack.LEFT_OUT, (), 0, 0, 0) for window in sorted(need.windows))
    found: list[Shortage] = []
    for window in sorted(need.windows):
        short = [*_short_helpers(account, at, window), *_short_things(account, at, window)]
        found += short or [_short_team(account, at, window)]
    return tuple(found)


def _demand(need: Need) -> dict[str, int]:
    """Tell how many of each role a need wants at least."""
    roles = {skill: wanted for skill, wanted in sorted(need.skills.items()) if wanted}
    return roles | ({HAND: need.smallest - need.skilled} if need.smallest > need.skilled else {})


def _short_helpers(account: Account, at: int, window: int) -> list[Shortage]:
    """Find the roles that who is able, or else who is free, are too few for."""
    demand = _demand(account.here.needs[at])
    able = {role: account.able[at, window, role] for role in demand}
    roles = deficient(demand, able)
    if not roles:
        roles = deficient(demand, {role: account.free(found, window) for role, found in able.items()})
    if not roles:
        return []
    found = set[int]().union(*(able[role] for role in roles))
    taken = [(one, account.where(one, window)) for one in sorted(found)]
    shortage = Shortage(
        window,
        Lack.HELPERS,
        tuple(sorted(roles)),
        sum(demand[role] for role in roles),
        len(found),
        sum(need is None for _, need in taken),
        tuple(
            Taken(account.here.helpers[one].key, account.here.needs[need].key)
            for one, need in taken
            if need is not None
        ),
    )
    return [shortage if shortage.is_absolute else _with_rivals(account, at, shortage)]


def deficient(demand: Mapping[str, int], able: Mapping[str, AbstractSet[int]]) -> set[str]:
    """Return a set of roles that wants more helpers than can serve it (Hall); none where all can be had."""
    filled: dict[int, str] = {}
    for role in (role for role, wanted in demand.items() for _ in range(wanted)):
        seen: set[int] = set()
        if not _augment(role, able, filled, seen):
            return {role} | {filled[one] for one in seen}
    return set()


def _augment(role: str, able: Mapping[str, AbstractSet[int]], filled: dict[int, str], seen: set[int]) -> bool:
    for one in sorted(able[role]):
        if one in seen:
            continue
        seen.add(one)
        if one not in filled or _augment(filled[one], able, filled, seen):
            filled[one] = role
            return True
    return False


def _with_rivals(account: Account, at: int, shortage: Shortage) -> Shortage:
    """Widen the set, need by need that holds somebody able, until it wants more than there are."""
    window = shortage.window
    slots = {(at, role) for role in shortage.names}
    while True:
        helpers = set[int]().union(*(account.able[need, window, role] for need, role in slots))
        wanted = sum(_demand(account.here.needs[need]).get(role, 0) for need, role in slots)
        if wanted > len(helpers):
            names = sorted({account.here.needs[need].key for need, _ in slots if need != at})
            return replace(shortage, rivals=tuple(names), rivals_want=wanted, rivals_able=len(helpers))
        wider = slots | {account.serves[one, window] for one in helpers if (one, window) in account.serves}
        if wider == slots:
            return shortage
        slots = wider


def _short_things(account: Account, at: int, window: int) -> Iterable[Shortage]:
    need, resources = account.here.needs[at], account.here.resources
    for kind, wanted in sorted(need.resources.items()):
        things = [resources[one.resource] for one in account.lendings[at, window]]
        things = [one for one in things if one.kind == kind]
        taken = tuple(use for one in things for use in account.lent[one.key, window])
        able = sum(one.quantity for one in things)
        free = able - sum(use.quantity for use in taken)
        if free < wanted:
            yield Shortage(window, Lack.RESOURCE, (kind,), wanted, able, free, taken)


def _short_team(account: Account, at: int, window: int) -> Shortage:
    """Tell that people are enough by number, but not as a team.

    Either everybody free is new and nobody could guide them, or groups that keep together do not fit; where a
    search was cut short it may also be that nobody has looked yet.
    """
    demand = _demand(account.here.needs[at])
    able = set[int]().union(*(account.able[at, window, role] for role in demand))
    guides = {one for one in able if not account.here.helpers[one].is_new}
    free = account.free(able, window)
    if free and not guides & free:
        taken = tuple(
            Taken(account.here.helpers[one].key, account.here.needs[need].key)
            for one in sorted(guides)
            if (need := account.where(one, window)) is not None
        )
        return Shortage(window, Lack.TEAM, ("guide",), 1, len(guides), 0, taken)
    return Shortage(window, Lack.TEAM, (), sum(demand.values()), len(able), len(free))
