"""Verbs about the layers above the week: a season, holidays, an exception, an emergency.

    from        1 July      and       31 August     a line is known by its subject, its layer, its dates, its
    seasonal    9:00-12:00  16:00-20:00             class of day and whom it is for; saying it anew replaces
                "夏季时间"                            the times it has, and never adds a second one beside it

Two lines of one layer may not speak about the same date: which of them is true no reader could tell.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import NoReturn

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor, Rule
from lingju.places import hours_text
from lingju.places.hours_text import WeeklyTime
from lingju.places.models import AudienceTag, OpeningSpan
from lingju.places.rules import its_clerk, its_keeper
from lingju.places.services import hours_past, marks
from lingju.places.services.hours import ALL_DAY, Subject, key_of, leave_said, place_of, subject_of, times_of

Layer = OpeningSpan.Layer
KEEPERS_LAYERS = frozenset({Layer.EXCEPTION, Layer.EMERGENCY})
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Line:
    """What is said in one layer: on which days, for whom, why, and by whose word."""

    layer: int
    from_date: dt.date | None = None
    to_date: dt.date | None = None
    day_class: str = ""
    reason: str = ""
    source: str = ""
    audience: AudienceTag | None = None


@transaction.atomic
def set_layer(
    subject: Subject,
    line: Line,
    *,
    times: Iterable[WeeklyTime] | str = "",
    closed: bool = False,
    actor: Actor,
) -> tuple[OpeningSpan, ...]:
    """Say how a subject opens on the days of a line; said again, it changes nothing.

    `closed` shuts whole days: a line says everything about its days, so who shuts for two hours writes the
    hours that are left. An exception without a last day is for one day; an emergency without one lasts
    until it is taken back.
    """
    # Of two hands that would say two things about one day, the second waits here and reads the first.
    type(subject)._default_manager.select_for_update().get(pk=subject.pk)
    line, wanted = checked(subject, line, times, closed=closed, actor=actor)
    known = list(_same_line(subject, line))
    said = {(one.weekdays, one.opens, one.closes, one.is_closed, one.reason, one.source) for one in known}
    told = {(time.weekdays, time.opens, time.closes, closed, line.reason, line.source) for time in wanted}
    if said == told:
        return tuple(known)
    before, was = _words(known), hours_past.snapshot(key_of(subject))
    _same_line(subject, line).delete()
    spans = spans_for(subject, line, wanted, closed=closed)
    for span in spans:
        span.save(force_insert=True)
    days = (line.from_date or clock.today(), line.to_date)
    leave_said(subject, "set_layer", before, _words(spans), actor=actor, was=was, days=days)
    return spans


@transaction.atomic
def drop_line(span: OpeningSpan, *, actor: Actor) -> None:
    """Take back the whole line that a span belongs to; the layers below it speak again."""
    subject = subject_of(span)
    _rule_of(span.layer).check(actor, place_of(subject))
    if span.layer == Layer.BASE:
        raise BadInput(_("平日的开放时间请在“每周时间”里改。"))
    line = Line(span.layer, span.from_date, span.to_date, span.day_class, audience=span.audience)
    known, was = list(_same_line(subject, line)), hours_past.snapshot(key_of(subject))
    _same_line(subject, line).delete()
    days = (line.from_date or clock.today(), line.to_date)
    leave_said(subject, "drop_line", _words(known), "", actor=actor, was=was, days=days)


def checked(
    subject: Subject, line: Line, times: Iterable[WeeklyTime] | str, *, closed: bool, actor: Actor
) -> tuple[Line, tuple[WeeklyTime, ...]]:
    """Return a line in order and its times; refuse what nobody could read off the door. Writes nothing."""
    _rule_of(line.layer).check(actor, place_of(subject))
    marks.same_district(subject.district_id, line.audience)
    line = _in_order(line)
    wanted = times_of(times, "times")
    _refuse_overlapping_times(wanted)
    if not wanted and not closed:
        _refuse("times", _("请填这几天的开放时间；如果不开放，请勾“不开门”。"))
    if wanted and closed:
        _refuse("times", _("不开门就是整天不开；只关几个小时，请不勾“不开门”，写这天开着的时间。"))
    _refuse_overlapping_lines(subject, line)
    return line, wanted or ALL_DAY


def spans_for(
    subject: Subject, line: Line, times: Iterable[WeeklyTime], *, closed: bool
) -> tuple[OpeningSpan, ...]:
    """Return the unsaved spans of a line."""
    return tuple(
        OpeningSpan(
            district_id=subject.district_id,
            layer=line.layer,
            day_class=line.day_class,
            weekdays=time.weekdays,
            opens=time.opens,
            closes=time.closes,
            is_closed=closed,
            from_date=line.from_date,
            to_date=line.to_date,
            reason=line.reason,
            source=line.source,
            audience=line.audience,
            **key_of(subject),
        )
        for time in times
    )


def _rule_of(layer: int) -> Rule:
    return its_keeper if layer in KEEPERS_LAYERS else its_clerk


def _in_order(line: Line) -> Line:
    """Return a line with tidy words and its last day; refuse days that make no sense."""
    if line.layer not in set(Layer.values) - {Layer.BASE.value}:
        _refuse("layer", _("请选这一条是季节、节假日、例外还是应急。"))
    if line.day_class not in OpeningSpan.DayClass.values:
        _refuse("day_class", _("没有这类日子，请从列表里选。"))
    reason = marks.tidy(line.reason)[:120]
    if not reason:
        _refuse("reason", _("请写明原因，来的人要看。"))
    last = line.to_date or (line.from_date if line.layer == Layer.EXCEPTION else None)
    _refuse_odd_days(line, last)
    source = marks.tidy(line.source)[:120]
    return Line(line.layer, line.from_date, last, line.day_class, reason, source, line.audience)


def _refuse_odd_days(line: Line, last: dt.date | None) -> None:
    first = line.from_date
    if first is None and not (line.layer == Layer.HOLIDAY and line.day_class):
        _refuse("from_date", _("请填从哪天开始。"))
    if last is None and line.layer == Layer.SEASONAL:
        _refuse("to_date", _("请填到哪天为止，过了这天就回到平日的时间。"))
    if first and last and last < first:
        _refuse("to_date", _("结束日期不能早于开始日期。"))
    if first and last and (last - first).days > LONGEST_DAYS:
        _refuse("to_date", _("一次最多安排一年，更久请改每周时间或暂停驿站。"))
    if last and last < clock.today():
        _refuse("to_date", _("这些日子已经过去了，过去的开放时间不能再改。"))


def _refuse_overlapping_times(times: tuple[WeeklyTime, ...]) -> None:
    for one, other in combinations(times, 2):
        if one.weekdays & other.weekdays and one.opens < other.closes and other.opens < one.closes:
            both = {"one": hours_text.write((one,)), "other": hours_text.write((other,))}
            _refuse("times", _("“%(one)s”和“%(other)s”有重叠，请改一处。") % both)


def _refuse_overlapping_lines(subject: Subject, line: Line) -> None:
    """Refuse a line that speaks in its layer about a date on which another line of that layer does."""
    others = OpeningSpan.objects.filter(
        **key_of(subject), layer=line.layer, day_class=line.day_class, audience=line.audience
    ).exclude(from_date=line.from_date, to_date=line.to_date)
    if line.to_date is not None:
        others = others.filter(Q(from_date=None) | Q(from_date__lte=line.to_date))
    if line.from_date is not None:
        others = others.filter(Q(to_date=None) | Q(to_date__gte=line.from_date))
    other = others.first()
    if other is not None:
        sentence = _("和“%(reason)s”（%(days)s）的日子重叠，请先取消那一条，或者改日子。") % {
            "reason": other.reason or other.get_layer_display(),
            "days": days_words(other.from_date, other.to_date),
        }
        _refuse("from_date", sentence)


def days_words(first: dt.date | None, last: dt.date | None) -> str:
    """Say from when to when: 7月1日至8月31日, 从7月1日起, 每年 where no dates are given."""
    if first is None and last is None:
        return _("每年")
    day = _("%(month)d月%(day)d日")
    told = [day % {"month": one.month, "day": one.day} if one else "" for one in (first, last)]
    if first == last:
        return told[0]
    if last is None:
        return _("从%(first)s起") % {"first": told[0]}
    return _("%(first)s至%(last)s") % {"first": told[0], "last": told[1]}


def _same_line(subject: Subject, line: Line) -> "QuerySet[OpeningSpan]":
    return OpeningSpan.objects.filter(
        **key_of(subject),
        layer=line.layer,
        from_date=line.from_date,
        to_date=line.to_date,
        day_class=line.day_class,
        audience=line.audience,
    )


def _words(spans: Iterable[OpeningSpan]) -> str:
    spans = list(spans)
    if not spans:
        return ""
    first = spans[0]
    times = hours_text.write(WeeklyTime(one.weekdays, one.opens, one.closes) for one in spans)
    days = f"{first.from_date or ''}~{first.to_date or ''}"
    shut = "不开 " if first.is_closed else ""
    return f"{first.get_layer_display()} {days} {first.get_day_class_display()} {shut}{times} {first.reason}"


def _refuse(field: str, sentence: str) -> NoReturn:
    raise BadInput(sentence, {field: sentence})
