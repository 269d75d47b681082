"""The Network: one district's walkable streets as flat arrays, kept in one file that opens by mapping.

Nodes stand in Hilbert order, so that neighbours on the map are neighbours in memory. Every array is
read-only, whether it was built or mapped, so a kernel compiled for one serves the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum, IntFlag
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lingju.circles import netfile
from lingju.circles.arrays import F8, I4, U1, U4
from lingju.circles.edges import EdgeList, Shapes, adjacency, components, in_map_order, measured_mm
from lingju.circles.errors import BadCoordinate, BadEdges, DamagedNetworkFile, OutOfNetwork
from lingju.circles.plane import UNIT, Plane, to_units
from lingju.circles.simplify import contracted, cut_long

TICK_S = 0.02  # one tick is 20 ms: uint16 ticks reach 21.8 minutes
UNREACHED = 65535


class Kind(IntFlag):
    """What an edge demands of a walker; bits of Network.kind."""

    STEPS = 1
    CROSSING = 2
    NO_WHEELS = 4
    GATED = 8  # the map itself says that strangers may not pass


class Road(IntEnum):
    """How an edge is drawn; values of Network.road."""

    PATH = 0
    MINOR = 1
    SECONDARY = 2
    ARTERY = 3


class Line(IntEnum):
    """Barrier lines that nobody walks on; values of Network.line_kind."""

    RAIL = 1
    WATER = 2
    WALL = 3
    MOTORWAY = 4


class Area(IntEnum):
    """Areas that a map shows; values of Network.area_kind."""

    PARK = 1
    WATER = 2
    PLAZA = 3
    SCHOOL = 4
    WORKS = 5
    FIELD = 6
    BUILDING = 7


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the streets come from. `sha256` is of the source file, dates are ISO 8601 or empty."""

    source: str = ""
    source_date: str = ""
    sha256: str = ""
    licence: str = ""
    attribution: str = ""
    synthetic: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """Drawn polylines or outer rings by kind: shapes of k members and kind uint8[k]."""

    shapes: Shapes
    kind: U1

    @classmethod
    def none(cls) -> "Figures":
        """Return no figures at all."""
        empty = np.zeros(0, np.int32)
        return cls(Shapes(np.zeros(1, np.int32), empty, empty), np.zeros(0, np.uint8))


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """n nodes, e undirected edges, 2e arcs; coordinates in 1e-7 degree WGS-84, lengths in millimetres."""

    lon: I4  # [n]
    lat: I4  # [n]
    ptr: I4  # [n + 1] CSR over nodes
    nbr: I4  # [2e] the node at the arc's far end; a node's arcs are sorted by (nbr, edge)
    arc_edge: I4  # [2e] the edge of each arc
    edge_u: I4  # [e]
    edge_v: I4  # [e]
    length_mm: U4  # [e] at least 1
    kind: U1  # [e] bits of Kind
    half_signals: U1  # [e] ends at traffic signals; each costs half a signal's delay
    road: U1  # [e] Road
    name: I4  # [e] index into names, -1 none
    shape_ptr: I4  # [e + 1]
    shape_lon: I4  # inner points of each edge from u to v
    shape_lat: I4
    line_ptr: I4
    line_lon: I4
    line_lat: I4
    line_kind: U1  # Line
    area_ptr: I4
    area_lon: I4
    area_lat: I4
    area_kind: U1  # Area
    names: tuple[str, ...]
    provenance: Provenance

    @property
    def nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.lon)

    @property
    def edges(self) -> int:
        """Return the number of undirected edges."""
        return len(self.edge_u)

    @property
    def plane(self) -> Plane:
        """Return the local plane whose origin is the middle of the nodes' bounding box."""
        if not self.nodes:
            return Plane(0.0, 0.0)
        middle = [(int(a.min()) + int(a.max())) / 2e7 for a in (self.lon, self.lat)]
        return Plane(*middle)

    @property
    def content_hash(self) -> str:
        """Return the sha256 (hex) of arrays, names and provenance; equal to that in the saved file."""
        return netfile.content_hash(self._arrays(), self._meta())

    def metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[F8, F8]:
        """Convert degrees WGS-84 to metres east and north of the network's middle."""
        return self.plane.metres(lon, lat)

    def degrees(self, x: ArrayLike, y: ArrayLike) -> tuple[F8, F8]:
        """Convert metres east and north of the network's middle to degrees WGS-84."""
        return self.plane.degrees(x, y)

    def check_inside(self, lon: ArrayLike, lat: ArrayLike, *, margin_m: float = 1000.0) -> None:
        """Raise OutOfNetwork for the first point (degrees) farther than a margin from the nodes' own box."""
        places = np.stack(np.broadcast_arrays(*map(np.atleast_1d, (lon, lat))), axis=1)
        box = [[f(side) * UNIT for side in (self.lon, self.lat)] for f in (np.min, np.max)]
        points, corners = (np.stack(self.metres(p[:, 0], p[:, 1]), axis=1) for p in (places, np.array(box)))
        outside = ((points < corners[0] - margin_m) | (points > corners[1] + margin_m)).any(axis=1)
        if outside.any():
            first = places[np.flatnonzero(outside)[0]]
            raise OutOfNetwork(lon=float(first[0]), lat=float(first[1]))

    def components(self) -> I4:
        """Return int32[n]: the smallest node of each node's connected part, whatever the profile."""
        return components(self.nodes, self.edge_u, self.edge_v)

    def with_counts(self, counts: Mapping[str, int]) -> "Network":
        """Return the same arrays with `counts` added to the provenance."""
        told = replace(self.provenance, counts={**self.provenance.counts, **counts})
        return replace(self, provenance=told)

    def as_edges(self) -> EdgeList:
        """Return the nodes and edges as an edge list (no copies)."""
        shapes = Shapes(self.shape_ptr, self.shape_lon, self.shape_lat)
        columns = (self.length_mm, self.kind, self.half_signals, self.road, self.name)
        return EdgeList(self.lon, self.lat, self.edge_u, self.edge_v, *columns, shapes)

    def save(self, path: Path) -> str:
        """Write the network to one file, whole or not at all; return the content hash."""
        return netfile.write(path, self._arrays(), self._meta())

    @classmethod
    def load(cls, path: Path, *, verify: bool = True) -> "Network":
        """Map a saved network. `verify=False` skips the sha256. Raises NetworkFileError."""
        arrays, meta, _ = netfile.read(path, verify=verify)
        try:
            text = arrays.pop("names").tobytes().decode()
            names = tuple(text.split("\0")) if text else ()
            return cls(**arrays, names=names, provenance=Provenance(**meta["provenance"]))
        except (KeyError, TypeError, UnicodeDecodeError) as problem:
            raise DamagedNetworkFile(path=path, detail="内容不全") from problem

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays = {name: getattr(self, name) for name in _array_names()}
        text = "\0".join(self.names).encode()
        return {**arrays, "names": np.frombuffer(text, np.uint8)}

    def _meta(self) -> dict[str, Any]:
        meta = asdict(self.provenance)
        return {"provenance": {**meta, "counts": dict(self.provenance.counts)}}

    @classmethod
    def from_edges(
        cls,
        lon: ArrayLike,
        lat: ArrayLike,
        u: ArrayLike,
        v: ArrayLike,
        *,
        length_m: ArrayLike | None = None,
        kind: ArrayLike = 0,
        half_signals: ArrayLike = 0,
        road: ArrayLike = Road.MINOR,
        name: ArrayLike = -1,
        names: Sequence[str] = (),
        shapes: Shapes | None = None,
        simplify: bool = False,
        cut: bool = True,
        reorder: bool = True,
        provenance: Provenance | None = None,
    ) -> "Network":
        """Build a network from nodes in degrees and edges u[i], v[i]; one value or one per edge elsewhere.

        `length_m` None measures along the shape. `simplify` contracts, `cut` splits edges over 400 m,
        `reorder` puts nodes in Hilbert order and edges by their ends (else nodes keep their numbers and
        edges their order; edges cut in pieces go to the end). Raises BadEdges and BadCoordinate.
        """
        ends = np.asarray(u, np.int32), np.asarray(v, np.int32)
        columns = (kind, half_signals, road, name)
        edges = _given_edges(_degrees_checked(lon, lat), ends, columns, shapes, length_m)
        keep = np.zeros(len(edges.lon), np.bool_)
        edges = contracted(edges, keep) if simplify else edges
        edges = cut_long(edges) if cut else edges
        edges = in_map_order(edges) if reorder else edges
        return cls.from_edge_list(edges, names=names, provenance=provenance)

    @classmethod
    def from_edge_list(
        cls,
        edges: EdgeList,
        *,
        names: Sequence[str] = (),
        lines: Figures | None = None,
        areas: Figures | None = None,
        provenance: Provenance | None = None,
    ) -> "Network":
        """Index an edge list as it stands. Raises BadEdges."""
        edges.checked()
        if len(edges.name) and int(edges.name.max()) >= len(names):
            raise BadEdges(detail="街道名称编号超出名称表")
        lines, areas = lines or Figures.none(), areas or Figures.none()
        columns = (edges.u, edges.v, edges.length_mm, edges.kind, edges.half_signals, edges.road, edges.name)
        arrays: tuple[NDArray[Any], ...] = (
            edges.lon,
            edges.lat,
            *adjacency(len(edges.lon), edges.u, edges.v),
            *columns,
            *(edges.shapes.ptr, edges.shapes.lon, edges.shapes.lat),
            *(lines.shapes.ptr, lines.shapes.lon, lines.shapes.lat, lines.kind),
            *(areas.shapes.ptr, areas.shapes.lon, areas.shapes.lat, areas.kind),
        )
        columns_by_name = dict(zip(_array_names(), map(_frozen, arrays), strict=True))
        return cls(**columns_by_name, names=tuple(names), provenance=provenance or Provenance())


