"""Reads of projects that wait for their unit: which it has still to answer, and what units have answered."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet

from lingju.cobuilding.models import Cycle, Enrolment, Project
from lingju.kernel.rules import Actor
from lingju.places.rules import CLERKS
from lingju.trail.models import Footprint

RELATED = ("area", "cycle__series", "cycle__area", "space__station", "station")


def waiting(today: dt.date) -> Mapping[Enrolment, list[Project]]:
    """Return by unit the projects of coming days that their community has claimed and the unit has not."""
    found = Project.objects.filter(
        state=Project.State.PROPOSED,
        area_claimed_at__isnull=False,
        unit_claimed_at__isnull=True,
        lead__isnull=False,
        cycle__state__in=(*Cycle.COMING, Cycle.State.HELD),
        cycle__closes_on__gte=today,
    )
    by_unit: dict[Enrolment, list[Project]] = defaultdict(list)
    related = (*RELATED, "lead__organisation", "lead__area")
    for project in found.select_related(*related).order_by("starts_at", "id"):
        if project.lead is not None:
            by_unit[project.lead].append(project)
    return by_unit


def last_claimed(unit: Enrolment) -> Project | None:
    """Return the project of a unit that its community has claimed last, whatever became of it.

    One that was handed over to the unit is left out: the unit was asked for it then.
    """
    handed = Footprint.objects.filter(
        action="hand_over", subject_type=Project._meta.label_lower, subject_id=OuterRef("pk")
    )
    claimed = Project.objects.filter(~Exists(handed), lead=unit, area_claimed_at__isnull=False)
    found: Project | None = claimed.order_by("-area_claimed_at", "-id").first()
    return found


def answered(actor: Actor, since: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """Count the projects of an actor's own communities to which units said yes, and no, since a moment."""
    here: QuerySet[Project] = Project.objects.filter(
        district_id=actor.district_id, area__stem__in=actor.stems(CLERKS)
    )
    # Who says no for a unit comes through its link, and has no account.
    refused = Footprint.objects.filter(
        action="decline",
        actor_id__isnull=True,
        subject_type=Project._meta.label_lower,
        at__gt=since,
        at__lte=until,
    )
    yes = here.filter(lead__isnull=False, unit_claimed_at__gt=since, unit_claimed_at__lte=until)
    no = here.filter(state=Project.State.DECLINED, pk__in=refused.values("subject_id"))
    return yes.count(), no.count()
