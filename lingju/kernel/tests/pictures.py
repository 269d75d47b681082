"""Photos and recordings as phones make them, made here: small, whole, and telling too much."""

import io
import struct
import wave
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD, Base

PLACE = b"+36.1950+113.1160/"  # what a phone writes about where it stood


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any
) -> bytes:
    """Return an encoded picture, red in its left half."""
    image = Image.new(mode, size)
    if mode == "RGB":
        image.paste((200, 20, 20), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def a_phone_photo(orientation: int = 1) -> bytes:
    """Return a JPEG that says where it was taken, by which phone, and more behind its end."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Lingju Phone", orientation
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (36.0, 11.0, 42.0), 3: "E", 4: (113.0, 6.0, 58.0)})
    exif[IFD.GPSInfo] = exif.get_ifd(IFD.GPSInfo)
    xmp = b"<x:xmpmeta><exif:GPSLatitude>36,11.7N</exif:GPSLatitude></x:xmpmeta>"
    picture = a_picture(exif=exif, comment=b"3-2-501", xmp=xmp, icc_profile=b"p" * 200)
    return picture + b"behind the end"


def a_wav(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """Return a silent WAV with a title behind its samples."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        sound.writeframes(b"\x80" * int(seconds * rate))
    return out.getvalue() + b"LIST" + struct.pack("<I", len(PLACE) + 12) + b"INFOINAM" + b"\0" * 4 + PLACE


def an_amr(seconds: float = 1.0) -> bytes:
    """Return a silent AMR of the narrow kind."""
    return b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * round(seconds * 50)


def a_box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box of MP4."""
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def an_mp4(brand: bytes = b"M4A ", handler: bytes = b"soun", seconds: float = 2.0) -> bytes:
    """Return an MP4 as Android writes it: where it stood is in `moov/udta/©xyz`."""
    times = struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)) + b"\0" * 80
    track = a_box(b"mdia", a_box(b"mdhd", times), a_box(b"hdlr", b"\0" * 8, handler, b"\0" * 12))
    moov = a_box(
        b"moov",
        a_box(b"mvhd", times),
        a_box(b"trak", track, a_box(b"udta", PLACE)),
        a_box(b"udta", a_box(b"\xa9xyz", b"\0\x12\x15\xc7", PLACE)),
    )
    samples = a_box(b"mdat", b"sound of a lamp that is out")
    return a_box(b"ftyp", brand, b"\0\0\0\0isom") + moov + samples + a_box(b"uuid", b"u" * 16, PLACE)


def a_fragmented_mp4(said: int = 0) -> bytes:
    """Return an MP4 as browsers record it: its head knows no length, each fragment says when it begins."""
    times = struct.pack(">IIIII", 0, 0, 0, 1000, said) + b"\0" * 80
    track = a_box(b"mdia", a_box(b"mdhd", times), a_box(b"hdlr", b"\0" * 8, b"soun", b"\0" * 12))
    whole = a_box(b"ftyp", b"iso5\0\0\0\0") + a_box(b"moov", a_box(b"mvhd", times), a_box(b"trak", track))
    for start in (0, 3000):
        whole += a_box(b"moof", a_box(b"traf", a_box(b"tfdt", struct.pack(">II", 0, start))))
        whole += a_box(b"mdat", b"sound")
    return whole


def an_element(name: str, *parts: bytes, is_open: bool = False) -> bytes:
    """Return an element of WebM, its size written in eight bytes or left open."""
    body = b"".join(parts)
    size = b"\x01" + b"\xff" * 7 if is_open else (len(body) | 1 << 56).to_bytes(8, "big")
    return bytes.fromhex(name) + size + body


def a_webm(track: int = 2, document: bytes = b"webm", seconds: float = 2.0) -> bytes:
    """Return a WebM as browsers record it: segment and clusters open, no length, tags at its end."""
    entry = an_element("ae", an_element("d7", b"\1"), an_element("83", bytes([track])))
    clusters = b"".join(
        an_element("1f43b675", an_element("e7", struct.pack(">I", start)), is_open=True)
        + an_element("a3", b"\x81" + struct.pack(">hB", 60, 0x80), b"opus")
        for start in (0, int(seconds * 1000) - 60)
    )
    segment = an_element("18538067", an_element("1654ae6b", entry), clusters, is_open=True)
    return an_element("1a45dfa3", an_element("4282", document)) + segment + an_element("1254c367", PLACE)


def an_ogg(seconds: float = 1.0) -> bytes:
    """Return Opus in Ogg with a tag that says where."""
    head = b"OpusHead\1\1" + struct.pack("<HIhB", 0, 48000, 0, 0)
    tag = b"LOCATION=" + PLACE
    tags = b"OpusTags" + struct.pack("<I", 6) + b"lingju" + struct.pack("<II", 1, len(tag)) + tag
    pages = [(2, 0, head), (0, 0, tags), (4, int(seconds * 48000), b"\xfc\xff\xfe")]
    return b"".join(_ogg_page(kind, at, number, body) for number, (kind, at, body) in enumerate(pages))


def _ogg_page(kind: int, position: int, number: int, body: bytes) -> bytes:
    head = b"OggS\0" + struct.pack("<BqII", kind, position, 7, number)
    page = head + b"\0\0\0\0" + bytes([1, len(body)]) + body
    return head + struct.pack("<I", _ogg_sum(page)) + bytes([1, len(body)]) + body


def _ogg_sum(data: bytes) -> int:
    register = 0
    for byte in data:
        register ^= byte << 24
        for _bit in range(8):
            register = (register << 1 ^ (0x04C11DB7 if register >> 31 else 0)) & 0xFFFFFFFF
    return register


def an_mp3(frames: int = 40) -> bytes:
    """Return a silent MP3 (32 kbit/s, 44.1 kHz, one channel) between two kinds of tags."""
    text = b"\0" + PLACE
    frame = b"TIT2" + struct.pack(">IH", len(text), 0) + text
    tag = b"ID3\3\0\0" + bytes([0, 0, 0, len(frame)]) + frame
    return tag + (b"\xff\xfb\x10\xc0" + b"\0" * 100) * frames + b"TAG" + PLACE.ljust(125, b"\0")
