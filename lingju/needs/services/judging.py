"""Judging: each asker says whether it is solved; "not solved" restarts work, silence is counted as silence.

judge        the asker, by page, code, SMS or kiosk, or somebody who did not handle it, by telephone
unreachable  a call-back found nobody, three times
settle       everybody has answered, or the window has passed: only then is a need closed
reopen       round + 1, the same owner told, the total time runs on
withdraw     the asker takes it back; parts that are worked on are never cancelled with it: their desks are
             told, finish them or say why not, and with the last of them the whole ends as taken back
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.events import NeedClosed, NeedJudged, NeedReopened, WholeTakenBack
from lingju.needs.models import Asker, Asking, Entry, Need
from lingju.needs.rules import calls_back, its_asker
from lingju.needs.services import asking, axes, heeding, indexing, promises
from lingju.needs.services.axes import Words
from lingju.places.services.marks import tidy
from lingju.trail.services import leave_footprint

C = Asker.Confirmation
Solved = Asking.Solved
LONGEST_WHY = 500
CALLS = 3
OPEN_TO_VERDICT = (C.ASKED, C.SILENT, C.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an asker says: solved? satisfied? why."""

    satisfied: str
    solved: str
    why: str = ""

    @property
    def starts_again(self) -> bool:
        """Say whether work has to begin anew."""
        return self.satisfied == C.DISSATISFIED or self.solved == Solved.NO


def judge(asker: Asker, verdict: Verdict, *, by: str, actor: Actor) -> Need:
    """Write an asker's verdict down; the same again changes nothing. Return the need as it stands then.

    Raises NotAllowed (neither the asker nor a second pair of eyes), NotNow (nothing to judge yet, or
    judged otherwise already), BadInput.
    """
    need = asker.need
    (its_asker if its_asker.allows(actor, asker) else calls_back).check(
        actor, asker if its_asker.allows(actor, asker) else need
    )
    why = _check(verdict)
    with transaction.atomic():
        found = asker.askings.order_by("-round").first()
        if found is None:
            raise NotNow(_("这件事还没有回音，等有了回音再请您评。"))
        if (found.result, found.solved) == (verdict.satisfied, verdict.solved):
            return need
        if not _written(found, verdict, why, by, actor):
            raise NotNow(_("这一轮您已经评过了。觉得没办好，请点“没办好，再办一次”。"))
        asker.need = need
        is_again = found.round == need.round and verdict.starts_again
        # Where work starts again, its entry says why.
        noted = "" if is_again else why
        words = Words(noted=noted, data={"solved": verdict.solved, "by": by, "asking": str(found.pk)})
        asking.confirm(asker, need, verdict.satisfied, step="judge", actor_id=actor.account_id, words=words)
        heeding.heed(need, why, actor=actor)
        leave_footprint(
            actor=actor, action="judge", subject=need, after={"result": verdict.satisfied, "by": by}
        )
        announce(NeedJudged(need.district_id, need.pk, found.pk))
        if is_again:
            return _start_again(need, why, actor)
        return need if found.round != need.round else settle(need)


def _check(verdict: Verdict) -> str:
    if verdict.satisfied not in Asker.ANSWERED:
        sentence = _("请选一个：满意、基本满意、不满意。")
        raise BadInput(sentence, {"satisfied": sentence})
    if verdict.solved not in (Solved.YES, Solved.PARTLY, Solved.NO):
        sentence = _("请说一下：解决了没有？")
        raise BadInput(sentence, {"solved": sentence})
    return tidy(verdict.why)[:LONGEST_WHY]


def _written(found: Asking, verdict: Verdict, why: str, by: str, actor: Actor) -> bool:
    """Write a verdict into the asking, once: of two hands one wins."""
    if by not in Asker.By.values:
        raise BadInput(_("没有这种评价方式。"))
    is_own = its_asker.allows(actor, found.asker)
    values: dict[str, Any] = {
        "result": verdict.satisfied,
        "solved": verdict.solved,
        "why": Asking._meta.get_field("why").sealed_for(found, why),
        "answered_by": by,
        "answered_at": clock.now(),
        "recorded_by_id": None if is_own else actor.account_id,
    }
    still_open = Asking.objects.filter(pk=found.pk, result__in=OPEN_TO_VERDICT)
    return still_open.update(**values) == 1


def unreachable(asker: Asker, *, actor: Actor) -> Asking:
    """Note that a call found nobody; after the third the person counts as unreachable, not as satisfied."""
    need = asker.need
    calls_back.check(actor, need)
    with transaction.atomic():
        found = asker.askings.filter(round=need.round, result=C.ASKED).first()
        if found is None:
            raise NotNow(_("这位居民这一轮不用再打电话了。"))
        Asking.objects.filter(pk=found.pk).update(tries=F("tries") + 1)
        found.refresh_from_db(fields=["tries"])
        leave_footprint(actor=actor, action="call_back", subject=need, after={"tries": found.tries})
        if found.tries >= CALLS:
            Asking.objects.filter(pk=found.pk, result=C.ASKED).update(result=C.UNREACHABLE)
            asking.confirm(asker, need, C.UNREACHABLE, step="unreachable", actor_id=actor.account_id)
            settle(need)
        found.refresh_from_db()
    return found


