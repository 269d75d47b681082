"""What a project by hand would cost, said before anybody keeps it; nothing is written."""

from typing import Any

from lingju.cobuilding.models import Cycle
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import projects
from lingju.cobuilding.services.projects import ProjectDraft
from lingju.kernel.rules import Actor
from lingju.places.models import Area


def weigh(cycle: Cycle, area: Area, draft: ProjectDraft, *, actor: Actor) -> list[dict[str, Any]]:
    """Return what a project by hand costs, goal by goal; nothing where it costs none.

    Raises BadInput by field and NotNow as `projects.put_together` does.
    """
    carries_it_out.check(actor, area)
    projects.checked(cycle, area, draft)
    return projects.cost_of(cycle, draft)
