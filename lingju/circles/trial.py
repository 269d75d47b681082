"""What one more station would change: who is newly reached, at which pace, and where it would help most.

A trial never touches the stations' tables. It is one bounded search from the trial door, and the homes it
reaches inside the limit that nobody reached before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lingju.circles.arrays import I8, U2, Bool
from lingju.circles.ball import ball, ball_from_node
from lingju.circles.coverage import Equity, Share, equity_at, share_of, ticks_of
from lingju.circles.doors import Doors
from lingju.circles.network import TICK_S, UNREACHED, Network
from lingju.circles.paces import Pace
from lingju.circles.population import Population

LIMIT_S = 600
APART_S = 120


@dataclass(frozen=True, slots=True)
class TrialReach:
    """The change at one pace: households and persons before and after, and the new homes int64[]."""

    profile: str
    households_before: Share
    households_after: Share
    persons_before: Share
    persons_after: Share
    homes: I8

    @property
    def new_households(self) -> int:
        """Tell how many households are newly reached."""
        return self.households_after.covered - self.households_before.covered

    @property
    def new_persons(self) -> int:
        """Tell how many persons are newly reached."""
        return self.persons_after.covered - self.persons_before.covered


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial site: the change per pace, and everybody at their own pace before and after."""

    limit_s: int
    reaches: tuple[TrialReach, ...]
    equity_before: Equity | None
    equity_after: Equity | None
    on_street: bool  # False: the point has no street within reach, nothing changes

    def at(self, profile: str) -> TrialReach:
        """Find the change at one pace; KeyError if it was not asked."""
        for reach in self.reaches:
            if reach.profile == profile:
                return reach
        raise KeyError(profile)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A street node where one more station reaches ``households`` and ``persons`` nobody reaches today."""

    node: int
    lon: float
    lat: float
    households: int
    persons: int
    mean_s: float  # of the newly reached households to here
    streets: tuple[str, ...]  # names that meet here


def trial(
    paces: Mapping[str, Pace],
    people: Population,
    site: Doors,
    *,
    limit_s: int = LIMIT_S,
    mask: Bool | None = None,
) -> Trial:
    """Work out the effect of one trial site (all doors of ``site``) at every pace.

    ``mask`` bool[stations] keeps the stations that count today. Raises BeyondTheTable.
    """
    before = {code: pace.table.nearest(mask)[1] for code, pace in paces.items()}
    after = {code: np.minimum(before[code], site_ticks(pace, site)) for code, pace in paces.items()}
    reaches = tuple(
        _change(code, before[code], after[code], people, ticks_of(pace.table, limit_s))
        for code, pace in paces.items()
    )
    has_all_ages = all(band.profile in paces for band in people.bands)
    return Trial(
        limit_s=limit_s,
        reaches=reaches,
        equity_before=equity_at(before, people, limit_s) if has_all_ages else None,
        equity_after=equity_at(after, people, limit_s) if has_all_ages else None,
        on_street=len(site.edge) > 0,
    )


def site_ticks(pace: Pace, site: Doors) -> U2:
    """Tell the ticks of every home to the doors of ``site``, uint16[h], 65535 beyond the table's limit."""
    ticks = np.full(pace.table.homes, UNREACHED, dtype=np.uint16)
    home, found = pace.ground.column(site)
    ticks[home] = found
    return ticks


def door_at(net: Network, edge_w: U2, node: int) -> Doors:
    """Make a place whose one door stands exactly on a street node, on an open edge if there is one."""
    edges = net.arc_edge[net.ptr[node] : net.ptr[node + 1]]
    edge = int(edges[np.argmin(edge_w[edges] == UNREACHED)])
    offset = 0 if int(net.edge_u[edge]) == node else int(net.length_mm[edge])
    return Doors(
        ptr=np.array([0, 1], dtype=np.int32),
        edge=np.array([edge], dtype=np.int32),
        offset_mm=np.array([offset], dtype=np.uint32),
        extra_mm=np.zeros(1, dtype=np.uint32),
        snapped_m=np.zeros(1, dtype=np.float32),
    )


def best_trials(
    net: Network,
    pace: Pace,
    people: Population,
    near: I8,
    *,
    limit_s: int = LIMIT_S,
    mask: Bool | None = None,
    count: int = 3,
) -> tuple[Suggestion, ...]:
    """Rank the street nodes within the limit of the homes ``near`` (a gap) by the households newly reached.

    Exact: a search from every uncovered home counts it at each node it reaches, and streets walk the same
    both ways. Ties go to the shorter walks, then to the smaller node. Suggestions stand more than two minutes
    apart, or all of them would be the same corner.
    """
    limit = ticks_of(pace.table, limit_s)
    uncovered = np.flatnonzero(pace.table.nearest(mask)[1] > limit)
    gains = _gains(net, pace, people, uncovered, np.asarray(near), limit)
    worth = np.flatnonzero(gains.is_near & (gains.households > 0))
    order = worth[np.lexsort((worth, gains.weighted_ticks[worth], -gains.households[worth]))]
    picked: list[Suggestion] = []
    taken = np.zeros(len(gains.households), dtype=np.bool_)
    for node in order:
        if taken[node]:
            continue
        picked.append(_suggestion(net, int(node), gains))
        if len(picked) == count:
            break
        taken |= ball_from_node(net, pace.edge_w, int(node), limit=round(APART_S / TICK_S)).ticks < UNREACHED
    return tuple(picked)


@dataclass(frozen=True, slots=True)
class _Gains:
    """What a station on each node would newly reach; arrays int64[n], and bool[n] near the asked homes."""

    households: I8
    persons: I8
    weighted_ticks: I8
    is_near: Bool


def _gains(net: Network, pace: Pace, people: Population, uncovered: I8, near: I8, limit: int) -> _Gains:
    households, persons, weighted = (np.zeros(len(net.lon), dtype=np.int64) for _ in range(3))
    is_near = np.zeros(len(net.lon), dtype=np.bool_)
    asked, heads = set(near.tolist()), people.persons_by_home
    for home in uncovered.tolist():
        found = ball(net, pace.edge_w, pace.homes, home, limit=limit)
        nodes = found.nodes
        households[nodes] += people.households[home]
        persons[nodes] += heads[home]
        weighted[nodes] += found.ticks[nodes].astype(np.int64) * people.households[home]
        if home in asked:
            is_near[nodes] = True
    return _Gains(households, persons, weighted, is_near)


def _suggestion(net: Network, node: int, gains: _Gains) -> Suggestion:
    edges = net.arc_edge[net.ptr[node] : net.ptr[node + 1]]
    # The broadest street first: a crossing is called by its main street.
    ranked = sorted(
        {(-int(net.road[edge]), int(net.name[edge])) for edge in edges if int(net.name[edge]) >= 0}
    )
    return Suggestion(
        node=node,
        lon=float(net.lon[node]) * 1e-7,
        lat=float(net.lat[node]) * 1e-7,
        households=int(gains.households[node]),
        persons=int(gains.persons[node]),
        mean_s=float(gains.weighted_ticks[node]) / float(gains.households[node]) * TICK_S,
        streets=tuple(dict.fromkeys(net.names[name] for _, name in ranked)),
    )


def _change(code: str, before: U2, after: U2, people: Population, limit: int) -> TrialReach:
    was, now = before <= limit, after <= limit
    heads = people.persons_by_home
    return TrialReach(
        profile=code,
        households_before=share_of(was, people.households),
        households_after=share_of(now, people.households),
        persons_before=share_of(was, heads),
        persons_after=share_of(now, heads),
        homes=np.flatnonzero(now & ~was),
    )
