"""Clockwork of needs: ask on the promised day, close what is judged, chase, go on after a pause."""

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from lingju.kernel import clock, schedule
from lingju.kernel.errors import Refusal
from lingju.kernel.rules import SystemActor
from lingju.needs.models import CounterSession, Need
from lingju.needs.services import asking, chasing, forgetting, handling, judging

log = logging.getLogger(__name__)

AT_ONCE = 500


def _each(needs: QuerySet[Need], do: Callable[[Need], object]) -> int:
    """Do something to each need in a transaction of its own; one that fails does not stop the others."""
    done = 0
    for need in needs.select_related("owner_area", "owner_org", "category", "district")[:AT_ONCE]:
        try:
            with transaction.atomic():
                do(need)
            done += 1
        except Refusal as refusal:
            log.warning("need %s: %s", need.number, refusal)
    return done


def settle_due() -> int:
    """Close answered needs whose window has passed; who did not answer counts as silent."""
    due = Need.objects.filter(stage=Need.Stage.ANSWERED, ask_until__lte=clock.now())
    return _each(due.order_by("ask_until"), judging.settle)


def ask_planned() -> int:
    """Ask about what was planned, on its day."""
    due = Need.objects.filter(
        stage=Need.Stage.ANSWERED,
        planned_on__lte=clock.today(),
        askers__confirmation="not_asked",
        askers__left_out="",
    )
    return _each(due.distinct().order_by("id"), lambda need: asking.ask_all(need, handled_by=need.handler_id))


def resume_due() -> int:
    """Let clocks run again on the day that the pause named."""
    due = Need.objects.filter(clock_state=Need.Clock.PAUSED, paused_until__lte=clock.today())
    return _each(
        due.order_by("paused_until"),
        lambda need: handling.resume(need, actor=SystemActor(need.district_id)),
    )


def chase_due() -> int:
    """Climb the ladder for needs that come near their date or are past it."""
    return _each(chasing.candidates(clock.now()).order_by("due_at"), chasing.chase)


def end_sittings() -> int:
    """End what was forgotten at a counter."""
    return CounterSession.objects.filter(ended_at__isnull=True, until__lte=clock.now()).update(
        ended_at=clock.now()
    )


def plan() -> None:
    """Plan this module's jobs; called by the wiring."""
    minutes = schedule.Every(dt.timedelta(minutes=5))
    schedule.plan("needs.settle", minutes, settle_due)
    schedule.plan("needs.ask_planned", schedule.At(dt.time(9)), ask_planned)
    schedule.plan("needs.resume", schedule.At(dt.time(8, 30)), resume_due)
    schedule.plan("needs.chase", schedule.Every(dt.timedelta(minutes=15)), chase_due)
    schedule.plan("needs.forget", schedule.At(dt.time(4, 10)), forgetting.forget_old)
    schedule.plan("needs.end_sittings", minutes, end_sittings)
