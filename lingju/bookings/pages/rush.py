"""The short way through a rush: who comes too late is told so at once, with all they typed still there.

In a calm hour a time that is gone comes back with the nearest free times and the same service elsewhere
on the same page. That page is worth its cost for one; for two thousand at once it would keep everybody
waiting, winners too. So once this process has turned several back from one thing within seconds, who
follows gets a short page: other times and the waiting list are each one press away.
"""

from collections import deque
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from lingju.bookings import phrases
from lingju.bookings.forms.book import BookForm
from lingju.bookings.pages.wanted import Wanted
from lingju.bookings.services import turning
from lingju.kernel import clock
from lingju.kernel.requests import Request

MANY: Final = 5
WITHIN_MS: Final = 10_000
MOST_KNOWN: Final = 500
LONG_WAY: Final = ("wait", "look")
CARRIED: Final = ("at", "minutes", "shared", *BookForm.base_fields)

_turned: dict[int, deque[int]] = {}


def note(bookable_id: int) -> None:
    """Remember that somebody came too late for something."""
    if len(_turned) > MOST_KNOWN:
        _turned.clear()  # at worst some more get the long page
    _turned.setdefault(bookable_id, deque(maxlen=MANY)).append(clock.epoch_ms())


def is_on(bookable_id: int) -> bool:
    """Say whether several came too late for it within the last seconds."""
    times = _turned.get(bookable_id)
    return times is not None and len(times) == MANY and clock.epoch_ms() - times[0] < WITHIN_MS


def turned_back(request: Request, bookable_id: int, wanted: Wanted) -> HttpResponse | None:
    """Answer shortly whoever is too late for certain while a rush is on; None sends them the long way."""
    said = request.POST
    if wanted.at is None or not is_on(bookable_id) or any(name in said for name in LONG_WAY):
        return None
    press = turning.Press(wanted.at, wanted.minutes, wanted.quantity, said.get("key", ""))
    gone = turning.turned_back(request.actor.district_id, bookable_id, press)
    if gone is None:
        return None
    note(bookable_id)
    shown = {
        "bookable_id": bookable_id,
        "name": gone.name,
        "when": phrases.when(gone.starts_at, gone.ends_at),
        "carried": [(name, said[name]) for name in CARRIED if said.get(name)],
    }
    return render(request, "bookings/rush.html", shown, status=409)
