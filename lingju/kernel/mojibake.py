"""Chinese text that was read in the wrong encoding: recognised, undone, or refused.

小区名称 ──GB18030 bytes read as Latin-1──▶ Ð¡ÇøÃû³Æ        undone cell by cell: unmistakable
小区名称 ──UTF-8 bytes read as Latin-1────▶ å°åŒºå…ç§°      undone cell by cell: unmistakable
小区名称 ──UTF-8 bytes read as GBK────────▶ 灏忓尯鍚嶇О      undone only where a caller has more evidence
anything ──lost on the way────────────────▶ 锟斤拷, �        cannot be undone
"""

import re
from collections.abc import Callable

LOST = re.compile("�|锟斤|斤拷|烫烫烫|屯屯屯")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HIGH = re.compile(r"[\u0080-\u00ff]")
# Windows programs read bytes 80 to 9F as these; where a byte means nothing there, it stays itself.
_WINDOWS = {bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0xA0)}


def is_lost(text: str) -> bool:
    """Say whether text carries the scars of an encoding that cannot be undone."""
    return bool(LOST.search(text))


def _bytes_of(text: str) -> bytes | None:
    """Return the bytes that were read as Latin-1 or Windows-1252, or None if they cannot have been."""
    numbers = [_WINDOWS.get(char, ord(char)) for char in text]
    return bytes(numbers) if all(number < 256 for number in numbers) else None


def _is_plain_chinese(text: str) -> bool:
    """Say whether text holds Chinese characters, and only such as are in daily use (GB 2312)."""
    if not _HAN.search(text):
        return False
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def undone(text: str) -> str:
    """Return the text that was meant, where it was read as Latin-1; any other text as it is."""
    if not _HIGH.search(text) or _HAN.search(text):
        return text
    data = _bytes_of(text)
    if data is None:
        return text
    for encoding in ("utf-8", "gb18030"):
        try:
            meant = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_plain_chinese(meant):
            return meant
    return text


def undone_gbk(text: str) -> str:
    """Return the text that was meant, where UTF-8 was read as GBK; any other text as it is.

    A few rare words look like this by chance, so ask only where a whole table makes no sense otherwise.
    """
    try:
        meant = text.encode("gb18030").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
    return meant if _HAN.search(meant) else text


UNDO: tuple[Callable[[str], str], ...] = (undone, undone_gbk)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the encoding it was in; raise UnicodeDecodeError for none that is known.

    Tried in this order: a byte order mark, UTF-8, GB18030. Chinese Excel writes CSV files in GB18030.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("gb18030"), "GB18030"
