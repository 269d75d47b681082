"""The time table: which homes reach which stations, in ticks. The one product that every indicator reads.

A table is sparse: a home lists only the stations within the limit. One search per station fills it, because
a district has a few dozen stations and thousands of homes. Times are exact: the least over the home's doors,
the station's doors and both ends of their edges, and along the edge where two doors share one.
"""

from dataclasses import dataclass

import numpy as np

from lingju.circles import kernels
from lingju.circles.arrays import I4, I8, U2, Bool, pointers, ragged_indices
from lingju.circles.doors import Doors, along_ticks, door_ends, extra_ticks
from lingju.circles.network import TICK_S, UNREACHED, Network
from lingju.circles.profiles import Profile
from lingju.circles.search import LONGEST, Seeds, as_u2, check_limit, check_nodes, graph
from lingju.circles.weights import arc_weights

TABLE_S = 1200.0
NONE = -1
NO_KEY = np.int64(UNREACHED) << 32


@dataclass(frozen=True, slots=True, eq=False)
class TimeTable:
    """h homes and the stations each reaches: home i has pairs ptr[i]..ptr[i+1], sorted by station.

    `limit` is in ticks and included; `straight` says that no streets were walked, only a line was drawn.
    """

    ptr: I4  # [h + 1]
    station: I4  # [p]
    ticks: U2  # [p]
    stations: int
    limit: int
    straight: bool = False

    @property
    def homes(self) -> int:
        """Return the number of homes."""
        return len(self.ptr) - 1

    def home_of(self) -> I4:
        """Return int32[p]: the home of each pair."""
        return np.repeat(np.arange(self.homes, dtype=np.int32), np.diff(self.ptr))

    def nearest(self, mask: Bool | None = None) -> tuple[I4, U2]:
        """Return each home's nearest station int32[h] (-1 none) and its ticks uint16[h] (65535 none).

        `mask` bool[stations] keeps the stations that count. Of equally near ones the smallest index wins.
        """
        return _split(self._least(self._keys(mask)))

    def second(self, mask: Bool | None = None) -> tuple[I4, U2]:
        """Return as `nearest` does who comes next: what is left when a home's nearest station closes."""
        keys = self._keys(mask)
        winner = np.repeat(self._least(keys), np.diff(self.ptr))
        return _split(self._least(np.where(keys == winner, NO_KEY, keys)))

    def column(self, station: int) -> tuple[I4, U2]:
        """Return the homes that one station is reached from, ascending, and their ticks."""
        rows = np.flatnonzero(self.station == station)
        home = np.searchsorted(self.ptr, rows, side="right") - 1
        return home.astype(np.int32), self.ticks[rows]

    def without(self, station: int) -> "TimeTable":
        """Return the table with one station closed. The others keep their numbers."""
        keep = self.station != station
        kept = np.concatenate(([0], np.cumsum(keep)))[self.ptr]
        return self._of(kept.astype(np.int32), self.station[keep], self.ticks[keep], self.stations)

    def with_station(self, home: I4, ticks: U2, *, at: int | None = None) -> "TimeTable":
        """Return the table with one station opened: `home` ascending, its ticks; see Ground.column.

        `at` replaces that station's times; without it the station is a new one behind the others.
        """
        new = self.stations if at is None else at
        base = self if at is None else self.without(at)
        stations = max(self.stations, new + 1)
        slot = np.searchsorted(
            _pair_key(base.home_of(), base.station, stations), _pair_key(home, new, stations)
        )
        counts = np.diff(base.ptr) + np.bincount(home, minlength=self.homes)
        return self._of(
            pointers(counts), np.insert(base.station, slot, new), np.insert(base.ticks, slot, ticks), stations
        )

    def _of(self, ptr: I4, station: I4, ticks: U2, stations: int) -> "TimeTable":
        return TimeTable(ptr, station, ticks, stations, self.limit, self.straight)

    def _keys(self, mask: Bool | None) -> I8:
        """Return int64[p]: ticks and station in one number, so that the least is nearest, then smallest."""
        keys = (self.ticks.astype(np.int64) << 32) | self.station
        return keys if mask is None else np.where(mask[self.station], keys, NO_KEY)

    def _least(self, keys: I8) -> I8:
        least = np.full(self.homes, NO_KEY)
        filled = np.flatnonzero(np.diff(self.ptr))
        if len(filled):
            least[filled] = np.minimum.reduceat(keys, self.ptr[filled])
        return least


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One profile's streets and where the homes stand on them, prepared once for many stations and sites."""

    net: Network
    edge_w: U2
    profile: Profile
    limit: int
    homes: int
    arcs: kernels.Graph
    ends: kernels.Grouped  # node -> home doors at it: home, ticks from the node to the door
    edge: I4  # home doors sorted by edge ..
    home: I4
    along: I8
    extra: I8  # .. with what `direct` ways need

    def table(self, stations: Doors) -> TimeTable:
        """Return the times of all stations: one search each, some microseconds."""
        pairs = kernels.table(
            self.arcs, self.limit, self._begin(stations), self._direct(stations), self.ends, self.homes
        )
        return TimeTable(*pairs, stations.places, self.limit)

    def column(self, site: Doors) -> tuple[I4, U2]:
        """Return the homes within reach of the doors of one site (all places as one) and their ticks."""
        doors = np.array([0, len(site.edge)], np.int32)
        one = Doors(doors, site.edge, site.offset_mm, site.extra_mm, site.snapped_m)
        found = self.table(one)
        return np.flatnonzero(np.diff(found.ptr)).astype(np.int32), found.ticks

    def _begin(self, stations: Doors) -> kernels.Grouped:
        seeds = door_seeds(self.net, self.edge_w, stations, self.profile)
        return 2 * stations.ptr, seeds.node, seeds.ticks

    def _direct(self, stations: Doors) -> kernels.Grouped:
        """Return station -> (home, ticks) for doors on one edge: along it, without touching a node."""
        first, last = (np.searchsorted(self.edge, stations.edge, side=side) for side in ("left", "right"))
        count = np.where(self.edge_w[stations.edge] == UNREACHED, 0, last - first)
        pair = ragged_indices(first, count)
        door = np.repeat(np.arange(len(stations.edge)), count)
        along = along_ticks(self.net, self.edge_w, stations).astype(np.int64)
        extra = extra_ticks(stations, self.profile).astype(np.int64)
        ticks = np.abs(self.along[pair] - along[door]) + self.extra[pair] + extra[door]
        near = ticks <= self.limit
        per_station = np.bincount(stations.place_of()[door[near]], minlength=stations.places)
        return pointers(per_station), self.home[pair[near]], ticks[near].astype(np.uint16)


