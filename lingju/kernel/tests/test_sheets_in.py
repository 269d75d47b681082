"""A spreadsheet as people keep it becomes typed rows, and each mistake names its cell."""

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest

from lingju.kernel import cells
from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.sheets_in import Column, Reading, RowError, read
from lingju.kernel.tests.sheets import a_csv, a_sheet


@dataclass(frozen=True)
class Draft:
    name: str
    households: int | None
    phone: str = ""
    since: dt.date | None = None
    children: int | None = None

    def __post_init__(self) -> None:
        if self.name == "同名":
            raise ValueError("这个名字用过了。")


COLUMNS = (
    Column("name", ("小区名称", "名称"), cells.at_most(10), required=True),
    Column("households", ("户数", "总户数"), cells.whole()),
    Column("phone", ("电话", "联系电话", "物业电话"), cells.phone, default=""),
    Column("since", ("建成日期",), cells.date),
    Column("children", ("人口0-6岁", "0-6岁"), cells.whole()),
)
PLAIN: list[list[Any]] = [
    ["小区名称", "户数", "电话"],
    ["长乐小区", 320, 13803550000],
    ["府后小区", "４５", "0355-8080000"],
]


def take(file: Any, name: str = "小区.xlsx", **options: Any) -> Reading[Draft]:
    return read(file, name, COLUMNS, make=Draft, **options)


def test_a_plain_sheet_becomes_typed_rows() -> None:
    reading = take(a_sheet(PLAIN))
    assert [(row.number, row.value) for row in reading.rows] == [
        (2, Draft("长乐小区", 320, "13803550000")),
        (3, Draft("府后小区", 45, "0355-8080000")),
    ]
    assert reading.errors == ()
    assert not reading.was_mended


def test_titles_above_the_header_are_passed_over() -> None:
    rows: list[list[Any]] = [["上党区韩店街道小区信息表"], ["填表人：", None, "2024年8月1日"], [], *PLAIN]
    reading = take(a_sheet(rows, merge=["A1:C1"]))
    assert (reading.header.row, len(reading.rows), reading.rows[0].number) == (4, 2, 5)


def test_a_header_over_two_rows_with_merged_cells_is_read() -> None:
    rows: list[list[Any]] = [
        ["小区信息表"],
        ["小区名称", "户数", "人口", None, "联系方式", None],
        [None, None, "0-6岁", "60岁以上", "物业电话", "邮箱"],
        ["长乐小区", 320, 25, 99, 13803550000, "a@example.cn"],
    ]
    merge = ["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2"]
    reading = take(a_sheet(rows, merge=merge))
    assert reading.rows[0].value == Draft("长乐小区", 320, "13803550000", None, 25)
    assert reading.rows[0].number == 4


def test_titles_with_units_stars_and_spaces_are_understood() -> None:
    rows = [["* 小 区 名 称（必填）", "总户数(户)", "建成日期："], ["长乐小区", "320户", "2001年5月1日"]]
    assert take(a_sheet(rows)).rows[0].value == Draft("长乐小区", 320, "", dt.date(2001, 5, 1))


def test_the_sheet_with_the_header_is_found_among_others() -> None:
    assert len(take(a_sheet(PLAIN, before=[[["填表说明"], ["请勿改动"]]])).rows) == 2


def test_empty_rows_are_passed_over_and_numbers_stay_true() -> None:
    reading = take(a_sheet([PLAIN[0], [], ["　", ""], PLAIN[1]]))
    assert [row.number for row in reading.rows] == [4]


def test_each_mistake_names_its_cell_and_the_good_rows_stay() -> None:
    rows = [*PLAIN, [None, "三百", "1234567"], ["十个字的名字实在太长了啊", 5], ["同名", 1]]
    reading = take(a_sheet(rows))
    assert len(reading.rows) == 2
    assert reading.errors == (
        RowError(4, "小区名称", "", "不能空着。"),
        RowError(4, "户数", "三百", "应是数字。"),
        RowError(4, "电话", "1234567", "电话应是 11 位手机号，或带区号的座机号（如 0355-8080000）。"),
        RowError(5, "小区名称", "十个字的名字实在太长了啊", "最多 10 个字，这里有 12 个。"),
        RowError(6, "", "", "这个名字用过了。"),
    )


