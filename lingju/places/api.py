"""The read API about places: district, areas, services, stations, what lies within a walk.

Everything here is public and holds no personal data. Ids are strings, because a 63-bit number loses
its last digits in JavaScript. Every coordinate names its datum; ask for another with `crs`.
"""

import datetime as dt
from typing import Any

import numpy as np
import shapely
from ninja import Query, Router
from shapely.geometry import mapping

from lingju.circles.arrays import F8
from lingju.circles.crs import WGS84, from_wgs84
from lingju.kernel import clock
from lingju.kernel.requests import Request
from lingju.places import hours, queries, ways
from lingju.places.api_shapes import (
    AreaOut,
    CircleAsked,
    CircleOut,
    Crs,
    DistrictOut,
    ServiceOut,
    StationOut,
    StationsAsked,
    StationWhole,
)
from lingju.places.calendars import day_classes
from lingju.places.hours_osm import osm
from lingju.places.models import Area, District, Facility, OpeningSpan, Service, Station, StreetNetwork
from lingju.places.opening import timetable_of
from lingju.places.services.points import DECIMALS, Point, grounded
from lingju.places.walking import Origin, Town, town

router = Router(tags=["places"])


@router.get("/district", response=DistrictOut, url_name="api_district")
def district(request: Request) -> dict[str, Any]:
    """Return the district and whose streets it walks on."""
    here: District = request.district
    streets = StreetNetwork.objects.filter(district=here, is_current=True).first()
    names = ("code", "name", "brand_name", "hotline", "map_notice", "map_approval_no", "is_demo")
    centre = None
    if here.centre_lon is not None and here.centre_lat is not None:
        centre = _point(here.centre_lon, here.centre_lat, WGS84)
    return {
        "id": str(here.pk),
        **{name: getattr(here, name) for name in names},
        "centre": centre,
        "streets": streets,
    }


@router.get("/areas", response=list[AreaOut], url_name="api_areas")
def areas(request: Request, level: str = "", under: str = "") -> list[dict[str, Any]]:
    """Return the area tree in order, of one level or below one code."""
    rows = Area.objects.visible_to(request.actor)
    rows = rows.filter(level=level) if level else rows
    rows = rows.under(Area.stem_of(under)) if under else rows
    return [
        {
            "id": str(area.pk),
            "code": area.code,
            "name": area.name,
            "level": area.level,
            "kind": area.kind,
            "parent_id": str(area.parent_id) if area.parent_id else None,
        }
        for area in rows
    ]


@router.get("/services", response=list[ServiceOut], url_name="api_services")
def services(request: Request) -> list[dict[str, Any]]:
    """Return the services of the catalogue that are in use."""
    rows = Service.objects.filter(district=request.district, is_retired=False)
    names = ("code", "name", "group", "summary", "is_quick")
    return [{"id": str(one.pk), **{name: getattr(one, name) for name in names}} for one in rows]


@router.get("/stations", response=list[StationOut], url_name="api_stations")
def stations(request: Request, asked: Query[StationsAsked]) -> list[dict[str, Any]]:
    """Return the stations that take visitors, by name."""
    rows = Station.objects.visible_to(request.actor).in_use()
    if asked.area:
        rows = rows.filter(area__stem__startswith=Area.stem_of(asked.area))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.service:
        rows = rows.filter(offers__service__code=asked.service, offers__is_offered=True)
    now, classes = clock.now(), day_classes(request.district.pk)
    found = [_station(station, asked.crs, now, classes) for station in queries.with_what_they_offer(rows)]
    return [one for one in found if one["open"]["is_open"] or not asked.open_now]


@router.get("/stations/{slug:slug}", response=StationWhole, url_name="api_station")
def station(request: Request, slug: str, crs: Crs = "WGS-84") -> dict[str, Any]:
    """Return one station with doors, facilities, offers and hours."""
    found = queries.station_by_slug(request.actor, slug)
    now = clock.now()
    return {
        **_station(found, crs, now, day_classes(found.district_id)),
        "directions": found.directions,
        "capacity": found.capacity,
        "has_low_counter": found.has_low_counter,
        "opened_on": found.opened_on,
        "doors": [
            {"name": door.name, "is_step_free": door.is_step_free, "point": _point(door.lon, door.lat, crs)}
            for door in found.doors.all()
        ],
        "facilities": [_facility(one, now) for one in found.facilities.all()],
        "offers": [_offer(one) for one in found.offers.all()],
        "hours": [_span(one) for one in found.spans.all() if one.audience_id is None],
        "opening_hours": osm(timetable_of(found), now.date()),
    }


