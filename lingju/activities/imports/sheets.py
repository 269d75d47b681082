"""The sheets of activities by name: look, take in, a template (`places.imports.named`)."""

from collections.abc import Callable
from typing import Any

from lingju.activities.events import ActivitiesImported
from lingju.activities.imports.arrivals import Arrivals
from lingju.activities.imports.headcounts import HeadCounts
from lingju.places.imports.named import NamedSheets

SHEETS: dict[str, Callable[[], Any]] = {"headcounts": HeadCounts, "arrivals": Arrivals}

_named = NamedSheets(SHEETS, ActivitiesImported)
sheet, glance, look, take_in, template = (
    _named.sheet,
    _named.glance,
    _named.look,
    _named.take_in,
    _named.template,
)
