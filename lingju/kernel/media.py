"""Taking in what residents show and say: a photo or a recording, looked at before anything else touches it.

    photo = read_photo(request.FILES["photo"])         a JPEG of ours, whatever was sent
    recording = read_recording(request.FILES["voice"]) the sound alone
    small = thumbnail(photo)

A file is what its first bytes say; its name and its declared type are not asked. A photo is drawn anew, so
that no position, no comment and no hidden file survives it. Whatever the bytes, the answer is a photo, a
recording or a sentence.
"""

import hashlib
import io
import logging
import math
import zipfile
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image

from lingju.kernel import sounds
from lingju.kernel.errors import BadInput, Refusal, TooLarge

MB = 1024 * 1024
MOST_PHOTO = 15 * MB
MOST_VOICE = 10 * MB
MOST_SECONDS = 5 * 60
MOST_PIXELS = 40_000_000
MOST_PIXELS_IN_ROWS = 80_000_000  # a baseline JPEG is read at half size or less, row by row
MOST_EDGE = 2048
QUALITY = 82
HEAD = 1024

JPEG_TYPE = "image/jpeg"
ENDINGS = {
    JPEG_TYPE: ".jpg",
    "audio/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/3gpp": ".3gp",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/amr": ".amr",
}
PHOTO, VOICE = "photo", "voice"  # the names of the fields, on every form and in the interface
FORMATS = ("JPEG", "PNG", "WEBP")
APPLE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
HIDDEN = (b"%pdf-", b"<html", b"<!doctype", b"<svg", b"<script", b"<?php")
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that was drawn anew: always a JPEG, upright, without anything beside the picture."""

    content: bytes
    mime: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording without its tags; `seconds` is None where the file does not tell."""

    content: bytes
    mime: str
    seconds: float | None
    sha256: str


def read_photo(file: IO[bytes]) -> Photo:
    """Return a photo drawn anew from an uploaded one.

    Raises TooLarge (bytes or pixels) or BadInput with a sentence at the field `photo`.
    """
    content = _read(file, MOST_PHOTO, PHOTO)
    _refuse_unknown(content)
    _refuse_hidden(content, PHOTO, _("这张照片里还藏着别的东西，不能收。请重新拍一张，或者截一张屏传上来。"))
    try:
        return _drawn(content, MOST_EDGE)
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:  # decoders raise anything on hostile bytes; all of it means the same
        logger.info("a photo was not readable: %r", error)
        sentence = _("这张照片没有传完整，打不开。请再选一次，或者重新拍一张；不传照片也能提交。")
        raise BadInput(sentence, {PHOTO: sentence}) from None


def thumbnail(photo: Photo, edge: int = 480) -> Photo:
    """Return a photo whose longer edge is `edge` pixels at most."""
    return _drawn(photo.content, edge)


def read_recording(file: IO[bytes]) -> Recording:
    """Return a recording as phones and browsers make it, without its tags.

    Raises TooLarge (bytes or minutes) or BadInput with a sentence at the field `voice`.
    """
    content = _read(file, MOST_VOICE, VOICE)
    _refuse_hidden(content, VOICE, _("这段录音里还藏着别的东西，不能收。请用手机重新录一段。"))
    try:
        sound = sounds.understand(content)
    except sounds.Moving:
        sentence = _("这是一段录像，这里只收录音。请只录声音，或者截一张画面当照片传。")
        raise BadInput(sentence, {VOICE: sentence}) from None
    except Exception as error:  # mutagen, too, raises anything on hostile bytes
        logger.info("a recording was not readable: %r", error)
        sentence = _("这个文件不是录音，或者没有传完整。请用手机重新录一段，也可以打字。")
        raise BadInput(sentence, {VOICE: sentence}) from None
    seconds = sound.seconds if sound.seconds and 0 < sound.seconds < math.inf else None
    if seconds is not None and seconds > MOST_SECONDS:
        sentence = _("这段录音有 %(minutes)d 分钟多，太长了。请挑要紧的说，%(most)d 分钟以内。") % {
            "minutes": seconds // 60,
            "most": MOST_SECONDS // 60,
        }
        raise TooLarge(sentence, {VOICE: sentence})
    return Recording(sound.content, sound.mime, seconds, hashlib.sha256(sound.content).hexdigest())


