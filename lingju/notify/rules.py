"""Who may touch a notice: its reader alone. Who may send a message again: an officer of its district."""

from typing import Any

from lingju.kernel.rules import Actor, Rule, the_system
from lingju.places.rules import DISTRICT


def _sends_again(actor: Actor, message: Any) -> bool:
    # A message stands at no node of the tree: who sees to them holds the office for the whole district.
    is_near = message is None or message.district_id == actor.district_id
    return actor.is_signed_in and is_near and bool(actor.stems(DISTRICT))


its_reader = Rule(
    "its_reader",
    lambda actor, notice: actor.is_signed_in and (notice is None or notice.account_id == actor.account_id),
)
sends_again = Rule("sends_again", _sends_again) | the_system
