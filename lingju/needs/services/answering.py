"""Answering a need: what came of it, in words; then everybody who asked is asked whether it is so."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotNow, Refusal
from lingju.kernel.facts import announce
from lingju.kernel.media import Photo
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.events import NeedAnswered, NeedClosed
from lingju.needs.models import Evidence, Need
from lingju.needs.rules import its_desk
from lingju.needs.services import asking, axes, evidence, handling, indexing, judging, promises
from lingju.needs.services.axes import Words

LONGEST_PLAN = dt.timedelta(days=366)
O = Need.Outcome  # noqa: E741  the outcome, read many times below
# What a desk may answer by itself; out of scope takes a second person (`leaving`), withdrawn the asker.
ANSWERS = (O.SOLVED, O.PARTLY, O.PLANNED, O.EXPLAINED, O.REFERRED)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a need, and the words in which the askers hear it."""

    outcome: str
    text: str
    planned_on: dt.date | None = None
    # For what is not done here: the door where it is, with an address or a number.
    next_door: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A member of a cluster that was not answered along with the others, and why."""

    need: Need
    why: str


@transaction.atomic
def answer(need: Need, given: Answer, *, actor: Actor, version: int | None = None) -> Need:
    """Answer a need in this round, and ask everybody who stands behind it.

    Raises BadInput (words, date, door or evidence missing), NotNow (a part is not done yet, the answer
    waits for another desk), SomeoneWasFaster.
    """
    axes.expect(need, version)
    words = _check(need, given)
    handling.looked_at(need, actor)
    _check_nothing_waits(need)
    now = clock.now()
    also: dict[str, Any] = {
        "outcome": given.outcome,
        **axes.STOPPED,
        "answered_at": now,
        "responded_at": need.responded_at or now,
        "planned_on": given.planned_on,
        "ask_until": _ask_until(need, given, now),
        "handler_id": actor.account_id or need.handler_id,
    }
    data = {
        "next_door": given.next_door,
        "planned_on": str(given.planned_on or ""),
    }
    axes.take(
        need,
        "answer",
        actor=actor,
        also=also,
        words=Words(told=words, data={k: v for k, v in data.items() if v}),
    )
    evidence.keep(need, given.photos, shows=Evidence.Shows.DONE)
    if need.parent_id is not None:
        return close_part(need)
    if given.planned_on is None:
        asking.ask_all(need, handled_by=actor.account_id)
    announce(NeedAnswered(need.district_id, need.pk, need.round))
    return need


@transaction.atomic
def answer_cluster(need: Need, given: Answer, *, actor: Actor, version: int | None = None) -> list[Left]:
    """Answer a need and, in the same words, every open member of its cluster that may be answered now.

    Each keeps its record and its verdicts. Return the members that stay open, with the reason. Raises as
    `answer` does where the need itself is refused: then nothing is said to anybody.
    """
    answer(need, given, actor=actor, version=version)
    members = Need.objects.filter(cluster_id=need.cluster_id, cluster__isnull=False, tray__in=Need.OWED)
    beside = ("owner_area", "owner_org", "category", "district")
    tried = [_along(member, given, actor) for member in members.select_related(*beside).order_by("id")]
    return [left for left in tried if left is not None]


def _along(member: Need, given: Answer, actor: Actor) -> Left | None:
    """Answer one member along with another; a refusal is its own and stops nobody else."""
    if not its_desk.allows(actor, member):
        return Left(member, _("归%(desk)s负责，请那边答复。") % {"desk": member.owner_area.short_name})
    try:
        answer(member, given, actor=actor)
    except Refusal as refusal:
        return Left(member, str(refusal))
    return None


def _check(need: Need, given: Answer) -> str:
    """Return the words of an answer that is complete; refuse another, naming what is missing."""
    if given.outcome not in ANSWERS:
        sentence = _("请选一个结果。不归这里管的，要请第二个人一起看。")
        raise BadInput(sentence, {"outcome": sentence})
    words = handling.tidy_words(given.text)
    if given.outcome == O.PLANNED:
        today = clock.today()
        if given.planned_on is None or not today <= given.planned_on <= today + LONGEST_PLAN:
            sentence = _("定了日子，就写上是哪一天：今天到一年之内。")
            raise BadInput(sentence, {"planned_on": sentence})
    elif given.planned_on is not None:
        sentence = _("只有“定了日子”才写日期。")
        raise BadInput(sentence, {"planned_on": sentence})
    if given.outcome == O.REFERRED and len(given.next_door.strip()) < 2:
        sentence = _("转给别处，要告诉居民该找哪里、怎么找。")
        raise BadInput(sentence, {"next_door": sentence})
    if given.outcome == O.SOLVED and need.category.needs_evidence and not given.photos:
        sentence = _("这一类办成了要有一张照片，拍活儿，不拍人。")
        raise BadInput(sentence, {"photo": sentence})
    return words


def _check_nothing_waits(need: Need) -> None:
    """Refuse to answer the whole while a part is not done: parts are never cancelled silently."""
    if waiting := need.open_parts:
        raise NotNow(
            _("还有分项没办完：%(numbers)s。先办完分项，再答复整件。") % {"numbers": "、".join(waiting)}
        )
    if need.handovers.filter(state="offered").exists():
        raise NotNow(_("这件事正等对方接。要现在答复，请先收回移交。"))


def _ask_until(need: Need, given: Answer, now: dt.datetime) -> dt.datetime:
    """Return until when verdicts are waited for; what is planned is judged after its day."""
    start = now
    if given.planned_on is not None:
        start = max(now, dt.datetime.combine(given.planned_on, dt.time(9), tzinfo=ZONE))
    return start + dt.timedelta(days=promises.policy_of(need.district).ask_days)


def close_part(need: Need) -> Need:
    """Close a part: nobody is asked about it, because the whole is asked; a whole taken back ends with it."""
    clockwork = SystemActor(need.district_id)
    axes.take(need, "close", actor=clockwork, also={"is_over": True, "closed_at": clock.now()})
    indexing.unindex(need)
    announce(NeedClosed(need.district_id, need.pk))
    judging.end_taken_back(need)
    return need
