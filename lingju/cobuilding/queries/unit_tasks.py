"""Reads of the tasks that meetings gave: those of a unit as it is shown them, those that wait for a desk."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from lingju.cobuilding.flow import TASKS
from lingju.cobuilding.models import Enrolment, Task
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.rules import CLERKS

GOING = (Task.State.OPEN, Task.State.DOING)
SAYS = ("start", "finish")


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One task as its unit sees it: how far it is, whether it is late, what the unit may say now."""

    task: Task
    is_late: bool
    steps: frozenset[str]


def given_to(unit: Enrolment) -> QuerySet[Task]:
    """Return the tasks of a unit's organisation that nobody has struck off, those due first."""
    found = Task.objects.filter(district_id=unit.district_id, owner_id=unit.organisation_id)
    return found.exclude(state=Task.State.CLOSED).select_related("area", "meeting").order_by("due_on", "id")


def cards_of(unit: Enrolment) -> list[TaskCard]:
    """Return what a unit is shown of its tasks; of its own it may say each step that is time."""
    today = clock.today()
    return [
        TaskCard(
            task,
            task.state in GOING and task.due_on < today,
            frozenset(step for step in SAYS if task.state in TASKS.steps[step].sources),
        )
        for task in given_to(unit)
    ]


def going(until: dt.date) -> Sequence[Task]:
    """Return the tasks that are not done and due until a day, of all districts."""
    found = Task.objects.filter(state__in=GOING, due_on__lte=until)
    return list(found.select_related("area", "owner", "owner_area").order_by("due_on", "id"))


def to_check(actor: Actor) -> int:
    """Count the tasks that are said to be done and that an actor's own desks have to look at."""
    here = Task.objects.filter(district_id=actor.district_id, area__stem__in=actor.stems(CLERKS))
    return here.filter(state=Task.State.DONE).count()
