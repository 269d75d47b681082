"""What the layers of spans say about one date: the highest layer that speaks is the day's plan. Pure.

    emergency  ─────────────────────────────■ shut ■──────   the highest layer that says anything
    exception  ───────────── 10:00–12:00 ─────────────────   about a date says everything about it
    holiday    ───────────────────────────────────────────
    seasonal   ───────────────────────────────────────────
    base       08:00–18:00  08:00–18:00  08:00–18:00  …

A span of a day class speaks on the days of just that class and asks no weekday; every other span asks its
weekdays alone. So on a Saturday that is worked 调休上班 a line "周一至周五" is silent and a line "周六"
speaks, as written; whoever opens on such days writes a line for the class `swapped_workday`.

Where the notice of a year is not known, a day may be of any class its weekday allows (`classes_of`), each
with a plan of its own; no caller may take one of them for the truth.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from lingju.places.stretches import DAY, LATEST, Stretch, Stretches, merged, within, without

# The calendar's word on a date: "workday", "holiday", …; None where nobody has published it yet.
DayClasses = Callable[[dt.date], str | None]
BASE, SEASONAL, HOLIDAY, EXCEPTION, EMERGENCY = 10, 20, 30, 40, 50
ON_A_WEEKDAY = ("workday", "holiday", "swapped_rest")
ON_A_WEEKEND = ("weekend", "holiday", "swapped_workday", "swapped_rest")


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
    @property
    def source(self) -> str: ...  # noqa: D102


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
    source: str = ""
    audience: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY or not self.opens < self.closes <= LATEST:
            raise ValueError(f"a span opens at 0..{DAY - 1} and closes after that, by {LATEST} at the latest")


def span_of(row: SpanLike, audience: str = "") -> Span:
    """Return a row of the database as a span that no longer needs it; `audience` is whom alone it is for."""
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
        source=row.source,
        audience=audience,
    )


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What is said about one date: the stretches that open on it, those shut, the layer that speaks, why."""

    stretches: Stretches
    shut: Stretches
    layer: int
    reason: str


NOTHING_SAID = DayPlan((), (), 0, "")


def classes_of(
    spans: Iterable[SpanLike], date: dt.date, day_class: DayClasses | None
) -> tuple[str | None, ...]:
    """Return the classes a date may be of, as far as these spans care.

    One that is None where no span asks for a class; one where the calendar knows; else all that the
    weekday allows.
    """
    if not any(span.day_class and is_dated(span, date) for span in spans):
        return (None,)
    known = day_class(date) if day_class else None
    if known is not None:
        return (known,)
    return ON_A_WEEKDAY if date.weekday() < 5 else ON_A_WEEKEND


def plan_as(spans: Iterable[SpanLike], date: dt.date, class_of_day: str | None) -> DayPlan:
    """Return what the highest layer that speaks says about a date that is of this class."""
    said = [span for span in spans if speaks(span, date, class_of_day)]
    if not said:
        return NOTHING_SAID
    layer = max(span.layer for span in said)
    said = [span for span in said if span.layer == layer]
    shut = merged(Stretch(span.opens, span.closes) for span in said if span.is_closed)
    wanted = merged(Stretch(span.opens, span.closes) for span in said if not span.is_closed)
    reason = next((span.reason for span in said if span.reason), "")
    return DayPlan(without(wanted, shut), shut, layer, reason)


def under(own: DayPlan, house: DayPlan, *, inherits: bool = True) -> DayPlan:
    """Return the plan of something inside a house that has hours of its own.

    What is shut at the house, in the same layer or a higher one, is shut inside; other hours of the house
    that are an exception or an emergency are the most anything inside can have. Else its own hours stand,
    also outside the house's: a tap on the outer wall runs at night. Where it says nothing, one that
    inherits has the house's hours, and one with a week of its own is not open on that day.
    """
    if inherits and not own.layer:
        return house
    if house.layer < own.layer or (house.layer < EXCEPTION and not house.shut):
        return own
    # A house that is shut until midnight lets nobody in who would stay beyond it.
    walls = tuple(Stretch(start, LATEST if end >= DAY else end) for start, end in house.shut)
    left = without(own.stretches, walls)
    if house.layer >= EXCEPTION and house.layer > own.layer:
        left = within(left, house.stretches)
    return DayPlan(left, merged([*own.shut, *house.shut]), house.layer, house.reason or own.reason)


def is_dated(span: SpanLike, date: dt.date) -> bool:
    """Say whether a date lies between a span's dates."""
    if span.from_date is not None and date < span.from_date:
        return False
    return span.to_date is None or date <= span.to_date


def speaks(span: SpanLike, date: dt.date, class_of_day: str | None) -> bool:
    """Say whether a span says anything about a date of this class."""
    if not is_dated(span, date):
        return False
    if span.day_class:
        return span.day_class == class_of_day
    return bool(span.weekdays >> date.weekday() & 1)
