"""What rows of a sheet point at: kinds and places, found by the words that people write."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lingju.kernel import cells, clock
from lingju.kernel.errors import BadInput
from lingju.needs.models import Category, ForeignNumber, Need
from lingju.needs.services.placing import Place
from lingju.places.models import Area, Compound, District, Station
from lingju.places.services.marks import tidy

BETWEEN = " ，,-—/"
SHORTEST_NAME = 3  # shorter ones stand in too many words
WHOLE_STEM = 99  # longer than the stem of any area


@dataclass(frozen=True, slots=True)
class Finder:
    """Kinds and places of a district, read once for a whole sheet."""

    kinds: tuple[Category, ...]
    things: tuple[tuple[str, Any], ...]  # names and what bears them, the smaller place first

    def kind(self, words: str, text: str = "") -> Category:
        """Return the kind that words name; without a name, the one whose keywords the text holds most."""
        last = words.replace("→", "->").replace("/", "->").split("->")[-1].strip()
        for kind in self.kinds:
            if last and last in (kind.name, kind.code):
                return kind
        guessed = max(self.kinds, key=lambda kind: _hits(kind, f"{words} {text}"), default=None)
        if guessed is not None and _hits(guessed, f"{words} {text}"):
            return guessed
        names = "、".join(kind.name for kind in self.kinds if kind.parent_id is None)
        raise BadInput(_("看不出是哪一类，请在“类别”里写：%(names)s。") % {"names": names})

    def place(self, parts: Sequence[str]) -> Place:
        """Return the smallest place that an address names, its last part being the smallest.

        What else the address says is where exactly.
        """
        spoken = [tidy(part) for part in parts]
        for at in range(len(spoken) - 1, -1, -1):
            found = next(((name, thing) for name, thing in self.things if name in spoken[at]), None)
            if found is not None:
                rest = [spoken[at].replace(found[0], "", 1), *spoken[at + 1 :]]
                return _place(found[1], " ".join(rest).strip(BETWEEN))
        words = " ".join(spoken)[:40]
        raise BadInput(_("“%(words)s”不是本区的小区、驿站或社区，请核对名称。") % {"words": words})


def finder(district: District) -> Finder:
    """Read what sheets of a district may point at: four queries."""
    named: list[tuple[str, Any]] = []
    for compound in Compound.objects.filter(district=district).select_related("area"):
        named += [(compound.name, compound), (compound.code, compound)]
    for station in Station.objects.filter(district=district).select_related("area"):
        named += [(station.name, station), (station.code, station)]
    for area in Area.objects.of(district):
        named += [(area.name, area), (area.short_name, area), (area.code, area)]
    kinds = tuple(Category.objects.offered().filter(district=district))
    in_order = sorted(named, key=_smaller_and_longer_first)
    return Finder(kinds, tuple((name, thing) for name, thing in in_order if len(name) >= SHORTEST_NAME))


def _smaller_and_longer_first(pair: tuple[str, Any]) -> tuple[int, int]:
    """Sort a compound before its community and that before its street; of equals the longest name first."""
    name, thing = pair
    return -len(thing.stem) if isinstance(thing, Area) else -WHOLE_STEM, -len(name)


def known_numbers(district: District, system: str) -> dict[str, Need]:
    """Return the needs that another system knows, by its numbers."""
    rows = ForeignNumber.objects.filter(district=district, system=system).select_related("need")
    return {row.number: row.need for row in rows}


def _place(thing: Any, note: str) -> Place:
    if isinstance(thing, Compound):
        return Place(compound=thing, note=note)
    if isinstance(thing, Station):
        return Place(station=thing, note=note)
    return Place(area=thing, note=note)


def _hits(kind: Category, text: str) -> int:
    return sum(len(word) for word in kind.keywords.split(",") if word and word in text)


def moment(value: object) -> dt.datetime:
    """Read a cell as a moment: a date, with or without a time of day."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=value.tzinfo or clock.ZONE)
    day, _space, time = cells.text(value).replace("：", ":").replace("T", " ").partition(" ")
    at = cells.time_of_day(time.rpartition(":")[0] if time.count(":") == 2 else time) if time else dt.time()
    return dt.datetime.combine(cells.date(day), at, tzinfo=clock.ZONE)


def begun(said: dt.datetime | None) -> dt.datetime | None:
    """Return from when the time counts: what names today, or nothing, counts from now."""
    if said is None or said.astimezone(clock.ZONE).date() == clock.today():
        return None
    return said
