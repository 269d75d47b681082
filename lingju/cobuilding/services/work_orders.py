"""The sheet that goes out with a team: made once for a project, opened at the place by its code.

The secret is made from the project with the keys of this installation: printing twice gives the same code,
and a copy of the database opens none.
"""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Project, WorkOrder
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import numbers
from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import District
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

MADE_FOR: Final = "cobuilding.work_order"
DIGEST: Final = "cobuilding.work_order.digest"
MOST_PEOPLE: Final = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """A work order and the secret of its address, which is kept nowhere."""

    order: WorkOrder
    secret: str


def secret_of(project: Project) -> str:
    """Return the secret of a project's work order."""
    return crypto.ring().mark(f"{project.district_id} {project.pk}".encode(), MADE_FOR)


def _digest(secret: str) -> str:
    return crypto.ring().mark(secret.encode(), DIGEST)


@transaction.atomic
def make_order(project: Project, *, actor: Actor) -> Sheet:
    """Make the work order of a project that stands; a second press returns the same.

    Raises NotNow where the two sides have not both claimed it.
    """
    carries_it_out.check(actor, project)
    if project.state not in Project.STANDING:
        raise NotNow(_("双方还没有都认领，开不了派工单。"))
    secret = secret_of(project)
    known: WorkOrder | None = WorkOrder.objects.filter(project=project).first()
    if known is not None:
        return Sheet(known, secret)
    order = WorkOrder(
        district_id=project.district_id,
        project=project,
        number=numbers.next_number(project.district_id, numbers.WORK_ORDER),
        digest=_digest(secret),
    )
    return Sheet(marks.insert(order, actor=actor), secret)


def opened(district: District, secret: str) -> WorkOrder:
    """Return the work order that a code opens; raise NotThere with a sentence for any other code."""
    order = (
        WorkOrder.objects.filter(district=district, digest=_digest(secret[:200]), revoked_at__isnull=True)
        .select_related("project__area", "project__cycle", "project__station", "project__lead__organisation")
        .first()
    )
    if order is None:
        raise NotThere(_("这张派工单已经作废，或者码没扫全。请向发单的社区再要一张。"))
    return order


@transaction.atomic
def arrive(order: WorkOrder, people: int, *, actor: Actor) -> bool:
    """Note that the team is there, and how many came; say whether it was news. Again corrects the number."""
    if not 1 <= people <= MOST_PEOPLE:
        sentence = _("请填来了几个人，1 到 %(n)d。") % {"n": MOST_PEOPLE}
        raise BadInput(sentence, {"people": sentence})
    came = order.arrived_at is None
    at = order.arrived_at or clock.now()
    moved = (
        WorkOrder.objects.filter(pk=order.pk)
        .exclude(arrived_at__isnull=False, people_came=people)
        .update(arrived_at=at, people_came=people)
    )
    if moved:
        order.refresh_from_db()
        leave_footprint(actor=actor, action="arrive", subject=order, after={"people": people})
    return came


@transaction.atomic
def go(order: WorkOrder, *, actor: Actor) -> bool:
    """Note that the team has left; say whether it was news."""
    if order.arrived_at is None:
        raise NotNow(_("还没有记到场，先点“我们到了”。"))
    moved = WorkOrder.objects.filter(pk=order.pk, left_at__isnull=True).update(left_at=clock.now())
    if moved:
        order.refresh_from_db()
        leave_footprint(actor=actor, action="go", subject=order)
    return bool(moved)


@transaction.atomic
def revoke(order: WorkOrder, *, actor: Actor) -> bool:
    """Take a work order back; its code opens nothing from now on."""
    carries_it_out.check(actor, order.project)
    moved = WorkOrder.objects.filter(pk=order.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
    if moved:
        leave_footprint(actor=actor, action="revoke", subject=order)
    return bool(moved)
