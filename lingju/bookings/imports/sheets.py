"""The sheets of bookings by name: look, take in, a template (`places.imports.named`)."""

from collections.abc import Callable
from typing import Any

from lingju.bookings.events import BookingsImported
from lingju.bookings.imports.books import Books
from lingju.places.imports.named import NamedSheets

SHEETS: dict[str, Callable[[], Any]] = {"books": Books}

_named = NamedSheets(SHEETS, BookingsImported)
sheet, glance, look, take_in, template = (
    _named.sheet,
    _named.glance,
    _named.look,
    _named.take_in,
    _named.template,
)
