"""The sheet of head counts, as stations keep it: one row a session, one column a group.

                                       人数
日期         活动名称        驿站       老人   孩子   成人   合计
2026-03-05   防诈骗讲座      府后街…    23     4      10     37
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lingju.activities.imports.finding import key_of, session_of
from lingju.activities.models import HeadCount
from lingju.activities.services import attendance
from lingju.kernel import cells
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.places.imports import running
from lingju.places.imports.running import Entry, Line
from lingju.places.models import District

G = HeadCount.Group
GROUPS = {"elder": G.ELDER.value, "child": G.CHILD.value, "adult": G.ADULT.value}
HEADS = cells.whole(0, attendance.MOST_IN_A_COUNT)


@dataclass(frozen=True, slots=True)
class Counted:
    """One row: a session, and how many of each group were there; None is an empty cell."""

    code: str
    day: dt.date
    title: str
    station: str | None
    groups: tuple[tuple[str, int], ...]

    @property
    def name(self) -> str:
        """Return how the list calls it."""
        return f"{self.day} {self.title}"


class HeadCounts:
    """Read the sheet of head counts."""

    title = "活动人数"
    columns: Sequence[Column] = (
        Column("day", ("日期", "活动日期", "时间"), cells.date, required=True),
        Column("title", ("活动名称", "名称", "活动", "培训名称"), cells.at_most(60), required=True),
        Column("station", ("驿站", "地点", "驿站名称"), cells.at_most(60)),
        Column("elder", ("老人", "老年人", "60岁以上"), HEADS),
        Column("child", ("孩子", "儿童", "未成年人"), HEADS),
        Column("adult", ("成人", "成年人", "其他人"), HEADS),
        Column("total", ("合计", "人数", "总人数", "参加人数"), HEADS),
    )

    def make(self, **told: Any) -> Counted:
        """Return one row; a sum that is not the sum of its groups is refused."""
        given = {code: told[name] for name, code in GROUPS.items() if told[name]}
        total, parts = told["total"], sum(given.values())
        if total is not None and given and total != parts:
            raise ValueError(
                _("合计写的是 %(total)d，各组加起来是 %(parts)d。") % {"total": total, "parts": parts}
            )
        if not given and total:
            given = {G.UNSAID.value: total}
        if not given:
            raise ValueError(_("这一行没有人数。"))
        where = (told["day"], told["title"], told["station"])
        return Counted(key_of(("headcount", *where)), *where, tuple(given.items()))

    def entries(self, rows: Sequence[Row[Counted]]) -> Iterable[Entry | Line]:
        """Take every row for itself; a session that was there above is refused."""
        return running.one_row_each(rows, _("这一场和第 %(row)d 行重复了，请留一行。"))

    def known(self, district: District) -> dict[str, bool]:
        """Return the rows that were taken in before, by their keys."""
        keys = HeadCount.objects.filter(district=district, key__startswith="sheet-").values_list(
            "key", flat=True
        )
        return {key.rsplit(".", 1)[0]: True for key in keys}

    def write(self, district: District, entry: Entry, known: bool | None, actor: Actor) -> bool:
        """Count each group; a session that has been counted another way is refused, not counted twice."""
        row: Counted = entry.rows[0]
        session = session_of(district, row.day, row.title, row.station, actor)
        counts = HeadCount.objects.filter(session=session)
        if known:
            self._check_same(row, counts)
            return False
        if counts.exists():
            raise BadInput(_("这一场已经清点过了。数不对，请在签到页上更正。"))
        for group, people in row.groups:
            attendance.count(session, group, people, key=f"{row.code}.{group}", actor=actor)
        return True

    @staticmethod
    def _check_same(row: Counted, counts: Any) -> None:
        written = dict(counts.filter(key__startswith=row.code).values_list("group", "change"))
        if written != dict(row.groups):
            raise BadInput(_("这一场导入过，人数和这次的不一样。请在签到页上更正，并写明原因。"))
