"""The parts of a co-building day: what they are called, when they are, which of them a cycle has. Pure.

    am 9:00-11:30   pm 14:00-16:00   after_school 16:00-18:00   evening 19:00-20:30   weekend 9:00-11:30

The weekend is the first Saturday after the day, where the cycle's days reach so far.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

ORDER: Final = ("am", "pm", "after_school", "evening", "weekend")
NAMES: Final = {
    "am": _("上午"),
    "pm": _("下午"),
    "after_school": _("放学后"),
    "evening": _("晚上"),
    "weekend": _("周末"),
}
HOURS: Final = {
    "am": (dt.time(9), dt.time(11, 30)),
    "pm": (dt.time(14), dt.time(16)),
    "after_school": (dt.time(16), dt.time(18)),
    "evening": (dt.time(19), dt.time(20, 30)),
    "weekend": (dt.time(9), dt.time(11, 30)),
}
SATURDAY: Final = 5


def date_of(window: str, date: dt.date) -> dt.date:
    """Return on which date a part lies: the day itself, or the first Saturday after it."""
    if window != "weekend":
        return date
    return date + dt.timedelta(days=(SATURDAY - date.weekday()) % 7 or 7)


def along(on: dt.date, old: dt.date, new: dt.date) -> dt.date:
    """Return where a date goes when the day it belongs to moves: a weekend stays one, and so does a weekday.

    A date of a weekend goes to the first weekend after the new day; any other keeps its distance from the
    day, and is the day itself where that would be a weekend.
    """
    if on != old and on.weekday() >= SATURDAY:
        return date_of("weekend", new) + dt.timedelta(days=on.weekday() - SATURDAY)
    there = new + (on - old)
    return there if there.weekday() < SATURDAY else new


def numbers_of(windows: Iterable[str], date: dt.date, closes_on: dt.date) -> frozenset[int]:
    """Return the numbers of the parts that a cycle has; none named is any."""
    named = set(windows) or set(ORDER)
    return frozenset(
        number
        for number, name in enumerate(ORDER)
        if name in named and (name != "weekend" or date_of(name, date) <= closes_on)
    )


def within(starts: dt.time, ends: dt.time) -> tuple[str, ...]:
    """Return the parts of the day itself in which hours lie, at least in part."""
    return tuple(
        name for name in ORDER if name != "weekend" and HOURS[name][0] < ends and starts < HOURS[name][1]
    )
