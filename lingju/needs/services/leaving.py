"""Leaving a need out of the figures: one person proposes, another decides, reasons are counted in public."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import NeedClosed, NeedMoved
from lingju.needs.flow import LEAVINGS
from lingju.needs.models import Asker, Entry, Exclusion, Need
from lingju.needs.rules import its_desk
from lingju.needs.services import asking, axes, handling, indexing, judging
from lingju.needs.services.axes import Words
from lingju.places.services.marks import tidy

NEEDS_A_DOOR = (Exclusion.Reason.NOT_OURS, Exclusion.Reason.HANDLED)


@transaction.atomic
def propose(
    need: Need, reason: str, words: str, *, next_door: str = "", actor: Actor, version: int | None = None
) -> Exclusion:
    """Propose not to count a need; what is not ours names the door where it is."""
    its_desk.check(actor, need)
    axes.expect(need, version)
    if need.is_over:
        raise NotNow(_("这件事已经办完了。"))
    _check_parts(need)
    if actor.account_id is None:
        raise NotAllowed(_("剔除要有署名。"))
    if reason not in Exclusion.Reason.values:
        sentence = _("请选一个原因。")
        raise BadInput(sentence, {"reason": sentence})
    door = tidy(next_door)[:120]
    if reason in NEEDS_A_DOOR and len(door) < 2:
        sentence = _("不归这里管，要告诉居民该找哪里。")
        raise BadInput(sentence, {"next_door": sentence})
    handling.looked_at(need, actor)
    proposal = Exclusion(
        district_id=need.district_id,
        need=need,
        reason=reason,
        words=handling.tidy_words(words, most=200, field="words"),
        next_door=door,
        proposed_by_id=actor.account_id,
    )
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError:
        raise SomeoneWasFaster(_("已经有人提出不计入，正等第二个人看。")) from None
    axes.append(need, Entry.Axis.NOTE, "propose_leaving", actor=actor, words=Words(noted=proposal.words))
    announce(NeedMoved(need.district_id, need.pk, "propose_leaving"))
    return proposal


@transaction.atomic
def decide(proposal: Exclusion, *, agree: bool, words: str, actor: Actor) -> Need:
    """Decide on a proposal as the second person; agreed, the need is closed, told, and counted apart."""
    need = proposal.need
    its_desk.check(actor, proposal)
    if actor.account_id is None or actor.account_id == proposal.proposed_by_id:
        raise NotAllowed(_("不计入要由另一个人来看，不能自己提自己批。"))
    told = handling.tidy_words(words, most=300, field="words")
    if agree:
        _check_parts(need)
    changes = {"decided_by_id": actor.account_id, "decided_at": clock.now()}
    LEAVINGS.take("agree" if agree else "decline", proposal, actor=actor, note=told, changes=changes)
    if not agree:
        axes.append(need, Entry.Axis.NOTE, "decline_leaving", actor=actor, words=Words(noted=told))
        return need
    _leave(need, proposal, told, actor)
    return need


def _check_parts(need: Need) -> None:
    """Refuse to leave a whole out while a part of it is worked on: a part never lies under what is closed."""
    if waiting := need.open_parts:
        sentence = _("还有分项没办完：%(numbers)s。先办完分项，再说不计入。")
        raise NotNow(sentence % {"numbers": "、".join(waiting)})


def _leave(need: Need, proposal: Exclusion, told: str, actor: Actor) -> None:
    """Close a need that does not count; its people are told why and where to go, and counted as left out."""
    now = clock.now()
    need.handovers.filter(state="offered").update(state="taken_back", decided_at=now)
    for asker in need.askers.to_be_asked():
        Asker.objects.filter(pk=asker.pk).update(left_out=Asker.LeftOut.EXCLUDED)
        asking.confirm(asker, need, asker.confirmation, step="exclude", actor_id=actor.account_id)
    also: dict[str, Any] = {
        "outcome": Need.Outcome.OUT_OF_SCOPE,
        **axes.STOPPED,
        "is_excluded": True,
        "is_over": True,
        "closed_at": now,
        "answered_at": now,
        "responded_at": need.responded_at or now,
    }
    data = {"reason": proposal.reason, "next_door": proposal.next_door}
    axes.take(need, "leave_out", actor=actor, also=also, words=Words(told=told, data=data))
    indexing.unindex(need)
    announce(NeedClosed(need.district_id, need.pk))
    judging.end_taken_back(need)
