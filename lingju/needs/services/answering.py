"""Answering a need: what came of it, in words; then everybody who asked is asked whether it is so."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.media import Photo
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.events import NeedAnswered, NeedClosed
from lingju.needs.models import Cluster, Evidence, Need
from lingju.needs.services import asking, axes, evidence, handling, indexing, promises
from lingju.needs.services.axes import Words

LONGEST_PLAN = dt.timedelta(days=366)
O = Need.Outcome  # noqa: E741  the outcome, read many times below
# What a desk may answer by itself; out of scope takes a second person (`leaving`), withdrawn the asker.
ANSWERS = (O.SOLVED, O.PARTLY, O.PLANNED, O.EXPLAINED, O.REFERRED, O.BECAME)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a need, and the words in which the askers hear it."""

    outcome: str
    text: str
    planned_on: dt.date | None = None
    # For what is not done here: the door where it is, with an address or a number.
    next_door: str = ""
    photos: tuple[Photo, ...] = ()
    # What it became: {"kind": "topic", "id": …}.
    became: Mapping[str, Any] = field(default_factory=dict)


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
        "became": dict(given.became),
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


def answer_cluster(cluster: Cluster, given: Answer, *, actor: Actor) -> list[Need]:
    """Answer all open members of a cluster in the same words; each keeps its record and its verdicts."""
    with transaction.atomic():
        members = cluster.needs.filter(stage__in=("received", "triaged", "accepted", "working"))
        return [
            answer(need, given, actor=actor)
            for need in members.select_related("owner_area", "owner_org", "category", "district").order_by(
                "id"
            )
        ]


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
    waiting = list(need.parts.filter(is_over=False).values_list("number", flat=True))
    if waiting:
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
    """Close a part: nobody is asked about it, because the whole is asked."""
    clockwork = SystemActor(need.district_id)
    axes.take(need, "close", actor=clockwork, also={"is_over": True, "closed_at": clock.now()})
    indexing.unindex(need)
    announce(NeedClosed(need.district_id, need.pk))
    return need
