"""A booking every week: one rule, and for every date a claim of its own or a reason why there is none.

    rule ──▶ 3-06 booked   3-13 booked   4-03 放假   4-10 已被约走   …
                  │
                  └─ each lives alone afterwards: called off, moved, checked in; "this and the following"
                     changes those that stand

Every date is a transaction of its own, under a key made of the press and the date: a series never holds
the cells of many days at once, and a press that was cut short goes on where it stopped.
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.bookings.models import Bookable, Claim, Rejection, Series
from lingju.bookings.parties import Party, Slot
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import checking, claiming
from lingju.bookings.services.counting import NoPlace
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places import calendars, opening
from lingju.places.services import marks
from lingju.places.workdays import RESTING
from lingju.trail.services import leave_footprint

MOST_DATES = 60
LONGEST = dt.timedelta(days=366)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
Why = Rejection.Why


@dataclass(frozen=True, slots=True)
class Weekly:
    """On which days of the week (0 is Monday), every how many weeks, from when until when, at what time."""

    weekdays: tuple[int, ...]
    first: dt.date
    last: dt.date
    opens: int
    minutes: int
    every_weeks: int = 1
    skips_holidays: bool = True

    def dates(self) -> list[dt.date]:
        """Return the dates in order; weeks are counted from the Monday of the first."""
        monday = self.first - self.first.weekday() * DAY
        days = max((self.last - self.first).days + 1, 0)
        all_days = (self.first + ahead * DAY for ahead in range(days))
        return [
            date
            for date in all_days
            if date.weekday() in self.weekdays and (date - monday).days // 7 % self.every_weeks == 0
        ]


@dataclass(frozen=True, slots=True)
class Report:
    """What a rule came to: the claims that were made, and the dates that got none, each with why."""

    series: Series
    claims: tuple[Claim, ...]
    rejections: tuple[Rejection, ...]


def repeat(
    bookable: Bookable, weekly: Weekly, party: Party, *, quantity: int = 1, key: str, actor: Actor
) -> Report:
    """Book every date of a rule for a party; report each date that could not be had, with why.

    The same `key` again goes on where it stopped and returns the same report.
    """
    its_keeper.check(actor, bookable)
    key = marks.press_key(key, most=60)
    known = Series.objects.filter(district_id=bookable.district_id, key=key).first()
    dates = _checked(weekly)
    series = known or _written(bookable, weekly, key, actor)
    for date in dates:
        _book(series, date, party, quantity, actor)
    return report_of(series)


def report_of(series: Series) -> Report:
    """Return what a series came to, as it stands now."""
    claims = series.claims.select_related("bookable", "area").order_by("starts_at")
    return Report(series, tuple(claims), tuple(series.rejections.order_by("date")))


def following(claim: Claim) -> list[Claim]:
    """Return a claim and those after it in its series that stand and have not begun."""
    if claim.series_id is None or claim.starts_at is None:
        return [claim]
    rows = Claim.objects.filter(
        series_id=claim.series_id,
        starts_at__gte=claim.starts_at,
        starts_at__gt=clock.now(),
        state__in=Claim.STANDING,
    )
    spans = ("bookable__station__spans", "bookable__offer__spans", "bookable__offer__station__spans")
    rows = rows.select_related("area", "bookable__station__area", "bookable__offer__station", "station")
    return list(rows.prefetch_related(*spans).order_by("starts_at"))


def cancel_following(claim: Claim, *, actor: Actor, why: str = "") -> list[Claim]:
    """Call off a claim and those that follow it, because who booked them does not come; return them."""
    party = Claim.EndedBy.PARTY
    return [claiming.cancel(one, actor=actor, why=why, ended_by=party) for one in following(claim)]


def call_off_following(claim: Claim, *, actor: Actor, why: str) -> list[Claim]:
    """Call off a claim and those that follow it because the station cannot keep them; return them."""
    return [claiming.call_off(one, actor=actor, why=why) for one in following(claim)]


def change_following(
    claim: Claim, *, opens: int, minutes: int, actor: Actor
) -> tuple[list[Claim], list[str]]:
    """Move a claim and those that follow it to another time of their day; each moves whole or stays.

    Return those that moved, and a sentence for each that stays where it was, with why.
    """
    moved, stayed = [], []
    for one in following(claim):
        if one.starts_at is None:
            continue
        date = one.starts_at.astimezone(clock.ZONE).date()
        slot = _slot(date, opens, minutes, one.quantity)
        if (one.starts_at, one.ends_at) == (slot.starts_at, slot.ends_at):
            continue
        try:
            moved.append(claiming.move(one, slot, actor=actor, by=Claim.EndedBy.STATION))
        except (BadInput, NotNow) as refusal:
            stayed.append(
                _("%(month)d月%(day)d日没改：%(why)s")
                % {"month": date.month, "day": date.day, "why": refusal}
            )
    return moved, stayed


# --- inside -----------------------------------------------------------------------------------------------


def _checked(weekly: Weekly) -> list[dt.date]:
    """Return the dates of a rule that makes sense."""
    if not weekly.weekdays:
        sentence = _("请选星期几。")
        raise BadInput(sentence, {"weekdays": sentence})
    if weekly.last < weekly.first or weekly.last - weekly.first > LONGEST:
        sentence = _("截止日要在起始日之后，最多一年。")
        raise BadInput(sentence, {"last": sentence})
    if not 1 <= weekly.every_weeks <= 8:
        sentence = _("每 1 到 8 周一次。")
        raise BadInput(sentence, {"every_weeks": sentence})
    dates = weekly.dates()
    if not 1 <= len(dates) <= MOST_DATES:
        sentence = _("这样排一共 %(n)d 次；一个系列 1 到 %(most)d 次。") % {
            "n": len(dates),
            "most": MOST_DATES,
        }
        raise BadInput(sentence, {"last": sentence})
    return dates


@transaction.atomic
def _written(bookable: Bookable, weekly: Weekly, key: str, actor: Actor) -> Series:
    """Write the rule down; of two hands that press at once both get the one row."""
    series = Series(
        district_id=bookable.district_id,
        bookable=bookable,
        key=key,
        weekdays=sum(1 << day for day in set(weekly.weekdays)),
        every_weeks=weekly.every_weeks,
        first=weekly.first,
        last=weekly.last,
        opens=weekly.opens,
        minutes=weekly.minutes,
        skips_holidays=weekly.skips_holidays,
    )
    try:
        with transaction.atomic():
            series.save(force_insert=True)
    except IntegrityError:
        return Series.objects.get(district_id=bookable.district_id, key=key)
    leave_footprint(actor=actor, action="repeat", subject=series, after={"first": series.first})
    return series


def _book(series: Series, date: dt.date, party: Party, quantity: int, actor: Actor) -> None:
    """Book one date of a series, or write down why not; a date that has its answer is left alone."""
    if Rejection.objects.filter(series=series, date=date).exists():
        return
    bookable = series.bookable
    slot = replace(_slot(date, series.opens, series.minutes, quantity), has_read_notice=True)
    why = _in_the_way(series, slot, date)
    if why is None:
        try:
            with transaction.atomic():
                receipt = claiming.claim(bookable, slot, party, key=f"{series.key}:{date}", actor=actor)
                Claim.objects.filter(pk=receipt.claim.pk).update(series=series)
            return
        except NoPlace:
            why = Why.TAKEN, _("这个时间已经有人约了。")
    with transaction.atomic():
        Rejection.objects.get_or_create(
            series=series,
            date=date,
            defaults={"district_id": series.district_id, "why": why[0], "words": why[1][:200]},
        )


def _in_the_way(series: Series, slot: Slot, date: dt.date) -> tuple[str, str] | None:
    """Return what stands in the way of a date before anybody else is asked; None if nothing does."""
    if slot.starts_at is None or slot.ends_at is None or slot.starts_at <= clock.now():
        return Why.PAST, _("这个时间已经过了。")
    bookable = series.bookable
    if not bookable.is_qualified_on(date):
        return Why.LAPSED, _("提供服务的人资质只到那以前，换了证再排。")
    if series.skips_holidays:
        calendar = calendars.day_classes(bookable.district_id).calendar
        kind = calendar.day_kind(date)
        if kind is None:
            return Why.UNKNOWN, _("%(year)d 年的放假安排还没公布，公布以后再排。") % {"year": date.year}
        if kind in RESTING:
            return Why.HOLIDAY, _("这天放假，没有安排。")
    subject = checking.subject_of(bookable)
    if opening.is_open_throughout(subject, slot.starts_at, slot.ends_at):
        return None
    words = opening.why_shut(subject, slot.starts_at, slot.ends_at)
    day = opening.timetable_of(subject).on(date)
    return (Why.CLOSED if day.is_known else Why.UNKNOWN), words


def _slot(date: dt.date, opens: int, minutes: int, quantity: int) -> Slot:
    starts_at = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE) + opens * MINUTE
    return Slot(starts_at, starts_at + minutes * MINUTE, quantity)
