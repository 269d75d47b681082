"""Handling a need at the desk: look at it, take it, reply, note, mend, pause, go on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import NeedMoved, NeedReplied
from lingju.needs.flow import CLOCKS
from lingju.needs.models import Asker, Category, Entry, Need
from lingju.needs.rules import its_desk, sees_it
from lingju.needs.services import axes, indexing, placing, promises
from lingju.needs.services.axes import Words
from lingju.needs.services.placing import Place
from lingju.needs.text.screening import screen
from lingju.places.services.marks import tidy
from lingju.trail.services import leave_footprint

LONGEST_REPLY = 1000
SHORTEST_REPLY = 4
PAUSES: Mapping[str, str] = {
    "waiting_for_resident": "等居民回话或方便的时候",
    "waiting_for_date": "等约好的日子",
}
LONGEST_PAUSE = dt.timedelta(days=90)
# Where one of these changed, an answer is promised for another day, and the askers hear it.
_PROMISED = frozenset({"due_at", "due_unknown_year"})


@dataclass(frozen=True, slots=True)
class Mending:
    """What a clerk may set right about a need; None leaves a thing as it is."""

    category: Category | None = None
    title: str | None = None
    public_text: str | None = None
    is_listed: bool | None = None
    is_urgent: bool | None = None
    place: Place | None = None


def tidy_words(
    text: str, *, least: int = SHORTEST_REPLY, most: int = LONGEST_REPLY, field: str = "text"
) -> str:
    """Return words as they are kept, line breaks included; refuse too few and too many."""
    words = "\n".join(filter(None, (tidy(line) for line in text.splitlines())))
    if len(words) < least:
        sentence = _("请把话写完整，居民要看得懂。")
        raise BadInput(sentence, {field: sentence})
    if len(words) > most:
        sentence = _("写了 %(n)d 个字，请缩短到 %(most)d 字以内。") % {"n": len(words), "most": most}
        raise BadInput(sentence, {field: sentence})
    return words


@transaction.atomic
def triage(need: Need, *, actor: Actor, mending: Mending | None = None, version: int | None = None) -> Need:
    """Look at a need for the first time: set right what is not, decide whether its words are public."""
    axes.expect(need, version)
    axes.take(need, "triage", actor=actor)
    if mending is not None:
        _mend(need, mending, actor)
    announce(NeedMoved(need.district_id, need.pk, "triage"))
    return need


@transaction.atomic
def take(need: Need, *, actor: Actor, version: int | None = None) -> Need:
    """Take a need for one's own desk: from now on somebody works on it."""
    axes.expect(need, version)
    looked_at(need, actor)
    if need.handovers.filter(state="offered").exists():
        raise NotNow(_("这件事正等对方接。要自己办，请先收回移交。"))
    if need.stage == Need.Stage.TRIAGED:
        axes.take(need, "accept", actor=actor)
    axes.take(need, "begin", actor=actor, also={"handler_id": actor.account_id})
    announce(NeedMoved(need.district_id, need.pk, "begin"))
    return need


def looked_at(need: Need, actor: Actor) -> None:
    """Count a need as looked at, where somebody goes straight on to more."""
    if need.stage == Need.Stage.RECEIVED:
        axes.take(need, "triage", actor=actor)


@transaction.atomic
def reply(
    need: Need,
    text: str,
    *,
    by: str = Asker.By.PAGE,
    actor: Actor,
    version: int | None = None,
    reached: bool = True,
) -> Entry:
    """Tell the askers something on the way, by the channel they use; the first time stops the first clock.

    `reached` is False where a call was tried and nobody answered: that is noted and stops nothing.
    """
    its_desk.check(actor, need)
    axes.expect(need, version)
    if need.is_over:
        raise NotNow(_("这件事已经办完了。居民说没办好，才会重办。"))
    words = tidy_words(text)
    looked_at(need, actor)
    step = "reply" if reached else "not_reached"
    entry = axes.append(
        need,
        Entry.Axis.REPLY,
        step,
        actor=actor,
        after=by,
        words=Words(told=words if reached else "", noted="" if reached else words),
    )
    if reached:
        axes.replied(need)
        announce(NeedReplied(need.district_id, need.pk, entry.pk))
    leave_footprint(actor=actor, action=step, subject=need, after={"by": by})
    return entry


@transaction.atomic
def note(need: Need, text: str, *, actor: Actor) -> Entry:
    """Note something for colleagues; residents do not see it."""
    sees_it.check(actor, need)
    words = tidy_words(text, least=1)
    leave_footprint(actor=actor, action="note", subject=need)
    return axes.append(need, Entry.Axis.NOTE, "note", actor=actor, words=Words(noted=words))


@transaction.atomic
def mend(need: Need, mending: Mending, *, actor: Actor, version: int | None = None) -> bool:
    """Set right what is not: kind, title, what is public, place; say whether anything changed."""
    its_desk.check(actor, need)
    axes.expect(need, version)
    return _mend(need, mending, actor)


