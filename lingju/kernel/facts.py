"""Facts: what has happened, announced upward; who hears them is one line in the wiring.

    module below ── announce(StationPaused(…)) ──▶ reactions, in three strengths

    at_once        in the same transaction; if it fails, nothing happened (a footprint, a counter)
    durably        written to the queue in the same transaction, run later, tried again (a message)
    after_commit   in process after the commit, may be lost (a cache to warm)

A fact is a frozen dataclass of ids in the past tense. Nothing else connects a lower floor to a higher
one, and there are no model signals.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from lingju.kernel import parcels

Reaction = Callable[[Any], None]
Post = Callable[[str, str, dict[str, Any]], None]


@dataclass(slots=True)
class Hearing:
    """Who hears one kind of fact."""

    at_once: list[Reaction] = field(default_factory=list)
    durably: list[Reaction] = field(default_factory=list)
    after_commit: list[Reaction] = field(default_factory=list)


class UnknownReaction(LookupError):
    """Nobody of that name hears that fact durably: it was renamed or unwired since it was posted."""


_hearings: dict[type, Hearing] = {}
_post: list[Post] = []


def when(
    fact: type,
    *,
    at_once: Reaction | None = None,
    durably: Reaction | None = None,
    after_commit: Reaction | None = None,
) -> None:
    """Let a reaction hear a kind of fact; called by the wiring alone, once at start."""
    hearing = _hearings.setdefault(fact, Hearing())
    for reactions, reaction in (
        (hearing.at_once, at_once),
        (hearing.durably, durably),
        (hearing.after_commit, after_commit),
    ):
        if reaction is not None and reaction not in reactions:
            reactions.append(reaction)


def hearings() -> dict[type, Hearing]:
    """Return who hears which fact, for the generated page `docs/wiring.md`."""
    return dict(_hearings)


def name_of(thing: Any) -> str:
    """Return the dotted name by which a fact type or a reaction can be found again."""
    return f"{thing.__module__}:{thing.__qualname__}"


def find(reaction_name: str, fact_name: str) -> tuple[Reaction, type]:
    """Return the wired reaction and fact type of these names; raise UnknownReaction.

    Only what is wired is found: a name in the queue cannot call arbitrary code.
    """
    wired = [(reaction, fact) for fact, hearing in _hearings.items() for reaction in hearing.durably]
    for reaction, fact in wired:
        if (name_of(reaction), name_of(fact)) == (reaction_name, fact_name):
            return reaction, fact
    raise UnknownReaction(f"{reaction_name} does not hear {fact_name}")


def carry_with(post: Post) -> None:
    """Say how durable reactions are posted: called with (reaction name, fact name, the fact packed)."""
    _post[:] = [post]


def announce(fact: Any) -> None:
    """Announce that something has happened; call it inside the transaction that made it true."""
    name = type(fact).__name__
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{name} must be announced inside the transaction that made it true")
    hearing = _hearings.get(type(fact))
    if hearing is None:
        return
    for reaction in hearing.at_once:
        reaction(fact)
    if hearing.durably and not _post:
        raise RuntimeError(f"{name} is heard durably, but nothing carries it: call carry_with in the wiring")
    for reaction in hearing.durably:
        _post[0](name_of(reaction), name_of(type(fact)), parcels.pack(fact))
    for reaction in hearing.after_commit:
        transaction.on_commit(_hearing_later(reaction, fact), robust=True)


def mention(fact: Any) -> None:
    """Tell a fact that changed nothing, so that no transaction made it true: somebody asked in vain.

    Only those can hear it who hear after the commit. It opens no transaction, which would cost a rush of
    refusals the one pen of SQLite.
    """
    hearing = _hearings.get(type(fact), Hearing())
    if hearing.at_once or hearing.durably:
        raise RuntimeError(f"{type(fact).__name__} changes nothing, and is heard after the commit alone")
    for reaction in hearing.after_commit:
        transaction.on_commit(_hearing_later(reaction, fact), robust=True)


def _hearing_later(reaction: Reaction, fact: Any) -> Callable[[], None]:
    """Bind a reaction to its fact; a partial has no name, and Django names what fails after the commit."""

    def hear() -> None:
        reaction(fact)

    hear.__qualname__ = name_of(reaction)
    return hear
