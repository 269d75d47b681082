"""A session every week: one rule, and for every date a session of its own or a reason why there is none.

    rule ──▶ 3-05 session   3-12 session   4-05 放假   4-12 场地有人用   …
                  │
                  └─ each lives alone afterwards: moved, called off, filled; "this and the following"
                     changes those that stand, and never removes one

A date on which it cannot be is written down with why, and can be planned by hand.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.flow import BEFORE
from lingju.activities.models import Series, Session, SkippedDate
from lingju.activities.rules import plans_it
from lingju.activities.services import calling_off, planning, rooms
from lingju.activities.services.planning import Plan
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places import calendars, opening
from lingju.places.services import marks
from lingju.places.workdays import RESTING, DayKind

MOST_DATES: Final = 60
LONGEST: Final = dt.timedelta(days=366)
DAY: Final = dt.timedelta(days=1)
Why = SkippedDate.Why


@dataclass(frozen=True, slots=True)
class Weekly:
    """On which days of the week (0 is Monday), from when until when, and whether holidays are left out."""

    weekdays: tuple[int, ...]
    since: dt.date
    until: dt.date
    skips_holidays: bool = True

    def dates(self) -> list[dt.date]:
        """Return the dates in order."""
        days = (self.until - self.since).days + 1
        all_days = (self.since + dt.timedelta(days=ahead) for ahead in range(max(days, 0)))
        return [date for date in all_days if date.weekday() in self.weekdays]


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a rule came to: the sessions that were made, and the dates that were not, each with why."""

    series: Series
    sessions: tuple[Session, ...]
    skipped: tuple[SkippedDate, ...]


@transaction.atomic
def repeat_weekly(plan: Plan, weekly: Weekly, *, key: str, actor: Actor) -> Repeated:
    """Make a session of every date of a rule, like `plan` in all but the day; report what could not be.

    The same `key` again returns what the first press came to.
    """
    plans_it.check(actor, plan.area)
    known = Series.objects.filter(district_id=plan.area.district_id, key=marks.tidy(key)).first()
    if known is not None:
        return repeated(known)
    dates = _checked(weekly, key)
    planning.check(plan)
    series = Series(
        district_id=plan.area.district_id,
        key=marks.tidy(key),
        area=plan.area,
        station=plan.station,
        space=plan.space,
        weekdays=",".join(map(str, sorted(set(weekly.weekdays)))),
        since=weekly.since,
        until=weekly.until,
        start_minute=clock.minute_of_day(plan.starts_at),
        minutes=(plan.ends_at - plan.starts_at) // dt.timedelta(minutes=1),
    )
    marks.insert(series, actor=actor)
    days = _Days(plan, weekly)
    for date in dates:
        _make(series, plan, date, days, actor)
    return repeated(series)


def repeated(series: Series) -> Repeated:
    """Return what a series came to, as it stands now."""
    return Repeated(
        series, tuple(series.sessions.order_by("series_date")), tuple(series.skipped.order_by("date"))
    )


@transaction.atomic
def change_following(session: Session, plan: Plan, *, actor: Actor) -> tuple[list[Session], list[str]]:
    """Make a session and those that follow it in its series like `plan`, each on its own day.

    Return those that changed, and a sentence for each that could not, such as a room that is taken then.
    One that was moved to another day by hand keeps that day.
    """
    shift = plan.starts_at - session.starts_at
    if plan.starts_at.astimezone(clock.ZONE).date() != _day(session):
        sentence = _("整个循环一起改，只能改当天的时间；要换星期几，请另排一个循环。")
        raise BadInput(sentence, {"starts_at": sentence})
    lasts = plan.ends_at - plan.starts_at
    changed: list[Session] = []
    refused: list[str] = []
    for one in following(session):
        starts_at = one.starts_at + shift
        own = replace(plan, starts_at=starts_at, ends_at=starts_at + lasts)
        try:
            changed += [one] if _followed(one, own, actor) else []
        except (BadInput, NotNow) as refusal:
            refused.append(f"{_day(one):%m-%d}：{refusal}")
    return changed, refused


@transaction.atomic
def _followed(session: Session, plan: Plan, actor: Actor) -> bool:
    """Change one of a series, or nothing of it; say whether anything did."""
    return bool(planning.edit_session(session, plan, actor=actor))


