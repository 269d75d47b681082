"""The values inside HSDS fields: dates, moments, times of day with a zone, numbers. Pure."""

import datetime as dt
import re
from typing import NamedTuple

from lingju.places.hsds_read import Scalar

Said = tuple[str, str]
"""The name of a field, and what is wrong with it."""

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")
DAY_MINUTES = 24 * 60


class TimeOfDay(NamedTuple):
    """Minutes from midnight, and minutes east of UTC where a zone is given."""

    minute: int
    zone: int | None


def number(value: Scalar | None) -> float | None:
    """Return a finite number as one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def a_date(value: Scalar | None) -> dt.date | None:
    """Return a date written 2026-11-26, or the date of such a moment; None where there is no such day."""
    if not isinstance(value, str):
        return None
    day, _sign, rest = value.partition("T")
    if not DATE.fullmatch(day) or (rest and TIME.fullmatch(rest) is None):
        return None
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        return None


def a_moment(value: Scalar | None) -> dt.datetime | None:
    """Return a moment with its zone; None where there is no such moment or it names none."""
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def a_time(value: Scalar | None) -> TimeOfDay | None:
    """Return a time of day, 00:00 to 24:00; None where no clock shows it."""
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    minutes = hour * 60 + minute
    if minute > 59 or second > 59 or minutes > DAY_MINUTES or (minutes == DAY_MINUTES and second):
        return None
    zone = _zone(found.group(4))
    return None if zone is not None and not is_zone(zone) else TimeOfDay(minutes, zone)


def is_zone(minutes: float) -> bool:
    """Say whether any place on earth is so many minutes east of UTC: whole quarters, -12:00 to +14:00."""
    return -12 * 60 <= minutes <= 14 * 60 and minutes % 15 == 0


def _zone(written: str | None) -> int | None:
    if written is None:
        return None
    if written == "Z":
        return 0
    minutes = int(written[1:3]) * 60 + int(written[4:6])
    return -minutes if written[0] == "-" else minutes
