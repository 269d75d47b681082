"""Handing a project over: another unit leads it, or another's people come along, where those named cannot.

    claimed, underway ─hand_over─▶ proposed ─claim (the new unit)─▶ claimed

Whoever leads it anew has to claim it under its own link, as the first did; until then it does not stand. The
community's yes stays, and so do its hours, its room and its calls for volunteers. Where only those who come
along change, it stands on.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding import absence
from lingju.cobuilding.asked_day import CREWS
from lingju.cobuilding.events import ProjectHandedOver
from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.models import Enrolment, NeedLine, Project, Use, WorkOrder
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import askers, work_orders
from lingju.cobuilding.services.listing import ANY
from lingju.cobuilding.services.projects import check_room, locked
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import said_why, same_district

L = NeedLine.State
Instead = Mapping[int, Enrolment | None]


@transaction.atomic
def hand_over(
    project: Project,
    lead: Enrolment,
    instead: Instead,
    reason: str,
    *,
    actor: Actor,
    version: int | None = None,
) -> Project:
    """Let another unit lead a project, and others come along; `instead` says who for whom, None for nobody.

    The same lead again is asked anew where it cannot come. Raises BadInput by field, NotNow (it is done,
    nothing is left of a unit's people), SomeoneWasFaster.
    """
    carries_it_out.check(actor, project)
    reason = said_why(reason, _("请写一句为什么换，比如“那天有防汛任务”。"))[:120]
    fresh = locked(project, version)
    if fresh.state not in absence.OPEN:
        raise NotNow(_("这个项目已经办了或者不办了，不用再换单位。"))
    missing = absence.missing_in([fresh]).get(fresh.pk)
    asks_anew = lead.pk != fresh.lead_id or (missing is not None and missing.lead)
    same_district(fresh.district_id, lead, *(unit for unit in instead.values() if unit is not None))
    _check(fresh, lead, instead, asks_anew=asks_anew)
    before = _carriers(fresh)
    team = _team(fresh, instead)
    if asks_anew:
        _ask(fresh, lead, team, reason, actor)
    else:
        marks.amend(fresh, {"team": team}, actor=actor, action="change_crew")
    check_room(fresh)
    for order in WorkOrder.objects.filter(project=fresh).select_related("project__area"):
        work_orders.revoke(order, actor=actor)
    after = _carriers(fresh)
    asked = tuple(sorted(after - before | ({lead.pk} if asks_anew else set())))
    announce(ProjectHandedOver(fresh.district_id, fresh.pk, asked, tuple(sorted(before - after))))
    return fresh


def _check(project: Project, lead: Enrolment, instead: Instead, *, asks_anew: bool) -> None:
    """Refuse what changes nothing, and units that take no turns now."""
    if not asks_anew and not instead:
        sentence = _("没有要换的：还是原来的单位。")
        raise BadInput(sentence, {"lead": sentence})
    for unit in (lead, *(unit for unit in instead.values() if unit is not None)):
        if unit.state != Enrolment.State.ACTIVE and unit.pk != project.lead_id:
            raise NotNow(_("%(unit)s现在不在轮值名册里，请换一家。") % {"unit": unit})


def _ask(project: Project, lead: Enrolment, team: list[dict[str, Any]], reason: str, actor: Actor) -> None:
    """Let a unit be asked for the lead: the project stands no more until it claims it."""
    if project.state != Project.State.PROPOSED:
        askers.tell_handed_over(project, actor=actor)
    changes = {"lead_id": lead.pk, "team": team, "unit_claimed_at": None, "state_reason": ""}
    PROJECTS.take("hand_over", project, actor=actor, note=reason, changes=changes)
    for line in project.lines.filter(state__in=(L.MATCHED, L.PLANNED)):
        NeedLine.objects.filter(pk=line.pk).update(state=L.UNMATCHED, version=line.version + 1)


def _team(project: Project, instead: Instead) -> list[dict[str, Any]]:
    """Return the team with others for those who are replaced; their own offers of people are used no more."""
    people: Counter[tuple[int, str]] = Counter()
    for member in project.team:
        _put(people, int(member["unit"]), str(member.get("capability", ANY)), int(member["people"]), instead)
    offers = Use.objects.filter(project=project, resource__enrolment__in=instead, resource__kind__in=CREWS)
    for use in offers.select_related("resource").prefetch_related("resource__capabilities"):
        can = next((capability.code for capability in use.resource.capabilities.all()), ANY)
        if use.resource.enrolment_id is not None:
            _put(people, use.resource.enrolment_id, can, use.quantity, instead)
    offers.delete()
    return [
        {"unit": unit, "capability": capability, "people": number}
        for (unit, capability), number in people.items()
    ]


def _put(people: Counter[tuple[int, str]], unit: int, capability: str, number: int, instead: Instead) -> None:
    """Count people for whoever brings them now."""
    if unit not in instead:
        people[unit, capability] += number
    elif (other := instead[unit]) is not None:
        people[other.pk, capability] += number


def _carriers(project: Project) -> set[int]:
    lent = Use.objects.filter(project=project, resource__kind__in=CREWS)
    named = {project.lead_id, *lent.values_list("resource__enrolment_id", flat=True)}
    return {int(member["unit"]) for member in project.team} | {pk for pk in named if pk is not None}
