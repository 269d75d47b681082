"""Promises in words: by when we call back or answer, and what is left, as a neighbour would say it."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lingju.kernel import clock
from lingju.needs.clock import Due, Reading, State

WEEKDAYS = (
    gettext_lazy("星期一"),
    gettext_lazy("星期二"),
    gettext_lazy("星期三"),
    gettext_lazy("星期四"),
    gettext_lazy("星期五"),
    gettext_lazy("星期六"),
    gettext_lazy("星期日"),
)
HOUR = 60


def promise_in_words(due: Due, now: dt.datetime) -> str:
    """Say by when somebody calls back: 11月27日（星期五）17:00 前回您的话."""
    if due.at is None:
        return _unknown(due)
    return _("%(when)s 前回您的话") % {"when": when_in_words(due.at, now)}


def answer_in_words(due: Due, now: dt.datetime) -> str:
    """Say by when there is an answer: 12月4日（星期五）17:00 前给您办理结果."""
    if due.at is None:
        return _unknown(due)
    return _("%(when)s 前给您办理结果") % {"when": when_in_words(due.at, now)}


def answer_by_day(due: Due) -> str:
    """Say on which day there is an answer, to whoever is not told the minute: 12月4日 前给您办理结果."""
    if due.at is None:
        return _unknown(due)
    day = day_in_words(due.at.astimezone(clock.ZONE).date())
    return _("%(when)s 前给您办理结果") % {"when": day}


def when_in_words(moment: dt.datetime, now: dt.datetime) -> str:
    """Say a moment: 今天 17:00, 明天 9:00, 11月27日（星期五）17:00; the year where it is another."""
    local, today = moment.astimezone(clock.ZONE), now.astimezone(clock.ZONE).date()
    time = f"{local.hour}:{local.minute:02d}"
    days = (local.date() - today).days
    if days == 0:
        return _("今天 %(time)s") % {"time": time}
    if days == 1:
        return _("明天 %(time)s") % {"time": time}
    words = {
        "year": local.year,
        "month": local.month,
        "day": local.day,
        "weekday": WEEKDAYS[local.weekday()],
        "time": time,
    }
    if local.year != today.year:
        return _("%(year)d年%(month)d月%(day)d日（%(weekday)s）%(time)s") % words
    return _("%(month)d月%(day)d日（%(weekday)s）%(time)s") % words


def day_in_words(day: dt.date) -> str:
    """Say a day: 11月27日."""
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def remaining_in_words(reading: Reading) -> str:
    """Say what a clock shows: 还剩 3 个工作日, 已经超时 2 小时, 暂停计时，还剩 1 个工作日."""
    if reading.due.at is None:
        return _unknown(reading.due)
    if reading.state is State.STOPPED:
        return _("已经停止计时")
    if reading.remaining_minutes is None:
        return _("还剩多少时间现在算不出来")
    time = working_time_in_words(abs(reading.remaining_minutes), reading.day_minutes)
    said = _("已经超时 %(time)s") if reading.is_overdue else _("还剩 %(time)s")
    said %= {"time": time}
    return _("暂停计时，%(said)s") % {"said": said} if reading.state is State.PAUSED else said


def working_time_in_words(minutes: int, day_minutes: int) -> str:
    """Say working time in the largest unit that it fills: 3 个工作日, 5 个工作小时, 20 分钟."""
    if minutes >= day_minutes:
        days = minutes // day_minutes
        return ngettext("%(n)d 个工作日", "%(n)d 个工作日", days) % {"n": days}
    if minutes >= HOUR:
        hours = minutes // HOUR
        return ngettext("%(n)d 个工作小时", "%(n)d 个工作小时", hours) % {"n": hours}
    return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}


def _unknown(due: Due) -> str:
    words = {"year": due.unknown_year or 0}
    return _("%(year)d 年的放假安排还没公布，现在说不准哪天；公布以后马上告诉您准日子") % words
