"""What each block of the town is used for: homes, school, park, works, field and the like.

Landmarks are put by hand where a county town has them (government north of the main street, the plaza
before it, station and works by the railway); the rest follows from the distance to the centre.
"""

import math
import random
from dataclasses import dataclass
from typing import Final

from shapely import Point, Polygon, union_all
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

from lingju.site.demo import plan
from lingju.site.demo.plane import XY, dice, polygons
from lingju.site.demo.streets import Division, Skeleton, Way

LANDMARKS: Final[tuple[tuple[XY, str, str], ...]] = (
    ((-60, -60), "plaza", "幸福广场"),
    ((-60, 330), "civic", "区政务服务中心"),
    ((-300, 200), "civic", "街道办事处"),
    ((180, 150), "market", "老街市场"),
    ((-560, 640), "hospital", "人民医院"),
    ((430, 300), "school", "实验小学"),
    ((200, 760), "school", "第一中学"),
    ((740, 300), "school", "光明小学"),
    ((-520, -130), "school", "长安小学"),
    ((480, -620), "school", "长乐小学"),
    ((-1210, 650), "school", "黎都小学"),
    ((1080, 990), "school", "职业中学"),
    ((730, 730), "park", "文化公园"),
    ((-300, 990), "park", "北园"),
    ((420, -330), "park", "新市游园"),
    ((1090, -330), "park", "东园"),
    ((-200, -1240), "park", "站南游园"),
    ((150, -800), "yard", "老火车站"),
    ((-190, -790), "yard", "货场"),
    ((500, -830), "yard", "煤台"),
    ((1100, -640), "works", "机械厂"),
    ((1100, -880), "works", "水泥制品厂"),
    ((1130, -1060), "works", "物流园"),
    ((-520, -800), "works", "面粉厂"),
    ((-1200, -880), "works", "砖厂"),
    ((-940, -930), "works", "农机站"),
    ((1120, -10), "works", "印刷厂"),
    ((1480, 480), "works", "工业园"),
    ((1480, 240), "works", "工业园"),
    ((1080, -1310), "works", "建材市场"),
    ((-1180, 1080), "field", ""),
    ((-1180, 940), "field", ""),
    ((-1180, -360), "field", ""),
    ((-1200, -640), "field", ""),
    ((920, -1050), "field", ""),
    ((700, -1030), "works", "仓库"),
    ((-300, 680), "civic", "体育场"),
    ((760, -640), "civic", "汽车站"),
    ((1060, 480), "market", "批发市场"),
    ((1060, 700), "field", "苗圃"),
    ((740, -60), "hospital", "中医院"),
    ((-560, 1130), "works", "自来水厂"),
    ((-360, 1150), "market", "农贸市场"),
    ((260, 1060), "school", "第二中学"),
    ((-1200, 250), "school", "桂园小学"),
    ((1080, 1130), "field", ""),
    ((-100, -640), "market", "五金市场"),
    ((880, -640), "market", "物流市场"),
    ((180, -80), "market", "百货大楼"),
    ((430, 600), "civic", "文化馆"),
    ((-230, -370), "market", "家电市场"),
)
EMPTY: Final = frozenset({"field", "park", "plaza", "yard"})


@dataclass(frozen=True, slots=True)
class Plot:
    """A block with its use; `shape` is the ground inside the surrounding streets' kerbs, metres."""

    use: str
    name: str
    shape: Polygon
    block: Polygon

    @property
    def centre(self) -> XY:
        """Return the middle of the plot."""
        return self.shape.centroid.x, self.shape.centroid.y


def plots(frame: Skeleton, division: Division, seed: int) -> list[Plot]:
    """Give every block its use and take the streets' width from it."""
    ways = [*frame.ways, *division.ways]
    tree = STRtree([way.line for way in ways])
    named = {_block_at(division.blocks, spot): (use, name) for spot, use, name in LANDMARKS}
    found = []
    for k, block in enumerate(division.blocks):
        rng = dice(seed, "use", round(block.centroid.x / 20), round(block.centroid.y / 20))
        use, name = named.get(k, ("", ""))
        use = use or _use_by_place(block, rng)
        shape = _inside_kerbs(block, [ways[int(j)] for j in tree.query(block.buffer(20))], frame)
        if shape is not None:
            found.append(Plot(use, name, shape, block))
    return found


def _block_at(blocks: tuple[Polygon, ...], spot: XY) -> int:
    here = Point(spot)
    return min(range(len(blocks)), key=lambda k: blocks[k].distance(here))


def _use_by_place(block: Polygon, rng: random.Random) -> str:
    x, y = block.centroid.x, block.centroid.y
    if not (-1345 < x < 1300 and -1470 < y < 1250):
        return "field"
    # Some ground in the corners was never built over.
    if math.hypot((x - 40) / 1300, (y + 70) / 1430) > 0.93 and rng.random() < 0.6:
        return "field"
    if block.area < 6_500 or 2 * block.area / block.length < 38:
        return "green"
    return "shops" if rng.random() < 0.09 else "home"


def _inside_kerbs(block: Polygon, ways: list[Way], frame: Skeleton) -> Polygon | None:
    taken: list[BaseGeometry] = [
        way.line.buffer(plan.HALF_WIDTH[way.cls], join_style="mitre", cap_style="square") for way in ways
    ]
    taken += [frame.track.buffer(8)]
    left = block.buffer(-0.6).difference(union_all(taken)).buffer(-3).buffer(3, join_style="mitre")
    parts = polygons(left.simplify(1.2), 600)
    return max(parts, key=lambda part: part.area) if parts else None
