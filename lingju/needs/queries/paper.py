"""Slips of paper that were taken in from a sheet: who wrote them, and how they are handed an answer."""

from collections.abc import Collection

from django.db.models import F, QuerySet

from lingju.kernel.rules import Actor
from lingju.needs.models import Asker, Need
from lingju.needs.services.exchanging import PAPER
from lingju.places.models import District

BESIDE = ("category", "area", "station", "compound")


def to_hand_out(actor: Actor, district: District, numbers: Collection[str]) -> QuerySet[Asker]:
    """Return whoever wrote the slips of these numbers and left no telephone, with the `slip` of each.

    Nothing reaches them but a paper with their number and code: without one they can never judge.
    """
    wrote = Asker.objects.filter(district=district, role=Asker.Role.AUTHOR, by=Asker.By.PAPER)
    wrote = wrote.filter(phone__isnull=True)
    of_these = wrote.filter(
        need__foreign_numbers__system=PAPER,
        need__foreign_numbers__number__in=numbers,
        need__in=Need.objects.visible_to(actor),
    )
    beside = (f"need__{name}" for name in BESIDE)
    return of_these.annotate(slip=F("need__foreign_numbers__number")).select_related(*beside).order_by("id")
