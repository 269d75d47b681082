"""How a request to change turns comes to nothing, and the turn that was offered stands as it stood before.

    settle      the turn goes back: accepted where its unit had accepted it
    close       something else became of one of the two turns, so that no request names it any more
    end_due     what is not agreed and approved on the day before the first of the two days, is not done

Whoever did not bring it about is told, once: it still has its own turn.
"""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.cobuilding.events import SwapEnded
from lingju.cobuilding.flow import DUTIES, SWAPS
from lingju.cobuilding.models import Cycle, Duty, Swap
from lingju.kernel import clock
from lingju.kernel.errors import SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import SystemActor

BEFORE: Final = dt.timedelta(days=1)


def settle(duty: Duty) -> None:
    """Put a turn that was offered back to where it stood: accepted, where its unit had accepted it."""
    step = "settle" if duty.answered_at is None else "keep"
    DUTIES.take(step, duty, actor=SystemActor(duty.district_id))


def close(duty: Duty) -> None:
    """End every request in which this duty is named, since it is another's now, nobody's, or over."""
    named = Swap.objects.filter(Q(mine=duty) | Q(theirs=duty), state__in=Swap.OPEN)
    for swap in named.select_related("mine", "theirs"):
        _end(swap, _("其中一次轮值有了变动。"), but=duty)


def end_due() -> int:
    """End the requests that were not settled in time, or whose day is off; return how many."""
    tomorrow = clock.today() + BEFORE
    is_late = Q(mine__cycle__opens_on__lte=tomorrow) | Q(theirs__cycle__opens_on__lte=tomorrow)
    is_off = ~Q(mine__cycle__state__in=Cycle.COMING) | ~Q(theirs__cycle__state__in=Cycle.COMING)
    due = Swap.objects.filter(is_late | is_off, state__in=Swap.OPEN)
    due = due.select_related("mine__cycle", "theirs__cycle")
    return sum(_ended(swap) for swap in due)


def _ended(swap: Swap) -> int:
    """End one request by the clockwork; where a hand was faster, there is nothing left to do."""
    try:
        with transaction.atomic():
            is_off = any(duty.cycle.state not in Cycle.COMING for duty in (swap.mine, swap.theirs))
            off, late = _("其中一期不办了，照原来的来。"), _("到前一天还没有办好，照原来的来。")
            _end(swap, off if is_off else late)
    except SomeoneWasFaster:
        return 0
    return 1


def _end(swap: Swap, why: str, but: Duty | None = None) -> None:
    """End a request and say why; settle and tell both sides, but the one whose duty brought it about."""
    SWAPS.take("withdraw", swap, actor=SystemActor(swap.district_id), changes={"answer": why})
    for duty in (swap.mine, swap.theirs):
        if but is not None and duty.pk == but.pk:
            continue
        if duty.pk == swap.mine_id and duty.state == Duty.State.SWAPPING:
            settle(duty)
        say_ended(swap, duty)


def say_ended(swap: Swap, duty: Duty) -> None:
    """Announce to the unit of one side that the request came to nothing."""
    if duty.enrolment_id is not None:
        announce(SwapEnded(swap.district_id, swap.pk, duty.pk, duty.enrolment_id))
