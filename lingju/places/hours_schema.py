"""Opening hours for search engines: OpeningHoursSpecification of schema.org, by season and by odd day. Pure.

A closing at an earlier time than the opening is on the next day, a whole day is 00:00 to 23:59, and a day
that is shut has both at 00:00: https://schema.org/OpeningHoursSpecification and how it is commonly read.
"""

import datetime as dt
from dataclasses import dataclass

from lingju.places.hours import DAY, Stretch, Timetable
from lingju.places.hours_rules import OddDay, Season, by_opening, rules_of

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Specification = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Specified:
    """What stands under openingHoursSpecification and under specialOpeningHoursSpecification."""

    usual: tuple[Specification, ...]
    special: tuple[Specification, ...]


def specified(table: Timetable, since: dt.date) -> Specified:
    """Return the openings that begin from a date on; where a year's notice is missing they end before it."""
    rules = rules_of(table, since, shape=by_opening)
    usual = [one for season in rules.seasons for one in _season(season)]
    special = [one for day in rules.odd for one in _odd(day)]
    return Specified(tuple(usual), tuple(special))


def _season(season: Season) -> list[Specification]:
    chosen: dict[Stretch, list[str]] = {}
    for weekday, stretches in enumerate(season.week):
        for stretch in stretches:
            chosen.setdefault(stretch, []).append(f"https://schema.org/{DAYS[weekday]}")
    return [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": days, **_times(stretch), **_valid(season)}
        for stretch, days in chosen.items()
    ]


def _odd(day: OddDay) -> list[Specification]:
    valid = {"validFrom": day.date.isoformat(), "validThrough": day.date.isoformat()}
    why = {"description": day.reason} if day.reason else {}
    times = [_times(stretch) for stretch in day.stretches] or [{"opens": "00:00", "closes": "00:00"}]
    return [{"@type": "OpeningHoursSpecification", **one, **valid, **why} for one in times]


def _valid(season: Season) -> dict[str, str]:
    valid = {"validFrom": season.first.isoformat()}
    return {**valid, "validThrough": season.last.isoformat()} if season.last else valid


def _times(stretch: Stretch) -> dict[str, str]:
    if stretch == (0, DAY):
        return {"opens": "00:00", "closes": "23:59"}
    return {"opens": _time(stretch.start), "closes": _time(stretch.end % DAY)}


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
