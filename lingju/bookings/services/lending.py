"""Things that are lent and come back: books, umbrellas, a toolbox. A loan is a claim with a day it is due.

    lend ──▶ checked_in, due at ends_at ──give_back──▶ completed
    reserved ──hand_out──▶ ┘      └─extend─ as long as nobody waits for it

Nothing is due on a day on which the station is shut. What is late is asked for kindly; there is no fine and
no list of names outside the desk.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from lingju.bookings.events import ClaimMoved
from lingju.bookings.flow import FLOW
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.parties import Party, Slot
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import checking, claiming
from lingju.bookings.services.claiming import Receipt
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places import opening
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

S = Claim.State


def lend(
    bookable: Bookable, party: Party, *, key: str, actor: Actor, has_read_notice: bool = True
) -> Receipt:
    """Hand a thing out now, due after the days it may be kept; the same `key` again lends nothing more.

    Raises NoPlace where none is left on the shelf.
    """
    its_keeper.check(actor, bookable)
    _check_lent(bookable)
    key = marks.press_key(key)
    known = claiming.known_claim(bookable.district_id, key)
    if known is not None:
        return Receipt(known, known.code, False)
    slot = checking.check(bookable, Slot(has_read_notice=has_read_notice), actor)
    draft = claiming.draft_of(bookable.area, bookable.station, party, key, 1)
    draft.bookable, draft.state, draft.has_read_notice = bookable, S.CHECKED_IN, has_read_notice
    draft.starts_at, draft.ends_at = clock.now(), due_at(bookable)
    draft.arrived_at = draft.starts_at
    return claiming.lodged(draft, claiming.takings_for(bookable, slot), actor=actor, may_wait=False)


@transaction.atomic
def hand_out(claim: Claim, *, actor: Actor) -> Claim:
    """Hand out what was reserved; handed out already, nothing changes."""
    if claim.state == S.CHECKED_IN:
        return claim
    bookable = _lent(claim)
    now = clock.now()
    changes: dict[str, object] = {"arrived_at": now, "starts_at": now, "ends_at": due_at(bookable)}
    FLOW.take("check_in", claim, actor=actor, changes=changes)
    announce(ClaimMoved(claim.district_id, claim.pk, "check_in", Claim.EndedBy.STATION))
    return claim


def give_back(claim: Claim, *, actor: Actor) -> Claim:
    """Take a thing back; whoever waits first for it is offered it. Back already, nothing changes."""
    if claim.state == S.COMPLETED:
        return claim
    _lent(claim)
    return claiming.complete(claim, actor=actor)


@transaction.atomic
def extend(claim: Claim, *, actor: Actor) -> Claim:
    """Let somebody keep a thing as long again from today, unless somebody waits for one."""
    its_keeper.check(actor, claim)
    bookable = _lent(claim)
    if claim.state != S.CHECKED_IN:
        raise NotNow(_("现在是“%(state)s”，不用续借。") % {"state": claim.get_state_display()})
    until = due_at(bookable)
    if claim.ends_at is not None and until <= claim.ends_at:
        raise NotNow(_("今天续过了，不用再续。"))
    if waits_for(bookable):
        raise NotNow(_("有人在等这一样，不能续了，请到期还回来。"))
    if not _keep_until(claim, until, "extend", actor):
        raise SomeoneWasFaster(_("刚才有人先办了，请看过最新情况再办。"))
    claim.refresh_from_db()
    return claim


def _keep_until(claim: Claim, until: dt.datetime, step: str, actor: Actor) -> bool:
    """Write down another day on which a thing is due; say no where somebody was faster."""
    guard = Claim.objects.filter(pk=claim.pk, version=claim.version, state=claim.state)
    if guard.update(ends_at=until, version=F("version") + 1) != 1:
        return False
    leave_footprint(
        actor=actor,
        action=step,
        subject=claim,
        before={"ends_at": claim.ends_at},
        after={"ends_at": until},
    )
    announce(ClaimMoved(claim.district_id, claim.pk, step, Claim.EndedBy.STATION))
    return True


def due_at(bookable: Bookable) -> dt.datetime:
    """Return when something lent today is due: the end of the last day, or of the next one that is open."""
    return end_of_open_day(bookable, clock.today() + dt.timedelta(days=max(bookable.loan_days, 1)))


def end_of_open_day(bookable: Bookable, date: dt.date) -> dt.datetime:
    """Return the end of the first date from one on on which a thing can be brought back."""
    last = opening.first_open_day(bookable.station, date) or date
    return dt.datetime.combine(last, dt.time(23, 59), tzinfo=clock.ZONE)


@transaction.atomic
def give_time(claim: Claim, *, actor: Actor) -> bool:
    """Let somebody whose day to bring a thing back is shut now come on the next open one; say if it moved."""
    bookable = _lent(claim)
    if claim.state != S.CHECKED_IN or claim.ends_at is None:
        return False
    until = end_of_open_day(bookable, claim.ends_at.astimezone(clock.ZONE).date())
    return until > claim.ends_at and _keep_until(claim, until, "give_time", actor)


def waits_for(bookable: Bookable) -> bool:
    """Say whether somebody waits for one of these."""
    pools = bookable.uses.values("pool_id")
    return Claim.objects.filter(state=S.WAITLISTED, parts__pool_id__in=pools).exists()


def lent_at(station_id: int) -> QuerySet[Claim]:
    """Return what is out at a station, what is due first on top."""
    out = Claim.objects.filter(station_id=station_id, state=S.CHECKED_IN, bookable__mode=Bookable.Mode.LOAN)
    return out.select_related("bookable", "area").order_by("ends_at", "id")


def _lent(claim: Claim) -> Bookable:
    if claim.bookable is None:
        raise NotNow(_("这不是借出去的东西。"))
    _check_lent(claim.bookable)
    return claim.bookable


def _check_lent(bookable: Bookable) -> None:
    if bookable.mode != Bookable.Mode.LOAN:
        raise NotNow(_("“%(name)s”不是借还的东西，请按时间预约。") % {"name": bookable.name})
