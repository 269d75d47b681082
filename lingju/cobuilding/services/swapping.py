"""Swaps of turns: one unit asks, the other agrees, the street approves; what keeps fairness is marked."""

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from lingju.cobuilding.events import DutyGiven, SwapAnswered, SwapAsked
from lingju.cobuilding.flow import DUTIES, SWAPS
from lingju.cobuilding.models import Duty, DutyEntry, Swap
from lingju.cobuilding.services import turns
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy


@transaction.atomic
def ask_swap(mine: Duty, theirs: Duty, reason: str = "", *, actor: Actor) -> Swap:
    """Ask another unit to change turns; the same pair again returns the same request.

    Raises NotNow where one of the two could not take the other's turn.
    """
    standing: Swap | None = mine.swaps.filter(theirs=theirs, state__in=Swap.OPEN).first()
    if standing is not None:
        return standing
    same_district(mine.district_id, theirs)
    _check_swap(mine, theirs)
    DUTIES.take("ask_swap", mine, actor=actor)
    swap = Swap(
        district_id=mine.district_id,
        mine=mine,
        theirs=theirs,
        reason=tidy(reason)[:120],
        is_neutral=is_neutral(mine, theirs),
    )
    marks.insert(swap, actor=actor)
    announce(SwapAsked(mine.district_id, swap.pk))
    return swap


def is_neutral(mine: Duty, theirs: Duty) -> bool:
    """Say whether a swap leaves everybody's number of turns as it is: both give one and take one."""
    return theirs.enrolment_id is not None and mine.enrolment_id is not None


def _check_swap(mine: Duty, theirs: Duty) -> None:
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
    """Say yes as the unit that was asked."""
    SWAPS.take("agree", swap, actor=actor)
    announce(SwapAnswered(swap.district_id, swap.pk))
    return swap


@transaction.atomic
def refuse(swap: Swap, answer: str = "", *, actor: Actor) -> Swap:
    """Say no, as the unit that was asked or as the street; the turn stays where it was."""
    SWAPS.take("refuse", swap, actor=actor, changes={"answer": tidy(answer)[:120]})
    DUTIES.take("settle", swap.mine, actor=SystemActor(swap.district_id))
    announce(SwapAnswered(swap.district_id, swap.pk))
    return swap


@transaction.atomic
def withdraw(swap: Swap, *, actor: Actor) -> Swap:
    """Take a request back; the turn is as it was."""
    SWAPS.take("withdraw", swap, actor=actor)
    DUTIES.take("settle", swap.mine, actor=SystemActor(swap.district_id))
    return swap


@transaction.atomic
def make(swap: Swap, *, actor: Actor) -> Swap:
    """Approve a swap to which both units have agreed: the two turns change places.

    Raises NotNow where the other unit has not agreed, SomeoneWasFaster where a turn moved meanwhile.
    """
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
        announce(DutyGiven(duty.district_id, duty.pk))
    return swap
