"""The sheet of paper slips, as communities keep it: what people wrote and put into the box.

编号   日期        类别      小区/地点            内容              称呼    电话
ZT-12  2026-11-20  东西坏了  交通小区3号楼门口    路灯不亮，三天了   王奶奶  13800001234
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lingju.kernel import cells
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.needs.imports.finding import Finder, begun, finder, known_numbers, moment
from lingju.needs.models import Asker, Need
from lingju.needs.services import exchanging
from lingju.needs.services.exchanging import Foreign
from lingju.needs.services.saying import LONGEST, Contact, Saying
from lingju.places.imports import running
from lingju.places.imports.running import Entry, Line
from lingju.places.models import District


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip; None is an empty cell."""

    code: str
    kind: str
    place: str
    text: str
    called: str | None
    phone: str | None
    said_at: dt.datetime | None

    @property
    def name(self) -> str:
        """Return how the list calls it: where, and not what or who."""
        return self.place


class Slips:
    """Read the sheet of slips."""

    title = "纸条"
    columns: Sequence[Column] = (
        Column("code", ("编号", "纸条编号", "序号", "号"), cells.at_most(60)),
        Column("said_at", ("日期", "时间", "收到日期", "提出日期"), moment),
        Column("kind", ("类别", "分类", "类型"), cells.at_most(60), default=""),
        Column(
            "place", ("小区/地点", "小区", "地点", "地址", "小区或地点"), cells.at_most(80), required=True
        ),
        Column("text", ("内容", "需求", "诉求内容", "什么事"), cells.at_most(LONGEST), required=True),
        Column("called", ("称呼", "姓名", "居民"), cells.at_most(20)),
        Column("phone", ("电话", "联系电话", "手机"), cells.phone),
    )

    def __init__(self) -> None:
        self._finder: Finder | None = None

    def make(self, **cells_: Any) -> Slip:
        """Return one slip; without a number it is known by what stands on it."""
        code = cells_.pop("code") or ""
        parts = [str(cells_[name] or "") for name in ("said_at", "place", "text", "phone")]
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        return Slip(code=code or f"#{digest[:12]}", **cells_)

    def entries(self, rows: Sequence[Row[Slip]]) -> Iterable[Entry | Line]:
        """Take every row for itself; a number that was there above is refused."""
        return running.one_row_each(rows)

    def known(self, district: District) -> dict[str, Need]:
        """Return the needs that came from slips, by the slips' numbers; read what rows point at."""
        self._finder = finder(district)
        return known_numbers(district, exchanging.PAPER)

    def write(self, district: District, entry: Entry, known: Need | None, actor: Actor) -> bool:
        """Say what a slip says; one that was taken in already stays as it is."""
        assert self._finder is not None
        if known is not None:
            return False
        slip: Slip = entry.rows[0]
        by = Asker.By.CALL if slip.phone else Asker.By.PAPER
        said = Saying(
            category=self._finder.kind(slip.kind, slip.text),
            place=self._finder.place([slip.place]),
            text=slip.text,
            contact=Contact(called=slip.called or "", phone=slip.phone or "", by=by),
            channel=Need.Channel.PAPER,
            said_at=begun(slip.said_at),
        )
        return exchanging.take_in(district, said, Foreign(exchanging.PAPER, slip.code), actor=actor).is_new
