"""The short way through a rush: who comes too late is told so at once, with all they typed still there.

In a calm hour a time that is gone comes back with the nearest free times and the same service elsewhere
on the same page. That page is worth its cost for one; for two thousand at once it would keep everybody
waiting, winners too. So once this process has turned several back from one thing within seconds, who
follows gets a short page: other times and the waiting list are each one press away.
"""

from collections import deque
from typing import Final

from django.core.cache import cache
from django.http import HttpResponse
from django.template.backends.utils import csrf_input
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import get_language
from markupsafe import Markup

from lingju.bookings import phrases
from lingju.bookings.forms.book import BookForm
from lingju.bookings.pages.wanted import Wanted
from lingju.bookings.services import turning
from lingju.bookings.services.turning import TooLate
from lingju.kernel import clock
from lingju.kernel.requests import Request

MANY: Final = 5
WITHIN_MS: Final = 10_000
MOST_KNOWN: Final = 500
LONG_WAY: Final = ("wait", "look")
MARK: Final = "<!-- carried -->"
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
    by_staff = bool(getattr(request.actor, "works_here", False))
    press = turning.Press(wanted.at, wanted.minutes, wanted.quantity, said.get("key", ""), by_staff)
    gone = turning.turned_back(request.actor.district_id, bookable_id, press)
    if gone is None:
        return None
    note(bookable_id)
    page = _page(request, bookable_id, gone)
    return HttpResponse(page.replace(MARK, _carried(request)), status=409)


def _page(request: Request, bookable_id: int, gone: TooLate) -> str:
    """Draw the page but for what one person typed; all who wanted that time are shown the same drawing."""
    when = phrases.when(gone.starts_at, gone.ends_at)
    mark = Markup(MARK)  # noqa: S704  a constant
    shown = {"bookable_id": bookable_id, "name": gone.name, "when": when, "carried": mark}
    if request.account is not None or "messages" in request.COOKIES:
        return render_to_string("bookings/rush.html", shown, request)  # something on it may be theirs alone
    looks = (bookable_id, phrases.spelt(gone.starts_at), get_language(), request.display)
    key = f"rush:{':'.join(map(str, looks))}"
    page: str | None = cache.get(key)
    if page is None:
        page = render_to_string("bookings/rush.html", shown, request)
        cache.set(key, page, WITHIN_MS // 1000)
    return page


def _carried(request: Request) -> str:
    """Return what goes on with the form: the token, and what was typed."""
    said = request.POST
    typed = ((name, said[name]) for name in CARRIED if said.get(name))
    inputs = format_html_join("", '<input type="hidden" name="{}" value="{}">', typed)
    return f"{csrf_input(request)}{inputs}"
