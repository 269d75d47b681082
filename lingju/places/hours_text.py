"""Opening hours as people write them into a sheet, read and written back. Pure.

8:00-12:00 14:00-18:00                     every day
周一至周五 8:00-18:00；周六、周日 9:00-12:00    by weekday
全天 / 24小时                                round the clock
周一至周五 8:00-18:00；周六日休息               a rest day is a day nobody names
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lingju.places.hours import DAY, Span

WEEKDAYS = "一二三四五六日"
EVERY_DAY = 0b1111111
ALL_DAY = re.compile(r"全天|24 ?小时|全日|昼夜")
REST = re.compile(r"休息|不开|关闭|休$")
TIMES = re.compile(r"(\d{1,2})[:时点](\d{2})?分?[-~至到](次日)?(\d{1,2})[:时点](\d{2})?分?")
DAYS = re.compile(
    r"每天|每日|工作日|双休日|周末|(?:周|星期|礼拜)?[一二三四五六日天](?:[至到-](?:周|星期|礼拜)?[一二三四五六日天])?"
)
NAMED = {"每天": EVERY_DAY, "每日": EVERY_DAY, "工作日": 0b0011111, "双休日": 0b1100000, "周末": 0b1100000}


class UnreadableHoursError(ValueError):
    """Refuse hours that cannot be read; `part` is the piece that was not understood."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True, order=True)
class WeeklyTime:
    """From one minute to another on the weekdays of a mask, bit 0 Monday; past 1440 is the next day."""

    weekdays: int
    opens: int
    closes: int

    def span(self) -> Span:
        """Return it as a span of the base layer; raises ValueError for times no day has."""
        return Span(opens=self.opens, closes=self.closes, weekdays=self.weekdays)


def read(text: str) -> tuple[WeeklyTime, ...]:
    """Read hours as written in a sheet; nothing written means nothing said. Raises UnreadableHoursError."""
    plain = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-").replace("~", "-")
    times: list[WeeklyTime] = []
    for part in re.split(r"[;\n。]", plain):
        if part.strip(" ,、"):
            times.extend(_read_part(part.strip(" ,、")))
    return tuple(sorted(set(times)))


def write(times: Iterable[WeeklyTime]) -> str:
    """Write hours the way `read` reads them: one part for each group of days with equal times."""
    times = tuple(times)  # looked through once for each weekday: an iterator would be empty after Monday
    by_times: dict[tuple[tuple[int, int], ...], int] = {}
    for day in range(7):
        of_day = tuple(sorted({(t.opens, t.closes) for t in times if t.weekdays >> day & 1}))
        if of_day:
            by_times[of_day] = by_times.get(of_day, 0) | 1 << day
    parts = sorted(by_times.items(), key=lambda item: (item[1] & -item[1], item[0]))
    return "；".join(_write_part(mask, of_day) for of_day, mask in parts)


def minute_words(minute: int) -> str:
    """Write a minute of a span: 8:00, 24:00, 次日6:00."""
    if minute > DAY:
        return f"次日{(minute - DAY) // 60}:{minute % 60:02d}"
    return f"{minute // 60}:{minute % 60:02d}"


def days_words(mask: int) -> str:
    """Write a weekday mask: nothing for every day, 周一至周五, 周一、周三."""
    if mask == EVERY_DAY:
        return ""
    days = [day for day in range(7) if mask >> day & 1]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{WEEKDAYS[days[0]]}至周{WEEKDAYS[days[-1]]}"
    return "、".join(f"周{WEEKDAYS[day]}" for day in days)


def _read_part(part: str) -> list[WeeklyTime]:
    found = list(TIMES.finditer(part))
    rest = ALL_DAY.sub(" ", TIMES.sub(" ", part))
    mask = _read_days(REST.sub(" ", rest), part)
    if REST.search(rest) and not found:
        return []
    if ALL_DAY.search(part) and not found:
        return [WeeklyTime(mask, 0, DAY)]
    if not found:
        raise UnreadableHoursError(part)
    return [_read_times(match, mask, part) for match in found]


def _read_days(text: str, part: str) -> int:
    words = DAYS.findall(text)
    leftover = re.sub(r"[\s,、和及:()]", "", DAYS.sub("", text))
    if leftover:
        raise UnreadableHoursError(part)
    mask = 0
    for word in words:
        mask |= NAMED.get(word) or _range_mask(re.sub("[周星期礼拜]", "", word))
    return mask or EVERY_DAY


def _range_mask(word: str) -> int:
    days = [
        WEEKDAYS.index(character.replace("天", "日")) for character in re.findall(f"[{WEEKDAYS}天]", word)
    ]
    first, last = days[0], days[-1]
    length = (last - first) % 7
    return sum(1 << (first + step) % 7 for step in range(length + 1))


def _read_times(match: re.Match[str], mask: int, part: str) -> WeeklyTime:
    from_hour, from_minute, next_day, to_hour, to_minute = match.groups()
    opens = int(from_hour) * 60 + int(from_minute or 0)
    closes = int(to_hour) * 60 + int(to_minute or 0)
    if closes <= opens or next_day:
        closes += DAY
    is_sound = int(from_minute or 0) < 60 and int(to_minute or 0) < 60 and opens < DAY and int(to_hour) <= 24
    if not is_sound or closes > opens + DAY:
        raise UnreadableHoursError(part)
    return WeeklyTime(mask, opens, closes)


def _write_part(mask: int, times: tuple[tuple[int, int], ...]) -> str:
    written = (
        "全天" if times == ((0, DAY),) else " ".join(f"{minute_words(a)}-{minute_words(b)}" for a, b in times)
    )
    return f"{days_words(mask)} {written}".strip()
