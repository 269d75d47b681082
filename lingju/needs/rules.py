"""Who may do what with a need: its asker, its desk, another desk, two persons where one is not enough.

An asker proves to be one by an account, or by number and code: then a `Bearer` acts. Whoever handled a
need never records whether it is solved.
"""

from dataclasses import dataclass
from typing import Any

from lingju.kernel.rules import Actor, EmptyHanded, Rule, SystemActor, the_system
from lingju.needs.models import Asker, Entry, Handover, Need
from lingju.places.rules import CLERKS, DISTRICT, KEEPERS, OFFICERS, holding


@dataclass(frozen=True, slots=True)
class Bearer(EmptyHanded):
    """Somebody who has shown number and code: the asker of one need, and nobody else."""

    asker_id: int
    district_id: int
    account_id: int | None = None
    label: str = "本人"
    is_signed_in: bool = True
    has_second_factor: bool = False


# What an actor does to a need that makes them its handler.
HANDLING = (Entry.Axis.STAGE, Entry.Axis.OUTCOME, Entry.Axis.REPLY, Entry.Axis.CLOCK)


def _is_asker(actor: Actor, asker: Any) -> bool:
    if asker is None or asker.district_id != actor.district_id:
        return False
    if isinstance(actor, Bearer):
        return bool(actor.asker_id == asker.pk)
    return bool(actor.account_id is not None and asker.account_id == actor.account_id)


def _asked_for_it(actor: Actor, need: Any) -> bool:
    if need is None or need.district_id != actor.district_id:
        return False
    mine = Asker.objects.filter(need=need)
    if isinstance(actor, Bearer):
        return mine.filter(pk=actor.asker_id).exists()
    return actor.account_id is not None and mine.filter(account_id=actor.account_id).exists()


def _sees(actor: Actor, need: Any) -> bool:
    if need.district_id != actor.district_id:
        return False
    return actor.holds(CLERKS, need.owner_stem) or actor.holds(
        KEEPERS, need.place_stem, thing_id=need.station_id
    )


def handlers_of(need: Need) -> set[int]:
    """Return the accounts that had a hand in a need: they may not record its verdict."""
    told = Entry.objects.filter(need=need, axis__in=HANDLING, actor_id__isnull=False).exclude(
        step__in=("submit", "judge", "reopen", "withdraw")
    )
    return set(told.values_list("actor_id", flat=True))


def _handled(actor: Actor, need: Any) -> bool:
    return need is not None and actor.account_id is not None and actor.account_id in handlers_of(need)


def _decides(actor: Actor, handover: Any) -> bool:
    """Say whether the actor answers for the door a need is offered to."""
    if not isinstance(handover, Handover) or handover.district_id != actor.district_id:
        return False
    if handover.to_area is not None:
        return actor.holds(CLERKS, handover.to_area.stem)
    # An organisation answers through its own people; where it has none here, our desk writes down its word.
    is_member = (
        handover.to_org is not None
        and actor.account_id is not None
        and handover.to_org.memberships.filter(account_id=actor.account_id).exists()
    )
    return is_member or actor.holds(CLERKS, handover.need.owner_stem)


def _gave_it(actor: Actor, handover: Any) -> bool:
    same = isinstance(handover, Handover) and handover.district_id == actor.district_id
    return same and actor.holds(CLERKS, handover.need.owner_stem)


def _took_it_over(actor: Actor, need: Any) -> bool:
    """Say whether the actor has just said yes for the door that has the need now."""
    if not isinstance(need, Need) or actor.account_id is None:
        return False
    return need.handovers.filter(state="accepted", decided_by_id=actor.account_id).exists()


its_desk = holding("its_desk", CLERKS)
works_at_a_desk = holding("works_at_a_desk", CLERKS)
keeps_a_counter = holding("keeps_a_counter", KEEPERS)
oversees_the_loop = holding("oversees_the_loop", OFFICERS)
edits_the_loop = holding("edits_the_loop", DISTRICT)
# What belongs to the whole district lies in no one place.
edits_what_is_the_districts = Rule(
    "edits_what_is_the_districts",
    lambda actor, thing: (
        edits_the_loop.allows(actor) and (thing is None or thing.district_id == actor.district_id)
    ),
)
sees_it = Rule("sees_it", lambda actor, need: need is not None and _sees(actor, need)) | the_system
its_asker = Rule("its_asker", _is_asker)
asked_for_it = Rule("asked_for_it", _asked_for_it)
its_handler = Rule("its_handler", _handled)
# A second pair of eyes: of the desk above or beside, never of whoever handled it.
calls_back = Rule("calls_back", lambda actor, need: need is not None and _sees(actor, need)) & ~its_handler
gave_it = Rule("gave_it", _gave_it) | the_system
took_it_over = Rule("took_it_over", _took_it_over) | the_system
decides_on_it = Rule("decides_on_it", _decides) | the_system
the_clockwork = Rule("the_clockwork", lambda actor, subject: isinstance(actor, SystemActor))
