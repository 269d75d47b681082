"""What is exported opens, prints, says how old it is, and holds no formula."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from lingju.kernel import cells, sheets_out
from lingju.kernel.clock import ZONE
from lingju.kernel.sheets_in import Column, read
from lingju.kernel.sheets_out import OutColumn

NOW = dt.datetime(2026, 11, 23, 9, 5, tzinfo=ZONE)
COLUMNS = (
    OutColumn("小区"), OutColumn("户数", "whole"), OutColumn("面积", "decimal"), OutColumn("建成", "date"),
    OutColumn("更新", "moment"), OutColumn("有电梯"),
)  # fmt: skip
ROWS: list[list[Any]] = [
    ["长乐小区", 320, Decimal("1200.5"), dt.date(2001, 5, 1), NOW.astimezone(dt.UTC), True],
    [None] * 6,
]
BITES = [
    "=1+1",
    "+86 138",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "\t=1",
    "＝1+1",
    "http://example.cn",
    "0012",
]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def exported(rows: list[list[Any]], columns: tuple[OutColumn, ...] = COLUMNS) -> Any:
    return opened(sheets_out.xlsx("小区台账", columns, rows, as_of=NOW))


def test_an_export_has_a_title_a_stamp_and_a_header() -> None:
    sheet = exported(ROWS)
    assert sheet["A1"].value == "小区台账"
    assert sheet["A2"].value == "数据截至 2026-11-23 09:05"
    assert [cell.value for cell in sheet[3]] == ["小区", "户数", "面积", "建成", "更新", "有电梯"]


def test_numbers_are_numbers_and_dates_are_dates() -> None:
    row = [cell.value for cell in exported(ROWS)[4]]
    assert row == ["长乐小区", 320, 1200.5, dt.datetime(2001, 5, 1), dt.datetime(2026, 11, 23, 9, 5), "是"]  # noqa: DTZ001
    assert [cell.value for cell in exported(ROWS)[5]] == [None] * 6


def test_it_scrolls_filters_and_prints_well() -> None:
    sheet = exported(ROWS)
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:F5"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )


@pytest.mark.parametrize("bite", BITES)
def test_no_text_becomes_a_formula_or_a_link(bite: str) -> None:
    sheet = exported([[bite]], (OutColumn("备注"),))
    cell = sheet["A4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (bite, "s", None)
    assert opened(sheets_out.xlsx(bite, (OutColumn(bite),), [], as_of=NOW))["A3"].data_type == "s"


@pytest.mark.parametrize("bite", [*BITES[:5], "＝1+1"])
def test_no_csv_cell_becomes_a_formula_and_it_comes_back_as_it_was(bite: str) -> None:
    data = sheets_out.csv_bytes((OutColumn("名称"), OutColumn("备注")), [["长乐", bite]])
    assert data.startswith("\ufeff名称,备注\r\n".encode())
    assert data.decode("utf-8-sig").splitlines()[1].split(",")[1].lstrip('"').startswith("'")
    columns = (Column("name", ("名称",)), Column("note", ("备注",)))
    assert read(io.BytesIO(data), "a.csv", columns, make=dict[str, Any]).rows[0].value["note"] == cells.text(
        bite
    )


def test_numbers_in_csv_stay_numbers() -> None:
    data = sheets_out.csv_bytes((OutColumn("a"), OutColumn("b"), OutColumn("c")), [[-5, NOW, None]])
    assert data.decode("utf-8-sig").splitlines()[1] == "-5,2026-11-23 09:05,"


def test_ids_longer_than_fifteen_digits_are_text_and_texts_too_long_are_cut() -> None:
    sheet = exported([[2**62, "长" * 40_000]], (OutColumn("编号"), OutColumn("文")))
    assert sheet["A4"].value == str(2**62)
    assert len(sheet["B4"].value) == 32_767


def test_an_empty_export_still_says_how_old_it_is() -> None:
    assert "截至" in exported([])["A2"].value


IN_COLUMNS = (
    Column("name", ("小区名称",), cells.at_most(10), required=True),
    Column("households", ("户数",), cells.whole()),
    Column("since", ("建成日期",), cells.date),
)


def test_a_template_can_be_filled_in_and_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets_out.template("小区", IN_COLUMNS)))
    assert [cell.value for cell in book.worksheets[0][1]] == ["小区名称*", "户数", "建成日期"]
    book.worksheets[0].append(["长乐", 3])
    out = io.BytesIO()
    book.save(out)
    assert len(read(out, "a.xlsx", IN_COLUMNS, make=dict[str, Any]).rows) == 1


def test_a_report_marks_what_is_wrong_and_can_be_given_again() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.worksheets[0]
    for row in (
        ["小区信息表"],
        ["小区名称", "户数", "建成日期"],
        ["长乐", "三百", dt.date(2001, 5, 1)],
        ["=1+1", 5],
    ):
        sheet.append(row)
    sheet["A4"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    reading = read(out, "a.xlsx", IN_COLUMNS, make=dict[str, Any])
    report = opened(sheets_out.report(reading))
    assert [cell.value for cell in report[2]] == ["小区名称", "户数", "建成日期", "哪里不对"]
    assert report["D3"].value == "户数：应是数字。"
    assert report["B3"].fill.fgColor.rgb == "FFFFD6D1"
    assert report["A3"].fill.fgColor.rgb != "FFFFD6D1"
    assert report["C3"].value == dt.datetime(2001, 5, 1)  # noqa: DTZ001
    again = read(io.BytesIO(sheets_out.report(reading)), "a.xlsx", IN_COLUMNS, make=dict[str, Any])
    assert (again.errors, again.header.unknown) == (reading.errors, ("哪里不对",))
