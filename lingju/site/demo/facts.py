"""What a demo station has and offers: hours, facilities with their state, services, rooms, audiences.

Codes are those of the catalogue a district starts with, and a service that leans on a thing is offered
exactly where the thing is. States and counts are drawn by dice; a few things are broken or busy, as on
any day.
"""

import random
from typing import Final

from lingju.places.catalogue import FACILITY_KINDS, SERVICES
from lingju.site.demo.model import Facility, Space, Span
from lingju.site.demo.plane import words
from lingju.site.demo.sites import Site

EVERY_DAY: Final = "1234567"
WORKDAYS: Final = "12345"
HOURS: Final[dict[str, tuple[Span, ...]]] = {
    "long": (Span(EVERY_DAY, "08:00", "21:00"),),
    "noon": (Span(EVERY_DAY, "08:30", "12:00"), Span(EVERY_DAY, "14:00", "18:00")),
    "early": (Span(EVERY_DAY, "07:00", "20:30"),),
    "office": (Span(WORKDAYS, "08:30", "12:00"), Span(WORKDAYS, "14:30", "18:00")),
    "always": (Span(EVERY_DAY, "00:00", "24:00"),),
}
OUTDOOR_WORKERS: Final = ("rider", "courier", "sanitation_worker")
STATION: Final = words("reading chat convenience deliberation mediation policy errand")
SOME: Final = words(
    "calligraphy chess painting haircut moxibustion guasha counselling safety_training "
    "first_aid_training legal employment tutoring meal_aid small_talk_call"
)
FOR_WORKERS: Final = words("policy employment legal chat")
FOR_VISITORS: Final = words("reading policy convenience")
AT_CENTRE: Final = (*STATION, *words("legal employment safety_training first_aid_training counselling"))

# Chance that a thing is there, by kind of station; the hut's devices are those the article names.
_CHANCE: Final[dict[str, dict[str, float]]] = {
    "happiness": {
        "hot_water": 1,
        "phone_charging": 1,
        "seats": 1,
        "room_temperature": 1,
        "toilet": 0.7,
        "microwave": 0.45,
        "ebike_charging": 0.25,
        "umbrellas": 1,
        "first_aid_box": 1,
        "aed": 0.25,
        "blood_pressure": 0.7,
        "wifi": 1,
        "toolbox": 0.4,
    },
    "hut": dict.fromkeys(
        words(
            "hot_water phone_charging seats room_temperature aed wifi books newspaper_screen health_kiosk "
            "medicine_vending government_kiosk parcel_locker vending awning"
        ),
        1.0,
    ),
}
_WARM: Final = words("toilet microwave ebike_charging toolbox")
_TOTALS: Final[dict[str, tuple[int, ...]]] = {
    "phone_charging": (4, 6, 8),
    "ebike_charging": (4, 6, 10),
    "seats": (14, 18, 20, 24, 30),
    "umbrellas": (4, 5, 6, 8),
    "parcel_locker": (48,),
}
_READINGS: Final = {"hot_water": (88, 90, 92, 95), "room_temperature": (20, 21, 22, 23)}
_NOTES: Final = {
    "toilet": "进门右手边",
    "umbrellas": "哪站还都行",
    "first_aid_box": "进门左手边",
    "aed": "进门左手边",
    "ebike_charging": "门外雨棚下",
}


def facilities_for(kind: str, site: Site, rng: random.Random) -> tuple[Facility, ...]:
    """Return a station's things; the one the site names as broken is out of order."""
    chances = _CHANCE["hut" if kind == "smart_hut" else "happiness"]
    if kind == "service_centre":
        chances = dict.fromkeys(chances, 1.0)
    sure = {site.broken, *(_WARM if site.warm else ())}
    return tuple(
        _facility(code, site.broken, rng)
        for code, chance in chances.items()
        if rng.random() < chance or code in sure
    )


def _facility(code: str, broken: str, rng: random.Random) -> Facility:
    kind = FACILITY_KINDS[code]
    total = rng.choice(_TOTALS[code]) if code in _TOTALS else None
    free = None if total is None else rng.randint(total // 3, total)
    reading = f"{rng.choice(_READINGS[code])}{kind.reading_unit}" if code in _READINGS else ""
    expires = rng.randrange(90, 700) if kind.expires else None
    state, note = "working", _NOTES.get(code, "")
    if code in ("toilet", "microwave") and rng.random() < 0.2:
        state = "busy"
    if code == broken:
        state, note, reading, free = "out_of_order", "送修中，修好就挂回来", "", None
    return Facility(code, kind.name, state, total, free, reading, note, expires)


def services_for(
    kind: str, site: Site, facilities: tuple[Facility, ...], rng: random.Random
) -> tuple[str, ...]:
    """Return service codes in catalogue order: what things allow, and what people do there."""
    here = {facility.kind for facility in facilities}
    wanted = {"smart_hut": FOR_VISITORS, "service_centre": AT_CENTRE, "warm": FOR_WORKERS}.get(kind, STATION)
    some = [code for code in SOME if kind == "happiness" and rng.random() < 0.42]
    for_workers = FOR_WORKERS if site.warm else ()
    people = {*wanted, *some, *for_workers}
    return tuple(
        code
        for code, seed in SERVICES.items()
        if (code in people if not seed.facilities else any(thing in here for thing in seed.facilities))
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
