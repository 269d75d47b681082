"""A station as schema.org has it (JSON-LD), for search engines and maps that read the public page.

It stands in the page as a data block. A browser reads the type before it asks the content policy, finds
no script there and runs nothing; what could end the block early is escaped.
"""

import datetime as dt
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _
from markupsafe import Markup

from lingju.places.hours import DAY, DayClasses, Timetable
from lingju.places.hsds_hours import Shut, Weekly, shut, weekly
from lingju.places.hsds_places import degrees, province_of
from lingju.places.models import Station
from lingju.places.opening import timetable_of

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A service centre is an office of the street; the others are places where one may simply be.
TYPES: Final = {Station.Kind.SERVICE_CENTRE: "GovernmentOffice"}
OTHERWISE: Final = "CivicStructure"
ESCAPED: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
Data = dict[str, Any]


def station(one: Station, *, url: str, today: dt.date, classes: DayClasses | None = None) -> Data:
    """Return a station as linked data; `url` is its public page, `classes` if the caller has them already."""
    found: Data = {
        "@context": "https://schema.org",
        "@type": TYPES.get(Station.Kind(one.kind), OTHERWISE),
        "@id": url,
        "url": url,
        "name": one.name,
        "description": one.directions or str(one.get_kind_display()),
        "address": _address(one),
        "geo": {"@type": "GeoCoordinates", **degrees(one)},
        "containedInPlace": {"@type": "AdministrativeArea", "name": one.area.short_name},
        "openingHoursSpecification": hours(timetable_of(one, classes=classes), today),
    }
    if one.phone:
        found["telephone"] = one.phone
    if one.capacity:
        found["maximumAttendeeCapacity"] = one.capacity
    features = ((_("无台阶"), one.is_step_free), (_("低位柜台"), one.has_low_counter))
    there = [name for name, is_there in features if is_there]
    if there:
        found["amenityFeature"] = [
            {"@type": "LocationFeatureSpecification", "name": name, "value": True} for name in there
        ]
    return found


def hours(table: Timetable, today: dt.date) -> list[Data]:
    """Return opening hours from a date on; a closing at an earlier time than the opening is the next day."""
    opened = [_opened(one) for one in weekly(table, today)]
    return opened + [_closed(one) for one in shut(table, today)]


def script(data: Data) -> Markup:
    """Return linked data as a data block for a page."""
    text = orjson.dumps(data).decode()
    for sign, instead in ESCAPED.items():
        text = text.replace(sign, instead)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704  escaped above


def _address(one: Station) -> Data:
    found = {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": province_of(one.area.code),
        "addressLocality": one.district.name,
        "streetAddress": one.address,
    }
    return {name: value for name, value in found.items() if value}


def _opened(one: Weekly) -> Data:
    is_whole = (one.opens, one.closes) == (0, DAY)
    return _specified(one, _clock(one.opens), "23:59" if is_whole else _clock(one.closes % DAY))


def _closed(one: Shut) -> Data:
    # What opens and closes at the same time is shut: so schema.org says it.
    return {**_specified(one, "00:00", "00:00"), "description": one.reason}


def _specified(one: Weekly | Shut, opens: str, closes: str) -> Data:
    dates = (("validFrom", one.first), ("validThrough", one.last))
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [day for at, day in enumerate(DAYS) if one.weekdays >> at & 1],
        "opens": opens,
        "closes": closes,
        **{name: date.isoformat() for name, date in dates if date is not None},
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
