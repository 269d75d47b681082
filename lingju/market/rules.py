"""Who may do what with a market: its community runs it, who works there counts, a card counts for its stall.

A card 摊位卡 shows who looks after one stall on the day: then a `StallHelper` acts, for that stall alone.
"""

from dataclasses import dataclass
from typing import Any

from lingju.activities import rules as activities
from lingju.kernel.rules import Actor, EmptyHanded, Rule, the_system
from lingju.market.models import Market, Stall
from lingju.places.rules import CLERKS, holding


@dataclass(frozen=True, slots=True)
class StallHelper(EmptyHanded):
    """Somebody who has shown the card of one stall, and is nobody else."""

    stall_id: int
    district_id: int
    account_id: int | None = None
    label: str = "摊位帮手"
    is_signed_in: bool = True
    has_second_factor: bool = False


def _works_at(actor: Actor, thing: Any) -> bool:
    market = thing.market if isinstance(thing, Stall) else thing
    if market is not None and not isinstance(market, Market):
        return False
    return activities.works_at_it.allows(actor, market.session if market is not None else None)


def _has_its_card(actor: Actor, stall: Any) -> bool:
    is_one = isinstance(actor, StallHelper) and isinstance(stall, Stall)
    return is_one and (actor.stall_id, actor.district_id) == (stall.pk, stall.district_id)  # type: ignore[attr-defined]


# Asked without a record: whether the actor runs, or works at, markets anywhere.
runs_it = holding("runs_the_market", CLERKS) | the_system
works_at_it = Rule("works_at_the_market", _works_at) | the_system
counts_at_it = Rule("has_the_card_of_the_stall", _has_its_card) | works_at_it
