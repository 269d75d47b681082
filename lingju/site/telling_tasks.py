"""What is told of a joint meeting's tasks: whose it is at once; that it is nearly due, and overdue.

    given       the unit by its own door, or the desk of the community that does it
    3 days      before it is due, whoever does it
    overdue     the day after, whoever does it, and the desk that sees to it

That something is said to be done and waits to be looked at, the desk hears in its morning's notice. Each is
said once, and once more where the task has another day.
"""

import datetime as dt
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.cobuilding.events import TaskGiven
from lingju.cobuilding.models import Enrolment, Task
from lingju.cobuilding.queries import unit_tasks
from lingju.kernel import clock
from lingju.notify.wordings import Wording
from lingju.site import phrases, reaching_units, telling_desk

WORDINGS = (
    Wording(
        "task_given",
        gettext_lazy("有一件事交给您单位办"),
        gettext_lazy("%(area)s：“%(what)s”，请在%(due)s以前办完。办完了在这里说一声：%(link)s"),
    ),
    Wording(
        "task_due",
        gettext_lazy("交办的事快到期了"),
        gettext_lazy("“%(what)s”，%(when)s。办完了在这里说一声：%(link)s"),
    ),
    Wording(
        "task_at_desk",
        gettext_lazy("联席会议交办的事"),
        gettext_lazy("“%(what)s”，%(who)s承办，期限%(due)s。%(note)s"),
    ),
)
AT: Final = dt.time(9, 20)
AHEAD: Final = dt.timedelta(days=3)


def tell_given(fact: TaskGiven) -> None:
    """Tell whoever has to do it what a meeting decided, and until when."""
    task = Task.objects.select_related("area", "owner", "owner_area").filter(pk=fact.task_id).first()
    if task is None or task.state not in unit_tasks.GOING:
        return
    said = {"area": task.area.short_name, "due": phrases.date(task.due_on)}
    _tell_doer(task, "task_given", "given", said, _("请看一看。"))


def remind() -> int:
    """Remind of tasks that are nearly due or overdue, once of each; return how many are."""
    today = clock.today()
    tasks = unit_tasks.going(today + AHEAD)
    for task in tasks:
        if task.due_on >= today:
            days = (task.due_on - today).days
            when = _("今天到期") if days == 0 else _("还有 %(n)d 天到期") % {"n": days}
            _tell_doer(task, "task_due", "soon", {"when": when}, _("快到期了。"))
        else:
            when = _("期限是%(due)s，已经过了") % {"due": phrases.date(task.due_on)}
            _tell_doer(task, "task_due", "late", {"when": when}, _("过期了。"))
            _tell_desk(task, task.area.stem, "late", _("过期了，请催一催。"))
    return len(tasks)


def _tell_doer(task: Task, wording: str, step: str, said: dict[str, str], note: str) -> None:
    """Tell a unit by its own door, an organisation that has none through its speakers, or a desk."""
    if task.owner_area is not None:
        _tell_desk(task, task.owner_area.stem, step, note)
        return
    key, gaps = f"{_named(task)}:{step}", {"what": task.title, **said}
    unit = _door_of(task)
    if unit is not None:
        page = reaching_units.page_of(unit, "unit_tasks")
        reaching_units.tell(unit, wording, key, link=page, **gaps)
        is_told = reaching_units.is_reachable(unit)
    else:
        gaps["link"] = _("请告诉社区")
        is_told = task.owner_id is not None and reaching_units.tell_organisation(
            task.owner_id, task.district_id, wording, key, begins_at=None, **gaps
        )
    if not is_told:
        _tell_desk(task, task.area.stem, f"{step}:call", _("这家收不到通知，请打电话。"))


def _door_of(task: Task) -> Enrolment | None:
    """Return the unit under which an organisation is told of a task, where it reported in at all."""
    found = Enrolment.objects.filter(organisation_id=task.owner_id, district_id=task.district_id)
    rows = found.exclude(state=Enrolment.State.ENDED).select_related("organisation", "area").order_by("id")
    unit: Enrolment | None = rows.first()
    return unit


def _tell_desk(task: Task, stem: str, step: str, note: str) -> None:
    said = {"what": task.title, "who": _who(task), "due": phrases.date(task.due_on), "note": note}
    readers = telling_desk.clerks_at(task.district_id, stem)
    link = reverse("desk_task", args=[task.pk]) if task.area.stem.startswith(stem) else ""
    key = f"{_named(task)}:{step}"
    telling_desk.tell(readers, task.district_id, "task_at_desk", key, said, link)


def _named(task: Task) -> str:
    return f"{task.pk}:{task.due_on}"


def _who(task: Task) -> str:
    return task.owner.name if task.owner is not None else str(task.owner_area)
