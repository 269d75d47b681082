"""Where the demo stations stand and why: a list written by hand, in the order they opened.

The street began in the old centre in August 2024, took over rooms beside compound gates where somebody
gave one, and by December had 23 places, the last beside the underpass in the south. Nobody gave a room
farther east beyond the railway, in the south-west or in the walled north-east: the circle shows it.
"""

from dataclasses import dataclass
from typing import Final

from lingju.site.demo.areas import CHANGAN, CHANGLE, FUHOUJIE, GUANGMING, LIDUJIE, XINSHIJIE
from lingju.site.demo.plane import XY


@dataclass(frozen=True, slots=True)
class Site:
    """A planned place: short name, ascii slug, community, spot in metres, size, opening, hours."""

    name: str
    slug: str
    community: str
    spot: XY
    area_m2: int
    opened: str
    hours: str = "long"
    warm: bool = False
    broken: str = ""


HAPPINESS: Final[tuple[Site, ...]] = (
    Site("府后街", "fuhoujie", FUHOUJIE, (150, 470), 120, "2024-08-02", "long", True, "blood_pressure"),
    Site("长安", "changan", CHANGAN, (-620, 60), 96, "2024-08-09"),
    Site("新市街", "xinshijie", XINSHIJIE, (80, -240), 88, "2024-08-16"),
    Site("长乐", "changle", CHANGLE, (100, -540), 110, "2024-08-23", "long", True),
    Site("老街", "laojie", FUHOUJIE, (-60, 210), 62, "2024-08-30", "noon"),
    Site("光明北路", "guangming-beilu", GUANGMING, (590, 520), 90, "2024-09-06"),
    Site("黎都街", "lidujie", LIDUJIE, (-690, 830), 86, "2024-09-06"),
    Site("文苑", "wenyuan", CHANGAN, (-660, 470), 72, "2024-09-13", "noon"),
    Site("学府", "xuefu", FUHOUJIE, (60, 870), 80, "2024-09-20"),
    Site("广场南", "guangchang-nan", XINSHIJIE, (-180, -120), 66, "2024-09-20", "early"),
    Site("体育路", "tiyulu", FUHOUJIE, (330, 700), 74, "2024-09-27", "noon"),
    Site("站前", "zhanqian", CHANGLE, (-60, -690), 60, "2024-10-11", "early", True),
    Site("光明南路", "guangming-nanlu", XINSHIJIE, (600, -330), 78, "2024-10-11"),
    Site("西苑", "xiyuan", FUHOUJIE, (-440, 620), 58, "2024-10-18", "noon", False, "microwave"),
    Site("桂园", "guiyuan", LIDUJIE, (-1100, 400), 64, "2024-10-25"),
    Site("东苑", "dongyuan", GUANGMING, (900, 330), 84, "2024-10-25"),
    Site("滨河", "binhe", CHANGAN, (-760, -250), 68, "2024-11-01", "noon"),
    Site("游园", "youyuan", XINSHIJIE, (300, -400), 60, "2024-11-08", "noon"),
    Site("北苑", "beiyuan", GUANGMING, (100, 1150), 76, "2024-11-08", "long", True),
    Site("站东", "zhandong", CHANGLE, (930, -480), 70, "2024-11-15"),
    Site("十字街", "shizijie", CHANGAN, (-420, -360), 62, "2024-11-22", "early"),
    Site("城西", "chengxi", LIDUJIE, (-1090, -30), 58, "2024-12-06", "noon", False, "hot_water"),
    Site("城南", "chengnan", CHANGLE, (-340, -1070), 66, "2024-12-13", "noon"),
)
WARM: Final[tuple[Site, ...]] = (
    Site("市场暖新", "shichang-nuanxin", FUHOUJIE, (250, 240), 54, "2024-11-11", "always", True),
    Site("东环暖新", "donghuan-nuanxin", GUANGMING, (1180, 120), 48, "2024-12-20", "early", True),
)
HUT: Final = Site("幸福广场智慧小屋", "xingfu-guangchang", XINSHIJIE, (-60, -60), 45, "2024-10-01", "always")
CENTRE: Final = Site(
    "街道党群服务中心", "dangqun-zhongxin", CHANGAN, (-300, 200), 860, "2024-08-16", "office"
)
