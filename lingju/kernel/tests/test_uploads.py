"""A file that is not what it says, or hides something, is turned away with a sentence."""

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel import uploads
from lingju.kernel.errors import BadInput, Refusal, TooLarge
from lingju.kernel.tests.sheets import a_sheet
from lingju.kernel.uploads import CSV, JPEG, KINDS, OSM, PBF, PDF, PNG, XLSX, Kind, check, safe_name

GEO = Path(__file__).resolve().parents[4] / "shared/data/geo"


def a_png(width: int = 40, height: int = 30) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)
        + b"\0" * 20
    )


def a_jpeg(width: int = 40, height: int = 30, frame: int = 0xC0) -> bytes:
    exif = b"\xff\xe1" + struct.pack(">H", 12) + b"Exif\0\0abcd"
    start = bytes([0xFF, frame]) + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + exif + b"\xff\xff\xdb\0\4ab" + start + b"\xff\xda\0\2" + b"\0" * 20 + b"\xff\xd9"


def a_workbook(**parts: bytes) -> bytes:
    out = io.BytesIO(a_sheet([["名称"], ["长乐"]]).getvalue())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


GOOD: list[tuple[str, bytes, Kind]] = [
    ("小区.xlsx", a_workbook(), XLSX),
    (
        "小区.XLSX",
        a_workbook(xl__printerSettings1=b"", **{"xl/printerSettings/printerSettings1.bin": b"x"}),
        XLSX,
    ),
    ("小区.csv", "名称,户数\n长乐,3\n".encode("gb18030"), CSV),
    ("小区.csv", "名称".encode("utf-16"), CSV),
    ("图.png", a_png(), PNG),
    ("图.jpeg", a_jpeg(), JPEG),
    ("图.jpg", a_jpeg(frame=0xC2), JPEG),
    ("文.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\n", PDF),
    ("城.osm", b'<?xml version="1.0"?>\n<osm version="0.6">', OSM),
    ("城.osm.pbf", b"\0\0\0\x0e\x0a\x09OSMHeader\x18\x7b", PBF),
]


@pytest.mark.parametrize(("name", "data", "kind"), GOOD, ids=lambda value: getattr(value, "code", ""))
def test_an_honest_file_is_taken(name: str, data: bytes, kind: Kind) -> None:
    file = io.BytesIO(data)
    checked = check(file, name, KINDS)
    assert (checked.kind, checked.name, checked.size) == (kind, name, len(data))
    assert len(checked.sha256) == 64
    assert file.tell() == 0


ENCRYPTED = bytearray(a_workbook())
ENCRYPTED[ENCRYPTED.rindex(b"PK\x01\x02") + 8] |= 1
JUST_A_ZIP = io.BytesIO()
with zipfile.ZipFile(JUST_A_ZIP, "w") as archive:
    archive.writestr("a.txt", "a")
BAD: list[tuple[str, str, bytes, str]] = [
    ("empty", "a.csv", b"", "空的"),
    ("old or locked", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "旧版"),
    ("another ending", "a.csv", a_workbook(), "对不上"),
    ("a program named as a picture", "a.png", b"MZ\x90\0" + b"\0" * 99, "只收"),
    ("a page named as a table", "a.csv", b"<html><script>", "只收"),
    ("a script", "a.csv", b"#!/bin/sh", "只收"),
    ("just a zip", "a.xlsx", JUST_A_ZIP.getvalue(), "压缩包"),
    ("cut short", "a.xlsx", a_workbook()[:500], "不完整"),
    ("macros", "a.xlsx", a_workbook(**{"xl/vbaProject.bin": b"x"}), "宏"),
    ("a control", "a.xlsx", a_workbook(**{"xl/activeX/activeX1.xml": b"x"}), "宏"),
    ("a way out", "a.xlsx", a_workbook(**{"../../etc/passwd": b"x"}), "路径"),
    ("a password", "a.xlsx", bytes(ENCRYPTED), "密码"),
    ("a picture without size", "a.jpg", b"\xff\xd8\xff\xe0\0\4ab", "不完整"),
    ("a picture cut in its head", "a.png", a_png()[:18], "不完整"),
    ("a script in a PDF", "a.pdf", b"%PDF-1.7 <</S/JavaScript/JS(x)>>", "脚本"),
    ("entities in a map", "a.osm", b'<!DOCTYPE osm [<!ENTITY a "b">]><osm >', "定义"),
]


@pytest.mark.parametrize(("why", "name", "data", "sentence"), BAD, ids=[case[0] for case in BAD])
def test_a_dishonest_file_is_turned_away(why: str, name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        check(io.BytesIO(data), name, KINDS)


def test_only_what_is_wanted_here_is_taken() -> None:
    with pytest.raises(BadInput, match=r"这里只收：Excel 表格（[.]xlsx）、CSV 表格"):
        check(io.BytesIO(a_png()), "a.png", (XLSX, CSV))


def test_a_file_that_is_too_large_is_turned_away() -> None:
    small = Kind("csv", "CSV", (".csv",), 10, "text/csv")
    with pytest.raises(TooLarge, match="最大 0 MB"):
        check(io.BytesIO(b"a,b\n" * 100), "a.csv", (small,))


def test_a_bomb_is_turned_away_unopened() -> None:
    with pytest.raises(TooLarge, match="展开后太大"):
        check(io.BytesIO(a_workbook(**{"xl/bomb.xml": b"\0" * 20_000_000})), "a.xlsx", (XLSX,))
    many = {f"xl/{number}.xml": b"" for number in range(uploads.MOST_PARTS)}
    with pytest.raises(TooLarge, match="展开后太大"):
        check(io.BytesIO(a_workbook(**many)), "a.xlsx", (XLSX,))


@pytest.mark.parametrize("picture", [a_png(20_000, 10), a_png(9000, 9000)])
def test_a_picture_with_too_many_pixels_is_turned_away(picture: bytes) -> None:
    with pytest.raises(TooLarge, match="图片太大"):
        check(io.BytesIO(picture), "a.png", (PNG,))


def test_the_size_of_a_jpeg_is_read_from_its_frame() -> None:
    assert uploads._jpeg_size(io.BytesIO(a_jpeg(640, 480))) == (640, 480)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_check(data: bytes) -> None:
    for head in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-"):
        with contextlib.suppress(Refusal):
            check(io.BytesIO(head + data), "a.png", KINDS)


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("小区 名单.xlsx", "小区_名单.xlsx"),
        ("..\\..\\etc/passwd", "passwd"),
        ("C:\\Users\\李\\表.csv", "表.csv"),
        ("a\u202egnp.exe.csv", "agnp.exe.csv"),
        ("CON.csv", "file_CON.csv"),
        (".htaccess", "htaccess"),
        ("a\x00b\n.png", "ab.png"),
        ("长" * 200 + ".xlsx", "长" * 75 + ".xlsx"),
        ("", "file"),
        ('x<y>"z|?*.png', "x_y_z_.png"),
    ],
)
def test_names_are_made_safe(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@given(st.text())
def test_every_name_is_made_safe(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= uploads.LONGEST_NAME
    assert not set(safe) & set('/\\:*?"<>|\0\n')
    assert safe not in (".", "..")


@pytest.mark.skipif(not GEO.exists(), reason="the shared maps are not here")
def test_real_maps_are_recognised() -> None:
    for name, kind in (("pyrosm_test.osm.pbf", PBF), ("beijing_haidian_tsinghua.osm", OSM)):
        with (GEO / name).open("rb") as file:
            assert check(file, name, (OSM, PBF)).kind is kind
