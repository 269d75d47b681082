"""Stretches of minutes and how they are joined, cut and moved. Pure.

A stretch is half open: from `start` until just before `end`. Minutes count from a date's midnight: 1440
is 24:00, 1800 is six in the morning after.
"""

from collections.abc import Iterable
from typing import NamedTuple

DAY = 24 * 60
LATEST = 2 * DAY


class Stretch(NamedTuple):
    """A stretch of minutes, half open: from `start` until just before `end`."""

    start: int
    end: int


Stretches = tuple[Stretch, ...]


def merged(stretches: Iterable[Stretch]) -> Stretches:
    """Return the union as sorted stretches that do not touch."""
    together: list[Stretch] = []
    for start, end in sorted(stretches):
        if together and start <= together[-1].end:
            together[-1] = Stretch(together[-1].start, max(end, together[-1].end))
        else:
            together.append(Stretch(start, end))
    return tuple(together)


def without(stretches: Iterable[Stretch], holes: Iterable[Stretch]) -> Stretches:
    """Return what is left of stretches after holes are cut out."""
    left = list(stretches)
    for hole in holes:
        left = [
            piece
            for start, end in left
            for piece in (Stretch(start, min(end, hole.start)), Stretch(max(start, hole.end), end))
            if piece.start < piece.end
        ]
    return tuple(left)


def within(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> Stretches:
    """Return the minutes that lie in both."""
    walls = tuple(others)
    return merged(
        Stretch(max(start, low), min(end, high))
        for start, end in stretches
        for low, high in walls
        if max(start, low) < min(end, high)
    )


def clip(stretches: Iterable[Stretch], low: int, high: int) -> Stretches:
    """Return the part of stretches between two minutes."""
    clipped = (Stretch(max(start, low), min(end, high)) for start, end in stretches)
    return tuple(stretch for stretch in clipped if stretch.start < stretch.end)


def a_day_later(stretches: Iterable[Stretch]) -> Stretches:
    """Return what of a day's stretches runs into the next day, in minutes of that day."""
    return clip((Stretch(start - DAY, end - DAY) for start, end in stretches), 0, DAY)


def length(stretches: Iterable[Stretch]) -> int:
    """Return how many minutes stretches that lie apart have together."""
    return sum(end - start for start, end in stretches)
