"""Heeding danger: words that cannot wait count whenever they are said, at intake and in all that comes later.

At intake the form stops before anything is kept (`saying.CallFirst`). Later words are kept at once, because
nothing may be lost; whom to call is shown beside them, and the need comes first at its desk.
"""

from collections.abc import Collection, Iterable

from lingju.kernel import clock
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import NeedFlagged
from lingju.needs.models import Entry, Need
from lingju.needs.services import axes, promises
from lingju.needs.services.axes import Words
from lingju.needs.text.red_flags import RedFlag, red_flags, whom_to_call
from lingju.places.models import District

STEP = "heed"
LONGEST_FLAGS = 120


def dangers_in(text: str, district: District) -> tuple[RedFlag, ...]:
    """Return the dangers a text speaks of, with the numbers to call in this district."""
    return red_flags(text, gas_phone=promises.policy_of(district).gas_phone)


def numbers_for(codes: Collection[str], district: District) -> tuple[RedFlag, ...]:
    """Return whom to call in this district for some dangers."""
    return whom_to_call(codes, gas_phone=promises.policy_of(district).gas_phone)


def heed(need: Need, text: str, *, actor: Actor) -> None:
    """Let a need come first where words that were just kept speak of danger, in the caller's transaction."""
    if flags := dangers_in(text, need.district):
        mark(need, flags, actor=actor)


def mark(need: Need, flags: Iterable[RedFlag], *, actor: Actor) -> None:
    """Mark a need as one to be looked at first, and say so to its desk.

    The version stays: a mark is no other hand at the need, so it takes nobody's press away.
    """
    said_now = {flag.code for flag in flags}
    codes = sorted({*filter(None, need.flags.split(",")), *said_now})
    need.is_urgent, need.flags = True, ",".join(codes)[:LONGEST_FLAGS]
    marked = {"is_urgent": True, "flags": need.flags, "updated_at": clock.now()}
    Need.objects.filter(pk=need.pk).update(**marked)
    words = Words(data={"flags": sorted(said_now)})
    entry = axes.append(need, Entry.Axis.NOTE, STEP, actor=actor, words=words)
    announce(NeedFlagged(need.district_id, need.pk, entry.pk))