@cache
def _array_names() -> tuple[str, ...]:
    return tuple(name for name in Network.__slots__ if name not in {"names", "provenance"})


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    own = np.ascontiguousarray(array).view()
    own.setflags(write=False)
    return own


def _degrees_checked(lon: ArrayLike, lat: ArrayLike) -> tuple[I4, I4]:
    x, y = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
    if len(x) != len(y):
        raise BadEdges(detail="经度与纬度个数不同")
    wrong = ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise BadCoordinate(lon=x[at], lat=y[at])
    return to_units(x), to_units(y)


def _millimetres(length_m: ArrayLike, count: int) -> U4:
    metres = np.broadcast_to(np.asarray(length_m, np.float64), count)
    if not np.all((metres >= 0) & (metres < 4e6)):
        raise BadEdges(detail="边长为负、过长或不是数")
    return np.maximum(np.rint(metres * 1000), 1).astype(np.uint32)


def _column(values: ArrayLike, count: int, dtype: type[np.generic]) -> NDArray[Any]:
    given = np.asarray(values)
    if given.ndim and len(given) != count:
        raise BadEdges(detail="各列长度不同")
    return np.broadcast_to(given, count).astype(dtype)


def _given_edges(
    places: tuple[I4, I4],
    ends: tuple[I4, I4],
    columns: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    shapes: Shapes | None,
    length_m: ArrayLike | None,
) -> EdgeList:
    e = len(ends[0])
    kind, half_signals, road = (_column(column, e, np.uint8) for column in columns[:3])
    no_points = np.zeros(0, np.int32)
    edges = EdgeList(
        *places,
        *ends,
        length_mm=np.ones(e, np.uint32) if length_m is None else _millimetres(length_m, e),
        kind=kind,
        half_signals=half_signals,
        road=road,
        name=_column(columns[3], e, np.int32),
        shapes=shapes or Shapes(np.zeros(e + 1, np.int32), no_points, no_points),
    ).checked()
    return edges if length_m is not None else replace(edges, length_mm=measured_mm(edges))