@transaction.atomic
def cancel_following(session: Session, why: str, *, actor: Actor) -> list[Session]:
    """Call off a session and those that follow it in its series; return them."""
    gone = following(session)
    for one in gone:
        calling_off.cancel_session(one, why, actor=actor)
    return gone


def following(session: Session) -> list[Session]:
    """Return a session and those after it in its series that have not been held yet."""
    if session.series_id is None or session.series_date is None:
        return [session]
    rows = Session.objects.filter(
        series_id=session.series_id,
        series_date__gte=session.series_date,
        state__in=BEFORE,
        starts_at__gt=clock.now(),
    )
    related = rows.select_related("area__district", "station__area", "space", "pool", "programme", "parent")
    return list(related.prefetch_related(*planning.JOINED).order_by("series_date"))


def _checked(weekly: Weekly, key: str) -> list[dt.date]:
    """Return the dates of a rule that makes sense."""
    rules = {
        "weekdays": (
            bool(weekly.weekdays) and set(weekly.weekdays) <= set(range(7)),
            _("请选星期几，至少一天。"),
        ),
        "until": (dt.timedelta(0) <= weekly.until - weekly.since <= LONGEST, _("截止日要在一年以内。")),
        "key": (8 <= len(marks.tidy(key)) <= 70, _("这次提交没有带上防重的编号，请刷新页面再填一次。")),
    }
    wrong = {name: sentence for name, (is_right, sentence) in rules.items() if not is_right}
    dates = weekly.dates() if not wrong else []
    if not wrong and not 1 <= len(dates) <= MOST_DATES:
        wrong["until"] = _("这段时间里要有 1 到 %(n)d 个日子，现在是 %(found)d 个。") % {
            "n": MOST_DATES,
            "found": len(dates),
        }
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return dates


class _Days:
    """What is known about the dates of a rule: holidays, and when the station opens; asked once for all."""

    def __init__(self, plan: Plan, weekly: Weekly) -> None:
        self._classes = calendars.day_classes(plan.area.district_id)
        self._skips_holidays = weekly.skips_holidays
        station = plan.station
        self._times = opening.timetable_of(station, classes=self._classes) if station is not None else None

    def why_not(self, plan: Plan, date: dt.date) -> tuple[str, str] | None:
        """Return why there can be no session on a date, in a word and a sentence; None where there can."""
        if plan.starts_at <= clock.now():
            return Why.PAST, _("这一天已经过了。")
        kind = self._classes.calendar.day_kind(date) if self._skips_holidays else DayKind.WORKDAY
        if kind is None:
            return Why.UNKNOWN, _("%(year)d 年的放假安排还没公布，公布后再排。") % {"year": date.year}
        if kind in RESTING:
            return Why.HOLIDAY, _("这一天放假。")
        if not self._opens(plan.starts_at, plan.ends_at):
            return Why.STATION_SHUT, _("驿站这时候不开门。")
        return None

    def _opens(self, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
        """Say whether the station is open at some time while a session lasts, or nobody can say yet."""
        if self._times is None:
            return True
        at = self._times.state_at(starts_at)
        return at.is_open or not at.is_known or (at.opens_at is not None and at.opens_at < ends_at)


def _make(series: Series, plan: Plan, date: dt.date, days: _Days, actor: Actor) -> None:
    """Make the session of one date, or write down why there is none."""
    start = plan.starts_at.astimezone(clock.ZONE)
    starts_at = dt.datetime.combine(date, start.time(), tzinfo=clock.ZONE)
    own = replace(plan, starts_at=starts_at, ends_at=starts_at + (plan.ends_at - plan.starts_at))
    why = days.why_not(own, date)
    if why is None:
        made_from: dict[str, Any] = {"series": series, "series_date": date}
        try:
            with transaction.atomic():
                planning.plan_session(own, key=f"{series.key}-{date:%y%m%d}", actor=actor, **made_from)
        except rooms.RoomTaken as taken:
            why = (Why.ROOM_TAKEN, str(taken))
    if why is not None:
        SkippedDate.objects.create(
            district_id=series.district_id, series=series, date=date, why=why[0], words=why[1][:120]
        )


def _day(session: Session) -> dt.date:
    return session.starts_at.astimezone(clock.ZONE).date()
