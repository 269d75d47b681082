"""Tasks that a meeting decides on: who, until when, what comes first, what came of it, struck off 销号.

    open ─▶ doing ─▶ done ─▶ closed       done ─▶ doing (once more)

No task waits for itself, however far round: the circle is named and refused. A task is closed after those
that come before it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.events import TaskGiven
from lingju.cobuilding.flow import TASKS
from lingju.cobuilding.models import Meeting, Task
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services.enrolling import why
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint

T = Task.State
MOST_BEFORE: Final = 20
FARTHEST: Final = dt.timedelta(days=800)


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task as a meeting gives it: to an organisation or an area, until a day, after others."""

    title: str
    due_on: dt.date
    owner: Organisation | None = None
    owner_area: Area | None = None
    after: tuple[Task, ...] = ()


@transaction.atomic
def give(area: Area, draft: TaskDraft, *, key: str, actor: Actor, meeting: Meeting | None = None) -> Task:
    """Give somebody a task; the same press again returns the same. Raises BadInput by field."""
    carries_it_out.check(actor, area)
    key = marks.press_key(key)
    known: Task | None = Task.objects.filter(district_id=area.district_id, key=key, area=area).first()
    if known is not None:
        return known
    same_district(area.district_id, draft.owner, draft.owner_area, meeting, *draft.after)
    if meeting is not None and meeting.state not in (Meeting.State.HELD, Meeting.State.MINUTED):
        raise NotNow(_("会还没开，开了会再交办任务。"))
    _check(draft)
    row = Task(
        district_id=area.district_id,
        area=area,
        meeting=meeting,
        title=tidy(draft.title),
        owner=draft.owner,
        owner_area=draft.owner_area,
        due_on=draft.due_on,
        key=key,
    )
    marks.insert(row, actor=actor)
    row.after.set(draft.after)
    announce(TaskGiven(row.district_id, row.pk))
    return row


def _check(draft: TaskDraft) -> None:
    faults = {}
    if not 2 <= len(tidy(draft.title)) <= 120:
        faults["title"] = _("任务请写 2 到 120 个字。")
    if (draft.owner is None) == (draft.owner_area is None):
        faults["owner"] = _("承办的请选一个：单位，或者社区。")
    if not clock.today() <= draft.due_on <= clock.today() + FARTHEST:
        faults["due_on"] = _("期限请选今天以后、两年以内的日子。")
    if len(draft.after) > MOST_BEFORE:
        faults["after"] = _("先要办完的最多选 20 件。")
    if faults:
        raise BadInput("".join(faults.values()), faults)


@transaction.atomic
def put_after(task: Task, before: Iterable[Task], *, actor: Actor) -> bool:
    """Say which tasks come first; say whether anything changed.

    Raises BadInput that names the circle where a task would wait for itself.
    """
    carries_it_out.check(actor, task)
    wanted = {one.pk: one for one in before}
    same_district(task.district_id, *wanted.values())
    if task.state == T.CLOSED:
        raise NotNow(_("任务已经销号了，不用再改先后。"))
    if len(wanted) > MOST_BEFORE:
        sentence = _("先要办完的最多选 20 件。")
        raise BadInput(sentence, {"after": sentence})
    # Locked in one order, so that of two hands that would close a circle together the second sees it.
    list(Task.objects.select_for_update().filter(area_id=task.area_id).order_by("pk").values_list("pk"))
    known = set(task.after.values_list("pk", flat=True))
    if known == set(wanted):
        return False
    _refuse_circle(task, set(wanted))
    task.after.set(wanted.values())
    marks.count_up(task, version=None)
    after = {"after": "、".join(str(pk) for pk in sorted(wanted))}
    leave_footprint(actor=actor, action="put_after", subject=task, after=after)
    return True


def _refuse_circle(task: Task, wanted: set[int]) -> None:
    links: dict[int, set[int]] = {}
    pairs = Task.after.through.objects.filter(from_task__district_id=task.district_id)
    for waits, first in pairs.values_list("from_task_id", "to_task_id"):
        links.setdefault(waits, set()).add(first)
    links[task.pk] = wanted
    circle = circle_of(links, task.pk)
    if circle:
        names = dict(Task.objects.filter(pk__in=circle).values_list("pk", "title"))
        words = " → ".join(f"“{names[pk]}”" for pk in circle)
        sentence = _("这样就绕成了一个圈，谁也办不完：%(circle)s。请去掉其中一个先后。") % {"circle": words}
        raise BadInput(sentence, {"after": sentence})


def circle_of(links: Mapping[int, Iterable[int]], start: int) -> Sequence[int]:
    """Return a circle from a task back to itself, both ends named; empty where there is none.

    `links` says for each task which come before it.
    """
    came_from: dict[int, int] = {}
    waiting = [start]
    while waiting:
        at = waiting.pop()
        before = sorted(links.get(at, ()))
        if start in before:
            return _back(came_from, at, start)
        new = [first for first in before if first not in came_from]
        came_from |= dict.fromkeys(new, at)
        waiting += new
    return ()


def _back(came_from: Mapping[int, int], at: int, start: int) -> Sequence[int]:
    """Walk back to the start and return the way there and round."""
    way = [start]
    while at != start:
        way.append(at)
        at = came_from[at]
    return [start, *reversed(way)]


@transaction.atomic
def start(task: Task, *, actor: Actor) -> Task:
    """Note that somebody is at it. A second press changes nothing."""
    if task.state == T.DOING:
        return task
    return TASKS.take("start", task, actor=actor)


@transaction.atomic
def finish(task: Task, result: str, *, actor: Actor) -> Task:
    """Note that it is done and what came of it; it waits to be looked at."""
    result = tidy(result)
    if not 2 <= len(result) <= 300:
        sentence = _("请写一句办得怎样，300 个字以内。")
        raise BadInput(sentence, {"result": sentence})
    if task.state == T.DONE and task.result == result:
        return task
    return TASKS.take("finish", task, actor=actor, changes={"result": result})


@transaction.atomic
def reopen(task: Task, reason: str, *, actor: Actor) -> Task:
    """Send a task back that is not done after all; why is kept."""
    if task.state == T.DOING:
        return task
    return TASKS.take("reopen", task, actor=actor, note=why(reason))


@transaction.atomic
def close(task: Task, *, actor: Actor) -> Task:
    """Strike a task off 销号; raises NotNow while one that comes before it is not closed, naming it."""
    carries_it_out.check(actor, task)
    if task.state == T.CLOSED:
        return task
    waits = task.after.exclude(state=T.CLOSED).order_by("due_on", "id")
    names = "、".join(f"“{title}”" for title in waits.values_list("title", flat=True)[:5])
    if names:
        raise NotNow(_("先要把%(names)s销号，这一件才能销号。") % {"names": names})
    return TASKS.take("close", task, actor=actor, changes={"closed_at": clock.now()})
