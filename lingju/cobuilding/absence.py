"""Who was to carry a project and cannot come: it dropped out of its turn in the cycle, or is away that day.

A unit carries a project where it leads it, or where people of its own come along. On the day of the cycle
itself its days away decide, among which is the one on which it dropped out, until it takes that back. For a
project on another day dropping out counts until the unit says yes anew.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from lingju.cobuilding.asked_day import CREWS
from lingju.cobuilding.models import Blackout, Duty, DutyEntry, Enrolment, Project
from lingju.kernel.clock import ZONE

OPEN: Final = (Project.State.PROPOSED, Project.State.CLAIMED, Project.State.UNDERWAY)


@dataclass(frozen=True, slots=True)
class Missing:
    """Who of a project cannot come: whether it is who leads it, and whose people were to come along."""

    lead: bool
    crews: tuple[int, ...]

    @property
    def words(self) -> str:
        """Return in a few words who cannot come."""
        if self.lead:
            return _("牵头单位来不了")
        return _("出人的单位来不了")


@dataclass(frozen=True, slots=True)
class Stake:
    """That a unit leads a project, or that its people come along."""

    project: Project
    leads: bool

    @property
    def words(self) -> str:
        """Return in words what the unit is for the project."""
        told = {"title": self.project.title}
        return _("牵头“%(title)s”") % told if self.leads else _("出人办“%(title)s”") % told


def stakes_of(unit: Enrolment, cycles: Iterable[int]) -> dict[int, list[Stake]]:
    """Return the projects of some cycles that a unit carries and that are still to be done, by cycle."""
    found: dict[int, list[Stake]] = defaultdict(list)
    rows = Project.objects.filter(cycle__in=list(cycles), state__in=OPEN).select_related("area", "cycle")
    for project in rows.prefetch_related("uses__resource").order_by("starts_at", "id"):
        if project.lead_id == unit.pk:
            found[project.cycle_id].append(Stake(project, leads=True))
        elif unit.pk in crews_of(project):
            found[project.cycle_id].append(Stake(project, leads=False))
    return found


def crews_of(project: Project) -> set[int]:
    """Return the units whose own people come along, as a crew or as they were offered."""
    offered = {use.resource.enrolment_id for use in project.uses.all() if use.resource.kind in CREWS}
    return {int(member["unit"]) for member in project.team} | {pk for pk in offered if pk is not None}


def missing_in(projects: Sequence[Project]) -> dict[int, Missing]:
    """Return who cannot come, of each project that is still to be done and wants for somebody."""
    prefetch_related_objects(projects, "uses__resource")
    asked = {one.pk: crews_of(one) | ({one.lead_id} - {None}) for one in projects if one.state in OPEN}
    units = {pk for pks in asked.values() for pk in pks}
    if not units:
        return {}
    away, dropped = _away(units), _dropped(units, {one.cycle_id for one in projects})
    found: dict[int, Missing] = {}
    for project in projects:
        absent = {
            pk
            for pk in asked.get(project.pk, ())
            if _is_away(project, away[pk]) or _has_dropped(project, pk, dropped)
        }
        if absent:
            crews = tuple(sorted(absent & crews_of(project)))
            found[project.pk] = Missing(project.lead_id in absent, crews)
    return found


def day_of(project: Project) -> dt.date | None:
    """Return the day on which a project is done."""
    return project.starts_at.astimezone(ZONE).date() if project.starts_at is not None else project.cycle.date


def _is_away(project: Project, away: Iterable[Blackout]) -> bool:
    day = day_of(project)
    return day is not None and any(row.starts_on <= day <= row.ends_on for row in away)


def _has_dropped(project: Project, unit: int, dropped: dict[tuple[int, int], dt.datetime]) -> bool:
    at = dropped.get((project.cycle_id, unit))
    if at is None or day_of(project) == project.cycle.date:
        return False
    said_yes = project.unit_claimed_at if unit == project.lead_id else None
    return said_yes is None or said_yes < at


def _away(units: Iterable[int]) -> dict[int, list[Blackout]]:
    found: dict[int, list[Blackout]] = defaultdict(list)
    for row in Blackout.objects.filter(enrolment__in=units):
        found[row.enrolment_id].append(row)
    return found


def _dropped(units: Iterable[int], cycles: Iterable[int]) -> dict[tuple[int, int], dt.datetime]:
    """Return when a unit dropped out of a cycle in which it has no turn any more."""
    entries = DutyEntry.objects.filter(
        kind=DutyEntry.Kind.DROPPED, enrolment__in=units, duty__cycle__in=cycles
    ).order_by("id")
    gone = {
        (cycle, unit): at
        for cycle, unit, at in entries.values_list("duty__cycle_id", "enrolment_id", "at")
        if unit is not None
    }
    held = Duty.objects.filter(cycle__in=cycles, enrolment__in=units, state__in=Duty.HELD)
    for cell in held.values_list("cycle_id", "enrolment_id") if gone else ():
        gone.pop(cell, None)
    return gone
