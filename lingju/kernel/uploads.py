"""Looking at a file before anything else touches it: size, what it really is, and what hides in it.

    checked = check(request.FILES["file"], (XLSX, CSV))      raises TooLarge or BadInput with a sentence
    checked.kind, checked.name, checked.size, checked.sha256

A file is what its first bytes say, and its name must agree. A spreadsheet is opened only as far as its
table of contents: no macros, no parts that unfold to more than memory holds. Of a picture the size in
pixels is read from the header. The name that is kept is safe on every system.
"""

import hashlib
import re
import struct
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import mojibake
from lingju.kernel.errors import BadInput, TooLarge

MB = 1024 * 1024
HEAD = 64 * 1024

MOST_PARTS = 2000
MOST_UNFOLDED = 300 * MB
MOST_RATIO = 200  # honest sheets fold 5 to 40 times, a bomb a thousand
RATIO_FROM = 4 * MB  # below this a ratio says nothing
MOST_SIDE = 12_000
MOST_PIXELS = 40_000_000
LONGEST_NAME = 80
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
ACTIVE_PARTS = re.compile(r"vbaProject|activeX|/macrosheets/|\.bin$", re.IGNORECASE)
HARMLESS_BIN = re.compile(r"printerSettings\d*\.bin$", re.IGNORECASE)
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken somewhere: its words, its name's endings, its limit, its media type."""

    code: str
    words: str | Promise
    endings: tuple[str, ...]
    most_bytes: int
    media_type: str


SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX = Kind("xlsx", gettext_lazy("Excel 表格（.xlsx）"), (".xlsx",), 10 * MB, SHEET_TYPE)
CSV = Kind("csv", gettext_lazy("CSV 表格"), (".csv", ".txt"), 10 * MB, "text/csv")
PNG = Kind("png", gettext_lazy("PNG 图片"), (".png",), 10 * MB, "image/png")
JPEG = Kind("jpeg", gettext_lazy("JPEG 图片"), (".jpg", ".jpeg"), 10 * MB, "image/jpeg")
PDF = Kind("pdf", gettext_lazy("PDF 文件"), (".pdf",), 20 * MB, "application/pdf")
OSM = Kind("osm", gettext_lazy("OSM 地图（.osm）"), (".osm",), 500 * MB, "application/xml")
PBF = Kind("pbf", gettext_lazy("OSM 地图（.osm.pbf）"), (".pbf",), 2000 * MB, "application/octet-stream")
KINDS = (XLSX, CSV, PNG, JPEG, PDF, OSM, PBF)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at and may be used."""

    kind: Kind
    name: str
    size: int
    sha256: str


def check(file: BinaryIO, name: str, kinds: Collection[Kind]) -> Checked:
    """Look at a file of one of `kinds`; return what it is, with the file wound back to its beginning.

    Raises TooLarge for its size in bytes, parts or pixels, BadInput for everything else.
    """
    size = file.seek(0, 2)
    if size == 0:
        raise BadInput(_("这个文件是空的。"))
    if size > max(kind.most_bytes for kind in kinds):
        raise _too_large(max(kind.most_bytes for kind in kinds))
    file.seek(0)
    kind = recognise(file.read(HEAD), size)
    if kind is None or kind not in kinds:
        raise BadInput(_("这里只收：%(kinds)s。") % {"kinds": "、".join(str(kind.words) for kind in kinds)})
    if size > kind.most_bytes:
        raise _too_large(kind.most_bytes)
    safe = safe_name(name)
    if not safe.lower().endswith(kind.endings):
        raise BadInput(_("文件名和内容对不上：内容是%(kind)s。请改好扩展名再传。") % {"kind": kind.words})
    _look_inside(file, kind)
    file.seek(0)
    return Checked(kind, safe, size, _sha256(file))


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(MB):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def _too_large(most_bytes: int) -> TooLarge:
    return TooLarge(_("文件太大，最大 %(most)d MB。") % {"most": most_bytes // MB})


def recognise(head: bytes, size: int) -> Kind | None:
    """Return the kind of a file by its first bytes, None for one that is not known.

    Raises BadInput with a hint for old or locked Excel files.
    """
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise BadInput(_("这是旧版的 .xls 文件，或是加了密码的表格。请去掉密码，另存为 .xlsx 再传。"))
    if head.startswith(b"PK\x03\x04"):
        return XLSX
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"%PDF-"):
        return PDF
    return _recognise_map(head) or (CSV if _is_text(head, whole=size <= len(head)) else None)


def _recognise_map(head: bytes) -> Kind | None:
    # A .pbf begins with the length of a header block, whose first field is the text OSMHeader.
    if head[4:15] == b"\x0a\x09OSMHeader":
        return PBF
    begin = head[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return OSM if begin.startswith(b"<") and re.search(rb"<osm[\s>]", begin) else None


def _is_text(head: bytes, *, whole: bool) -> bool:
    """Say whether bytes are text in an encoding that is known, and neither markup nor a program."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head or head.lstrip().startswith((b"<", b"#!", b"MZ", b"{")):
        return False
    # The head may end in the middle of a character, of four bytes at most.
    for cut in range(1 if whole else 4):
        try:
            mojibake.decode(head[: len(head) - cut])
        except UnicodeDecodeError:
            continue
        return True
    return False


