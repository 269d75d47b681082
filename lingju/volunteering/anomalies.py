"""What is odd about hours, as pure functions: each says why, and holds the minutes for a second person.

    overlap        in two places at once
    long_day       more than twelve hours on one day
    added          minutes that nobody saw at the door, put down later
    too_fast       more minutes than have passed since there was any trace of it: five hours, two minutes on
    late           it reached us more than an hour after it happened
    bulk           one hand put down five or more within ten minutes, away from the door
    same_hours     one hand gave five or more people the very same minutes
    lone_out       went without having come
    lone_in        came and did not go: no minutes until it is put right
    wrong_place    the code was that of another station

Nothing here accuses: a second person looks and says whether it counts. A key names one oddity for good,
so that what was looked at once is not asked again, while anything new is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lingju.kernel.clock import ZONE
from lingju.volunteering.hours import ADDED, CORRECTION, IN, MINUTE, NEEDS_A_SECOND, OUT, Mark, Span, Tally

LONGEST_DAY: Final = 12 * 60
LATE: Final = dt.timedelta(hours=1)
BULK: Final = 5
BULK_WITHIN: Final = dt.timedelta(minutes=10)
BY_HAND: Final = frozenset({"desk", "paper"})


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing that is odd: what kind, its lasting key, and the figures a sentence about it needs.

    `other` is what it is held against: another call, another station, the minutes that had passed.
    """

    kind: str
    key: str
    minutes: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the same person did at another call."""

    call_id: int
    stays: tuple[Span, ...]


def overlaps(stays: Sequence[Span], elsewhere: Iterable[Elsewhere]) -> list[Anomaly]:
    """Find calls at which the person was at the same time; a minute in common is enough."""
    found = []
    for other in elsewhere:
        shared = sum(mine.within(theirs).minutes for mine in stays for theirs in other.stays)
        if shared:
            found.append(Anomaly("overlap", f"overlap:{other.call_id}", shared, other.call_id))
    return found


def long_days(stays: Sequence[Span], elsewhere: Iterable[Elsewhere]) -> list[Anomaly]:
    """Find days on which more than twelve hours come together, this call's among them."""
    per_day: dict[dt.date, int] = defaultdict(int)
    everything = [*stays, *(span for other in elsewhere for span in other.stays)]
    for span in everything:
        for day, minutes in _by_day(span):
            per_day[day] += minutes
    mine = {day for span in stays for day, _minutes in _by_day(span)}
    return [
        Anomaly("long_day", f"long_day:{day.isoformat()}", per_day[day])
        for day in sorted(mine)
        if per_day[day] > LONGEST_DAY
    ]


def _by_day(span: Span) -> list[tuple[dt.date, int]]:
    """Cut a stretch at midnight, as the wall shows it."""
    parts, since = [], span.starts_at.astimezone(ZONE)
    until = span.ends_at.astimezone(ZONE)
    while since < until:
        midnight = dt.datetime.combine(since.date() + dt.timedelta(days=1), dt.time(), tzinfo=ZONE)
        end = min(midnight, until)
        parts.append((since.date(), int((end - since) // MINUTE)))
        since = end
    return parts


def unseen(tally: Tally) -> list[Anomaly]:
    """Find rows that nobody saw at the door and no second person has looked at."""
    kinds = {ADDED: "added", CORRECTION: "correction"}
    return [Anomaly(kinds[row.kind], row.key, row.minutes or 0) for row in tally.open_rows]


def too_fast(marks: Iterable[Mark], first_trace: dt.datetime) -> list[Anomaly]:
    """Find minutes that were put down sooner than they can have been served.

    `first_trace` is the first moment of which anything is known: the call's opening or its beginning,
    whichever is later.
    """
    return [
        Anomaly(
            "too_fast",
            f"too_fast:{mark.id}",
            mark.minutes or 0,
            int((mark.received_at - first_trace) // MINUTE),
        )
        for mark in marks
        if mark.kind in NEEDS_A_SECOND
        and (mark.minutes or 0) * MINUTE > max(mark.received_at - first_trace, dt.timedelta(0))
    ]


def late(marks: Iterable[Mark]) -> list[Anomaly]:
    """Find comings and goings that reached us long after they happened, one for all of them."""
    slow = [mark for mark in marks if mark.kind in (IN, OUT) and mark.received_at - mark.at > LATE]
    if not slow:
        return []
    worst = max(slow, key=lambda mark: mark.received_at - mark.at)
    minutes = int((worst.received_at - worst.at) // MINUTE)
    return [Anomaly("late", f"late:{max(mark.id for mark in slow)}", minutes)]


def unpaired(tally: Tally, *, is_over: bool) -> list[Anomaly]:
    """Find goings without a coming, and, once the call is over, a coming without a going."""
    found = [Anomaly("lone_out", f"lone_out:{mark.id}") for mark in tally.lone_outs]
    if is_over and tally.lone_in is not None:
        found.append(Anomaly("lone_in", f"lone_in:{tally.lone_in.id}"))
    return found


def wrong_places(marks: Iterable[Mark], station_id: int | None) -> list[Anomaly]:
    """Find comings and goings by the code of another station than the call's."""
    return [
        Anomaly("wrong_place", f"wrong_place:{mark.id}", 0, mark.station_id)
        for mark in marks
        if mark.station_id is not None and station_id is not None and mark.station_id != station_id
    ]


def bulk(marks: Iterable[Mark]) -> dict[int, Anomaly]:
    """Find rows that one hand put down in a row away from the door; by the id of each such row.

    `marks` are those of everybody at one call, or at all calls of a day.
    """
    found: dict[int, Anomaly] = {}
    for rows in _by_hand(marks).values():
        rows.sort(key=lambda mark: (mark.received_at, mark.id))
        for at, row in enumerate(rows):
            run = [other for other in rows[at:] if other.received_at - row.received_at <= BULK_WITHIN]
            found |= _named("bulk", run, len(run))
    return found


def same_hours(marks: Iterable[Mark]) -> dict[int, Anomaly]:
    """Find rows by which one hand gave five or more the very same minutes; by the id of each such row."""
    found: dict[int, Anomaly] = {}
    for rows in _by_hand(marks).values():
        for minutes in {row.minutes or 0 for row in rows}:
            found |= _named("same_hours", [row for row in rows if (row.minutes or 0) == minutes], minutes)
    return found


def _named(kind: str, rows: Sequence[Mark], figure: int) -> dict[int, Anomaly]:
    """Return what is odd about each of some rows; nothing where they are too few to be odd."""
    if len(rows) < BULK:
        return {}
    return {row.id: Anomaly(kind, f"{kind}:{row.id}", figure) for row in rows}


def _by_hand(marks: Iterable[Mark]) -> dict[int | None, list[Mark]]:
    hands: dict[int | None, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.kind in NEEDS_A_SECOND and mark.method in BY_HAND:
            hands[mark.recorded_by].append(mark)
    return hands
