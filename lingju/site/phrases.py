"""How dates, times, distances and waits read, in the language of the page.

Each is a Jinja2 filter of the same name. Numbers come before adjectives: 走 4 分钟, not 不远.
"""

import datetime as dt
import math

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from markupsafe import Markup

from lingju.kernel import clock
from lingju.places.phrases import distance

# Names are Chinese in every language, so their endings are named here and not translated.
STATION_KINDS = ("幸福驿站", "暖新驿站", "党群服务中心", "服务中心", "智慧小屋")
WEEKDAYS = (
    gettext_lazy("星期一"),
    gettext_lazy("星期二"),
    gettext_lazy("星期三"),
    gettext_lazy("星期四"),
    gettext_lazy("星期五"),
    gettext_lazy("星期六"),
    gettext_lazy("星期日"),
)
MONTHS = (
    gettext_lazy("1月"),
    gettext_lazy("2月"),
    gettext_lazy("3月"),
    gettext_lazy("4月"),
    gettext_lazy("5月"),
    gettext_lazy("6月"),
    gettext_lazy("7月"),
    gettext_lazy("8月"),
    gettext_lazy("9月"),
    gettext_lazy("10月"),
    gettext_lazy("11月"),
    gettext_lazy("12月"),
)


def _local(moment: dt.date | dt.datetime) -> dt.date | dt.datetime:
    """Bring an aware moment to the district's wall clock; a date stays as it is."""
    return moment.astimezone(clock.ZONE) if isinstance(moment, dt.datetime) else moment


def day(moment: dt.date | dt.datetime) -> str:
    """Return 11月6日."""
    local = _local(moment)
    return _("%(month)s%(day)s日") % {"month": MONTHS[local.month - 1], "day": local.day}


def date(moment: dt.date | dt.datetime) -> str:
    """Return 11月6日 星期五."""
    return _("%(day)s %(weekday)s") % {"day": day(moment), "weekday": weekday(moment)}


def full_date(moment: dt.date | dt.datetime) -> str:
    """Return 2026年11月6日."""
    return _("%(year)s年%(day)s") % {"year": _local(moment).year, "day": day(moment)}


def weekday(moment: dt.date | dt.datetime) -> str:
    """Return 星期五."""
    return str(WEEKDAYS[_local(moment).weekday()])


def time(moment: dt.datetime) -> str:
    """Return 8:30, on the district's clock."""
    local = moment.astimezone(clock.ZONE)
    return f"{local.hour}:{local.minute:02d}"


def minute_of_day(minute: int) -> str:
    """Return 8:30 for minute 510; 24:00 for 1440; what runs past midnight reads 次日 1:00."""
    hour, rest = divmod(minute, 60)
    if hour < 24 or minute == 24 * 60:
        return f"{hour}:{rest:02d}"
    return _("次日 %(time)s") % {"time": f"{hour - 24}:{rest:02d}"}


def minutes(seconds: float) -> int:
    """Return whole minutes, rounded up: nobody arrives early by our promise."""
    return math.ceil(seconds / 60)


def ago(moment: dt.datetime) -> str:
    """Return 刚刚, 2 分钟前, 3 小时前, or the day."""
    passed = int((clock.now() - moment).total_seconds() // 60)
    if passed < 1:
        return _("刚刚")
    if passed < 60:
        return ngettext("%(n)s 分钟前", "%(n)s 分钟前", passed) % {"n": passed}
    if passed < 24 * 60:
        return ngettext("%(n)s 小时前", "%(n)s 小时前", passed // 60) % {"n": passed // 60}
    return day(moment)


def part_of_day(moment: dt.datetime) -> str:
    """Greet by the hour: 早上好 from five, 上午好 from nine, 中午好, 下午好, 晚上好."""
    hour = moment.astimezone(clock.ZONE).hour
    for until, greeting in (
        (5, _("夜深了")),
        (9, _("早上好")),
        (11, _("上午好")),
        (13, _("中午好")),
        (18, _("下午好")),
    ):
        if hour < until:
            return greeting
    return _("晚上好")


def breakable(name: str) -> Markup:
    """Let a station's name break before what kind of station it is, and nowhere inside a word."""
    for kind in STATION_KINDS:
        if name.endswith(kind) and name != kind:
            return Markup("{}<wbr>{}").format(name.removesuffix(kind), kind)
    return Markup("{}").format(name)


FILTERS = {
    "ago": ago,
    "breakable": breakable,
    "date": date,
    "day": day,
    "distance": distance,
    "full_date": full_date,
    "minute_of_day": minute_of_day,
    "minutes": minutes,
    "time": time,
    "weekday": weekday,
}
