"""The sheet that goes out with a team: made once for a project, opened at the place by its code.

    made ─▶ arrived (how many) ─▶ left ─▶ told (done, partly, not done)      made ─▶ revoked ─▶ made anew
                                                 project ends ─▶ revoked      cycle put away ─▶ opens no more

The secret is made from the order's number with the keys of this installation: printing twice gives the same
code, and a copy of the database opens none. What a team says came of it waits for the community, which alone
answers residents: photos of the work are kept with the order until it has answered with them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.cobuilding.events import OrderMade
from lingju.cobuilding.models import Cycle, OrderPhoto, Project, WorkOrder
from lingju.cobuilding.rules import TeamBearer, carries_it_out, its_team
from lingju.cobuilding.services import numbers
from lingju.cobuilding.services.delivering import TO_BE_HELD
from lingju.kernel import clock, crypto, vault
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.facts import announce
from lingju.kernel.media import Photo
from lingju.kernel.rules import Actor
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import District
from lingju.places.services import marks
from lingju.places.services.marks import tidy
from lingju.trail.services import leave_footprint

MADE_FOR: Final = "cobuilding.work_order"
DIGEST: Final = "cobuilding.work_order.digest"
MOST_PEOPLE: Final = 500
MOST_HELPED: Final = 100_000
MOST_PHOTOS: Final = 3
MOST_KEPT: Final = 9
LEAST_WORDS: Final = 4
EARLIEST: Final = dt.timedelta(days=1)
TRIES_FROM_HERE: Final = Limit("work_order_from", 60, dt.timedelta(hours=1))
TAKEN_BACK: Final = gettext_lazy("这张派工单已经作废，或者码没扫全。请向发单的社区再要一张。")
# While the work is not delivered yet, the team may still say what came of it.
OPEN: Final = TO_BE_HELD
OFF: Final = (Project.State.ENDED, Project.State.DECLINED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A work order and the secret of its address, which is kept nowhere."""

    order: WorkOrder
    secret: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a team says came of its order; photos show the work and nobody who did not agree."""

    outcome: str
    words: str
    people_helped: int | None = None
    photos: tuple[Photo, ...] = ()
    everybody_agreed: bool = False


def secret_of(order: WorkOrder) -> str:
    """Return the secret of a work order."""
    made_of = f"{order.district_id} {order.project_id} {order.number}"
    return crypto.ring().mark(made_of.encode(), MADE_FOR)


def _digest(secret: str) -> str:
    return crypto.ring().mark(secret.encode(), DIGEST)


@transaction.atomic
def make_order(project: Project, *, actor: Actor) -> Sheet:
    """Make the work order of a project that stands; a second press returns the same.

    One that was taken back gets a new number and a new code. Raises NotNow where the two sides have not
    both claimed it.
    """
    known: WorkOrder | None = WorkOrder.objects.filter(project=project).first()
    _check_standing(project, actor)
    if known is not None and known.revoked_at is None:
        return Sheet(known, secret_of(known))
    return _made(project, known, numbers.next_number(project.district_id, numbers.WORK_ORDER), actor)


@transaction.atomic
def make_orders(projects: Sequence[Project], *, actor: Actor) -> int:
    """Make the work orders of several projects; return how many were made now."""
    for project in projects:
        _check_standing(project, actor)
    known = {order.project_id: order for order in WorkOrder.objects.filter(project__in=projects)}
    missing = [one for one in projects if one.pk not in known or known[one.pk].revoked_at is not None]
    if missing:
        given = numbers.next_numbers(missing[0].district_id, numbers.WORK_ORDER, len(missing))
        for project, number in zip(missing, given, strict=True):
            _made(project, known.get(project.pk), number, actor)
    return len(missing)


def _check_standing(project: Project, actor: Actor) -> None:
    carries_it_out.check(actor, project)
    if project.state not in Project.STANDING:
        raise NotNow(_("双方还没有都认领，开不了派工单。"))


def _made(project: Project, known: WorkOrder | None, number: str, actor: Actor) -> Sheet:
    """Write a work order, or write one that was taken back anew: another number is another code."""
    order = known or WorkOrder(district_id=project.district_id, project=project)
    order.number, order.made_at, order.revoked_at = number, clock.now(), None
    secret = secret_of(order)
    order.digest = _digest(secret)
    if known is None:
        marks.insert(order, actor=actor)
    else:
        order.save(update_fields=["number", "made_at", "revoked_at", "digest"])
        leave_footprint(actor=actor, action="make_anew", subject=order, after={"number": number})
    announce(OrderMade(order.district_id, order.pk))
    return Sheet(order, secret)


def opened(district: District, secret: str) -> WorkOrder:
    """Return the work order that a code opens; raise NotThere with a sentence for any other code.

    Of a project that has ended, and of a cycle that is put away, the sentence says so.
    """
    order: WorkOrder | None = (
        WorkOrder.objects.filter(district=district, digest=_digest(secret[:200]))
        .select_related(
            *("district", "project__area", "project__cycle__area", "project__station"),
            *("project__space", "project__lead__organisation"),
        )
        .first()
    )
    if order is None:
        limits.spend_from_here(TRIES_FROM_HERE, district_id=district.pk)
        raise NotThere(str(TAKEN_BACK))
    if order.project.state in OFF:
        raise NotThere(_("这一项已经终止了，不用再来，谢谢你们。想知道原因，请问发单的社区。"))
    if order.revoked_at is not None:
        raise NotThere(str(TAKEN_BACK))
    if order.project.cycle.state == Cycle.State.ARCHIVED:
        raise NotThere(_("这一期共建日已经归档，派工单打不开了，谢谢你们。要补充，请直接跟社区说。"))
    return order


def bearer_of(order: WorkOrder) -> TeamBearer:
    """Return who acts through the code of an order: its team, and nobody else."""
    return TeamBearer(order_id=order.pk, district_id=order.district_id)


def _check_hand(order: WorkOrder, actor: Actor) -> None:
    """Refuse everybody but the team itself, and whoever carries the project out."""
    if not its_team.allows(actor, order):
        carries_it_out.check(actor, order.project)


def _check_open(order: WorkOrder) -> None:
    """Refuse to note anything of a project that does not stand, or is done, saying which."""
    state = order.project.state
    if state == Project.State.PROPOSED:
        raise NotNow(_("这一项正在换单位来办，先不用记。有事请直接跟社区说。"))
    if state in OFF:
        raise NotNow(_("这一项已经终止了，不用再记。要补充，请直接跟社区说。"))
    if state not in OPEN:
        raise NotNow(_("社区已经办结了这一项，谢谢你们。要补充，请直接跟社区说。"))


@transaction.atomic
def arrive(order: WorkOrder, people: int, *, actor: Actor) -> bool:
    """Note that the team is there, and how many came; say whether it was news. Again corrects the number.

    Raises BadInput, NotNow more than a day before its hour, and once the project is done or has ended.
    """
    _check_hand(order, actor)
    _check_open(order)
    begins = order.project.starts_at
    if begins is not None and clock.now() < begins - EARLIEST:
        raise NotNow(_("还没到日子，到了那天再记。"))
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
    _check_hand(order, actor)
    if order.arrived_at is None:
        raise NotNow(_("还没有记到场，先点“我们到了”。"))
    moved = WorkOrder.objects.filter(pk=order.pk, left_at__isnull=True).update(left_at=clock.now())
    if moved:
        order.refresh_from_db()
        leave_footprint(actor=actor, action="go", subject=order)
    return bool(moved)


@transaction.atomic
def tell(order: WorkOrder, told: Told, *, actor: Actor) -> bool:
    """Note what the team says came of it; say whether it was news. Again corrects what was said.

    No resident hears of it from here: the community looks at it, and answers. Raises BadInput by field,
    NotNow where the project has been delivered, or has ended.
    """
    _check_hand(order, actor)
    words = _check_told(told)
    _check_open(order)
    said: dict[str, Any] = {
        "outcome": told.outcome,
        "words": words,
        "people_helped": told.people_helped,
    }
    if told.photos:
        _keep(order, told.photos)
    moved = WorkOrder.objects.filter(pk=order.pk).exclude(**said).update(**said, told_at=clock.now())
    if moved:
        order.refresh_from_db()
        after = {"outcome": told.outcome, "photos": len(told.photos)}
        leave_footprint(actor=actor, action="tell", subject=order, after=after)
    return bool(moved)


def _keep(order: WorkOrder, photos: tuple[Photo, ...]) -> None:
    """Keep photos of the work with an order, so many in all and no more; the same one once."""
    WorkOrder.objects.select_for_update().get(pk=order.pk)  # two phones at once would keep too many
    known = set(order.photos.values_list("name", flat=True))
    new = {photo.sha256: photo for photo in photos if photo.sha256 not in known}
    if len(known) + len(new) > MOST_KEPT:
        sentence = _("一张派工单最多留 %(most)d 张照片，已经够了，不用再传。") % {"most": MOST_KEPT}
        raise BadInput(sentence, {"photo": sentence})
    OrderPhoto.objects.bulk_create(
        OrderPhoto(
            district_id=order.district_id,
            order=order,
            name=vault.put(order.district_id, photo.content),
            mime=photo.mime,
        )
        for photo in new.values()
    )


def photo(kept: OrderPhoto, *, actor: Actor) -> bytes:
    """Return the bytes of a photo that a team sent; that somebody at the desk looked leaves a footprint."""
    carries_it_out.check(actor, kept.order.project)
    try:
        content = vault.get(kept.district_id, kept.name)
    except FileNotFoundError:
        raise NotThere(_("这张照片已经不在了。")) from None
    leave_footprint(actor=actor, action="read", subject=kept.order)
    return content


def files_of(district_id: int) -> set[str]:
    """Return the names of the files of a district that are kept with work orders."""
    return set(OrderPhoto.objects.filter(district_id=district_id).values_list("name", flat=True))


def _check_told(told: Told) -> str:
    faults: dict[str, str] = {}
    words = tidy(told.words)
    if told.outcome not in WorkOrder.Outcome.values:
        faults["outcome"] = _("请选一个结果。")
    if not LEAST_WORDS <= len(words) <= 300:
        faults["words"] = _("请写一两句：办了什么，还差什么。")
    if told.people_helped is not None and not 0 <= told.people_helped <= MOST_HELPED:
        faults["people_helped"] = _("服务人数要是 0 到 %(n)d 的整数。") % {"n": MOST_HELPED}
    faults |= photo_faults(told.photos, told.everybody_agreed)
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return words


def photo_faults(photos: Sequence[Photo], everybody_agreed: bool) -> dict[str, str]:
    """Return what is wrong with photos of the work, by field: too many, or somebody was not asked."""
    faults: dict[str, str] = {}
    if len(photos) > MOST_PHOTOS:
        faults["photo"] = _("照片最多 %(most)d 张，请挑最清楚的。") % {"most": MOST_PHOTOS}
    if photos and not everybody_agreed:
        faults["agreed"] = _("拍到的人都同意了，才能传照片。没有问过，就不传。")
    return faults


@transaction.atomic
def revoke(order: WorkOrder, *, actor: Actor) -> bool:
    """Take a work order back: its code opens nothing from now on, the photos sent with it are gone."""
    carries_it_out.check(actor, order.project)
    moved = WorkOrder.objects.filter(pk=order.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
    if moved:
        OrderPhoto.objects.filter(order=order).delete()
        leave_footprint(actor=actor, action="revoke", subject=order)
    return bool(moved)
