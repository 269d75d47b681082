"""The catalogue a district starts with: services, audiences, kinds of facility, categories of place.

Data in TOML beside this page, read once. Services and audiences become rows of the district, which it
may rename and retire; kinds of facility are the same everywhere, because devices report by them.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ServiceSeed:
    """A service as every district begins with it."""

    code: str
    name: str
    group: str
    icon: str
    summary: str = ""
    qualification: str = ""
    is_quick: bool = False
    facilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AudienceSeed:
    """A group of people that services are meant for; of a person, a sensitive one is never shown."""

    code: str
    name: str
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class FacilityKind:
    """A kind of facility: its icon, what its count or reading means, and what stands in its tile.

    `unit` follows a count of free ones (个); `reading_unit` follows a reading (℃); `expires` says that
    it holds things with a date, such as a first-aid box.
    """

    code: str
    name: str
    icon: str
    unit: str = ""
    reading_unit: str = ""
    expires: bool = False


@dataclass(frozen=True, slots=True)
class PlaceCategory:
    """A category of place that a circle should hold, with the number a rule demands and who said so.

    `minutes` is 5, 10 or 15; `metres` how far at most; `per_persons` one for so many people, 0 where no
    rule names a number; `verified` is True only where the source was read.
    """

    code: str
    name: str
    minutes: int
    metres: int
    per_persons: int = 0
    source: str = ""
    verified: bool = False


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _services() -> dict[str, ServiceSeed]:
    return {
        code: ServiceSeed(code=code, **{**line, "facilities": tuple(line.get("facilities", ()))})
        for code, line in _read("services").items()
    }


SERVICES: dict[str, ServiceSeed] = _services()
AUDIENCES: dict[str, AudienceSeed] = {
    c: AudienceSeed(code=c, **line) for c, line in _read("audiences").items()
}
FACILITY_KINDS: dict[str, FacilityKind] = {
    c: FacilityKind(code=c, **line) for c, line in _read("facility_kinds").items()
}
PLACE_CATEGORIES: dict[str, PlaceCategory] = {
    c: PlaceCategory(code=c, **line) for c, line in _read("place_categories").items()
}
UNKNOWN_KIND = FacilityKind(code="", name="设施", icon="circle-dot")


def facility_kind(code: str) -> FacilityKind:
    """Return a kind of facility; a code that nobody knows any more is drawn as a plain one."""
    return FACILITY_KINDS.get(code, UNKNOWN_KIND)
