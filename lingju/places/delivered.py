"""Minutes of published hours that door records cover: the measure of a promise kept. Pure; no clock.

    published   ████████████░░░░████████    what the door says
    records       ██████████                when it was open, as somebody said
    delivered     ██████████    of 24, and where nobody said anything it is not recorded, never kept

A record that nobody closed runs while its own day lasts. Of an earlier day it counts only where the door
was seen open again within the same published stretch; else nobody knows, and it counts for nothing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lingju.kernel import clock
from lingju.places.stretches import DAY, Stretch, Stretches, clip, length, merged, within

MINUTE = dt.timedelta(minutes=1)


class RecordLike(Protocol):
    """What a door record must carry."""

    @property
    def opened_at(self) -> dt.datetime: ...  # noqa: D102
    @property
    def closed_at(self) -> dt.datetime | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was promised and what was kept between two dates, until now; dates without a word are listed."""

    delivered_minutes: int
    published_minutes: int
    unrecorded: tuple[dt.date, ...] = ()
    unclosed: tuple[dt.date, ...] = ()
    unknown: tuple[dt.date, ...] = ()

    @property
    def share(self) -> float | None:
        """Return the share that was kept, 0 to 1; None where nothing was promised or nothing recorded."""
        return self.delivered_minutes / self.published_minutes if self.has_records else None

    @property
    def has_records(self) -> bool:
        """Say whether anybody recorded anything within published hours."""
        return bool(self.delivered_minutes)


def count(
    published: Mapping[dt.date, Stretches],
    records: Iterable[RecordLike],
    now: dt.datetime,
    *,
    unknown: Iterable[dt.date] = (),
) -> Delivered:
    """Return what records cover of the published minutes, date by date; what is still to come is left out."""
    minute_now = _minute(now, _midnight(min(published, default=now.astimezone(clock.ZONE).date())))
    first = min(published, default=now.astimezone(clock.ZONE).date())
    promised = merged(
        Stretch(start + _days(first, date), end + _days(first, date))
        for date, stretches in published.items()
        for start, end in stretches
    )
    promised = clip(promised, -(10**9), minute_now)
    ordered = sorted(records, key=lambda record: record.opened_at)
    spans, unclosed = _covered(ordered, promised, first, minute_now)
    kept = within(promised, merged(spans))
    passed = [date for date in sorted(published) if clip(promised, *_edges(first, date))]
    unrecorded = [date for date in passed if not clip(kept, *_edges(first, date))]
    return Delivered(length(kept), length(promised), tuple(unrecorded), unclosed, tuple(unknown))


def _covered(
    records: Sequence[RecordLike], promised: Stretches, first: dt.date, minute_now: int
) -> tuple[list[Stretch], tuple[dt.date, ...]]:
    """Return the minutes that records cover, and the dates whose closing nobody recorded."""
    spans: list[Stretch] = []
    unclosed: list[dt.date] = []
    midnight = _midnight(first)
    for place, record in enumerate(records):
        start = _minute(record.opened_at, midnight)
        if record.closed_at is not None:
            spans.append(Stretch(start, _minute(record.closed_at, midnight)))
            continue
        later = records[place + 1 :]
        seen_again = _minute(later[0].opened_at, midnight) if later else None
        run = next((one for one in promised if one.start <= start < one.end), None)
        if seen_again is not None and run is not None and seen_again <= run.end:
            spans.append(Stretch(start, max(seen_again, start + 1)))
        elif seen_again is None and start // DAY == minute_now // DAY:
            spans.append(Stretch(start, max(minute_now, start + 1)))
        else:
            unclosed.append(record.opened_at.astimezone(clock.ZONE).date())
    return spans, tuple(unclosed)


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)


def _minute(moment: dt.datetime, midnight: dt.datetime) -> int:
    return (moment - midnight) // MINUTE


def _days(first: dt.date, date: dt.date) -> int:
    return (date - first).days * DAY


def _edges(first: dt.date, date: dt.date) -> tuple[int, int]:
    return _days(first, date), _days(first, date) + DAY
