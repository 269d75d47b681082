"""Writing the keys under which an open need is found again (`text.keys`), and what a search finds it by."""

from lingju.needs.models import Need, SimilarityKey
from lingju.needs.services import searching
from lingju.needs.text import keys


def index(need: Need) -> None:
    """Write the keys of a need, in the caller's transaction; what stood there before is replaced."""
    SimilarityKey.objects.filter(need=need).delete()
    SimilarityKey.objects.bulk_create(
        SimilarityKey(district_id=need.district_id, key=key, need=need)
        for key in sorted(keys.written(need.text, need.lon, need.lat))
    )
    searching.index(need)


def unindex(need: Need) -> None:
    """Take a need that is closed out of the look-up; a search still finds it."""
    SimilarityKey.objects.filter(need=need).delete()
