"""What a demo station has and offers: hours, facilities with their state, services, rooms, audiences.

Service codes are those of the district's catalogue (domain page, section 2.2). States and counts are
drawn by dice; a few things are broken or busy, as on any day.
"""

import random
from typing import Final

from lingju.site.demo.model import Facility, Space, Span
from lingju.site.demo.plane import words

EVERY_DAY: Final = "1234567"
HOURS: Final[dict[str, tuple[Span, ...]]] = {
    "long": (Span(EVERY_DAY, "08:00", "21:00"),),
    "noon": (Span(EVERY_DAY, "08:30", "12:00"), Span(EVERY_DAY, "14:00", "18:00")),
    "early": (Span(EVERY_DAY, "07:00", "20:30"),),
    "office": (Span("12345", "08:30", "12:00"), Span("12345", "14:30", "18:00")),
    "always": (Span(EVERY_DAY, "00:00", "24:00"),),
}
BASE_SERVICES: Final = words(
    "water charge_phone rest warm_cool first_aid_box umbrella wifi reading chat convenience "
    "deliberation mediation policy"
)
MORE_SERVICES: Final = words(
    "toolbox calligraphy chess painting haircut moxibustion guasha counselling errand "
    "safety_training first_aid_training legal employment tutoring meal_aid health_check "
    "small_talk_call"
)
WARM_SERVICES: Final = words("microwave charge_ebike toilet toolbox employment legal")
HUT_SERVICES: Final = words(
    "water charge_phone rest warm_cool wifi reading policy health_check aed convenience"
)
OUTDOOR_WORKERS: Final = ("rider", "courier", "sanitation_worker")
_SENTENCES: Final = {
    "hot_water": "能接{n}℃",
    "toilet": "进门右手边",
    "room_temperature": "{n}℃",
    "umbrellas": "哪站还都行",
    "first_aid_box": "在进门左手边",
    "aed": "在进门左手边",
    "ebike_charging": "门外雨棚下",
}


def services_for(kind: str, warm: bool, rng: random.Random) -> tuple[str, ...]:
    """Return service codes of one station, each once, in catalogue order."""
    if kind == "smart_hut":
        return HUT_SERVICES
    if kind == "service_centre":
        return tuple(
            dict.fromkeys([*BASE_SERVICES, "toilet", "errand", "legal", "employment", "safety_training"])
        )
    if kind == "warm":
        return tuple(
            dict.fromkeys(["water", "charge_phone", "rest", "warm_cool", "wifi", *WARM_SERVICES, "policy"])
        )
    more = [code for code in MORE_SERVICES if rng.random() < 0.42]
    return tuple(dict.fromkeys([*BASE_SERVICES, *(WARM_SERVICES if warm else ()), *more]))


def facilities_for(kind: str, warm: bool, broken: str, rng: random.Random) -> tuple[Facility, ...]:
    """Return a station's things; the one named `broken` is out of order."""
    seats = {"smart_hut": 12, "service_centre": 60, "warm": 16}.get(kind, rng.choice((14, 18, 20, 24, 30)))
    things = [
        ("hot_water", "热水", 1, rng.choice((88, 90, 92, 95)), 1.0),
        ("phone_charging", "手机充电口", rng.choice((4, 6, 8)), 0, 1.0),
        ("seats", "座位", seats, 0, 1.0),
        ("room_temperature", "室温", 1, rng.choice((20, 21, 22, 23)), 1.0),
        ("umbrellas", "雨伞", rng.choice((4, 5, 6, 8)), 0, 1.0),
        ("first_aid_box", "急救箱", 1, 0, 1.0),
        ("toilet", "厕所", 1, 0, 0.0 if kind == "smart_hut" else 1.0 if warm else 0.7),
        ("microwave", "微波炉", 1, 0, 1.0 if warm else 0.45),
        ("ebike_charging", "电动车充电口", rng.choice((4, 6, 10)), 0, 1.0 if warm else 0.25),
        ("aed", "自动体外除颤仪 AED", 1, 0, 1.0 if kind in ("smart_hut", "service_centre") else 0.3),
        ("blood_pressure", "血压计", 1, 0, 0.0 if kind == "warm" else 0.7),
    ]
    here = [thing for thing in things if rng.random() < thing[4] or thing[0] == broken]
    return tuple(_facility(code, name, count, value, broken, rng) for code, name, count, value, _ in here)


def _facility(code: str, name: str, count: int, value: int, broken: str, rng: random.Random) -> Facility:
    if code == broken:
        return Facility(code, name, count, "broken", "送修中，修好就挂回来")
    busy = code in ("toilet", "microwave") and rng.random() < 0.2
    return Facility(
        code, name, count, "busy" if busy else "working", _SENTENCES.get(code, "").format(n=value)
    )


def spaces_for(kind: str, area_m2: int) -> tuple[Space, ...]:
    """Return the rooms and corners a place of this size holds."""
    if kind == "smart_hut":
        return (Space("微型图书馆", "reading", 8), Space("便民角", "convenience", 4))
    if kind == "warm":
        return (Space("歇脚区", "convenience", 12), Space("暖新讲堂", "activity", 16))
    rooms = [
        Space("议事室", "deliberation", 12),
        Space("阅览角", "reading", 8),
        Space("便民角", "convenience", 4),
    ]
    if area_m2 >= 70:
        rooms.append(Space("调解室", "mediation", 6))
    if area_m2 >= 85:
        rooms.append(Space("活动室", "activity", 24))
    if kind == "service_centre":
        rooms += [Space("办事大厅", "convenience", 30), Space("多功能厅", "activity", 80)]
    return tuple(rooms)


def audiences_for(kind: str, warm: bool, rng: random.Random) -> tuple[str, ...]:
    """Return audience tags: everybody, and whom the place is made for besides."""
    tags = ["everyone"]
    if kind in ("happiness", "service_centre"):
        tags.append("older_people")
    if kind == "happiness" and rng.random() < 0.4:
        tags.append("children")
    if warm:
        tags += OUTDOOR_WORKERS
    return tuple(tags)
