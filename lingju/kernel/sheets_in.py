"""Reading somebody's spreadsheet: the header is looked for, rows come out typed, errors name their cell.

    COLUMNS = (
        Column("name", ("小区名称", "名称"), at_most(60), required=True),
        Column("households", ("户数", "总户数"), whole()),
    )
    reading = read(file, "小区.xlsx", COLUMNS, make=CompoundDraft)
    reading.rows      [Row(number=4, value=CompoundDraft(…)), …]   rows without a mistake
    reading.errors    [RowError(row=5, column="户数", value="三百", sentence="应是数字。"), …]

Title rows, merged headers over two or three rows, units in brackets, GB18030 and mojibake are expected.
Nothing is written anywhere: a caller that only looks has made a dry run.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, BinaryIO, Generic, TypeVar

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from lingju.kernel import cells, mojibake
from lingju.kernel.errors import BadInput, Refusal, TooLarge

R = TypeVar("R")
Cells = tuple[Any, ...]

MOST_ROWS = 20_000
MOST_COLUMNS = 120
HEADER_WITHIN = 15  # the header stands in one of the first rows
HEADER_DEPTH = 3  # and spans so many rows at most
FORMULA_FAILED = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
# What openpyxl lets through when a file is cut short, forged, or not a spreadsheet at all.
UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    OSError,
    SyntaxError,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is understood: the field it fills, the titles it may bear, how its cells are read."""

    name: str
    aliases: tuple[str, ...]
    parse: Callable[[object], Any] = cells.text
    required: bool = False
    default: Any = None

    @property
    def title(self) -> str:
        """Return the title to recommend."""
        return self.aliases[0]


@dataclass(frozen=True, slots=True)
class RowError:
    """One cell that cannot be used: its row as the spreadsheet counts, its column's title, and why."""

    row: int
    column: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """One row that was understood, with its number as the spreadsheet counts."""

    number: int
    value: R


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it was given: its name and its cells, row after row."""

    name: str
    rows: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header ends (row number), and which column of the grid fills which field."""

    row: int
    places: Mapping[str, int]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """What was understood of a sheet, and what was not."""

    grid: Grid
    header: Header
    columns: tuple[Column, ...]
    rows: tuple[Row[R], ...]
    errors: tuple[RowError, ...]
    # Set where the text had been read in a wrong encoding and was put right: to be shown and checked.
    was_mended: bool = False

    def blaming(self, errors: Sequence[RowError]) -> "Reading[R]":
        """Return the same reading with errors found later (a code that is taken), and without their rows."""
        wrong = {error.row for error in errors}
        rows = tuple(row for row in self.rows if row.number not in wrong)
        return replace(self, rows=rows, errors=tuple(sorted((*self.errors, *errors), key=_by_row)))


def _by_row(error: RowError) -> int:
    return error.row


def read(
    file: BinaryIO,
    name: str,
    columns: Sequence[Column],
    *,
    make: Callable[..., R],
    most_rows: int = MOST_ROWS,
) -> Reading[R]:
    """Read a .xlsx or .csv file.

    `make` gets the fields of one row by name; a ValueError or Refusal of it is the row's error.

    Raises BadInput where the file, its encoding or its header makes no sense, TooLarge for too many rows.
    """
    grids = _csv_grids(file) if name.lower().endswith((".csv", ".txt")) else _xlsx_grids(file, most_rows)
    mended = (_mended(grid, undo) for undo in mojibake.UNDO for grid in grids)
    for at, grid in enumerate(chain(grids, mended)):
        header = _find_header(grid, columns)
        if header is not None:
            _check_header(header, columns)
            return _rows_of(grid, header, tuple(columns), make, most_rows, was_mended=at >= len(grids))
    wanted = "、".join(column.title for column in columns if column.required) or columns[0].title
    raise BadInput(_("没有找到表头。请让其中一行写着这些列名：%(names)s。") % {"names": wanted})


def _xlsx_grids(file: BinaryIO, most_rows: int) -> list[Grid]:
    try:
        return _visible_sheets(file, most_rows + HEADER_WITHIN + 1)
    except UNREADABLE:
        raise BadInput(_("这个文件打不开，请用表格软件另存为 .xlsx 再试。")) from None


def _visible_sheets(file: BinaryIO, most_rows: int) -> list[Grid]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        # A sheet may claim to be a million rows long: no further than one row past what is taken.
        return [
            Grid(
                sheet.title,
                _trimmed(sheet.iter_rows(max_row=most_rows, max_col=MOST_COLUMNS, values_only=True)),
            )
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    finally:
        book.close()


def _csv_grids(file: BinaryIO) -> list[Grid]:
    try:
        text, _encoding = mojibake.decode(file.read())
    except UnicodeDecodeError:
        raise BadInput(_("这个文件的文字编码认不出来，请另存为 UTF-8 或 GB18030 的 CSV。")) from None
    head = text[:4000]
    delimiter = max(",\t;，", key=head.count)
    # Excel's lines end in many ways and cells hold line breaks: the reader splits, not we.
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [Grid("", _trimmed(rows))]
    except csv.Error:
        raise BadInput(_("这个文件不是完整的 CSV，请用表格软件另存一次。")) from None


def _trimmed(rows: Iterator[Sequence[Any]]) -> tuple[Cells, ...]:
    """Keep rows and cells up to the last that holds anything; empty texts count as nothing."""
    kept = [_without_end(None if _is_blank(cell) else cell for cell in row[:MOST_COLUMNS]) for row in rows]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _without_end(row: Iterable[Any]) -> Cells:
    kept = list(row)
    while kept and kept[-1] is None:
        kept.pop()
    return tuple(kept)


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip(" \t\r\n\u3000\u00a0"))


