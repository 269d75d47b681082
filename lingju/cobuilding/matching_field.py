"""The day made ready for matching: faults sorted out, ways measured, who may go where and as what. Pure.

Everything that is judged line by line is judged here and once; the program, the greedy peers and the
explanations read the same field, the checker (``matching_check``) does not.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lingju.cobuilding.matching_model import HAND, Day, Fault, FaultKind, Helper, Lock, Need, Place, Resource

Line = TypeVar("Line", Need, Helper, Resource)
FARTHEST = 10_000_000.0


@dataclass(frozen=True, slots=True)
class Option:
    """One helper who may serve one need in one window as one role; helper and need are indices."""

    helper: int
    need: int
    window: int
    role: str


@dataclass(frozen=True, slots=True)
class Lending:
    """One resource that may serve one need in one window; both are indices."""

    resource: int
    need: int
    window: int


@dataclass(frozen=True, slots=True)
class Field:
    """Usable lines in the order of their keys, ``metres`` and ``able`` [needs, helpers], groups, options."""

    needs: tuple[Need, ...]
    helpers: tuple[Helper, ...]
    resources: tuple[Resource, ...]
    faults: tuple[Fault, ...]
    metres: npt.NDArray[np.int64]
    able: npt.NDArray[np.bool_]
    groups: tuple[tuple[int, ...], ...]
    options: tuple[Option, ...]
    lendings: tuple[Lending, ...]
    group_of: Mapping[int, int] = field(default_factory=dict)

    def lending_metres(self, lending: Lending) -> int:
        """Tell how far a thing is carried; 0 where it has no place."""
        return _apart(self.resources[lending.resource].place, self.needs[lending.need].place)


def ready(day: Day, locks: Sequence[Lock] = ()) -> Field:
    """Make a day ready; ``locks`` are those that are to hold, and bring a helper to a need however far."""
    faults: list[Fault] = []
    needs = _usable("need", day.needs, _need_fault, faults)
    helpers = _usable("helper", day.helpers, _helper_fault, faults)
    resources = _usable("resource", day.resources, _resource_fault, faults)
    metres = _metres(needs, helpers)
    groups = _groups(helpers)
    able = _able(needs, helpers, metres, groups, locks)
    group_of = {member: at for at, group in enumerate(groups) for member in group}
    options = _options(needs, helpers, able, groups, group_of)
    lendings = tuple(_lendings(needs, resources))
    return Field(needs, helpers, resources, tuple(faults), metres, able, groups, options, lendings, group_of)


def _usable(
    of: str, lines: Iterable[Line], judge: Callable[[Line], FaultKind | None], faults: list[Fault]
) -> tuple[Line, ...]:
    kept: dict[str, Line] = {}
    for line in lines:
        kind = FaultKind.SAID_TWICE if line.key in kept else judge(line)
        if kind is None:
            kept[line.key] = line
        else:
            faults.append(Fault(of, line.key, kind))
    return tuple(kept[key] for key in sorted(kept))


def _need_fault(need: Need) -> FaultKind | None:
    numbers = (need.weight, need.team_min, need.team_max, *need.skills.values(), *need.resources.values())
    if any(number < 0 for number in numbers) or HAND in need.skills:
        return FaultKind.BAD_NUMBER
    if not _is_somewhere(need.place):
        return FaultKind.NO_PLACE
    if not need.windows:
        return FaultKind.NO_WINDOW
    if not need.largest and not any(need.resources.values()):
        return FaultKind.NO_TEAM
    return None


def _helper_fault(helper: Helper) -> FaultKind | None:
    if not _is_somewhere(helper.place):
        return FaultKind.NO_PLACE
    return FaultKind.NO_WINDOW if not helper.windows else None


def _resource_fault(resource: Resource) -> FaultKind | None:
    if resource.quantity < 0:
        return FaultKind.BAD_NUMBER
    if resource.place is not None and not _is_somewhere(resource.place):
        return FaultKind.NO_PLACE
    return FaultKind.NO_WINDOW if not resource.windows else None


def _is_somewhere(place: Place | None) -> bool:
    return place is not None and all(math.isfinite(axis) and abs(axis) < FARTHEST for axis in place)


def _apart(one: Place | None, other: Place | None) -> int:
    if one is None or other is None:
        return 0
    return math.ceil(math.hypot(one[0] - other[0], one[1] - other[1]) - 1e-6)


def _metres(needs: Sequence[Need], helpers: Sequence[Helper]) -> npt.NDArray[np.int64]:
    """Measure straight ways in whole metres, rounded up; [needs, helpers]."""
    at = np.array([need.place for need in needs], dtype=np.float64).reshape(-1, 2)
    of = np.array([helper.place for helper in helpers], dtype=np.float64).reshape(-1, 2)
    apart = at[:, None, :] - of[None, :, :]
    return np.ceil(np.hypot(apart[:, :, 0], apart[:, :, 1]) - 1e-6).astype(np.int64)


def _able(
    needs: Sequence[Need],
    helpers: Sequence[Helper],
    metres: npt.NDArray[np.int64],
    groups: Sequence[Sequence[int]],
    locks: Sequence[Lock],
) -> npt.NDArray[np.bool_]:
    """Say who may come at all: near enough and willing, or locked there with all their group; and cleared."""
    reach = np.array([helper.most_m for helper in helpers], dtype=np.int64)
    able: npt.NDArray[np.bool_] = metres <= reach[None, :]
    need_at = {need.key: at for at, need in enumerate(needs)}
    for at, need in enumerate(needs):
        if need.without:
            able[at, [index for index, helper in enumerate(helpers) if helper.key in need.without]] = False
    crews = {helpers[one].key: list(group) for group in groups for one in group}
    alone = {helper.key: [at] for at, helper in enumerate(helpers)}
    for lock in locks:
        if lock.holds and lock.need in need_at and lock.helper in alone:
            able[need_at[lock.need], crews.get(lock.helper, alone[lock.helper])] = True
    cleared = np.array([helper.cleared_for_vulnerable for helper in helpers], dtype=np.bool_)
    vulnerable = np.array([need.is_vulnerable for need in needs], dtype=np.bool_)
    return able & (cleared[None, :] | ~vulnerable[:, None])


def _groups(helpers: Sequence[Helper]) -> tuple[tuple[int, ...], ...]:
    """Join those who keep together, over all links, into groups of two and more."""
    at = {helper.key: index for index, helper in enumerate(helpers)}
    root = list(range(len(helpers)))

    def find(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for index, helper in enumerate(helpers):
        for key in helper.keep_with & at.keys():
            first, second = sorted((find(index), find(at[key])))
            root[second] = first
    members = defaultdict(list)
    for index in range(len(helpers)):
        members[find(index)].append(index)
    return tuple(tuple(group) for group in members.values() if len(group) > 1)


def roles_of(need: Need, helper: Helper) -> list[str]:
    """List what a helper may be at a need, a hand at last."""
    roles = [skill for skill in sorted(need.skills) if need.skills[skill] and skill in helper.skills]
    return [*roles, HAND] if need.largest > need.skilled else roles


def _options(
    needs: Sequence[Need],
    helpers: Sequence[Helper],
    able: npt.NDArray[np.bool_],
    groups: Sequence[Sequence[int]],
    group_of: Mapping[int, int],
) -> tuple[Option, ...]:
    found: list[Option] = []
    for at, need in enumerate(needs):
        there = {
            index: roles
            for index in np.flatnonzero(able[at]).tolist()
            if (roles := roles_of(need, helpers[index]))
        }
        for window in sorted(need.windows):
            whole = {
                number
                for number, group in enumerate(groups)
                if len(group) <= need.largest
                and all(one in there and window in helpers[one].windows for one in group)
            }
            found.extend(
                Option(index, at, window, role)
                for index, roles in there.items()
                if window in helpers[index].windows and group_of.get(index, -1) in whole | {-1}
                for role in roles
            )
    return tuple(found)


def _lendings(needs: Sequence[Need], resources: Sequence[Resource]) -> Iterable[Lending]:
    for at, need in enumerate(needs):
        for index in (index for index, resource in enumerate(resources) if _would_lend(resource, need)):
            yield from (
                Lending(index, at, window) for window in sorted(need.windows & resources[index].windows)
            )


def _would_lend(resource: Resource, need: Need) -> bool:
    """Say whether a thing is wanted and its owner's terms allow it."""
    return bool(
        need.resources.get(resource.kind)
        and resource.key not in need.without
        and resource.quantity
        and (not resource.communities or need.community in resource.communities)
        and (resource.most_m is None or _apart(resource.place, need.place) <= resource.most_m)
    )
