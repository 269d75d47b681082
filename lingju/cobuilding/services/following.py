"""What goes along with the day of a cycle: the sessions of its plans, its projects, their hours and rooms.

day moved        sessions move to the same hour of the new day, projects by as many days
day called off   sessions are called off, and whoever signed up is told by activities; projects end
"""

import datetime as dt

from lingju.activities.flow import BEFORE
from lingju.activities.services import calling_off
from lingju.cobuilding.models import CommunityPlan, Cycle, Project
from lingju.cobuilding.services import projects, rooms
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor
from lingju.places.services import marks

X = Project.State
MOVING = (X.PROPOSED, X.CLAIMED)


def follow(cycle: Cycle, old: dt.date | None, reason: str, *, actor: Actor) -> None:
    """Take sessions and projects along to another day; call it inside the verb's transaction.

    Raises RoomTaken where a room is another's at that time.
    """
    if cycle.date is None or old is None:
        return
    for plan in _planned(cycle):
        session = plan.session
        if session is not None and session.state in BEFORE:
            starts = dt.datetime.combine(cycle.date, session.starts_at.astimezone(ZONE).time(), tzinfo=ZONE)
            calling_off.move(session, starts, reason, actor=actor)
    days = cycle.date - old
    for project in _projects(cycle):
        if project.starts_at is not None and project.ends_at is not None:
            hours = {"starts_at": project.starts_at + days, "ends_at": project.ends_at + days}
            marks.amend(project, hours, actor=actor, action="move")
            rooms.hold(project)


def call_off(cycle: Cycle, reason: str, *, actor: Actor) -> None:
    """Call off the sessions of a cycle's plans and its projects; call it inside the verb's transaction."""
    for plan in _planned(cycle):
        if plan.session is not None and plan.session.state in BEFORE:
            calling_off.cancel_session(plan.session, reason, actor=actor)
    for project in _projects(cycle):
        stop = projects.decline if project.state == X.PROPOSED else projects.end
        stop(project, reason, actor=actor)


def _planned(cycle: Cycle) -> list[CommunityPlan]:
    found = CommunityPlan.objects.filter(cycle_id=cycle.pk, session__isnull=False)
    return list(found.select_related("session__area", "area"))


def _projects(cycle: Cycle) -> list[Project]:
    found = Project.objects.filter(cycle_id=cycle.pk, state__in=MOVING)
    return list(found.select_related("area", "space__station__area", "lead").order_by("pk"))
