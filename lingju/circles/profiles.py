"""Who walks: named profiles of speeds and delays, read from profiles.toml, each number with its source."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lingju.circles.errors import BadProfile, UnknownProfile

FASTEST = 3.0  # m/s: who is faster does not walk
LONGEST_DELAY = 300.0  # s


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of walker. Speeds in m/s, delays in s; `sources` maps each number to where it comes from.

    `steps_metres_per_second` None: steps cannot be passed. `wheels`: narrow gates, stiles and kerbs stop it.
    """

    code: str
    name_zh: str
    metres_per_second: float
    steps_metres_per_second: float | None
    signal_delay_s: float
    crossing_delay_s: float
    wheels: bool
    sources: Mapping[str, str]


def load_profiles(path: Path) -> Mapping[str, Profile]:
    """Read and check a file of profiles; raise BadProfile with the entry and the reason."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    return MappingProxyType({code: _profile(code, table) for code, table in tables.items()})


def profile(code: str) -> Profile:
    """Return the built-in profile of that code; raise UnknownProfile."""
    if code not in PROFILES:
        raise UnknownProfile(profile=code, known="、".join(PROFILES))
    return PROFILES[code]


def _profile(code: str, table: Any) -> Profile:
    if not isinstance(table, dict) or not table.get("name") or not isinstance(table.get("wheels"), bool):
        raise BadProfile(profile=code, detail="缺少 name 或 wheels")
    steps = _number(code, table, "steps", FASTEST) if "steps" in table else None
    speed = _number(code, table, "speed", FASTEST)
    if speed <= 0 or (steps is not None and steps <= 0):
        raise BadProfile(profile=code, detail="速度必须大于零")
    return Profile(
        code=code,
        name_zh=str(table["name"]),
        metres_per_second=speed,
        steps_metres_per_second=steps,
        signal_delay_s=_number(code, table, "signal_delay", LONGEST_DELAY),
        crossing_delay_s=_number(code, table, "crossing_delay", LONGEST_DELAY),
        wheels=table["wheels"],
        sources=MappingProxyType({k: str(v) for k, v in table.items() if k.endswith("_source")}),
    )


def _number(code: str, table: Mapping[str, Any], key: str, most: float) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadProfile(profile=code, detail=f"{key} 不是数")
    if not 0 <= value <= most:
        raise BadProfile(profile=code, detail=f"{key} 应在 0 与 {most:g} 之间")
    if not str(table.get(f"{key}_source", "")).strip():
        raise BadProfile(profile=code, detail=f"{key} 没有注明来源")
    return float(value)


PROFILES: Mapping[str, Profile] = load_profiles(Path(__file__).with_name("profiles.toml"))
