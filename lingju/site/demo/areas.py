"""Real administrative areas: 山西省 down to the six communities of 韩店街道.

Codes follow GB/T 2260 and the public statistical division codes (12 digits: province 2, city 2,
county 2, town 3, community 3), as published by the National Bureau of Statistics and repeated by the
open table china-division 2.7.0. Names and codes are public facts; nothing else here is real.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """One node of the area tree; level and kind follow from the digits of its code."""

    code: str
    name: str
    parent: str | None


PROVINCE, CITY, DISTRICT, STREET = "140000000000", "140400000000", "140404000000", "140404001000"
CHANGAN, FUHOUJIE, XINSHIJIE, CHANGLE, LIDUJIE, GUANGMING = (f"14040400100{k}" for k in range(1, 7))

COMMUNITY_NAMES: dict[str, str] = {
    CHANGAN: "长安社区",
    FUHOUJIE: "府后街社区",
    XINSHIJIE: "新市街社区",
    CHANGLE: "长乐社区",
    LIDUJIE: "黎都街社区",
    GUANGMING: "光明北路社区",
}

_TOWNS = (
    ("101", "苏店镇"),
    ("102", "荫城镇"),
    ("103", "西火镇"),
    ("104", "八义镇"),
    ("106", "郝家庄镇"),
    ("107", "南宋镇"),
    ("201", "西池乡"),
    ("202", "北呈乡"),
    ("203", "东和乡"),
    ("400", "振兴乡村生态文化旅游区"),
    ("401", "上党经济技术开发区"),
    ("406", "长治市经济技术开发区上党区部分"),
)

_VILLAGES = (
    ("200", "韩店村"),
    ("202", "黎岭村"),
    ("203", "西苗村"),
    ("204", "东苗村"),
    ("206", "经坊村"),
    ("207", "韩川村"),
    ("208", "东汉村"),
    ("209", "南沟村"),
    ("210", "南王庄村"),
    ("211", "桥沟村"),
    ("212", "柳林村"),
    ("213", "东呈村"),
    ("215", "林移村"),
    ("216", "柳庄村"),
    ("217", "寺庄村"),
    ("218", "郭堡村"),
)

AREAS: tuple[Area, ...] = (
    Area(PROVINCE, "山西省", None),
    Area(CITY, "长治市", PROVINCE),
    Area(DISTRICT, "上党区", CITY),
    Area(STREET, "韩店街道", DISTRICT),
    *(Area(f"140404{code}000", name, DISTRICT) for code, name in _TOWNS),
    *(Area(code, f"{name}居委会", STREET) for code, name in COMMUNITY_NAMES.items()),
    *(Area(f"140404001{code}", f"{name}委会", STREET) for code, name in _VILLAGES),
)
