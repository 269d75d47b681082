"""What a cell of somebody's spreadsheet means: text, numbers, dates, yes or no, phones, choices.

Each parser takes what openpyxl or a CSV file holds and returns a typed value, or raises ValueError with a
sentence that says what to write instead. Empty cells never reach a parser.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.utils.translation import gettext as _

T = TypeVar("T")
Parse = Callable[[object], T]

EXACT = 10**15  # Excel keeps fifteen digits of a number and turns the rest into zeros
FIRST_SERIAL, LAST_SERIAL = 18264, 73050  # 1950-01-01 and 2099-12-31 as Excel counts days
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
_FULL_WIDTH |= {0x3000: 0x20, 0x00A0: 0x20, 0xFF0E: 0x2E, 0xFF0B: 0x2B, 0xFF0D: 0x2D}
_GUARD = re.compile(r"^'(?=[=+\-@＝＋－＠\t\r])")
_UNITS = re.compile(r"(户|人|个|栋|幢|层|岁|间|台|张|平方米|平米|㎡|m²|米|m)$")
_DATE = re.compile(
    r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*日?(?:[ T]\s*0{1,2}:00(?::00)?)?"
)
_TIME = re.compile(r"(\d{1,2})(?::(\d{2})(?::00)?|[点时](?:(半)|(\d{1,2})分?)?)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
_HOTLINE = re.compile(r"(?:400|800)\d{7}|1[0-2]\d|12\d{3}|9[56]\d{3,6}")

YES = frozenset({"是", "有", "能", "可", "可以", "对", "√", "✓", "✔", "y", "yes", "t", "true", "1"})
NO = frozenset(
    {"否", "无", "没有", "不", "不能", "不可", "错", "×", "✗", "✘", "x", "n", "no", "f", "false", "0"}
)


def text(value: object) -> str:
    """Return a cell as text: whole numbers without .0, half-width digits and letters, no stray space."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int | float):
        return _number_as_text(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    shown = "".join(char for char in str(value) if unicodedata.category(char) != "Cf")
    return _GUARD.sub("", " ".join(shown.translate(_FULL_WIDTH).split()))


def _number_as_text(value: int | float) -> str:
    if abs(value) >= EXACT:
        raise ValueError(_("超过 15 位的数字被表格软件改掉了末尾，请把这一列设成“文本”后重新填写。"))
    return str(int(value)) if value == int(value) else repr(value)


def digits(length: int) -> Parse[str]:
    """Make a parser of codes of exactly so many digits."""

    def parse(value: object) -> str:
        shown = text(value).replace(" ", "")
        if re.fullmatch(r"\d\.\d+[eE]\+\d+", shown):
            raise ValueError(_("编码被表格软件写成了科学计数，请把这一列设成“文本”后重新填写。"))
        if not re.fullmatch(rf"\d{{{length}}}", shown):
            raise ValueError(_("应是 %(n)d 位数字。") % {"n": length})
        return shown

    return parse


def decimal(value: object) -> Decimal:
    """Return a number; thousands separators and a unit behind it are understood."""
    if isinstance(value, bool | dt.date | dt.time):
        raise ValueError(_("应是数字。"))
    shown = _UNITS.sub("", text(value).replace(",", "").replace("，", "").replace(" ", ""))
    try:
        number = Decimal(shown)
    except InvalidOperation:
        raise ValueError(_("应是数字。")) from None
    if not number.is_finite():
        raise ValueError(_("应是数字。"))
    return number


def number(value: object) -> float:
    """Return a number as a float, as coordinates are kept."""
    return float(decimal(value))


def whole(least: int = 0, most: int = 10**9) -> Parse[int]:
    """Make a parser of whole numbers between two limits, both included."""

    def parse(value: object) -> int:
        found = decimal(value)
        if found != found.to_integral_value():
            raise ValueError(_("应是整数。"))
        if not least <= found <= most:
            raise ValueError(_("应在 %(least)d 到 %(most)d 之间。") % {"least": least, "most": most})
        return int(found)

    return parse


def date(value: object) -> dt.date:
    """Return a date: a real one, Excel's day number, 20240801, 2024.8.1, 2024-8-1 or 2024年8月1日."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    shown = text(value)
    if re.fullmatch(r"\d{5}", shown) and FIRST_SERIAL <= int(shown) <= LAST_SERIAL:
        return EXCEL_DAY_ZERO + dt.timedelta(days=int(shown))
    parts = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", shown) or _DATE.fullmatch(shown)
    if parts is None:
        raise ValueError(_("日期请写成 2024-08-01 或 2024年8月1日。"))
    try:
        return dt.date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        raise ValueError(_("没有这一天，请核对日期。")) from None


def time_of_day(value: object) -> dt.time:
    """Return a time of day: a real one, Excel's fraction of a day, 8:30, 8点半 or 8时30分."""
    if isinstance(value, dt.datetime):
        return value.time()
    if isinstance(value, dt.time):
        return value
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 24 * 60)
        return dt.time(minutes // 60 % 24, minutes % 60)
    parts = _TIME.fullmatch(text(value).replace("：", ":"))
    if parts is None:
        raise ValueError(_("时间请写成 8:30 或 8点半。"))
    try:
        return dt.time(int(parts[1]), 30 if parts[3] else int(parts[2] or parts[4] or 0))
    except ValueError:
        raise ValueError(_("没有这个时间，请核对。")) from None


def yes_no(value: object) -> bool:
    """Return yes or no: 是, 有, √, 1, y … or 否, 无, ×, 0, n …."""
    if isinstance(value, bool):
        return value
    shown = text(value).casefold()
    if shown in YES:
        return True
    if shown in NO:
        return False
    raise ValueError(_("请写“是”或“否”。"))


def phone(value: object) -> str:
    """Return a phone number: a mobile as eleven digits, a landline as 0355-8080000, a hotline as digits."""
    shown = re.sub(r"[\s\-()（）—–]", "", text(value))
    shown = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", shown)
    if _MOBILE.fullmatch(shown) or _HOTLINE.fullmatch(shown):
        return shown
    landline = _LANDLINE.fullmatch(shown)
    if landline is None:
        raise ValueError(_("电话应是 11 位手机号，或带区号的座机号（如 0355-8080000）。"))
    return f"{landline[1]}-{landline[2]}"


def one_of(choices: Mapping[str, T]) -> Parse[T]:
    """Make a parser of words that stand for values; full-width forms and case do not matter."""
    known = {text(word).casefold(): meaning for word, meaning in choices.items()}

    def parse(value: object) -> T:
        shown = text(value).casefold()
        if shown not in known:
            raise ValueError(_("应是其中之一：%(words)s。") % {"words": "、".join(choices)})
        return known[shown]

    return parse


def at_most(length: int) -> Parse[str]:
    """Make a parser of text that fits a column of the database."""

    def parse(value: object) -> str:
        shown = text(value)
        if len(shown) > length:
            raise ValueError(_("最多 %(most)d 个字，这里有 %(n)d 个。") % {"most": length, "n": len(shown)})
        return shown

    return parse
