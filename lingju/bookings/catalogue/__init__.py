"""What a station can set up in one go: for each service the times, the rules, the notice and what it needs.

Data in TOML beside this page, read once. A clerk begins with it and changes what is different here.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PoolSeed:
    """What a bookable needs: so many equal places of a kind, taken once or by each person."""

    name: str
    kind: str
    capacity: int
    grain: int = 5
    is_per_person: bool = False


@dataclass(frozen=True, slots=True)
class BookableSeed:
    """Something people book, as a station begins with it; `service` is its code in the catalogue."""

    code: str
    name: str
    service: str
    mode: str = "slot"
    minutes: int = 30
    most_minutes: int = 30
    step: int = 30
    before: int = 0
    after: int = 0
    least_notice: int = 0
    most_days_ahead: int = 14
    loan_days: int = 0
    most_party: int = 1
    grace: int = 15
    needs_approval: bool = False
    takes_walk_ins: bool = False
    takes_bookings: bool = True
    is_confidential: bool = False
    asks_qualification: str = ""
    notice: str = ""
    pools: tuple[PoolSeed, ...] = ()


def _seed(code: str, line: dict[str, Any]) -> BookableSeed:
    pools = tuple(PoolSeed(**pool) for pool in line.pop("pools", ()))
    line = {"most_minutes": line.get("minutes", 30), "step": line.get("minutes", 30), **line}
    return BookableSeed(code=code, pools=pools, **line)


BOOKABLES: dict[str, BookableSeed] = {
    code: _seed(code, line)
    for code, line in tomllib.loads((FOLDER / "bookables.toml").read_text(encoding="utf-8")).items()
}
