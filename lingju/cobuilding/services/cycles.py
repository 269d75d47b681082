"""Cycles: made month by month from their rule, moved by hand with a reason, told when they move.

The clockwork makes the coming year's cycles and looks again at those whose day was not known: when the
State Council's notice is imported, they get their day. A day set by hand stays.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.days import DayOfMonth, DayRule, Why, day_of, months
from lingju.cobuilding.events import CycleAnnounced, CycleMoved, CyclePublished, UnitsCalled
from lingju.cobuilding.flow import CYCLES
from lingju.cobuilding.models import Cycle, DayMove, DaySeries, Duty
from lingju.cobuilding.rules import leads_it, sets_the_rule
from lingju.cobuilding.services import following
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places import calendars
from lingju.places.models import Area, CalendarDay
from lingju.places.services import marks
from lingju.places.services.marks import said_why, tidy
from lingju.places.workdays import Shift
from lingju.trail.services import leave_footprint

AHEAD: Final = 12  # months that are made beforehand
FARTHEST: Final = dt.timedelta(days=45)  # from the rule's day, for one set by hand
MOST_WINDOW: Final = 31
EARLIEST: Final = dt.date(2015, 1, 1)  # before it nobody held such a day; cycles are made from here on
LATEST: Final = dt.timedelta(days=731)


@dataclass(frozen=True, slots=True)
class SeriesDraft:
    """A rule as somebody sets it."""

    name: str
    since: dt.date
    rule: str = DaySeries.Rule.NTH_WEEKDAY.value
    nth: int = 1
    weekday: int = 4
    day_of_month: int | None = None
    moves: str = DaySeries.Moves.NEXT_WORKING_SAME_WEEKDAY.value
    starts: dt.time = dt.time(14, 30)
    ends: dt.time = dt.time(17, 30)
    days_before: int = 2
    days_after: int = 6
    notice_days: int = 14

    @property
    def columns(self) -> dict[str, Any]:
        """Return what stands in the row."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def rule_of(series: DaySeries) -> DayRule:
    """Return a series as the pure rule it is."""
    fixed = series.day_of_month if series.rule == DaySeries.Rule.FIXED_DAY else None
    return DayRule(series.nth, series.weekday, fixed, Shift(series.moves))


@transaction.atomic
def set_series(area: Area, draft: SeriesDraft, *, actor: Actor, version: int | None = None) -> DaySeries:
    """Set the rule of an area's day; one that stands is changed, and coming cycles follow it.

    Raises BadInput with what is to be put right, by field; SomeoneWasFaster.
    """
    sets_the_rule.check(actor, area)
    check_series(draft)
    standing: DaySeries | None = DaySeries.objects.filter(area=area, ended_on__isnull=True).first()
    if standing is None:
        row = DaySeries(district_id=area.district_id, area=area, **draft.columns)
        return marks.insert(row, actor=actor)
    _check_since(standing, draft)
    if marks.amend(standing, draft.columns, actor=actor, version=version):
        refresh(standing, actor=actor)
    return standing


def _check_since(standing: DaySeries, draft: SeriesDraft) -> None:
    """Refuse another first month once there are cycles: they are numbered from it."""
    is_same = (standing.since.year, standing.since.month) == (draft.since.year, draft.since.month)
    if not is_same and standing.cycles.exists():
        sentence = _("期次是从 %(year)d 年 %(month)d 月数起的，已经有期次了，起始月份不能再改。") % {
            "year": standing.since.year,
            "month": standing.since.month,
        }
        raise BadInput(sentence, {"since": sentence})


def check_series(draft: SeriesDraft) -> None:
    """Refuse a rule that names no day, or one on which nobody works; raise BadInput by field."""
    faults = _day_faults(draft) | _time_faults(draft)
    if not tidy(draft.name):
        faults["name"] = _("请给共建日起个名字。")
    if faults:
        raise BadInput("".join(faults.values()), faults)


def _day_faults(draft: SeriesDraft) -> dict[str, str]:
    faults: dict[str, str] = {}
    if draft.nth not in (-1, 1, 2, 3, 4, 5) or not 0 <= draft.weekday <= 6:
        faults["nth"] = _("请选每月第几个星期几。")
    if draft.rule == DaySeries.Rule.FIXED_DAY and not 1 <= (draft.day_of_month or 0) <= 28:
        faults["day_of_month"] = _("固定的日子请选 1 到 28 号，每个月都有。")
    same_weekday = draft.moves == DaySeries.Moves.NEXT_WORKING_SAME_WEEKDAY
    if same_weekday and (draft.rule == DaySeries.Rule.FIXED_DAY or draft.weekday > 4):
        # On a Sunday nobody works for weeks; it would be moved out of its month, and out of the year.
        faults["moves"] = _("这样定的日子遇上休息，请选顺延或提前到工作日、照常举行或者不办。")
    return faults


