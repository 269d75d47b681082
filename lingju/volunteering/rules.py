"""Who may do what in volunteering: the community calls, its keeper runs the day, the person alone says yes.

`oneself` is the one rule behind accepting and withdrawing. No office opens it: a clerk, an officer, the
district may invite and may write down what they heard, and that is all.
"""

from dataclasses import dataclass
from typing import Any

from lingju.kernel.rules import Actor, EmptyHanded, Rule, the_system
from lingju.places.rules import CLERKS, KEEPERS, holding
from lingju.volunteering.models import Call, Volunteer


@dataclass(frozen=True, slots=True)
class Known(EmptyHanded):
    """Somebody who has shown a volunteer's number and code, or the link that was sent to them alone."""

    volunteer_id: int
    district_id: int
    account_id: int | None = None
    label: str = "本人"
    is_signed_in: bool = True
    has_second_factor: bool = False


def _works_at(actor: Actor, call: Any) -> bool:
    """Say whether the actor works for the call's community, or keeps the station where it is."""
    if not actor.is_signed_in:
        return False
    if call is None:
        return bool(actor.stems(KEEPERS) or actor.things(KEEPERS))
    if not isinstance(call, Call) or call.district_id != actor.district_id:
        return False
    if actor.holds(CLERKS, call.stem):
        return True
    station = call.station
    return station is not None and actor.holds(KEEPERS, station.stem, thing_id=station.pk)


def _is_oneself(actor: Actor, volunteer: Any) -> bool:
    if not isinstance(volunteer, Volunteer) or volunteer.district_id != actor.district_id:
        return False
    if isinstance(actor, Known):
        return bool(actor.volunteer_id == volunteer.pk)
    return actor.account_id is not None and actor.account_id == volunteer.account_id


oneself = Rule("oneself", _is_oneself)
calls_people = holding("calls_people", CLERKS) | the_system
works_at_it = Rule("works_at_it", _works_at) | the_system
its_answerer = Rule("its_answerer", lambda actor, row: row is not None and _is_oneself(actor, row.volunteer))
hears_answers = Rule("hears_answers", lambda actor, row: row is None or _works_at(actor, row.call))
its_clock = the_system
