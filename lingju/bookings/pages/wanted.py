"""What the earlier taps of booking have said: carried in addresses and hidden fields, nowhere else.

    day       2026-11-28          the date whose times are shown
    from      2026-11-28          the first date of the row of days
    at        2026-11-28T09:30    the start that was chosen, on the district's clock
    minutes   90                  for how long, where there is a choice
    n         2                   for how many
    shared                        this is a screen of many: nothing is kept on it

Whatever makes no sense counts as not said.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from django.utils.http import urlencode

from lingju.bookings import phrases
from lingju.kernel import clock

MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER: Final = re.compile(r"[0-9]{1,4}")
FURTHEST_DAYS: Final = 400
LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said so far."""

    day: dt.date | None = None
    first: dt.date | None = None
    at: dt.datetime | None = None
    minutes: int = 0
    quantity: int = 1
    shared: bool = False

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """Read it from an address or a form."""
        at = _moment(values.get("at", ""))
        return cls(
            day=_date(values.get("day", "")) or (at.date() if at is not None else None),
            first=_date(values.get("from", "")),
            at=at,
            minutes=_number(values.get("minutes", "")),
            quantity=max(_number(values.get("n", "") or values.get("quantity", "")), 1),
            shared="shared" in values,
        )

    def but(self, **changes: object) -> "Wanted":
        """Return it with something said anew."""
        return replace(self, **changes)  # type: ignore[arg-type]  # names and types are the fields'

    @property
    def carried(self) -> dict[str, str]:
        """Return what goes on to the next step."""
        said = {
            "day": self.day.isoformat() if self.day and self.at is None else "",
            "from": self.first.isoformat() if self.first else "",
            "at": phrases.spelt(self.at) if self.at else "",
            "minutes": str(self.minutes or ""),
            "n": str(self.quantity) if self.quantity > 1 else "",
            "shared": "1" if self.shared else "",
        }
        return {name: value for name, value in said.items() if value}

    def to(self, address: str) -> str:
        """Return an address with what was said."""
        query = urlencode(self.carried)
        return f"{address}?{query}" if query else address


def _moment(word: str) -> dt.datetime | None:
    if not MOMENT.fullmatch(word):
        return None
    try:
        moment = dt.datetime.fromisoformat(word).replace(tzinfo=clock.ZONE)
    except ValueError:
        return None
    return moment if _is_near(moment.date()) else None


def _date(word: str) -> dt.date | None:
    if not DATE.fullmatch(word):
        return None
    try:
        date = dt.date.fromisoformat(word)
    except ValueError:
        return None
    return date if _is_near(date) else None


def _number(word: str) -> int:
    return int(word) if NUMBER.fullmatch(word) else 0


def _is_near(date: dt.date) -> bool:
    return -1 <= (date - clock.today()).days <= FURTHEST_DAYS