def _look_inside(file: BinaryIO, kind: Kind) -> None:
    file.seek(0)
    if kind is XLSX:
        _check_workbook(file)
    elif kind is PNG:
        _check_picture(*struct.unpack(">II", file.read(24)[16:24].ljust(8, b"\0")))
    elif kind is JPEG:
        _check_picture(*_jpeg_size(file))
    elif kind is PDF and ACTIVE_PDF.search(file.read()):
        raise BadInput(_("这个 PDF 里带有脚本或附件，请另存为普通 PDF 再传。"))
    elif kind is OSM and re.search(rb"<!(DOCTYPE|ENTITY)", file.read(HEAD)):
        raise BadInput(_("这个地图文件里带有不该有的定义，不能使用。"))


def _check_workbook(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise BadInput(_("这个表格文件不完整，请重新保存后再传。")) from None
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        raise BadInput(_("这是一个压缩包，不是 Excel 表格。"))
    if any(part.flag_bits & 1 for part in parts):
        raise BadInput(_("这个表格加了密码，请去掉密码再传。"))
    if any(ACTIVE_PARTS.search(name) and not HARMLESS_BIN.search(name) for name in names):
        raise BadInput(_("这个表格里带有宏或程序，请另存为不带宏的 .xlsx 再传。"))
    if any(_is_outside(name) for name in names):
        raise BadInput(_("这个表格文件的内部路径不对，不能使用。"))
    if len(parts) > MOST_PARTS or _unfolds_too_far(parts):
        raise TooLarge(_("这个表格展开后太大，请分成几个文件再传。"))


def _is_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts


def _unfolds_too_far(parts: list[zipfile.ZipInfo]) -> bool:
    """Say whether the parts unfold to more than is sane; zipfile stops reading at the size they declare."""
    if sum(part.file_size for part in parts) > MOST_UNFOLDED:
        return True
    return any(
        part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1)
        for part in parts
    )


def _check_picture(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise BadInput(_("这张图片不完整，请重新保存后再传。"))
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise TooLarge(_("图片太大（%(w)d × %(h)d），请缩小后再传。") % {"w": width, "h": height})


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """Return width and height in pixels from the frame header, (0, 0) if there is none (ITU T.81, B.2)."""
    for marker, length in _jpeg_segments(file):
        # The start of a frame, of any coding; C4, C8 and CC are other things.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            frame = file.read(5)
            return (0, 0) if len(frame) < 5 else struct.unpack(">HH", frame[1:5])[::-1]
        file.seek(length, 1)
    return (0, 0)


def _jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Yield marker and length of each segment, with the file at the segment's content."""
    file.seek(2)
    while True:
        byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        size = file.read(2)
        if len(size) < 2 or byte[0] == 0xDA:
            return
        yield byte[0], max(struct.unpack(">H", size)[0] - 2, 0)


def safe_name(name: str) -> str:
    """Return a file name that is safe on every system: no path, no control or direction characters."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(
        char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    shown = re.sub(r'[<>:"|?*\s]+', "_", shown).strip("._ ")
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        stem, ending = shown, ""
    if RESERVED.match(shown) or not stem:
        stem = f"file_{stem}".rstrip("_")
    ending = f".{ending[:10]}" if ending else ""
    return stem[: LONGEST_NAME - len(ending)] + ending