def ground(net: Network, edge_w: U2, homes: Doors, profile: Profile, *, limit_s: float = TABLE_S) -> Ground:
    """Prepare the streets (edge_w uint16[e] of that profile) and the homes for searches up to `limit_s`.

    Limits beyond what ticks can count (21.8 minutes) are cut to that. Raises ValueError below zero.
    """
    limit = check_limit(min(round(limit_s / TICK_S), LONGEST))
    seeds = door_seeds(net, edge_w, homes, profile)
    near = np.flatnonzero(seeds.ticks <= limit)
    order = near[np.argsort(seeds.node[near], kind="stable")]
    at_node = pointers(np.bincount(seeds.node[order], minlength=net.nodes))
    by_edge = np.argsort(homes.edge, kind="stable")
    return Ground(
        net=net,
        edge_w=edge_w,
        profile=profile,
        limit=limit,
        homes=homes.places,
        arcs=graph(net.ptr, net.nbr, arc_weights(net, edge_w)),
        ends=(at_node, seeds.owner[order], seeds.ticks[order]),
        edge=homes.edge[by_edge],
        home=homes.place_of()[by_edge],
        along=along_ticks(net, edge_w, homes)[by_edge].astype(np.int64),
        extra=extra_ticks(homes, profile)[by_edge].astype(np.int64),
    )


def time_table(
    net: Network,
    edge_w: U2,
    homes: Doors,
    stations: Doors,
    profile: Profile,
    *,
    limit_s: float = TABLE_S,
) -> TimeTable:
    """Return the exact walking times between homes and stations within `limit_s` seconds, limit included.

    edge_w uint16[e] from weights.edge_weights for that profile. A place without doors reaches nobody.
    """
    return ground(net, edge_w, homes, profile, limit_s=limit_s).table(stations)


def door_seeds(net: Network, edge_w: U2, doors: Doors, profile: Profile) -> Seeds:
    """Return both street ends of every door, in the order of the places: two seeds a door, owner = place."""
    to_u, to_v = door_ends(net, edge_w, doors, profile)
    node = np.stack((net.edge_u[doors.edge], net.edge_v[doors.edge]), axis=1).ravel()
    check_nodes(node, net.nodes)
    return Seeds(node, as_u2(np.stack((to_u, to_v), axis=1).ravel()), np.repeat(doors.place_of(), 2))


def _pair_key(home: I4, station: I4 | int, stations: int) -> I8:
    return home.astype(np.int64) * stations + station


def _split(keys: I8) -> tuple[I4, U2]:
    ticks = (keys >> 32).astype(np.uint16)
    station = np.where(ticks == UNREACHED, NONE, keys & 0xFFFFFFFF)
    return station.astype(np.int32), ticks
