"""The counter's side of the numbers: call, begin, done, missed, given back; and how true we were."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lingju.bookings.models import Ticket
from lingju.bookings.queries import desk as queries
from lingju.bookings.queries import queue
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import queueing
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to

DEEDS: Mapping[str, Callable[[Ticket, Actor], Ticket]] = {
    "call": lambda ticket, actor: queueing.call(ticket, actor=actor),
    "serve": lambda ticket, actor: queueing.serve(ticket, actor=actor),
    "finish": lambda ticket, actor: queueing.finish(ticket, actor=actor),
    "miss": lambda ticket, actor: queueing.miss(ticket, actor=actor),
    "give_up": lambda ticket, actor: queueing.give_up(ticket, actor=actor),
}


@open_to(its_keeper)
@never_cache
def desk_queue(request: Request, station_id: int) -> HttpResponse:
    """Show the queues of a station; call the next number, or draw one for somebody at the counter."""
    station = queries.station_for(request.actor, station_id)
    if request.method == "POST":
        _next(request)
        return HttpResponseRedirect(reverse("desk_queue", args=[station.pk]))
    counters = queue.counters_of(station)
    shown = {
        "station": station,
        "tab": "queue",
        "counters": [(one, queue.truth_of(one.bookable)) for one in counters],
    }
    return render(request, "bookings/desk_queue.html", shown)


@open_to(its_keeper)
@require_POST
def desk_ticket(request: Request, ticket_id: int) -> HttpResponse:
    """Do what was pressed to one number; what cannot be is said on top."""
    ticket = queries.ticket_for(request.actor, ticket_id)
    does = request.POST.get("do", "")
    if does not in DEEDS:
        raise NotThere(_("没有这一步。"))
    try:
        DEEDS[does](ticket, request.actor)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk_queue", args=[ticket.station_id]))


@open_to(its_keeper)
@never_cache
def desk_ticket_slip(request: Request, ticket_id: int) -> HttpResponse:
    """Show a number of today as a slip to print, for whoever has no phone to keep it on."""
    ticket = queries.ticket_for(request.actor, ticket_id)
    if ticket.date != clock.today():
        raise NotThere(_("这不是今天的号。"))
    back = reverse("desk_queue", args=[ticket.station_id])
    shown = {"ticket": ticket, "bookable": ticket.bookable, "back": back, "is_shared": False}
    return render(request, "bookings/queue_slip.html", shown)


def _next(request: Request) -> None:
    """Call the next number of a counter, or draw one for whoever stands there."""
    said = request.POST.get("b", "")
    bookable = queries.bookable_for(request.actor, int(said) if said.isdecimal() else 0)
    try:
        if request.POST.get("do") == "draw":
            ticket = queueing.draw(bookable, key=request.POST.get("key", ""), actor=request.actor)
            messages.success(request, _("取了 %(n)d 号。") % {"n": ticket.number})
        else:
            ticket = queueing.call_next(bookable, actor=request.actor)
            messages.success(request, _("请 %(n)d 号过来。") % {"n": ticket.number})
    except (NotNow, BadInput) as refusal:
        messages.error(request, str(refusal))