def _mended(grid: Grid, undo: Callable[[str], str]) -> Grid:
    rows = tuple(tuple(undo(cell) if isinstance(cell, str) else cell for cell in row) for row in grid.rows)
    return Grid(undo(grid.name), rows)


# --- the header --------------------------------------------------------------------------------------


def normal_title(cell: object) -> str:
    """Return a title as it is compared: no space, mark of duty, colon or width; brackets half-width."""
    title = unicodedata.normalize("NFKC", str(cell or "")).casefold()
    return re.sub(r"[\s*:：]|\(?必填\)?", "", title)


def _titles(title: str) -> tuple[str, ...]:
    """Return a title and the same without what stands in brackets behind it, a unit or a hint."""
    return (title, re.sub(r"\(.*?\)$", "", title))


def _find_header(grid: Grid, columns: Sequence[Column]) -> Header | None:
    """Return the header that explains most columns, the highest of equals; None if none explains enough."""
    candidates = [
        _header_at(grid, row, depth, columns)
        for row in range(min(len(grid.rows), HEADER_WITHIN))
        for depth in range(min(row + 1, HEADER_DEPTH))
    ]
    best = max(candidates, key=lambda header: len(header.places), default=None)
    return best if best and len(best.places) >= min(2, len(columns)) else None


def _header_at(grid: Grid, row: int, depth: int, columns: Sequence[Column]) -> Header:
    """Read a header that ends at `row` (from 0) and began `depth` rows above."""
    titles = _stacked_titles(grid.rows[row - depth : row + 1])
    places: dict[str, int] = {}
    for column in columns:
        place = _place_of(column, titles, set(places.values()))
        if place is not None:
            places[column.name] = place
    known = set(places.values())
    unknown = tuple(
        str(cell) for at, cell in enumerate(grid.rows[row]) if cell is not None and at not in known
    )
    return Header(row + 1, places, unknown)


def _stacked_titles(rows: Sequence[Cells]) -> list[tuple[str, ...]]:
    """Return for each column the titles it may be meant to bear, the most exact first.

    Of merged cells only the first holds the words: one that is merged downward leaves the row below
    empty, one that is merged to the right stands over several.
    """
    width = max((len(row) for row in rows), default=0)
    own, above = [""] * width, [""] * width
    for row in rows:
        group, cells_here = "", [normal_title(cell) for cell in row] + [""] * (width - len(row))
        for at, cell in enumerate(cells_here):
            group = own[at] or group
            above[at] = above[at] + own[at] if own[at] else above[at] or group
            own[at] = cell or own[at]
    return [(*_titles(above[at] + own[at]), *_titles(own[at])) for at in range(width)]


def _place_of(column: Column, titles: Sequence[tuple[str, ...]], taken: set[int]) -> int | None:
    free = [(at, meant) for at, meant in enumerate(titles) if at not in taken]
    for wanted in map(normal_title, column.aliases):
        place = next((at for at, meant in free if wanted in meant), None)
        if place is not None:
            return place
    return None


def _check_header(header: Header, columns: Sequence[Column]) -> None:
    missing = [column.title for column in columns if column.required and column.name not in header.places]
    if missing:
        raise BadInput(_("表里缺少这些列：%(names)s。") % {"names": "、".join(missing)})


# --- the rows ----------------------------------------------------------------------------------------


def _rows_of(
    grid: Grid,
    header: Header,
    columns: tuple[Column, ...],
    make: Callable[..., R],
    most_rows: int,
    *,
    was_mended: bool,
) -> Reading[R]:
    rows: list[Row[R]] = []
    errors: list[RowError] = []
    body = grid.rows[header.row :]
    if len(body) > most_rows:
        raise TooLarge(_("一次最多导入 %(n)d 行，请分成几个文件。") % {"n": most_rows})
    for number, row in enumerate(body, header.row + 1):
        if not row:
            continue
        values, wrong = _values_of(number, row, header, columns)
        errors += wrong
        if wrong:
            continue
        try:
            rows.append(Row(number, make(**values)))
        except (ValueError, Refusal) as error:
            errors.append(RowError(number, "", "", str(error)))
    return Reading(grid, header, columns, tuple(rows), tuple(errors), was_mended)


def _values_of(
    number: int, row: Cells, header: Header, columns: Sequence[Column]
) -> tuple[dict[str, Any], list[RowError]]:
    values: dict[str, Any] = {}
    errors = []
    for column in columns:
        at = header.places.get(column.name)
        cell = row[at] if at is not None and at < len(row) else None
        try:
            values[column.name] = _value_of(cell, column)
        except ValueError as error:
            errors.append(RowError(number, column.title, str(cell if cell is not None else ""), str(error)))
    return values, errors


def _value_of(cell: object, column: Column) -> Any:
    if isinstance(cell, str):
        cell = mojibake.undone(cell)
        if mojibake.is_lost(cell):
            raise ValueError(_("这一格是乱码，请重新填写。"))
        if FORMULA_FAILED.fullmatch(cell):
            raise ValueError(_("这一格的公式没有算出结果，请改成数值。"))
    if cell is None:
        if column.required:
            raise ValueError(_("不能空着。"))
        return column.default
    return column.parse(cell)
