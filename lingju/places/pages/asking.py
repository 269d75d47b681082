"""What the desk's pages share: fetch what somebody looks after."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Building, Compound, Station


def station_for(actor: Actor, station_id: int) -> Station:
    """Return a station the actor looks after; out of scope it is not there."""
    station: Station = _one(
        Station.objects.managed_by(actor).select_related("area", "compound", "district"), station_id
    )
    return station


def compound_for(actor: Actor, compound_id: int) -> Compound:
    """Return a compound the actor may edit; out of scope it is not there."""
    compound: Compound = _one(
        Compound.objects.managed_by(actor).select_related("area", "district"), compound_id
    )
    return compound


def building_for(actor: Actor, building_id: int) -> Building:
    """Return a building the actor may edit; out of scope it is not there."""
    rows = Building.objects.managed_by(actor).select_related("area", "compound", "district")
    building: Building = _one(rows, building_id)
    return building


def compounds_for(actor: Actor) -> list[Compound]:
    """Return the compounds the actor may point at."""
    return list(Compound.objects.managed_by(actor).only("id", "name", "district_id"))


def _one(rows: "QuerySet[Any]", pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found
