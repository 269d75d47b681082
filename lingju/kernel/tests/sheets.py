"""Spreadsheets as people send them, made in memory."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl


def a_sheet(
    rows: Sequence[Sequence[Any]], *, merge: Sequence[str] = (), before: Sequence[Any] = ()
) -> io.BytesIO:
    """Return a workbook; `before` are further sheets (rows of each) that stand in front."""
    book = openpyxl.Workbook()
    for number, other in enumerate(before):
        extra = book.create_sheet(f"说明{number}", number)
        for row in other:
            extra.append(row)
    sheet = book.worksheets[-1]
    sheet.title = "小区"
    for row in rows:
        sheet.append(list(row))
    for span in merge:
        sheet.merge_cells(span)
    return saved(book)


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def a_csv(text: str, encoding: str = "utf-8-sig") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))
