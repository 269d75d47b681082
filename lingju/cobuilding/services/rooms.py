"""The room of a project: taken through the bookings once the project stands and has its hours.

    hold        take it, move it along, or give it back, as the project stands now
    give_back   nobody meets there any more

From then on nobody books over the project, and no session is planned there.
"""

from typing import Final

from django.utils.translation import gettext as _

from lingju.activities.services import rooms
from lingju.bookings.services import rooms as room_claims
from lingju.cobuilding.models import Project
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area, Space

MEETS: Final = (Project.State.CLAIMED, Project.State.UNDERWAY)


def hold(project: Project) -> None:
    """Take the room of a project as it stands now; call it in the transaction that changed the project.

    Raises RoomTaken where somebody has the room then; what was held before stays held.
    """
    space, starts_at, ends_at = project.space, project.starts_at, project.ends_at
    if space is None or starts_at is None or ends_at is None or project.state not in MEETS:
        give_back(project)
        return
    system = SystemActor(project.district_id)
    rooms.check_free(space, starts_at, ends_at, key=_key(project))
    rooms.take(space, starts_at, ends_at, key=_key(project), actor=system)


def give_back(project: Project) -> None:
    """Give the room of a project back; where it holds none, nothing happens."""
    system = SystemActor(project.district_id)
    room_claims.vacate(project.district_id, key=_key(project), actor=system)


def check_near(space: Space | None, area: Area) -> None:
    """Refuse a room that stands in another community."""
    if space is not None and not space.station.area.stem.startswith(area.stem):
        sentence = _("“%(room)s”不在%(area)s。") % {"room": space.name, "area": area.short_name}
        raise BadInput(sentence, {"space": sentence})


def _key(project: Project) -> str:
    return f"room-of-project-{project.pk}"
