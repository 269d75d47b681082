"""The queue as anybody sees it: a number without an account, how many are before it, the station's screen.

Whose number it is stands in one signed cookie of their own browser; no name and no telephone is asked.
A screen of many (`?shared`) keeps none: it shows the slip of who drew, and goes back by itself.
"""

import datetime as dt
import secrets
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings.models import Bookable, Ticket
from lingju.bookings.queries import queue as queries
from lingju.bookings.services import queueing
from lingju.bookings.waiting import Wait
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import SystemActor, everyone, open_to
from lingju.kernel.signed_cookies import DAY_S, Held, SignedCookie
from lingju.people.services import limits
from lingju.people.services.limits import Limit

COOKIE: Final = SignedCookie("lingju_queue", "lingju.queue")
LENT: Final = SignedCookie("lingju_queue_lent", "lingju.queue.lent")
MOST_HELD: Final = 6
HELD: Final = Held(COOKIE, LENT, MOST_HELD)
SLIP_SHOWN_S: Final = 30
SHOWN_WAITING: Final = 8
DRAWS: Final = Limit("queue_draw", 30, dt.timedelta(hours=1))
T = Ticket.State


@open_to(everyone)
@never_cache
def queue(request: Request, bookable_id: int) -> HttpResponse:
    """Show how long it takes, draw a number, and afterwards show how many are before it."""
    bookable = queries.queue_of(request.actor, bookable_id)
    said = request.POST if request.method == "POST" else request.GET
    is_shared = "shared" in said or HELD.lent_to(request) is not None
    mine = None if is_shared else _mine(request, bookable)
    if request.method == "POST":
        return _drawn_for_many(request, bookable) if is_shared else _pressed(request, bookable, mine)
    counter = queries.counter(bookable)
    shown = {
        "bookable": bookable,
        "station": bookable.station,
        "counter": counter,
        "wait": wait_words(counter.wait),
        "mine": mine,
        "before": queries.before(mine) if mine is not None else 0,
        "my_wait": wait_words(queueing.wait_for(bookable, before=mine)) if mine is not None else "",
        "truth": queries.truth_of(bookable),
        "key": secrets.token_urlsafe(16),
        "is_shared": is_shared,
    }
    page = render(request, "bookings/queue.html", shown)
    if is_shared:
        LENT.forget(page)
    return page


@open_to(everyone)
@never_cache
def queue_slip(request: Request, bookable_id: int) -> HttpResponse:
    """Show the number of this browser as a slip to print; a screen of many goes back to drawing by itself."""
    bookable = queries.queue_of(request.actor, bookable_id)
    mine = _mine(request, bookable)
    if mine is None:
        raise NotThere(_("这台设备今天没有在这里取号。"))
    is_shared = HELD.lent_to(request) is not None
    back = _address(bookable, is_shared=is_shared)
    shown = {"ticket": mine, "bookable": bookable, "back": back, "is_shared": is_shared}
    page = render(request, "bookings/queue_slip.html", shown)
    if is_shared:
        page["Refresh"] = f"{SLIP_SHOWN_S}; url={back}"
    return page


@open_to(everyone)
@never_cache
def queue_screen(request: Request, slug: str) -> HttpResponse:
    """Show the queues of a station on its wall: numbers only, renewed by itself."""
    station = queries.station_of(request.actor, slug)
    counters = [(one, wait_words(one.wait)) for one in queries.counters_of(station)]
    shown = {"station": station, "counters": counters, "shown": SHOWN_WAITING, "now": clock.now()}
    page = render(request, "bookings/queue_screen.html", shown)
    # A wall has nobody to press a button: without a script, or after a lost network, it comes back by itself.
    page["Refresh"] = "60"
    return page


def wait_words(wait: Wait | None) -> str:
    """Return 大约等 6–15 分钟; 现在就轮到; or that today is too short."""
    if wait is None:
        return _("今天可能轮不到了，约个时间更稳当。")
    if wait.high < 1:
        return _("不用等，现在就轮到。")
    if wait.low == wait.high:
        return _("大约等 %(n)d 分钟。") % {"n": wait.high}
    return _("大约等 %(low)d–%(high)d 分钟。") % {"low": wait.low, "high": wait.high}


def _address(bookable: Bookable, *, is_shared: bool) -> str:
    return reverse("queue", args=[bookable.pk]) + ("?shared=1" if is_shared else "")


def _drawn_for_many(request: Request, bookable: Bookable) -> HttpResponse:
    """Draw a number on a screen of many, and show its slip; nothing of who drew before is kept."""
    ticket = _draw(request, bookable)
    response = HttpResponseRedirect(reverse("queue_slip", args=[bookable.pk]))
    HELD.lend(response, ticket.pk)
    return response


def _draw(request: Request, bookable: Bookable) -> Ticket:
    limits.spend_from_here(DRAWS, district_id=bookable.district_id)
    return queueing.draw(bookable, key=request.POST.get("key", ""), actor=_holder(bookable))


def _holder(bookable: Bookable) -> SystemActor:
    """Return who acts for a number: the number in the signed cookie is what they show, not a name."""
    return SystemActor(bookable.district_id, label=_("取号的人"))


def _pressed(request: Request, bookable: Bookable, mine: Ticket | None) -> HttpResponse:
    """Draw a number, or give the own one back; a browser holds one number of a queue at a time."""
    response = HttpResponseRedirect(_address(bookable, is_shared=False))
    if request.POST.get("do") == "give_up":
        if mine is not None:
            queueing.give_up(mine, actor=_holder(bookable))
            messages.success(request, _("号还回来了，后面的人可以早一点。"))
        return response
    if mine is None:
        ticket = _draw(request, bookable)
        ids = [*COOKIE.numbers(request), ticket.pk][-MOST_HELD:]
        COOKIE.write(response, "_".join(map(str, ids)), DAY_S)
    return response


def _mine(request: Request, bookable: Bookable) -> Ticket | None:
    """Return the number of this browser in this queue today, unless it is over."""
    rows = Ticket.objects.filter(pk__in=HELD.ids(request), bookable=bookable, date=clock.today())
    going = rows.exclude(state__in=(T.DONE, T.GIVEN_UP)).select_related("area", "station", "bookable")
    found: Ticket | None = going.order_by("-number").first()
    return found
