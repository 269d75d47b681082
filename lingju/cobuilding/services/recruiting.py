"""Calling volunteers for a project: a call of its own in volunteering, which finds and asks people.

    call_for    one call at a time, sent for review
    follow      the project moved: its calls go along, or are called off where somebody has said yes
    call_off    the project is off, and so are its calls

The project is the call's cause, so that who came, and for how long, is read back from the evidence there.
Nobody is assigned: whoever comes has said so; another person than whoever wrote the call opens it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.events import CallOvertaken
from lingju.cobuilding.models import Project
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import askers
from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Station
from lingju.places.services.marks import press_key
from lingju.volunteering.models import Call
from lingju.volunteering.queries import calls
from lingju.volunteering.services import calling
from lingju.volunteering.services.calling import CallPlan, Cause

CAUSE: Final = "cobuilding-project"
# What takes answers now, or will once it is reviewed.
TAKING: Final = (Call.State.DRAFT, Call.State.REVIEW, Call.State.RECRUITING)


@dataclass(frozen=True, slots=True)
class Recruit:
    """How many are wanted for what, and what may go wrong."""

    wanted: int
    summary: str
    risk_text: str
    is_risky: bool = False
    insurance: str = ""
    insured_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where a project meets."""

    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    station: Station | None
    place_words: str


def meeting_of(project: Project) -> Meeting:
    """Return when and where a project meets, as a call for it says."""
    place = project.place_words or ("" if project.station else project.area.short_name)
    return Meeting(project.starts_at, project.ends_at, project.station, place)


@transaction.atomic
def call_for(project: Project, recruit: Recruit, *, key: str, actor: Actor) -> Call:
    """Call volunteers for a project that stands, and send the call for review; the same press is one call.

    Raises NotNow where the project does not stand, has no hours, or is called for already; BadInput by field.
    """
    carries_it_out.check(actor, project)
    Project.objects.select_for_update().get(pk=project.pk)  # two presses at once come one after the other
    if project.state not in (Project.State.CLAIMED, Project.State.UNDERWAY):
        raise NotNow(_("双方都认领、还没有办结的项目，才招募志愿者。"))
    meets = meeting_of(project)
    if meets.starts_at is None or meets.ends_at is None:
        raise NotNow(_("这个项目还没有定时间，先定时间再招募。"))
    standing = taking(project)
    if standing is not None and standing.key != press_key(key):
        told = {"state": standing.get_state_display(), "n": standing.wanted}
        raise NotNow(
            _("这个项目已经有一份招募（%(state)s，要 %(n)d 人），没有再发一份。要改，到那份招募里办。") % told
        )
    plan = CallPlan(
        title=project.title,
        summary=recruit.summary,
        area=project.area,
        starts_at=meets.starts_at,
        ends_at=meets.ends_at,
        wanted=recruit.wanted,
        station=meets.station,
        place_words=meets.place_words,
        risk_text=recruit.risk_text,
        is_risky=recruit.is_risky,
        insurance=recruit.insurance,
        insured_until=recruit.insured_until,
    )
    return calling.open_call(plan, key=key, actor=actor, cause=Cause(CAUSE, project.pk))


def calls_of(project: Project) -> list[Call]:
    """Return the calls that were opened for a project, the newest first."""
    return calls.calls_for(CAUSE, project.pk, project.district_id)


def taking(project: Project) -> Call | None:
    """Return the call for a project that takes answers, or will; there is one at most."""
    return next((call for call in calls_of(project) if call.state in TAKING), None)


def follow(project: Project, before: Meeting) -> None:
    """Let the calls for a project go along to its new hours and place; call it inside the verb's transaction.

    Nobody may come at the old hour: a call that somebody has said yes to is called off with the reason, and
    the desk is asked to write it anew.
    """
    system = SystemActor(project.district_id)
    for call in _to_come(project):
        there = _there(call, before, meeting_of(project))
        if there is not None and all(getattr(call, name) == value for name, value in there.items()):
            continue  # what changed is not the call's: another room, or a place that it does not use
        if there is not None and calling.may_move(call, there["ends_at"]):
            calling.move(call, there, actor=system)
        else:
            calling.cancel(call, _why_moved(project), actor=system)
            announce(CallOvertaken(project.district_id, project.pk, call.pk))


def call_off(project: Project, why: str) -> None:
    """Call off the calls for a project that is off; call it inside the verb's transaction."""
    for call in _to_come(project):
        calling.cancel(call, why, actor=SystemActor(project.district_id))


def _to_come(project: Project) -> list[Call]:
    """Return the calls that have not begun; of one that has, its desk sees to the hours that were served."""
    return [c for c in calls_of(project) if c.state in Call.BEFORE and c.starts_at > clock.now()]


def _there(call: Call, before: Meeting, now: Meeting) -> dict[str, Any] | None:
    """Return a call's hours and place as it goes along; None where the project has no hour any more.

    What the desk had set apart from the project's own, an earlier hour or a place to gather, stays apart.
    """
    if now.starts_at is None or now.ends_at is None:
        return None
    found: dict[str, Any] = {"starts_at": now.starts_at, "ends_at": now.ends_at}
    if before.starts_at is not None and call.starts_at != before.starts_at:
        starts_at = call.starts_at + (now.starts_at - before.starts_at)
        found = {"starts_at": starts_at, "ends_at": starts_at + (call.ends_at - call.starts_at)}
    if (call.station, call.place_words) == (before.station, before.place_words):
        found |= {"station": now.station, "place_words": now.place_words}
        found |= {"space": None} if now.station != call.station else {}
    return found


def _why_moved(project: Project) -> str:
    if project.starts_at is None:
        return _("项目改期了，新的日子还没定")
    told = {"when": askers.when_words(project.starts_at), "where": askers.where_words(project)}
    return _("项目改到%(when)s，在%(where)s") % told
