"""What goes along with the day of a cycle: the sessions of its plans, its projects, their hours and rooms.

day moved        sessions move to the same hour of the new day, projects to the same kind of day
day not known    sessions are put off, projects wait for their hours; both get them with the new day
day called off   sessions are called off, and whoever signed up is told by activities; projects end

A project that has begun does not move, and one that is over does not end: it was held, and is delivered.
"""

import datetime as dt

from lingju.activities.flow import BEFORE, TOLD
from lingju.activities.models import Session
from lingju.activities.services import calling_off
from lingju.cobuilding import asked_day, windows
from lingju.cobuilding.models import CommunityPlan, Cycle, Project
from lingju.cobuilding.services import along, projects, recruiting
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor
from lingju.places.services import marks

X = Project.State
MOVING = (X.PROPOSED, X.CLAIMED, X.UNDERWAY)
Hours = tuple[dt.datetime | None, dt.datetime | None]


def follow(cycle: Cycle, old: dt.date | None, reason: str, *, actor: Actor) -> None:
    """Take sessions and projects along to another day; call it inside the verb's transaction.

    Raises RoomTaken where a room is another's at that time.
    """
    for plan in _planned(cycle):
        if plan.session is not None:
            _move_session(plan.session, cycle.date, reason, actor)
    for project in _projects(cycle):
        if project.starts_at is not None and project.starts_at <= clock.now():
            continue
        before = recruiting.meeting_of(project)
        starts_at, ends_at = _hours(project, old, cycle.date)
        if marks.amend(project, {"starts_at": starts_at, "ends_at": ends_at}, actor=actor, action="move"):
            along.moved(project, before, reason, actor=actor)


def _move_session(session: Session, date: dt.date | None, reason: str, actor: Actor) -> None:
    if date is not None and session.state in BEFORE:
        starts_at = dt.datetime.combine(date, session.starts_at.astimezone(ZONE).time(), tzinfo=ZONE)
        calling_off.move(session, starts_at, reason, actor=actor)
    elif date is None and session.state in TOLD:
        calling_off.postpone(session, reason, actor=actor)


def _hours(project: Project, old: dt.date | None, new: dt.date | None) -> Hours:
    """Return the hours of a project with the new day: the same ones, on the same kind of day."""
    starts_at, ends_at = project.starts_at, project.ends_at
    if new is None:
        return None, None
    if old is None or starts_at is None or ends_at is None:
        return asked_day.hours(project.window, new) if project.window else (starts_at, ends_at)
    local = starts_at.astimezone(ZONE)
    there = dt.datetime.combine(windows.along(local.date(), old, new), local.time(), tzinfo=ZONE)
    return there, there + (ends_at - starts_at)


def call_off(cycle: Cycle, reason: str, *, actor: Actor) -> None:
    """Call off the sessions of a cycle's plans and its projects; call it inside the verb's transaction."""
    for plan in _planned(cycle):
        if plan.session is not None and plan.session.state in BEFORE:
            calling_off.cancel_session(plan.session, reason, actor=actor)
    for project in _projects(cycle):
        if project.state != X.PROPOSED and project.ends_at is not None and project.ends_at <= clock.now():
            continue
        stop = projects.decline if project.state == X.PROPOSED else projects.end
        stop(project, reason, actor=actor)


def _planned(cycle: Cycle) -> list[CommunityPlan]:
    found = CommunityPlan.objects.filter(cycle_id=cycle.pk, session__isnull=False)
    return list(found.select_related("session__area", "area"))


def _projects(cycle: Cycle) -> list[Project]:
    found = Project.objects.filter(cycle_id=cycle.pk, state__in=MOVING)
    related = ("area", "cycle__area", "station", "space__station__area", "lead__organisation")
    return list(found.select_related(*related).order_by("pk"))
