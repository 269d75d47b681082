"""What share of the district reaches a station on foot, at whose pace, and how even that is.

Everything here is counted from home-station time tables, one a profile. A share always carries its
numerator and denominator, because "93 %" of an unknown number helps no officer. Homes that reach nothing
inside the table stay in every denominator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lingju.circles.arrays import I8, U2, Bool
from lingju.circles.errors import BeyondTheTable, UnknownPace
from lingju.circles.network import TICK_S, UNREACHED
from lingju.circles.population import Band, Population
from lingju.circles.table import TimeTable

LIMITS_S = (300, 600, 900)
STANDARD = "gb50180"
STANDARD_S = 600  # the profile says "500 m in 600 s", so only this limit is the standard's ten-minute rule


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    covered: int
    total: int

    @property
    def share(self) -> float | None:
        """Tell the fraction covered, or None where there is nobody to cover."""
        return self.covered / self.total if self.total else None

    def __add__(self, other: Share) -> Share:
        """Join two disjoint groups."""
        return Share(self.covered + other.covered, self.total + other.total)


@dataclass(frozen=True, slots=True)
class Reach:
    """One profile inside one limit: homes, households, everybody, each band, and who has a second choice."""

    limit_s: int
    homes: Share
    households: Share
    persons: Share
    by_band: tuple[Share, ...]
    second_choice: Share  # households with two stations or more inside the limit


@dataclass(frozen=True, slots=True)
class Walk:
    """How long the way to the nearest station is, weighted by households.

    ``mean_s`` speaks of the ``measured`` households that reach a station inside the table only. ``p90_s``
    speaks of all ``total``: it is None when more than a tenth of them walk further than the table looks.
    """

    mean_s: float | None
    p90_s: float | None
    measured: int
    total: int


@dataclass(frozen=True, slots=True)
class ProfileCoverage:
    """All figures of one pace."""

    profile: str
    reach: tuple[Reach, ...]
    walk: Walk
    is_straight: bool

    def within(self, limit_s: int) -> Reach:
        """Find the figures of one limit; KeyError if it was not counted."""
        for reach in self.reach:
            if reach.limit_s == limit_s:
                return reach
        raise KeyError(limit_s)


@dataclass(frozen=True, slots=True)
class Equity:
    """Elders at their pace beside everybody else at theirs."""

    limit_s: int
    elder: Share
    others: Share

    @property
    def everyone(self) -> Share:
        """Join both: the age-weighted coverage, sum over ages of persons times covered at that age's pace."""
        return self.elder + self.others

    @property
    def gap(self) -> float | None:
        """Tell elder minus others as a fraction: below zero, elders are served worse."""
        if self.elder.share is None or self.others.share is None:
            return None
        return self.elder.share - self.others.share


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report: per profile, per age at its own pace, and the standard's rule beside them."""

    profiles: tuple[ProfileCoverage, ...]
    equity: tuple[Equity, ...]
    standard: Reach | None
    bands: tuple[Band, ...]
    stations: int
    stations_counted: int

    def profile(self, code: str) -> ProfileCoverage:
        """Find the figures of one profile; KeyError if there was no table for it."""
        for figures in self.profiles:
            if figures.profile == code:
                return figures
        raise KeyError(code)

    def equity_within(self, limit_s: int) -> Equity:
        """Find the equity figures of one limit; KeyError if it was not counted."""
        for figures in self.equity:
            if figures.limit_s == limit_s:
                return figures
        raise KeyError(limit_s)

    @property
    def is_straight(self) -> bool:
        """Say whether any figure rests on straight lines instead of streets, so that a page can label it."""
        return any(figures.is_straight for figures in self.profiles)


