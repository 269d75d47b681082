"""Addresses of calendars with one's own bookings: made, shown once, taken back at any time.

The secret is made from the press (`key`) and from whose it is, with the keys of this installation: the same
press again shows the same address, and a copy of the database opens none.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.bookings.models import Claim, FeedToken
from lingju.bookings.rules import its_subscriber
from lingju.kernel import clock, crypto
from lingju.kernel.errors import NotNow, NotThere
from lingju.kernel.rules import Actor
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import District
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

MADE_FOR: Final = "bookings.feed"
DIGEST: Final = "bookings.feed.digest"
MOST_LIVE: Final = 5
MOST_CLAIMS: Final = 60
# A calendar asks every quarter of an hour at most; somebody may have it on a few devices.
READS: Final = Limit("calendar_feed", 60, dt.timedelta(hours=1))
TRIES_FROM_HERE: Final = Limit("calendar_feed_from", 30, dt.timedelta(hours=1))
SEEN_EVERY: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Made:
    """An address that was made, and its secret, which is kept nowhere."""

    token: FeedToken
    secret: str


@transaction.atomic
def make(
    district: District,
    claims: Iterable[Claim],
    *,
    key: str,
    actor: Actor,
    instead: FeedToken | None = None,
) -> Made:
    """Make the secret of an address: for the actor's account, and for bookings that a browser keeps.

    The same press again returns the same. `instead` is one that is revoked for it. Raises NotNow where
    there is nothing to show, or too many are in force.
    """
    rows = list(claims)[:MOST_CLAIMS]
    whose = f"account {actor.account_id}" if actor.account_id is not None else "browser"
    secret = crypto.ring().mark(f"{district.pk} {whose} {marks.press_key(key)}".encode(), MADE_FOR)
    known = FeedToken.objects.filter(district=district, digest=_digest(secret)).first()
    if known is not None:
        if known.revoked_at is not None:
            raise NotNow(_("这个订阅地址已经作废了。要订阅，请重新做一个。"))
        return Made(known, secret)
    if instead is not None and instead.revoked_at is None:
        revoke(instead, actor=actor)
    _check(district, rows, actor)
    token = FeedToken(district=district, account_id=actor.account_id, digest=_digest(secret))
    token.save(force_insert=True)
    token.claims.set(rows)
    leave_footprint(actor=actor, action="make", subject=token)
    return Made(token, secret)


def _check(district: District, rows: list[Claim], actor: Actor) -> None:
    if actor.account_id is None and not rows:
        raise NotNow(_("这台设备上还没有预约，做出来的日历是空的。约好以后再来。"))
    live = FeedToken.objects.visible_to(actor).filter(district=district).in_force()
    if live.count() >= MOST_LIVE:
        raise NotNow(_("已经有 %(n)d 个订阅地址了。不用的先作废，再做新的。") % {"n": MOST_LIVE})


@transaction.atomic
def take_in(token: FeedToken, claims: Iterable[Claim], *, actor: Actor) -> int:
    """Let an address show more bookings; return how many are new in it. A second press adds none."""
    its_subscriber.check(actor, token)
    if token.revoked_at is not None:
        raise NotNow(_("这个订阅地址已经作废了。"))
    known = set(token.claims.values_list("pk", flat=True))
    new = [claim for claim in claims if claim.pk not in known][: max(MOST_CLAIMS - len(known), 0)]
    if new:
        token.claims.add(*new)
        leave_footprint(actor=actor, action="take_in", subject=token, after={"claims": len(new)})
    return len(new)


@transaction.atomic
def revoke(token: FeedToken, *, actor: Actor) -> None:
    """Take an address back; from now on it opens nothing. Raises NotNow where it was taken back before."""
    its_subscriber.check(actor, token)
    now = clock.now()
    if FeedToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now) != 1:
        raise NotNow(_("这个订阅地址已经作废了。"))
    token.revoked_at = now
    token.claims.clear()
    leave_footprint(actor=actor, action="revoke", subject=token)


def opened(district: District, secret: str) -> FeedToken:
    """Return what a secret opens, and note that it was used; readings and vain tries are counted.

    Raises NotThere, TooOften.
    """
    found = FeedToken.objects.filter(district=district, digest=_digest(secret)).in_force().first()
    if found is None:
        limits.spend_from_here(TRIES_FROM_HERE, district_id=district.pk)
        raise NotThere(_("这个日历地址不对，或者已经作废了。请到“我的日历”里重新做一个。"))
    limits.spend(found.digest, READS, district_id=district.pk)
    now = clock.now()
    if found.last_used_at is None or found.last_used_at < now - SEEN_EVERY:
        FeedToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def _digest(secret: str) -> str:
    return crypto.ring().mark(secret.encode(), DIGEST)
