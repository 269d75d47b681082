"""A cell means what the person who typed it meant, or a sentence says what to write instead."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel import cells

D = dt.date(2024, 8, 1)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("  府后街 社区　", "府后街 社区"),
        ("１号楼Ａ座", "1号楼A座"),
        ("长乐（北）小区", "长乐（北）小区"),
        (13803550000.0, "13803550000"),
        (3, "3"),
        (2.5, "2.5"),
        (True, "是"),
        (dt.datetime(2024, 8, 1), "2024-08-01"),  # noqa: DTZ001
        ("一\u200b\ufeff二", "一二"),
        ("'=1+1", "=1+1"),
        ("O'Neill", "O'Neill"),
    ],
)
def test_text(cell: object, meant: str) -> None:
    assert cells.text(cell) == meant


def test_a_number_whose_end_excel_has_eaten_is_refused() -> None:
    with pytest.raises(ValueError, match="15 位"):
        cells.text(140404195603120000)


@pytest.mark.parametrize(
    "cell",
    [
        20240801,
        "20240801",
        "2024年8月1日",
        "2024.8.1",
        "2024-8-1",
        "2024/08/01",
        "２０２４年８月１日",
        " 2024 年 8 月 1 日 ",
        "2024-08-01 00:00:00",
        45505,
        45505.0,
        D,
        dt.datetime(2024, 8, 1, 9),  # noqa: DTZ001  a spreadsheet knows no zones
    ],
)
def test_dates_in_every_form(cell: object) -> None:
    assert cells.date(cell) == D


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("2024年8月", "写成"),
        ("八月一日", "写成"),
        ("2023-02-29", "没有这一天"),
        ("24.8.1", "写成"),
        (3, "写成"),
        ("2024-8-1 x", "写成"),
    ],
)
def test_what_is_no_date_is_refused(cell: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        cells.date(cell)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_every_date_is_read_back_from_each_notation(day: dt.date) -> None:
    serial = (day - cells.EXCEL_DAY_ZERO).days
    for cell in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        serial,
        str(serial),
    ):
        assert cells.date(cell) == day


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("8:30", (8, 30)),
        ("８：３０", (8, 30)),
        ("08:30:00", (8, 30)),
        ("8点半", (8, 30)),
        ("8点", (8, 0)),
        ("18时05分", (18, 5)),
        (0.375, (9, 0)),
        (dt.time(21), (21, 0)),
    ],
)
def test_times_of_day(cell: object, meant: tuple[int, int]) -> None:
    assert cells.time_of_day(cell) == dt.time(*meant)


@pytest.mark.parametrize("cell", ["25:00", "八点", "8:75"])
def test_what_is_no_time_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="时间"):
        cells.time_of_day(cell)


@pytest.mark.parametrize(
    ("cell", "meant"), [("1,200", "1200"), ("１２", "12"), ("36.5平方米", "36.5"), (7, "7"), ("-3", "-3")]
)
def test_numbers(cell: object, meant: str) -> None:
    assert cells.decimal(cell) == Decimal(meant)


@pytest.mark.parametrize("cell", ["三百", "12-15", "", "NaN", "Infinity", True, D])
def test_what_is_no_number_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match="应是数字"):
        cells.decimal(cell)


def test_whole_numbers_keep_to_their_limits() -> None:
    parse = cells.whole(1, 60)
    assert parse("18层") == 18
    assert parse(18.0) == 18
    for cell, sentence in ((0, "1 到 60"), (61, "1 到 60"), (2.5, "整数")):
        with pytest.raises(ValueError, match=sentence):
            parse(cell)


@pytest.mark.parametrize("cell", ["是", "有", "√", "Y", "1", 1, 1.0, True, " 能 ", "ｙｅｓ"])
def test_yes(cell: object) -> None:
    assert cells.yes_no(cell) is True


@pytest.mark.parametrize("cell", ["否", "无", "×", "n", "0", 0, False, "没有"])
def test_no(cell: object) -> None:
    assert cells.yes_no(cell) is False


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ValueError, match="“是”或“否”"):
        cells.yes_no("也许")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        (13803550000, "13803550000"),
        (13803550000.0, "13803550000"),
        ("１３８ 0355 0000", "13803550000"),
        ("+86 138-0355-0000", "13803550000"),
        ("0355-8080000", "0355-8080000"),
        ("（0355）8080000", "0355-8080000"),
        ("01065550000", "010-65550000"),
        ("12345", "12345"),
        ("400-800-1234", "4008001234"),
    ],
)
def test_phones(cell: object, meant: str) -> None:
    assert cells.phone(cell) == meant


@pytest.mark.parametrize("cell", ["12345678901", "1380355000", "138035500001", "8080000", "微信"])
def test_what_is_no_phone_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="电话应是"):
        cells.phone(cell)


def test_codes_of_twelve_digits() -> None:
    parse = cells.digits(12)
    assert parse(140404001001) == parse("140404001001") == parse("１４０４０４ 001001") == "140404001001"
    with pytest.raises(ValueError, match="科学计数"):
        parse("1.40404E+11")
    with pytest.raises(ValueError, match="12 位"):
        parse("14040400100")


def test_words_that_stand_for_values() -> None:
    parse: Any = cells.one_of({"小区": "compound", "平房区": "rows"})
    assert parse(" 平房区 ") == "rows"
    with pytest.raises(ValueError, match="小区、平房区"):
        parse("别墅")


def test_text_that_must_fit() -> None:
    assert cells.at_most(3)("幸福里") == "幸福里"
    with pytest.raises(ValueError, match="最多 3 个字，这里有 4 个"):
        cells.at_most(3)("幸福里东")
