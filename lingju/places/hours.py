"""When something is open: layers of spans in, one answer for a moment out. Pure; no database, no clock.

    emergency  ─────────────────────────────■ shut ■──────   the highest layer that says anything
    exception  ───────────── 10:00–12:00 ─────────────────   about a date says everything about it
    holiday    ───────────────────────────────────────────
    seasonal   ───────────────────────────────────────────
    base       08:00–18:00  08:00–18:00  08:00–18:00  …

A span belongs to the date on which it opens, also where it runs over midnight; only a closing on the
next day that stands in a higher layer cuts it off. Minutes count from the date's midnight: 1440 is
24:00, 1800 is six in the morning after.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _

from lingju.kernel import clock

DAY = 24 * 60
LATEST = 2 * DAY
HORIZON_DAYS = 21  # how far ahead the next opening is looked for; longer closings name no time
# The calendar's word on a date: "workday", "holiday", …; None where nobody has published it yet.
DayClasses = Callable[[dt.date], str | None]
BASE, SEASONAL, HOLIDAY, EXCEPTION, EMERGENCY = 10, 20, 30, 40, 50


class SpanLike(Protocol):
    """What a span must carry; the model `OpeningSpan` does, and so does `Span`."""

    @property
    def layer(self) -> int: ...  # noqa: D102
    @property
    def weekdays(self) -> int: ...  # noqa: D102
    @property
    def opens(self) -> int: ...  # noqa: D102
    @property
    def closes(self) -> int: ...  # noqa: D102
    @property
    def is_closed(self) -> bool: ...  # noqa: D102
    @property
    def day_class(self) -> str: ...  # noqa: D102
    @property
    def from_date(self) -> dt.date | None: ...  # noqa: D102
    @property
    def to_date(self) -> dt.date | None: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute to another, on some days, in one layer; `is_closed` says shut. Bit 0 is Monday."""

    opens: int = 0
    closes: int = DAY
    weekdays: int = 0b1111111
    layer: int = BASE
    is_closed: bool = False
    day_class: str = ""
    from_date: dt.date | None = None
    to_date: dt.date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY or not self.opens < self.closes <= LATEST:
            raise ValueError(f"a span opens at 0..{DAY - 1} and closes after that, by {LATEST} at the latest")


def span_of(row: SpanLike) -> Span:
    """Return a row of the database as a span that no longer needs it."""
    return Span(
        opens=row.opens,
        closes=row.closes,
        weekdays=row.weekdays,
        layer=row.layer,
        is_closed=row.is_closed,
        day_class=row.day_class,
        from_date=row.from_date,
        to_date=row.to_date,
        reason=row.reason,
    )


class Stretch(NamedTuple):
    """A stretch of minutes, half open: from `start` until just before `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What is said about one date: the stretches that open on it, those shut, the layer that speaks, why."""

    stretches: tuple[Stretch, ...]
    shut: tuple[Stretch, ...]
    layer: int
    reason: str


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether it is open at a moment, until when, or when next; `reason` where somebody gave one."""

    is_open: bool
    until: dt.datetime | None = None
    opens_at: dt.datetime | None = None
    all_day: bool = False
    reason: str = ""


NEVER = OpenState(is_open=False)


def plan(spans: Iterable[SpanLike], date: dt.date, *, day_class: DayClasses | None = None) -> DayPlan:
    """Return what the highest layer that speaks about a date says; `day_class` asks the calendar."""
    class_of_day = day_class(date) if day_class else None
    said = [span for span in spans if _speaks(span, date, class_of_day)]
    if not said:
        return DayPlan((), (), 0, "")
    layer = max(span.layer for span in said)
    said = [span for span in said if span.layer == layer]
    shut = _merged(Stretch(span.opens, span.closes) for span in said if span.is_closed)
    wanted = _merged(Stretch(span.opens, span.closes) for span in said if not span.is_closed)
    reason = next((span.reason for span in said if span.reason), "")
    return DayPlan(_without(wanted, shut), shut, layer, reason)


def resolve(
    spans: Sequence[SpanLike], date: dt.date, *, day_class: DayClasses | None = None
) -> tuple[Stretch, ...]:
    """Return the open stretches of one date, 0 to 1440, with what runs in from the day before.

    Stretches are sorted, apart from one another and within the day.
    """
    today = plan(spans, date, day_class=day_class)
    before = plan(spans, date - dt.timedelta(days=1), day_class=day_class)
    own, running_in = today.stretches, _a_day_later(before.stretches)
    if today.layer > before.layer:
        running_in = _without(running_in, today.shut)
    elif before.layer > today.layer:
        own = _without(own, _a_day_later(before.shut))
    return _merged([*running_in, *_clip(own, 0, DAY)])


def state_at(
    spans: Sequence[SpanLike], moment: dt.datetime, *, day_class: DayClasses | None = None
) -> OpenState:
    """Return whether it is open at an aware moment, until when, or when it opens next."""
    local = moment.astimezone(clock.ZONE)
    date, minute = local.date(), local.hour * 60 + local.minute
    today = resolve(spans, date, day_class=day_class)
    now = next((stretch for stretch in today if stretch.start <= minute < stretch.end), None)
    if now is None:
        opens_at = _next_opening(spans, date, minute, today, day_class)
        return OpenState(is_open=False, opens_at=opens_at, reason=_why_shut(spans, date, minute, day_class))
    end = _end_of_run(spans, date, now.end, day_class)
    return OpenState(
        is_open=True,
        until=None if end is None else _at(date, end),
        all_day=today == (Stretch(0, DAY),) and (end is None or end > DAY),
    )


def minutes_open(spans: Sequence[SpanLike], date: dt.date, *, day_class: DayClasses | None = None) -> int:
    """Return how many minutes of a date it is open."""
    return sum(stretch.end - stretch.start for stretch in resolve(spans, date, day_class=day_class))


def words(state: OpenState, now: dt.datetime) -> str:
    """Say it as a neighbour would: "开着，到 21:00", "全天开", "明天 8:00 开门", "暂停：修水管"."""
    if state.is_open:
        if state.all_day or state.until is None:
            return _("全天开")
        time = clock_words(state.until, now, is_end=True)
        # A time of today stands apart from the words, 明天 and weekdays lean on them.
        return (_("开着，到 %(time)s") if time[0].isdigit() else _("开着，到%(time)s")) % {"time": time}
    if state.reason:
        return _("暂停：%(reason)s") % {"reason": state.reason}
    if state.opens_at is None:
        return _("没有开放时间")
    return _("%(time)s 开门") % {"time": clock_words(state.opens_at, now)}


def clock_words(moment: dt.datetime, now: dt.datetime, *, is_end: bool = False) -> str:
    """Say a moment as seen from now: "21:00", "明天 8:00", "周三 8:00", "12月3日 8:00".

    An end at the coming midnight is 24:00.
    """
    moment, today = moment.astimezone(clock.ZONE), now.astimezone(clock.ZONE).date()
    if is_end and moment.hour == moment.minute == 0 and moment.date() == today + dt.timedelta(days=1):
        return "24:00"
    time = f"{moment.hour}:{moment.minute:02d}"
    away = (moment.date() - today).days
    if away == 0:
        return time
    if away == 1:
        return _("明天 %(time)s") % {"time": time}
    if away < 7:
        return _("%(weekday)s %(time)s") % {"weekday": weekday_words(moment.weekday()), "time": time}
    return _("%(month)d月%(day)d日 %(time)s") % {"month": moment.month, "day": moment.day, "time": time}


def weekday_words(weekday: int) -> str:
    """Return the name of a weekday, 0 for Monday."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[weekday]


