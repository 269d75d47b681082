"""What happens to places, announced upward as frozen records of ids."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlacesChanged:
    """Areas, compounds, gates or buildings are no longer what they were; walking times may change."""

    district_id: int
    noun: str
    thing_id: int
    verb: str


@dataclass(frozen=True, slots=True)
class StationChanged:
    """A station was added, edited, moved in its life, or offers or opens differently."""

    district_id: int
    station_id: int
    verb: str


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """A station, a service at it or a facility opens otherwise from one date to another; None is without end.

    `subject_type` is "station", "offer" or "facility". What was promised in these days may lie outside now.
    """

    district_id: int
    subject_type: str
    subject_id: int
    station_id: int
    from_date: dt.date
    to_date: dt.date | None


@dataclass(frozen=True, slots=True)
class FacilityChanged:
    """Somebody recorded what state a facility is in."""

    district_id: int
    station_id: int
    facility_id: int
    state: str


@dataclass(frozen=True, slots=True)
class SoughtInVain:
    """Somebody looked for something and did not find it; who, and where they stood, is not told.

    `area_id` is the community they live in if they said so, `what` names the same thing for everybody.
    """

    district_id: int
    area_id: int | None
    what: str
    words: str
    is_far: bool


@dataclass(frozen=True, slots=True)
class StreetsLoaded:
    """A district walks on another street network now."""

    district_id: int
    network_id: int


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """Days or hours of a district's calendars are others now; what is counted in working time may move."""

    district_id: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlacesImported:
    """A sheet was read in: so many rows are new, changed, or were refused."""

    district_id: int
    sheet: str
    new: int
    changed: int
    refused: int


Fact = (
    PlacesChanged
    | StationChanged
    | HoursChanged
    | FacilityChanged
    | SoughtInVain
    | StreetsLoaded
    | CalendarChanged
    | PlacesImported
)
