"""Reading an OpenStreetMap file: one pass over ways and their nodes into flat arrays.

Locations of nodes are kept in libosmium's own sorted table (16 bytes a node of the file), never as Python
objects; Python sees only ways and nodes that carry a key of ours. (An IdFilter over used nodes looks
thriftier and is not: its bitmap over the range of ids takes 880 MB for a one-megabyte city.)
"""

from __future__ import annotations  # array.array takes no [int] when it runs on Python 3.11

import datetime as dt
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from lingju.circles.errors import BrokenStreetFile
from lingju.circles.osm_rings import UNKNOWN, RingKeeper
from lingju.circles.osm_tags import NODE_KEYS, WAY_KEYS, Walk, area_of, line_of, spot_of, walk_of

OnProgress = Callable[[int, int], None]
MOST_BUILDINGS = 20_000
_EVERY = 2_000  # objects between two reports of progress
_STORE = "sparse_mem_array"


@dataclass(slots=True)
class Drawn:
    """Polylines that are only drawn: points x, y in 1e-7 degree, `count` points and `kind` each."""

    x: array[int] = field(default_factory=lambda: array("i"))
    y: array[int] = field(default_factory=lambda: array("i"))
    count: array[int] = field(default_factory=lambda: array("i"))
    kind: array[int] = field(default_factory=lambda: array("B"))

    def add(self, points: list[tuple[int, int]], kind: int) -> None:
        """Append one polyline of two points or more."""
        if len(points) > 1:
            self.x.extend([x for x, _ in points])
            self.y.extend([y for _, y in points])
            self.count.append(len(points))
            self.kind.append(kind)


@dataclass(slots=True)
class Extract:
    """What one file holds for walkers: ways as runs of node ids with places, spots, drawings, counts."""

    nodes: array[int] = field(default_factory=lambda: array("q"))  # triples of id, x, y
    count: array[int] = field(default_factory=lambda: array("i"))
    kind: array[int] = field(default_factory=lambda: array("B"))
    road: array[int] = field(default_factory=lambda: array("B"))
    lights: array[int] = field(default_factory=lambda: array("B"))
    foot: array[int] = field(default_factory=lambda: array("B"))
    name: array[int] = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=dict)
    spots: dict[int, int] = field(default_factory=dict)
    lines: Drawn = field(default_factory=Drawn)
    areas: Drawn = field(default_factory=Drawn)
    ways: int = 0
    buildings_left_out: int = 0
    newest: dt.datetime | None = None

    def add_way(self, way: Any, walk: Walk) -> None:
        """Append a walkable way."""
        before = len(self.nodes)
        self.nodes.extend([number for node in way.nodes for number in (node.ref, node.x, node.y)])
        self.count.append((len(self.nodes) - before) // 3)
        self.kind.append(walk.kind)
        self.road.append(walk.road)
        self.lights.append(walk.lights)
        self.foot.append(walk.foot)
        self.name.append(self._name(way.tags.get))
        stamp = way.timestamp
        if self.newest is None or stamp > self.newest:
            self.newest = stamp

    def _name(self, get: Callable[[str], str | None]) -> int:
        name = get("name:zh") or get("name")
        return -1 if name is None else self.names.setdefault(name.replace("\0", ""), len(self.names))


def read_extract(path: Path, on_progress: OnProgress | None = None) -> tuple[Extract, str]:
    """Read a file; return what it holds and the date in its header (ISO 8601 or empty).

    Raises BrokenStreetFile when libosmium cannot read it to the end.
    """
    extract = Extract()
    try:
        rings = RingKeeper(path)
        reader = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations(_STORE)
        wanted = osmium.filter.KeyFilter(*WAY_KEYS, *NODE_KEYS, "building")
        date = _header_date(reader.header)
        reader = reader.with_filter(wanted).handler_for_filtered(rings)
        for thing in _reported(reader, path, on_progress):
            _take(extract, thing, rings)
        for kind, ring in rings.rings():
            extract.areas.add(ring, kind)
    except RuntimeError as problem:
        raise BrokenStreetFile(path=path, detail=str(problem)) from problem
    return extract, date


def _take(extract: Extract, thing: Any, rings: RingKeeper) -> None:
    get = thing.tags.get
    if thing.is_node():
        spot = spot_of(get)
        if spot:
            extract.spots[thing.id] = int(spot)
        return
    extract.ways += 1
    walk = walk_of(get)
    if walk is not None:
        extract.add_way(thing, walk)
    else:
        line = line_of(get)
        if line is not None:
            extract.lines.add(_points(thing), line)
    rings.way(thing)
    if thing.is_closed():
        _take_area(extract, thing, get)


def _take_area(extract: Extract, way: Any, get: Callable[[str], str | None]) -> None:
    area = area_of(get)
    if area is None or len(way.nodes) < 4:
        return
    if area == area.BUILDING and extract.areas.kind.count(area.BUILDING) >= MOST_BUILDINGS:
        extract.buildings_left_out += 1
        return
    extract.areas.add(_points(way), area)


def _points(way: Any) -> list[tuple[int, int]]:
    """Return the points of a way that the file knows."""
    return [(node.x, node.y) for node in way.nodes if node.x != UNKNOWN]


def _header_date(header: Any) -> str:
    return str(header.get("osmosis_replication_timestamp") or header.get("timestamp") or "")


def _reported(things: Any, path: Path, on_progress: OnProgress | None) -> Iterator[Any]:
    """Pass objects on; every few thousand say how far the file is read, and at the end that it is."""
    if on_progress is None:
        yield from things
        return
    total, done = path.stat().st_size, 0
    for number, thing in enumerate(things, 1):
        yield thing
        if number % _EVERY == 0:
            done = max(done, _bytes_read(path, total))
            on_progress(done, total)
    on_progress(total, total)


def _bytes_read(path: Path, total: int) -> int:
    """Return how far this process has read the file, from the kernel's own books; 0 where it keeps none.

    libosmium does not tell, and a bar that guesses is worse than none. It reads ahead and closes the file
    once it has all of it, so a file that is no longer open has been read.
    """
    books = Path("/proc/self/fdinfo")
    try:
        mine = [fd.name for fd in Path("/proc/self/fd").iterdir() if _leads_to(fd, path)]
        told = [(books / name).read_text(encoding="ascii").split(maxsplit=2)[1] for name in mine]
    except (OSError, ValueError):
        return 0  # no such books here, or a descriptor that closed while we looked
    return min(map(int, told), default=total)


def _leads_to(descriptor: Path, path: Path) -> bool:
    return descriptor.exists() and descriptor.samefile(path)
