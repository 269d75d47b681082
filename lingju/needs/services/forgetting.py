"""Letting go: three years after a need is closed only its counts remain, and files nobody points at go.

What is forgotten: the own words, the place, names, numbers and codes, what was told and noted, photos and
voices. What stays: kind, community, dates, outcome, verdicts without their words.
"""

import datetime as dt
from collections.abc import Callable, Collection

from django.db import models, transaction

from lingju.kernel import clock, vault
from lingju.kernel.rules import SystemActor
from lingju.needs.models import Asker, Asking, Entry, Evidence, Need
from lingju.needs.services import indexing, searching
from lingju.places.models import District
from lingju.trail.services import leave_footprint, prepared

KEPT = dt.timedelta(days=3 * 365)
# A file whose row is not written yet is younger than this.
ORPHANS_AFTER = dt.timedelta(days=1)


def forget_old(*, most: int = 200) -> int:
    """Forget what was closed three years ago, some at a time; return how many needs."""
    old = Need.objects.filter(is_over=True, closed_at__lt=clock.now() - KEPT).exclude(text="", title="")
    return sum(1 for need in old.select_related("category")[:most] if _forget(need))


@transaction.atomic
def _forget(need: Need) -> bool:
    blank = {
        "said": "",
        "place_note": "",
        "text": "",
        "public_text": "",
        "title": "",
        "hides_something": False,
    }
    Need.objects.filter(pk=need.pk).update(**prepared(need, blank), is_listed=False)
    for asker in need.askers.all():
        Asker.objects.filter(pk=asker.pk).update(
            **prepared(asker, {"called": "", "code": ""}), phone=None, phone_index=None, account=None
        )
    for asking in need.askings.all():
        Asking.objects.filter(pk=asking.pk).update(**prepared(asking, {"why": ""}))
    # The plain query set: entries refuse to be altered, and forgetting is the one exception.
    plain_entries: models.QuerySet[Entry] = models.QuerySet(Entry)
    for entry in Entry.objects.filter(need=need):
        plain_entries.filter(pk=entry.pk).update(**prepared(entry, {"told": "", "noted": ""}), data={})
    need.evidence.all().delete()
    indexing.unindex(need)
    searching.unindex([need.pk])
    leave_footprint(actor=SystemActor(need.district_id), action="forget", subject=need)
    return True


def sweep_files(named_above: Callable[[int], Collection[str]]) -> int:
    """Remove files of the vault that no evidence names, nor a floor above; return how many.

    `named_above` says which files of a district the rows of the floors above name.
    """
    gone = 0
    for district_id in District.objects.values_list("pk", flat=True):
        known = set(Evidence.objects.filter(district_id=district_id).values_list("name", flat=True))
        gone += len(vault.sweep(district_id, known | set(named_above(district_id)), ORPHANS_AFTER))
    return gone
