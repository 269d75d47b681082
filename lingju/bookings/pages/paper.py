"""What one takes along: the slip, on A5 or on the 80 mm roll of a counter, and a calendar entry."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import ical, phrases
from lingju.bookings.pages.mine import held, picture_of
from lingju.bookings.queries import standing
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to


@open_to(everyone)
@never_cache
def booking_ticket(request: Request, claim_number: str) -> HttpResponse:
    """Show the slip of a booking to print; `?paper=roll` for the counter's roll."""
    claim = held(request, claim_number)
    shown = {
        "seen": standing.seen(claim),
        "code": str(claim.code),
        "picture": picture_of(request, claim),
        "address": request.build_absolute_uri(reverse("booking", args=[claim.number])),
        "is_roll": request.GET.get("paper") == "roll",
        "phone": (claim.station.phone if claim.station is not None else "") or request.district.hotline,
    }
    return render(request, "bookings/ticket.html", shown)


@open_to(everyone)
@never_cache
def booking_ics(request: Request, claim_number: str) -> HttpResponse:
    """Hand out one booking for the calendar of a phone."""
    claim = held(request, claim_number)
    if claim.starts_at is None or claim.ends_at is None or phrases.is_loan(claim):
        raise NotThere(_("这个预约没有定时间，放不进日历。"))
    address = request.build_absolute_uri(reverse("booking", args=[claim.number]))
    response = HttpResponse(ical.calendar_of(claim, address), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{claim.number}.ics"'
    return response
