"""Whatever is sent as a photo or a voice becomes a harmless one, or a sentence; never a fault."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.media import MB, Photo, Recording, read_photo, read_recording, thumbnail
from lingju.kernel.media_serving import serve
from lingju.kernel.tests import pictures

JUST_A_ZIP = io.BytesIO()
with zipfile.ZipFile(JUST_A_ZIP, "w") as archive:
    archive.writestr("a.txt", "a")
ZIP = JUST_A_ZIP.getvalue()
PHOTOS = [pictures.a_picture("JPEG"), pictures.a_picture("PNG"), pictures.a_picture("WEBP")]
VOICES: dict[str, bytes] = {
    "audio/webm": pictures.a_webm(),
    "audio/ogg": pictures.an_ogg(),
    "audio/mp4": pictures.an_mp4(),
    "audio/3gpp": pictures.an_mp4(b"3gp4"),
    "audio/mpeg": pictures.an_mp3(),
    "audio/wav": pictures.a_wav(),
    "audio/amr": pictures.an_amr(),
}


class Endless(io.BytesIO):
    """A file that says it is 40 MB and must never be read."""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 40 * MB

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("it was read although it is too large")


def opened(photo: Photo) -> Image.Image:
    return Image.open(io.BytesIO(photo.content))


@pytest.mark.parametrize("sent", PHOTOS, ids=["jpeg", "png", "webp"])
def test_a_photo_becomes_a_jpeg_of_ours(sent: bytes) -> None:
    photo = read_photo(io.BytesIO(sent))
    assert (photo.mime, photo.width, photo.height) == ("image/jpeg", 64, 48)
    assert photo.content.startswith(b"\xff\xd8\xff")
    assert len(photo.sha256) == 64
    assert opened(photo).getpixel((2, 2))[0] > 150  # type: ignore[index]


def test_a_photo_tells_nothing_but_the_picture() -> None:
    sent = pictures.a_phone_photo()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    photo = read_photo(io.BytesIO(sent))
    assert not opened(photo).getexif()
    assert set(opened(photo).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for told in (b"Exif", b"Lingju Phone", b"GPS", b"3-2-501", b"behind the end", b"ICC", b"xmp"):
        assert told not in photo.content
    assert photo.content.endswith(b"\xff\xd9")


@pytest.mark.parametrize(("orientation", "red"), [(1, (2, 2)), (3, (60, 2)), (6, (2, 2)), (8, (2, 60))])
def test_a_photo_stands_upright(orientation: int, red: tuple[int, int]) -> None:
    photo = read_photo(io.BytesIO(pictures.a_phone_photo(orientation)))
    assert (photo.width, photo.height) == ((48, 64) if orientation > 4 else (64, 48))
    assert opened(photo).getpixel(red)[0] > 150  # type: ignore[index]


def test_a_large_photo_becomes_small_enough_for_a_page() -> None:
    photo = read_photo(io.BytesIO(pictures.a_picture(size=(3000, 1500))))
    assert (photo.width, photo.height) == (2048, 1024)
    small = thumbnail(photo)
    assert (small.width, small.height, small.mime) == (480, 240, "image/jpeg")
    assert small.sha256 != photo.sha256


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_drawn(mode: str) -> None:
    assert read_photo(io.BytesIO(pictures.a_picture("PNG", mode=mode))).width == 64


def test_what_is_clear_becomes_white() -> None:
    photo = read_photo(io.BytesIO(pictures.a_picture("PNG", mode="RGBA")))
    assert min(opened(photo).getpixel((5, 5))) > 250  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    more = [Image.new("RGB", (64, 48), "blue")]
    photo = read_photo(io.BytesIO(pictures.a_picture(kind, save_all=True, append_images=more)))
    assert opened(photo).getpixel((2, 2))[0] > 150  # type: ignore[index]


def test_a_photo_of_40_mb_is_refused_without_being_read() -> None:
    with pytest.raises(TooLarge) as refused:
        read_photo(Endless())
    assert str(refused.value) == "这张照片有 40 MB，太大了。换一张 15 MB 以内的，或者不传照片也能提交。"
    assert refused.value.fields == {"photo": str(refused.value)}


def a_bomb(width: int, height: int) -> bytes:
    picture = pictures.a_picture("PNG")
    head = picture[12:16] + struct.pack(">II", width, height) + picture[24:29]
    return picture[:12] + head + struct.pack(">I", zlib.crc32(head)) + picture[33:]


@pytest.mark.parametrize("side", [7000, 10_000, 60_000])
def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused(side: int) -> None:
    with pytest.raises(TooLarge, match=r"太大了|太多了") as refused:
        read_photo(io.BytesIO(a_bomb(side, side)))
    assert set(refused.value.fields) == {"photo"}


HEIC = struct.pack(">I", 24) + b"ftypheic" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\0" + b"\0" * 200
NO_PHOTOS = {
    "nothing": (b"", "空的"),
    "a program for Windows": (EXE, "不是照片"),
    "a program for Linux": (b"\x7fELF" + b"\0" * 200, "不是照片"),
    "a drawing with a script": (SVG, "不是照片"),
    "a page": (b"<!doctype html><script>", "不是照片"),
    "an archive": (ZIP, "不是照片"),
    "a moving GIF": (pictures.a_picture("GIF"), "不是照片"),
    "a TIFF": (pictures.a_picture("TIFF"), "不是照片"),
    "a photo of an iPhone": (HEIC, "HEIC"),
    "a photo that is an archive too": (PHOTOS[0] + ZIP, "藏着"),
    "a photo that is a document too": (PHOTOS[0][:20] + b"%PDF-1.7" + PHOTOS[0][20:], "藏着"),
    "half a photo": (pictures.a_picture(size=(600, 600))[:-900], "没有传完整"),
    "half a PNG": (PHOTOS[1][:60], "没有传完整"),
    "the beginning of a photo": (b"\xff\xd8\xff\xe0", "没有传完整"),
    "a program behind the sign of a photo": (b"\xff\xd8\xff" + EXE, "没有传完整"),
}


@pytest.mark.parametrize("name", NO_PHOTOS)
def test_what_is_no_photo_is_told_why(name: str) -> None:
    sent, words = NO_PHOTOS[name]
    with pytest.raises(BadInput, match=words) as refused:
        read_photo(io.BytesIO(sent))
    assert refused.value.fields == {"photo": str(refused.value)}


@pytest.mark.parametrize("mime", VOICES)
def test_a_recording_is_taken_without_where_it_was_made(mime: str) -> None:
    recording = read_recording(io.BytesIO(VOICES[mime]))
    assert recording.mime == mime
    assert recording.seconds == pytest.approx(
        2 if "4" in mime or "3g" in mime or "webm" in mime else 1, abs=0.1
    )
    assert pictures.PLACE not in recording.content
    assert mime == "audio/amr" or pictures.PLACE in VOICES[mime]
    again = read_recording(io.BytesIO(recording.content))
    assert again.mime == mime
    assert again.seconds == pytest.approx(recording.seconds, abs=0.05)


@pytest.mark.parametrize(
    ("mime", "sound"), [("audio/mp4", b"lamp"), ("audio/webm", b"opus"), ("audio/mpeg", b"\xff\xfb")]
)
def test_the_sound_itself_stays_whole(mime: str, sound: bytes) -> None:
    kept = read_recording(io.BytesIO(VOICES[mime])).content
    assert kept.count(sound) == VOICES[mime].count(sound)
    assert mime == "audio/mpeg" or kept.index(sound) == VOICES[mime].index(sound)  # tables of offsets hold


def test_a_recording_of_safari_lasts_until_its_last_fragment() -> None:
    assert read_recording(io.BytesIO(pictures.a_fragmented_mp4())).seconds == 3


def test_a_length_in_the_head_does_not_hide_later_fragments() -> None:
    sent = pictures.a_fragmented_mp4(said=12)  # Chromium writes its first fragment's length there
    assert read_recording(io.BytesIO(sent)).seconds == 3


def test_a_recording_that_does_not_tell_its_length_is_taken() -> None:
    assert (
        read_recording(io.BytesIO(pictures.a_webm(seconds=0.06)[:-30].split(b"\x1f\x43")[0])).seconds is None
    )


def test_a_recording_of_six_minutes_is_too_long() -> None:
    with pytest.raises(TooLarge, match="有 6 分钟多") as refused:
        read_recording(io.BytesIO(pictures.an_amr(366)))
    assert set(refused.value.fields) == {"voice"}


def test_a_recording_of_40_mb_is_refused_without_being_read() -> None:
    with pytest.raises(TooLarge, match=r"有 40 MB.*10 MB 以内") as refused:
        read_recording(Endless())
    assert set(refused.value.fields) == {"voice"}


NO_VOICES = {
    "nothing": (b"", "空的"),
    "a program": (EXE, "不是录音"),
    "a page": (b"<html><audio src=x>", "藏着"),
    "an archive": (ZIP, "藏着"),
    "a photo": (PHOTOS[0], "不是录音"),
    "a photo in WebP": (PHOTOS[2], "不是录音"),
    "a film of a phone": (pictures.an_mp4(handler=b"vide"), "录像"),
    "a film of a browser": (pictures.a_webm(track=1), "录像"),
    "a Matroska": (pictures.a_webm(document=b"matroska"), "不是录音"),
    "a photo of an iPhone": (HEIC, "不是录音"),
    "half an MP4": (VOICES["audio/mp4"][:150], "不是录音"),
    "half a WebM": (VOICES["audio/webm"][:-20], "不是录音"),
    "a sign and no sound": (b"#!AMR\nrm -rf /", "不是录音"),
    "a sound that is an archive too": (VOICES["audio/wav"] + ZIP, "藏着"),
    "a sound that is a page too": (b"RIFF\0\0\0\0WAVE<script>", "藏着"),
    "a WAV without samples": (b"RIFF\0\0\0\0WAVE", "不是录音"),
    "the sign of an MP3": (b"\xff\xfb\x10\xc0", "不是录音"),
    "an Ogg of nothing": (b"OggS" + b"\0" * 99, "不是录音"),
}


@pytest.mark.parametrize("name", NO_VOICES)
def test_what_is_no_voice_is_told_why(name: str) -> None:
    sent, words = NO_VOICES[name]
    with pytest.raises(BadInput, match=words) as refused:
        read_recording(io.BytesIO(sent))
    assert refused.value.fields == {"voice": str(refused.value)}


def taken_or_told(read: Callable[[IO[bytes]], Photo | Recording], sent: bytes) -> None:
    """Hold that the answer is a file or a refusal with a sentence; anything else raises."""
    try:
        assert read(io.BytesIO(sent)).content
    except (BadInput, TooLarge) as refusal:
        (sentence,) = refusal.fields.values()
        assert str(sentence).endswith("。")


@st.composite
def bent(draw: st.DrawFn, sent: tuple[bytes, ...]) -> bytes:
    """Return a good file with some bytes changed, taken out or put in."""
    data = bytearray(draw(st.sampled_from(sent)))
    for _turn in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 9))] = draw(st.binary(max_size=9))
    return bytes(data[: draw(st.integers(0, len(data))) or None])


@settings(max_examples=150, deadline=None)
@given(st.one_of(bent((*PHOTOS, pictures.a_phone_photo(6))), st.binary(max_size=300)))
def test_no_bytes_sent_as_a_photo_break_anything(sent: bytes) -> None:
    taken_or_told(read_photo, sent)


@settings(max_examples=300, deadline=None)
@given(st.one_of(bent((*VOICES.values(), pictures.a_fragmented_mp4())), st.binary(max_size=300)))
def test_no_bytes_sent_as_a_voice_break_anything(sent: bytes) -> None:
    taken_or_told(read_recording, sent)


SOUND = bytes(range(100))


@pytest.mark.parametrize(
    ("asked", "status", "said", "content"),
    [
        ("", 200, None, SOUND),
        ("bytes=0-1", 206, "bytes 0-1/100", SOUND[:2]),
        ("bytes=90-", 206, "bytes 90-99/100", SOUND[90:]),
        ("bytes=90-500", 206, "bytes 90-99/100", SOUND[90:]),
        ("bytes=-5", 206, "bytes 95-99/100", SOUND[95:]),
        ("bytes=-500", 206, "bytes 0-99/100", SOUND),
        ("bytes=100-", 416, "bytes */100", b""),
        ("bytes=-0", 416, "bytes */100", b""),
        ("bytes=5-2", 200, None, SOUND),
        ("bytes=0-1,5-6", 200, None, SOUND),
        ("bytes=-", 200, None, SOUND),
        ("lines=1-2", 200, None, SOUND),
    ],
)
def test_a_stretch_of_a_sound_can_be_asked_for(
    asked: str, status: int, said: str | None, content: bytes
) -> None:
    request = RequestFactory().get("/", headers={"Range": asked} if asked else {})
    answer = serve(request, SOUND, "audio/mp4", "录音 1")
    assert (answer.status_code, answer.get("Content-Range"), answer.content) == (status, said, content)
    assert answer["Content-Length"] == str(len(content))


def test_a_file_is_handed_out_as_an_island() -> None:
    answer = serve(RequestFactory().get("/"), SOUND, "audio/webm", "录音")
    assert answer["Content-Type"] == "audio/webm"
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''%E5%BD%95%E9%9F%B3.webm"
    assert answer["Cache-Control"].startswith("private")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Accept-Ranges"] == "bytes"


def test_what_is_neither_photo_nor_sound_is_never_shown() -> None:
    answer = serve(RequestFactory().get("/"), SVG, "image/svg+xml", "x")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