def _speaks(span: SpanLike, date: dt.date, day_class: str | None) -> bool:
    if span.from_date is not None and date < span.from_date:
        return False
    if span.to_date is not None and date > span.to_date:
        return False
    if span.day_class:
        return span.day_class == day_class
    return bool(span.weekdays >> date.weekday() & 1)


def _why_shut(spans: Sequence[SpanLike], date: dt.date, minute: int, day_class: DayClasses | None) -> str:
    """Return the reason somebody gave for shutting at this minute; outside the hours nobody gave one."""
    today = plan(spans, date, day_class=day_class)
    return today.reason if any(shut.start <= minute < shut.end for shut in today.shut) else ""


def _next_opening(
    spans: Sequence[SpanLike],
    date: dt.date,
    minute: int,
    today: tuple[Stretch, ...],
    day_class: DayClasses | None,
) -> dt.datetime | None:
    later = next((stretch.start for stretch in today if stretch.start > minute), None)
    if later is not None:
        return _at(date, later)
    for ahead in range(1, HORIZON_DAYS + 1):
        day = resolve(spans, date + dt.timedelta(days=ahead), day_class=day_class)
        if day:
            return _at(date, ahead * DAY + day[0].start)
    return None


def _end_of_run(
    spans: Sequence[SpanLike], date: dt.date, end: int, day_class: DayClasses | None
) -> int | None:
    """Follow an open run over midnights; return its end in minutes of `date`, None if no end is in sight."""
    for ahead in range(1, 9):
        if end < ahead * DAY:
            return end
        day = resolve(spans, date + dt.timedelta(days=ahead), day_class=day_class)
        if not day or day[0].start > 0:
            return end
        # The run goes on over midnight.
        end = ahead * DAY + day[0].end
    return None


def _at(date: dt.date, minute: int) -> dt.datetime:
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
    return midnight + dt.timedelta(minutes=minute)


def _merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Return the union as sorted stretches that do not touch."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1].end:
            merged[-1] = Stretch(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Stretch(start, end))
    return tuple(merged)


def _without(stretches: Iterable[Stretch], holes: Iterable[Stretch]) -> tuple[Stretch, ...]:
    left = list(stretches)
    for hole in holes:
        left = [
            piece
            for start, end in left
            for piece in (Stretch(start, min(end, hole.start)), Stretch(max(start, hole.end), end))
            if piece.start < piece.end
        ]
    return tuple(left)


def _a_day_later(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Return what of a day's stretches runs into the next day, in minutes of that day."""
    return _clip((Stretch(start - DAY, end - DAY) for start, end in stretches), 0, DAY)


def _clip(stretches: Iterable[Stretch], low: int, high: int) -> tuple[Stretch, ...]:
    clipped = (Stretch(max(start, low), min(end, high)) for start, end in stretches)
    return tuple(stretch for stretch in clipped if stretch.start < stretch.end)
