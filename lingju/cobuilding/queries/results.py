"""What became of a cycle's projects and needs: delivered, accepted, closed, judged, and what stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.models import Cycle, NeedLine, Project, WorkOrder
from lingju.cobuilding.queries import board, lists, verdicts
from lingju.cobuilding.queries.orders import order_of
from lingju.cobuilding.queries.past import OPEN
from lingju.cobuilding.queries.verdicts import Verdicts
from lingju.kernel.rules import Actor

L = NeedLine.State
X = Project.State
SHOWN: Final = (*Project.STANDING, X.ENDED)
# The steps of this page; the others belong to the board.
STEPS: Final = ("deliver", "accept", "redo", "close")
MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One project: what it answered, what its team says, what residents said, and the steps it allows."""

    project: Project
    order: WorkOrder | None
    lines: tuple[NeedLine, ...]
    said: Verdicts
    moves: frozenset[str]

    @property
    def waits_for(self) -> int:
        """Return from how many people an answer is still awaited."""
        return self.said.asked - self.said.answered

    @property
    def is_reopened(self) -> bool:
        """Say whether residents say that it is not solved."""
        return any(line.state == L.REOPENED for line in self.lines)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """One line that stays open, and why."""

    line: NeedLine
    why: str
    carried_to: int | None = None


def rows_of(cycle: Cycle, actor: Actor) -> list[Row]:
    """Return the projects of a cycle that stand or stood, as far as the actor works for them."""
    seen = Project.objects.visible_to(actor).filter(cycle=cycle, state__in=SHOWN).values("pk")
    found = lists.projects_of(cycle).filter(pk__in=seen)
    found = found.select_related("area", "lead__organisation", "station", "work_order", "cycle__area")
    projects = list(found[:MOST])
    lines = [line for one in projects for line in one.lines.all()]
    for line in lines:
        line.cycle = cycle
    said = verdicts.by_line(lines)
    return [_row(one, said, actor) for one in projects]


def _row(project: Project, said: Mapping[int, Verdicts], actor: Actor) -> Row:
    lines = tuple(project.lines.all())
    told = verdicts.together(said[line.pk] for line in lines) if project.result else verdicts.NONE
    moves = frozenset(move.name for move in PROJECTS.allowed(project, actor) if move.name in STEPS)
    if lines and all(line.state == L.CARRIED for line in lines):
        moves &= {"accept"}  # it is done, answered and struck off in the next cycle
    return Row(project, order_of(project), lines, told, moves)


def following(cycle: Cycle) -> Cycle | None:
    """Return the cycle to which what stays open goes: the next of the same day that is not called off."""
    rows = Cycle.objects.filter(series_id=cycle.series_id, month__gt=cycle.month)
    return rows.exclude(state=Cycle.State.CANCELLED).select_related("area").order_by("month").first()


def left_over(cycle: Cycle, actor: Actor, rows: Sequence[Row]) -> list[LeftOver]:
    """Return what stays open in a cycle, those of most people first, each with the reason in words."""
    seen = NeedLine.objects.visible_to(actor).filter(cycle=cycle, state__in=OPEN)
    lines = list(seen.select_related("area").prefetch_related("carried_to__cycle")[:MOST])
    by_line: dict[int, list[Row]] = {}
    for row in rows:
        for line in row.lines:
            by_line.setdefault(line.pk, []).append(row)
    return [LeftOver(line, why_open(line, by_line.get(line.pk, ())), _carried_to(line)) for line in lines]


def _carried_to(line: NeedLine) -> int | None:
    return next((one.cycle.number for one in line.carried_to.all()), None)


def why_open(line: NeedLine, rows: Sequence[Row]) -> str:
    """Return in words why a line is open; what its team or its residents said comes first."""
    last = rows[-1] if rows else None
    if line.state == L.REOPENED or (last is not None and last.project.result):
        return _("办过了，居民说没办成")
    if last is None:
        return board.shortage_words(line) or _("还没有单位能办")
    if last.project.state == X.ENDED:
        return _("项目终止了：%(why)s") % {"why": last.project.state_reason}
    if last.order is not None and last.order.outcome == WorkOrder.Outcome.NOT_DONE:
        return _("队伍说没办成：%(words)s") % {"words": last.order.words}
    return _("配上了，还没有报结果")
