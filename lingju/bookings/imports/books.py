"""The sheet of a reading corner: one row a title, so many copies, for so many days.

驿站                 书名           作者     册数   可借天数
府后街社区幸福驿站   示例故事集     示例作者  3      30
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from lingju.bookings.models import Bookable, Pool
from lingju.bookings.models.pools import MOST_CAPACITY
from lingju.bookings.services import seats, setting_up
from lingju.bookings.services.setting_up import BookableDraft, PoolDraft
from lingju.kernel import cells
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.places import rules as places_rules
from lingju.places.imports import running
from lingju.places.imports.running import Entry, Line
from lingju.places.models import District, Station
from lingju.places.services.marks import tidy

LONGEST_NAME = 60
USUAL_DAYS = 30
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Book:
    """One row: a title at a station, how many copies, for how many days; None leaves what is there."""

    station: str
    name: str
    copies: int | None
    days: int | None

    @property
    def code(self) -> str:
        """Return what makes two rows the same title at the same station."""
        return f"{self.station} {self.name}"


class Books:
    """Read the sheet of books to lend."""

    title = "图书"
    columns: Sequence[Column] = (
        Column("station", ("驿站", "驿站名称", "阅读角", "地点"), cells.at_most(60), required=True),
        Column("title", ("书名", "题名", "图书名称", "名称"), cells.at_most(60), required=True),
        Column("author", ("作者", "著者", "责任者"), cells.at_most(30)),
        Column("copies", ("册数", "数量", "复本数", "本数"), cells.whole(1, MOST_CAPACITY)),
        Column("days", ("可借天数", "借期", "天数"), cells.whole(1, MOST_DAYS)),
    )

    def make(self, **told: Any) -> Book:
        """Return one row; a title that is too long with its author is refused."""
        title, author = tidy(told["title"]), tidy(told["author"] or "")
        name = f"{title}（{author}）" if author else title
        if len(name) > LONGEST_NAME:
            raise ValueError(_("书名和作者一共最多 %(n)d 个字，请写短一点。") % {"n": LONGEST_NAME})
        return Book(tidy(told["station"]), name, told["copies"], told["days"])

    def entries(self, rows: Sequence[Row[Book]]) -> Iterable[Entry | Line]:
        """Take every row for itself; a title that was there above is refused, not added up."""
        return running.one_row_each(rows, _("这本书和第 %(row)d 行重复了，请合成一行，写总册数。"))

    def known(self, district: District) -> dict[str, Bookable]:
        """Return what can be booked in the district, by station and name."""
        rows = Bookable.objects.filter(district=district).select_related("station__area", "area", "offer")
        return {f"{one.station.name} {one.name}": one for one in rows}

    def write(self, district: District, entry: Entry, known: Bookable | None, actor: Actor) -> bool:
        """Put a title on the shelf, or make copies and days of one that stands there what the row says."""
        book: Book = entry.rows[0]
        if known is None:
            setting_up.set_up(_station(district, book.station, actor), _draft(book), actor=actor)
            return True
        if known.mode != Bookable.Mode.LOAN:
            raise BadInput(_("这里叫“%(name)s”的不是借还的东西，请换个书名。") % {"name": book.name})
        pools = list(Pool.objects.filter(uses__bookable=known).select_related("area"))
        if len(pools) != 1:
            raise BadInput(_("“%(name)s”的资源是另外配的，请到它那一页改。") % {"name": book.name})
        days = {"loan_days": book.days or known.loan_days}
        shelf = PoolDraft(pools[0].name, capacity=pools[0].capacity)
        draft = BookableDraft(**_as_it_stands(known) | days, pools=(shelf,))
        is_changed = setting_up.change(known, draft, version=known.version, actor=actor)
        if book.copies is not None and pools[0].capacity != book.copies:
            seats.change_capacity(pools[0], book.copies, actor=actor)
            is_changed = True
        return is_changed


def _station(district: District, name: str, actor: Actor) -> Station:
    """Return the one station of a name that the actor may set up."""
    found: list[Station] = list(
        Station.objects.filter(district=district, name=name).select_related("area")[:2]
    )
    if len(found) != 1:
        words = _("没有叫“%(name)s”的驿站，请照驿站的全名写。") % {"name": name}
        if found:
            words = _("不止一座驿站叫“%(name)s”，请到那座驿站的页上加。") % {"name": name}
        raise BadInput(words, {"station": words})
    places_rules.its_clerk.check(actor, found[0])
    return found[0]


def _draft(book: Book) -> BookableDraft:
    shelf = PoolDraft(book.name, Pool.Kind.THING, book.copies or 1, Pool.Grain.NONE)
    return BookableDraft(
        book.name, mode=Bookable.Mode.LOAN, loan_days=book.days or USUAL_DAYS, pools=(shelf,)
    )


def _as_it_stands(bookable: Bookable) -> dict[str, Any]:
    """Return a title as it stands, for what the sheet says nothing about."""
    names = {one.name for one in fields(BookableDraft)} - {"pools"}
    return {name: getattr(bookable, name) for name in names}
