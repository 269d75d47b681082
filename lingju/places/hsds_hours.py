"""Opening hours as HSDS schedules: what is open on each date, said as weekly rules with dates around them.

    base        Mo–Su 08:00–18:00          WEEKLY MO,…,SU 08:00–18:00            until 30 November
    exception   1 December: shut     →     (no times) "停开：停电检修"            1 December
                                           WEEKLY MO,…,SU 08:00–18:00            from 2 December

HSDS has no layers and no exceptions: a reader joins all schedules of a thing. So they are cut at every
date on which the week is another one, and the join is what `Timetable.on` says, minute for minute. Two
things are written as the standard's guidance has them: a whole day is 00:00 to 23:59, and what runs past
midnight closes at an earlier time than it opens, which its notes say. Pure; no database.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from lingju.places.hours import DAY, HOLIDAY, ONE_DAY, SpanLike, Stretch, Timetable
from lingju.places.hours_text import EVERY_DAY, days_words, minute_words
from lingju.places.hsds_schedule import DAYS, OVERNIGHT

LOOK_AHEAD: Final = 92  # days, where hours hang on the calendar of holidays
AT_MOST: Final = 366
A_WEEK_AND_MORE: Final = 15
ZONE: Final = "+08:00"
Pieces = tuple[Stretch, ...]
"""What opens on a date, in minutes of that date; past 1440 it runs into the next."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """From one minute to another on some weekdays, between two dates; None is without end."""

    weekdays: int
    opens: int
    closes: int
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Shut:
    """Dates on which it is shut for a reason, on some weekdays."""

    weekdays: int
    first: dt.date
    last: dt.date
    reason: str


@dataclass(slots=True)
class _Run:
    """Dates in a row on which the weekday alone says what is open."""

    first: dt.date
    last: dt.date
    week: dict[int, Pieces]


def weekly(table: Timetable, today: dt.date) -> tuple[Weekly, ...]:
    """Return the hours from a date on as weekly rules whose union is what is open on each date."""
    spans = (*table.own, *table.house)
    if not spans:
        return ()
    end, is_lasting = _end(spans, today)
    runs = _runs(table, today, end)
    found: list[Weekly] = []
    for at, run in enumerate(runs):
        first = None if at == 0 else run.first
        last = None if at == len(runs) - 1 and is_lasting else run.last
        found += _rules(run, first, last)
    return tuple(found)


def shut(table: Timetable, today: dt.date) -> tuple[Shut, ...]:
    """Return the whole days from a date on that somebody shut, with the reason they gave."""
    closings = [span for span in (*table.own, *table.house) if span.is_closed and span.layer >= HOLIDAY]
    found = [one for span in closings if (one := _closing(table, span, today)) is not None]
    return tuple(dict.fromkeys(found))


def _end(spans: Sequence[SpanLike], today: dt.date) -> tuple[dt.date, bool]:
    """Return the last date to look at, and whether the week goes on for ever after."""
    named = max([today, *(date for span in spans for date in (span.from_date, span.to_date) if date)])
    latest = today + AT_MOST * ONE_DAY
    if named > latest - A_WEEK_AND_MORE * ONE_DAY:
        return latest, False
    asks_calendar = any(span.day_class for span in spans)
    end = named + A_WEEK_AND_MORE * ONE_DAY
    return (max(end, today + LOOK_AHEAD * ONE_DAY), False) if asks_calendar else (end, True)


def _runs(table: Timetable, today: dt.date, end: dt.date) -> list[_Run]:
    runs: list[_Run] = []
    for date, pieces in _days(table, today, end):
        run = runs[-1] if runs else None
        if run is None or run.week.get(date.weekday(), pieces) != pieces:
            runs.append(_Run(date, date, {date.weekday(): pieces}))
            continue
        run.last = date
        run.week[date.weekday()] = pieces
    return runs


def _days(table: Timetable, today: dt.date, end: dt.date) -> Iterator[tuple[dt.date, Pieces]]:
    before, now = table.on(today - ONE_DAY).stretches, table.on(today).stretches
    date = today
    while date <= end:
        after = table.on(date + ONE_DAY).stretches
        own = now[1:] if _runs_on(before, now) else now
        if own and _runs_on(own, after):
            own = (*own[:-1], Stretch(own[-1].start, DAY + after[0].end))
        yield date, own
        before, now, date = now, after, date + ONE_DAY


def _runs_on(evening: Pieces, morning: Pieces) -> bool:
    """Say whether the last stretch of a day and the first of the next are one night, shorter than a day."""
    if not evening or not morning or evening[-1].end != DAY or morning[0].start != 0:
        return False
    return morning[0].end < evening[-1].start


def _rules(run: _Run, first: dt.date | None, last: dt.date | None) -> Iterator[Weekly]:
    masks: dict[Stretch, int] = {}
    for weekday, pieces in run.week.items():
        for piece in pieces:
            masks[piece] = masks.get(piece, 0) | 1 << weekday
    for piece, mask in sorted(masks.items()):
        yield Weekly(mask, piece.start, piece.end, first, last)


def _closing(table: Timetable, span: SpanLike, today: dt.date) -> Shut | None:
    first, last = max(span.from_date or today, today), span.to_date
    if last is None or last < first or not span.reason or (last - first).days > AT_MOST:
        return None
    dates = [first + ahead * ONE_DAY for ahead in range((last - first).days + 1)]
    days = [date for date in dates if span.weekdays >> date.weekday() & 1]
    if not days or any(table.on(date).stretches for date in days):
        return None
    mask = 0
    for date in days:
        mask |= 1 << date.weekday()
    return Shut(mask, span.from_date or first, last, span.reason)


def as_schedules(table: Timetable, today: dt.date) -> list[dict[str, Any]]:
    """Return the schedules of a timetable, without ids: first what is open, then what is shut and why."""
    opened = [_opened(one) for one in weekly(table, today)]
    return opened + [_closed(one) for one in shut(table, today)]


def _opened(one: Weekly) -> dict[str, Any]:
    is_whole = (one.opens, one.closes) == (0, DAY)
    closes = one.closes - 1 if is_whole else one.closes % DAY
    said = {
        "freq": "WEEKLY",
        "wkst": "MO",
        "byday": by_day(one.weekdays),
        "opens_at": _clock(one.opens),
        "closes_at": _clock(closes),
        "timezone": 8,
        "description": _words(one, is_whole=is_whole),
        **_between(one.first, one.last),
    }
    return said | ({"notes": OVERNIGHT[1]} if one.closes >= DAY and not is_whole else {})


def _closed(one: Shut) -> dict[str, Any]:
    return {
        "freq": "WEEKLY",
        "wkst": "MO",
        "byday": by_day(one.weekdays),
        "timezone": 8,
        "description": _("停开：%(reason)s") % {"reason": one.reason},
        **_between(one.first, one.last),
    }


def by_day(mask: int) -> str:
    """Return a mask of weekdays, bit 0 Monday, as MO,TU."""
    return ",".join(day for at, day in enumerate(DAYS) if mask >> at & 1)


def _between(first: dt.date | None, last: dt.date | None) -> dict[str, str]:
    dates = (("valid_from", first), ("valid_to", last))
    return {name: date.isoformat() for name, date in dates if date is not None}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}{ZONE}"


def _words(one: Weekly, *, is_whole: bool) -> str:
    days = days_words(one.weekdays) if one.weekdays != EVERY_DAY else _("每天")
    times = _("全天") if is_whole else f"{minute_words(one.opens)}–{minute_words(one.closes)}"
    return f"{days} {times}"
