"""Sound in WebM, as browsers record it: elements one after another, told apart by what may stay.

Browsers write no length and leave segment and clusters open at the end, so the walk goes into those and
over everything else; the length is where the last block begins. Tags, attachments and titles become void.

Sources: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lingju.kernel.sounds_mp4 import Moving, NotASound, Sound

MAGIC = b"\x1a\x45\xdf\xa3"
HEADER, SEGMENT, CLUSTER, INFO, TRACKS, TRACK = (
    0x1A45DFA3,
    0x18538067,
    0x1F43B675,
    0x1549A966,
    0x1654AE6B,
    0xAE,
)
ENTERED = (HEADER, SEGMENT, CLUSTER, INFO, TRACKS, TRACK)
DOCUMENT, SCALE, DURATION, TYPE, TIME, BLOCK = 0x4282, 0x2AD7B1, 0x4489, 0x83, 0xE7, 0xA3
# Tags, attachments, chapters, void, title, date, file name, a track's name.
BLANKED = (0x1254C367, 0x1941A469, 0x1043A770, 0xEC, 0x7BA9, 0x4461, 0x7384, 0x536E)
FILM, SOUND = 1, 2
MOST_ELEMENTS = 60_000
NANO = 1e9


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its id, where it begins, where its body begins, and where it ends."""

    id: int
    at: int
    body: int
    end: int


def understand(content: bytes) -> Sound:
    """Return a recording with length and without what its elements tell beside the sound."""
    elements = list(_elements(content))
    first = {element.id: content[element.body : element.end] for element in reversed(elements)}
    if first.get(DOCUMENT, b"").rstrip(b"\0") != b"webm":
        raise NotASound("not WebM")
    kinds = {_number(content, element) for element in elements if element.id == TYPE}
    if FILM in kinds:
        raise Moving("a film in a WebM")
    if kinds != {SOUND}:
        raise NotASound("a WebM without sound, or with more than sound")
    data = bytearray(content)
    for element in elements:
        if element.id in BLANKED:
            data[element.at : element.end] = _void(element.end - element.at)
    return Sound("audio/webm", _seconds(content, elements, first), bytes(data))


def _elements(content: bytes) -> Iterator[Element]:
    """Yield the elements in the order they lie; those that are entered are followed by what they hold."""
    at = count = 0
    while at < len(content):
        name, size_at = _vint(content, at, 4)
        size, body = _vint(content, size_at, 8)
        width = body - size_at
        is_entered = name in ENTERED
        end = body + (size ^ 1 << 7 * width)
        count += 1
        if count > MOST_ELEMENTS or (not is_entered and end > len(content)):
            raise NotASound("an element that breaks off, or more than a recording has")
        yield Element(name, at, body, body if is_entered else end)
        at = body if is_entered else end


def _vint(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of variable width, with the bit that marks the width, and where it ends."""
    width = 9 - content[at].bit_length() if at < len(content) else most + 1
    if width > most or at + width > len(content):
        raise NotASound("a number that breaks off")
    return int.from_bytes(content[at : at + width], "big"), at + width


def _number(content: bytes, element: Element) -> int:
    return int.from_bytes(content[element.body : element.end][:8], "big")


def _void(total: int) -> bytes:
    """Return a void element of so many bytes, two at least."""
    width = min(8, total - 1)
    size = total - 1 - width
    return b"\xec" + (size | 1 << 7 * width).to_bytes(width, "big") + bytes(size)


def _seconds(content: bytes, elements: list[Element], first: dict[int, bytes]) -> float | None:
    scale = int.from_bytes(first.get(SCALE, b"\x0f\x42\x40")[:8], "big") / NANO
    ticks = _declared(first.get(DURATION, b"")) or _last_block(content, elements)
    seconds = ticks * scale
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _declared(length: bytes) -> float:
    forms = {4: ">f", 8: ">d"}
    return float(struct.unpack(forms[len(length)], length)[0]) if len(length) in forms else 0.0


def _last_block(content: bytes, elements: list[Element]) -> int:
    cluster = last = 0
    for element in elements:
        if element.id == TIME:
            cluster = _number(content, element)
        elif element.id == BLOCK and element.end - element.body >= 4:
            # After the track's number, of one byte for the first 127, two bytes say when in the cluster.
            last = max(last, cluster + struct.unpack_from(">h", content, element.body + 1)[0])
        last = max(last, cluster)
    return last
