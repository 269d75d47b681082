"""Where each of the six communities lies in the invented town: its borders run along the main streets."""

from typing import Final

from shapely import Polygon, union_all
from shapely.geometry.base import BaseGeometry

from lingju.site.demo.areas import CHANGAN, CHANGLE, FUHOUJIE, GUANGMING, LIDUJIE, XINSHIJIE
from lingju.site.demo.blocks import Plot
from lingju.site.demo.plane import XY, polygons, trace

RIVER_GAP: Final = 90.0  # half the river with its parks, and more: ground on both banks is one

# Spots in metres; ground belongs to the community of the nearest spot.
_SPOTS: Final[dict[str, tuple[XY, ...]]] = {
    CHANGAN: trace(
        "-620 280, -540 -60, -620 -330, -700 60, -560 620, -500 -420, -980 -240, -950 -440, -700 620, "
        "-300 300, -300 -80, -300 -380, -500 -640, -950 -620"
    ),
    FUHOUJIE: trace("-60 680, 300 680, -60 300, 300 300, -300 680, 100 480, 440 300, 440 680"),
    XINSHIJIE: trace("-60 -80, 300 -80, -60 -380, 300 -380, 480 -80, 480 -380, 740 -80, 740 -360, 1080 -380"),
    CHANGLE: trace(
        "0 -620, 500 -620, 800 -620, 1150 -640, -600 -1250, 0 -1250, 600 -1250, 1200 -1250, -1100 "
        "-1250, -600 -1000"
    ),
    LIDUJIE: trace(
        "-1200 900, -1200 300, -1200 -200, -1000 60, -1000 600, -560 1000, -780 1000, -1000 300, -300 "
        "1050, -60 1050"
    ),
    GUANGMING: trace(
        "740 300, 1100 260, 740 680, 1100 700, 1000 1050, 650 1050, 300 1050, 1080 -60, 740 180"
    ),
}


def community_at(x: float, y: float) -> str:
    """Return the code of the community at a place in metres."""
    reach = {code: min((x - a) ** 2 + (y - b) ** 2 for a, b in spots) for code, spots in _SPOTS.items()}
    return min(reach, key=lambda code: reach[code])


def territories(plots: list[Plot]) -> list[tuple[str, Polygon]]:
    """Return the ground of each community as one ring: its blocks, and the streets and water between them."""
    town = [plot for plot in plots if _in_town(*plot.centre)]
    own = {code: [p.block for p in town if community_at(*p.centre) == code] for code in _SPOTS}
    taken: list[BaseGeometry] = []
    found = []
    for code, blocks in own.items():
        closed = (
            union_all(blocks).buffer(RIVER_GAP, join_style="mitre").buffer(-RIVER_GAP, join_style="mitre")
        )
        others = [block for other, theirs in own.items() if other != code for block in theirs]
        ground = closed.difference(union_all([*others, *taken]).buffer(0.2)).buffer(-3).buffer(3)
        shape = Polygon(list(max(polygons(ground), key=lambda part: part.area).exterior.simplify(1.0).coords))
        taken.append(shape)
        found.append((code, shape))
    return found


def _in_town(x: float, y: float) -> bool:
    return -1345 < x < 1320 and -1470 < y < 1250
