"""要打电话的: whom no message reaches, what they are to be told, the number on a press, that it is done."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import phrases
from lingju.bookings.models import PhoneCall
from lingju.bookings.queries import calls as queries
from lingju.bookings.queries import desk
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import calls, reading
from lingju.kernel.asking import whole_number
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people.phones import masked
from lingju.places.models import Station


@open_to(its_keeper)
@never_cache
def desk_calls(request: Request, station_id: int) -> HttpResponse:
    """List whom to ring; show one number, which is kept, or note that somebody was rung."""
    station = desk.station_for(request.actor, station_id)
    if request.method != "POST":
        return _list(request, station)
    call = desk.call_for(request.actor, whole_number(request.POST.get("call", "")) or 0)
    does = request.POST.get("do", "")
    if does == "phone":
        return _list(request, station, call, reading.see_phone(call.claim, actor=request.actor))
    if does != "done":
        raise NotThere(_("没有这一步。"))
    calls.done(call, actor=request.actor)
    messages.success(request, _("记下了，打过了。"))
    return HttpResponseRedirect(reverse("desk_calls", args=[station.pk]))


def _list(request: Request, station: Station, seen: PhoneCall | None = None, phone: str = "") -> HttpResponse:
    shown = {
        "station": station,
        "tab": "calls",
        "rings": queries.to_make(station),
        "made": queries.made_today(station),
        "seen": seen,
        "phone": phone,
        "masked": masked,
        "words": phrases,
    }
    return render(request, "bookings/desk_calls.html", shown)
