"""What a district begins with: what units can do, the four doubles in words, the roles of a day.

Data in TOML beside this page, read once. What a district has changed stays as it is.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CapabilitySeed:
    """Something a unit can do."""

    code: str
    name: str
    needs_proof: bool = False


@dataclass(frozen=True, slots=True)
class DoubleSeed:
    """One of the four doubles, as this city words it."""

    code: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RoleSeed:
    """A role of a day, and what it asks for."""

    code: str
    name: str
    capability: str = ""
    is_lead: bool = False
    weight: int = 1


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


CAPABILITIES: Final = tuple(CapabilitySeed(code=code, **line) for code, line in _read("capabilities").items())
DOUBLES: Final = tuple(DoubleSeed(code=code, **line) for code, line in _read("doubles").items())
ROLES: Final = tuple(RoleSeed(code=code, **line) for code, line in _read("roles").items())
