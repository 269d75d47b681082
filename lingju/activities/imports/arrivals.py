"""The paper list of who came, typed up afterwards: who had signed up is found by the telephone.

日期         活动名称      姓名      手机          人数   类别   到场
2026-03-05   防诈骗讲座    王示例    13800001234   1      老人   是
2026-03-05   防诈骗讲座                            2      孩子   是

A row with a telephone on the list is that sign-up, come; any other counts as people who simply came.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lingju.activities.imports.finding import key_of, session_of
from lingju.activities.models import HeadCount, Scan, Session, SignUp
from lingju.activities.services import attendance
from lingju.bookings.models import Claim
from lingju.kernel import cells
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.places.imports.running import Entry, Line
from lingju.places.models import District

G = HeadCount.Group
GROUPS = {
    "老人": G.ELDER.value,
    "老年人": G.ELDER.value,
    "孩子": G.CHILD.value,
    "儿童": G.CHILD.value,
    "未成年人": G.CHILD.value,
    "成人": G.ADULT.value,
    "成年人": G.ADULT.value,
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """One row of the paper list."""

    code: str
    day: dt.date
    title: str
    station: str | None
    phone: str | None
    people: int
    group: str
    came: bool

    @property
    def name(self) -> str:
        """Return how the list calls it: the session, and not who."""
        return f"{self.day} {self.title}"


class Arrivals:
    """Read the paper list."""

    title = "签到表"
    columns: Sequence[Column] = (
        Column("day", ("日期", "活动日期"), cells.date, required=True),
        Column("title", ("活动名称", "名称", "活动"), cells.at_most(60), required=True),
        Column("station", ("驿站", "地点"), cells.at_most(60)),
        Column("called", ("姓名", "称呼"), cells.at_most(40)),
        Column("phone", ("手机", "手机号", "电话", "联系电话"), cells.phone),
        Column("people", ("人数", "几个人"), cells.whole(1, attendance.MOST_IN_A_PARTY), default=1),
        Column("group", ("类别", "人群"), cells.one_of(GROUPS), default=G.UNSAID.value),
        Column("came", ("到场", "是否到场", "签到"), cells.yes_no, default=True),
    )

    def make(self, **told: Any) -> Arrived:
        """Return one row; the name is not kept, it only helps whoever types."""
        called = told.pop("called")
        parts = [told[name] for name in ("day", "title", "station", "phone", "people", "group")]
        return Arrived(code=key_of(("arrived", called, *parts)), **told)

    def entries(self, rows: Sequence[Row[Arrived]]) -> Iterable[Entry | Line]:
        """Take every row for itself; rows that are alike are told apart by how many came before them."""
        times: dict[str, int] = {}
        for row in rows:
            times[row.value.code] = times.get(row.value.code, 0) + 1
            code = f"{row.value.code}.{times[row.value.code]}"
            yield Entry((row.number,), code, row.value.name, (row.value,))

    def known(self, district: District) -> dict[str, bool]:
        """Return the rows that were taken in before, by their keys."""
        scans = Scan.objects.filter(district=district, nonce__startswith="sheet-")
        counts = HeadCount.objects.filter(district=district, key__startswith="sheet-")
        keys = [*scans.values_list("nonce", flat=True), *counts.values_list("key", flat=True)]
        return dict.fromkeys(keys, True)

    def write(self, district: District, entry: Entry, known: bool | None, actor: Actor) -> bool:
        """Let the sign-up come, or count who simply came; who did not come leaves nothing."""
        row: Arrived = entry.rows[0]
        session = session_of(district, row.day, row.title, row.station, actor)
        if known or not row.came:
            return False
        signup = self._signup(session, row.phone)
        if signup is None:
            attendance.count(session, row.group, row.people, key=entry.code, actor=actor)
            return True
        pressed = attendance.Entry(
            nonce=entry.code,
            method=Scan.Method.PAPER.value,
            signup_id=signup.pk,
            people=row.people,
            device_at=session.starts_at,
        )
        outcome = attendance.check_in(session, pressed, actor=actor)
        if outcome.trouble:
            raise BadInput(outcome.words)
        return True

    @staticmethod
    def _signup(session: Session, phone: str | None) -> SignUp | None:
        """Return the sign-up of a telephone; refuse where two share it: then only the name says who came."""
        if phone is None:
            return None
        found = list(
            SignUp.objects.filter(session=session, claim__phone_index=phone).exclude(
                claim__state=Claim.State.CANCELLED
            )[:2]
        )
        if len(found) > 1:
            raise BadInput(_("这个手机号报了不止一份，请在签到页上按名字点。"))
        return found[0] if found else None
