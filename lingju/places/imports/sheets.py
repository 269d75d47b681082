"""The five sheets by name, and what pages and commands do with one: look, take in, hand out, a template."""

from collections.abc import Callable
from typing import Any

from lingju.kernel import clock, sheets_out
from lingju.kernel.rules import Actor
from lingju.places.events import PlacesImported
from lingju.places.imports.areas import Areas
from lingju.places.imports.buildings import Buildings
from lingju.places.imports.calendar import Calendar
from lingju.places.imports.compounds import Compounds
from lingju.places.imports.named import NamedSheets
from lingju.places.imports.stations import Stations
from lingju.places.models import District

# In the order in which they build on one another.
SHEETS: dict[str, Callable[[], Any]] = {
    "areas": Areas,
    "compounds": Compounds,
    "buildings": Buildings,
    "stations": Stations,
    "calendar": Calendar,
}

_named = NamedSheets(SHEETS, PlacesImported)
sheet, glance, look, take_in, template = (
    _named.sheet,
    _named.glance,
    _named.look,
    _named.take_in,
    _named.template,
)


def hand_out(name: str, district: District, *, actor: Actor) -> bytes:
    """Return the rows an actor may edit as a workbook that reads back in unchanged."""
    kind = sheet(name)
    title = f"{district.name}{kind.title}"
    return sheets_out.xlsx(title, kind.out, kind.lines(district, actor), as_of=clock.now())
