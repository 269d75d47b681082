"""Calling volunteers for a project: a call of its own in volunteering, which finds and asks people.

The project is the call's cause, so that who came, and for how long, is read back from the evidence there.
Nobody is assigned: whoever comes has said so; another person than whoever wrote the call opens it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lingju.cobuilding.models import Project
from lingju.cobuilding.rules import carries_it_out
from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor
from lingju.volunteering.models import Call
from lingju.volunteering.queries import calls
from lingju.volunteering.services import calling
from lingju.volunteering.services.calling import CallPlan, Cause

CAUSE: Final = "cobuilding-project"


@dataclass(frozen=True, slots=True)
class Recruit:
    """How many are wanted for what, and what may go wrong."""

    wanted: int
    summary: str
    risk_text: str
    is_risky: bool = False
    insurance: str = ""
    insured_until: dt.date | None = None


def call_for(project: Project, recruit: Recruit, *, key: str, actor: Actor) -> Call:
    """Call volunteers for a project that stands, and send the call for review; the same press is one call.

    Raises NotNow where the project does not stand or has no hours, BadInput by field.
    """
    carries_it_out.check(actor, project)
    if project.state not in (Project.State.CLAIMED, Project.State.UNDERWAY):
        raise NotNow(_("双方都认领、还没有办结的项目，才招募志愿者。"))
    if project.starts_at is None or project.ends_at is None:
        raise NotNow(_("这个项目还没有定时间，先定时间再招募。"))
    plan = CallPlan(
        title=project.title,
        summary=recruit.summary,
        area=project.area,
        starts_at=project.starts_at,
        ends_at=project.ends_at,
        wanted=recruit.wanted,
        station=project.station,
        place_words=project.place_words or ("" if project.station else project.area.short_name),
        risk_text=recruit.risk_text,
        is_risky=recruit.is_risky,
        insurance=recruit.insurance,
        insured_until=recruit.insured_until,
    )
    return calling.open_call(plan, key=key, actor=actor, cause=Cause(CAUSE, project.pk))


def calls_of(project: Project) -> list[Call]:
    """Return the calls that were opened for a project, the newest first."""
    return calls.calls_for(CAUSE, project.pk, project.district_id)
