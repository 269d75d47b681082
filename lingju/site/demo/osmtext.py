"""The town written as OpenStreetMap XML, so that the demo enters by the importer's own door.

Everything is invented: the file says so in its generator and on every element (`source=synthetic`).
"""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import quoteattr

from lingju.site.demo.model import Compound, Ground, Ring, Street, Town

GENERATOR: Final = "lingju demo, synthetic"
Tags = dict[str, str]
_HIGHWAY: Final = {
    "artery": "primary",
    "secondary": "secondary",
    "minor": "residential",
    "service": "service",
    "footway": "footway",
    "steps": "steps",
}
_MARK: Final[dict[str, Tags]] = {
    "signals": {"highway": "traffic_signals", "crossing": "traffic_signals"},
    "crossing": {"highway": "crossing", "crossing": "marked"},
    "level_crossing": {"railway": "level_crossing"},
    "gate": {"barrier": "gate", "foot": "yes"},
}
_GROUND: Final[dict[str, Tags]] = {
    "park": {"leisure": "park"},
    "plaza": {"place": "square", "highway": "pedestrian", "area": "yes"},
    "water": {"natural": "water", "water": "river"},
    "school": {"amenity": "school"},
    "works": {"landuse": "industrial"},
    "field": {"landuse": "farmland"},
    "civic": {"amenity": "townhall"},
    "market": {"landuse": "retail"},
    "hospital": {"amenity": "hospital"},
    "yard": {"landuse": "railway"},
}


class _Writer:
    """Number nodes and ways; equal points are one node."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[float, float], int] = {}
        self.tags: dict[tuple[float, float], Tags] = {}
        self.ways: list[tuple[list[int], Tags]] = []

    def way(self, line: Iterable[tuple[float, float]], tags: Tags) -> None:
        refs = [self.nodes.setdefault(spot, len(self.nodes) + 1) for spot in line]
        self.ways.append((refs, tags))

    def text(self, bounds: str) -> str:
        out = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<osm version="0.6" generator="{GENERATOR}">',
            bounds,
        ]
        for (lon, lat), number in self.nodes.items():
            head = f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"'
            tags = self.tags.get((lon, lat))
            out.append(f"{head}>{_tagged(tags)}</node>" if tags else f"{head}/>")
        for number, (refs, tags) in enumerate(self.ways, 1):
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            out.append(f'<way id="{number}" version="1">{nodes}{_tagged(tags)}</way>')
        return "\n".join([*out, "</osm>", ""])


def osm_xml(town: Town) -> str:
    """Return the town's streets, barriers and surfaces as an OSM 0.6 file, nodes before ways."""
    writer = _Writer()
    for mark in town.marks:
        writer.tags[mark.at] = _MARK[mark.kind]
    for street in town.streets:
        writer.way(street.line, _street_tags(street))
    writer.way(town.railway, {"railway": "rail"})
    writer.way(town.river, {"waterway": "river"})
    for ground in town.grounds:
        writer.way(ground.ring, _ground_tags(ground))
    for compound in town.compounds:
        writer.way(_walled(compound), _compound_tags(compound))
    for building in town.buildings:
        writer.way(building.ring, {"building": "residential", "building:levels": str(building.floors)})
    for shed in town.sheds:
        writer.way(shed.ring, {"building": "yes"})
    return writer.text(_bounds(town))


def _street_tags(street: Street) -> Tags:
    tags = {"highway": _HIGHWAY[street.cls], "source": "synthetic"}
    if street.name:
        tags["name"] = street.name
    if street.bridge:
        tags |= {"bridge": "yes", "layer": "1"}
    if street.tunnel:
        tags |= {"tunnel": "yes", "layer": "-1"}
    if street.crossing:
        tags |= {"footway": "crossing", "crossing": "marked"}
    return tags


def _ground_tags(ground: Ground) -> Tags:
    tags = _GROUND[ground.kind] | {"source": "synthetic"}
    return tags | {"name": ground.name} if ground.name else tags


def _compound_tags(compound: Compound) -> Tags:
    tags = {"landuse": "residential", "name": compound.name, "source": "synthetic"}
    return tags | {"barrier": "wall"} if compound.gated else tags


def _walled(compound: Compound) -> Ring:
    """Return the ring with its gates as vertices, so that wall and lane share the gate's node."""
    ring = list(compound.ring)
    for gate in compound.gates:
        best = min(range(len(ring) - 1), key=lambda k: _detour(ring[k], gate.at, ring[k + 1]))
        if gate.at not in ring:
            ring.insert(best + 1, gate.at)
    return tuple(ring)


def _detour(a: tuple[float, float], spot: tuple[float, float], b: tuple[float, float]) -> float:
    return _far(a, spot) + _far(spot, b) - _far(a, b)


def _far(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(((a[0] - b[0]) ** 2 * 0.654 + (a[1] - b[1]) ** 2) ** 0.5)


def _bounds(town: Town) -> str:
    lons = [lon for street in town.streets for lon, _ in street.line]
    lats = [lat for street in town.streets for _, lat in street.line]
    low = f'minlat="{min(lats):.7f}" minlon="{min(lons):.7f}"'
    return f'<bounds {low} maxlat="{max(lats):.7f}" maxlon="{max(lons):.7f}"/>'


def _tagged(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
