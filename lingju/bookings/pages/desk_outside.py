"""What lies outside the hours since they changed: each with why, and a free time to propose."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import phrases
from lingju.bookings.parties import Slot
from lingju.bookings.queries import desk as queries
from lingju.bookings.queries.calls import count as count_calls
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import calls, impact
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people.phones import masked


@open_to(its_keeper)
@never_cache
def desk_outside(request: Request, station_id: int) -> HttpResponse:
    """List what lies outside the hours; move one to the proposed time when whoever booked has agreed."""
    station = queries.station_for(request.actor, station_id)
    if request.method == "POST":
        _move(request)
        return HttpResponseRedirect(reverse("desk_outside", args=[station.pk]))
    shown = {
        "station": station,
        "tab": "day",
        "found": impact.proposals(station.pk, station.district_id),
        "calls": count_calls(station),
        "masked": masked,
        "words": phrases,
    }
    return render(request, "bookings/desk_outside.html", shown)


def _move(request: Request) -> None:
    """Move a booking to the time that was agreed; what cannot be is said on top."""
    said = request.POST.get("claim", "")
    claim = queries.claim_for(request.actor, int(said) if said.isdecimal() else 0)
    try:
        starts_at = dt.datetime.fromisoformat(request.POST.get("to", ""))
    except ValueError as error:
        raise BadInput(_("请从页面上的时间里选。")) from error
    if starts_at.tzinfo is None or claim.starts_at is None or claim.ends_at is None:
        raise BadInput(_("请从页面上的时间里选。"))
    slot = Slot(
        starts_at, starts_at + (claim.ends_at - claim.starts_at), claim.quantity, claim.has_read_notice
    )
    try:
        agreed = _("说好了，改到 %(when)s。") % {"when": phrases.soon(starts_at)}
        calls.move_as_agreed(claim, slot, agreed, actor=request.actor)
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return
    messages.success(request, _("改到 %(when)s 了，预约号没变。") % {"when": phrases.soon(starts_at)})
