"""Swaps of turns: one unit asks, the other agrees, the street approves; what is fair to both is marked.

How often each comes stays as it is in every exchange. Fair is one that does not send a unit to more days in a
row than before.
"""

import datetime as dt
from dataclasses import replace
from typing import Final

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from lingju.cobuilding import rota
from lingju.cobuilding.asked import Asked, asked
from lingju.cobuilding.events import DutyGiven, SwapAnswered, SwapAsked
from lingju.cobuilding.flow import DUTIES, SWAPS
from lingju.cobuilding.models import Duty, DutyEntry, Swap
from lingju.cobuilding.rules import asked_it, its_unit, leads_it
from lingju.cobuilding.services import settling, turns
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy

CAN_SWAP: Final = (Duty.State.PUBLISHED, Duty.State.ACCEPTED)


@transaction.atomic
def ask_swap(mine: Duty, theirs: Duty, reason: str = "", *, actor: Actor) -> Swap:
    """Ask another unit to change turns; the same pair again returns the same request.

    Raises NotNow where one of the two could not take the other's turn, or one of the two is over.
    """
    standing: Swap | None = mine.swaps.filter(theirs=theirs, state__in=Swap.OPEN).first()
    if standing is not None:
        return standing
    same_district(mine.district_id, theirs)
    _check_swap(mine, theirs)
    neutral = _is_neutral(mine, theirs)
    DUTIES.take("ask_swap", mine, actor=actor)
    swap = Swap(
        district_id=mine.district_id,
        mine=mine,
        theirs=theirs,
        reason=tidy(reason)[:120],
        is_neutral=neutral,
    )
    marks.insert(swap, actor=actor)
    announce(SwapAsked(mine.district_id, swap.pk))
    return swap


def exchanges(duty: Duty) -> tuple[Asked, tuple[rota.Swap, ...]]:
    """Return the turns for which a duty may be exchanged, weighed by the solver, with the rows behind them.

    What a person set by hand stays where it is; what a unit accepted may be exchanged, since it is asked.
    """
    question = asked(duty.cycle.series, *_months(duty))
    if duty.pk not in {one.key for one in question.problem.duties}:
        return question, ()
    by_hand = {key: unit for key, unit in question.problem.locks.items() if not may_go(question.duties[key])}
    found = rota.swaps(replace(question.problem, locks=by_hand), question.standing(), duty.pk)
    return question, tuple(one for one in found if one.other is not None)


def may_go(duty: Duty) -> bool:
    """Say whether a duty may be exchanged for another."""
    return not duty.is_locked and duty.state in CAN_SWAP


def _months(duty: Duty) -> tuple[dt.date, dt.date]:
    first, last = turns.horizon(duty.cycle)
    return min(first, clock.today().replace(day=1)), last


def is_fair(one: rota.Swap) -> bool:
    """Say whether an exchange leaves fairness as it is, and sends nobody to more days in a row."""
    return one.is_neutral and one.pairs <= 0


def _is_neutral(mine: Duty, theirs: Duty) -> bool:
    _question, found = exchanges(mine)
    return any(one.other == theirs.pk and is_fair(one) for one in found)


def _check_swap(mine: Duty, theirs: Duty) -> None:
    for duty in (mine, theirs):
        turns.check_coming(duty)
    if mine.enrolment is None or theirs.enrolment is None or mine.enrolment_id == theirs.enrolment_id:
        raise NotNow(_("调换要在两家单位各有的一次轮值之间。"))
    prefetch_related_objects([mine.enrolment, theirs.enrolment], "capabilities", "blackouts")
    for unit, there in ((mine.enrolment, theirs), (theirs.enrolment, mine)):
        against = turns.doubts(there, unit)
        if against:
            raise NotNow("".join(against))
        if mine.cycle_id != theirs.cycle_id:
            turns.check_free(there, unit)


@transaction.atomic
def agree(swap: Swap, *, actor: Actor) -> Swap:
    """Say yes as the unit that was asked. Raises NotNow where one of the two days is over."""
    (its_unit | leads_it).check(actor, swap)
    for duty in (swap.mine, swap.theirs):
        turns.check_coming(duty)
    SWAPS.take("agree", swap, actor=actor)
    announce(SwapAnswered(swap.district_id, swap.pk))
    return swap


@transaction.atomic
def refuse(swap: Swap, answer: str = "", *, actor: Actor) -> Swap:
    """Say no, as the unit that was asked or as the street; the turn stays where it was."""
    SWAPS.take("refuse", swap, actor=actor, changes={"answer": tidy(answer)[:120]})
    settling.settle(swap.mine)
    announce(SwapAnswered(swap.district_id, swap.pk))
    return swap


@transaction.atomic
def withdraw(swap: Swap, *, actor: Actor) -> Swap:
    """Take a request back, as the unit that made it or as the desk; the turn is as it was.

    Whoever did not press is told.
    """
    is_its_own = asked_it.allows(actor, swap)
    SWAPS.take("withdraw", swap, actor=actor)
    settling.settle(swap.mine)
    settling.say_ended(swap, swap.theirs)
    if not is_its_own:
        settling.say_ended(swap, swap.mine)
    return swap


@transaction.atomic
def make(swap: Swap, *, actor: Actor) -> Swap:
    """Approve a swap to which both units have agreed: the two turns change places.

    Raises NotNow where the other unit has not agreed or one of the two days is over, SomeoneWasFaster where
    a turn moved meanwhile.
    """
    leads_it.check(actor, swap)
    if swap.state != Swap.State.AGREED:
        raise NotNow(_("对方单位还没有同意，不能先调换。"))
    mine, theirs = swap.mine, swap.theirs
    giver, taker = mine.enrolment_id, theirs.enrolment_id
    _check_swap(mine, theirs)
    SWAPS.take("make", swap, actor=actor)
    for duty in (mine, theirs):
        emptied = Duty.objects.filter(pk=duty.pk, version=duty.version)
        if emptied.update(enrolment=None, state=Duty.State.OPEN, version=duty.version + 1) != 1:
            raise SomeoneWasFaster(_("这一格刚刚被别人改过，请刷新后再看。"))
        duty.refresh_from_db()
    for duty, unit_id in ((mine, taker), (theirs, giver)):
        values = {"enrolment_id": unit_id, "state": Duty.State.ACCEPTED, "answered_at": clock.now()}
        turns.write(duty, values, DutyEntry.Kind.SWAPPED, actor=actor, reason=swap.reason)
        settling.close(duty)
        announce(DutyGiven(duty.district_id, duty.pk))
    return swap
