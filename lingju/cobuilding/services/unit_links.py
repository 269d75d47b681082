"""Addresses of enrolled units: made, shown once, taken back at any time; only a digest is kept.

The secret is made from the press (`key`) and the unit, with the keys of this installation: the same press
again shows the same address, and a copy of the database opens none.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import models, transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Enrolment, UnitLink
from lingju.cobuilding.rules import UnitBearer, carries_it_out
from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.rules import Actor
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import District
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

MADE_FOR: Final = "cobuilding.unit"
DIGEST: Final = "cobuilding.unit.digest"
LENGTH: Final = 64
MOST_LIVE: Final = 5
MOST_DAYS: Final = 400
READS: Final = Limit("unit_link", 300, dt.timedelta(hours=1))
TRIES_FROM_HERE: Final = Limit("unit_link_from", 30, dt.timedelta(hours=1))
SEEN_EVERY: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Made:
    """An address that was made, and its secret, which is kept nowhere."""

    link: UnitLink
    secret: str


@transaction.atomic
def make(enrolment: Enrolment, *, key: str, actor: Actor, days: int = 366) -> Made:
    """Make the secret of a unit's address; the same press again returns the same.

    Raises NotNow where the unit has ended, or too many addresses are in force.
    """
    carries_it_out.check(actor, enrolment)
    if not 1 <= days <= MOST_DAYS:
        sentence = _("有效期请填 1 到 400 天。")
        raise BadInput(sentence, {"days": sentence})
    secret = crypto.ring().mark(f"{enrolment.pk} {marks.press_key(key)}".encode(), MADE_FOR)
    known = UnitLink.objects.filter(digest=_digest(secret)).first()
    if known is not None:
        if known.revoked_at is not None:
            raise NotNow(_("这个链接已经作废了。要给单位，请重新做一个。"))
        return Made(known, secret)
    if enrolment.state == Enrolment.State.ENDED:
        raise NotNow(_("这家单位已经注销报到了，不能再给链接。"))
    if in_force(enrolment).count() >= MOST_LIVE:
        raise NotNow(_("已经有 %(n)d 个链接能用。不用的先作废，再做新的。") % {"n": MOST_LIVE})
    link = UnitLink(
        district_id=enrolment.district_id,
        enrolment=enrolment,
        digest=_digest(secret),
        ends_at=clock.now() + dt.timedelta(days=days),
    )
    link.save(force_insert=True)
    leave_footprint(actor=actor, action="make", subject=link)
    return Made(link, secret)


def in_force(enrolment: Enrolment) -> models.QuerySet[UnitLink]:
    """Return the addresses of a unit that open something."""
    return UnitLink.objects.filter(enrolment=enrolment, revoked_at__isnull=True, ends_at__gt=clock.now())


@transaction.atomic
def revoke(link: UnitLink, *, actor: Actor) -> UnitLink:
    """Take an address back: from now on it opens nothing. A second press changes nothing."""
    carries_it_out.check(actor, link.enrolment)
    now = clock.now()
    if UnitLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=now) == 1:
        leave_footprint(actor=actor, action="revoke", subject=link)
    link.refresh_from_db(fields=["revoked_at"])
    return link


def opened(district: District, secret: str) -> UnitLink:
    """Return what a secret opens, and note that it was used; readings and vain tries are counted.

    Raises NotThere with whom to ask where it is wrong, taken back or over; TooOften.
    """
    rows = UnitLink.objects.filter(district=district).select_related(
        "enrolment__organisation", "enrolment__area"
    )
    found = rows.filter(digest=_digest(secret)).first() if len(secret) == LENGTH else None
    if found is None:
        limits.spend_from_here(TRIES_FROM_HERE, district_id=district.pk)
        raise NotThere(
            _("这个链接不对，可能没有复制全。请找发给您链接的街道或社区再要一次。%(call)s") % _call(district)
        )
    _check(found, district)
    limits.spend(found.digest, READS, district_id=district.pk)
    now = clock.now()
    if found.last_used_at is None or found.last_used_at < now - SEEN_EVERY:
        UnitLink.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def bearer_of(link: UnitLink) -> UnitBearer:
    """Return who acts through a link: its unit, and nobody else."""
    return UnitBearer(enrolment_id=link.enrolment_id, district_id=link.district_id)


def _check(link: UnitLink, district: District) -> None:
    """Refuse an address that opens nothing any more, saying whom to ask."""
    told = {"area": link.enrolment.area.short_name} | _call(district)
    if link.enrolment.state == Enrolment.State.ENDED:
        raise NotThere(
            _("单位已经在%(area)s注销报到，这个链接用不了了。要重新报到，请找%(area)s。%(call)s") % told
        )
    if link.revoked_at is not None:
        raise NotThere(_("这个链接已经作废了。请找%(area)s要一个新的。%(call)s") % told)
    if link.ends_at <= clock.now():
        raise NotThere(_("这个链接过期了。请找%(area)s要一个新的。%(call)s") % told)


def _call(district: District) -> dict[str, str]:
    words = _("服务电话 %(number)s。") % {"number": district.hotline} if district.hotline else ""
    return {"call": words}


def _digest(secret: str) -> str:
    return crypto.ring().mark(secret.encode(), DIGEST)
