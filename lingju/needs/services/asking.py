"""Asking everybody who stands behind an answered need: each once a round, whatever came of it."""

import datetime as dt

from lingju.kernel import clock
from lingju.kernel.facts import announce
from lingju.kernel.rules import SystemActor
from lingju.needs.events import AskerAsked
from lingju.needs.models import Asker, Asking, Entry, Need
from lingju.needs.services import axes
from lingju.needs.services.axes import Words

Confirmation = Asker.Confirmation


def ask_all(need: Need, *, handled_by: int | None) -> list[Asking]:
    """Ask everybody who is to be asked and was not yet in this round, inside the caller's transaction."""
    asked = need.askings.filter(round=need.round).values("asker_id")
    waiting = need.askers.to_be_asked().exclude(pk__in=asked)
    return [ask(asker, need, handled_by=handled_by) for asker in waiting]


def ask(asker: Asker, need: Need, *, handled_by: int | None) -> Asking:
    """Ask one person by the way they use."""
    now = clock.now()
    asking = Asking.objects.create(
        district_id=need.district_id,
        asker=asker,
        need=need,
        round=need.round,
        by=asker.by,
        asked_at=now,
        until=need.ask_until or now + dt.timedelta(days=7),
        handled_by_id=handled_by,
    )
    confirm(asker, need, Confirmation.ASKED, step="ask")
    announce(AskerAsked(need.district_id, need.pk, asking.pk))
    return asking


def confirm(
    asker: Asker,
    need: Need,
    value: str,
    *,
    step: str,
    actor_id: int | None = None,
    words: Words = axes.NOTHING,
) -> Entry:
    """Set where an asker's confirmation stands, and append what led there."""
    before = asker.confirmation
    Asker.objects.filter(pk=asker.pk).update(confirmation=value)
    asker.confirmation = value
    return Entry.objects.create(
        district_id=need.district_id,
        need=need,
        axis=Entry.Axis.CONFIRMATION,
        step=step,
        before=before,
        after=value,
        round=need.round,
        actor_id=actor_id,
        desk="",
        told=words.told,
        noted=words.noted,
        data={**words.data, "asker": str(asker.pk)},
    )


def forget_round(need: Need) -> None:
    """Begin a new round: nobody has been asked in it yet."""
    for asker in need.askers.to_be_asked().exclude(confirmation=Confirmation.NOT_ASKED):
        confirm(asker, need, Confirmation.NOT_ASKED, step="new_round", actor_id=SystemActor().account_id)