def coverage(
    tables: Mapping[str, TimeTable],
    people: Population,
    *,
    mask: Bool | None = None,
    limits_s: Sequence[int] = LIMITS_S,
) -> Coverage:
    """Count the whole report.

    ``tables`` holds one table per profile code over the same homes and stations; ``mask`` bool[stations]
    keeps only some stations (a service, open now). Raises BeyondTheTable, UnknownPace, ValueError without
    a table.
    """
    if not tables:
        raise ValueError("coverage is counted from one time table at least")
    paces = {code: table for code, table in tables.items() if code != STANDARD}
    nearest = {code: table.nearest(mask)[1] for code, table in paces.items()}
    profiles = tuple(_profile(code, table, people, mask, limits_s) for code, table in paces.items())
    equity = tuple(equity_at(nearest, people, limit_s) for limit_s in limits_s)
    standard = None
    if STANDARD in tables:
        standard = reach_within(tables[STANDARD], people, STANDARD_S, mask=mask)
    some_table = next(iter(tables.values()))
    stations = some_table.stations
    counted = stations if mask is None else int(np.count_nonzero(mask))
    return Coverage(profiles, equity, standard, people.bands, stations, counted)


def reach_within(table: TimeTable, people: Population, limit_s: int, *, mask: Bool | None = None) -> Reach:
    """Count who reaches a station inside ``limit_s`` seconds with this table; exactly on the limit counts."""
    choices = stations_within(table, limit_s, mask=mask)
    covered = choices > 0
    by_band = tuple(share_of(covered, people.persons[:, band]) for band in range(len(people.bands)))
    return Reach(
        limit_s=limit_s,
        homes=Share(int(covered.sum()), people.homes),
        households=share_of(covered, people.households),
        persons=sum(by_band, Share(0, 0)),
        by_band=by_band,
        second_choice=share_of(choices > 1, people.households),
    )


def stations_within(table: TimeTable, limit_s: int, *, mask: Bool | None = None) -> I8:
    """Count the (masked) stations of every home inside the limit, int64[h]."""
    counts = table.ticks <= ticks_of(table, limit_s)
    if mask is not None:
        counts = counts & mask[table.station]
    running = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    return np.asarray(running[table.ptr[1:]] - running[table.ptr[:-1]], dtype=np.int64)


def equity_at(nearest: Mapping[str, U2], people: Population, limit_s: int) -> Equity:
    """Count every band at its own pace: ``nearest`` holds the ticks of each home per profile code, u2[h]."""
    limit = round(limit_s / TICK_S)
    elder, others = Share(0, 0), Share(0, 0)
    for index, band in enumerate(people.bands):
        if band.profile not in nearest:
            raise UnknownPace(band=band.name_zh, profile=band.profile)
        share = share_of(nearest[band.profile] <= limit, people.persons[:, index])
        elder, others = (elder + share, others) if band.is_elder else (elder, others + share)
    return Equity(limit_s, elder, others)


def walk_of(nearest: U2, weights: I8) -> Walk:
    """Tell the mean and the 90th percentile of ``nearest`` ticks u2[h] (65535 = none), weighted."""
    total = int(weights.sum())
    reached = nearest < UNREACHED
    measured = int(weights[reached].sum())
    if not measured:
        return Walk(None, None, 0, total)
    mean = float((nearest[reached].astype(np.float64) * weights[reached]).sum() / measured) * TICK_S
    order = np.argsort(nearest, kind="stable")
    # The smallest time by which nine tenths have arrived; in whole numbers, so that nothing is rounded.
    place = int(np.searchsorted(np.cumsum(weights[order]) * 10, total * 9))
    ninth = int(nearest[order[place]])
    return Walk(mean, ninth * TICK_S if ninth < UNREACHED else None, measured, total)


def share_of(covered: Bool, counts: I8) -> Share:
    """Count the covered among all."""
    return Share(int(counts[covered].sum()), int(counts.sum()))


def ticks_of(table: TimeTable, limit_s: float) -> int:
    """Turn a limit in seconds into ticks; raises BeyondTheTable when the table does not look that far."""
    limit = round(limit_s / TICK_S)
    if limit > table.limit:
        raise BeyondTheTable(minutes=limit_s / 60, table_minutes=table.limit * TICK_S / 60)
    return limit


def _profile(
    code: str, table: TimeTable, people: Population, mask: Bool | None, limits_s: Sequence[int]
) -> ProfileCoverage:
    reach = tuple(reach_within(table, people, limit_s, mask=mask) for limit_s in limits_s)
    walk = walk_of(table.nearest(mask)[1], people.households)
    return ProfileCoverage(code, reach, walk, table.straight)
