"""The sheets of the co-building day by name: look, take in, a template (`places.imports.named`)."""

from collections.abc import Callable
from typing import Any

from lingju.cobuilding.events import UnitsImported
from lingju.cobuilding.imports.resources import Resources
from lingju.cobuilding.imports.units import Units
from lingju.places.imports.named import NamedSheets

SHEETS: dict[str, Callable[[], Any]] = {"units": Units, "resources": Resources}

_named = NamedSheets(SHEETS, UnitsImported)
sheet, glance, look, take_in, template = (
    _named.sheet,
    _named.glance,
    _named.look,
    _named.take_in,
    _named.template,
)
