"""Changing a project that is proposed or stands: its words, hours and place; its steps with their days."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Milestone, Project
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import along, recruiting, rooms
from lingju.cobuilding.services.projects import hour_faults, locked
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint

X = Project.State
MOST_MILESTONES: Final = 20


@transaction.atomic
def edit(project: Project, changes: Mapping[str, Any], *, actor: Actor, version: int | None = None) -> bool:
    """Change a project's words, hours or place; say whether anything changed.

    `changes` may name title, goal, acceptance, budget_words, place_words, station, space, starts_at, ends_at.
    Other hours or another place take back a yes that the unit has given, until the project stands; then its
    room, activity and calls go along, and everybody is told. Raises BadInput (RoomTaken among it), NotNow.
    """
    carries_it_out.check(actor, project)
    fresh = locked(project, version)
    if fresh.state not in (X.PROPOSED, X.CLAIMED):
        raise NotNow(_("项目已经开工或者结束了，内容不再改。"))
    values = _edited(fresh, changes)
    before = recruiting.meeting_of(fresh)
    moves = {"station", "space", "place_words", "starts_at", "ends_at"} & {
        name for name, value in values.items() if getattr(fresh, name) != value
    }
    if moves and fresh.state == X.PROPOSED:
        values["unit_claimed_at"] = None
    changed = marks.amend(fresh, values, actor=actor)
    if moves:
        along.moved(fresh, before, "", actor=actor)
    project.refresh_from_db()
    return changed


def _edited(project: Project, changes: Mapping[str, Any]) -> dict[str, Any]:
    named = ("title", "goal", "acceptance", "budget_words", "place_words")
    values: dict[str, Any] = {name: tidy(changes[name]) for name in named if name in changes}
    values |= {
        name: changes[name] for name in ("station", "space", "starts_at", "ends_at") if name in changes
    }
    same_district(project.district_id, values.get("station"), values.get("space"))
    rooms.check_near(values.get("space"), project.area)
    if values.get("space") is not None:
        values["station"] = values["space"].station
    starts = values.get("starts_at", project.starts_at)
    ends = values.get("ends_at", project.ends_at)
    faults = hour_faults(project.cycle, starts, ends)
    if "title" in values and len(values["title"]) < 2:
        faults["title"] = _("项目名称请写 2 到 60 个字。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return values


@transaction.atomic
def add_milestone(project: Project, title: str, due_on: dt.date, *, actor: Actor) -> Milestone:
    """Add a step with its day; the same again returns the one there is."""
    carries_it_out.check(actor, project)
    title = tidy(title)
    known: Milestone | None = project.milestones.filter(title=title, due_on=due_on).first()
    if known is not None:
        return known
    if not 2 <= len(title) <= 80:
        raise BadInput(_("节点请写 2 到 80 个字。"), {"title": _("节点请写 2 到 80 个字。")})
    if project.milestones.count() >= MOST_MILESTONES:
        raise NotNow(_("节点最多 %(n)d 个。") % {"n": MOST_MILESTONES})
    row = Milestone(district_id=project.district_id, project=project, title=title, due_on=due_on)
    return marks.insert(row, actor=actor)


@transaction.atomic
def finish_milestone(milestone: Milestone, *, actor: Actor) -> bool:
    """Note that a step is done; say whether it was news."""
    carries_it_out.check(actor, milestone.project)
    moved = Milestone.objects.filter(pk=milestone.pk, done_at__isnull=True).update(done_at=clock.now())
    if moved:
        milestone.refresh_from_db()
        leave_footprint(actor=actor, action="finish_milestone", subject=milestone)
    return bool(moved)
