"""What somebody wrote, tidied line by line without taking a picture sign apart.

A family or a fireman is several signs joined by U+200D, which `marks.tidy` drops as it drops every sign
that nobody sees. It stays between two picture signs and nowhere else: inside a number it could hide one.
"""

import unicodedata
from typing import Final

JOINER: Final = "\u200d"
PICTURE_AFTER: Final = {"So", "Sm"}
PICTURE_BEFORE: Final = {"So", "Sk", "Sm", "Mn"}  # Sk a skin tone, Mn a sign that asks for the coloured form


def tidy_words(line: str) -> str:
    """Return a line as it should be kept: single spaces, nothing unseen, joined pictures whole."""
    kept = (sign if sign.isprintable() or _joins(line, place) else " " for place, sign in enumerate(line))
    return " ".join("".join(kept).split())


def _joins(line: str, place: int) -> bool:
    """Say whether a sign is a joiner between two pictures."""
    if line[place] != JOINER or not 0 < place < len(line) - 1:
        return False
    before, after = unicodedata.category(line[place - 1]), unicodedata.category(line[place + 1])
    return before in PICTURE_BEFORE and after in PICTURE_AFTER
