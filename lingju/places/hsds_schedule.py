"""When an HSDS schedule can be followed, and when it is nonsense that looks like one. Pure.

The fields are those of a recurrence rule (RFC 5545) with times of day beside them. HSDS knows weekly and
monthly rules only, and its schema checks none of the rest.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from lingju.places.hsds_read import Record, Scalar
from lingju.places.hsds_values import DAY_MINUTES, Said, TimeOfDay, a_date, a_time, is_zone, number

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
WHOLE = re.compile(r"[+-]?\d{1,3}")
OVERNIGHT: Final = ("overnight", "次日")
WHICH_DAYS: Final[dict[Scalar, tuple[str, ...]]] = {
    "WEEKLY": ("byday",),
    "MONTHLY": ("byday", "bymonthday"),
}
DATES: Final = ("valid_from", "valid_to", "dtstart", "until")


def wrong_in_schedule(one: Record) -> Iterator[Said]:
    """Yield what is wrong with a schedule: the field, and why."""
    yield from _dates(one)
    yield from _times(one)
    yield from _rule(one)
    yield from _days(one)
    yield from _numbers(one)
    yield from _never(one)


def runs_overnight(one: Record) -> bool:
    """Say whether a schedule says that it closes on the day after it opens."""
    notes = str(one["notes"] or "").lower()
    return any(word in notes for word in OVERNIGHT)


def _dates(one: Record) -> Iterator[Said]:
    for name in DATES:
        if one[name] is not None and a_date(one[name]) is None:
            yield name, _("没有这个日期，要写成 2026-11-26 这样。")
    for first, last in (("valid_from", "valid_to"), ("dtstart", "until")):
        begins, ends = a_date(one[first]), a_date(one[last])
        if begins and ends and ends < begins:
            yield last, _("截止日比起始日还早。")


def _times(one: Record) -> Iterator[Said]:
    opens, closes = a_time(one["opens_at"]), a_time(one["closes_at"])
    for name, time in (("opens_at", opens), ("closes_at", closes)):
        if one[name] is not None and time is None:
            yield name, _("钟上没有这个时间，要写成 08:30 这样。")
    if opens is not None and closes is not None:
        yield from _together(one, opens, closes)
    given = [name for name in ("opens_at", "closes_at") if one[name] is not None]
    if len(given) == 1:
        yield ("closes_at" if given == ["opens_at"] else "opens_at"), _("几点开、几点关要一起给。")
    if not given and not one["description"]:
        yield "description", _("没有时间，就要说明是怎么回事。")


def _together(one: Record, opens: TimeOfDay, closes: TimeOfDay) -> Iterator[Said]:
    if opens.minute == DAY_MINUTES:
        yield "opens_at", _("24:00 只能用来关门。")
    if opens.zone != closes.zone:
        yield "closes_at", _("开门和关门的时区不一样。")
    if closes.minute <= opens.minute and not runs_overnight(one):
        yield "closes_at", _("关门比开门还早；过夜的要在 notes 里写上“次日”。")


def _rule(one: Record) -> Iterator[Said]:
    freq = one["freq"]
    if freq is None:
        yield from _without_rule(one)
    elif freq not in WHICH_DAYS:
        yield "freq", _("只有每周和每月两种。")
    elif one["dtstart"] is None and all(one[name] is None for name in WHICH_DAYS[freq]):
        yield "freq", _("说了多久一次，没说是哪几天。")
    if one["count"] is not None and one["until"] is not None:
        yield "count", _("count 和 until 只能给一个。")
    if (number(one["interval"]) or 1) > 1 and one["dtstart"] is None:
        yield "dtstart", _("隔几次一回的，要说从哪天算起。")


def _without_rule(one: Record) -> Iterator[Said]:
    for name in ("byday", "bymonthday", "byweekno", "byyearday", "interval", "count"):
        if one[name] is not None:
            yield name, _("没说是每周还是每月。")
    if one["opens_at"] is not None and one["dtstart"] is None and one["valid_from"] is None:
        yield "dtstart", _("只有时间，没说是哪一天。")


def _days(one: Record) -> Iterator[Said]:
    freq = one["freq"]
    if one["byday"] is not None:
        yield from _weekdays(one["byday"], is_monthly=freq == "MONTHLY")
    allowed = (("bymonthday", 31, "MONTHLY"), ("byweekno", 53, "WEEKLY"), ("byyearday", 366, "YEARLY"))
    for name, most, with_freq in allowed:
        said = one[name]
        if said is None:
            continue
        if not _all_between(said, most):
            yield name, _("里面有一个数不对。")
        if freq is not None and freq != with_freq:
            yield name, _("这一项和 freq 配不上。")


def _weekdays(value: Scalar, *, is_monthly: bool) -> Iterator[Said]:
    parts = [part.strip() for part in str(value).split(",")]
    found = [BY_DAY.fullmatch(part) for part in parts]
    if not all(found):
        yield "byday", _("星期要用 MO、TU、WE、TH、FR、SA、SU。")
    if len(set(parts)) < len(parts):
        yield "byday", _("有一天写了两次。")
    nths = [int(one.group(1)) for one in found if one and one.group(1)]
    if nths and not is_monthly:
        yield "byday", _("第几个星期几，只能用在每月里。")
    if any(nth == 0 or abs(nth) > 5 for nth in nths):
        yield "byday", _("一个月没有那么多个星期。")


def _all_between(value: Scalar, most: int) -> bool:
    parts = [part.strip() for part in str(value).split(",")]
    return all(WHOLE.fullmatch(part) and 1 <= abs(int(part)) <= most for part in parts)


def _numbers(one: Record) -> Iterator[Said]:
    for name in ("interval", "count"):
        value = number(one[name])
        if one[name] is not None and (value is None or value < 1 or not value.is_integer()):
            yield name, _("要是一个大于零的整数。")
    if one["timezone"] is not None:
        hours = number(one["timezone"])
        if hours is None or not is_zone(hours * 60):
            yield "timezone", _("没有这个时区，要在 -12 到 14 之间。")
    if one["wkst"] is not None and one["wkst"] not in DAYS:
        yield "wkst", _("星期要用 MO、TU、WE、TH、FR、SA、SU。")


def _never(one: Record) -> Iterator[Said]:
    """Say where the dates of a weekly schedule hold none of its weekdays: nobody will ever find it open."""
    begins, ends = a_date(one["valid_from"]), a_date(one["valid_to"])
    days = {DAYS.index(day) for day in str(one["byday"] or "").split(",") if day in DAYS}
    if one["freq"] != "WEEKLY" or not days or begins is None or ends is None:
        return
    length = (ends - begins).days
    if 0 <= length < 6 and not days & {
        (begins + dt.timedelta(ahead)).weekday() for ahead in range(length + 1)
    }:
        yield "byday", _("这几天里没有这个星期几。")
