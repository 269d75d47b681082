"""How sure a share is: the interval that chance alone leaves, and whether two of them overlap. Pure.

The interval of a share is Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession,
and statistical inference", JASA 22, 1927, 209-212), which keeps its promise where n is small and where all or
nobody agree. Overlapping intervals do not prove that there is no difference; they forbid to claim one here.
"""

import math
from dataclasses import dataclass
from typing import Final

Z_95: Final = 1.959963984540054  # the 97.5 % point of the normal distribution


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its interval, all between 0 and 1, and of how many people it is."""

    share: float
    low: float
    high: float
    n: int

    def overlaps(self, other: "Interval") -> bool:
        """Say whether no difference from the other may be claimed."""
        return self.low <= other.high and other.low <= self.high


def wilson(agreeing: int, n: int, z: float = Z_95) -> Interval:
    """Return the share of `agreeing` among `n` with Wilson's score interval at `z` standard errors.

    Raises ValueError where nobody was asked or more agree than there are.
    """
    if n < 1 or not 0 <= agreeing <= n:
        raise ValueError(f"no share: {agreeing} of {n}")
    share = agreeing / n
    squared = z * z / n
    middle = (share + squared / 2) / (1 + squared)
    half = z / (1 + squared) * math.sqrt(share * (1 - share) / n + squared / (4 * n))
    low = 0.0 if agreeing == 0 else max(middle - half, 0.0)
    high = 1.0 if agreeing == n else min(middle + half, 1.0)
    return Interval(share, low, high, n)
