"""The shapes of the read API: what each answer holds, and what each question may ask."""

import datetime as dt
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

Crs = Literal["WGS-84", "GCJ-02", "BD-09"]
Pace = Literal["adult", "elder", "wheel"]


class PointOut(Schema):
    """A place on the earth, in degrees of the datum it names."""

    lon: float
    lat: float
    crs: str


class StreetsOut(Schema):
    """Whose streets walking times rest on."""

    source: str
    source_date: str
    attribution: str
    is_synthetic: bool


class DistrictOut(Schema):
    """The district this installation serves."""

    id: str
    code: str
    name: str
    brand_name: str
    hotline: str
    map_notice: str
    map_approval_no: str
    is_demo: bool
    centre: PointOut | None
    streets: StreetsOut | None


class AreaOut(Schema):
    """A node of the area tree."""

    id: str
    code: str
    name: str
    level: str
    kind: str
    parent_id: str | None


class ServiceOut(Schema):
    """A service of the district's catalogue."""

    id: str
    code: str
    name: str
    group: str
    summary: str
    is_quick: bool


class OpenOut(Schema):
    """Whether it is open now, in data and in words."""

    is_open: bool
    until: dt.datetime | None
    opens_at: dt.datetime | None
    all_day: bool
    reason: str
    is_known: bool
    words: str


class StationOut(Schema):
    """A station as a list shows it."""

    id: str
    slug: str
    code: str
    name: str
    kind: str
    state: str
    area_code: str
    address: str
    phone: str
    is_step_free: bool
    point: PointOut
    open: OpenOut
    services: list[str]


class FacilityOut(Schema):
    """A facility as somebody last saw it."""

    id: str
    kind: str
    name: str
    state: str
    total: int | None
    free: int | None
    reading: str
    note: str
    as_of: dt.datetime
    is_stale: bool


class OfferOut(Schema):
    """A service as the station offers it; no audiences means everybody."""

    service: str
    name: str
    group: str
    price: str
    by_appointment: bool
    note: str
    audiences: list[str]


class SpanOut(Schema):
    """A line of the opening hours; minutes from midnight, past 1440 is the next day, bit 0 is Monday.

    A line with a `day_class` speaks on days of that class, whatever their weekday.
    """

    layer: str
    day_class: str
    weekdays: int
    opens: int
    closes: int
    is_closed: bool
    from_date: dt.date | None
    to_date: dt.date | None
    reason: str


class DoorOut(Schema):
    """A door of a station."""

    name: str
    is_step_free: bool
    point: PointOut


class StationWhole(StationOut):
    """A station with all its page shows."""

    directions: str
    capacity: int | None
    has_low_counter: bool
    opened_on: dt.date | None
    doors: list[DoorOut]
    facilities: list[FacilityOut]
    offers: list[OfferOut]
    hours: list[SpanOut]
    opening_hours: str  # as OpenStreetMap writes it, from today on


class NearOut(Schema):
    """A station as seen from where somebody stands; null seconds are more than twenty minutes."""

    slug: str
    name: str
    kind: str
    seconds: int | None
    minutes: int | None
    elder_minutes: int | None
    open: OpenOut
    point: PointOut


class CircleOut(Schema):
    """What lies within a walk; `straight` warns that no streets are loaded and lines were measured."""

    origin: PointOut
    profile: str
    minutes: int
    straight: bool
    attribution: str
    stations: list[NearOut]
    outline: dict[str, Any] | None


class StationsAsked(Schema):
    """Which stations are wanted."""

    area: str = Field("", max_length=20, description="code of an area; what lies below counts")
    kind: str = Field("", max_length=16)
    service: str = Field("", max_length=40)
    open_now: bool = False
    crs: Crs = "WGS-84"


class CircleAsked(Schema):
    """From where, in which datum, at whose pace, how long."""

    lon: float
    lat: float
    crs: Crs
    profile: Pace = "adult"
    minutes: int = Field(10, ge=1, le=20)
