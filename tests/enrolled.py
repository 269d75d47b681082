"""Who takes part in the small district's co-building day: a unit, a member, what was agreed."""

import datetime as dt
from dataclasses import dataclass

from lingju.cobuilding.models import (
    Agreement,
    Cycle,
    Enrolment,
    Meeting,
    Member,
    NeedLine,
    Project,
    Resource,
    Task,
)
from lingju.cobuilding.services import (
    agreements,
    catalogue,
    cycles,
    enrolling,
    listing,
    meetings,
    members,
    offering,
    projects,
    tasks,
    unit_links,
)
from lingju.cobuilding.services.agreements import AgreementDraft
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.services.enrolling import UnitDraft
from lingju.cobuilding.services.meetings import MeetingDraft
from lingju.cobuilding.services.members import MemberDraft
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.services.projects import ProjectDraft
from lingju.cobuilding.services.tasks import TaskDraft
from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area
from tests.sent_out import SentOut, the_order_of
from tests.turned import Turned, the_turns_of


@dataclass(frozen=True)
class Enrolled:
    """One community's units and what was agreed with them."""

    unit: Enrolment
    secret: str
    member: Member
    agreement: Agreement
    meeting: Meeting
    task: Task
    cycle: Cycle
    told: Cycle
    line: NeedLine
    resource: Resource
    project: Project
    turned: Turned
    sent: SentOut


def the_enrolled_of(area: Area, word: str) -> Enrolled:
    """Tell who takes part in one community; every name begins with its word."""
    actor = SystemActor(area.district_id)
    catalogue.fill(area.district, actor=actor)
    unit = enrolling.enrol(UnitDraft(area, f"{word}供电所", "institution"), actor=actor)
    enrolling.receive(unit, actor=actor)
    link = unit_links.make(unit, key=f"world-unit-{word}", actor=actor)
    draft = MemberDraft(f"{word}热心的邻居", enrolment=unit, agreed=True)
    member = members.register(area, draft, key=f"world-member-{word}", actor=actor)
    today = clock.today()
    terms = AgreementDraft(f"{word}共建协议", "每月一起查一次线路。", today, today + dt.timedelta(days=300))
    agreement = agreements.draw_up(unit, area, terms, key=f"world-agreement-{word}", actor=actor)
    soon = clock.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=4)
    meeting = meetings.call(
        area, MeetingDraft(f"{word}联席会议", soon, f"{word}议事室"), key=f"world-meeting-{word}", actor=actor
    )
    wanted = TaskDraft(f"{word}装充电桩", today + dt.timedelta(days=30), owner_area=area)
    task = tasks.give(area, wanted, key=f"world-task-{word}", actor=actor)
    cycle, line, resource = the_lists_of(area, unit, word, actor)
    told = the_day_before(cycle, actor)
    project = a_project_of(area, unit, cycle, line, word, actor)
    agreed = (agreement, meeting, task)
    turned = the_turns_of(area, unit, actor)
    sent = the_order_of(area, unit, cycle, word)
    return Enrolled(unit, link.secret, member, *agreed, cycle, told, line, resource, project, turned, sent)


def a_project_of(
    area: Area, unit: Enrolment, cycle: Cycle, line: NeedLine, word: str, actor: SystemActor
) -> Project:
    """Put a project of one community together by hand; nobody has said yes to it yet."""
    together = ProjectDraft(f"{word}线路一起查", (line,), "pm", lead=unit)
    return projects.put_together(cycle, area, together, key=f"world-project-{word}", actor=actor)


def the_day_before(cycle: Cycle, actor: SystemActor) -> Cycle:
    """Announce the day of the month before, which everybody may read."""
    told = cycle.series.cycles.earliest("month")
    return told if told.state != Cycle.State.GENERATED else cycles.announce_cycle(told, actor=actor)


def the_lists_of(
    area: Area, unit: Enrolment, word: str, actor: SystemActor
) -> tuple[Cycle, NeedLine, Resource]:
    """Gather the lists of the street's coming cycle, with what one community needs and its unit offers."""
    assert area.parent is not None
    last_month = clock.today().replace(day=1) - dt.timedelta(days=1)
    rule = SeriesDraft("城市共建日", since=last_month.replace(day=1))
    series = cycles.set_series(area.parent, rule, actor=actor)
    cycles.open_cycles(series, clock.today(), actor=actor)
    cycle = series.cycles.filter(month__lte=clock.today()).latest("month")
    listing.gather(cycle, actor=actor)
    offered = ResourceDraft("people", f"{word}电工", quantity=4)
    key = f"world-resource-{word}"
    resource = offering.offer_resource(area, offered, key=key, actor=actor, enrolment=unit)
    return cycle, cycle.need_lines.filter(area=area).earliest("pk"), resource
