"""Who helps in the small district: a call somebody said yes to, one that is over, a team, a certificate."""

import datetime as dt
from dataclasses import dataclass

import time_machine

from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.people.actors import actor_of
from lingju.people.models import Account
from lingju.places.models import Area, Station
from lingju.volunteering.models import Call, Invitation, ServiceCertificate, Team, Volunteer
from lingju.volunteering.rules import Known
from lingju.volunteering.services import (
    attending,
    calling,
    certificates,
    confirming,
    enrolling,
    inviting,
    library,
    teams,
)
from lingju.volunteering.services.attending import Entry
from lingju.volunteering.services.calling import CallPlan
from lingju.volunteering.services.certificates import Issuing
from lingju.volunteering.services.enrolling import Enrolment
from lingju.volunteering.services.teams import TeamDraft


@dataclass(frozen=True)
class Volunteered:
    """One community's volunteering."""

    call: Call
    invitation: Invitation
    volunteer: Volunteer
    team: Team
    paper: ServiceCertificate


def the_volunteers_of(area: Area, station: Station, word: str, colleague: Account) -> Volunteered:
    """Tell one community's volunteering; every title in it begins with its word."""
    actor = SystemActor(area.district_id)
    signs = actor_of(colleague, second_factor=True)
    library.fill(area.district, actor=actor)
    enrolment = Enrolment(
        f"{word}热心的苗大妈", area, dt.date(1970, 1, 2), phone="", has_agreed=True, is_told=True
    )
    person = enrolling.enrol(enrolment, key=f"world-volunteer-{word}", actor=actor).volunteer
    team = teams.found(TeamDraft(f"{word}红马甲队", area, "陪诊、代买药", station), actor=actor)
    past = clock.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=2)
    oneself = Known(person.pk, person.district_id)
    with time_machine.travel(past - dt.timedelta(days=1), tick=True):
        over = _a_call(area, station, f"{word}楼道清理", past)
        came = inviting.say_yes(over, person, risk_told=True, actor=oneself)
    for minutes, kind in ((0, "in"), (60, "out")):
        with time_machine.travel(past + dt.timedelta(minutes=minutes), tick=True):
            entry = Entry(f"world-press-{word}-{kind}", kind, "name", invitation_id=came.pk)
            attending.check_in(over, entry, actor=actor)
    confirming.confirm(over, person, key=f"world-signed-{word}", actor=signs)
    paper = certificates.ask(
        person, over.day, clock.today(), f"{word}苗大妈", key=f"world-paper-{word}", actor=oneself
    )
    certificates.issue(paper, Issuing(f"{word}居委会", "示例主任", "示例经办", "0355-1"), actor=signs)
    call = _a_call(area, station, f"{word}敬老送餐", clock.now() + dt.timedelta(days=3))
    invitation = inviting.invite(call, person, actor=actor)
    return Volunteered(call, invitation, person, team, paper)


def _a_call(area: Area, station: Station, title: str, starts_at: dt.datetime) -> Call:
    actor = SystemActor(area.district_id)
    plan = CallPlan(
        title=title,
        summary="一起搭把手，工具都有。",
        area=area,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        wanted=5,
        station=station,
        risk_text="路滑慢走，随时可以停。",
    )
    call = calling.open_call(plan, key=f"world-call-{title}", actor=actor)
    return calling.approve(call, actor=actor)
