"""The one writer of a need's axes: every move is a guarded UPDATE, an entry that is appended, a footprint.

    take(need, "answer", …)          a step of the stage; what else moves with it goes into `also`
    turn(need, "pause", CLOCKS, …)   a step of another axis
    set_(need, "owner", …)           an axis that is no state machine: who has it, how far it was chased

Everything the need's row says about an axis can be made anew from its entries (`rebuilt`); a test and a
command compare the two.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotThere, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.needs.flow import CLOCKS, STAGES
from lingju.needs.models import Entry, Need
from lingju.trail.flow import Flow
from lingju.trail.services import prepared

Axis = Entry.Axis
S, T = Need.Stage, Need.Tray
# Which column is the reading of which axis.
COLUMNS: Mapping[str, str] = {
    "stage": Axis.STAGE,
    "outcome": Axis.OUTCOME,
    "clock_state": Axis.CLOCK,
    "link": Axis.LINK,
    "level": Axis.LEVEL,
}


@dataclass(frozen=True, slots=True)
class Words:
    """What is said with a move: to the askers, among colleagues, and ids that belong to it."""

    told: str = ""
    noted: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


NOTHING = Words()
# A clock that stands still for good waits for nothing any more.
STOPPED: Mapping[str, Any] = {
    "clock_state": Need.Clock.STOPPED,
    "paused_at": None,
    "paused_for": "",
    "paused_until": None,
}


def tray_of(stage: str, *, has_reply: bool) -> str:
    """Return the pile a need lies on: it follows from its stage, and from whether somebody replied."""
    if stage == S.RECEIVED:
        return T.WAITING
    if stage == S.ANSWERED:
        return T.ASKING
    if stage == S.CLOSED:
        return T.DONE
    return T.WORKING if has_reply else T.REPLY


def expect(need: Need, version: int | None) -> None:
    """Refuse to go on where the need moved since the page was opened: one wins, one is told."""
    if version is not None and need.version != version:
        raise SomeoneWasFaster(_("您看的时候，别人已经先办了一步。请看过最新情况再办，您写的字还在。"))


def take(
    need: Need,
    step: str,
    *,
    actor: Actor,
    also: Mapping[str, Any] | None = None,
    words: Words = NOTHING,
) -> Need:
    """Take a step of the stage with everything that moves with it; return the need as it stands then.

    `also` are further columns; those that are an axis leave an entry of their own.
    """
    return turn(need, step, STAGES, actor=actor, also=also, words=words)


def turn(
    need: Need,
    step: str,
    flow: Flow[Need],
    *,
    actor: Actor,
    also: Mapping[str, Any] | None = None,
    words: Words = NOTHING,
) -> Need:
    """Take a step of one flow, in the caller's transaction; entries for every axis that moved."""
    changes = dict(also or {})
    before = {column: getattr(need, column) for column in COLUMNS}
    stage = str(flow.steps[step].target) if flow is STAGES else need.stage
    has_reply = changes.get("responded_at", need.responded_at) is not None
    changes |= {"tray": tray_of(stage, has_reply=has_reply), "updated_at": clock.now()}
    flow.take(step, need, actor=actor, changes=changes)
    moved = [column for column in COLUMNS if getattr(need, column) != before[column]]
    said_with = flow.state_field
    for column in sorted(moved, key=lambda name: name != said_with):
        append(
            need,
            COLUMNS[column],
            step,
            actor=actor,
            before=before[column],
            after=getattr(need, column),
            words=words if column == said_with else NOTHING,
        )
    return need


def write(need: Need, changes: Mapping[str, Any]) -> None:
    """Write columns that are no state machine, guarded by the version that was read."""
    values = {**prepared(need, changes), "updated_at": clock.now(), "version": F("version") + 1}
    if Need.objects.filter(pk=need.pk, version=need.version).update(**values) != 1:
        if not Need.objects.filter(pk=need.pk).exists():
            raise NotThere(_("这件事已经不在了。"))
        raise SomeoneWasFaster(_("刚才有人先改了这一件。请看过最新情况再办，您写的字还在。"))
    need.refresh_from_db(fields=[*changes, "updated_at", "version"])


def climb(need: Need, step: str, *, actor: Actor, level: str, chase_at: dt.datetime | None) -> None:
    """Note a rung of the ladder. The version stays: a reminder is no other hand at the need."""
    before = need.level
    Need.objects.filter(pk=need.pk).update(level=level, chase_at=chase_at)
    need.level, need.chase_at = level, chase_at
    append(need, Axis.LEVEL, step, actor=actor, before=before, after=level)


def wait(need: Need, chase_at: dt.datetime | None) -> None:
    """Look at a need again later; nothing happened that anybody must see."""
    Need.objects.filter(pk=need.pk).update(chase_at=chase_at)
    need.chase_at = chase_at


def replied(need: Need) -> None:
    """Note the first time a human being answered, which moves the need to the next pile."""
    if need.responded_at is not None:
        return
    write(need, {"responded_at": clock.now(), "tray": tray_of(need.stage, has_reply=True)})


def append(
    need: Need,
    axis: str,
    step: str,
    *,
    actor: Actor,
    before: object = "",
    after: object = "",
    words: Words = NOTHING,
) -> Entry:
    """Append one entry about a need."""
    return Entry.objects.create(
        district_id=need.district_id,
        need=need,
        at=clock.now(),
        axis=axis,
        step=step,
        before=str(before)[:40],
        after=str(after)[:40],
        round=need.round,
        actor_id=actor.account_id,
        desk=_desk_of(need, actor),
        told=words.told,
        noted=words.noted,
        data=dict(words.data),
    )


def _desk_of(need: Need, actor: Actor) -> str:
    """Return where it was done: the desk's name for staff, nothing for the people themselves."""
    label = str(getattr(actor, "label", ""))
    is_staff = bool(getattr(actor, "works_here", False))
    return f"{need.owner_area.short_name} {label}"[:80] if is_staff else label[:80]


def owner_value(need: Need) -> str:
    """Return who is accountable and who does the work, as an entry keeps it."""
    return f"{need.owner_stem}/{need.owner_org_id or ''}"


def rebuilt(need: Need) -> dict[str, str]:
    """Return every axis as the entries alone say it; must equal `reading`."""
    found = dict.fromkeys((*COLUMNS, "owner"), "")
    names = {axis: column for column, axis in COLUMNS.items()} | {Axis.OWNER: "owner"}
    for axis, after in (
        Entry.objects.filter(need=need, axis__in=names).order_by("id").values_list("axis", "after")
    ):
        found[names[Axis(axis)]] = after
    return found


def reading(need: Need) -> dict[str, str]:
    """Return every axis as the need's row says it."""
    return {column: str(getattr(need, column)) for column in COLUMNS} | {"owner": owner_value(need)}


__all__ = ["CLOCKS", "NOTHING", "STAGES", "Words", "append", "expect", "take", "turn", "write"]