def _read(file: IO[bytes], most: int, field: str) -> bytes:
    """Return a file's bytes; one that is too large is measured and not read."""
    size = file.seek(0, io.SEEK_END)
    if size > most:
        sentence = _too_large(field) % {"size": f"{math.ceil(size * 10 / MB) / 10:g}", "most": most // MB}
        raise TooLarge(sentence, {field: sentence})
    file.seek(0)
    content = file.read(most + 1)
    if not content:
        sentence = _("这个文件是空的，请再选一次。")
        raise BadInput(sentence, {field: sentence})
    return content


def _too_large(field: str) -> str:
    if field == PHOTO:
        return _("这张照片有 %(size)s MB，太大了。换一张 %(most)d MB 以内的，或者不传照片也能提交。")
    return _("这段录音有 %(size)s MB，太大了。请录短一点，%(most)d MB 以内，也可以打字。")


def _refuse_unknown(content: bytes) -> None:
    """Refuse what does not begin as a picture that is taken."""
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    if is_webp or content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return
    if content[4:8] == b"ftyp" and content[8:12] in APPLE_BRANDS:
        sentence = _(
            "这是苹果手机的 HEIC 照片，这里打不开。请截一张屏传上来，或在相机设置里选“兼容性最佳”再拍。"
        )
    else:
        sentence = _("这不是照片。这里只收 JPEG、PNG、WebP 照片，手机直接拍的就行；不传照片也能提交。")
    raise BadInput(sentence, {PHOTO: sentence})


def _refuse_hidden(content: bytes, field: str, sentence: str) -> None:
    """Refuse a file that is also an archive, or that some reader would take for a page or a document."""
    head = content[:HEAD].lower()
    if any(sign in head for sign in HIDDEN) or zipfile.is_zipfile(io.BytesIO(content)):
        raise BadInput(sentence, {field: sentence})


def _drawn(content: bytes, edge: int) -> Photo:
    """Draw the first frame of a picture anew: upright, on white, no longer than `edge`."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        in_rows = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
        if image.width * image.height > (MOST_PIXELS_IN_ROWS if in_rows else MOST_PIXELS):
            raise _too_many_pixels(image.width, image.height)
        turn = TURNS.get(_orientation(image))
        image.draft("RGB", (edge, edge))
        drawn = _on_white(image, edge)
    if turn is not None:
        drawn = drawn.transpose(turn)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=QUALITY, optimize=True)
    sha256 = hashlib.sha256(out.getvalue()).hexdigest()
    return Photo(out.getvalue(), JPEG_TYPE, drawn.width, drawn.height, sha256)


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held; a record that cannot be read counts as upright."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # the record is somebody else's bytes; the picture is not lost for it
        return 1


def _on_white(image: Image.Image, edge: int) -> Image.Image:
    """Return the pixels alone: a new picture has no position, comment or profile to carry on."""
    is_clear = image.has_transparency_data
    shown = image if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if is_clear else "RGB")
    shown.thumbnail((edge, edge))
    plain = Image.new("RGB", shown.size, "white")
    if is_clear:
        layered = shown.convert("RGBA")
        plain.paste(layered, mask=layered)
    else:
        plain.paste(shown)
    return plain


def _too_many_pixels(width: int = 0, height: int = 0) -> TooLarge:
    if width:
        sentence = _("这张照片有 %(w)d × %(h)d 点，太大了。请截一张屏传上来，或者不传照片也能提交。") % {
            "w": width,
            "h": height,
        }
    else:
        sentence = _("这张照片的点数太多了。请截一张屏传上来，或者不传照片也能提交。")
    return TooLarge(sentence, {PHOTO: sentence})
