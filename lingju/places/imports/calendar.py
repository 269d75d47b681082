"""The sheet of days: what a year's official notice says, one row for each day that is not an ordinary one.

日期         类别        名称
2026-02-14   调休上班     春节
2026-02-16   法定节假日   春节
2026-02-23   调休放假     春节

The days of one year are taken or refused together, because half a year would be a wrong one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lingju.kernel import cells
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.kernel.sheets_out import OutColumn
from lingju.places.imports.running import Entry, Line, Verdict
from lingju.places.models import CalendarDay, CalendarYear, District
from lingju.places.services import calendars
from lingju.places.workdays import DayKind, NoticedDay

KINDS = {str(label): DayKind(value) for value, label in CalendarDay.Kind.choices} | {
    "放假": DayKind.STATUTORY_HOLIDAY,
    "节假日": DayKind.STATUTORY_HOLIDAY,
    "补班": DayKind.MAKEUP_WORKDAY,
    "上班": DayKind.MAKEUP_WORKDAY,
    "工作日": DayKind.WORKDAY,
    "周末": DayKind.WEEKEND,
}


class Calendar:
    """Read and write the sheet of days."""

    title = "放假安排"
    columns: Sequence[Column] = (
        Column("date", ("日期", "date"), cells.date, required=True),
        Column("kind", ("类别", "日子类别", "kind"), cells.one_of(KINDS), required=True),
        Column("name", ("名称", "节日", "name"), cells.at_most(40)),
    )
    out = (OutColumn("日期", "date"), OutColumn("类别", width=14), OutColumn("名称", width=20))

    def make(self, **fields: Any) -> NoticedDay:
        """Return one row as a day of a notice."""
        return NoticedDay(fields["date"], fields["kind"], fields["name"] or "")

    def entries(self, rows: Sequence[Row[NoticedDay]]) -> Iterable[Entry | Line]:
        """Put the days of a year together; refuse a date that was there above."""
        years: dict[int, dict[Any, Row[NoticedDay]]] = {}
        for row in rows:
            date = row.value.date
            first = years.setdefault(date.year, {}).setdefault(date, row)
            if first is not row:
                words = {"date": date, "row": first.number}
                sentence = _("%(date)s 和第 %(row)d 行重复了，请留一行。") % words
                yield Line(row.number, str(date.year), row.value.name, Verdict.REFUSED, sentence)
        for year, days in sorted(years.items()):
            numbers = tuple(row.number for row in days.values())
            values = tuple(row.value for row in days.values())
            yield Entry(numbers, str(year), _("%(n)d 天") % {"n": len(values)}, values)

    def known(self, district: District) -> dict[str, CalendarYear]:
        """Return the years that are known."""
        return {str(row.year): row for row in CalendarYear.objects.filter(district=district)}

    def write(self, district: District, entry: Entry, known: CalendarYear | None, actor: Actor) -> bool:
        """Take in the days of one year."""
        return calendars.import_days(district, entry.rows, actor=actor)

    def lines(self, district: District, actor: Actor) -> list[tuple[Any, ...]]:
        """Return the rows of the export."""
        rows = CalendarDay.objects.filter(district_id=actor.district_id)
        return [(day.date, day.get_kind_display(), day.name) for day in rows]
