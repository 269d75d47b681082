"""Where a station stands, as addresses and degrees that somebody abroad can read."""

from collections.abc import Iterable
from typing import Any, Final

from lingju.places.hsds_rows import uuid_of
from lingju.places.models import Area, Station

# The first two digits of every code of the national statistical division.
PROVINCES: Final = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
    "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区",
    "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
    "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
DECIMALS: Final = 6  # eleven centimetres


def degrees(one: Station) -> dict[str, float]:
    """Return a station's point in WGS-84."""
    return {"latitude": round(one.lat, DECIMALS), "longitude": round(one.lon, DECIMALS)}


def addresses(one: Station, areas: Iterable[Area]) -> list[dict[str, Any]]:
    """Return the one address of a station; nothing where nobody wrote it down.

    HSDS demands a postal code, and here nobody has one for a station: it is left empty, not invented.
    """
    if not one.address:
        return []
    return [
        {
            "id": uuid_of("address", one.pk),
            "address_1": one.address,
            "address_2": one.area.short_name,
            "city": city_of(one, areas),
            "region": one.district.name,
            "state_province": province_of(one.area.code),
            "postal_code": "",
            "country": "CN",
            "address_type": "physical",
        }
    ]


def city_of(one: Station, areas: Iterable[Area]) -> str:
    """Return the city's name where the area tree knows it, and the district's where it does not."""
    cities = (area for area in areas if area.level == Area.Level.CITY)
    return next((area.name for area in cities if one.area.stem.startswith(area.stem)), one.district.name)


def province_of(code: str) -> str:
    """Return the province of a national code."""
    return PROVINCES.get(code[:2], "")
