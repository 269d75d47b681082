"""The hand-drawn plan of the invented town, in metres east and north of its centre.

                        北环街
        西环路 |  ~river~ 英雄路 | 新建路 | 光明北路 |  东环路
               |    ~       府 后 街                |
               |    ~     迎宾西街 / 迎宾大街 / 迎宾东街
               |     ~      长 乐 街     |
        =======+=====~=====#=====(steps)=========== # ====  railway
               |      ~      站 南 街               |

Only the two streets marked # and 西环路 cross the railway on wheels; a footbridge with steps stands at
the old station. Generic street names; no line copies a real street.
"""

from dataclasses import dataclass
from typing import Final

from lingju.site.demo.plane import XY, trace


@dataclass(frozen=True, slots=True)
class Drawn:
    """A street as drawn by hand: name, class, control points of its curve."""

    name: str
    cls: str
    points: tuple[XY, ...]


EDGE: Final = 1700.0  # streets run out of the picture here
HALF_WIDTH: Final = {"artery": 13.0, "secondary": 10.0, "minor": 6.5, "footway": 3.0, "steps": 3.0}
RIVER_HALF: Final = 21.0
RIVERSIDE: Final = 84.0  # from the middle of the river to the riverside roads
RAIL_HALF: Final = 24.0

RIVER: Final[tuple[XY, ...]] = (
    (-930, 1800),
    (-880, 1400),
    (-905, 1080),
    (-960, 760),
    (-900, 430),
    (-830, 120),
    (-850, -180),
    (-790, -480),
    (-700, -780),
    (-690, -1100),
    (-610, -1420),
    (-590, -1800),
)
RAILWAY: Final[tuple[XY, ...]] = (
    (-1900, -770),
    (-1270, -800),
    (-700, -845),
    (-350, -865),
    (100, -880),
    (640, -915),
    (1300, -985),
    (1900, -1060),
)
BANK_ROADS: Final = (("滨河西路", -1), ("滨河东路", 1))  # side of the river, seen downstream: 1 is left

STREETS: Final[tuple[Drawn, ...]] = (
    Drawn(
        "西环路",
        "artery",
        trace(
            "-1345 1700, -1300 1190, -1350 560, -1312 70, -1340 -490, -1290 -1000, -1265 -1420, -1250 -1700"
        ),
    ),
    Drawn(
        "英雄路",
        "artery",
        trace(
            "-455 1700, -425 1238, -470 850, -432 495, -404 58, -415 -490, -385 -700, -350 -1085, "
            "-320 -1440, -310 -1700"
        ),
    ),
    Drawn("光明北路", "artery", trace("470 1700, 518 1228, 562 868, 548 508, 568 80")),
    Drawn("光明南路", "artery", trace("568 80, 590 -210, 622 -478, 636 -748")),
    Drawn(
        "东环路",
        "artery",
        trace(
            "1180 1700, 1232 1205, 1270 560, 1240 95, 1255 -515, 1290 -800, 1318 -1150, 1345 -1450, "
            "1360 -1700"
        ),
    ),
    Drawn(
        "北环街",
        "artery",
        trace(
            "-1700 1175, -1300 1190, -860 1222, -425 1238, 45 1252, 518 1228, 880 1190, 1232 1205, 1700 1245"
        ),
    ),
    Drawn("迎宾西街", "artery", trace("-1700 92, -1312 70, -835 36, -404 58")),
    Drawn("迎宾大街", "artery", trace("-404 58, 60 40, 568 80")),
    Drawn("迎宾东街", "artery", trace("568 80, 905 118, 1240 95, 1700 128")),
    Drawn(
        "长乐街",
        "artery",
        trace(
            "-1700 -455, -1340 -490, -790 -530, -415 -490, 98 -512, 622 -478, 935 -500, 1255 -515, 1700 -490"
        ),
    ),
    Drawn("黎都街", "secondary", trace("-1325 815, -950 790, -470 850")),
    Drawn("学府街", "secondary", trace("-470 850, 48 888, 562 868, 890 842, 1252 880")),
    Drawn(
        "府后街",
        "secondary",
        trace("-1350 560, -920 500, -432 495, -175 478, 78 486, 328 500, 548 508, 915 548, 1270 560"),
    ),
    Drawn(
        "新市街",
        "secondary",
        trace("-409 -232, -184 -226, 82 -214, 326 -228, 590 -210, 918 -186, 1246 -205"),
    ),
    Drawn("新建路", "secondary", trace("45 1252, 48 888, 78 486, 60 40, 82 -214, 98 -512, 84 -712")),
    Drawn("长安路", "secondary", trace("-175 478, -204 260, -172 50, -184 -226, -162 -500")),
    Drawn("老街", "minor", trace("-172 50, -40 190, 112 268, 328 500")),
    Drawn("体育路", "secondary", trace("285 1242, 306 878, 328 500, 302 60, 326 -228, 322 -498, 338 -726")),
    Drawn(
        "和平路",
        "secondary",
        trace("880 1190, 890 842, 915 548, 905 118, 918 -186, 935 -500, 948 -765"),
    ),
    Drawn("文苑路", "secondary", trace("-668 1230, -690 825, -655 497, -640 46, -628 -255, -606 -512")),
    Drawn(
        "桂园路",
        "secondary",
        trace("-1090 1206, -1118 806, -1100 530, -1082 54, -1074 -510, -1050 -808"),
    ),
    Drawn(
        "站前街",
        "secondary",
        trace("-1050 -690, -660 -722, -385 -700, 84 -712, 338 -726, 636 -748, 948 -765, 1290 -800"),
    ),
    Drawn(
        "站南街",
        "secondary",
        trace("-1290 -1000, -690 -1040, -350 -1085, 196 -1098, 700 -1130, 1318 -1150"),
    ),
    Drawn("桃园路", "minor", trace("110 -960, 130 -1095, 160 -1290, 150 -1432")),
    Drawn(
        "南环街",
        "secondary",
        trace("-1265 -1420, -625 -1395, -320 -1440, 150 -1432, 760 -1470, 1345 -1450"),
    ),
    Drawn("杏林路", "minor", trace("700 -1130, 735 -1300, 760 -1470")),
    Drawn("城西路", "minor", trace("-1340 -230, -1080 -222, -930 -232")),
    Drawn("工业路", "minor", trace("1262 330, 1480 350, 1700 340")),
    Drawn("北苑路", "minor", trace("250 1242, 262 1450, 250 1700")),
)

# Which streets may cross the river and the railway, and how; everything else ends before them.
BRIDGES: Final = frozenset({"北环街", "府后街", "迎宾西街", "长乐街", "站南街"})
UNDERPASSES: Final = frozenset({"英雄路"})
OVERPASSES: Final = frozenset({"东环路"})
LEVEL_CROSSINGS: Final = frozenset({"西环路"})
FOOTBRIDGE: Final[tuple[XY, XY]] = ((84, -712), (110, -960))  # over the railway, steps at both ends
RIVER_FOOTBRIDGE: Final[tuple[XY, XY]] = ((-1003, 262), (-655, 268))
