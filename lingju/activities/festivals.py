"""When the days of the year fall by which activities are planned. Pure; no database, no clock.

    lunar         month and day of the Chinese calendar        中秋节 8/15
    eve           the day before another                       除夕
    term          one of the 24 solar terms                    清明节
    fixed         month and day of the common calendar         八一建军节
    nth_weekday   the second Saturday of September             世界急救日
    season        a stretch; rough where the schools decide    暑假

Chinese dates and solar terms come from the tables of borax (MIT), which know 1900 to 2100. A year outside
is unknown, and said to be: it is a state and never a guess. A festival belongs to the common year in which
it falls, so 除夕 and 腊八节 of 2026 lie in January and February, and some years have two or none.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate, TermUtils

from lingju.activities.catalogue import FESTIVALS, TEMPLATES, TOPICS, Festival, Template, Topic

FIRST_YEAR: Final = 1901  # the last month of the Chinese year before must be in the tables too
LAST_YEAR: Final = 2100
DAY: Final = dt.timedelta(days=1)
LONGEST_LOOK: Final = 400  # days; nobody plans an activity further ahead


class UnknownYear(ValueError):
    """The tables do not reach to a year."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the tables of festivals know {FIRST_YEAR} to {LAST_YEAR}, not {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class Occasion:
    """A festival as it falls once: from its first to its last day."""

    festival: Festival
    since: dt.date
    until: dt.date

    @property
    def is_stretch(self) -> bool:
        """Say whether it lasts longer than a day."""
        return self.until > self.since


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is ahead, in order of days; and the years nobody can say anything about."""

    occasions: tuple[Occasion, ...]
    unknown_years: tuple[int, ...] = ()


def is_known(year: int) -> bool:
    """Say whether the tables reach to a year."""
    return FIRST_YEAR <= year <= LAST_YEAR


def lunar_day(lunar_year: int, month: int, day: int) -> dt.date | None:
    """Return the common date of a day of the Chinese calendar, never of a leap month; None where it has none.

    Raises UnknownYear outside the tables.
    """
    if not FIRST_YEAR - 1 <= lunar_year <= LAST_YEAR:
        raise UnknownYear(lunar_year)
    try:
        found: dt.date = LunarDate(lunar_year, month, day).to_solar_date()
    except InvalidLunarDateError:
        return None
    return found


def term_day(year: int, term: str) -> dt.date:
    """Return the date of a solar term; raises UnknownYear outside the tables."""
    if not is_known(year):
        raise UnknownYear(year)
    found: dt.date = TermUtils.nth_term_day(year, term_name=term)
    return found


def falls(festival: Festival, year: int) -> tuple[Occasion, ...]:
    """Return when a festival begins within a common year: mostly once, for some twice or never.

    Raises UnknownYear where the tables do not reach to the year.
    """
    if not is_known(year):
        raise UnknownYear(year)
    found = _KINDS[festival.kind](festival, year)
    return tuple(occasion for occasion in found if occasion.since.year == year)


@lru_cache(maxsize=512)
def of_year(year: int) -> tuple[Occasion, ...]:
    """Return every festival of a common year in order of days; raises UnknownYear outside the tables."""
    found = [occasion for festival in FESTIVALS.values() for occasion in falls(festival, year)]
    return tuple(sorted(found, key=lambda occasion: (occasion.since, occasion.festival.code)))


def upcoming(date: dt.date, days: int) -> Outlook:
    """Return what falls on `date` or in the `days` after it; a stretch that has begun and lasts counts too.

    Years outside the tables are named as unknown. Raises ValueError where `days` is negative or too many.
    """
    if not 0 <= days <= LONGEST_LOOK:
        raise ValueError(f"looking ahead goes from 0 to {LONGEST_LOOK} days, not {days}")
    last = date + dt.timedelta(days=days)
    # A winter holiday that began last year may last still.
    years = range(date.year - 1, last.year + 1)
    ahead = [
        occasion
        for year in years
        if is_known(year)
        for occasion in of_year(year)
        if occasion.since <= last and occasion.until >= date
    ]
    unknown = tuple(year for year in range(date.year, last.year + 1) if not is_known(year))
    return Outlook(tuple(ahead), unknown)


def due_topics(date: dt.date, days: int = 45) -> tuple[Topic, ...]:
    """Return the topics whose season this is: a day they are due before is near, or their month is here."""
    near = {occasion.festival.code for occasion in upcoming(date, days).occasions}
    return tuple(
        topic for topic in TOPICS.values() if near.intersection(topic.before) or date.month in topic.months
    )


def templates_for(date: dt.date, days: int = 45) -> tuple[tuple[Occasion, Template], ...]:
    """Return the templates of what is ahead, in order of days."""
    return tuple(
        (occasion, template)
        for occasion in upcoming(date, days).occasions
        for template in TEMPLATES.values()
        if template.festival == occasion.festival.code
    )


# --- the kinds ----------------------------------------------------------------------------------------


def _one(festival: Festival, day: dt.date | None) -> Iterator[Occasion]:
    if day is not None:
        yield Occasion(festival, day, day)


def _lunar(festival: Festival, year: int) -> Iterator[Occasion]:
    for lunar_year in (year - 1, year):
        yield from _one(festival, lunar_day(lunar_year, festival.month, festival.day))


def _eve(festival: Festival, year: int) -> Iterator[Occasion]:
    for occasion in falls(FESTIVALS[festival.of], year):
        yield from _one(festival, occasion.since - DAY)


def _term(festival: Festival, year: int) -> Iterator[Occasion]:
    yield from _one(festival, term_day(year, festival.term))


def _fixed(festival: Festival, year: int) -> Iterator[Occasion]:
    yield from _one(festival, dt.date(year, festival.month, festival.day))


def _nth_weekday(festival: Festival, year: int) -> Iterator[Occasion]:
    first = dt.date(year, festival.month, 1)
    to_first = (festival.weekday - first.weekday()) % 7
    yield from _one(festival, first + dt.timedelta(days=to_first + 7 * (festival.nth - 1)))


def _season(festival: Festival, year: int) -> Iterator[Occasion]:
    since = dt.date(year, festival.month, festival.day)
    yield Occasion(festival, since, dt.date(year, festival.until_month, festival.until_day))


def _lunar_season(festival: Festival, year: int) -> Iterator[Occasion]:
    """Yield a stretch that begins in one Chinese year and ends in the next."""
    for lunar_year in (year - 1, year):
        since = lunar_day(lunar_year, festival.month, festival.day)
        if since is None or lunar_year + 1 > LAST_YEAR:
            continue
        until = lunar_day(lunar_year + 1, festival.until_month, festival.until_day)
        if until is not None:
            yield Occasion(festival, since, until)


_KINDS: Final[Mapping[str, Callable[[Festival, int], Iterator[Occasion]]]] = {
    "lunar": _lunar,
    "eve": _eve,
    "term": _term,
    "fixed": _fixed,
    "nth_weekday": _nth_weekday,
    "season": _season,
    "lunar_season": _lunar_season,
}
