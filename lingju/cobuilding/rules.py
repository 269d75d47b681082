"""Who may do what on the co-building day: the street leads it, communities carry it out, a unit says its own.

A unit has no account here: whoever opens its signed link acts as its `UnitBearer`, and as nobody else.
"""

from dataclasses import dataclass
from typing import Any

from lingju.kernel.rules import Actor, EmptyHanded, Rule, the_system
from lingju.places.rules import CLERKS, DISTRICT, OFFICERS, holding


@dataclass(frozen=True, slots=True)
class UnitBearer(EmptyHanded):
    """Somebody who came through the signed link of one enrolled unit."""

    enrolment_id: int
    district_id: int
    account_id: int | None = None
    label: str = "报到单位"
    is_signed_in: bool = True
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class TeamBearer(EmptyHanded):
    """Somebody who opened a work order by its code: the team that carries it, and nobody else."""

    order_id: int
    district_id: int
    account_id: int | None = None
    label: str = "派工单上的队伍"
    is_signed_in: bool = True
    has_second_factor: bool = False


def _is_team(actor: Actor, order: Any) -> bool:
    if order is None or not isinstance(actor, TeamBearer) or order.district_id != actor.district_id:
        return False
    return bool(actor.order_id == order.pk)


def _is_unit(actor: Actor, thing: Any) -> bool:
    """Say whether the actor is the unit itself: of an enrolment, or of what carries `enrolment_id`."""
    if thing is None or not isinstance(actor, UnitBearer) or thing.district_id != actor.district_id:
        return False
    whose = getattr(thing, "enrolment_id", thing.pk)
    return bool(whose == actor.enrolment_id)


def _does_it(actor: Actor, task: Any) -> bool:
    """Say whether the actor is a unit of the organisation to which a task was given."""
    if task is None or not isinstance(actor, UnitBearer) or task.district_id != actor.district_id:
        return False
    return bool(task.is_of(actor.enrolment_id))


def _asked_it(actor: Actor, swap: Any) -> bool:
    return swap is not None and _is_unit(actor, swap.mine)


its_unit = Rule("its_unit", _is_unit)
does_it = Rule("does_it", _does_it)
its_team = Rule("its_team", _is_team)
asked_it = Rule("asked_it", _asked_it)
carries_it_out = holding("carries_it_out", CLERKS) | the_system
leads_it = holding("leads_it", OFFICERS) | the_system
sets_the_rule = holding("sets_the_rule", DISTRICT) | the_system
its_clock = the_system
