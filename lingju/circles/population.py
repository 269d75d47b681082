"""Who lives where: households and persons by age band, and the pace each band walks at.

No identities stand here, only counts per home (a building, or a compound where buildings are unknown).
The elder half of the equity figures is whoever a band says is an elder, never a fixed age.
"""

from dataclasses import dataclass

import numpy as np

from lingju.circles.arrays import I8, Bool


@dataclass(frozen=True, slots=True)
class Band:
    """One age band: its code, its name on the screen, the profile it walks with, and whether it is elder."""

    code: str
    name_zh: str
    profile: str
    is_elder: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """I8 per home: ``households`` int64[h] and ``persons`` int64[h, len(bands)], none negative."""

    households: I8
    persons: I8
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        """Refuse arrays whose shapes disagree, and negative counts."""
        if self.persons.shape != (len(self.households), len(self.bands)):
            raise ValueError(
                f"persons must be [{len(self.households)}, {len(self.bands)}], is {self.persons.shape}"
            )
        if (self.households < 0).any() or (self.persons < 0).any():
            raise ValueError("households and persons are counts and cannot be negative")

    @property
    def homes(self) -> int:
        """Tell how many homes are counted."""
        return len(self.households)

    @property
    def elder_bands(self) -> Bool:
        """Mark the elder bands, bool[b]."""
        return np.array([band.is_elder for band in self.bands], dtype=np.bool_)

    @property
    def persons_by_home(self) -> I8:
        """Sum the bands, int64[h]."""
        return np.asarray(self.persons.sum(axis=1), dtype=np.int64)

    @property
    def elders_by_home(self) -> I8:
        """Sum the elder bands, int64[h]."""
        return np.asarray(self.persons[:, self.elder_bands].sum(axis=1), dtype=np.int64)


def population_of(households: object, persons: object, bands: tuple[Band, ...]) -> Population:
    """Make a population from anything numpy can read, as whole numbers."""
    homes = np.asarray(households, dtype=np.int64)
    return Population(homes, np.asarray(persons, dtype=np.int64).reshape(len(homes), len(bands)), bands)
