"""The sheets of needs by name: look, take in, a template (`places.imports.named`)."""

from collections.abc import Callable
from typing import Any

from lingju.needs.events import NeedsImported
from lingju.needs.imports.orders import Orders
from lingju.needs.imports.slips import Slips
from lingju.places.imports.named import NamedSheets

SHEETS: dict[str, Callable[[], Any]] = {"slips": Slips, "orders": Orders}

_named = NamedSheets(SHEETS, NeedsImported)
sheet, glance, look, take_in, template = (
    _named.sheet,
    _named.glance,
    _named.look,
    _named.take_in,
    _named.template,
)
