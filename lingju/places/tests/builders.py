"""Builders: a district, its areas, homes and stations, made through the real services."""

import itertools
from typing import Any

from lingju.kernel.rules import SystemActor
from lingju.places.calendars import calendar_of
from lingju.places.events import (
    CalendarChanged,
    FacilityChanged,
    HoursChanged,
    PlacesChanged,
    PlacesImported,
    StationChanged,
    StreetsLoaded,
)
from lingju.places.models import Area, Building, Compound, District, Station
from lingju.places.services import areas, calendars, catalogue, homes, stations
from lingju.places.services.homes import BuildingDraft, CompoundDraft, GateDraft
from lingju.places.services.points import Point
from lingju.places.services.stations import StationDraft
from lingju.places.workdays import WorkdayCalendar

CENTRE = (113.0501, 36.0523)
DISTRICT, STREET, COMMUNITY, NEIGHBOUR = "140404", "140404001", "140404001002", "140404001001"
# Twenty-three years are published. Most tests look at a few days, and every test pays for what it fills.
LAST_YEARS = (2024, 2025, 2026)
EVERY_YEAR = tuple(range(2004, 2027))
FACTS = (
    CalendarChanged,
    FacilityChanged,
    HoursChanged,
    PlacesChanged,
    PlacesImported,
    StationChanged,
    StreetsLoaded,
)
_numbers = itertools.count(1)


def at(east_m: float = 0.0, north_m: float = 0.0, crs: str = "WGS-84") -> Point:
    """Return a point so many metres east and north of the district's centre."""
    return Point(CENTRE[0] + east_m / 90_000, CENTRE[1] + north_m / 111_320, crs)


def the_system(district: District) -> SystemActor:
    """Return the house itself, acting in a district."""
    return SystemActor(district_id=district.pk)


def a_district(code: str = DISTRICT, **changes: Any) -> District:
    """Found 上党区 without areas; another code makes another district."""
    values = {"name": "上党区", "centre": CENTRE, **changes}
    return areas.found_district(code=code, actor=SystemActor(), **values)


def an_area(
    district: District, code: str = COMMUNITY, name: str = "府后街社区居委会", **changes: Any
) -> Area:
    """Add an area, or return it if it stands."""
    known = Area.objects.filter(district=district, code=code.ljust(12, "0")).first()
    return known or areas.add(district, code=code, name=name, actor=the_system(district), **changes)


def a_tree(district: District) -> tuple[Area, Area, Area, Area]:
    """Add the district, one street and two of its communities."""
    return (
        an_area(district, district.code, district.name),
        an_area(district, STREET.replace(DISTRICT, district.code), "韩店街道"),
        an_area(district, COMMUNITY.replace(DISTRICT, district.code), "府后街社区居委会"),
        an_area(district, NEIGHBOUR.replace(DISTRICT, district.code), "长安社区居委会"),
    )


def a_compound_draft(area: Area, **changes: Any) -> CompoundDraft:
    """Describe a gated compound with two gates."""
    number = next(_numbers)
    values = {
        "area": area,
        "code": f"XQ{number:03d}",
        "name": f"示例小区{number}",
        "at": at(0, 0),
        "is_gated": True,
        "gates": (GateDraft("东门", at(80, 0)), GateDraft("西门", at(-80, 0))),
        **changes,
    }
    return CompoundDraft(**values)


def a_compound(area: Area, **changes: Any) -> Compound:
    """Add a gated compound with two gates."""
    return homes.add_compound(
        area.district, a_compound_draft(area, **changes), actor=the_system(area.district)
    )


def a_building_draft(area: Area, **changes: Any) -> BuildingDraft:
    """Describe a building with 30 households."""
    number = next(_numbers)
    values = {
        "area": area,
        "code": f"LD{number:04d}",
        "name": f"{number}号楼",
        "at": at(10, 10),
        "households": 30,
        "persons": (10, 40, 20, 5),
        **changes,
    }
    return BuildingDraft(**values)


def a_building(area: Area, **changes: Any) -> Building:
    """Add a building with 30 households."""
    return homes.add_building(
        area.district, a_building_draft(area, **changes), actor=the_system(area.district)
    )


def a_station_draft(area: Area, **changes: Any) -> StationDraft:
    """Describe a happiness station without doors."""
    number = next(_numbers)
    values = {
        "area": area,
        "code": f"YZ-{number:03d}",
        "name": f"示例幸福驿站{number}",
        "at": at(50, 50),
        **changes,
    }
    return StationDraft(**values)


def a_station(area: Area, *, state: str = Station.State.OPEN, **changes: Any) -> Station:
    """Add a station and walk it through its life to `state`."""
    actor = the_system(area.district)
    station = stations.add(area.district, a_station_draft(area, **changes), actor=actor)
    for step in ("build", "try_out", "open"):
        if station.state == state:
            break
        stations.take_step(station, step, actor=actor)
    if state == Station.State.PAUSED:
        stations.take_step(station, "pause", actor=actor, reason="修水管")
    return station


def a_catalogue(district: District) -> None:
    """Fill the catalogue of services."""
    catalogue.fill(district, actor=the_system(district))


def a_calendar(district: District, *years: int) -> WorkdayCalendar:
    """Fill the calendar with the last years that are published, or the given ones, and return it."""
    calendars.fill(district, actor=the_system(district), years=years or LAST_YEARS)
    return calendar_of(district)