def _time_faults(draft: SeriesDraft) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not EARLIEST <= draft.since <= clock.today() + LATEST:
        faults["since"] = _("起始月份请填 2015 年以后、两年以内的日子。")
    if draft.ends <= draft.starts:
        faults["ends"] = _("结束时间要晚于开始时间。")
    if draft.days_before + draft.days_after > MOST_WINDOW:
        faults["days_after"] = _("前后加起来不能超过一个月，不然两期就混在一起了。")
    return faults


@transaction.atomic
def open_cycles(series: DaySeries, until: dt.date, *, actor: Actor) -> list[Cycle]:
    """Make the cycles that are missing, from the series' first month on; return the new ones."""
    leads_it.check(actor, series)
    # An ended series makes no more; its past cycles stay.
    last = min(until, series.ended_on) if series.ended_on else until
    known = set(series.cycles.values_list("month", flat=True))
    made = []
    for number, month in enumerate(months(series.since, last), start=1):
        if month in known:
            continue
        cycle = Cycle(
            district_id=series.district_id,
            series=series,
            area_id=series.area_id,
            number=number,
            month=month,
            **_dated(series, day_in(series, month)),
        )
        made.append(marks.insert(cycle, actor=actor))
    return made


@transaction.atomic
def refresh(series: DaySeries, *, actor: Actor) -> list[Cycle]:
    """Give coming cycles the day that rule and calendar give them now; return those that moved."""
    leads_it.check(actor, series)
    coming = series.cycles.filter(
        state__in=(Cycle.State.GENERATED, Cycle.State.ANNOUNCED), month__gte=clock.today().replace(day=1)
    ).exclude(is_by_hand=True)
    moved = []
    for cycle in coming.order_by("month"):
        dated = _dated(series, day_in(series, cycle.month))
        if _set_day(cycle, dated, str(dated["moved_for"]), by_hand=False, actor=actor):
            moved.append(cycle)
    return moved


@transaction.atomic
def move_cycle(
    cycle: Cycle, date: dt.date, reason: str, *, actor: Actor, version: int | None = None
) -> Cycle:
    """Set the day of a cycle by hand; the reason is kept and told. The same day again changes nothing.

    Raises BadInput (no reason, too far away), NotNow (it was held, or the month has another cycle that day).
    """
    leads_it.check(actor, cycle)
    if cycle.state not in Cycle.COMING:
        raise NotNow(_("这一期已经办过或者取消了，日子改不了。"))
    reason = said_why(reason, _("请写一句为什么改，通知里要告诉大家。"))
    if abs(date - cycle.ruled_on) > FARTHEST or date < clock.today():
        sentence = _("日子要在今天以后，离原来的日子不超过 %(n)d 天。") % {"n": FARTHEST.days}
        raise BadInput(sentence, {"date": sentence})
    if is_taken(cycle, date):
        raise NotNow(_("那一天已经是另一期共建日了，请换一天。"))
    dated = _window(cycle.series, date) | {"moved_for": reason, "unknown_year": None, "is_by_hand": True}
    _set_day(cycle, dated, reason, by_hand=True, actor=actor, version=version)
    return cycle


def _set_day(
    cycle: Cycle,
    dated: Mapping[str, Any],
    reason: str,
    *,
    by_hand: bool,
    actor: Actor,
    version: int | None = None,
) -> bool:
    old = cycle.date
    if not marks.amend(cycle, dated, actor=actor, action="move", version=version):
        return False
    if old != cycle.date:
        DayMove.objects.create(
            district_id=cycle.district_id,
            cycle=cycle,
            old_date=old,
            new_date=cycle.date,
            reason=reason or _("按规则重新算过"),
            is_by_hand=by_hand,
        )
        following.follow(cycle, old, reason or _("共建日改期"), actor=actor)
        if cycle.state != Cycle.State.GENERATED:
            announce(CycleMoved(cycle.district_id, cycle.pk))
    return True


@transaction.atomic
def rule_it(cycle: Cycle, day: DayOfMonth, *, actor: Actor, version: int | None = None) -> bool:
    """Give a cycle a day of its rule, also where it was set by hand; say whether anything changed."""
    leads_it.check(actor, cycle)
    dated = _dated(cycle.series, day)
    return _set_day(cycle, dated, _("按规则的日子办"), by_hand=True, actor=actor, version=version)


@transaction.atomic
def announce_cycle(cycle: Cycle, theme: str = "", *, actor: Actor, version: int | None = None) -> Cycle:
    """Tell beforehand that a cycle comes: units and communities get ready for it."""
    leads_it.check(actor, cycle)
    if cycle.date is None:
        raise NotNow(why_no_day(cycle))
    if theme and tidy(theme) != cycle.theme:
        marks.amend(cycle, {"theme": tidy(theme)}, actor=actor, version=version)
    CYCLES.take("announce", cycle, actor=actor)
    announce(CycleAnnounced(cycle.district_id, cycle.pk))
    return cycle


