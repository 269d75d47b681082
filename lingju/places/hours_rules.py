"""A timetable as machines exchange it: weeks that hold for a season, and single days that differ. Pure.

    since ───── season: a week ───────┬── season: another week ────────────▶ without end, or until
              odd day   odd day       │                odd day               nobody knows: unknown_from

Standards for opening hours know weeks and dates, and neither our layers nor our classes of days. So every
day is resolved by `lingju.places.hours` itself, and what comes out is compared with the week of its season:
whatever the layers did, the minutes are the same. A class of day becomes the dates of the years whose
notice is known; from the first year on that nobody has published, nothing is said.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from lingju.places.hours import DAY, ONE_DAY, Stretch, Stretches, Timetable

Week = tuple[Stretches, ...]
Days = Callable[[dt.date], Stretches]
Shape = Callable[[Days, dt.date], Stretches]
LEAST_SEASON_DAYS = 15  # what is shorter is told as single days
AROUND = range(-2, 4)  # a span touches the day before it begins and the days after it ends, over midnight
WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class Season:
    """A week that holds from one date to another; `last` None is without end."""

    first: dt.date
    last: dt.date | None
    week: Week


@dataclass(frozen=True, slots=True)
class OddDay:
    """A date on which it is otherwise than in the week of its season, and why."""

    date: dt.date
    stretches: Stretches
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All that is said from a date on; from `unknown_from` on nobody can say anything yet."""

    seasons: tuple[Season, ...]
    odd: tuple[OddDay, ...] = ()
    unknown_from: dt.date | None = None


def by_day(days: Days, date: dt.date) -> Stretches:
    """Return when it is open on a date, from 0 to 1440."""
    return days(date)


def by_opening(days: Days, date: dt.date) -> Stretches:
    """Return the openings that begin on a date, a night told as one: past 1440 is the next day.

    A run of a day and longer is told day by day.
    """
    before, own, after = days(date - ONE_DAY), days(date), days(date + ONE_DAY)
    runs_on, runs_in = _runs_on(own, after), _runs_on(before, own)
    if runs_on:
        own = (*own[:-1], Stretch(own[-1].start, DAY + after[0].end))
    return own[1:] if runs_in else own


def rules_of(table: Timetable, since: dt.date, *, shape: Shape = by_day) -> Rules:
    """Return what a timetable says from a date on, as weeks and days; exact for every minute after it."""
    days = _days_of(table)
    end = _known_until(table, since)
    if end is not None and end < since:
        return Rules((), unknown_from=since)
    edges = _edges(table, since, end)
    seasons = tuple(_seasons(table, days, edges, end, shape))
    last = end or edges[-1]
    odd = tuple(
        OddDay(date, shape(days, date), table.plans(date)[0].reason)
        for season in seasons
        for date in _between(season.first, min(season.last or last, last) + ONE_DAY)
        if shape(days, date) != season.week[date.weekday()]
    )
    return Rules(seasons, odd, end + ONE_DAY if end else None)


def ordinary_class(date: dt.date) -> str:
    """Return what class of day a date is in a week without holidays."""
    return "workday" if date.weekday() < 5 else "weekend"


def _runs_on(before: Stretches, after: Stretches) -> bool:
    """Say whether one opening runs over the midnight between two days and is shorter than a day."""
    if not before or not after or before[-1].end != DAY or after[0].start:
        return False
    return after[0].end < before[-1].start


def _known_until(table: Timetable, since: dt.date) -> dt.date | None:
    """Return the last day of which the classes are known; None where no span asks for them after it."""
    spans = [span for span in (*table.own, *table.house) if span.day_class]
    year = since.year
    while table.day_class and table.day_class(dt.date(year, 1, 1)) is not None and year < dt.MAXYEAR:
        year += 1
        if year > since.year + 30:  # a calendar that knows every year keeps no notices
            break
    end = dt.date(year - 1, 12, 31)
    lasts = any(span.to_date is None or span.to_date > end for span in spans)
    return end if lasts else None


def _edges(table: Timetable, since: dt.date, end: dt.date | None) -> list[dt.date]:
    """Return the dates on which another set of spans may begin to speak, `since` first."""
    named = [date for span in (*table.own, *table.house) for date in (span.from_date, span.to_date)]
    dates = {since, *(date + n * ONE_DAY for date in named if date is not None for n in AROUND)}
    return sorted(date for date in dates if since <= date and (end is None or date <= end))


def _seasons(
    table: Timetable, days: Days, edges: list[dt.date], end: dt.date | None, shape: Shape
) -> Iterator[Season]:
    """Yield the seasons; a week that holds for some days only stays within the season around it."""
    plain = _days_of(replace(table, day_class=ordinary_class))
    begins, settled, week = edges[0], edges[0], None
    for first, following in zip(edges, [*edges[1:], None], strict=True):
        if following is not None and (following - first).days < LEAST_SEASON_DAYS:
            continue
        this = _week(plain, first, shape)
        if week is not None and this != week:
            turn = _turn(
                table, {date: shape(days, date) for date in _between(settled, first)}, first, (week, this)
            )
            yield Season(begins, turn - ONE_DAY, week)
            begins = turn
        week, settled = this, following or first
    if week is not None:
        yield Season(begins, end, week)


def _turn(
    table: Timetable, said: Mapping[dt.date, Stretches], until: dt.date, weeks: tuple[Week, Week]
) -> dt.date:
    """Return the date between two settled weeks from which on the second is the better description.

    Of dates that are as good as one another, one on which a span begins or has ended is what people mean.
    """
    spans = (*table.own, *table.house)
    natural = {span.from_date for span in spans}
    natural |= {span.to_date + ONE_DAY for span in spans if span.to_date}

    def odd(turn: dt.date) -> int:
        return sum(stretches != weeks[date >= turn][date.weekday()] for date, stretches in said.items())

    return min([*said, until], key=lambda date: (odd(date), date not in natural))


def _between(first: dt.date, until: dt.date) -> list[dt.date]:
    return [first + n * ONE_DAY for n in range((until - first).days)]


def _days_of(table: Timetable) -> Days:
    return lru_cache(maxsize=None)(lambda date: table.on(date).stretches)


def _week(days: Days, first: dt.date, shape: Shape) -> Week:
    """Return the week that holds from a date on, Monday first."""
    by_weekday = {date.weekday(): shape(days, date) for date in _between(first, first + WEEKDAYS * ONE_DAY)}
    return tuple(by_weekday[weekday] for weekday in range(WEEKDAYS))
