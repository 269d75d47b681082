"""Writing spreadsheets that print well and cannot bite: exports, templates to fill in, error reports.

A text that begins with = + - @ is a formula to a spreadsheet program: in .xlsx it is written as a string,
in .csv it gets an apostrophe in front (which reading takes off again).
"""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from django.utils.translation import gettext as _

from lingju.kernel.clock import ZONE
from lingju.kernel.errors import TooLarge
from lingju.kernel.sheets_in import Column, Reading

Kind = Literal["text", "whole", "decimal", "percent", "date", "moment"]
FORMATS: dict[str, str] = {
    "text": "@",
    "whole": "#,##0",
    "decimal": "#,##0.0#",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
MOST_ROWS = 1_000_000
LONGEST_TEXT = 32_767  # what one cell of a spreadsheet can hold
NARROWEST, WIDEST = 8, 48
A4 = 9
FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r]")
WRONG = "哪里不对"


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column to write: its title, the kind of its cells, and its width where it should be fixed."""

    title: str
    kind: Kind = "text"
    width: int | None = None


def stamp(as_of: dt.datetime) -> str:
    """Return the words that say how old the figures are."""
    return _("数据截至 %(moment)s") % {"moment": as_of.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")}


def xlsx(
    title: str,
    columns: Sequence[OutColumn],
    rows: Sequence[Sequence[Any]],
    *,
    as_of: dt.datetime,
    note: str = "",
) -> bytes:
    """Return a workbook of one sheet: title, stamp, frozen header with a filter, ready to print on A4."""
    if len(rows) > MOST_ROWS:
        raise TooLarge(_("行数太多，一个表格放不下，请缩小范围再导出。"))
    paper = _Paper(title)
    paper.sheet.write_string(0, 0, title, paper.look(bold=True, font_size=14))
    paper.sheet.write_string(
        1, 0, " ".join(filter(None, (stamp(as_of), note))), paper.look(font_color="#595959")
    )
    head = paper.look(bold=True, bg_color="#EEF3F0", bottom=1, text_wrap=True, valign="vcenter")
    for at, column in enumerate(columns):
        paper.sheet.write_string(2, at, column.title, head)
        paper.sheet.set_column(at, at, column.width or _width(column.title, (row[at] for row in rows[:300])))
    looks = [paper.look(num_format=FORMATS[column.kind], valign="top") for column in columns]
    for number, row in enumerate(rows, 3):
        for at, (value, look) in enumerate(zip(row, looks, strict=True)):
            paper.write(number, at, value, look)
    paper.sheet.freeze_panes(3, 0)
    paper.sheet.autofilter(2, 0, max(len(rows) + 2, 2), len(columns) - 1)
    paper.sheet.repeat_rows(2)
    return paper.close()


def template(title: str, columns: Sequence[Column]) -> bytes:
    """Return an empty workbook to fill in: a row of titles, a star on those that must be filled."""
    paper = _Paper(title)
    must, may = paper.look(bold=True, bg_color="#FBEFD9", bottom=1), paper.look(bold=True, bottom=1)
    as_text = paper.look(num_format=FORMATS["text"])
    for at, column in enumerate(columns):
        words = f"{column.title}*" if column.required else column.title
        # Text cells keep long codes and phones as they are typed.
        paper.sheet.set_column(at, at, _width(words, ()) + 6, as_text)
        paper.sheet.write_string(0, at, words, must if column.required else may)
    paper.sheet.freeze_panes(1, 0)
    paper.sheet.repeat_rows(0)
    return paper.close()


def report(reading: Reading[Any]) -> bytes:
    """Return the sheet as it was given, wrong cells marked, and a last column that says what is wrong.

    It can be corrected and given again as it is: the added column is not read.
    """
    paper = _Paper(reading.grid.name or WRONG)
    wrong = paper.look(bg_color="#FFD6D1", valign="top")
    plain = {kind: paper.look(num_format=FORMATS[kind]) for kind in ("date", "moment")}
    places = {column.title: reading.header.places.get(column.name) for column in reading.columns}
    marked = {(error.row, places.get(error.column)) for error in reading.errors}
    sentences = defaultdict(list)
    for error in reading.errors:
        sentences[error.row].append(f"{error.column}：{error.sentence}" if error.column else error.sentence)
    last = max((len(row) for row in reading.grid.rows), default=0)
    for number, row in enumerate(reading.grid.rows, 1):
        for at in range(last):
            value = row[at] if at < len(row) else None
            look = wrong if (number, at) in marked else plain.get(_kind_of(value))
            paper.write(number - 1, at, value, look)
        if number in sentences:
            paper.sheet.write_string(number - 1, last, " ".join(sentences[number]), wrong)
    paper.sheet.write_string(reading.header.row - 1, last, WRONG, paper.look(bold=True, font_color="#B3261E"))
    paper.sheet.set_column(0, max(last - 1, 0), 14)
    paper.sheet.set_column(last, last, WIDEST)
    paper.sheet.freeze_panes(reading.header.row, 0)
    return paper.close()


def csv_bytes(columns: Sequence[OutColumn], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV file as Chinese Excel opens it: UTF-8 with a byte order mark, no cell a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value is None or isinstance(value, int | float | Decimal):
        return value
    shown = str(value)
    return f"'{shown}" if FORMULA.match(shown) else shown


def _kind_of(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return "moment" if value.time() != dt.time() else "date"
    return "date" if isinstance(value, dt.date) else "text"


def _width(title: str, values: Iterable[Any]) -> int:
    """Return a width in characters that fits; a Chinese character is as wide as two."""
    shown = (str(value)[:60] for value in (title, *values) if value is not None)
    widest = max(
        sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text) for text in shown
    )
    return min(max(widest + 2, NARROWEST), WIDEST)


class _Paper:
    """A workbook of one sheet on landscape A4, whose cells are written by what they are."""

    def __init__(self, title: str) -> None:
        self.out = io.BytesIO()
        # Text stays text: no string becomes a formula, a link or a number by its looks.
        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(
            self.out, {**safe, "in_memory": True, "default_date_format": "yyyy-mm-dd"}
        )
        self.sheet = self.book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "", title)[:31] or None)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C&P / &N")

    def look(self, **properties: Any) -> Any:
        """Return a cell format."""
        return self.book.add_format(properties)

    def write(self, row: int, column: int, value: Any, look: Any) -> None:
        """Write one cell by the type of its value."""
        if value is None:
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, bool):
            self.sheet.write_string(row, column, _("是") if value else _("否"), look)
        elif _is_short_number(value):
            self.sheet.write_number(row, column, value, look)
        elif isinstance(value, dt.datetime):
            local = value.astimezone(ZONE) if value.tzinfo else value
            self.sheet.write_datetime(row, column, local.replace(tzinfo=None), look)
        elif isinstance(value, dt.date | dt.time):
            self.sheet.write_datetime(row, column, value, look)
        else:
            self.sheet.write_string(row, column, _fitting(str(value)), look)

    def close(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self.book.close()
        return self.out.getvalue()


def _is_short_number(value: Any) -> bool:
    """Say whether a spreadsheet keeps the number as it is: fifteen digits, and no more."""
    return isinstance(value, int | float | Decimal) and -(10**15) < value < 10**15


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
