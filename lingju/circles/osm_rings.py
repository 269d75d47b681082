"""Outer rings of OpenStreetMap multipolygons: parks and lakes whose edge is drawn in several ways."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium

from lingju.circles.osm_tags import area_of

Points = list[tuple[int, int]]
UNKNOWN = 2_147_483_647


class RingKeeper:
    """The multipolygons of a file that a map shows: found by one pass over relations."""

    def __init__(self, path: Path) -> None:
        """Read the relations. Raises RuntimeError when the file is broken."""
        self._members: dict[int, list[int]] = {}  # outer way -> numbers of areas
        self._kinds: list[int] = []
        wanted = osmium.filter.TagFilter(("type", "multipolygon"))
        for relation in osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(wanted):
            area = area_of(relation.tags.get)
            if area is not None and area != area.BUILDING:
                self._keep(relation, int(area))

    def _keep(self, relation: Any, kind: int) -> None:
        for member in relation.members:
            if member.type == "w" and member.role in ("outer", ""):
                self._members.setdefault(member.ref, []).append(len(self._kinds))
        self._kinds.append(kind)

    def rings(self, path: Path, store: str) -> Iterator[tuple[int, Points]]:
        """Read the member ways and yield (kind, closed ring) for every outer ring that closes."""
        if not self._members:
            return
        parts: list[list[tuple[list[int], Points]]] = [[] for _ in self._kinds]
        reader = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations(store)
        for way in reader.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)):
            for number in self._members.get(way.id, ()):
                refs = [node.ref for node in way.nodes]
                parts[number].append((refs, [(node.x, node.y) for node in way.nodes]))
        for kind, pieces in zip(self._kinds, parts, strict=True):
            for ring in closed_rings(pieces):
                yield kind, [point for point in ring if point[0] != UNKNOWN]


def closed_rings(pieces: list[tuple[list[int], Points]]) -> Iterator[Points]:
    """Join pieces (node ids, points) end to end and yield those that close; open rests are dropped."""
    left = [piece for piece in pieces if len(piece[0]) > 1]
    while left:
        refs, points = left.pop()
        while refs[0] != refs[-1]:
            at = next((i for i, (other, _) in enumerate(left) if refs[-1] in (other[0], other[-1])), None)
            if at is None:
                break
            more, more_points = left.pop(at)
            step = 1 if more[0] == refs[-1] else -1
            refs, points = refs + more[::step][1:], points + more_points[::step][1:]
        if refs[0] == refs[-1] and len(refs) > 3:
            yield points
