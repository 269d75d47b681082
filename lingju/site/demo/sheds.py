"""Buildings nobody lives in: classrooms, workshops, shops and offices, for the look of the map."""

from typing import Final

from shapely import Polygon, box
from shapely.affinity import rotate

from lingju.site.demo.blocks import Plot
from lingju.site.demo.compounds import lean
from lingju.site.demo.plane import dice, on_grid

# Depth, length, distance between rows, distance in the row, share built; metres.
_LAYOUT: Final = {
    "school": (15.0, 58.0, 34.0, 24.0, 0.55),
    "works": (26.0, 62.0, 18.0, 20.0, 0.7),
    "shops": (18.0, 44.0, 16.0, 10.0, 0.85),
    "market": (16.0, 70.0, 9.0, 12.0, 0.95),
    "civic": (16.0, 52.0, 30.0, 26.0, 0.8),
    "hospital": (18.0, 60.0, 26.0, 20.0, 0.8),
    "yard": (14.0, 80.0, 30.0, 30.0, 0.35),
}


def sheds(plots: list[Plot], seed: int) -> list[tuple[str, Polygon]]:
    """Return kind and outline in metres of every such building."""
    made = []
    for plot in plots:
        if plot.use in _LAYOUT:
            made += [(plot.use, shape) for shape in _on_plot(plot, seed)]
    return made


def _on_plot(plot: Plot, seed: int) -> list[Polygon]:
    depth, length, row_gap, gap, share = _LAYOUT[plot.use]
    rng = dice(seed, "sheds", round(plot.shape.centroid.x), round(plot.shape.centroid.y))
    turn = lean(plot.shape)
    level = rotate(plot.shape, -turn, origin=(0, 0))
    room = level.buffer(-5.0, join_style="mitre")
    x0, y0, x1, y1 = level.bounds
    found = []
    for j in range(int((y1 - y0) / (depth + row_gap)) + 1):
        for i in range(int((x1 - x0) / (length + gap)) + 1):
            left, base = x0 + 7 + i * (length + gap), y0 + 7 + j * (depth + row_gap)
            slab = box(left, base, left + length * rng.uniform(0.7, 1.0), base + depth)
            if rng.random() < share and room.contains(slab):
                found.append(_placed(slab, turn))
    return found


def _placed(slab: Polygon, turn: float) -> Polygon:
    turned = rotate(slab, turn, origin=(0, 0))
    return Polygon([on_grid(x, y) for x, y in turned.exterior.coords])
