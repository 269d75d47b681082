"""Reads of the projects that a unit is to lead, as the unit itself is shown them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.models import Cycle, Enrolment, Project
from lingju.cobuilding.queries import lists
from lingju.cobuilding.queries.projects import crew_words
from lingju.cobuilding.rules import UnitBearer
from lingju.kernel import clock

GONE = (Project.State.DECLINED, Project.State.ENDED)


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """One project as its unit sees it: nobody's name, no telephone, what the steps are now."""

    project: Project
    when: str
    where: str
    crew: Sequence[str]
    needs: Sequence[str]
    steps: frozenset[str]


def led_by(unit: Enrolment) -> QuerySet[Project]:
    """Return the projects of coming days that a unit is to lead, and that nobody has said no to."""
    # A weekend's project may be handed over when the day itself has begun.
    is_coming = Q(cycle__state__in=Cycle.COMING)
    is_coming |= Q(cycle__state=Cycle.State.HELD, cycle__closes_on__gte=clock.today())
    found = Project.objects.filter(is_coming, lead=unit).exclude(state__in=GONE)
    related = ("area", "cycle__area", "cycle__series", "lead__area", "lead__organisation", "space__station")
    return found.select_related(*related, "station").prefetch_related("lines").order_by("starts_at", "id")


def cards_of(unit: Enrolment, bearer: UnitBearer) -> list[ProjectCard]:
    """Return what a unit is shown of its projects."""
    return [_card(project, bearer) for project in led_by(unit)]


def _card(project: Project, bearer: UnitBearer) -> ProjectCard:
    steps = {move.name for move in PROJECTS.allowed(project, bearer)}
    if project.unit_claimed_at is not None:
        steps.discard("claim")
    return ProjectCard(
        project,
        lists.time_words(project, project.cycle),
        lists.place_words(project),
        crew_words(project),
        [_("%(title)s，%(n)d 人") % {"title": line.title, "n": line.people} for line in project.lines.all()],
        frozenset(steps),
    )
