"""What became of a cycle's projects and needs: delivered, accepted, closed, judged, and what stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lingju.activities.queries import attendance
from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.models import Cycle, NeedLine, Project, WorkOrder
from lingju.cobuilding.queries import board, lists, verdicts
from lingju.cobuilding.queries.orders import order_of
from lingju.cobuilding.queries.past import OPEN
from lingju.cobuilding.queries.verdicts import Verdicts
from lingju.cobuilding.services import delivering
from lingju.kernel import clock
from lingju.kernel.rules import Actor

L = NeedLine.State
X = Project.State
SHOWN: Final = (*Project.STANDING, X.ENDED)
# The steps of this page; the others belong to the board.
STEPS: Final = ("start", "deliver", "accept", "redo", "close")
MOST: Final = 300
MOST_NAMED: Final = 5


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


def people_there(project: Project) -> int | None:
    """Return how many people were counted at the activity of a project; None where nobody was."""
    if project.session_id is None:
        return None
    return attendance.by_session([project.session_id])[project.session_id].visits or None


def others_words(project: Project) -> str:
    """Return in a sentence which needs of a project another desk answers, and who; nothing where none is."""
    left = delivering.left_to_others(project)
    if not left:
        return ""
    named = _("、").join(f"{need.number}（{need.owner_name}）" for need in left[:MOST_NAMED])
    return _("其中 %(n)d 件由别处答复：%(named)s。您写的结果已经作为建议记在那几件里。") % {
        "n": len(left),
        "named": named,
    }


def following(cycle: Cycle) -> Cycle | None:
    """Return the cycle to which what stays open goes: the next of the same day that is not called off."""
    rows = Cycle.objects.filter(series_id=cycle.series_id, month__gt=cycle.month)
    return rows.exclude(state=Cycle.State.CANCELLED).select_related("area").order_by("month").first()


def left_over(cycle: Cycle, actor: Actor, rows: Sequence[Row]) -> list[LeftOver]:
    """Return what stays open in a cycle, those of most people first, each with the reason in words."""
    seen = NeedLine.objects.visible_to(actor).filter(cycle=cycle, state__in=OPEN)
    lines = list(seen.select_related("area", "cycle").prefetch_related("carried_to__cycle")[:MOST])
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
    closes_on = line.cycle.closes_on
    if last.project.state in delivering.TO_BE_HELD and closes_on is not None and clock.today() <= closes_on:
        told = {"month": closes_on.month, "day": closes_on.day}
        return _("配上了，%(month)d月%(day)d日以前还能办，过了才转到下一期") % told
    return _("配上了，还没有报结果")
