"""Counting again: whether cells say what the parts of claims say, and whether anybody waits in vain."""

from collections.abc import Iterable, Iterator

from lingju.bookings import promotion
from lingju.bookings.cells import Taking, summed
from lingju.bookings.models import Cell, Claim, Part
from lingju.bookings.services import counting


def differences(pools: Iterable[int]) -> list[str]:
    """Return what does not add up in some pools, each in a sentence; nothing if all is well."""
    ids = list(pools)
    return [*_miscounted(ids), *_waiting_in_vain(ids)]


def _miscounted(pools: list[int]) -> Iterator[str]:
    recount = summed(_takings(Part.objects.filter(pool__in=pools, claim__state__in=Claim.TAKING)))
    cells = Cell.objects.filter(pool__in=pools).values_list("pool_id", "at", "taken", "capacity")
    counted = {}
    for pool_id, at, taken, capacity in cells:
        counted[pool_id, at] = taken
        if taken > capacity:
            yield f"cell {at} of pool {pool_id} holds {taken} of {capacity}"
    for key in {*recount, *counted}:
        if recount.get(key, 0) != counted.get(key, 0):
            yield f"cell {key} counts {counted.get(key, 0)} where claims take {recount.get(key, 0)}"


def _waiting_in_vain(pools: list[int]) -> Iterator[str]:
    waiting = Claim.objects.waiting().filter(parts__pool__in=pools).distinct()
    entries = [
        promotion.Entry(claim.pk, tuple(_takings(claim.parts.all())), claim.passed)
        for claim in waiting.prefetch_related("parts")
    ]
    left = counting.free([taking for entry in entries for taking in entry.takings])
    for claim_id in promotion.choose(entries, left).served:
        yield f"claim {claim_id} waits though there is room"
    for claim in waiting.filter(passed__gt=promotion.MOST_PASSED):
        yield f"claim {claim.pk} was passed {claim.passed} times"


def _takings(parts: Iterable[Part]) -> list[Taking]:
    return [Taking(part.pool_id, part.first, part.end, part.quantity) for part in parts]
