"""Builders of the three lists: what is offered, lines with what they take, projects by hand."""

from typing import Any

from lingju.cobuilding.models import Capability, Cycle, Duty, Enrolment, NeedLine, Project, Resource
from lingju.cobuilding.services import listing, offering, projects
from lingju.cobuilding.services.listing import Takes
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.services.projects import ProjectDraft
from lingju.cobuilding.tests.builders import Street, a_cycle, a_role, a_street, a_unit
from lingju.cobuilding.tests.organised import a_key
from lingju.needs.models import Need
from lingju.needs.tests import builders as needs
from lingju.needs.tests.builders import Quarter


def a_scene() -> tuple[Street, Quarter, Cycle]:
    """Found a street with its community's needs, and the cycle of November."""
    street = a_street()
    quarter = needs.a_quarter()
    return street, quarter, a_cycle(street)


def a_listed_line(street: Street, cycle: Cycle, need: Need, **takes: Any) -> NeedLine:
    """Gather the list, and say what the line of a need takes."""
    listing.gather(cycle, actor=street.leads)
    line = cycle.need_lines.get(need=need)
    if takes:
        told: dict[str, Any] = {"demands": {}, "things": {}, "windows": ("pm",)} | takes
        listing.say_what_it_takes(line, Takes(**told), actor=street.carries)
    return line


def on_duty(street: Street, cycle: Cycle, unit: Enrolment) -> Duty:
    """Give a unit the community's duty of a cycle."""
    role = street.series.roles.filter(code="lead").first() or a_role(street)
    return Duty.objects.create(
        district=street.district,
        cycle=cycle,
        area=street.community,
        role=role,
        enrolment=unit,
        state=Duty.State.PUBLISHED,
    )


def a_crew_on_duty(street: Street, cycle: Cycle, *can: Capability, **changes: Any) -> Enrolment:
    """Enrol a unit that can do some things, and has the duty of a cycle."""
    unit = a_unit(street, "", *can, **changes)
    on_duty(street, cycle, unit)
    return unit


def a_resource(street: Street, unit: Enrolment | None = None, **changes: Any) -> Resource:
    """List what a unit, or a resident, offers, and take it in."""
    told: dict[str, Any] = {"kind": "material", "title": "血糖仪", "quantity": 2, "unit": "台"} | changes
    if unit is None:
        told.setdefault("owner_words", "居民老周")
    draft = ResourceDraft(**told)
    row = offering.offer_resource(street.community, draft, key=a_key(), actor=street.carries, enrolment=unit)
    return offering.receive_resource(row, actor=street.carries)


def by_hand(street: Street, cycle: Cycle, *lines: NeedLine, **changes: Any) -> Project:
    """Put a project together by hand."""
    told: dict[str, Any] = {"title": "线路一起查", "lines": lines, "window": "pm"} | changes
    draft = ProjectDraft(**told)
    return projects.put_together(cycle, street.community, draft, key=a_key(), actor=street.carries)