@router.get("/circle", response=CircleOut, url_name="api_circle")
def circle(request: Request, asked: Query[CircleAsked]) -> dict[str, Any]:
    """Return the stations and the land within so many minutes' walk of a point of the district."""
    lon, lat = grounded(request.district, Point(asked.lon, asked.lat, asked.crs))
    origin = Origin(lon, lat, "")
    place = town(request.district)
    now = clock.now()
    nears = queries.stations_near(request.district, origin, profile=asked.profile, at=now, limit=200)
    return {
        "origin": _point(lon, lat, asked.crs),
        "profile": asked.profile,
        "minutes": asked.minutes,
        "straight": place.is_straight,
        "attribution": place.streets.row.attribution if place.streets else "",
        "stations": [
            {
                "slug": near.station.slug,
                "name": near.station.name,
                "kind": near.station.kind,
                "seconds": near.seconds,
                "minutes": near.minutes,
                "elder_minutes": near.elder_minutes,
                "open": _open(near.open, now),
                "point": _point(near.station.lon, near.station.lat, asked.crs),
            }
            for near in nears
            if near.seconds is not None and near.seconds <= asked.minutes * 60
        ],
        "outline": _outline(place, origin, asked),
    }


def _point(lon: float, lat: float, crs: str) -> dict[str, Any]:
    x, y = from_wgs84(lon, lat, crs)
    return {"lon": round(float(x), DECIMALS), "lat": round(float(y), DECIMALS), "crs": crs}


def _open(state: hours.OpenState, now: dt.datetime) -> dict[str, Any]:
    return {
        "is_open": state.is_open,
        "until": state.until,
        "opens_at": state.opens_at,
        "all_day": state.all_day,
        "reason": state.reason,
        "is_known": state.is_known,
        "words": hours.words(state, now),
    }


def _station(one: Station, crs: str, now: dt.datetime, classes: hours.DayClasses) -> dict[str, Any]:
    names = ("slug", "code", "name", "kind", "state", "address", "phone", "is_step_free")
    return {
        "id": str(one.pk),
        **{name: getattr(one, name) for name in names},
        "area_code": one.area.code,
        "point": _point(one.lon, one.lat, crs),
        "open": _open(queries.state_of(one, now, classes), now),
        "services": [offer.service.code for offer in one.offers.all()],
    }


def _facility(one: Facility, now: dt.datetime) -> dict[str, Any]:
    names = ("kind", "name", "state", "total", "free", "reading", "note", "as_of")
    stale = dt.timedelta(minutes=Facility.STALE_AFTER_MINUTES)
    is_stale = one.kind not in queries.EXPIRING_KINDS and now - one.known_at > stale
    return {"id": str(one.pk), **{name: getattr(one, name) for name in names}, "is_stale": is_stale}


def _offer(one: Any) -> dict[str, Any]:
    names = ("price", "by_appointment", "note")
    return {
        "service": one.service.code,
        "name": one.service.name,
        "group": one.service.group,
        **{name: getattr(one, name) for name in names},
        "audiences": [tag.code for tag in one.audiences.all()],
    }


def _span(one: OpeningSpan) -> dict[str, Any]:
    names = ("day_class", "weekdays", "opens", "closes", "is_closed", "from_date", "to_date", "reason")
    layer = OpeningSpan.Layer(one.layer).name.lower()
    return {"layer": layer, **{name: getattr(one, name) for name in names}}


def _outline(place: Town, origin: Origin, asked: CircleAsked) -> dict[str, Any] | None:
    """Return the land within the walk as GeoJSON geometry in the asked datum; None without streets."""
    if place.streets is None:
        return None
    (land,) = ways.land_within(place, origin, asked.profile, (asked.minutes * 60,))
    net = place.streets.net

    def to_asked(corners: F8) -> F8:
        # Six decimals are 11 cm, finer than any outline.
        moved: F8 = np.column_stack(from_wgs84(*net.degrees(*corners.T), asked.crs))
        return moved.round(6)

    return {**mapping(shapely.transform(land, to_asked)), "crs": asked.crs}
