"""Opening hours as OpenStreetMap writes them: Mo-Fr 08:00-18:00; 2026 Oct 01-07 off "国庆". Pure.

A later rule says everything about its days, as our layers do. Nights are cut at midnight wherever days
differ, because readers disagree about what a new day does to the night that runs into it.

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.translation import gettext as _

from lingju.places.hours import DAY, Stretch, Stretches, Timetable
from lingju.places.hours_rules import OddDay, Rules, Season, Week, by_opening, rules_of

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE_DAY = (Stretch(0, DAY),)


def osm(table: Timetable, since: dt.date) -> str:
    """Return the value of `opening_hours` for every day from a date on."""
    rules = rules_of(table, since)
    return "; ".join(_same_night(table, since) or _rules(rules)) or "off"


def _same_night(table: Timetable, since: dt.date) -> list[str]:
    """Return the one rule of a place that is open the same night every day: 22:00-08:00."""
    rules = rules_of(table, since, shape=by_opening)
    if rules.odd or rules.unknown_from or len(rules.seasons) != 1:
        return []
    week = rules.seasons[0].week
    is_one_night = len(set(week)) == 1 and len(week[0]) > 0 and week[0][-1].end > DAY
    return [_times(week[0])] if is_one_night else []


def _rules(rules: Rules) -> Iterator[str]:
    if rules.seasons:
        *earlier, lasting = rules.seasons
        yield from _weekly(lasting.week)
        for season in earlier:
            yield from _season(season)
    yield from _odd(rules.odd)
    if rules.unknown_from is not None:
        yield f'{_day(rules.unknown_from)}+ unknown "{_comment(_("放假安排还没公布"))}"'


def _weekly(week: Week) -> Iterator[str]:
    if set(week) == {WHOLE_DAY}:
        yield "24/7"
        return
    for days, stretches in _by_times(week):
        if stretches:
            yield f"{days} {_times(stretches)}".strip()


def _season(season: Season) -> Iterator[str]:
    when = _range(season.first, season.last or season.first)
    for days, stretches in _by_times(season.week):
        yield f"{when} {days} {_times(stretches)}".replace("  ", " ")


def _odd(days: Iterable[OddDay]) -> Iterator[str]:
    """Yield a rule for each run of dates with equal hours and one reason."""
    alike = enumerate(days)
    for (_ordinal, stretches, reason), group in groupby(
        alike, key=lambda one: (one[1].date.toordinal() - one[0], one[1].stretches, one[1].reason)
    ):
        dates = [day.date for _place, day in group]
        comment = f' "{_comment(reason)}"' if reason else ""
        yield f"{_range(dates[0], dates[-1])} {_times(stretches)}{comment}"


def _by_times(week: Week) -> Iterator[tuple[str, Stretches]]:
    """Yield the weekdays that have equal hours, and these hours; no name where it is the whole week."""
    for stretches in dict.fromkeys(week):
        chosen = [day for day in range(7) if week[day] == stretches]
        yield ("" if len(chosen) == 7 else _weekdays(chosen)), stretches


def _weekdays(chosen: list[int]) -> str:
    runs: list[list[int]] = []
    for day in chosen:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[day] for day in run)
        for run in runs
    ]
    return ",".join(names)


def _times(stretches: Stretches) -> str:
    return (
        ",".join(f"{_time(start)}-{_time(end - DAY if end > DAY else end)}" for start, end in stretches)
        or "off"
    )


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _range(first: dt.date, last: dt.date) -> str:
    if first == last:
        return _day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_day(first)}-{last.day:02d}"
    return f"{_day(first)}-{_day(last)}"


def _day(date: dt.date) -> str:
    return f"{date.year} {MONTHS[date.month - 1]} {date.day:02d}"


def _comment(text: str) -> str:
    """Return text that may stand between quotes: a quote would end it."""
    return text.replace('"', "”")
