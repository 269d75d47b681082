"""Addresses down to the door: 3号楼2单元501, 3-2-501, 2单元5楼西户, 我家住长乐村45号. Pure.

A building alone is not hidden: without it nobody finds the lamp. Once a room is named, the building goes too.
"""

import re
from collections.abc import Iterable
from typing import Final

from lingju.needs.text.numbers_in import digits_said
from lingju.needs.text.spans import Finder, Span, of_pattern

_S: Final = r"[ \-–—,、]{0,2}"
_N: Final = r"(?:[0-9十百]{1,4}|[a-h])"
# A floor and a door on it: 501, 1203; never 300 or 1350, which count something else.
_R: Final = r"[1-9][0-9]?(?:0[1-9]|[12][0-9]|3[0-9])(?![0-9])"
_COUNTED: Final = (
    r"(?! ?(?:[元块米m%℃度瓦年月日天个人位名次岁平斤吨棵盏辆台件条期万多余来]"
    r"|户(?:居|人|家|都|没|业)|[.:][0-9]))"
)
_DOOR: Final = rf"(?:{_R}{_COUNTED}(?:室|房间?|户(?!主))?|[0-9]{{1,4}}(?:室|房间))"
_SIDE: Final = r"[0-9十]{1,3}[层楼] ?(?:[东西中南北左右]{1,2}(?:户|门|边|侧)|左手|右手)"
_BUILDING: Final = rf"{_N} ?(?:号楼|号院|栋|幢|座|#楼?|楼)"
_UNIT: Final = rf"{_N} ?(?:单元|门洞|门)"
_FLOOR: Final = r"(?:[0-9十]{1,3} ?[层楼])?"
_YEAR: Final = r"(?!20[12][0-9])"
_LIVES: Final = r"(?:我家住|家住|我家在|我住|住在|家在|现住|租住|住址|居住在)"
_WAY: Final = r"[^\n,。;!?:]"

_ROOM: Final = re.compile(
    rf"(?<![0-9a-z十百])(?:{_BUILDING}{_S})?{_UNIT}{_S}(?:{_FLOOR}{_S}{_DOOR}|{_SIDE})"
    rf"|(?<![0-9a-z十百]){_BUILDING}{_S}(?:{_FLOOR}{_S}{_YEAR}{_DOOR}|{_SIDE})"
)
_DASHES: Final = re.compile(
    rf"(?<![0-9\-–—.])[0-9]{{1,3}}[\-–—][0-9]{{1,2}}[\-–—]{_YEAR}{_R}(?![\-–—.])室?"
    rf"|(?<![0-9\-–—.])[0-9]{{1,3}}#[\-–—]?(?:[0-9]{{1,2}}[\-–—])?{_R}{_COUNTED}室?"
    rf"|(?<![0-9\-–—.])[0-9]{{1,3}}[\-–—]{_R}[室户]"
)
_HOME_ROOM: Final = re.compile(
    rf"{_LIVES}{_WAY}{{0,15}}?(?<![0-9])(?P<n>{_YEAR}{_R}(?:室|号|房|(?=[\s,。;!?,;!?、的]|$)))"
)
_HOME_NUMBER: Final = re.compile(
    rf"{_LIVES}{_WAY}{{0,20}}?(?<![0-9十百])(?P<n>[0-9十百]{{1,5}}号)(?![楼院线0-9])"
)


def _rooms(view: str) -> Iterable[Span]:
    return of_pattern("room", _ROOM)(digits_said(view))


def _at_home(view: str) -> Iterable[Span]:
    said = digits_said(view)
    for pattern in (_HOME_ROOM, _HOME_NUMBER):
        yield from of_pattern("room", pattern, "n")(said)


FINDERS: Final[tuple[Finder, ...]] = (
    _rooms,
    lambda view: of_pattern("room", _DASHES)(digits_said(view)),
    _at_home,
)
