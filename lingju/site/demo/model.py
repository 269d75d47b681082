"""What the demo town consists of: frozen records in WGS-84 degrees, ready to be told through services."""

from dataclasses import dataclass
from typing import TypeAlias

from lingju.site.demo.areas import Area

Degrees: TypeAlias = tuple[float, float]  # longitude, latitude, WGS-84
Ring: TypeAlias = tuple[Degrees, ...]  # closed: the first point is repeated at the end


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `opens` to `closes` ("08:00", "24:00" for midnight) on ISO weekdays ("1" is Monday)."""

    days: str
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Street:
    """A way between two breaks: `cls` is artery, secondary, minor, service, footway or steps.

    `line` has a vertex at every junction, shared exactly with the other street. `bridge` and `tunnel`
    say how it meets river or railway, `crossing` marks a painted crossing on a footway.
    """

    name: str
    cls: str
    line: tuple[Degrees, ...]
    bridge: bool = False
    tunnel: bool = False
    crossing: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a vertex of a street: signals, crossing, level_crossing or gate."""

    at: Degrees
    kind: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A painted surface: park, plaza, water, school, works, field, civic, market, hospital or yard."""

    kind: str
    name: str
    ring: Ring


@dataclass(frozen=True, slots=True)
class Shed:
    """A building nobody lives in: school, works, shop or civic."""

    kind: str
    ring: Ring


@dataclass(frozen=True, slots=True)
class Gate:
    """A way into a compound; lies on its ring. `kind` is main, side or foot; no hours = always."""

    code: str
    compound: str
    name: str
    kind: str
    at: Degrees
    step_free: bool
    hours: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """A residential compound; `gated` means that one enters only through its gates."""

    code: str
    name: str
    community: str
    ring: Ring
    gated: bool
    built: int
    gates: tuple[Gate, ...]
    demo: bool = True


@dataclass(frozen=True, slots=True)
class Building:
    """A block of flats or a row of houses; `ages` counts persons of 0-14, 15-59, 60-79 and 80+."""

    code: str
    name: str
    compound: str
    at: Degrees
    ring: Ring
    floors: int
    households: int
    ages: tuple[int, int, int, int]
    demo: bool = True

    @property
    def persons(self) -> int:
        """Return all persons of the four age bands."""
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class Door:
    """A way into a station."""

    name: str
    at: Degrees
    step_free: bool


@dataclass(frozen=True, slots=True)
class Facility:
    """A thing at a station: `state` is working, busy or out_of_order; how many there are and are free now.

    `expires_days` counts from the day the demo is told, for things with a date such as a first-aid box.
    """

    kind: str
    name: str
    state: str
    total: int | None = None
    free: int | None = None
    reading: str = ""
    note: str = ""
    expires_days: int | None = None


@dataclass(frozen=True, slots=True)
class Space:
    """A room or corner of a station; `kind` is deliberation, mediation, reading, convenience or activity."""

    name: str
    kind: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Station:
    """A service place; `kind` is happiness, warm, service_centre or smart_hut."""

    code: str
    slug: str
    name: str
    formal_name: str
    kind: str
    community: str
    compound: str | None
    at: Degrees
    doors: tuple[Door, ...]
    address: str
    directions: str
    area_m2: int
    capacity: int
    has_low_counter: bool
    opened: str
    phone: str
    hours: tuple[Span, ...]
    services: tuple[str, ...]
    facilities: tuple[Facility, ...]
    spaces: tuple[Space, ...]
    audiences: tuple[str, ...]
    demo: bool = True


@dataclass(frozen=True, slots=True)
class Town:
    """The whole demo district; everything but `areas` is invented."""

    seed: int
    centre: Degrees
    areas: tuple[Area, ...]
    community_rings: tuple[tuple[str, Ring], ...]
    streets: tuple[Street, ...]
    marks: tuple[Mark, ...]
    railway: tuple[Degrees, ...]
    river: tuple[Degrees, ...]
    grounds: tuple[Ground, ...]
    sheds: tuple[Shed, ...]
    compounds: tuple[Compound, ...]
    buildings: tuple[Building, ...]
    stations: tuple[Station, ...]
    demo: bool = True
