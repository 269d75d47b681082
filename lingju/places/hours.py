"""When something is open: layers of spans in, one answer for a moment or a date out. Pure; no clock.

    hours_plans    what the layers say about one date          hours_text     as people write it
    this file      one day after the other, over midnight      hours_osm, hours_schema, hours_ical  as
                   and under the hours of the house            machines read it

A span belongs to the date on which it opens, also where it runs over midnight; only a closing on the
next day that stands in a higher layer cuts it off.

Where a day's class is not published yet, the open stretches are those that are open whatever the notice
will say; what may be open besides is `perhaps`, and the day is not known.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.places.hours_plans import (
    BASE,
    EMERGENCY,
    EXCEPTION,
    HOLIDAY,
    SEASONAL,
    DayClasses,
    DayPlan,
    Span,
    SpanLike,
    classes_of,
    plan_as,
    span_of,
    speaks,
    under,
)
from lingju.places.stretches import (
    DAY,
    LATEST,
    Stretch,
    Stretches,
    a_day_later,
    clip,
    length,
    merged,
    within,
    without,
)

__all__ = [
    "BASE",
    "DAY",
    "EMERGENCY",
    "EXCEPTION",
    "HOLIDAY",
    "LATEST",
    "SEASONAL",
    "DayClasses",
    "DayPlan",
    "Span",
    "SpanLike",
    "Stretch",
    "Stretches",
    "span_of",
]
WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
ONE_DAY = dt.timedelta(days=1)
HORIZON_DAYS = 21  # how far ahead the next opening is looked for; longer closings name no time


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether it is open at a moment, until when, or when next; `reason` where somebody gave one.

    Not `is_known`: it hangs on a notice that nobody has published, now or before it opens next. `shut_at`:
    by its hours it would be open, but somebody saw the door being closed.
    """

    is_open: bool
    until: dt.datetime | None = None
    opens_at: dt.datetime | None = None
    all_day: bool = False
    reason: str = ""
    is_known: bool = True
    shut_at: dt.datetime | None = None


NEVER = OpenState(is_open=False)


@dataclass(frozen=True, slots=True)
class Because:
    """What one span says about one date, and whether it was heard: `spoke`.

    `date` is the day before where its stretch runs in over midnight. Not `is_certain`: whether it speaks
    hangs on a notice that nobody has published. `audience` is whom alone it is for.
    """

    date: dt.date
    layer: int
    stretch: Stretch
    is_closed: bool
    reason: str
    source: str
    from_date: dt.date | None
    to_date: dt.date | None
    audience: str
    day_class: str
    spoke: bool
    is_certain: bool = True
    is_the_houses: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """The open stretches of a date and why: what was said about it, the highest layer first.

    What lower layers said, and what is for some people only, stands in the chain without having spoken.
    """

    stretches: Stretches
    chain: tuple[Because, ...] = ()
    perhaps: Stretches = ()

    @property
    def is_known(self) -> bool:
        """Say whether every minute of the date is known to be open or shut."""
        return not self.perhaps


