"""Short SVG: geometry in metres in, path data and tags out, whole numbers and relative moves only.

A map of a town drawn this way is 10 to 30 KB and needs no tiles; its colours come from style sheets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import Markup, escape
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frame:
    """A window on the plane: its middle in metres, its size in metres; y grows downward on the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return xmin, ymin, xmax, ymax in metres."""
        half_w, half_h = self.width / 2, self.height / 2
        return self.x - half_w, self.y - half_h, self.x + half_w, self.y + half_h

    def wider(self, metres: float) -> "Frame":
        """Return the frame with a margin, so that strokes cut at its edge are not seen."""
        return Frame(self.x, self.y, self.width + 2 * metres, self.height + 2 * metres)

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Return where a point stands on the drawing."""
        return round(x - self.x + self.width / 2), round(self.y + self.height / 2 - y)

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Say whether a point lies inside, `margin` metres from the edge at least."""
        return abs(x - self.x) <= self.width / 2 - margin and abs(y - self.y) <= self.height / 2 - margin

    def points(self, coordinates: Points) -> NDArray[np.int64]:
        """Return where many points stand on the drawing, int64[p, 2]."""
        x = coordinates[:, 0] - self.x + self.width / 2
        y = self.y + self.height / 2 - coordinates[:, 1]
        return np.rint(np.column_stack((x, y))).astype(np.int64)


def polygons(shapes: Iterable[shapely.Geometry], frame: Frame, *, least_m2: float = 0.0) -> str:
    """Return path data of polygons, holes included, cut to the frame."""
    cut = shapely.clip_by_rect(np.array(list(shapes), dtype=object), *frame.wider(30).box)
    parts = [p for p in shapely.get_parts(cut) if p.geom_type == "Polygon" and p.area > least_m2]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(_path(frame.points(np.asarray(ring.coords)[:-1]), closed=True) for ring in rings)


def lines(shapes: Iterable[shapely.Geometry], frame: Frame) -> str:
    """Return path data of lines, joined where they meet and cut to the frame."""
    cut = shapely.clip_by_rect(np.array(list(shapes), dtype=object), *frame.wider(30).box)
    parts = [p for p in shapely.get_parts(cut) if p.geom_type == "LineString" and not p.is_empty]
    if not parts:
        return ""
    merged = shapely.simplify(shapely.line_merge(shapely.multilinestrings([parts])[0]), 1.0)
    return "".join(_path(frame.points(np.asarray(p.coords)), closed=False) for p in shapely.get_parts(merged))


def path(classes: str, data: str) -> str:
    """Return a path tag, or nothing where there is nothing to draw."""
    return f'<path class="{classes}" d="{data}"/>' if data else ""


def drawing(
    layers: Sequence[str], frame: Frame, *, label: str, classes: str = "map", whole: bool = False
) -> Markup:
    """Return the image, one labelled picture for a screen reader; `whole` shows all of it, else it fills."""
    fit = "meet" if whole else "slice"
    return Markup(  # noqa: S704  layers are made of numbers and escaped words above
        f'<svg class="{escape(classes)}" viewBox="0 0 {frame.width:.0f} {frame.height:.0f}"'
        f' preserveAspectRatio="xMidYMid {fit}" role="img" aria-label="{escape(label)}">'
        f"{''.join(layers)}</svg>"
    )


def text(words: str, x: float, y: float, classes: str, *, turn: float = 0.0) -> str:
    """Return a text tag at a place of the drawing, turned by degrees."""
    turned = f' transform="rotate({turn:.0f} {x:.0f} {y:.0f})"' if abs(turn) >= 1 else ""
    return f'<text class="{classes}" x="{x:.0f}" y="{y:.0f}"{turned}>{escape(words)}</text>'


def _path(points: NDArray[np.int64], *, closed: bool) -> str:
    """Return one subpath in relative moves, without steps of no length."""
    moves = np.diff(points, axis=0)
    moves = moves[np.abs(moves).sum(axis=1) > 0]
    if not len(moves):
        return ""
    steps = " ".join(f"{dx} {dy}" for dx, dy in moves.tolist()).replace(" -", "-")
    return f"M{points[0, 0]} {points[0, 1]}l{steps}{'z' if closed else ''}"
