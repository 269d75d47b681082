"""Builders of days to be matched, and the slow truth: every plan of a small day, looked at one by one."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping

from lingju.cobuilding.matching_check import broken
from lingju.cobuilding.matching_greedy import measure
from lingju.cobuilding.matching_model import (
    HAND,
    ORDER,
    Day,
    Goal,
    Helper,
    Met,
    Need,
    Place,
    Placement,
    Resource,
    Use,
)

HAIR, LAW = "hair", "law"


def a_need(
    key: str = "n1",
    *,
    community: str = "c1",
    place: Place | None = (0.0, 0.0),
    windows: set[int] | frozenset[int] = frozenset({0}),
    weight: int = 1,
    skills: Mapping[str, int] | None = None,
    team: tuple[int, int] = (0, 0),
    things: Mapping[str, int] | None = None,
    is_vulnerable: bool = False,
) -> Need:
    """Build a need; without skills and team it asks for one hairdresser."""
    wanted = {HAIR: 1} if skills is None and team == (0, 0) else dict(skills or {})
    return Need(
        key,
        community,
        place,
        frozenset(windows),
        weight,
        wanted,
        team[0],
        team[1],
        things or {},
        is_vulnerable,
    )


def a_helper(
    key: str = "h1",
    *skills: str,
    windows: set[int] | frozenset[int] = frozenset({0}),
    place: Place | None = (0.0, 0.0),
    most_m: int = 1000,
    prefers: frozenset[str] | set[str] = frozenset(),
    keep_with: frozenset[str] | set[str] = frozenset(),
    knows: frozenset[str] | set[str] = frozenset(),
    is_new: bool = False,
    is_cleared: bool = True,
    most_places: int | None = None,
) -> Helper:
    """Build a helper; without skills a hairdresser."""
    return Helper(
        key,
        frozenset(skills or {HAIR}),
        frozenset(windows),
        place,
        most_m,
        frozenset(prefers),
        frozenset(keep_with),
        frozenset(knows),
        is_new,
        is_cleared,
        most_places,
    )


def a_small_day(seed: int, needs: int = 3, helpers: int = 4) -> Day:
    """Build a day at random that is small enough to try every plan."""
    dice = random.Random(seed)

    def spot() -> Place:
        return dice.randrange(0, 2000, 50), dice.randrange(0, 2000, 50)

    asked = tuple(
        a_need(
            f"n{at}",
            community=f"c{dice.randrange(2)}",
            place=spot(),
            windows=frozenset(dice.sample(range(2), dice.choice([1, 1, 2]))),
            weight=dice.randint(1, 6),
            skills={dice.choice([HAIR, LAW]): dice.choice([1, 1, 2])},
            team=dice.choice([(0, 0), (2, 2), (2, 3)]),
            things={"chair": dice.choice([1, 2])} if dice.random() < 0.4 else {},
            is_vulnerable=dice.random() < 0.25,
        )
        for at in range(needs)
    )
    there = tuple(
        a_helper(
            f"h{at}",
            *dice.sample([HAIR, LAW], dice.choice([1, 1, 2])),
            windows=frozenset(dice.sample(range(2), dice.choice([1, 2]))),
            place=spot(),
            most_m=dice.choice([900, 1500, 3000]),
            prefers={f"n{dice.randrange(needs)}"} if dice.random() < 0.6 else set(),
            keep_with={f"h{at - 1}"} if at and dice.random() < 0.2 else set(),
            knows={"c0"} if dice.random() < 0.4 else set(),
            is_new=dice.random() < 0.3,
            is_cleared=dice.random() < 0.7,
            most_places=dice.choice([None, 1]),
        )
        for at in range(helpers)
    )
    chairs = Resource("r1", "chair", dice.choice([1, 2, 3]), frozenset({0, 1}), spot(), most_m=1500)
    before = tuple(Placement(f"h{at}", f"n{dice.randrange(needs)}", 0, HAIR) for at in range(2))
    return Day(asked, there, (chairs,), (), before)


def best_by_trying(day: Day) -> tuple[int, ...]:
    """Try every plan of a day and return what the best reaches, goal by goal; steps count downwards."""
    reached = (measure(day, plan) for plan in _plans(day) if not broken(day, plan))
    return max(
        tuple(-goals[goal] if goal == Goal.STEPS else goals[goal] for goal in ORDER) for goals in reached
    )


def _plans(day: Day) -> Iterator[tuple[Met, ...]]:
    choices = [[None, *_teams(day, need)] for need in day.needs]
    for plan in itertools.product(*choices):
        chosen = tuple(met for met in plan if met is not None)
        times = Counter((one.helper, one.window) for met in chosen for one in met.team)
        if all(number == 1 for number in times.values()):
            yield chosen


def _teams(day: Day, need: Need) -> Iterator[Met]:
    """Yield every way to meet one need by itself that breaks no rule."""
    roles = [role for role, wanted in sorted(need.skills.items()) for _ in range(wanted)]
    for window in sorted(need.windows):
        uses = tuple(
            Use(one.key, need.key, window, need.resources[one.kind], _metres(one.place, need.place))
            for one in day.resources
            if one.kind in need.resources
        )
        seen = set()
        for size in range(need.smallest, need.largest + 1):
            filled = [*roles, *([HAND] * (size - len(roles)))]
            for people in itertools.permutations(day.helpers, size):
                team = tuple(
                    Placement(one.key, need.key, window, role, _metres(one.place, need.place))
                    for one, role in zip(people, filled, strict=True)
                )
                met = Met(need.key, window, tuple(sorted(team, key=lambda one: one.helper)), uses)
                if met not in seen and not broken(day, (met,), ()):
                    seen.add(met)
                    yield met


def _metres(one: Place | None, other: Place | None) -> int:
    if one is None or other is None:
        return 0
    exact = ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
    return int(-(-(exact - 1e-6) // 1))
