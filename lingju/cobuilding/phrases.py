"""How the rule of a co-building day reads."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.cobuilding.models import DaySeries
from lingju.places.hours import weekday_words

NTH: Final = {
    1: gettext_lazy("第一个"),
    2: gettext_lazy("第二个"),
    3: gettext_lazy("第三个"),
    4: gettext_lazy("第四个"),
    5: gettext_lazy("第五个"),
    -1: gettext_lazy("最后一个"),
}


def day_words(series: DaySeries, weekday: str) -> str:
    """Return which day of a month a rule names, the weekday as it is called there: 第一个周五, or 22 日."""
    if series.rule == DaySeries.Rule.FIXED_DAY:
        return _("%(day)d 日") % {"day": series.day_of_month or 1}
    return _("%(nth)s%(weekday)s") % {"nth": NTH[series.nth], "weekday": weekday}


def rule_words(series: DaySeries) -> str:
    """Return a rule as 每月第一个周五，14:30–17:30, and what becomes of it on a holiday."""
    told = {
        "day": day_words(series, weekday_words(series.weekday)),
        "starts": f"{series.starts.hour}:{series.starts.minute:02d}",
        "ends": f"{series.ends.hour}:{series.ends.minute:02d}",
        "moves": series.get_moves_display(),
    }
    return _("每月%(day)s，%(starts)s–%(ends)s。遇上放假，%(moves)s。") % told