@dataclass(frozen=True, slots=True)
class Timetable:
    """The hours of one thing, and of the house it stands in, if it stands in one.

    `inherits` says that it has no week of its own and is open whenever the house is.
    """

    own: tuple[SpanLike, ...]
    house: tuple[SpanLike, ...] = ()
    inherits: bool = False
    day_class: DayClasses | None = None

    def plans(self, date: dt.date) -> tuple[DayPlan, ...]:
        """Return the plan of a date; more than one where it hangs on a notice nobody has published."""
        classes = classes_of((*self.own, *self.house), date, self.day_class)
        possible = [
            under(plan_as(self.own, date, one), plan_as(self.house, date, one), inherits=self.inherits)
            for one in classes
        ]
        return tuple(dict.fromkeys(possible))

    def on(self, date: dt.date) -> Resolved:
        """Return the open stretches of one date, 0 to 1440, with what runs in from the day before."""
        pairs = product(self.plans(date - ONE_DAY), self.plans(date))
        days = list(dict.fromkeys(_joined(before, today) for before, today in pairs))
        certain = days[0]
        for day in days[1:]:
            certain = within(certain, day)
        possible = merged(stretch for day in days for stretch in day)
        return Resolved(certain, perhaps=without(possible, certain) if len(days) > 1 else ())

    def because(self, date: dt.date) -> tuple[Because, ...]:
        """Return what was said about a date, the highest layer first, then what runs in over midnight."""
        said = [*self._said(date), *(one for one in self._said(date - ONE_DAY) if one.stretch.end > DAY)]
        return tuple(sorted(said, key=lambda one: (one.date != date, -one.layer, one.stretch)))

    def _said(self, date: dt.date) -> list[Because]:
        classes = classes_of((*self.own, *self.house), date, self.day_class)
        layers = {plan.layer for plan in self.plans(date)}
        return [
            _because(span, date, certain, certain and {span.layer} == layers, is_the_houses)
            for spans, is_the_houses in ((self.own, False), (self.house, True))
            for span in spans
            if any(speaks(span, date, one) for one in classes)
            for certain in (all(speaks(span, date, one) for one in classes),)
        ]

    def state_at(self, moment: dt.datetime) -> OpenState:
        """Return whether it is open at an aware moment, until when, or when it opens next."""
        local = moment.astimezone(clock.ZONE)
        date, minute = local.date(), local.hour * 60 + local.minute
        today = self.on(date)
        now = _around(today.stretches, minute)
        if now is None:
            return self._shut(date, minute, today)
        end, is_known = self._end_of_run(date, now.end)
        return OpenState(
            is_open=True,
            until=None if end is None else _at(date, end),
            all_day=is_known and today.stretches == (Stretch(0, DAY),) and (end is None or end > DAY),
            is_known=is_known,
        )

    def _shut(self, date: dt.date, minute: int, today: Resolved) -> OpenState:
        if _around(today.perhaps, minute):
            return OpenState(is_open=False, is_known=False)
        opens_at, is_known = self._next_opening(date, minute, today)
        possible = self.plans(date)
        is_shut = len(possible) == 1 and _around(possible[0].shut, minute)
        reason = possible[0].reason if is_shut else ""
        return OpenState(is_open=False, opens_at=opens_at, reason=reason, is_known=is_known)

    def _next_opening(self, date: dt.date, minute: int, today: Resolved) -> tuple[dt.datetime | None, bool]:
        """Return when it opens next; no moment and False where a notice must be published first."""
        for ahead in range(HORIZON_DAYS + 1):
            day = today if not ahead else self.on(date + ahead * ONE_DAY)
            later = [stretch.start for stretch in day.stretches if ahead or stretch.start > minute]
            perhaps = [stretch.start for stretch in day.perhaps if ahead or stretch.start > minute]
            if perhaps and min(perhaps) < min(later, default=DAY):
                return None, False
            if later:
                return _at(date, ahead * DAY + min(later)), True
        return None, True

    def _end_of_run(self, date: dt.date, end: int) -> tuple[int | None, bool]:
        """Follow an open run over midnights; return its end in minutes of `date`, None if none is in sight.

        Where a notice that nobody has published may prolong it, there is no end either, and False.
        """
        for ahead in range(1, 9):
            day_before, day = self.on(date + (ahead - 1) * ONE_DAY), self.on(date + ahead * ONE_DAY)
            if end < ahead * DAY:
                is_known = _around(day_before.perhaps, end - (ahead - 1) * DAY) is None
                return (end if is_known else None), is_known
            if _around(day.perhaps, 0):
                return None, False
            if not day.stretches or day.stretches[0].start > 0:
                return end, True
            # The run goes on over midnight.
            end = ahead * DAY + day.stretches[0].end
        return None, True


def plan(spans: Iterable[SpanLike], date: dt.date, *, day_class: DayClasses | None = None) -> DayPlan:
    """Return what the highest layer that speaks about a date says; `day_class` asks the calendar.

    Where it hangs on a notice that nobody has published, nothing is said.
    """
    possible = Timetable(tuple(spans), day_class=day_class).plans(date)
    return possible[0] if len(possible) == 1 else DayPlan((), (), 0, "")


