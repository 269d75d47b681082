"""Exchange with other systems: take in what they hand over, under their number; hear what they add."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.rules import Actor
from lingju.needs.clock import Due
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.rules import Bearer
from lingju.needs.services import axes, handling, heeding, judging, placing, promises, saying
from lingju.needs.services.axes import Words
from lingju.needs.services.judging import Verdict
from lingju.needs.services.keys import KeyHolder
from lingju.needs.services.saying import Receipt, Saying
from lingju.places.models import District
from lingju.places.rules import CLERKS
from lingju.trail.services import leave_footprint

PAPER: Final = "paper"
HOTLINE: Final = "12345"
GRID: Final = "grid"
AGAIN, WITHDRAWN = "again", "withdrawn"


@dataclass(frozen=True, slots=True)
class Foreign:
    """How another system knows a need: its name, its number, by when it wants an answer."""

    system: str
    number: str
    due_at: dt.datetime | None = None


@transaction.atomic
def take_in(district: District, said: Saying, foreign: Foreign, *, actor: Actor) -> Receipt:
    """Write down what a sheet brings, once for each foreign number; only for one's own communities.

    The earlier date binds: our own promise, or the other system's.
    """
    area = placing.settle(district, said.place).area
    if not actor.holds(CLERKS, area.stem):
        raise BadInput(_("%(area)s不归您管，请交给那边的社区导入。") % {"area": area.short_name})
    named = replace(said, foreign_number=(foreign.system, foreign.number), knows_whom_to_call=True)
    key = f"exchange:{foreign.system}:{foreign.number}"[:80]
    receipt = saying.submit(district, named, key=key, actor=actor)
    if receipt.is_new and foreign.due_at is not None:
        _bind(receipt.need, foreign.due_at, actor)
    return receipt


@transaction.atomic
def hand_out_slips(askers: Iterable[Asker], *, actor: Actor) -> None:
    """Keep that somebody printed the slips of these askers, with the codes that open their matters."""
    for asker in askers:
        leave_footprint(actor=actor, action="print_slip", subject=asker)


def _bind(need: Need, due_at: dt.datetime, actor: Actor) -> None:
    if due_at <= need.submitted_at:
        raise BadInput(_("时限要晚于受理时间。"))
    # Kept even where our own promise is earlier: it binds again when another kind promises a later day.
    words = Words(data={"due_at": due_at.isoformat()})
    axes.append(need, Entry.Axis.EDIT, "foreign_due", actor=actor, words=words)
    if need.due_at is None or due_at < need.due_at:
        axes.write(need, promises.due_columns(need.district, Due(due_at), need.submitted_at))


def author_of(holder: KeyHolder, need: Need) -> Asker:
    """Return for whom another system said a need. Raises NotThere where it did not."""
    asker = need.askers.order_by("id").first() if holder.said(need) else None
    if asker is None:
        raise NotThere(_("没有这一件，或者不是经您的系统提出的。"))
    return asker


@transaction.atomic
def heard(need: Need, words: str, meant: str, *, status: str = "", holder: KeyHolder) -> Entry:
    """Hear what an asker adds by another system: it is noted, and "not solved" starts work again.

    `meant` is AGAIN, WITHDRAWN or nothing; `status` is what the other system called it. That somebody is
    satisfied is never concluded from a status: they are asked.
    """
    asker = author_of(holder, need)
    said = handling.tidy_words(words, least=0)
    if not said and not status:
        sentence = _("请写一句话，或者带上状态。")
        raise BadInput(sentence, {"description": sentence})
    bearer = Bearer(asker.pk, need.district_id, label=holder.label)
    data = {"status": status, "key": str(holder.key_id)}
    entry = axes.append(
        need, Entry.Axis.NOTE, "heard", actor=bearer, after=status, words=Words(noted=said, data=data)
    )
    heeding.heed(need, said, actor=bearer)
    leave_footprint(actor=holder, action="heard", subject=need, after={"status": status})
    if meant == WITHDRAWN and not need.is_over:
        judging.withdraw(asker, said, actor=bearer)
    elif meant == AGAIN and need.stage in (Need.Stage.ANSWERED, Need.Stage.CLOSED):
        _again(asker, need, said, bearer)
    elif need.clock_state == Need.Clock.PAUSED and need.paused_for == "waiting_for_resident":
        handling.resume(need, actor=bearer)
    return entry


def _again(asker: Asker, need: Need, why: str, bearer: Bearer) -> None:
    """Start work again: as the asker's verdict where it is asked for, else as their wish."""
    asker.need = need
    is_asked = asker.askings.filter(round=need.round, result__in=judging.OPEN_TO_VERDICT).exists()
    if is_asked:
        judging.judge(asker, Verdict("dissatisfied", "no", why), by=Asker.By.PAGE, actor=bearer)
    else:
        judging.reopen(asker, why, actor=bearer)


def end_of(day: dt.date) -> dt.datetime:
    """Return when a day's work ends, for sheets that name a day alone."""
    return dt.datetime.combine(day, dt.time(17), tzinfo=clock.ZONE)
