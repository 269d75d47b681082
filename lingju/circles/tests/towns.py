"""Small towns for tests: grids of streets with holes in them, and the plain graph they must agree with."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from lingju.circles.arrays import F8, I8, U2
from lingju.circles.ball import Approach
from lingju.circles.doors import Doors
from lingju.circles.network import UNREACHED, Kind, Network
from lingju.circles.plane import Plane, to_units

LON, LAT = 113.05, 36.05
PLANE = Plane(LON, LAT)
DoorLists = list[list[tuple[int, float, int]]]  # per place: edge, fraction along it, extra millimetres


def degrees(x: Iterable[float], y: Iterable[float]) -> tuple[F8, F8]:
    """Turn metres east and north of the town's corner into degrees."""
    return PLANE.degrees(np.array(list(x), dtype=np.float64), np.array(list(y), dtype=np.float64))


def a_grid(
    columns: int, rows: int, *, step: float = 100.0, without: Iterable[tuple[int, int]] = (), kind: int = 0
) -> Network:
    """Make a grid of streets; ``without`` names edges by their two nodes (row * columns + column)."""
    gone = {tuple(sorted(edge)) for edge in without}
    across = [(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)]
    along = [(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)]
    edges = [edge for edge in across + along if edge not in gone]
    lon, lat = degrees(
        (step * c for _ in range(rows) for c in range(columns)),
        (step * r for r in range(rows) for _ in range(columns)),
    )
    u, v = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    return Network.from_edges(lon, lat, u, v, kind=kind)


@st.composite
def towns(draw: st.DrawFn) -> Network:
    """Draw a grid with missing streets, steps, crossings, and streets longer than their line."""
    columns, rows = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    r, c = np.divmod(np.arange(rows * columns), columns)
    across = np.flatnonzero(c < columns - 1)
    along = np.flatnonzero(r < rows - 1)
    u = np.concatenate((across, along))
    v = np.concatenate((across + 1, along + columns))
    keep = seed.random(len(u)) < draw(st.sampled_from([0.6, 0.8, 1.0]))
    keep[0] = True
    u, v = u[keep], v[keep]
    x, y = 120.0 * c + seed.normal(0, 20, len(c)), 120.0 * r + seed.normal(0, 20, len(c))
    kinds = np.array([0, 0, 0, 0, Kind.STEPS, Kind.CROSSING], dtype=np.uint8)
    length = np.hypot(x[u] - x[v], y[u] - y[v]) * seed.choice([1.0, 1.0, 1.3], len(u)) + 1
    lon, lat = degrees(x, y)
    return Network.from_edges(lon, lat, u, v, length_m=length, kind=seed.choice(kinds, len(u)))


def doors_on(net: Network, places: DoorLists) -> Doors:
    """Make places from lists of doors: edge, fraction along it, extra millimetres."""
    flat = [door for place in places for door in place]
    edge = np.array([door[0] for door in flat], dtype=np.int32)
    part = np.array([door[1] for door in flat], dtype=np.float64)
    return Doors(
        ptr=np.cumsum([0, *(len(place) for place in places)]).astype(np.int32),
        edge=edge,
        offset_mm=np.rint(part * net.length_mm[edge]).astype(np.uint32),
        extra_mm=np.array([door[2] for door in flat], dtype=np.uint32),
        snapped_m=np.zeros(len(flat), dtype=np.float32),
    )


def door_lists(net: Network, *, places: int, most: int = 2) -> st.SearchStrategy[DoorLists]:
    """Draw doors for so many places; a place may have none."""
    door = st.tuples(
        st.integers(0, len(net.edge_u) - 1),
        st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]),
        st.sampled_from([0, 0, 15_000, 60_000]),
    )
    return st.lists(st.lists(door, max_size=most), min_size=places, max_size=places)


def plain_ticks(net: Network, edge_w: U2, here: Approach, there: Approach) -> I8:
    """Tell the ticks between places by scipy on the graph where every door is a node, int64[a, b].

    Doors of other places stay in the graph: two ends of an edge joined through a door cost what the edge
    costs, or more, so they open no shorter way.
    """
    nodes, a, b = len(net.lon), len(here.doors.edge), len(there.doors.edge)
    answer = np.full((len(here.doors.ptr) - 1, len(there.doors.ptr) - 1), UNREACHED, dtype=np.int64)
    if not a or not b:
        return answer
    joints = list(zip(net.edge_u.tolist(), net.edge_v.tolist(), edge_w.tolist(), strict=True))
    joints += [*_door_joints(net, here, nodes), *_door_joints(net, there, nodes + a)]
    for i, edge in enumerate(here.doors.edge):
        for j in np.flatnonzero(there.doors.edge == edge):
            cost = abs(here.along[i] - there.along[j]) + here.extra[i] + there.extra[j]
            joints.append((nodes + i, nodes + a + int(j), int(cost)))
    far = dijkstra(_graph(joints, nodes + a + b), directed=False, indices=np.arange(nodes, nodes + a))
    for i, j in np.ndindex(answer.shape):
        rows = slice(here.doors.ptr[i], here.doors.ptr[i + 1])
        columns = slice(nodes + a + there.doors.ptr[j], nodes + a + there.doors.ptr[j + 1])
        answer[i, j] = min(UNREACHED, far[rows, columns].min(initial=UNREACHED))
    return answer


def _door_joints(net: Network, side: Approach, first: int) -> list[tuple[int, int, int]]:
    joints = []
    for door, edge in enumerate(side.doors.edge):
        joints.append((first + door, int(net.edge_u[edge]), int(side.to_u[door])))
        joints.append((first + door, int(net.edge_v[edge]), int(side.to_v[door])))
    return joints


def _graph(joints: list[tuple[int, int, int]], nodes: int) -> csr_array:
    """Keep the cheapest of parallel joints: a sparse matrix would add them up."""
    best: dict[tuple[int, int], int] = {}
    for a, b, cost in joints:
        key = (min(a, b), max(a, b))
        if cost < best.get(key, UNREACHED):
            best[key] = cost
    ends = np.array(list(best), dtype=np.int64).reshape(-1, 2)
    costs = np.array(list(best.values()), dtype=np.float64)
    return csr_array((costs, (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))


def with_lines(net: Network, lines: Iterable[tuple[int, list[tuple[float, float]]]]) -> Network:
    """Lay barrier lines (kind, points in metres) over a town."""
    drawn = list(lines)
    lon, lat = degrees((x for _, line in drawn for x, _ in line), (y for _, line in drawn for _, y in line))
    return replace(
        net,
        line_ptr=np.cumsum([0, *(len(line) for _, line in drawn)]).astype(np.int32),
        line_lon=to_units(lon),
        line_lat=to_units(lat),
        line_kind=np.array([kind for kind, _ in drawn], dtype=np.uint8),
    )


def in_metres(net: Network, places: list[tuple[float, float]]) -> tuple[F8, F8]:
    """Turn places in the town's own metres into the network's local metres."""
    return net.metres(*degrees((x for x, _ in places), (y for _, y in places)))
