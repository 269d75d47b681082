"""Builders of the day itself: a project that both sides have claimed, its team, what it came to."""

import itertools
from dataclasses import dataclass, replace

from django.test import Client

from lingju.activities.models import HeadCount, Session
from lingju.activities.services import attendance
from lingju.activities.services.attendance import Entry
from lingju.cobuilding.models import CommunityPlan, Cycle, Duty, Enrolment, NeedLine, Project, WorkOrder
from lingju.cobuilding.services import cycles, delivering, plans, projects, work_orders
from lingju.cobuilding.services.delivering import Delivery
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.services.projects import Crew
from lingju.cobuilding.tests import listed
from lingju.cobuilding.tests.builders import Street, a_cycle, a_role, a_unit
from lingju.needs.services.saying import Receipt
from lingju.needs.tests import builders as needs
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast

_numbers = itertools.count(1)
DONE = Delivery("路灯换了新灯头，线路也查过了", 18)


@dataclass(frozen=True)
class Scene:
    """A street, what a resident asked for, and the project that was claimed for it by both sides."""

    street: Street
    quarter: Quarter
    cycle: Cycle
    unit: Enrolment
    receipt: Receipt
    line: NeedLine
    project: Project

    @property
    def receipt_now(self) -> Receipt:
        """Return the receipt with its need as it stands in the database now."""
        need = needs.fresh(self.receipt.need)
        asker = need.askers.get()
        asker.need = need
        return replace(self.receipt, need=need, asker=asker)


def a_scene() -> Scene:
    """Found a street with a cycle in November, and one project that stands."""
    street, quarter, cycle = listed.a_scene()
    unit = a_unit(street, people=6)
    return another(Scene(street, quarter, cycle, unit, None, None, None), unit)  # type: ignore[arg-type]


def another(scene: Scene, unit: Enrolment | None = None) -> Scene:
    """Return the same street with another need, and a project for it that both sides have claimed."""
    street, cycle = scene.street, scene.cycle
    number = next(_numbers)
    receipt = needs.a_receipt(scene.quarter, f"第 {number} 户想请人修门锁，关不上", kind="help_repair")
    line = listed.a_listed_line(street, cycle, receipt.need, demands={"any": 2})
    unit = unit or a_unit(street, people=6)
    project = listed.by_hand(
        street, cycle, line, title=f"修门锁{number}", lead=unit, team=(Crew(unit, 2),), place_words="三号楼前"
    )
    projects.claim(project, projects.COMMUNITY, actor=street.carries)
    project = projects.claim(project, projects.UNIT, note="电话里说好了", actor=street.leads)
    line.refresh_from_db()
    return Scene(street, scene.quarter, cycle, unit, receipt, line, project)


def an_open_duty(street: Street) -> Duty:
    """Put an empty turn of the community into November, as a rota does."""
    cycle, role = a_cycle(street), a_role(street)
    return Duty.objects.create(district=street.district, cycle=cycle, area=street.community, role=role)


def delivered(scene: Scene, delivery: Delivery = DONE) -> Project:
    """Deliver the project as the community's clerk."""
    return delivering.deliver(scene.project, delivery, actor=scene.street.carries)


def judged(scene: Scene, satisfied: str = "satisfied", solved: str = "yes", why: str = "") -> None:
    """Let the resident say what they think, and the list hear of it."""
    needs.judged(scene.receipt_now, satisfied, solved, why)
    delivering.hear(scene.street.district.pk, scene.receipt.need.pk)


def a_confirmed_plan(scene: Scene) -> CommunityPlan:
    """Plan the community's day and let it stand: it becomes a session."""
    street, cycle = scene.street, scene.cycle
    if cycle.state == Cycle.State.GENERATED:
        cycles.announce_cycle(cycle, "查线路", actor=street.leads)
    draft = PlanDraft("下午查线路、教灭火器", place_words="小区门口")
    plan = plans.draft_plan(cycle, street.community, draft, actor=street.carries)
    plans.submit_plan(plan, actor=street.carries)
    return plans.confirm_plan(plan, actor=street.leads)


def counted(session: Session, people: int, scene: Scene) -> None:
    """Count people who simply came to a session."""
    entry = Entry(
        f"press-of-a-count-{next(_numbers)}", kind="walk_in", people=people, group=HeadCount.Group.ELDER.value
    )
    (outcome,) = attendance.take_in(session, [entry], actor=scene.street.carries)
    assert outcome.was_kept, outcome.words


def clerk_of(scene: Scene) -> Client:
    """Return the browser of the community's clerk."""
    return cast.signed_in_client(scene.street.clerk)


def the_orders(scene: Scene) -> str:
    """Return the address of the cycle's work orders."""
    return f"/desk/days/{scene.cycle.number}/orders/"


def sent_out(scene: Scene) -> tuple[WorkOrder, str]:
    """Make the work order of the project; return it with the address that its code opens."""
    sheet = work_orders.make_order(scene.project, actor=scene.street.carries)
    return sheet.order, f"/w/{sheet.secret}/"
