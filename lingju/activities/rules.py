"""Who may do what with an activity: its community plans it, its keeper runs it, who signed up withdraws.

A street officer holds every community of the street, and so sees and may help with all of its sessions.
"""

from typing import Any

from lingju.activities.models import Session
from lingju.kernel.rules import Actor, Rule, the_system
from lingju.places.rules import CLERKS, DISTRICT, KEEPERS, holding


def _works_at(actor: Actor, session: Any) -> bool:
    """Say whether the actor works for the session's community, or keeps the station where it is held."""
    if not actor.is_signed_in:
        return False
    if session is None:
        return bool(actor.stems(KEEPERS) or actor.things(KEEPERS))
    if not isinstance(session, Session) or session.district_id != actor.district_id:
        return False
    if actor.holds(CLERKS, session.stem):
        return True
    station = session.station
    return station is not None and actor.holds(KEEPERS, station.stem, thing_id=station.pk)


# Asked without a record: whether the actor plans, or works, anywhere.
plans_it = holding("plans_it", CLERKS) | the_system
works_at_it = Rule("works_at_it", _works_at) | the_system
keeps_the_library = holding("keeps_the_library", DISTRICT) | the_system
