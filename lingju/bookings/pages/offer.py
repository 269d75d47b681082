"""The link of a message that says a place came free: one page, two buttons.

Opening the link changes nothing, so that a preview by a phone or a gateway takes nobody's place; only the
press of a button does. The same press again is harmless.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from lingju.bookings import mine
from lingju.bookings.pages.mine import answered
from lingju.bookings.queries import standing
from lingju.bookings.rules import Holder
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to


@open_to(everyone)
@never_cache
def booking_offer(request: Request, offer_token: str) -> HttpResponse:
    """Show the place that is kept, or do what was pressed."""
    claim = mine.claim_of_token(offer_token, request.district)
    address = reverse("booking_offer", args=[offer_token])
    if request.method == "POST":
        return answered(request, claim, address)
    is_mine = mine.claim_of(request, claim.number) is not None
    steps = standing.steps(claim, Holder(claim.pk, claim.district_id))
    shown = {"seen": standing.seen(claim), "address": address, "steps": steps, "is_mine": is_mine}
    return render(request, "bookings/offer.html", shown)
