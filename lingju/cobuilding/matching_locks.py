"""Which decisions by hand can stand together, and which clash. Pure.

All locks are tried at once on the needs they name; only if that fails are they taken one after another, and a
lock that cannot join those before it is reported with the smallest set it clashes with, nearly always one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lingju.cobuilding.matching_field import ready
from lingju.cobuilding.matching_model import Clash, Day, Fault, FaultKind, Lock
from lingju.cobuilding.matching_program import program
from lingju.cobuilding.matching_solver import question, solve

TRIAL_S = 10.0


@dataclass(frozen=True, slots=True)
class Standing:
    """The locks that hold, the clashes of the others, and the locks that cannot stand even alone."""

    locks: tuple[Lock, ...]
    clashes: tuple[Clash, ...] = ()
    faults: tuple[Fault, ...] = ()


def named(lock: Lock) -> str:
    """Name a lock for a fault."""
    return f"{lock.helper or ''}@{lock.need}"


def standing(day: Day, seed: int = 1) -> Standing:
    """Sort a day's locks into those that stand and those that cannot."""
    known, faults = _known(day)
    if not known or _can_stand(day, known, seed):
        return Standing(tuple(known), (), tuple(faults))
    held: list[Lock] = []
    clashes: list[Clash] = []
    for lock in known:
        if _can_stand(day, [*held, lock], seed):
            held.append(lock)
        elif not _can_stand(day, [lock], seed):
            faults.append(Fault("lock", named(lock), FaultKind.NOT_ABLE))
        else:
            clashes.append(Clash((*_smallest(day, held, lock, seed), lock)))
    return Standing(tuple(held), tuple(clashes), tuple(faults))


def _known(day: Day) -> tuple[list[Lock], list[Fault]]:
    needs, helpers = {need.key for need in day.needs}, {helper.key for helper in day.helpers}
    known: list[Lock] = []
    faults: list[Fault] = []
    for lock in dict.fromkeys(day.locks):
        if lock.need not in needs:
            faults.append(Fault("lock", named(lock), FaultKind.UNKNOWN_NEED))
        elif lock.helper is not None and lock.helper not in helpers:
            faults.append(Fault("lock", named(lock), FaultKind.UNKNOWN_HELPER))
        else:
            known.append(lock)
    return known, faults


def _smallest(day: Day, held: Sequence[Lock], lock: Lock, seed: int) -> list[Lock]:
    """Leave out one after another what the clash does not need."""
    needed = list(held)
    for other in held:
        without = [one for one in needed if one != other]
        if not _can_stand(day, [*without, lock], seed):
            needed = without
    return needed


def _can_stand(day: Day, locks: Sequence[Lock], seed: int) -> bool:
    """Say whether some matching keeps all of them; other needs may stay unmet, so that they are left away."""
    wanted = {lock.need for lock in locks if lock.holds}
    part = replace(day, needs=tuple(need for need in day.needs if need.key in wanted), locks=(), before=())
    built = program(part, ready(part, locks), [lock for lock in locks if lock.need in wanted])
    return not solve(built, question(built, np.zeros(built.width)), seconds=TRIAL_S, seed=seed).is_impossible
