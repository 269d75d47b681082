"""Months of a co-building day in figures: put together from rows each time; none of them was ever typed.

人次 (heads through the doors) and 人数 (different persons we can tell apart) stand side by side, never added.
A need counts as answered once a project delivered what it asked for, as confirmed once its people say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from lingju.activities import counting
from lingju.activities.counting import Figures
from lingju.activities.queries import attendance
from lingju.cobuilding.models import CommunityPlan, Cycle, Duty, NeedLine, Project, WorkOrder
from lingju.cobuilding.queries import verdicts
from lingju.cobuilding.queries.verdicts import NONE, Verdicts
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn

X = Project.State
L = NeedLine.State
# What stays open waits for the next cycle; what was carried there is open here, too.
OPEN: Final = (L.UNMATCHED, L.MATCHED, L.PLANNED, L.REOPENED, L.CARRIED)


@dataclass(frozen=True, slots=True)
class Month:
    """What one cycle came to."""

    cycle: Cycle
    plans: int = 0
    held: int = 0
    projects: int = 0
    delivered: int = 0
    closed: int = 0
    lines: int = 0
    concerned: int = 0
    answered: int = 0
    confirmed: int = 0
    reopened: int = 0
    left_open: int = 0
    units: int = 0
    teams: int = 0
    team_people: int = 0
    served: int = 0
    came: Figures = field(default_factory=Figures)
    said: Verdicts = NONE


@dataclass(slots=True)
class _Rows:
    """The rows of one cycle."""

    plans: list[CommunityPlan] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    lines: list[NeedLine] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=list)
    units: set[int] = field(default_factory=set)


def past_of(cycle: Cycle) -> list[Cycle]:
    """Return the cycles of the same day whose date has come, the newest first."""
    rows = Cycle.objects.filter(series_id=cycle.series_id, date__lte=clock.today())
    return list(rows.select_related("area", "series").order_by("-month"))


def months(cycles: Sequence[Cycle], actor: Actor) -> list[Month]:
    """Return what each cycle came to, as far as the actor works for it: the same queries for any number."""
    rows = _rows(cycles, actor)
    lines = [line for found in rows.values() for line in found.lines]
    said = verdicts.by_line(lines)
    doors = attendance.by_session([pk for found in rows.values() for pk in _sessions(found)])
    return [_month(cycle, rows[cycle.pk], said, doors) for cycle in cycles]


def _rows(cycles: Sequence[Cycle], actor: Actor) -> Mapping[int, _Rows]:
    rows = {cycle.pk: _Rows() for cycle in cycles}
    for plan in CommunityPlan.objects.visible_to(actor).filter(cycle_id__in=rows):
        rows[plan.cycle_id].plans.append(plan)
    projects = Project.objects.visible_to(actor).filter(cycle_id__in=rows, state__in=Project.STANDING)
    for project in projects.prefetch_related("lines"):
        rows[project.cycle_id].projects.append(project)
    lines = NeedLine.objects.visible_to(actor).filter(cycle_id__in=rows).exclude(state=L.REMOVED)
    for line in lines.select_related("cycle"):
        rows[line.cycle_id].lines.append(line)
    orders = WorkOrder.objects.filter(project__in=projects, arrived_at__isnull=False)
    for order in orders.select_related("project"):
        rows[order.project.cycle_id].orders.append(order)
    duties = Duty.objects.visible_to(actor).filter(cycle_id__in=rows, state=Duty.State.DONE)
    for cycle_id, unit_id in duties.values_list("cycle_id", "enrolment_id"):
        rows[cycle_id].units.add(unit_id)
    return rows


def _sessions(rows: _Rows) -> list[int]:
    """Return the sessions in which a cycle was held."""
    held = [plan.session_id for plan in rows.plans] + [project.session_id for project in rows.projects]
    return [pk for pk in dict.fromkeys(held) if pk is not None]


def _month(cycle: Cycle, rows: _Rows, said: Mapping[int, Verdicts], doors: Mapping[int, Figures]) -> Month:
    answered = {line.pk for one in rows.projects if one.result for line in one.lines.all()}
    units = rows.units | {int(member["unit"]) for one in rows.projects for member in one.team}
    units |= {one.lead_id for one in rows.projects if one.lead_id is not None}
    return Month(
        cycle,
        plans=_count(rows.plans, CommunityPlan.SURE),
        held=_count(rows.plans, CommunityPlan.WAS_HELD),
        projects=len(rows.projects),
        delivered=_count(rows.projects, Project.DONE),
        closed=_count(rows.projects, (X.CLOSED,)),
        lines=len(rows.lines),
        concerned=sum(line.people for line in rows.lines),
        answered=sum(line.pk in answered for line in rows.lines),
        confirmed=_count(rows.lines, (L.CONFIRMED,)),
        # What residents sent back and was carried over was sent back here.
        reopened=sum(
            line.state == L.REOPENED or (line.state == L.CARRIED and line.pk in answered)
            for line in rows.lines
        ),
        left_open=_count(rows.lines, OPEN),
        units=len(units),
        teams=len(rows.orders),
        team_people=sum(order.people_came or 0 for order in rows.orders),
        served=sum(one.people_served or 0 for one in rows.projects),
        came=counting.together(doors[pk] for pk in _sessions(rows)),
        said=verdicts.together(said[line.pk] for line in rows.lines if line.pk in answered),
    )


def _count(rows: Iterable[Any], states: Iterable[str]) -> int:
    return sum(row.state in states for row in rows)


def sheet(found: Iterable[Month]) -> tuple[list[OutColumn], list[list[Any]]]:
    """Return months as columns and rows of a spreadsheet: each figure with what it is a part of."""
    titles = (
        *(_("期次"), _("日期"), _("状态"), _("确认的方案"), _("办了的社区"), _("项目"), _("办结的项目")),
        *(
            _("需求"),
            _("涉及几个人"),
            _("有回音的需求"),
            _("居民说办成了"),
            _("居民说没办成"),
            _("转到下一期"),
        ),
        *(_("人次"), _("人数（认得出的）"), _("来的单位"), _("问了"), _("答了"), _("说解决了"), _("满意")),
    )
    words = (_("日期"), _("状态"))
    columns = [OutColumn(title, "text" if title in words else "whole") for title in titles]
    return columns, [_cells(month) for month in found]


def _cells(month: Month) -> list[Any]:
    cycle, said = month.cycle, month.said
    return [
        *(cycle.number, f"{cycle.date:%Y-%m-%d}" if cycle.date else "", cycle.get_state_display()),
        *(month.plans, month.held, month.projects, month.delivered, month.lines, month.concerned),
        *(month.answered, month.confirmed, month.reopened, month.left_open),
        *(month.came.visits, month.came.people, month.units),
        *(said.asked, said.answered, said.solved, said.satisfied),
    ]
