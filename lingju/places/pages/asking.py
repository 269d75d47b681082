"""What the desk's pages share: fetch what somebody looks after, and run a verb over a form."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotNow, NotThere, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.kernel.uploads import SHEET_TYPE
from lingju.places.forms.drafts import DraftForm
from lingju.places.forms.fields import Asking
from lingju.places.models import Area, Building, Compound, District, Station
from lingju.places.rules import CLERKS


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


def areas_for(actor: Actor, district: District) -> list[Area]:
    """Return the areas in which the actor may put something: street and below, within their offices."""
    stems = actor.stems(CLERKS)
    levels = (Area.Level.STREET, Area.Level.COMMUNITY, Area.Level.GRID)
    areas = Area.objects.of(district).filter(level__in=levels)
    return [area for area in areas if area.stem.startswith(tuple(stems))]


def compounds_for(actor: Actor) -> list[Compound]:
    """Return the compounds the actor may point at."""
    return list(Compound.objects.managed_by(actor).only("id", "name", "district_id"))


def saved(
    form: Asking, save: Callable[[], Any], *, now_there: Callable[[], dict[str, Any]] | None = None
) -> bool:
    """Run a verb over what was typed; a refusal is put into the form, which keeps what was typed.

    Where another hand was faster, `now_there` says what the form would show now: both stand side by side.
    """
    if not form.is_valid():
        return False
    try:
        save()
    except BadInput as refusal:
        form.show(refusal)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, SomeoneWasFaster) and isinstance(form, DraftForm) and now_there is not None:
            form.meet(now_there())
    return not form.errors


def workbook(content: bytes, name: str) -> HttpResponse:
    """Return a spreadsheet as a download with a Chinese name."""
    response = HttpResponse(content, content_type=SHEET_TYPE)
    quoted = urlencode({"": f"{name}.xlsx"})[1:].replace("+", "%20")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quoted}"
    return response


def _one(rows: "QuerySet[Any]", pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found
