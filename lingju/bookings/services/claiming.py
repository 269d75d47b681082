"""Verbs about one booking: claim, confirm, approve, cancel, call off, check in, accept, decline, move.

The same press twice (`key`) makes one claim and hands the same receipt out again.
"""

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.bookings.cells import Taking, cells_between
from lingju.bookings.events import ClaimMoved
from lingju.bookings.flow import FLOW
from lingju.bookings.models import Bookable, Claim, Use
from lingju.bookings.parties import Party, Slot
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import checking, comings, placing
from lingju.bookings.services.counting import NoPlace
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people import phones
from lingju.places.models import Area, Station
from lingju.places.services.marks import press_key, said_why, tidy

S = Claim.State
EndedBy = Claim.EndedBy
CODE_DIGITS = 6
HOLD_FOR = dt.timedelta(minutes=10)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody takes away: the number of their booking and the code that opens it."""

    claim: Claim
    code: str
    is_new: bool


def claim(
    bookable: Bookable,
    slot: Slot,
    party: Party,
    *,
    key: str,
    actor: Actor,
    may_wait: bool = False,
    hold: bool = False,
) -> Receipt:
    """Book something, whole or not at all; the same `key` again hands out the same receipt.

    `hold` keeps the place for ten minutes until it is confirmed. Raises NoPlace (nothing free, and not to
    wait), NotNow (shut, too soon, too far ahead), BadInput with a sentence for a field.
    """
    key = press_key(key)
    known = known_claim(bookable.district_id, key)
    if known is not None:
        return Receipt(known, known.code, False)
    slot = checking.check(bookable, slot, actor)
    draft = _draft(bookable, slot, party, key, hold=hold)
    return lodged(draft, takings_for(bookable, slot), actor=actor, may_wait=may_wait)


def lodged(draft: Claim, takings: tuple[Taking, ...], *, actor: Actor, may_wait: bool) -> Receipt:
    """Put a draft where it wants to be, and return its receipt; a number that is taken is drawn again."""
    for _attempt in range(TRIES):
        draft.number, draft.code = _number(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        try:
            placed = placing.lodge(draft, takings, actor=actor, may_wait=may_wait)
        except (IntegrityError, NoPlace) as failure:
            known = _theirs(draft, failure)
        else:
            return Receipt(placed, placed.code, True)
        if known is not None:
            return Receipt(known, known.code, False)
    raise NotNow(_("正忙，没有约上，请再点一次。"))


def _theirs(draft: Claim, failure: Exception) -> Claim | None:
    """Return what the same press got, if it was faster by another way; else a place that is gone is gone."""
    known = known_claim(draft.district_id, draft.key)
    if known is None and isinstance(failure, NoPlace):
        raise failure
    return known


def takings_for(bookable: Bookable, slot: Slot) -> tuple[Taking, ...]:
    """Return what a booking takes of every pool that the bookable uses, with what is left free around it."""
    before, after = (dt.timedelta(minutes=minutes) for minutes in (bookable.before, bookable.after))
    takings = []
    uses = Use.objects.filter(bookable=bookable).order_by("pool_id")
    for pool_id, places, is_per_person, grain, is_retired in uses.values_list(
        "pool_id", "quantity", "is_per_person", "pool__grain", "pool__is_retired"
    ):
        if is_retired:
            raise NotNow(_("这个项目要用的资源停用了，暂时约不了，请打驿站电话。"))
        if slot.starts_at and slot.ends_at:
            first, end = cells_between(slot.starts_at - before, slot.ends_at + after, grain)
        else:
            first, end = cells_between(None, None, grain)
        quantity = places * (slot.quantity if is_per_person else 1)
        takings.append(Taking(pool_id, first, end, quantity))
    if not takings:
        raise NotNow(_("这个项目还没有配好资源，暂时约不了，请打驿站电话。"))
    return tuple(takings)


@transaction.atomic
def confirm(claim: Claim, *, actor: Actor) -> Claim:
    """Make a held place a booking, or ask for its approval; refuse one whose moment has passed."""
    _still_in_time(claim)
    must_ask = claim.bookable is not None and claim.bookable.needs_approval
    return _step(claim, "ask" if must_ask else "confirm", actor)


@transaction.atomic
def approve(claim: Claim, *, actor: Actor) -> Claim:
    """Agree to a booking; its places were counted since it was asked for, its hours are asked again."""
    checking.check_open(claim)
    return _step(claim, "approve", actor)


def refuse(claim: Claim, *, actor: Actor, why: str) -> Claim:
    """Disagree, with a reason whoever asked will read; the places are free again."""
    why = _reason(why)
    changes: dict[str, object] = {"ended_by": EndedBy.STATION, "why": why}
    return placing.leave(claim, "refuse", actor=actor, changes=changes)


def cancel(claim: Claim, *, actor: Actor, why: str = "", ended_by: EndedBy | None = None) -> Claim:
    """Call a booking off; whoever waits first gets the place. Called off already, nothing changes.

    `ended_by` says whose will it was where the hand does not tell: at the desk a keeper presses for either.
    """
    if claim.state == S.CANCELLED:
        return claim
    step = "decline" if claim.state == S.OFFERED else "cancel"
    changes: dict[str, object] = {"ended_by": ended_by or _whose(claim, actor), "why": tidy(why)[:120]}
    return placing.leave(claim, step, actor=actor, changes=changes)


def call_off(claim: Claim, *, actor: Actor, why: str) -> Claim:
    """Call a booking off because the station cannot keep it; whoever booked is told, and why."""
    its_keeper.check(actor, claim)
    return cancel(claim, actor=actor, why=_reason(why), ended_by=EndedBy.STATION)


@transaction.atomic
def accept(claim: Claim, *, actor: Actor) -> Claim:
    """Take a place that was offered; one that ran out went on to the next."""
    if claim.state in (S.CONFIRMED, S.PENDING):
        return claim
    _still_in_time(claim)
    must_ask = claim.bookable is not None and claim.bookable.needs_approval
    return _step(claim, "ask" if must_ask else "accept", actor)


def decline(claim: Claim, *, actor: Actor) -> Claim:
    """Pass an offered place on to the next who waits."""
    return cancel(claim, actor=actor)


@transaction.atomic
def check_in(claim: Claim, *, actor: Actor) -> Claim:
    """Note that they came; noted already, nothing changes."""
    if claim.state == S.CHECKED_IN:
        return claim
    return _step(claim, "check_in", actor, {"arrived_at": clock.now()})


@transaction.atomic
def take_back(claim: Claim, *, actor: Actor) -> Claim:
    """Take back that they came: the wrong line was pressed; they keep their place."""
    return _step(claim, "take_back", actor, {"arrived_at": None})


def complete(claim: Claim, *, actor: Actor) -> Claim:
    """Note that it is done, or that what was lent is back: the places are free again."""
    return placing.leave(claim, "complete", actor=actor, changes={})


def miss(claim: Claim, *, actor: Actor) -> Claim:
    """Note that nobody came, after the grace the bookable gives; it is held against nobody."""
    grace = comings.grace_of(claim)
    if claim.starts_at is not None and clock.now() < claim.starts_at + grace:
        raise NotNow(_("还在保留时间里，%(n)d 分钟后才记没来。") % {"n": grace // dt.timedelta(minutes=1)})
    return placing.leave(claim, "miss", actor=actor, changes={"ended_by": EndedBy.CLOCK})


@transaction.atomic
def came_after_all(claim: Claim, *, actor: Actor) -> Claim:
    """Turn "did not come" into "was there", because a list that arrived later says so."""
    return _step(claim, "came_after_all", actor, {"ended_by": EndedBy.NOBODY, "why": ""})


@transaction.atomic
def excuse(claim: Claim, *, actor: Actor, why: str = "") -> Claim:
    """Turn "did not come" into "had a reason"."""
    changes: dict[str, object] = {"why": tidy(why)[:120], "ended_by": EndedBy.PARTY}
    return _step(claim, "excuse", actor, changes)


@transaction.atomic
def move(claim: Claim, slot: Slot, *, actor: Actor, by: EndedBy | None = None) -> Claim:
    """Move a booking to another time in one go: the new place or, if there is none, the old one stays.

    The whole party moves, however many `slot` says, and for as long as before unless `slot` has an end.
    The same number and code go on; what was approved for the old time is to be approved anew, unless a
    keeper moves it. `by` says who moves it where the hand does not tell. Raises NoPlace.
    """
    if claim.bookable is None or claim.state not in (S.CONFIRMED, S.PENDING, S.HELD):
        raise NotNow(_("现在是“%(state)s”，不能改时间。") % {"state": claim.get_state_display()})
    FLOW.steps["cancel"].rule.check(actor, claim)
    slot = checking.check(claim.bookable, _as_booked(claim, slot), actor)
    values = {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "quantity": slot.quantity}
    placing.exchange(claim, takings_for(claim.bookable, slot), values, actor=actor)
    claim.refresh_from_db()
    if claim.bookable is not None and claim.bookable.needs_approval and FLOW.can("ask_again", claim, actor):
        FLOW.take("ask_again", claim, actor=actor)
    announce(ClaimMoved(claim.district_id, claim.pk, "move", by or _whose(claim, actor)))
    return claim


def known_claim(district_id: int, key: str) -> Claim | None:
    """Return the claim of a press that came before, or None."""
    mine = Claim.objects.filter(district_id=district_id, key=key)
    # Nearly always there is none: to ask for that alone spares a rush the columns of three tables.
    if not mine.exists():
        return None
    return mine.select_related("area", "station").first()


def draft_of(area: Area, station: Station | None, party: Party, key: str, quantity: int) -> Claim:
    """Return an unsaved claim of a party, confirmed as soon as it has its places."""
    phone = phones.read(party.phone) if party.phone.strip() else None
    by = party.by if party.by in Claim.By.values else Claim.By.PAGE
    if phone is None and by in (Claim.By.SMS, Claim.By.CALL):
        sentence = _("要短信或电话告诉您，得留个手机号；不想留，就凭预约号来看。")
        raise BadInput(sentence, {"phone": sentence})
    return Claim(
        district_id=area.district_id,
        area=area,
        station=station,
        key=key,
        state=S.CONFIRMED,
        quantity=quantity,
        account_id=party.account_id,
        called=tidy(party.called)[:20],
        phone=phone,
        by=by,
        wishes=tidy(party.wishes)[:200],
        told_by_id=party.told_by_id,
        proxy=tidy(party.proxy)[:20],
        is_proxy_told=party.is_proxy_told,
    )


def _draft(bookable: Bookable, slot: Slot, party: Party, key: str, *, hold: bool) -> Claim:
    draft = draft_of(bookable.area, bookable.station, party, key, slot.quantity)
    draft.bookable, draft.starts_at, draft.ends_at = bookable, slot.starts_at, slot.ends_at
    draft.has_read_notice = slot.has_read_notice
    if hold:
        draft.state, draft.expires_at = S.HELD, clock.now() + HOLD_FOR
    elif bookable.needs_approval:
        draft.state = S.PENDING
    return draft


def _as_booked(claim: Claim, slot: Slot) -> Slot:
    """Return another time for just who has booked, for as long, with the notice they have read."""
    ends_at = slot.ends_at
    if ends_at is None and slot.starts_at is not None and claim.starts_at and claim.ends_at:
        ends_at = slot.starts_at + (claim.ends_at - claim.starts_at)
    has_read = slot.has_read_notice or claim.has_read_notice
    return replace(slot, ends_at=ends_at, quantity=claim.quantity, has_read_notice=has_read)


def _number() -> str:
    """Return a number people can read out: the day, and five digits drawn at random."""
    return f"{clock.today():%m%d}-{secrets.randbelow(10**6):06d}"


def _step(claim: Claim, step: str, actor: Actor, changes: dict[str, object] | None = None) -> Claim:
    changes = dict(changes or {})
    if FLOW.steps[step].target == S.CONFIRMED:
        changes["ready_at"] = clock.now()
    FLOW.take(step, claim, actor=actor, changes=changes)
    # Who wrote a booking down for somebody answers for the station nevertheless.
    by = EndedBy.STATION if step == "approve" else _whose(claim, actor)
    announce(ClaimMoved(claim.district_id, claim.pk, step, by))
    return claim


def _whose(claim: Claim, actor: Actor) -> EndedBy:
    """Return whose hand it is: without an account, or with theirs, it is the party itself."""
    is_own = actor.account_id is None or actor.account_id in (claim.account_id, claim.told_by_id)
    return EndedBy.PARTY if is_own else EndedBy.STATION


def _still_in_time(claim: Claim) -> None:
    """Refuse a held or offered place whose moment has come; the very moment is too late."""
    if claim.expires_at is not None and claim.state in Claim.TIMED and claim.expires_at <= clock.now():
        raise NotNow(_("保留的时间已过，名额给了下一位。请再约一次，或者排候补。"))


def _reason(why: str) -> str:
    return said_why(why, _("请写明原因，预约的人要看。"), field="why")[:120]
