"""Index needs anew for the search, and verify that every need stands where its own record says it does."""

import argparse
from collections.abc import Iterator

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.needs.models import Need
from lingju.needs.services import axes, indexing, searching
from lingju.places.models import District

AT_ONCE = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("verb", choices=("reindex", "verify"))


def run(arguments: argparse.Namespace) -> int:
    """Index or verify every district; return 1 where a need and its record differ."""
    districts = list(District.objects.order_by("code"))
    if arguments.verb == "reindex":
        for district in districts:
            print(f"{district.name}: {searching.rebuild(district)} needs indexed for the search")
            print(f"{district.name}: {_keys_again(district)} open needs indexed for similar ones")
        return 0
    differing = [district for district in districts if _verify(district)]
    return int(bool(differing))


def _keys_again(district: District) -> int:
    """Write the keys of likeness of what is open anew; return how many needs."""
    done = 0
    for need in _needs(district):
        if not need.is_over:
            indexing.index(need)
            done += 1
    return done


def _verify(district: District) -> bool:
    """Compare each need with its record and name those that differ; say whether any does."""
    looked, wrong = 0, 0
    for need in _needs(district):
        looked += 1
        stands, told = axes.reading(need), axes.rebuilt(need)
        differing = [axis for axis in stands if stands[axis] != told.get(axis)]
        wrong += bool(differing)
        for axis in differing:
            print(f"  ! {need.number} {axis}: stands at {stands[axis]!r}, its record says {told.get(axis)!r}")
    print(f"{district.name}: {looked} needs compared with their record, {wrong} differ")
    return wrong > 0


def _needs(district: District) -> Iterator[Need]:
    """Yield the needs of a district in the order of their making, some hundreds at a time."""
    last = 0
    while True:
        rows = Need.objects.filter(district=district, pk__gt=last).order_by("pk")
        some = list(rows.select_related("area", "compound", "station", "district")[:AT_ONCE])
        if not some:
            return
        yield from some
        last = some[-1].pk
