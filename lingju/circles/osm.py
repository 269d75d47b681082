"""From an OpenStreetMap file to a Network: `import_streets`, the one door for maps of streets."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lingju.circles.edges import in_map_order
from lingju.circles.errors import BrokenStreetFile, NoWalkableWay, NoWays, UnknownFileType
from lingju.circles.network import Kind, Network, Provenance
from lingju.circles.osm_build import figures, missing_nodes, street_edges
from lingju.circles.osm_read import Extract, read_extract
from lingju.circles.simplify import contracted, cut_long

LICENCE = "ODbL 1.0"
ATTRIBUTION = "© OpenStreetMap 贡献者"
SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")


def import_streets(path: Path, *, on_progress: Callable[[int, int], None] | None = None) -> Network:
    """Read the walkable streets of an .osm.pbf or .osm file.

    `on_progress(bytes_read, bytes_total)` is called every few thousand ways and once at the end; plain
    nodes pass without a word. The same file gives the same network, byte for byte. Raises
    UnknownFileType, BrokenStreetFile, NoWays, NoWalkableWay; OSError when there is no such file.
    """
    path = Path(path)
    if not path.name.lower().endswith(SUFFIXES):
        raise UnknownFileType(path=path)
    if not path.stat().st_size:
        raise BrokenStreetFile(path=path, detail="文件是空的")
    extract, header_date = read_extract(path, on_progress)
    if not extract.ways:
        raise NoWays(path=path)
    edges, keep = street_edges(extract)
    if not len(edges.u):
        raise NoWalkableWay(path=path, ways=extract.ways)
    raw = len(edges.u)
    edges = in_map_order(cut_long(contracted(edges, keep)))
    counts = {
        "ways": extract.ways,
        "walkable_ways": len(extract.count),
        "segments": raw,
        "missing_nodes": missing_nodes(extract),
        "buildings_left_out": extract.buildings_left_out,
    }
    net = Network.from_edge_list(
        edges,
        names=tuple(extract.names),
        lines=figures(extract.lines),
        areas=figures(extract.areas),
        provenance=_provenance(path, header_date, extract, counts),
    )
    return net.with_counts(_counted(net))


def _provenance(path: Path, header_date: str, extract: Extract, counts: dict[str, int]) -> Provenance:
    newest = extract.newest
    by_objects = newest.isoformat() if newest is not None and newest.year > 1970 else ""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Provenance(
        source=path.name,
        source_date=header_date or by_objects,
        sha256=sha256,
        licence=LICENCE,
        attribution=ATTRIBUTION,
        synthetic=False,
        counts=counts,
    )


def _counted(net: Network) -> dict[str, int]:
    """Count what a clerk may ask of a network: its size, its parts, its steps, crossings and gates."""
    label = net.components()
    sizes = np.bincount(label)
    return {
        "nodes": net.nodes,
        "edges": net.edges,
        "metres": int(net.length_mm.sum(dtype=np.int64) // 1000),
        "components": int(np.count_nonzero(sizes)),
        "largest_component": int(sizes.max()),
        "steps": int(np.count_nonzero(net.kind & Kind.STEPS)),
        "crossings": int(np.count_nonzero(net.kind & Kind.CROSSING)),
        "gated": int(np.count_nonzero(net.kind & Kind.GATED)),
        "no_wheels": int(np.count_nonzero(net.kind & Kind.NO_WHEELS)),
        "signals": int(net.half_signals.sum(dtype=np.int64)) // 2,
    }
