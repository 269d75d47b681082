"""The nouns of places, by chapter: districts and areas, homes, stations, hours, calendars, streets."""

from lingju.places.models.areas import Area, District, DistrictRow, Placed
from lingju.places.models.calendars import CalendarDay, CalendarYear, WorkCalendar
from lingju.places.models.devices import (
    Device,
    DeviceMessage,
    DoorDevice,
    DoorMessage,
    FacilityDevice,
    FacilityMessage,
)
from lingju.places.models.homes import Building, Compound, Gate
from lingju.places.models.hours import HoursChange, OpeningSpan
from lingju.places.models.openness import DoorRecord
from lingju.places.models.stations import (
    AudienceTag,
    Facility,
    Service,
    ServiceAtStation,
    Space,
    Station,
    StationDoor,
)
from lingju.places.models.streets import StreetNetwork

__all__ = [
    "Area",
    "AudienceTag",
    "Building",
    "CalendarDay",
    "CalendarYear",
    "Compound",
    "Device",
    "DeviceMessage",
    "District",
    "DistrictRow",
    "DoorDevice",
    "DoorMessage",
    "DoorRecord",
    "Facility",
    "FacilityDevice",
    "FacilityMessage",
    "Gate",
    "HoursChange",
    "OpeningSpan",
    "Placed",
    "Service",
    "ServiceAtStation",
    "Space",
    "Station",
    "StationDoor",
    "StreetNetwork",
    "WorkCalendar",
]
