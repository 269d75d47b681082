"""The numbers by which a person is known: phones, resident ids, cards, plates, mail, WeChat, QQ. Pure.

Finders read a view of the text in which `tokens.folded` has made every digit and letter half width and lower
case. Digits may be said in Chinese (一三八, 幺零〇) and may stand apart (138 0013-8000).
"""

import re
from collections.abc import Iterable
from typing import Final

from lingju.needs.text.spans import Finder, Span, of_pattern

CHINESE_DIGITS: Final = str.maketrans(
    "〇零○一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖", "00011122233445566778899"
)

_APART: Final = r"[ \t.·・_\-‑–—]{0,2}"
_SEP: Final = r"[ .·\-‑–—]?"
_IS: Final = r"(?:号码?|是|为|[:= ]|→){0,4}"
_PROVINCES: Final = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|91")

_MAIL: Final = re.compile(
    r"(?<![a-z0-9._%+\-])[a-z0-9._%+\-]{1,64} ?(?:@|\(at\)|\[at\]) ?(?:[a-z0-9\-]{1,40}\.){1,4}[a-z]{2,10}"
)
_MESSENGER: Final = re.compile(
    r"(?:微信|薇信|威信|维信|v信|(?<![a-z])(?:vx|wx|wechat|weixin|qq)(?![a-z])|扣扣|加v|加微|企鹅)"
    r"(?P<link>(?:号码?|是|为|群|搜|加|我的?|同号|[:=\- ]|→){0,5})"
    r"(?P<id>[a-z][a-z0-9_\-]{4,19}|[0-9]{5,12})(?![a-z0-9@])"
)
_MOBILE: Final = re.compile(
    rf"(?<![0-9])(?:\+?(?:00)?86{_APART})?(?P<n>1{_APART}[3-9](?:{_APART}[0-9]){{9}})(?![0-9])"
)
_MOBILES: Final = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}){2,4}(?![0-9])")
_LANDLINE: Final = re.compile(
    r"(?<![0-9])\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[ \-–—]{0,2}[2-8](?:[ \-]?[0-9]){6,7}(?![0-9])"
    r"(?: ?(?:转|-) ?[0-9]{1,5})?"
)
_LOCAL_LINE: Final = re.compile(
    r"(?:电话|座机|固话|致电|拨打|联系方式|(?<![a-z])tel)"
    + _IS
    + r"(?P<n>[2-8](?:[ \-]?[0-9]){6,7})(?![0-9])"
)
_LONG_ID: Final = re.compile(rf"(?<![0-9a-z])[1-9](?:{_SEP}[0-9]){{16}}{_SEP}[0-9x×](?![0-9a-z])")
_SHORT_ID: Final = re.compile(rf"(?<![0-9a-z])[1-9](?:{_SEP}[0-9]){{14}}(?![0-9a-z])")
_SAID_ID: Final = re.compile(
    r"(?:身份证|证件|护照|社保卡?|医保卡?|驾驶?证|军官证|残疾证|居住证)"
    + _IS
    + r"(?P<n>[a-z]{0,2}(?:[ \-]?[0-9]){6,18}[x×]?)(?![0-9])"
)
_CARD: Final = re.compile(rf"(?<![0-9])[3-6](?:{_SEP}[0-9]){{14,18}}(?![0-9])")
_SAID_CARD: Final = re.compile(
    r"(?:卡号|银行卡|储蓄卡|账号|帐号|存折)" + _IS + r"(?P<n>[0-9](?:[ \-]?[0-9]){11,20})(?![0-9])"
)
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领] ?[a-hj-np-z][ .·•\-]{0,2}"
    r"(?=(?:[ .·\-]?[a-z])*[ .·\-]?[0-9][ .·\-]?[a-z]*[ .·\-]?[0-9])"
    r"[a-hj-np-z0-9](?:[ .·\-]?[a-hj-np-z0-9]){3}[ .·\-]?(?:[a-hj-np-z0-9]{1,2}|[挂学警港澳])(?![a-z0-9])"
)


def digits_said(view: str) -> str:
    """Return a view of the same length in which digits said in Chinese are digits."""
    return view.translate(CHINESE_DIGITS)


def _mobiles(view: str) -> Iterable[Span]:
    for match in _MOBILE.finditer(view):
        if _is_grouped_like_a_phone(match["n"]):
            yield Span("phone", *match.span())


def _is_grouped_like_a_phone(number: str) -> bool:
    """Say whether digits stand as in a phone number: few groups or all alike, unlike dates and prices."""
    sizes = [len(group) for group in re.findall("[0-9]+", number)]
    return len(sizes) <= 4 or len(set(sizes[:-1])) == 1


def _messengers(view: str) -> Iterable[Span]:
    for match in _MESSENGER.finditer(view):
        is_plain_word = match["id"].isalpha() and not match["link"].strip()
        if not is_plain_word:
            yield Span("messenger", *match.span("id"))


def _resident_ids(view: str) -> Iterable[Span]:
    yield from _ids_of(_LONG_ID, 4, view)
    yield from _ids_of(_SHORT_ID, 2, view)


def _ids_of(pattern: re.Pattern[str], year_digits: int, view: str) -> Iterable[Span]:
    for match in pattern.finditer(view):
        if _is_born(re.sub("[^0-9x×]", "", match[0]), year_digits):
            yield Span("resident_id", *match.span())


def _is_born(number: str, year_digits: int) -> bool:
    """Say whether the number holds a province and a day of birth; a check digit mistyped is still an id."""
    year, month_day = number[6 : 6 + year_digits], number[6 + year_digits : 10 + year_digits]
    is_year = year_digits == 2 or "1850" <= year <= "2099"
    is_day = "01" <= month_day[:2] <= "12" and "01" <= month_day[2:] <= "31"
    return is_year and is_day and _PROVINCES.match(number) is not None


def _cards(view: str) -> Iterable[Span]:
    for match in _CARD.finditer(view):
        if _is_luhn(re.sub("[^0-9]", "", match[0])):
            yield Span("bank_card", *match.span())


def _is_luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _reading_digits(find: Finder) -> Finder:
    """Make a finder read digits as they are written, and then those said in Chinese (一直 has none)."""
    return lambda view: [*find(view), *find(digits_said(view))]


FINDERS: Final[tuple[Finder, ...]] = (
    of_pattern("mail", _MAIL),
    _reading_digits(_resident_ids),
    _reading_digits(of_pattern("resident_id", _SAID_ID, "n")),
    of_pattern("bank_card", _SAID_CARD, "n"),
    _reading_digits(_cards),
    of_pattern("phone", _MOBILES),
    _reading_digits(_mobiles),
    _reading_digits(of_pattern("phone", _LANDLINE)),
    of_pattern("phone", _LOCAL_LINE, "n"),
    _messengers,
    of_pattern("plate", _PLATE),
)
