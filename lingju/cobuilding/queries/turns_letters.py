"""What a letter tells a unit of its turns: when, where, as what, and whom to ring at the community."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lingju.cobuilding.models import CommunityPlan, Duty, Enrolment
from lingju.cobuilding.queries.orders import phones_of


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as a letter says it; the place is the community's until its plan names one."""

    duty: Duty
    place: str
    call: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter to one unit."""

    unit: Enrolment
    turns: list[Turn]


def letters(ahead: Mapping[Enrolment, list[Duty]]) -> list[Letter]:
    """Return a letter for each unit, from the turns it has ahead; two queries for all of them."""
    duties = [duty for held in ahead.values() for duty in held]
    places, calls = _places(duties), phones_of({duty.area for duty in duties})
    return [
        Letter(
            unit,
            [
                Turn(
                    duty,
                    places.get((duty.cycle_id, duty.area_id), duty.area.short_name),
                    calls.get(duty.area_id, ""),
                )
                for duty in held
            ],
        )
        for unit, held in ahead.items()
    ]


def _places(duties: Iterable[Duty]) -> dict[tuple[int, int], str]:
    """Return where communities gather, as far as their plans say."""
    plans = CommunityPlan.objects.filter(cycle__in={duty.cycle_id for duty in duties})
    return {
        (plan.cycle_id, plan.area_id): str(plan.station) if plan.station is not None else plan.place_words
        for plan in plans.select_related("station")
        if plan.station is not None or plan.place_words
    }
