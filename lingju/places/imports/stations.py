"""The sheet of stations: where each is, when it is open, what it offers."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from lingju.kernel import cells
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_in import Column, Row
from lingju.kernel.sheets_out import OutColumn
from lingju.places import hours_text
from lingju.places.hours_text import UnreadableHoursError, WeeklyTime
from lingju.places.imports import fields as f
from lingju.places.imports import running
from lingju.places.imports.fields import Lookup
from lingju.places.imports.running import Entry, Line
from lingju.places.models import District, OpeningSpan, ServiceAtStation, Station
from lingju.places.services import catalogue, hours, stations
from lingju.places.services.points import Point
from lingju.places.services.stations import StationDraft

S = Station.State
KINDS = {str(label): value for value, label in Station.Kind.choices}
STATES = {str(label): value for value, label in S.choices}
KIND_WORDS = {value: word for word, value in KINDS.items()}
STATE_WORDS = {value: word for word, value in STATES.items()}
# A new station of a sheet walks through its life to the state the sheet says.
WAY_TO = {
    S.PLANNED: (),
    S.BUILDING: ("build",),
    S.TRIAL: ("build", "try_out"),
    S.OPEN: ("build", "try_out", "open"),
}
FILLED = (
    "name",
    "kind",
    "at",
    "address",
    "directions",
    "phone",
    "area_m2",
    "capacity",
    "opened_on",
    "is_step_free",
    "has_low_counter",
)


def read_hours(value: object) -> tuple[WeeklyTime, ...]:
    """Read a cell of opening hours; raise ValueError with a sentence."""
    try:
        return hours_text.read(cells.text(str(value).replace("\n", "；")))
    except UnreadableHoursError as unreadable:
        sentence = _("看不懂“%(part)s”，请写成“周一至周五 8:00-12:00 14:00-18:00；周六 9:00-12:00”。")
        raise ValueError(sentence % {"part": unreadable.part[:40]}) from unreadable


def read_list(value: object) -> tuple[str, ...]:
    """Read a cell that lists words parted by commas, marks or spaces."""
    return tuple(dict.fromkeys(word for word in re.split(r"[、,，;；/\s]+", cells.text(value)) if word))


@dataclass(frozen=True, slots=True)
class StationRow:
    """One row of the sheet; None is an empty cell."""

    code: str
    name: str | None
    kind: str | None
    area: str | None
    compound: str | None
    at: Point | None
    address: str | None
    directions: str | None
    phone: str | None
    area_m2: Decimal | None
    capacity: int | None
    opened_on: dt.date | None
    is_step_free: bool | None
    has_low_counter: bool | None
    state: str | None
    hours: tuple[WeeklyTime, ...] | None
    services: tuple[str, ...] | None


class Stations:
    """Read and write the sheet of stations."""

    title = "驿站"
    columns: Sequence[Column] = (
        Column("code", ("编码", "驿站编码", "驿站代码"), cells.at_most(40), required=True),
        Column("name", ("名称", "驿站名称"), cells.at_most(60)),
        Column("kind", ("类别", "驿站类别"), cells.one_of(KINDS)),
        Column("area", f.AREA, cells.text),
        Column("compound", ("小区编码", "所在小区编码"), cells.text),
        *f.POINT_COLUMNS,
        Column("address", ("地址",), cells.at_most(120)),
        Column("directions", ("怎么找", "位置说明"), cells.at_most(200)),
        Column("phone", ("电话", "联系电话"), cells.phone),
        Column("area_m2", ("面积", "面积（平方米）"), cells.decimal),
        Column("capacity", ("可容人数", "座位"), cells.whole(0, 100_000)),
        Column("opened_on", ("启用日期", "开放日期"), cells.date),
        Column("is_step_free", ("无台阶",), cells.yes_no),
        Column("has_low_counter", ("低位柜台",), cells.yes_no),
        Column("state", ("状态",), cells.one_of(STATES)),
        Column("hours", ("开放时间", "服务时间"), read_hours),
        Column("services", ("服务", "服务项目"), read_list),
    )
    out = (
        OutColumn("编码", width=14),
        OutColumn("名称", width=28),
        OutColumn("类别"),
        OutColumn("社区代码", width=16),
        OutColumn("小区编码"),
        OutColumn("经度"),
        OutColumn("纬度"),
        OutColumn("坐标系"),
        OutColumn("地址", width=30),
        OutColumn("怎么找", width=30),
        OutColumn("电话", width=14),
        OutColumn("面积", "decimal"),
        OutColumn("可容人数", "whole"),
        OutColumn("启用日期", "date", 12),
        OutColumn("无台阶"),
        OutColumn("低位柜台"),
        OutColumn("状态"),
        OutColumn("开放时间", width=30),
        OutColumn("服务", width=40),
    )

    def __init__(self) -> None:
        self._found: Lookup | None = None

    def make(self, **cells_: Any) -> StationRow:
        """Return one row; half a point is refused."""
        lon, lat, crs = (cells_.pop(name) for name in ("lon", "lat", "crs"))
        return StationRow(at=f.point_of(lon, lat, crs), **cells_)

    def entries(self, rows: Sequence[Row[StationRow]]) -> Iterable[Entry | Line]:
        """Take every row for itself."""
        return running.one_row_each(rows)

    def known(self, district: District) -> dict[str, Station]:
        """Return the stations by code; read what rows point at."""
        self._found = f.lookup(district)
        rows = Station.objects.filter(district=district).select_related("area", "compound", "district")
        return {station.code: station for station in rows.prefetch_related("doors")}

    def write(self, district: District, entry: Entry, known: Station | None, actor: Actor) -> bool:
        """Add a station with hours and services, or make a known one what the row says."""
        row: StationRow = entry.rows[0]
        if known is None:
            station = stations.add(district, self._new(row), actor=actor)
            _live(station, row.state, actor)
            is_changed = True
        else:
            _refuse_other_state(known, row.state)
            station = known
            is_changed = stations.edit(station, self._changed(known, row), actor=actor)
        if row.hours is not None:
            is_changed |= hours.set_weekly(station, row.hours, actor=actor)
        if row.services is not None:
            is_changed |= _offer_exactly(station, row.services, actor)
        return is_changed

    def lines(self, district: District, actor: Actor) -> list[tuple[Any, ...]]:
        """Return the rows of the export."""
        base = OpeningSpan.objects.filter(
            layer=OpeningSpan.Layer.BASE, is_closed=False, day_class="", from_date=None, to_date=None
        )
        offers = ServiceAtStation.objects.filter(is_offered=True).select_related("service")
        rows = (
            Station.objects.managed_by(actor)
            .select_related("area", "compound")
            .prefetch_related(Prefetch("spans", queryset=base), Prefetch("offers", queryset=offers))
        )
        return [_line(station) for station in rows]

    def _new(self, row: StationRow) -> StationDraft:
        assert self._found is not None
        compound = f.compound_of(self._found, row.compound) if row.compound else None
        code = row.area or (compound.area.code if compound else None)
        return StationDraft(
            area=f.area_of(self._found, f.needed(code, "社区代码")),
            code=row.code,
            compound=compound,
            **{
                **running.given(row, FILLED),
                "name": f.needed(row.name, "名称"),
                "at": f.needed(row.at, "经度、纬度"),
            },
        )

    def _changed(self, known: Station, row: StationRow) -> StationDraft:
        assert self._found is not None
        filled = running.given(row, FILLED)
        if row.compound:
            filled["compound"] = f.compound_of(self._found, row.compound)
        if row.area:
            filled["area"] = f.area_of(self._found, row.area)
        return replace(stations.draft_of(known), **filled)


def _live(station: Station, state: str | None, actor: Actor) -> None:
    if state in (S.PAUSED, S.CLOSED):
        raise BadInput(_("新增的驿站不能一来就是暂停或关闭。"))
    for step in WAY_TO[S(state or S.PLANNED)]:
        stations.take_step(station, step, actor=actor)


def _refuse_other_state(known: Station, state: str | None) -> None:
    if state is not None and state != known.state:
        raise BadInput(
            _("状态现在是“%(state)s”，不能用表格改，请在驿站页面上办。")
            % {"state": known.get_state_display()}
        )


def _offer_exactly(station: Station, names: tuple[str, ...], actor: Actor) -> bool:
    """Offer these services and withdraw the others; known terms stay as they are."""
    wanted = {catalogue.service_by_code(station.district_id, name).pk: name for name in names}
    offered = {
        offer.service_id: offer for offer in station.offers.filter(is_offered=True).select_related("station")
    }
    for service_id, name in wanted.items():
        if service_id not in offered:
            catalogue.offer(station, name, actor=actor)
    for service_id, offer in offered.items():
        if service_id not in wanted:
            catalogue.withdraw(offer, actor=actor)
    return set(wanted) != set(offered)


def _line(station: Station) -> tuple[Any, ...]:
    times = [WeeklyTime(span.weekdays, span.opens, span.closes) for span in station.spans.all()]
    return (
        station.code,
        station.name,
        KIND_WORDS[station.kind],
        station.area.code,
        station.compound.code if station.compound else None,
        station.lon,
        station.lat,
        "WGS-84",
        station.address or None,
        station.directions or None,
        station.phone or None,
        station.area_m2,
        station.capacity,
        station.opened_on,
        station.is_step_free,
        station.has_low_counter,
        STATE_WORDS[station.state],
        hours_text.write(times) or None,
        "、".join(offer.service.name for offer in station.offers.all()) or None,
    )
