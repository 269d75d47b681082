"""Reads for handing a project over: who carries it, who of them cannot come, who could carry it instead."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from lingju.cobuilding import absence
from lingju.cobuilding.asked import is_away
from lingju.cobuilding.asked_day import CREWS
from lingju.cobuilding.models import Enrolment, Project
from lingju.cobuilding.queries.projects import leads_in


@dataclass(frozen=True, slots=True)
class Crew:
    """So many of a unit's people who were to come along, and whether they cannot."""

    unit: Enrolment
    people: int
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """Who carries a project, and the units to choose from; those that are away stand last."""

    lead_is_missing: bool
    crews: list[Crew]
    leads: list[Enrolment]
    away: frozenset[int]

    def called(self, unit: Enrolment) -> str:
        """Return what a unit is called among those to choose from."""
        return _("%(unit)s（那天来不了）") % {"unit": unit} if unit.pk in self.away else str(unit)


def carried(project: Project) -> Carried:
    """Return who carries a project, and who could."""
    missing = absence.missing_in([project]).get(project.pk)
    leads = leads_in(project.area)
    prefetch_related_objects(leads, "blackouts")
    away = frozenset(unit.pk for unit in leads if is_away(unit, project.cycle))
    people: Counter[int] = Counter()
    for member in project.team:
        people[int(member["unit"])] += int(member["people"])
    for use in project.uses.all():
        if use.resource.kind in CREWS and use.resource.enrolment_id is not None:
            people[use.resource.enrolment_id] += use.quantity
    named = Enrolment.objects.filter(pk__in=people).select_related("organisation").order_by("id")
    gone = missing.crews if missing is not None else ()
    return Carried(
        missing is not None and missing.lead,
        [Crew(unit, people[unit.pk], unit.pk in gone) for unit in named],
        sorted(leads, key=lambda unit: unit.pk in away),
        away,
    )
