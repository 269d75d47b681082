"""Choosing a day and a time: a row of days, the times of one of them, for how long; each a plain link."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from lingju.bookings import phrases
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.pages.wanted import Wanted
from lingju.bookings.queries import openings
from lingju.bookings.queries.openings import Asked, Day, Opening
from lingju.kernel import clock
from lingju.places import hours

SHOWN_DAYS = 10
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class DayButton:
    """One day of the row: its weekday, its number, a word about it."""

    weekday: str
    label: str
    words: str
    href: str
    is_on: bool
    is_free: bool


@dataclass(frozen=True, slots=True)
class TimeButton:
    """One start time of the day that is shown."""

    label: str
    words: str
    href: str
    is_free: bool
    is_on: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page of choosing shows."""

    days: list[DayButton]
    day: Day | None
    day_label: str
    parts: list[tuple[str, list[TimeButton]]]
    lengths: list[tuple[str, str, bool]]
    earlier: str
    later: str

    @property
    def has_free(self) -> bool:
        """Say whether any of the days shown has a time left."""
        return any(day.is_free for day in self.days)


def asked_of(bookable: Bookable, wanted: Wanted) -> Asked:
    """Return for how long and how many something is wanted, within what can be booked."""
    minutes = wanted.minutes if wanted.minutes in openings.lengths(bookable) else bookable.minutes
    return Asked(minutes, min(wanted.quantity, bookable.most_party))


def choice_of(bookable: Bookable, wanted: Wanted, address: str, *, but: Claim | None = None) -> Choice:
    """Return what to choose from; the first day with a free time is shown unless one was named."""
    asked, today = asked_of(bookable, wanted), clock.today()
    last = today + bookable.most_days_ahead * openings.ONE_DAY
    first = min(max(_first_shown(wanted), today), last)
    found = openings.days(bookable, first, SHOWN_DAYS, asked, but=but)
    shown = next((day for day in found if day.date == wanted.day), None)
    shown = shown or next((day for day in found if day.free), found[0] if found else None)
    wanted = wanted.but(at=None, first=first if first != today else None)
    before, after = first - SHOWN_DAYS * openings.ONE_DAY, first + SHOWN_DAYS * openings.ONE_DAY
    return Choice(
        [_day(day, wanted, address, is_on=day is shown) for day in found],
        shown,
        phrases.day_words(shown.date) if shown else "",
        _parts(shown, wanted, address),
        _lengths(bookable, wanted, asked, address),
        wanted.but(day=None, first=max(before, today)).to(address) if first > today else "",
        wanted.but(day=None, first=after).to(address) if after <= last else "",
    )


def _first_shown(wanted: Wanted) -> dt.date:
    """Return the first day of the row, moved on until the day that is to be shown is in it."""
    first = wanted.first or clock.today()
    ahead = (wanted.day - first).days if wanted.day is not None else 0
    return first + max(ahead // SHOWN_DAYS, 0) * SHOWN_DAYS * openings.ONE_DAY


def _day(day: Day, wanted: Wanted, address: str, *, is_on: bool) -> DayButton:
    ahead = (day.date - clock.today()).days
    return DayButton(
        phrases.day_words(day.date) if ahead <= 1 else hours.weekday_words(day.date.weekday()),
        f"{day.date.month}/{day.date.day}",
        day.words,
        wanted.but(day=day.date).to(address),
        is_on,
        day.free,
    )


def _parts(day: Day | None, wanted: Wanted, address: str) -> list[tuple[str, list[TimeButton]]]:
    """Return the times of a day by the part of the day."""
    found = groupby(day.openings if day is not None else (), key=_part_of)
    return [(part, [_time(one, wanted, address) for one in times]) for part, times in found]


def _part_of(one: Opening) -> str:
    hour = one.starts_at.astimezone(clock.ZONE).hour
    return _("上午") if hour < NOON else _("下午") if hour < EVENING else _("晚上")


def _time(one: Opening, wanted: Wanted, address: str) -> TimeButton:
    href = wanted.but(at=one.starts_at, day=None, first=None).to(address)
    return TimeButton(
        phrases.time_words(one.starts_at), one.words, href, one.free, one.starts_at == wanted.at
    )


def _lengths(bookable: Bookable, wanted: Wanted, asked: Asked, address: str) -> list[tuple[str, str, bool]]:
    """Return the lengths to choose from as (words, address, is it on); none where there is no choice."""
    found = openings.lengths(bookable)
    if len(found) < 2:
        return []
    return [
        (phrases.length(minutes), wanted.but(minutes=minutes).to(address), minutes == asked.minutes)
        for minutes in found
    ]