def _mend(need: Need, mending: Mending, actor: Actor) -> bool:
    changes = _changes(need, mending)
    if not changes:
        return False
    before = {name: getattr(need, name) for name in changes}
    axes.write(need, changes)
    shown: dict[str, Any] = {
        name: [str(before[name])[:60], str(getattr(need, name))[:60]]
        for name in changes
        if name in ("category", "title", "is_listed", "is_urgent", "public_text")
    }
    if not _PROMISED.isdisjoint(changes):
        shown["due_at"] = need.due_at.isoformat() if need.due_at is not None else ""
        shown["due_unknown_year"] = need.due_unknown_year
    axes.append(need, Entry.Axis.EDIT, "mend", actor=actor, words=Words(data=shown))
    leave_footprint(actor=actor, action="mend", subject=need, after=dict.fromkeys(changes, "…"))
    indexing.index(need)
    return True


def _changes(need: Need, mending: Mending) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if mending.category is not None and mending.category.pk != need.category_id:
        wanted |= _recategorised(need, mending.category)
    if mending.title is not None and tidy(mending.title):
        wanted["title"] = screen(tidy(mending.title)).text[:60]
    if mending.public_text is not None:
        wanted["public_text"] = _public(mending.public_text)
    category = wanted.get("category", need.category)
    if mending.is_listed is not None:
        wanted["is_listed"] = mending.is_listed
    if category.is_private:
        wanted["public_text"] = ""
    if mending.is_urgent is not None:
        wanted["is_urgent"] = mending.is_urgent
    if mending.place is not None:
        wanted |= placing.settle(need.district, mending.place).columns()
    return {name: value for name, value in wanted.items() if getattr(need, name) != value}


def _public(text: str) -> str:
    """Return words fit for everybody: what still names a person is taken out, whoever wrote it."""
    return screen(tidy(text)).text[:200]


def _recategorised(need: Need, category: Category) -> dict[str, Any]:
    """Another kind has another promise while one is owed; what was answered keeps what it was promised."""
    if category.district_id != need.district_id or not category.is_active:
        raise BadInput(_("没有这个类别，请重新选。"), {"category": _("没有这个类别，请重新选。")})
    promised = promises.anew(need, category) if need.tray in Need.OWED else {}
    return {"category": category, **promised}


@transaction.atomic
def pause(
    need: Need,
    reason: str,
    *,
    actor: Actor,
    until: dt.date | None = None,
    told: str = "",
    version: int | None = None,
) -> Need:
    """Stop the clock for a stated reason, until a day at most; the askers are told, the total runs on."""
    axes.expect(need, version)
    if reason not in PAUSES:
        sentence = _("暂停只有两种理由：等居民，等约好的日子。")
        raise BadInput(sentence, {"reason": sentence})
    today = clock.today()
    if until is None or not today < until <= today + LONGEST_PAUSE:
        sentence = _("请写明等到哪一天：最早明天，最多 90 天。")
        raise BadInput(sentence, {"until": sentence})
    if need.stage not in (Need.Stage.TRIAGED, Need.Stage.ACCEPTED, Need.Stage.WORKING):
        raise NotNow(_("只有正在办的事才能暂停计时。"))
    words = tidy_words(told, field="told")
    also = {"paused_at": clock.now(), "paused_for": reason, "paused_until": until}
    axes.turn(
        need,
        "pause",
        CLOCKS,
        actor=actor,
        also=also,
        words=Words(told=words, data={"until": until.isoformat()}),
    )
    announce(NeedMoved(need.district_id, need.pk, "pause"))
    return need


@transaction.atomic
def resume(need: Need, *, actor: Actor, version: int | None = None) -> Need:
    """Let the clock run again; the due date moves on by the working time it stood still."""
    axes.expect(need, version)
    axes.turn(need, "resume", CLOCKS, actor=actor, also=resumed(need))
    announce(NeedMoved(need.district_id, need.pk, "resume"))
    return need


def resumed(need: Need) -> dict[str, Any]:
    """Return the columns of a clock that runs again."""
    now = clock.now()
    columns: dict[str, Any] = {"paused_at": None, "paused_for": "", "paused_until": None}
    if need.paused_at is not None and need.due_at is not None:
        moved = promises.moved_on(need.district, need.due_at, need.paused_at, now)
        columns |= promises.due_columns(need.district, moved, need.began_at)
    return columns


@transaction.atomic
def see_said(need: Need, *, actor: Actor) -> str:
    """Return the asker's own words, with whatever persons they name; that somebody read them is kept."""
    sees_it.check(actor, need)
    leave_footprint(actor=actor, action="read_said", subject=need)
    return str(need.said)


@transaction.atomic
def see_phone(asker: Asker, *, actor: Actor) -> str:
    """Return an asker's number to whoever must call them; that somebody read it is kept."""
    sees_it.check(actor, asker.need)
    axes.append(asker.need, Entry.Axis.NOTE, "read_phone", actor=actor)
    leave_footprint(actor=actor, action="read_phone", subject=asker)
    return str(asker.phone or "")
