"""Towns of needs, helpers and things, by seed: what the matching is measured on.

Needs stand around the middle of their community (250 m), helpers live around one (500 m). The sizes are those
of `design/sharing.md` 4.2: about seven options for each helper. The large town has the same density, so that
its side grows with the root of its people; everything else is drawn alike.
"""

import random
from dataclasses import dataclass

from lingju.cobuilding.matching_model import Day, Helper, Need, Place, Resource

SKILLS = ("hair", "legal", "medical", "repair", "it", "teach", "care", "drive")
WANTED, OFFERED = (3, 1, 2, 3, 2, 2, 3, 2), (4, 1, 1, 2, 2, 3, 3, 2)
THINGS, WINDOWS = ("venue", "chairs", "van"), range(3)


@dataclass(frozen=True)
class Size:
    """How large a town is; `side` in metres."""

    needs: int
    helpers: int
    side: float
    communities: int


SMALL, LARGE = Size(60, 350, 6_000, 23), Size(500, 3_000, 17_300, 190)


def a_town(size: Size, seed: int) -> Day:
    """Draw a town; the same seed gives the same town."""
    dice = random.Random(seed)
    middles = [(dice.uniform(0, size.side), dice.uniform(0, size.side)) for _ in range(size.communities)]
    needs = tuple(_need(dice, at, middles) for at in range(size.needs))
    helpers: list[Helper] = []
    while len(helpers) < size.helpers:
        helpers += _crew(dice, len(helpers), middles, size)
    things = tuple(_thing(dice, at, middles) for at in range(max(3, size.needs // 6)))
    return Day(needs, tuple(helpers[: size.helpers]), things)


def _near(dice: random.Random, middle: Place, spread: float) -> Place:
    return middle[0] + dice.gauss(0, spread), middle[1] + dice.gauss(0, spread)


def _windows(dice: random.Random) -> frozenset[int]:
    return frozenset(dice.sample(WINDOWS, dice.choice([1, 1, 2])))


def _need(dice: random.Random, at: int, middles: list[Place]) -> Need:
    community = dice.randrange(len(middles))
    skills: dict[str, int] = {}
    for _ in range(dice.choice([1, 1, 2, 2, 3])):
        skill = dice.choices(SKILLS, WANTED)[0]
        skills[skill] = skills.get(skill, 0) + dice.choice([1, 1, 2])
    least = sum(skills.values()) + dice.choice([0, 0, 1, 2])
    return Need(
        f"n{at:04d}",
        f"c{community:03d}",
        _near(dice, middles[community], 250),
        _windows(dice),
        dice.randint(1, 5) * dice.choice([2, 5, 8, 20, 40]),
        skills,
        least,
        least + dice.choice([0, 0, 1]),
        {dice.choice(THINGS): dice.choice([1, 1, 2])} if dice.random() < 0.4 else {},
        dice.random() < 0.25,
    )


def _crew(dice: random.Random, first: int, middles: list[Place], size: Size) -> list[Helper]:
    """Draw one volunteer, or now and then two or three who keep together."""
    community, count = dice.randrange(len(middles)), 1 if dice.random() > 0.06 else dice.choice([2, 3])
    home, windows = _near(dice, middles[community], 500), _windows(dice)
    most_m = dice.choice([800, 1500, 1500, 2500, 4000])
    keys = [f"v{first + at:05d}" for at in range(count)]
    return [
        Helper(
            key,
            frozenset(dice.choices(SKILLS, OFFERED)[0] for _ in range(dice.choice([0, 1, 1, 1, 2]))),
            windows,
            home,
            most_m,
            frozenset(f"n{dice.randrange(size.needs):04d}" for _ in range(dice.choice([0, 1, 2, 3]))),
            frozenset(keys) - {key},
            frozenset({f"c{community:03d}"}) if dice.random() < 0.3 else frozenset(),
            dice.random() < 0.2,
            dice.random() < 0.6,
        )
        for key in keys
    ]


def _thing(dice: random.Random, at: int, middles: list[Place]) -> Resource:
    return Resource(
        f"r{at:03d}",
        dice.choice(THINGS),
        dice.choice([1, 1, 2, 3]),
        frozenset(WINDOWS),
        dice.choice(middles),
        frozenset(),
        dice.choice([None, 2000, 4000]),
    )
