"""What goes along with a project that stands: its room, activity, calls for volunteers, what was told of it.

    moved    the room is taken anew, its activity moves, calls move or are called off, whoever asked is
             set right
    ended    the room is given back, its work order taken back, activity and calls are called off, whoever
             asked is told
    left     the same for one that was handed over and that nobody claimed again; whoever asked has been told

Units hear of it by the fact. Of a project that is only proposed nobody was told anything yet.
"""

from django.db.models import F

from lingju.cobuilding.events import ProjectEnded, ProjectMoved
from lingju.cobuilding.models import NeedLine, Project, WorkOrder
from lingju.cobuilding.services import askers, occasions, recruiting, rooms, work_orders
from lingju.cobuilding.services.recruiting import Meeting
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor

L = NeedLine.State


def moved(project: Project, before: Meeting, why: str, *, actor: Actor) -> None:
    """Take along what hangs on a project's hours and place; call it in the transaction that changed them.

    `before` is when and where it met until now. Raises RoomTaken where somebody has the room then.
    """
    rooms.hold(project)
    occasions.follow(project, why, actor=actor)
    if project.state not in rooms.MEETS:
        recruiting.follow(project, before)
        return
    state = L.PLANNED if project.starts_at is not None else L.MATCHED
    lines = project.lines.filter(state__in=(L.MATCHED, L.PLANNED)).exclude(state=state)
    lines.update(state=state, version=F("version") + 1)
    recruiting.follow(project, before)
    askers.tell_moved(project, why, actor=actor)
    announce(ProjectMoved(project.district_id, project.pk, why, before.starts_at))


def ended(project: Project, why: str, *, actor: Actor) -> None:
    """Let go what hung on a project that stood; call it in the transaction that ended it."""
    rooms.give_back(project)
    for order in WorkOrder.objects.filter(project=project).select_related("project__area"):
        work_orders.revoke(order, actor=actor)
    occasions.call_off(project, why, actor=actor)
    recruiting.call_off(project, why)
    askers.tell_ended(project, why, actor=actor)
    announce(ProjectEnded(project.district_id, project.pk))


def left(project: Project, why: str) -> None:
    """Let go what a project that is declined kept from when it stood, before it was handed over."""
    rooms.give_back(project)
    recruiting.call_off(project, why)
    if project.is_numbered:
        occasions.call_off(project, why, actor=SystemActor(project.district_id))
        announce(ProjectEnded(project.district_id, project.pk))
