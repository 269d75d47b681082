"""Running a sheet through the verbs: row by row, refusals collected, kept or rolled back as a whole."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, BinaryIO, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import sheets_in, sheets_out
from lingju.kernel.errors import Refusal
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Reading, RowError
from lingju.places.events import PlacesImported
from lingju.places.models import District
from lingju.trail.services import leave_footprint

MOST_ROWS = 5000
# A fact of district id, name of the sheet, and how many rows were new, changed and refused.
Tells = Callable[[int, str, int, int, int], Any]


class Verdict(Enum):
    """What becomes, or would become, of a row."""

    NEW = gettext_lazy("新增")
    CHANGED = gettext_lazy("改动")
    UNCHANGED = gettext_lazy("没变")
    REFUSED = gettext_lazy("退回")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a sheet: usually one row; a compound with three gates may take three."""

    numbers: tuple[int, ...]
    code: str
    name: str
    rows: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one entry, and why it was refused if it was."""

    number: int
    code: str
    name: str
    verdict: Verdict
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a sheet would do or has done; `was_written` says which."""

    reading: Reading[Any]
    lines: tuple[Line, ...]
    was_written: bool

    def count(self, verdict: Verdict) -> int:
        """Return how many entries have a verdict."""
        return sum(line.verdict is verdict for line in self.lines)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Return how many are new, changed, unchanged and refused."""
        new, changed, unchanged, refused = (self.count(verdict) for verdict in Verdict)
        return new, changed, unchanged, refused

    @property
    def refused(self) -> tuple[Line, ...]:
        """Return the refused ones."""
        return tuple(line for line in self.lines if line.verdict is Verdict.REFUSED)

    def report(self) -> bytes:
        """Return the sheet as it was given, with 哪里不对 behind every refused row."""
        known = {(error.row, error.sentence) for error in self.reading.errors}
        more = [
            RowError(line.number, "", "", line.sentence)
            for line in self.refused
            if (line.number, line.sentence) not in known
        ]
        return sheets_out.report(dataclasses.replace(self.reading, errors=(*self.reading.errors, *more)))


class Sheet(Protocol):
    """What a kind of sheet must know to be read in."""

    columns: Sequence[Column]

    def make(self, **fields: Any) -> Any:
        """Return one row; raise ValueError with a sentence if its cells do not go together."""

    def entries(self, rows: Sequence[sheets_in.Row[Any]]) -> "Iterable[Entry | Line]":
        """Put rows together that speak of one thing; refuse those that repeat a code."""

    def known(self, district: District) -> dict[str, Any]:
        """Return what stands in the database by code."""

    def write(self, district: District, entry: Entry, known: Any, actor: Actor) -> bool:
        """Add the entry, or make the known record what it says; say whether anything changed."""


def run(
    sheet: Sheet,
    name: str,
    file: BinaryIO,
    file_name: str,
    district: District,
    *,
    actor: Actor,
    dry: bool,
    partial: bool = False,
    most_rows: int = MOST_ROWS,
    fact: Tells = PlacesImported,
) -> Result:
    """Run a file through the verbs. Dry, nothing is kept; else good rows are, if all are good or `partial`.

    `fact` is announced with district, name and how many are new, changed and refused.
    Raises BadInput where the file makes no sense as a whole, TooLarge for too many rows.
    """
    reading = sheets_in.read(file, file_name, sheet.columns, make=sheet.make, most_rows=most_rows)
    with transaction.atomic():
        lines = _lines(sheet, reading, district, actor)
        is_kept = not dry and (partial or not any(line.verdict is Verdict.REFUSED for line in lines))
        result = Result(reading, lines, is_kept)
        if is_kept:
            _leave(name, result, district, actor, fact)
        else:
            transaction.set_rollback(True)
    return result


def _lines(sheet: Sheet, reading: Reading[Any], district: District, actor: Actor) -> tuple[Line, ...]:
    known = sheet.known(district)
    lines = [_refused_row(row, errors) for row, errors in _errors_by_row(reading.errors).items()]
    for entry in sheet.entries(reading.rows):
        if isinstance(entry, Line):
            lines.append(entry)
            continue
        there = known.get(entry.code)
        lines.append(_tried(entry, there, lambda e=entry, t=there: sheet.write(district, e, t, actor)))  # type: ignore[misc]
    return tuple(sorted(lines, key=lambda line: line.number))


def _tried(entry: Entry, there: Any, write: Callable[[], bool]) -> Line:
    """Write one entry in a savepoint of its own, so that a refusal leaves nothing half done."""
    try:
        with transaction.atomic():
            is_changed = write()
    except Refusal as refusal:
        return Line(entry.numbers[0], entry.code, entry.name, Verdict.REFUSED, str(refusal))
    verdict = Verdict.NEW if there is None else Verdict.CHANGED if is_changed else Verdict.UNCHANGED
    return Line(entry.numbers[0], entry.code, entry.name, verdict)


def _errors_by_row(errors: Iterable[RowError]) -> dict[int, list[RowError]]:
    by_row: dict[int, list[RowError]] = {}
    for error in errors:
        by_row.setdefault(error.row, []).append(error)
    return by_row


def _refused_row(row: int, errors: Sequence[RowError]) -> Line:
    words = [
        _("%(column)s：%(sentence)s") % {"column": error.column, "sentence": error.sentence}
        if error.column
        else error.sentence
        for error in errors
    ]
    return Line(row, "", "", Verdict.REFUSED, " ".join(words))


def one_row_each(rows: Sequence[sheets_in.Row[Any]], again: str = "") -> Iterable[Entry | Line]:
    """Make every row an entry of its own; what was there above is refused.

    `again` says so, with %(row)d for the row above, where a code is one that nobody typed.
    """
    first: dict[str, int] = {}
    for row in rows:
        code, name = row.value.code, row.value.name or ""
        if code in first:
            sentence = again or _("编码 %(code)s 和第 %(row)d 行重复了，请留一行。")
            told = {"code": code, "row": first[code]}
            yield Line(row.number, "" if again else code, name, Verdict.REFUSED, sentence % told)
            continue
        first[code] = row.number
        yield Entry((row.number,), code, name, (row.value,))


def given(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return the cells of a row that were filled in; an empty one leaves what is there."""
    return {name: getattr(row, name) for name in names if getattr(row, name) is not None}


def _leave(name: str, result: Result, district: District, actor: Actor, fact: Tells) -> None:
    counts: Mapping[str, int] = {verdict.name.lower(): result.count(verdict) for verdict in Verdict}
    leave_footprint(actor=actor, action="import", subject=district, after={"sheet": name, **counts})
    announce(fact(district.pk, name, counts["new"], counts["changed"], counts["refused"]))
