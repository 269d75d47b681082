"""Outer rings of OpenStreetMap multipolygons: parks and lakes whose edge is drawn in several ways."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium

from lingju.circles.osm_tags import area_of

Points = list[tuple[int, int]]
Piece = tuple[list[int], Points]  # node ids and their places
UNKNOWN = 2_147_483_647  # libosmium's coordinate of a node that the file lacks


class RingKeeper:
    """The multipolygons that a map shows. Learns them from relations, then is shown every way once."""

    def __init__(self, path: Path) -> None:
        """Read the relations of a file. Raises RuntimeError when the file is broken."""
        self._members: dict[int, list[int]] = {}  # outer way -> numbers of areas
        self._kinds: list[int] = []
        self._pieces: list[list[Piece]] = []
        wanted = osmium.filter.TagFilter(("type", "multipolygon"))
        for relation in osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(wanted):
            area = area_of(relation.tags.get)
            if area is not None and area != area.BUILDING:
                self._keep(relation, int(area))

    def way(self, way: Any) -> None:
        """Keep the way's points if it bounds one of the areas. Named as libosmium's handlers want it."""
        for number in self._members.get(way.id, ()):
            places = [(node.ref, (node.x, node.y)) for node in way.nodes]
            self._pieces[number].append(([ref for ref, _ in places], [at for _, at in places]))

    def rings(self) -> Iterator[tuple[int, Points]]:
        """Yield (kind, closed ring) for every outer ring whose ways the file holds."""
        for kind, pieces in zip(self._kinds, self._pieces, strict=True):
            for ring in closed_rings(pieces):
                yield kind, [point for point in ring if point[0] != UNKNOWN]

    def _keep(self, relation: Any, kind: int) -> None:
        for member in relation.members:
            if member.type == "w" and member.role in ("outer", ""):
                self._members.setdefault(member.ref, []).append(len(self._kinds))
        self._kinds.append(kind)
        self._pieces.append([])


def closed_rings(pieces: list[Piece]) -> Iterator[Points]:
    """Join pieces end to end and yield those that close; open rests are dropped."""
    left = [piece for piece in pieces if len(piece[0]) > 1]
    while left:
        refs, points = left.pop()
        while refs[0] != refs[-1] and (at := _next(left, refs[-1])) is not None:
            more, more_points = left.pop(at)
            step = 1 if more[0] == refs[-1] else -1
            refs, points = refs + more[::step][1:], points + more_points[::step][1:]
        if refs[0] == refs[-1] and len(refs) > 3:
            yield points


def _next(pieces: list[Piece], end: int) -> int | None:
    """Return which piece begins or ends at the node `end`."""
    return next((i for i, (refs, _) in enumerate(pieces) if end in (refs[0], refs[-1])), None)
