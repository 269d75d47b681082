"""The first letters of a Chinese name, so that fhj finds 府后街.

GB 2312 sorts its 3755 common characters by pronunciation, so a character's place in the standard tells
its first letter; 23 boundaries suffice. Rarer characters are sorted by radical and have no letter here,
and a character with several readings gets the one under which the standard lists it.
"""

from bisect import bisect_right
from typing import Final

# The first character of each letter in GB 2312 level 1 (no Chinese syllable begins with i, u or v).
FIRST_OF_LETTER: Final = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
LETTERS: Final = "abcdefghjklmnopqrstwxyz"
STARTS: Final = [int.from_bytes(char.encode("gb2312")) for char in FIRST_OF_LETTER]
END: Final = 0xD7F9  # the last character of level 1


def initials(name: str) -> str:
    """Return the first letters of a name: 府后街小区 gives fhjxq; letters and digits stay."""
    return "".join(_letter(char) for char in name.lower())


def _letter(char: str) -> str:
    if char.isascii():
        return char if char.isalnum() else ""
    try:
        place = int.from_bytes(char.encode("gb2312"))
    except UnicodeEncodeError:
        return ""
    return LETTERS[bisect_right(STARTS, place) - 1] if STARTS[0] <= place <= END else ""


def matches(name: str, query: str) -> bool:
    """Say whether a query names this: a piece of the name, or of its first letters."""
    wanted = "".join(query.lower().split())
    return wanted in name.lower() or wanted in initials(name)
