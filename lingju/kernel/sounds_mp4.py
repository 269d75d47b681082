"""Sound in MP4, M4A and 3GP: boxes in boxes, with what may name a person or place blanked where it lies.

Nothing moves, so that the tables of offsets stay true: a box that tells too much becomes a `free` box of
zeros. Phones write where one stood into `moov/udta/©xyz`, `loci`, `meta` or a `uuid`.

Source: ISO/IEC 14496-12 (boxes), 3GPP TS 26.244 (loci).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

KEPT_ON_TOP = (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"mfra")
CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"mvex", b"moof", b"traf")
BLANKED = (b"udta", b"meta", b"uuid", b"free", b"skip", b"wide", b"loci")
MOST_BOXES = 20_000
DEEPEST = 8


class NotASound(ValueError):
    """The bytes are no recording that is known, or they break off."""


class Moving(NotASound):
    """It is a film."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that was understood: seconds are None where they cannot be known."""

    mime: str
    seconds: float | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its kind, where it begins, where its body begins, and where it ends."""

    kind: bytes
    at: int
    body: int
    end: int


def understand(content: bytes) -> Sound:
    """Return a recording with length and without what its boxes tell beside the sound."""
    data = bytearray(content)
    boxes = list(_walk(data, 0, len(data), 0))
    tracks = {bytes(data[box.body + 8 : box.body + 12]) for box in boxes if box.kind == b"hdlr"}
    if b"vide" in tracks:
        raise Moving("a film in an MP4")
    if tracks != {b"soun"}:
        raise NotASound("an MP4 without sound, or with more than sound")
    seconds = _seconds(data, boxes)
    for box in boxes:
        if box.kind == b"free":
            data[box.at + 4 : box.at + 8] = b"free"
            data[box.body : box.end] = bytes(box.end - box.body)
    end = max(box.end for box in boxes)
    return Sound("audio/3gpp" if content[8:10] == b"3g" else "audio/mp4", seconds, bytes(data[:end]))


def _walk(data: bytearray, start: int, end: int, depth: int) -> Iterator[Box]:
    """Yield every box, containers before what they hold; a box to blank is called free and not entered."""
    for count, box in enumerate(_boxes(data, start, end)):
        is_kept = box.kind in KEPT_ON_TOP if depth == 0 else box.kind not in BLANKED
        yield box if is_kept else Box(b"free", box.at, box.body, box.end)
        if count > MOST_BOXES or depth > DEEPEST:
            raise NotASound("more boxes than a recording has")
        if is_kept and box.kind in CONTAINERS:
            yield from _walk(data, box.body, box.end, depth + 1)


def _boxes(data: bytearray, start: int, end: int) -> Iterator[Box]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1:
            size, body = struct.unpack_from(">Q", data, body)[0], body + 8
        size = size or end - start
        if start + size < body or start + size > end:
            raise NotASound("a box that breaks off")
        yield Box(kind, start, body, start + size)
        start += size


def _seconds(data: bytearray, boxes: list[Box]) -> float | None:
    """Return how long it lasts: as its heads say, or where its last fragment begins if that is later."""
    scales = {box.kind: _scale(data, box) for box in boxes if box.kind in (b"mvhd", b"mdhd")}
    said = [length / scale for scale, length in scales.values() if scale]
    scale = scales.get(b"mdhd", (0, 0))[0]
    said += [_start(data, box) / scale for box in boxes if scale and box.kind == b"tfdt"]
    return max(said, default=0) or None


def _scale(data: bytearray, box: Box) -> tuple[int, int]:
    """Return ticks a second and ticks in all; all bits set say that it is not known."""
    form, at = (">IQ", 20) if data[box.body] else (">II", 12)
    scale, length = struct.unpack_from(form, data, box.body + at)
    return scale, 0 if length in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF) else length


def _start(data: bytearray, box: Box) -> int:
    start: int = struct.unpack_from(">Q" if data[box.body] else ">I", data, box.body + 4)[0]
    return start