@transaction.atomic
def call_units(cycle: Cycle, *, actor: Actor) -> int:
    """Have every unit on duty told that it is; return how many are on duty.

    A second press tells nobody twice. Raises NotNow where nobody is on duty, or the day is over.
    """
    leads_it.check(actor, cycle)
    if cycle.date is None or cycle.state not in Cycle.COMING:
        raise NotNow(_("这一期还没有定日子，或者已经办过了，不用再通知。"))
    units = Duty.objects.held().filter(cycle=cycle).values("enrolment_id").distinct().count()
    if units == 0:
        raise NotNow(_("这一期还没有排单位，先排好轮值再通知。"))
    leave_footprint(actor=actor, action="call_units", subject=cycle, after={"units": units})
    announce(UnitsCalled(cycle.district_id, cycle.pk))
    return units


@transaction.atomic
def publish_cycle(cycle: Cycle, *, actor: Actor) -> Cycle:
    """Tell everybody what happens on the day; raises NotNow while no community's plan is confirmed."""
    leads_it.check(actor, cycle)
    if not cycle.plans.filter(state__in=("confirmed", "held", "recorded")).exists():
        raise NotNow(_("还没有一个社区的方案确认好，先确认再公告。"))
    CYCLES.take("publish", cycle, actor=actor)
    announce(CyclePublished(cycle.district_id, cycle.pk))
    return cycle


@transaction.atomic
def cancel_cycle(cycle: Cycle, reason: str, *, actor: Actor) -> Cycle:
    """Call a cycle off; the reason is kept and told."""
    reason = said_why(reason, _("请写一句为什么取消。"))
    was_told = cycle.state != Cycle.State.GENERATED
    CYCLES.take("cancel", cycle, actor=actor, note=reason, changes={"state_reason": reason[:120]})
    following.call_off(cycle, reason, actor=actor)
    if was_told:
        announce(CycleMoved(cycle.district_id, cycle.pk))
    return cycle


def is_taken(cycle: Cycle, date: dt.date) -> bool:
    """Say whether a day is another cycle's of the same series."""
    return Cycle.objects.filter(series_id=cycle.series_id, date=date).exclude(pk=cycle.pk).exists()


def close_lists(cycle: Cycle, *, actor: Actor) -> bool:
    """Freeze the three lists of a cycle; say whether they were open until now."""
    leads_it.check(actor, cycle)
    now = clock.now()
    with transaction.atomic():
        shut = (
            Cycle.objects.filter(pk=cycle.pk, lists_closed_at__isnull=True).update(lists_closed_at=now) == 1
        )
        if shut:
            cycle.lists_closed_at = now
            leave_footprint(actor=actor, action="close_lists", subject=cycle)
    return shut


def why_no_day(cycle: Cycle) -> str:
    """Return in words why a cycle has no day."""
    if cycle.unknown_year is not None:
        return _("%(year)d 年的放假安排还没公布，这一期的日子还定不下来。") % {"year": cycle.unknown_year}
    return cycle.moved_for or _("这个月不办共建日。")


def day_in(series: DaySeries, month: dt.date) -> DayOfMonth:
    """Return the day that rule and calendar give a month as they stand now; the series may be unsaved."""
    working = calendars.calendar_of(series.district)
    rule = rule_of(series)
    ruled = rule.ruled_on(month.year, month.month)
    names = dict(
        CalendarDay.objects.filter(district_id=series.district_id, date=ruled).values_list("date", "name")
    )
    return day_of(rule, month.year, month.month, working, names)


def _dated(series: DaySeries, day: DayOfMonth) -> dict[str, Any]:
    """Return the columns of a cycle that hang on its day."""
    told = {
        "ruled_on": day.ruled_on,
        "moved_for": why_words(day),
        "unknown_year": day.unknown_year,
        "is_by_hand": False,
    }
    return told | _window(series, day.date)


def _window(series: DaySeries, date: dt.date | None) -> dict[str, Any]:
    if date is None:
        return {"date": None, "opens_on": None, "closes_on": None}
    return {
        "date": date,
        "opens_on": date - dt.timedelta(days=series.days_before),
        "closes_on": date + dt.timedelta(days=series.days_after),
    }


def why_words(day: DayOfMonth) -> str:
    """Return in words why a day is not the one that its rule names; nothing where it is."""
    if day.why is Why.NONE or day.why is Why.UNKNOWN:
        return ""
    rest = _("%(name)s放假") % {"name": day.holiday} if day.holiday else _("当天休息")
    if day.date is None:
        return _("%(rest)s，这个月不办") % {"rest": rest}
    to = _("%(month)d月%(day)d日") % {"month": day.date.month, "day": day.date.day}
    words = _("%(rest)s，顺延到%(to)s") if day.why is Why.LATER else _("%(rest)s，提前到%(to)s")
    return words % {"rest": rest, "to": to}
