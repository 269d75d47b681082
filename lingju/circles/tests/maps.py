"""Small maps for tests: OpenStreetMap files written from metres, as text or as PBF."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import osmium

from lingju.circles.plane import Plane

ORIGIN = Plane(113.05, 36.05)
STAMP = 'timestamp="2026-05-04T03:02:01Z"'
Tags = Mapping[str, str]


class Map:
    """A map under construction: nodes in metres from the origin, ways over them, multipolygons."""

    def __init__(self) -> None:
        self.nodes: dict[int, tuple[float, float, Tags]] = {}
        self.ways: list[tuple[Sequence[int], Tags]] = []
        self.relations: list[tuple[Sequence[int], Tags]] = []

    def node(self, x: float, y: float = 0.0, /, **tags: str) -> int:
        """Add a node; return its id."""
        self.nodes[len(self.nodes) + 1] = (x, y, tags)
        return len(self.nodes)

    def way(self, *refs: int, tags: Tags | None = None, **more: str) -> int:
        """Add a way over nodes; return its id."""
        self.ways.append((refs, {**(tags or {}), **more}))
        return len(self.ways)

    def multipolygon(self, *outer: int, **tags: str) -> None:
        """Add an area bounded by ways."""
        self.relations.append((outer, {"type": "multipolygon", **tags}))

    def write(self, path: Path) -> Path:
        """Write the map; the suffix of the path decides the format."""
        if path.suffix == ".pbf":
            return self._write_pbf(path)
        path.write_text(self._text(), encoding="utf-8")
        return path

    def _degrees(self, x: float, y: float) -> tuple[float, float]:
        lon, lat = ORIGIN.degrees(x, y)
        return float(lon), float(lat)

    def _text(self) -> str:
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
        for ref, (x, y, tags) in self.nodes.items():
            lon, lat = self._degrees(x, y)
            at = f'lon="{lon:.7f}" lat="{lat:.7f}"'
            lines += [f'<node id="{ref}" version="1" {STAMP} {at}>', *_tags(tags), "</node>"]
        for number, (refs, tags) in enumerate(self.ways, 1):
            lines.append(f'<way id="{number}" version="1" {STAMP}>')
            lines += [f'<nd ref="{ref}"/>' for ref in refs] + [*_tags(tags), "</way>"]
        for number, (outer, tags) in enumerate(self.relations, 1):
            lines.append(f'<relation id="{number}" version="1">')
            lines += [f'<member type="way" ref="{way}" role="outer"/>' for way in outer]
            lines += [*_tags(tags), "</relation>"]
        return "\n".join([*lines, "</osm>"])

    def _write_pbf(self, path: Path) -> Path:
        with osmium.SimpleWriter(str(path)) as out:
            for ref, (x, y, tags) in self.nodes.items():
                out.add_node(osmium.osm.mutable.Node(id=ref, location=self._degrees(x, y), tags=dict(tags)))
            for number, (refs, tags) in enumerate(self.ways, 1):
                out.add_way(osmium.osm.mutable.Way(id=number, nodes=list(refs), tags=dict(tags)))
        return path


def _tags(tags: Tags) -> list[str]:
    return [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]
