"""A work order of the small district's co-building day: a project that both sides have claimed, sent out."""

from dataclasses import dataclass

from lingju.cobuilding.models import Cycle, Enrolment, OrderPhoto, Project
from lingju.cobuilding.services import work_orders
from lingju.kernel import clock, vault
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area


@dataclass(frozen=True)
class SentOut:
    """A project that stands, and the code of its work order."""

    project: Project
    secret: str
    photo: OrderPhoto


def the_order_of(area: Area, unit: Enrolment, cycle: Cycle, word: str) -> SentOut:
    """Let a project of one community stand, and make its work order."""
    now = clock.now()
    project = Project.objects.create(
        district=area.district,
        cycle=cycle,
        area=area,
        number=f"X-{word}",
        title=f"{word}上门修锁",
        lead=unit,
        window="pm",
        state=Project.State.CLAIMED,
        unit_claimed_at=now,
        area_claimed_at=now,
        key=f"world-standing-{word}",
    )
    sheet = work_orders.make_order(project, actor=SystemActor(area.district_id))
    photo = OrderPhoto.objects.create(
        district=area.district,
        order=sheet.order,
        name=vault.put(area.district_id, f"{word}的活儿".encode()),
        mime="image/jpeg",
    )
    return SentOut(project, sheet.secret, photo)