def test_errors_found_later_take_their_rows_out() -> None:
    reading = take(a_sheet(PLAIN)).blaming([RowError(3, "小区名称", "府后小区", "已经有了。")])
    assert [row.number for row in reading.rows] == [2]
    assert [error.row for error in reading.errors] == [3]


def test_a_header_that_is_not_there_is_asked_for() -> None:
    with pytest.raises(BadInput, match=r"没有找到表头.*小区名称"):
        take(a_sheet([["甲", "乙"], [1, 2]]))
    with pytest.raises(BadInput, match="没有找到表头"):
        take(a_sheet([]))


def test_a_column_that_must_be_there_is_asked_for() -> None:
    with pytest.raises(BadInput, match="缺少这些列：小区名称"):
        take(a_sheet([["户数", "电话"], [1, "12345"]]))


def test_columns_nobody_asked_for_are_named() -> None:
    assert take(a_sheet([["名称", "户数", "备注"], ["长乐", 1, "x"]])).header.unknown == ("备注",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_file_in_any_usual_encoding(encoding: str, delimiter: str) -> None:
    text = "小区名称,户数,电话\r\n长乐小区,320,13803550000\r\n".replace(",", delimiter)
    assert take(a_csv(text, encoding), "小区.csv").rows[0].value == Draft("长乐小区", 320, "13803550000")


def test_a_csv_cell_may_hold_a_line_break() -> None:
    assert take(a_csv('名称,户数\n"长乐\n小区",3\n'), "a.csv").rows[0].value.name == "长乐 小区"


def test_a_csv_file_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="编码认不出来"):
        take(io.BytesIO(b"\xff\xff\xff\x00\x81"), "a.csv")


def test_an_xlsx_whose_text_is_gb18030_read_as_latin_is_put_right() -> None:
    rows = [[_garbled(cell) for cell in row] for row in PLAIN]
    reading = take(a_sheet(rows))
    assert reading.rows[0].value == Draft("长乐小区", 320, "13803550000")
    assert reading.was_mended


def test_garbled_cells_under_a_good_header_are_put_right_too() -> None:
    reading = take(a_sheet([PLAIN[0], [_garbled("长乐小区"), 1]]))
    assert reading.rows[0].value.name == "长乐小区"


def test_an_xlsx_whose_text_is_utf8_read_as_gbk_is_put_right() -> None:
    header = [cell.encode().decode("gb18030", "replace") for cell in ("小区名称", "联系电话", "户数")]
    reading = take(a_sheet([header, ["长乐小区".encode().decode("gb18030"), 13803550000, 3]]))
    assert reading.rows[0].value.name == "长乐小区"
    assert reading.was_mended


def test_what_cannot_be_put_right_is_refused_in_words() -> None:
    reading = take(a_sheet([PLAIN[0], ["锟斤拷小区", 1]]))
    assert reading.errors == (RowError(2, "小区名称", "锟斤拷小区", "这一格是乱码，请重新填写。"),)


def test_a_formula_that_failed_is_said_so() -> None:
    assert "公式" in take(a_sheet([PLAIN[0], ["长乐", "#REF!"]])).errors[0].sentence


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TooLarge, match="最多导入 3 行"):
        take(a_sheet([PLAIN[0], *([["长乐", 1]] * 4)]), most_rows=3)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a workbook", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="打不开"):
        take(io.BytesIO(data))


def test_a_workbook_cut_short_is_refused() -> None:
    whole = a_sheet(PLAIN).getvalue()
    for length in (len(whole) // 3, len(whole) // 2, len(whole) - 30):
        with pytest.raises(BadInput):
            take(io.BytesIO(whole[:length]))


def rebuilt(change: dict[str, bytes]) -> io.BytesIO:
    """Return the plain workbook with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(a_sheet(PLAIN)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return out


def test_a_workbook_with_exploding_entities_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    with pytest.raises(BadInput):
        take(rebuilt({"xl/worksheets/sheet1.xml": bomb.encode(), "xl/sharedStrings.xml": bomb.encode()}))


def test_a_sheet_that_claims_to_be_endless_is_read_no_further_than_taken() -> None:
    sheet = zipfile.ZipFile(a_sheet(PLAIN)).read("xl/worksheets/sheet1.xml").decode()
    far = sheet.replace("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    assert len(take(rebuilt({"xl/worksheets/sheet1.xml": far.encode()})).rows) == 2


def _garbled(cell: Any) -> Any:
    return cell.encode("gb18030").decode("latin-1") if isinstance(cell, str) else cell
