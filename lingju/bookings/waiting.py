"""How long somebody who walks in will wait, when bookings keep their places. Pure; no database, no clock.

    free places from now on, in steps of five minutes      1 1 1 1 1 1 0 0 0 0 0 0 1 1 1 …
    a haircut of 30 minutes, one person before me          └──first──┘ [10:00 is booked] └──me──┘
    my wait                                                ─────────────────────────────▶ 60 minutes

Who came first is placed first, at the earliest time that holds them whole; a booking is never pushed
aside. The same walk with quicker and with slower services gives the range that people are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

STEP = 5
# What a service took beside what the book says, while there is nothing measured: seven tenths to one and
# three tenths of it, which is what one haircut differs from the next.
QUICK, SLOW = 0.7, 1.3
LEAST_MEASURED = 8
NO_TIME = -1


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one service lasts: when it goes quickly, as planned, when it drags on; in minutes."""

    quick: int
    usual: int
    slow: int

    def __post_init__(self) -> None:
        if not 0 < self.quick <= self.usual <= self.slow:
            raise ValueError("a service takes some time, and no less when it drags on")


@dataclass(frozen=True, slots=True)
class Wait:
    """What somebody is told: from so many minutes to so many; `likely` is kept and measured afterwards."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Truth:
    """How true it was: of so many, how many waited no longer than told, and by how much we erred."""

    count: int
    in_time: int
    median_error: int


def pace_of(planned: int, measured: Sequence[int] = ()) -> Pace:
    """Return the pace of a service of so many planned minutes, from what the last ones really took.

    Measured services count once there are eight of them: the quickest fifth, the middle, the slowest fifth.
    """
    took = sorted(minutes for minutes in measured if minutes > 0)
    if len(took) < LEAST_MEASURED:
        return Pace(max(1, round(planned * QUICK)), planned, round(planned * SLOW))
    fifth = len(took) // 5
    quick, usual, slow = took[fifth], round(median(took)), took[-1 - fifth]
    return Pace(quick, max(usual, quick), max(slow, usual, quick))


def estimate(free: Sequence[int], ahead: int, pace: Pace, *, into: int = 0) -> Wait | None:
    """Return how long somebody waits who has so many before them; None where the day is not long enough.

    `free` says how many can be served at once in each step of five minutes from the present step until it
    shuts, after what runs now and what is booked has been taken off; `into` how many minutes of the present
    step have passed.
    """
    waits = [_begins(free, ahead, minutes, into) for minutes in (pace.quick, pace.usual, pace.slow)]
    quick, usual, slow = waits
    if usual == NO_TIME:
        return None
    # Where only the slow day would be too short, the end of the day is as long as it can get.
    slow = len(free) * STEP - into if slow == NO_TIME else slow
    low = min(usual, quick if quick != NO_TIME else usual)
    return Wait(low, usual, max(slow, usual))


def truth(told: Sequence[tuple[int, int]]) -> Truth | None:
    """Return how true it was what people were told, from pairs (told minutes, real minutes); None of none."""
    if not told:
        return None
    errors = [abs(real - said) for said, real in told]
    in_time = sum(1 for said, real in told if real <= said)
    return Truth(len(told), in_time, round(median(errors)))


def _begins(free: Sequence[int], ahead: int, minutes: int, into: int) -> int:
    """Return in how many minutes the last of `ahead` + 1 people begins, each served at the earliest."""
    left = [max(places, 0) for places in free]
    steps, start = -(-minutes // STEP), 0
    for _person in range(ahead + 1):
        start = _earliest(left, start, steps)
        if start == NO_TIME:
            return NO_TIME
        for at in range(start, start + steps):
            left[at] -= 1
    return max(start * STEP - into, 0)


def _earliest(left: Sequence[int], since: int, steps: int) -> int:
    """Return the first step from `since` on at which so many steps in a row have a place."""
    run = 0
    for at in range(since, len(left)):
        run = run + 1 if left[at] > 0 else 0
        if run == steps:
            return at - steps + 1
    return NO_TIME
