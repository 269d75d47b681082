"""Where each of the six communities lies in the invented town: its borders run along the main streets."""

from typing import Final

from shapely import Polygon, union_all
from shapely.geometry.base import BaseGeometry

from lingju.site.demo.areas import CHANGAN, CHANGLE, FUHOUJIE, GUANGMING, LIDUJIE, XINSHIJIE
from lingju.site.demo.blocks import Plot
from lingju.site.demo.plane import XY, polygons

# Spots in metres; ground belongs to the community of the nearest spot.
_SPOTS: Final[tuple[tuple[str, tuple[XY, ...]], ...]] = (
    (CHANGAN, ((-620, 280), (-540, -60), (-620, -330), (-700, 60), (-560, 620), (-500, -420), (-980, -240), (-950, -440), (-700, 620))),
    (FUHOUJIE, ((-60, 680), (300, 680), (-60, 300), (300, 300), (-300, 680), (-300, 300), (100, 480), (440, 300), (440, 680))),
    (XINSHIJIE, ((-60, -80), (300, -80), (-300, -80), (-60, -380), (300, -380), (-300, -380), (480, -80), (480, -380), (740, -80), (740, -360))),
    (CHANGLE, ((-500, -640), (0, -620), (500, -620), (800, -620), (1150, -640), (-600, -1250), (0, -1250), (600, -1250), (1200, -1250), (-1100, -1250), (-950, -620))),
    (LIDUJIE, ((-1200, 900), (-1200, 300), (-1200, -200), (-1000, 60), (-1000, 600), (-560, 1000), (-780, 1000), (-1000, 300))),
    (GUANGMING, ((740, 300), (1100, 260), (740, 680), (1100, 700), (1000, 1050), (650, 1050), (300, 1050), (-60, 1050), (-300, 1050), (1080, -60), (1080, -380), (740, 180))),
)  # fmt: skip


def community_at(x: float, y: float) -> str:
    """Return the code of the community at a place in metres."""
    reach = {code: min((x - a) ** 2 + (y - b) ** 2 for a, b in spots) for code, spots in _SPOTS}
    return min(reach, key=lambda code: reach[code])


def territories(plots: list[Plot]) -> list[tuple[str, Polygon]]:
    """Return the ground of each community as one ring: its blocks, with the streets between them."""
    found = []
    for code, _ in _SPOTS:
        blocks = [p.block.buffer(14, join_style="mitre") for p in plots if community_at(*p.centre) == code]
        ground: BaseGeometry = (
            union_all(blocks).buffer(30, join_style="mitre").buffer(-44, join_style="mitre")
        )
        found.append((code, max(polygons(ground), key=lambda part: part.area)))
    return found
