"""The keys under which an open need is found again: its words and its cell, newest first.

A look-up asks for the newest few under each key, so that it costs the same among a thousand needs and
among a million.
"""

from lingju.needs.models import Need, SimilarityKey
from lingju.needs.services import searching
from lingju.needs.text import similar


def keys_of(need: Need) -> set[int]:
    """Return the keys of a need: the bands of its words, and its cell where it has a point."""
    keys = set(similar.bands(similar.signature(need.text))) if need.text else set()
    if need.lon is not None and need.lat is not None:
        keys.add(similar.cell(need.lon, need.lat))
    return keys


def index(need: Need) -> None:
    """Write the keys of a need, in the caller's transaction; what stood there before is replaced."""
    SimilarityKey.objects.filter(need=need).delete()
    SimilarityKey.objects.bulk_create(
        SimilarityKey(district_id=need.district_id, key=key, need=need) for key in sorted(keys_of(need))
    )
    searching.index(need)


def unindex(need: Need) -> None:
    """Take a need that is closed out of the look-up; a search still finds it."""
    SimilarityKey.objects.filter(need=need).delete()
