"""The sheet of work orders that the hotline or the grid hands over to a community.

工单编号  来源系统  类型  标题  内容  来电人  电话  被反映区  街乡镇  村社区  点位  受理时间  时限
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
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

SYSTEMS: Mapping[str, str] = {
    "12345": exchanging.HOTLINE,
    "12345热线": exchanging.HOTLINE,
    "网格": exchanging.GRID,
    "网格平台": exchanging.GRID,
}
SYSTEM_WORDS: Mapping[str, str] = {exchanging.HOTLINE: "12345", exchanging.GRID: "网格"}


@dataclass(frozen=True, slots=True)
class Order:
    """One work order; None is an empty cell."""

    code: str
    system: str
    number: str
    kind: str
    title: str
    text: str
    called: str | None
    phone: str | None
    where: tuple[str, ...]
    said_at: dt.datetime | None
    due_at: dt.datetime | None

    @property
    def name(self) -> str:
        """Return how the list calls it: where, and not what or who."""
        return "".join(self.where)


class Orders:
    """Read the sheet of orders."""

    title = "工单"
    columns: Sequence[Column] = (
        Column("number", ("工单编号", "工单号", "编号"), cells.at_most(60), required=True),
        Column("system", ("来源系统", "来源", "系统"), cells.one_of(SYSTEMS), default=exchanging.HOTLINE),
        Column("kind", ("三级分类", "分类", "类别", "诉求分类"), cells.at_most(120), default=""),
        Column("sort", ("类型", "工单类型"), cells.at_most(20), default=""),
        Column("title", ("标题", "工单标题"), cells.at_most(120), default=""),
        Column("text", ("内容", "工单内容", "诉求内容"), cells.at_most(LONGEST - 130), required=True),
        Column("called", ("来电人", "诉求人", "姓名"), cells.at_most(20)),
        Column("phone", ("电话", "来电号码", "联系电话"), cells.phone),
        Column("district", ("被反映区", "区县"), cells.at_most(40), default=""),
        Column("street", ("街乡镇", "街道", "乡镇"), cells.at_most(40), default=""),
        Column("community", ("村社区", "社区", "村/社区"), cells.at_most(40), default=""),
        Column("spot", ("点位", "地点", "地址"), cells.at_most(80), default=""),
        Column("said_at", ("受理时间", "来电时间", "派单时间"), moment),
        Column("due_at", ("时限", "办理时限", "截止时间"), moment),
    )

    def __init__(self) -> None:
        self._finder: Finder | None = None

    def make(self, **cells_: Any) -> Order:
        """Return one order; a limit that names a day ends with its work."""
        sort = cells_.pop("sort")
        parts = tuple(cells_.pop(name) for name in ("district", "street", "community", "spot"))
        due = cells_["due_at"]
        if due is not None and due.time() == dt.time():
            cells_["due_at"] = exchanging.end_of(due.date())
        cells_["kind"] = cells_["kind"] or sort
        return Order(
            code=f"{cells_['system']} {cells_['number']}",
            where=tuple(part for part in parts if part),
            **cells_,
        )

    def entries(self, rows: Sequence[Row[Order]]) -> Iterable[Entry | Line]:
        """Take every row for itself; a number that was there above is refused."""
        return running.one_row_each(rows)

    def known(self, district: District) -> dict[str, Need]:
        """Return the needs that came from the other systems; read what rows point at."""
        self._finder = finder(district)
        return {
            f"{system} {number}": need
            for system in SYSTEM_WORDS
            for number, need in known_numbers(district, system).items()
        }

    def write(self, district: District, entry: Entry, known: Need | None, actor: Actor) -> bool:
        """Take an order over; one that was taken over already stays as it is."""
        assert self._finder is not None
        if known is not None:
            return False
        order: Order = entry.rows[0]
        text = order.text if order.title in order.text else f"{order.title}\n{order.text}"
        by = Asker.By.CALL if order.phone else Asker.By.PAGE
        said = Saying(
            category=self._finder.kind(order.kind, text),
            place=self._finder.place(order.where),
            text=text,
            contact=Contact(called=order.called or "", phone=order.phone or "", by=by),
            channel=Need.Channel.EXCHANGE,
            said_at=begun(order.said_at),
        )
        foreign = Foreign(order.system, order.number, order.due_at)
        return exchanging.take_in(district, said, foreign, actor=actor).is_new
