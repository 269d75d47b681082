"""Builders of what units do beside their turns: drafts of units, links, agreements, meetings, tasks."""

import datetime as dt
import itertools
from typing import Any

from lingju.cobuilding.models import Agreement, Enrolment, Meeting, Task
from lingju.cobuilding.rules import UnitBearer
from lingju.cobuilding.services import agreements, enrolling, meetings, tasks
from lingju.cobuilding.services.agreements import AgreementDraft
from lingju.cobuilding.services.enrolling import Terms, UnitDraft
from lingju.cobuilding.services.meetings import MeetingDraft
from lingju.cobuilding.services.tasks import TaskDraft
from lingju.cobuilding.tests.builders import Street
from lingju.kernel import clock
from lingju.people import uscc
from lingju.people.tests import cast
from lingju.places.models import Area

_numbers = itertools.count(1)


def a_key() -> str:
    """Return the key of a press that nobody has made yet."""
    return f"press-of-a-test-{next(_numbers)}"


def a_code() -> str:
    """Return a code of GB 32100 that no organisation has yet."""
    first = f"91140404MA{next(_numbers):07d}"
    return first + uscc.check_character(first)


def a_unit_draft(area: Area, **changes: Any) -> UnitDraft:
    """Describe a unit as it reports in."""
    told: dict[str, Any] = {"name": f"示例供电所{next(_numbers)}", "kind": "state_company"} | changes
    terms = told.pop("terms", Terms(people=4, liaison="示例联络员", phone="13900001111"))
    return UnitDraft(area=area, terms=terms, **told)


def an_enrolled(street: Street, **changes: Any) -> Enrolment:
    """Enrol a unit at the street through the front door, and take it in."""
    unit = enrolling.enrol(a_unit_draft(street.area, **changes), actor=street.leads)
    return enrolling.receive(unit, actor=street.leads)


def the_bearer(unit: Enrolment) -> UnitBearer:
    """Return who comes through the link of a unit."""
    return UnitBearer(unit.pk, unit.district_id)


def an_agreement(street: Street, unit: Enrolment, **changes: Any) -> Agreement:
    """Draw an agreement up between a unit and the community, from today for a year."""
    today = clock.today()
    told: dict[str, Any] = {
        "title": "共驻共建协议",
        "text": "单位每个季度到社区服务一次，社区提供场地。",
        "starts_on": today,
        "ends_on": today + dt.timedelta(days=365),
    } | changes
    draft = AgreementDraft(**told)
    return agreements.draw_up(unit, street.community, draft, key=a_key(), actor=street.carries)


def a_meeting(street: Street, **changes: Any) -> Meeting:
    """Call a joint meeting of the community for today."""
    told: dict[str, Any] = {"title": "第三季度联席会议", "at": clock.now(), "agenda": "一、路灯"} | changes
    return meetings.call(street.community, MeetingDraft(**told), key=a_key(), actor=street.carries)


def a_task(street: Street, title: str = "", *after: Task, **changes: Any) -> Task:
    """Give the community a task that is due in ten days."""
    told: dict[str, Any] = {
        "title": title or f"示例任务{next(_numbers)}",
        "due_on": clock.today() + dt.timedelta(days=10),
        "owner_area": street.community,
        "after": after,
    } | changes
    return tasks.give(street.community, TaskDraft(**told), key=a_key(), actor=street.carries)


def everybody(street: Street) -> dict[str, Any]:
    """Return the cast of the house, and a unit that stands beside, by how tables call them."""
    return {
        "a resident": cast.an_actor_of(cast.a_resident(street.district)),
        "a clerk here": street.carries,
        "a clerk elsewhere": cast.an_actor_of(cast.a_clerk(at=street.neighbour)),
        "a street officer": street.leads,
        "a district officer": street.district_leads,
        "a stranger": cast.a_stranger(street.district),
    }
