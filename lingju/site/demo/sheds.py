"""Buildings nobody lives in: classrooms, workshops, shops and offices, for the look of the map."""

from dataclasses import dataclass
from typing import Final

from shapely import Polygon, box
from shapely.affinity import rotate

from lingju.site.demo import rows
from lingju.site.demo.blocks import Plot
from lingju.site.demo.compounds import lean
from lingju.site.demo.plane import dice, on_grid


@dataclass(frozen=True, slots=True)
class _Layout:
    depth: float
    length: tuple[float, float]
    row_gap: float
    gap: float
    share: float  # of the places that are built on


_LAYOUT: Final = {
    "school": _Layout(15, (44, 66), 34, 24, 0.6),
    "works": _Layout(26, (44, 76), 18, 20, 0.75),
    "shops": _Layout(18, (34, 52), 16, 10, 0.9),
    "market": _Layout(16, (50, 80), 9, 12, 0.95),
    "civic": _Layout(16, (40, 60), 30, 26, 0.8),
    "hospital": _Layout(18, (40, 64), 26, 20, 0.85),
    "yard": _Layout(13, (60, 110), 30, 30, 0.4),
}


def sheds(plots: list[Plot], seed: int) -> list[tuple[str, Polygon]]:
    """Return kind and outline in metres of every such building."""
    return [(plot.use, shape) for plot in plots if plot.use in _LAYOUT for shape in _on_plot(plot, seed)]


def _on_plot(plot: Plot, seed: int) -> list[Polygon]:
    layout = _LAYOUT[plot.use]
    rng = dice(seed, "sheds", round(plot.shape.centroid.x), round(plot.shape.centroid.y))
    turn = lean(plot.shape)
    level = rotate(plot.shape, -turn, origin=(0, 0))
    room = level.buffer(-6.0, join_style="mitre")
    places = [
        (base, slab)
        for base in rows.bases(level, layout.depth, layout.depth + layout.row_gap, layout.row_gap / 2)
        for stretch in rows.stretches(room, base, layout.depth)
        for slab in rows.slabs(stretch, layout.length, layout.gap, rng)
    ]
    built = [place for place in places if rng.random() < layout.share]
    return [_placed(box(left, base, right, base + layout.depth), turn) for base, (left, right) in built]


def _placed(slab: Polygon, turn: float) -> Polygon:
    turned = rotate(slab, turn, origin=(0, 0))
    return Polygon([on_grid(x, y) for x, y in turned.exterior.coords])
