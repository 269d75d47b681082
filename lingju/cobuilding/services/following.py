"""What goes along with the day of a cycle: the sessions of its plans, and the hours of its projects.

day moved        sessions move to the same hour of the new day, projects by as many days
day called off   sessions are called off, and whoever signed up is told by activities
"""

import datetime as dt

from django.db.models import F

from lingju.activities.flow import BEFORE
from lingju.activities.services import calling_off
from lingju.cobuilding.models import CommunityPlan, Cycle, Project
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor

MOVING = (Project.State.PROPOSED, Project.State.CLAIMED)


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
    moving = Project.objects.filter(cycle_id=cycle.pk, state__in=MOVING, starts_at__isnull=False)
    moving.update(starts_at=F("starts_at") + days, ends_at=F("ends_at") + days, version=F("version") + 1)


def call_off(cycle: Cycle, reason: str, *, actor: Actor) -> None:
    """Call off the sessions of a cycle's plans; call it inside the verb's transaction."""
    for plan in _planned(cycle):
        if plan.session is not None and plan.session.state in BEFORE:
            calling_off.cancel_session(plan.session, reason, actor=actor)


def _planned(cycle: Cycle) -> list[CommunityPlan]:
    found = CommunityPlan.objects.filter(cycle_id=cycle.pk, session__isnull=False)
    return list(found.select_related("session__area", "area"))
