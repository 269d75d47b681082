"""Who may do what with a booking: whose it is, who looks after the station, or nobody but the clock.

Whose it is shows an account, or number and code: then a `Holder` acts.
"""

from dataclasses import dataclass
from typing import Any

from lingju.kernel.rules import Actor, EmptyHanded, Rule, the_system
from lingju.places.rules import CLERKS, KEEPERS


@dataclass(frozen=True, slots=True)
class Holder(EmptyHanded):
    """Somebody who has shown number and code of one booking, and is nobody else."""

    claim_id: int
    district_id: int
    account_id: int | None = None
    label: str = "本人"
    is_signed_in: bool = True
    has_second_factor: bool = False


def _is_party(actor: Actor, claim: Any) -> bool:
    if claim is None or claim.district_id != actor.district_id:
        return False
    if isinstance(actor, Holder):
        return bool(actor.claim_id == claim.pk)
    # Whoever booked for somebody, as family, may also call it off.
    return actor.account_id is not None and actor.account_id in (claim.account_id, claim.told_by_id)


def _looks_after(offices: frozenset[Any]) -> Any:
    def test(actor: Actor, thing: Any) -> bool:
        if not actor.is_signed_in:
            return False
        if thing is None:
            return bool(actor.stems(offices) or actor.things(offices))
        if thing.district_id != actor.district_id:
            return False
        return actor.holds(offices, thing.stem, thing_id=thing.station_id)

    return test


def _subscribes(actor: Actor, token: Any) -> bool:
    if token is None or token.district_id != actor.district_id:
        return False
    # One without an account is a browser's: whoever found the row has shown its signed cookie.
    return token.account_id is None or token.account_id == actor.account_id


its_subscriber = Rule("its_subscriber", _subscribes)
its_party = Rule("its_party", _is_party)
its_keeper = Rule("its_keeper", _looks_after(KEEPERS))
its_clerk = Rule("its_clerk", _looks_after(frozenset(CLERKS)))
its_clock = the_system