def resolve(spans: Sequence[SpanLike], date: dt.date, *, day_class: DayClasses | None = None) -> Stretches:
    """Return the open stretches of one date, 0 to 1440, with what runs in from the day before.

    Stretches are sorted, apart from one another and within the day. What hangs on a notice that nobody
    has published is left out.
    """
    return Timetable(tuple(spans), day_class=day_class).on(date).stretches


def resolve_with_reasons(
    spans: Sequence[Span], date: dt.date, *, day_class: DayClasses | None = None, audience: str = ""
) -> Resolved:
    """Return the open stretches of one date as in `resolve`, and what every span said about it.

    Spans for an audience count for that audience alone; for everybody else they stand in the chain, unheard.
    """
    heard = tuple(span for span in spans if span.audience in ("", audience))
    table = Timetable(heard, day_class=day_class)
    day = table.on(date)
    others = Timetable(tuple(span for span in spans if span not in heard), day_class=day_class)
    unheard = [dataclasses.replace(one, spoke=False) for one in others.because(date)]
    return Resolved(day.stretches, (*table.because(date), *unheard), day.perhaps)


def state_at(
    spans: Sequence[SpanLike], moment: dt.datetime, *, day_class: DayClasses | None = None
) -> OpenState:
    """Return whether it is open at an aware moment, until when, or when it opens next."""
    return Timetable(tuple(spans), day_class=day_class).state_at(moment)


def minutes_open(spans: Sequence[SpanLike], date: dt.date, *, day_class: DayClasses | None = None) -> int:
    """Return how many minutes of a date it is open."""
    return length(resolve(spans, date, day_class=day_class))


def outside(stretches: Iterable[Stretch], start_minute: int, end_minute: int) -> bool:
    """Say whether any minute from `start_minute` until `end_minute` lies outside the open stretches."""
    return bool(without((Stretch(start_minute, end_minute),), stretches)) and start_minute < end_minute


def words(state: OpenState, now: dt.datetime) -> str:
    """Say it as a neighbour would: "开着，到 21:00", "全天开", "明天 8:00 开门", "暂停：修水管"."""
    if state.is_open:
        if not state.is_known:
            return _("开着")
        if state.all_day or state.until is None:
            return _("全天开")
        time = clock_words(state.until, now, is_end=True)
        # A time of today stands apart from the words, 明天 and weekdays lean on them.
        return (_("开着，到 %(time)s") if time[0].isdigit() else _("开着，到%(time)s")) % {"time": time}
    if state.shut_at is not None:
        return _("%(time)s 关了门") % {"time": clock_words(state.shut_at, now)}
    if state.reason:
        return _("暂停：%(reason)s") % {"reason": state.reason}
    if not state.is_known:
        return _("放假安排还没公布")
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
    return str(WEEKDAYS[weekday])


def _joined(before: DayPlan, today: DayPlan) -> Stretches:
    """Return the open stretches of a day, 0 to 1440, from its plan and that of the day before."""
    own, running_in = today.stretches, a_day_later(before.stretches)
    if today.layer > before.layer:
        running_in = without(running_in, today.shut)
    elif before.layer > today.layer:
        own = without(own, a_day_later(before.shut))
    return merged([*running_in, *clip(own, 0, DAY)])


def _because(span: SpanLike, date: dt.date, certain: bool, spoke: bool, is_the_houses: bool) -> Because:
    return Because(
        date=date,
        layer=span.layer,
        stretch=Stretch(span.opens, span.closes),
        is_closed=span.is_closed,
        reason=span.reason,
        source=span.source,
        from_date=span.from_date,
        to_date=span.to_date,
        audience=span.audience if isinstance(span, Span) else "",
        day_class=span.day_class,
        spoke=spoke,
        is_certain=certain,
        is_the_houses=is_the_houses,
    )


def _around(stretches: Iterable[Stretch], minute: int) -> Stretch | None:
    return next((stretch for stretch in stretches if stretch.start <= minute < stretch.end), None)


def _at(date: dt.date, minute: int) -> dt.datetime:
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
    return midnight + dt.timedelta(minutes=minute)
