"""Counting at a stall: presses that are only ever added, once each, as late as the network lets them.

As at the door of a session, each press carries a nonce of its own; a correction is another press that says
why. What is counted are visits 人次: nobody knows which of them were the same person.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lingju.activities.services.attendance import (
    FAST_CLOCK,
    MOST_AT_ONCE,
    OLDEST_SCAN,
    Outcome,
    check_begun,
)
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, Refusal, TooLarge
from lingju.kernel.rules import Actor
from lingju.market.models import Market, Stall, Tally
from lingju.market.rules import counts_at_it
from lingju.places.services.marks import press_key, said_why, tidy
from lingju.trail.services import leave_footprint

MOST_IN_A_PRESS: Final = 50
MOST_VISITS: Final = 5000
COUNTING: Final = (Market.State.ANNOUNCED, Market.State.HELD, Market.State.COUNTED)


@dataclass(frozen=True, slots=True)
class Press:
    """One press at a stall: so many visits more, or fewer and why."""

    nonce: str
    change: int = 1
    reason: str = ""
    device_at: dt.datetime | None = None
    was_offline: bool = False


def visits_of(stall: Stall) -> int:
    """Return how many visits were counted at a stall, corrections taken in."""
    return int(Tally.objects.filter(stall=stall).aggregate(n=Sum("change"))["n"] or 0)


@transaction.atomic
def take_in(stall: Stall, presses: Sequence[Press], *, device: str = "", actor: Actor) -> tuple[Outcome, ...]:
    """Keep what a device has counted; sent again, nothing is counted twice.

    A press that makes no sense is refused by itself, the others are kept. Raises TooLarge for too many.
    """
    counts_at_it.check(actor, stall)
    _check_counting(stall)
    if len(presses) > MOST_AT_ONCE:
        raise TooLarge(_("一次最多送 %(most)d 条，请分几次送。") % {"most": MOST_AT_ONCE})
    Stall.objects.select_for_update().filter(pk=stall.pk).first()
    outcomes = tuple(_kept(stall, press, tidy(device)[:40], actor) for press in presses)
    new = sum(outcome.is_new for outcome in outcomes)
    if new:
        after = {"new": new, "of": len(outcomes), "visits": visits_of(stall)}
        leave_footprint(actor=actor, action="tally", subject=stall, after=after)
    return outcomes


def tally(stall: Stall, press: Press, *, actor: Actor) -> Outcome:
    """Keep one press at a stall; raise BadInput where it makes no sense."""
    (outcome,) = take_in(stall, (press,), actor=actor)
    if not outcome.was_kept:
        raise BadInput(outcome.words)
    return outcome


@transaction.atomic
def correct(stall: Stall, visits: int, why: str, *, key: str, actor: Actor) -> int:
    """Make the count of a stall what it should be, by an entry that says why; return by how much."""
    counts_at_it.check(actor, stall)
    reason = said_why(why, _("请写明为什么更正。"), field="why")[:120]
    if not 0 <= visits <= MOST_VISITS:
        sentence = _("请写 0 到 %(most)d。") % {"most": MOST_VISITS}
        raise BadInput(sentence, {"visits": sentence})
    _check_counting(stall)
    Stall.objects.select_for_update().filter(pk=stall.pk).first()
    known = Tally.objects.filter(stall=stall, nonce=_nonce(key)).first()
    if known is not None:
        return known.change
    change = visits - visits_of(stall)
    if change:
        _write(stall, Press(_nonce(key), change, reason), "", actor)
        after = {"visits": visits}
        leave_footprint(actor=actor, action="correct_tally", subject=stall, after=after, note=reason)
    return change


def _kept(stall: Stall, press: Press, device: str, actor: Actor) -> Outcome:
    try:
        nonce = _nonce(press.nonce)
        if Tally.objects.filter(stall=stall, nonce=nonce).exists():
            return Outcome(press.nonce, was_kept=True)
        _check(stall, press)
    except Refusal as refusal:
        return Outcome(press.nonce, was_kept=False, words=str(refusal))
    return Outcome(press.nonce, was_kept=True, is_new=_write(stall, press, device, actor))


def _check(stall: Stall, press: Press) -> None:
    if press.change == 0 or abs(press.change) > MOST_IN_A_PRESS:
        raise BadInput(_("一次加减 1 到 %(most)d 人次。") % {"most": MOST_IN_A_PRESS})
    if press.change < 0 and len(tidy(press.reason)) < 2:
        raise BadInput(_("减掉的要写明原因。"))
    if visits_of(stall) + press.change < 0:
        raise BadInput(_("减多了，人次不能少于零。"))


def _write(stall: Stall, press: Press, device: str, actor: Actor) -> bool:
    """Write one entry; say whether it is new, or another hand brought the same just now."""
    now = clock.now()
    entry = Tally(
        district_id=stall.district_id,
        stall=stall,
        nonce=_nonce(press.nonce),
        change=press.change,
        reason=tidy(press.reason)[:120],
        device=device,
        was_offline=press.was_offline,
        counted_by_id=actor.account_id,
        device_at=press.device_at,
        at=_believed(press.device_at, now),
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _believed(told: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Return when it happened: what the device says, unless its clock cannot be right."""
    if told is None or not now - OLDEST_SCAN <= told <= now + FAST_CLOCK:
        return now
    return min(told, now)


def _check_counting(stall: Stall) -> None:
    if not stall.is_in:
        raise NotNow(_("这个摊位已经退出了。"))
    if stall.market.state not in COUNTING:
        raise NotNow(_("集市现在是“%(state)s”，不能计数。") % {"state": stall.market.get_state_display()})
    check_begun(stall.market.session)


def _nonce(text: str) -> str:
    return press_key(text, _("这次提交没有带上防重的编号，请刷新页面再试。"))
