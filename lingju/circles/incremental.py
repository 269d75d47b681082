"""Nearest stations that stay exact while stations open and close, at the price of the cell that changes.

    open   a bounded search from the new station's doors that only improves labels
    close  clear the station's cell, let the labels around it and other stations' doors back in

A cell is a few hundred nodes, so each takes some ten microseconds where a new field takes milliseconds.
The field equals `search.nearest` over the open stations at any moment, ties included.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lingju.circles import kernels
from lingju.circles.arrays import I4, U1, U2, Bool, pointers
from lingju.circles.search import Seeds, as_i4, as_u2, check_limit, check_nodes, graph, nearest

S = TypeVar("S", bound=np.generic)


class NodeField:
    """Every node's nearest open station and the ticks to it; the one object here that changes.

    Not for two threads at once.
    """

    def __init__(
        self,
        ptr: I4,
        nbr: I4,
        w: U2,
        seeds: Seeds,
        stations: int,
        limit: int,
        *,
        is_open: Bool | None = None,
    ) -> None:
        """Search from the seeds of the open stations (bool[stations], all by default) up to `limit` ticks.

        ptr i4[n+1], nbr i4[m], w u2[m] as in `search`; seeds in any order, their owners below `stations`.
        Raises IndexError for a seed outside the network or of no station.
        """
        nodes = len(ptr) - 1
        check_nodes(seeds.owner, stations)
        by_owner = np.argsort(seeds.owner, kind="stable")
        self._node, self._start = as_i4(seeds.node[by_owner]), as_u2(seeds.ticks[by_owner])
        self._owner = as_i4(seeds.owner[by_owner])
        self._ptr = pointers(np.bincount(self._owner, minlength=stations))
        self._open: U1 = np.ones(stations, np.uint8) if is_open is None else is_open.astype(np.uint8)
        self._graph, self._limit = graph(ptr, nbr, w), check_limit(limit)
        now = np.flatnonzero(self._open[self._owner])
        active = Seeds(self._node[now], self._start[now], self._owner[now])
        self._field = nearest(*self._graph, active, self._limit)
        self._posts = self._linked(nodes)
        self._cell = np.empty(nodes + 1, np.int32)

    @property
    def ticks(self) -> U2:
        """Return uint16[n]: ticks to the nearest open station, 65535 beyond the limit. A read-only view."""
        return _view(self._field[0])

    @property
    def owner(self) -> I4:
        """Return int32[n]: the nearest open station, -1 beyond the limit. A read-only view."""
        return _view(self._field[1])

    @property
    def stations(self) -> int:
        """Return the number of stations, open or closed."""
        return len(self._open)

    def is_open(self, station: int) -> bool:
        """Say whether the station is open."""
        return bool(self._open[self._known(station)])

    def open(self, station: int) -> I4:
        """Open a closed station; return the nodes it is now nearest to. Open already: return none."""
        if self.is_open(station):
            return self._cell[:0].copy()
        self._open[station] = 1
        node, start = self._seeds(station)
        won = kernels.open_station(self._graph, self._limit, self._field, (node, start), station, self._cell)
        return self._cell[:won].copy()

    def close(self, station: int) -> I4:
        """Close an open station; return the nodes it was nearest to. Closed already: return none."""
        if not self.is_open(station):
            return self._cell[:0].copy()
        self._open[station] = 0
        node, _ = self._seeds(station)
        lost = kernels.close_station(
            self._graph, self._limit, self._field, node, station, (*self._posts, self._open), self._cell
        )
        return self._cell[:lost].copy()

    def add(self, node: I4, ticks: U2) -> int:
        """Make a new station, still closed, that begins at these nodes and ticks; return its number."""
        check_nodes(node, len(self._field[0]))
        station = self.stations
        self._node, self._start = np.append(self._node, as_i4(node)), np.append(self._start, as_u2(ticks))
        self._owner = np.append(self._owner, np.full(len(node), station, np.int32))
        self._ptr = np.append(self._ptr, np.int32(len(self._node)))
        self._open = np.append(self._open, np.uint8(0))
        self._posts = self._linked(len(self._field[0]))
        return station

    def _known(self, station: int) -> int:
        if not 0 <= station < self.stations:
            raise IndexError(f"stations are 0..{self.stations - 1}, not {station}")
        return station

    def _seeds(self, station: int) -> tuple[I4, U2]:
        span = slice(int(self._ptr[station]), int(self._ptr[station + 1]))
        return self._node[span], self._start[span]

    def _linked(self, nodes: int) -> tuple[I4, I4, I4, U2]:
        """Chain the seeds of each node: head int32[nodes], next int32[seeds], -1 ends the chain."""
        along = np.argsort(self._node, kind="stable")
        chained = self._node[along]
        is_last = np.append(np.diff(chained) > 0, True)[: len(chained)]
        following = np.full(len(along), -1, np.int32)
        following[along[~is_last]] = along[np.flatnonzero(~is_last) + 1]
        head = np.full(nodes, -1, np.int32)
        is_first = np.append(True, np.diff(chained) > 0)[: len(chained)]
        head[chained[is_first]] = along[is_first]
        return head, following, self._owner, self._start


def _view(array: NDArray[S]) -> NDArray[S]:
    view = array.view()
    view.setflags(write=False)
    return view
