"""The rota as the desk reads it: communities × cycles of a year, the strip under the board, rows for sheets.

    Calendar   columns: cycles, moved ones with their reason       rows: communities
      └─ Cell  the duties of one community on one day, who leads first

Three queries, however many communities, months and roles there are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Cycle, DaySeries, Duty, Enrolment, Role, Rota
from lingju.cobuilding.queries import lists
from lingju.cobuilding.services.drawing_up import communities_of
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.ical import Happening, Status
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn
from lingju.places.models import Area
from lingju.places.rules import CLERKS

STRIP: Final = 6
AHEAD: Final = 24
MAKING: Final = (Rota.State.DRAFT, Rota.State.CONSULTED)


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the rota: its cycle, whether it comes next, and what is to be said of its date."""

    cycle: Cycle
    is_next: bool
    note: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The duties of one community on one day, who leads first."""

    column: Column
    duties: tuple[Duty, ...]

    @property
    def empty(self) -> int:
        """Return how many duties nobody has, those that are kept empty by hand left out."""
        return sum(duty.enrolment_id is None and not duty.is_locked for duty in self.duties)


@dataclass(frozen=True, slots=True)
class Line:
    """One community's cells; `is_mine` says whether the reader may open them."""

    area: Area
    cells: tuple[Cell, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The rota of some cycles."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    empty: int

    def by_day(self) -> list[tuple[Column, list[tuple[Line, Cell]]]]:
        """Return the same day by day, as a narrow screen shows it."""
        return [
            (column, [(line, line.cells[at]) for line in self.lines if line.cells[at].duties])
            for at, column in enumerate(self.columns)
        ]

    def halves(self, most: int = STRIP) -> list["Calendar"]:
        """Return the same in tables of at most so many days, as a sheet of paper holds them."""
        return [
            Calendar(
                self.columns[at : at + most],
                tuple(Line(line.area, line.cells[at : at + most], line.is_mine) for line in self.lines),
                self.empty,
            )
            for at in range(0, len(self.columns), most)
        ]


def series_of(actor: Actor) -> list[DaySeries]:
    """Return the rules of the days that an actor's areas lead or carry out."""
    ids = {cycle.series_id for cycle in lists.cycles_of(actor)}
    return list(DaySeries.objects.filter(pk__in=ids).select_related("area", "district").order_by("id"))


def named(found: Sequence[DaySeries], said: str = "") -> DaySeries | None:
    """Return the series that an address names, or the first; none where there is none.

    Raises NotThere for one that is not among them.
    """
    if not (said.isascii() and said.isdigit()):
        return found[0] if found else None
    one = next((one for one in found if str(one.pk) == said), None)
    if one is None:
        raise NotThere(_("没有这一处的共建日。"))
    return one


def years_of(series: DaySeries) -> list[int]:
    """Return the years in which a series has cycles."""
    return [day.year for day in series.cycles.dates("month", "year")]


def year_said(series: DaySeries, years: Sequence[int], said: str) -> int:
    """Return the year that an address names; else that of the next day, or the nearest there is."""
    if said.isascii() and said.isdigit() and int(said[:4]) in years:
        return int(said[:4])
    today = clock.today()
    coming = Cycle.objects.filter(series=series, closes_on__gte=today, state__in=Cycle.COMING)
    month = coming.order_by("month").values_list("month", flat=True).first() or today
    return min(years, key=lambda year: abs(year - month.year), default=today.year)


def roles_of(series: DaySeries) -> list[Role]:
    """Return the roles of a series that are in use, in their order."""
    return list(series.roles.filter(is_retired=False))


def of_year(series: DaySeries, year: int, actor: Actor, role: Role | None = None) -> Calendar:
    """Return the rota of one year; of one role, where one is named."""
    cycles = list(series.cycles.filter(month__year=year).select_related("area"))
    return calendar(series, cycles, actor, role)


def since(series: DaySeries, day: dt.date, actor: Actor) -> Calendar:
    """Return the rota from the month of a day on, as a subscribed calendar keeps it."""
    cycles = list(series.cycles.filter(month__gte=day.replace(day=1)).select_related("area"))
    return calendar(series, cycles, actor)


def strip(cycle: Cycle, actor: Actor) -> Calendar:
    """Return a cycle and the next ones, as they stand under the board.

    Where the next ones have no day yet, one of them says so, and those before fill the strip.
    """
    rows = cycle.series.cycles.select_related("area")
    coming = list(rows.filter(month__gte=cycle.month)[:STRIP])
    dated = [one for one in coming if one.date is not None or one.pk == cycle.pk]
    ahead = [*dated, *[one for one in coming if one not in dated][:1]]
    before = rows.filter(month__lt=cycle.month, date__isnull=False).order_by("-month")
    shown = [*reversed(before[: STRIP - len(ahead)]), *sorted(ahead, key=lambda one: one.month)]
    return calendar(cycle.series, shown, actor, at=cycle)


def calendar(
    series: DaySeries,
    cycles: Sequence[Cycle],
    actor: Actor,
    role: Role | None = None,
    at: Cycle | None = None,
) -> Calendar:
    """Return the rota of some cycles; `at` is the one that is marked, else the one that comes next."""
    if at is None:
        at = lists.current(sorted(cycles, key=lambda cycle: cycle.month, reverse=True))
    columns = tuple(Column(cycle, at is not None and cycle.pk == at.pk, said_of(cycle)) for cycle in cycles)
    by_cell: dict[tuple[int, int], list[Duty]] = defaultdict(list)
    # Whoever has a duty is shown, also a place that carries the day out no more.
    areas = {area.pk: area for area in communities_of(series)}
    for duty in _duties(cycles, role):
        by_cell[duty.area_id, duty.cycle_id].append(duty)
        areas.setdefault(duty.area_id, duty.area)
    stems = actor.stems(CLERKS)
    lines = [
        Line(
            area,
            tuple(Cell(column, tuple(by_cell.get((area.pk, column.cycle.pk), ()))) for column in columns),
            any(area.stem.startswith(stem) for stem in stems),
        )
        for area in sorted(areas.values(), key=lambda area: area.stem)
    ]
    empty = sum(
        cell.empty for line in lines for cell in line.cells if cell.column.cycle.state in Cycle.COMING
    )
    return Calendar(columns, tuple(lines), empty)


def _duties(cycles: Iterable[Cycle], role: Role | None) -> QuerySet[Duty]:
    found = Duty.objects.filter(cycle__in=list(cycles))
    if role is not None:
        found = found.filter(role=role)
    related = ("area", "role", "cycle", "enrolment__organisation", "proposed__organisation")
    return found.select_related(*related).order_by("-role__is_lead", "role__order", "id")


def said_of(cycle: Cycle) -> str:
    """Return what stands under a date: why it moved, that it is called off, or which cycle it is."""
    if cycle.state == Cycle.State.CANCELLED:
        return _("取消：%(why)s") % {"why": cycle.state_reason} if cycle.state_reason else _("取消")
    if cycle.date is None and cycle.unknown_year is not None:
        return _("%(year)d 年放假安排还没公布") % {"year": cycle.unknown_year}
    if cycle.date is None:
        return _("这个月不办")
    if cycle.is_moved and cycle.moved_for:
        return cycle.moved_for
    return _("第 %(n)d 期") % {"n": cycle.number}


def months_to_draw(series: DaySeries) -> list[dt.date]:
    """Return the months for which a rota can be drawn up: still to come, and with a day."""
    coming = series.cycles.filter(
        month__gte=clock.today().replace(day=1), date__isnull=False, state__in=Cycle.COMING
    )
    return list(coming.order_by("month").values_list("month", flat=True)[:AHEAD])


def in_the_making(series: DaySeries) -> Rota | None:
    """Return the rota of a series that is not decided yet."""
    found: Rota | None = series.rotas.filter(state__in=MAKING).first()
    return found


def decided(series: DaySeries, most: int = 6) -> list[Rota]:
    """Return the last rotas of a series that were published or thrown away."""
    return list(series.rotas.exclude(state__in=MAKING).select_related("series__area")[:most])


def who(duty: Duty) -> str:
    """Return who has a duty as its cell says it."""
    if duty.enrolment is not None:
        return str(duty.enrolment.organisation.name)
    return _("空着") if duty.is_locked else _("还没定")


def turns_ahead(series: DaySeries) -> dict[Enrolment, list[Duty]]:
    """Return the duties still to come by the unit that has them, as letters tell them."""
    rows = Duty.objects.filter(
        Q(cycle__date__gte=clock.today()),
        cycle__series=series,
        cycle__state__in=Cycle.COMING,
        enrolment__isnull=False,
    )
    related = ("cycle__series", "area", "role", "enrolment__organisation", "enrolment__area")
    found: dict[Enrolment, list[Duty]] = defaultdict(list)
    for duty in rows.select_related(*related).order_by("enrolment__number", "cycle__date", "id"):
        if duty.enrolment is not None:
            found[duty.enrolment].append(duty)
    return dict(found)


# --- handed out ------------------------------------------------------------------------------------------


def columns() -> list[OutColumn]:
    """Return the columns of the rota as a workbook."""
    titles = (
        _("期次"),
        _("日期"),
        _("社区"),
        _("轮值角色"),
        _("报到单位"),
        _("状态"),
        _("人工原因"),
        _("改期原因"),
    )
    kinds = {0: "whole", 1: "date"}
    return [OutColumn(title, kinds.get(at, "text")) for at, title in enumerate(titles)]  # type: ignore[arg-type]


def rows(shown: Calendar) -> list[list[Any]]:
    """Return the rota row by row, a duty each, by day and community."""
    return [
        [
            column.cycle.number,
            column.cycle.date,
            line.area.short_name,
            duty.role.name,
            who(duty),
            duty.get_state_display(),
            duty.lock_reason,
            column.cycle.moved_for,
        ]
        for column, cells in shown.by_day()
        for line, cell in cells
        for duty in cell.duties
    ]


def happenings(shown: Calendar, series: DaySeries) -> list[Happening]:
    """Return the days of the rota for a calendar: one a cycle, which says who comes to which community."""
    return [
        _happening(column.cycle, series, cells)
        for column, cells in shown.by_day()
        if column.cycle.date is not None
    ]


def _happening(cycle: Cycle, series: DaySeries, cells: list[tuple[Line, Cell]]) -> Happening:
    starts, ends = cycle.hours
    told = [
        _("%(area)s：%(who)s")
        % {
            "area": line.area.short_name,
            "who": "、".join(f"{who(duty)}（{duty.role.name}）" for duty in cell.duties),
        }
        for line, cell in cells
    ]
    changes = sum(duty.version for _line, cell in cells for duty in cell.duties)
    off = cycle.state == Cycle.State.CANCELLED
    return Happening(
        uid=f"rota-{cycle.pk}@lingju",
        starts=starts,
        ends=ends,
        summary=_("%(name)s第 %(n)d 期") % {"name": series.name, "n": cycle.number},
        changed_at=clock.now(),
        sequence=cycle.version + changes,
        status=Status.CANCELLED if off else Status.CONFIRMED,
        description="\n".join(told),
        location=series.area.short_name,
    )
