"""The sounds phones make: which kind, how long, and the bytes without what they tell beside it.

    sound = understand(content)          raises NotASound or Moving, or whatever hostile bytes make it raise

Sounds are not encoded anew (that would cost quality, and a coder for each kind), so what could name a
person or a place is cut out: titles, pictures, positions. WAV and AMR are rebuilt from their samples alone;
of MP3 and Ogg mutagen takes the tags; MP4 and WebM are blanked in place.

Sources: RFC 4867 section 5 (AMR), RFC 7845 (Opus in Ogg), Microsoft's RIFF of 1991 (WAV).
"""

import io
import struct
from collections.abc import Callable
from typing import Any

from mutagen.apev2 import APEv2
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.oggopus import OggOpus
from mutagen.oggspeex import OggSpeex
from mutagen.oggvorbis import OggVorbis

from lingju.kernel import sounds_mp4, sounds_webm
from lingju.kernel.sounds_mp4 import Moving, NotASound, Sound

__all__ = ["Moving", "NotASound", "Sound", "understand"]

NARROW, WIDE = b"#!AMR\n", b"#!AMR-WB\n"
# Bytes that follow a frame's header, by the frame's type; a frame lasts 20 ms.
AMR_SIZES = {
    NARROW: dict(enumerate((12, 13, 15, 17, 19, 20, 26, 31, 5))) | {15: 0},
    WIDE: dict(enumerate((17, 23, 32, 36, 40, 46, 50, 58, 60, 5))) | {14: 0, 15: 0},
}
AMR_SECONDS = 0.02
KEPT_OF_WAV = (b"fmt ", b"fact", b"data")
OGG_KINDS = ((b"OpusHead", OggOpus), (b"\x01vorbis", OggVorbis), (b"Speex   ", OggSpeex))
TAGS_OF_MP3: tuple[Any, ...] = (ID3, APEv2)
MP3_STARTS = (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2")


def understand(content: bytes) -> Sound:
    """Return kind, length and cleaned bytes of a recording."""
    for is_this, read in _KINDS:
        if is_this(content):
            sound = read(content)
            break
    else:
        raise NotASound("no kind of sound that is known")
    if not sound.content:
        raise NotASound("nothing but tags")
    return sound


def _wav(content: bytes) -> Sound:
    """Rebuild a WAV from its format and samples; titles and whatever else lies in it stay behind."""
    chunks = {kind: body for kind, body in _riff_chunks(content) if kind in KEPT_OF_WAV}
    if len(chunks.get(b"fmt ", b"")) < 16 or not chunks.get(b"data"):
        raise NotASound("a WAV without format or samples")
    bytes_a_second = struct.unpack_from("<I", chunks[b"fmt "], 8)[0]
    if bytes_a_second == 0:
        raise NotASound("a WAV that takes no time")
    kept = b"".join(
        kind + struct.pack("<I", len(chunks[kind])) + chunks[kind] + b"\0" * (len(chunks[kind]) % 2)
        for kind in KEPT_OF_WAV
        if kind in chunks
    )
    whole = b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WAVE" + kept
    return Sound("audio/wav", len(chunks[b"data"]) / bytes_a_second, whole)


def _riff_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Return kind and body of each chunk; the last may end early, as recorders that were cut off leave it."""
    chunks: list[tuple[bytes, bytes]] = []
    at = 12
    while at + 8 <= len(content) and len(chunks) < 100:
        kind, size = struct.unpack_from("<4sI", content, at)
        chunks.append((kind, content[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return chunks


def _amr(content: bytes) -> Sound:
    """Walk the frames of an AMR; whatever follows the last whole one stays behind."""
    head = WIDE if content.startswith(WIDE) else NARROW
    sizes, at, frames = AMR_SIZES[head], len(head), 0
    while at < len(content):
        size = sizes.get(content[at] >> 3 & 15)
        if size is None or content[at] & 0x83 or at + 1 + size > len(content):
            break
        at += 1 + size
        frames += 1
    if frames == 0:
        raise NotASound("an AMR without a frame")
    return Sound("audio/amr", frames * AMR_SECONDS, content[:at])


def _mp3(content: bytes) -> Sound:
    file = io.BytesIO(content)
    info = _opened(MP3, file).info
    if info.sketchy:
        raise NotASound("an MP3 without frames")
    for tags in TAGS_OF_MP3:
        _delete(tags(), file)
    return Sound("audio/mpeg", info.length, file.getvalue())


def _ogg(content: bytes) -> Sound:
    head = content[:4096]
    if b"\x80theora" in head:
        raise Moving("a film in an Ogg")
    for sign, kind in OGG_KINDS:
        if sign in head:
            file = io.BytesIO(content)
            sound = _opened(kind, file)
            _delete(sound, file)
            return Sound("audio/ogg", sound.info.length or None, file.getvalue())
    raise NotASound("an Ogg of another kind")


def _opened(kind: Any, file: io.BytesIO) -> Any:
    """Open a file with mutagen, whose types say less than it does."""
    return kind(file)


def _delete(tags: Any, file: io.BytesIO) -> None:
    file.seek(0)
    tags.delete(file)


_KINDS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Sound]], ...] = (
    (lambda content: content[:4] == b"RIFF" and content[8:12] == b"WAVE", _wav),
    (lambda content: content.startswith((NARROW, WIDE)), _amr),
    (lambda content: content.startswith(b"OggS"), _ogg),
    (lambda content: content[4:8] == b"ftyp", sounds_mp4.understand),
    (lambda content: content.startswith(sounds_webm.MAGIC), sounds_webm.understand),
    (lambda content: content.startswith(MP3_STARTS), _mp3),
)