def settle(need: Need) -> Need:
    """Close an answered need if everybody to be asked has a terminal confirmation, or the window passed."""
    if need.stage != Need.Stage.ANSWERED:
        return need
    now = clock.now()
    is_over_time = need.ask_until is not None and need.ask_until <= now
    waiting = list(need.askers.to_be_asked().exclude(confirmation__in=Asker.TERMINAL))
    nobody_to_ask = not need.askers.to_be_asked().exists()
    if (waiting or nobody_to_ask) and not is_over_time:
        return need
    for asker in waiting:
        asker.askings.filter(round=need.round, result=C.ASKED).update(result=C.SILENT)
        asking.confirm(asker, need, C.SILENT, step="silent")
    clockwork = SystemActor(need.district_id)
    axes.take(need, "close", actor=clockwork, also={"is_over": True, "closed_at": now})
    indexing.unindex(need)
    announce(NeedClosed(need.district_id, need.pk))
    return need


@transaction.atomic
def reopen(asker: Asker, why: str, *, actor: Actor) -> Need:
    """Start work again because an asker says so, within the days the district grants after closing.

    Later than that a new need that follows this one is the way (`saying.submit` with `follows`).
    """
    its_asker.check(actor, asker)
    need = asker.need
    if need.stage not in (Need.Stage.ANSWERED, Need.Stage.CLOSED):
        raise NotNow(_("这件事正在办，不用重办。"))
    heeding.heed(need, tidy(why), actor=actor)
    return _start_again(need, tidy(why)[:LONGEST_WHY], actor)


def may_reopen(need: Need) -> bool:
    """Say whether a closed need can still be taken up again, or a new one has to follow it."""
    if need.is_excluded or need.outcome == Need.Outcome.WITHDRAWN:
        return False
    if need.closed_at is None:
        return need.stage == Need.Stage.ANSWERED
    return (clock.now() - need.closed_at).days < promises.policy_of(need.district).reopen_days


def _start_again(need: Need, why: str, actor: Actor) -> Need:
    if not may_reopen(need):
        raise NotNow(_("办完已经很久了，不能接着办。请另说一件，我们会把两件连起来。"))
    promise = promises.promise(need.district, need.category, clock.now())
    also: dict[str, Any] = {
        "outcome": Need.Outcome.NONE,
        "clock_state": Need.Clock.RUNNING,
        "round": need.round + 1,
        "was_late": need.was_late or need.is_answered_late,
        "began_at": clock.now(),
        "is_over": False,
        "closed_at": None,
        "answered_at": None,
        "ask_until": None,
        "planned_on": None,
        **promises.due_columns(need.district, promise.due, clock.now()),
    }
    axes.take(need, "reopen", actor=actor, also=also, words=Words(noted=why))
    asking.forget_round(need)
    indexing.index(need)
    announce(NeedReopened(need.district_id, need.pk, need.round))
    return need


@transaction.atomic
def withdraw(asker: Asker, why: str, *, actor: Actor) -> Need:
    """Take one's need back; where nobody else stands behind it and no part is worked on, that ends it."""
    its_asker.check(actor, asker)
    # Of two who withdraw at once, or a part that ends meanwhile, the second sees what the first did.
    Need.objects.select_for_update().filter(pk=asker.need_id).first()
    need = asker.need
    if need.is_over:
        raise NotNow(_("这件事已经办完了，不用撤回。"))
    if asker.left_out == Asker.LeftOut.WITHDREW:
        return need
    Asker.objects.filter(pk=asker.pk).update(left_out=Asker.LeftOut.WITHDREW)
    asker.left_out = Asker.LeftOut.WITHDREW
    heeding.heed(need, tidy(why), actor=actor)
    reason = Words(noted=tidy(why)[:LONGEST_WHY])
    if need.askers.to_be_asked().exists():
        _step_back(asker, "withdraw", actor)
        settle(need)
    elif waiting := need.open_parts:
        _step_back(asker, "withdraw_waits", actor, replace(reason, data={"parts": waiting}))
        _tell_parts(need, actor)
    else:
        _step_back(asker, "withdraw", actor)
        _end_withdrawn(need, actor, reason)
    return need


def _step_back(asker: Asker, step: str, actor: Actor, words: Words = axes.NOTHING) -> None:
    confirmation, by = asker.confirmation, actor.account_id
    asking.confirm(asker, asker.need, confirmation, step=step, actor_id=by, words=words)


def _tell_parts(need: Need, actor: Actor) -> None:
    """Say to whoever works on a part that the whole was taken back: they finish it, or say why not."""
    for part in need.parts.filter(is_over=False).select_related("owner_area"):
        axes.append(part, Entry.Axis.NOTE, "whole_taken_back", actor=actor)
    announce(WholeTakenBack(need.district_id, need.pk))


def end_taken_back(part: Need) -> None:
    """End the whole that a part belonged to, where nobody asks for it any more and no part is left."""
    if part.parent_id is None:
        return
    # Of two parts that end at once the second sees the first: they wait for each other at the whole.
    rows = Need.objects.select_for_update(of=("self",)).select_related("owner_area", "district")
    whole = rows.get(pk=part.parent_id)
    is_taken_back = whole.askers.filter(left_out=Asker.LeftOut.WITHDREW).exists()
    if whole.is_over or not is_taken_back or whole.askers.to_be_asked().exists() or whole.open_parts:
        return
    _end_withdrawn(whole, SystemActor(whole.district_id))


def _end_withdrawn(need: Need, actor: Actor, words: Words = axes.NOTHING) -> None:
    now = clock.now()
    need.handovers.filter(state="offered").update(state="taken_back", decided_at=now)
    also: dict[str, Any] = {
        "outcome": Need.Outcome.WITHDRAWN,
        **axes.STOPPED,
        "is_over": True,
        "closed_at": now,
    }
    axes.take(need, "withdraw", actor=actor, also=also, words=words)
    indexing.unindex(need)
    announce(NeedClosed(need.district_id, need.pk))
