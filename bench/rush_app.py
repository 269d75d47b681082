"""The smallest page over the booking verb: the house's settings and middleware, one address, no template.

    bench.rush_app:application        POST /rush/<bookable>/ with key and at: 201 booked, 409 gone

What it measures is a request through gunicorn, every middleware of the house (CSRF and session cookies
included), the look that turns most back (`turning`) and `claiming.claim`; it leaves out drawing a page.
"""

import datetime as dt
import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lingju.site.settings")
django.setup()
settings.ROOT_URLCONF = "bench.rush_app"

from django.core.wsgi import get_wsgi_application  # noqa: E402  the house must be ready first
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402

from lingju.bookings.models import Bookable  # noqa: E402
from lingju.bookings.parties import Party, Slot  # noqa: E402
from lingju.bookings.services import claiming, turning  # noqa: E402
from lingju.bookings.services.counting import NoPlace  # noqa: E402
from lingju.kernel import clock  # noqa: E402
from lingju.kernel.requests import Request  # noqa: E402


def rush(request: Request, bookable_id: int) -> HttpResponse:
    """Give a token, or book."""
    if request.method != "POST":
        return HttpResponse(get_token(request))
    at = dt.datetime.fromisoformat(request.POST["at"]).replace(tzinfo=clock.ZONE)
    press = turning.Press(at, key=request.POST["key"])
    if turning.turned_back(request.actor.district_id, bookable_id, press) is not None:
        return JsonResponse({"sentence": "full"}, status=NoPlace.status)
    bookable = Bookable.objects.select_related("area", "station").get(pk=bookable_id)
    slot = Slot(starts_at=at)
    party = Party(called=request.POST["called"])
    try:
        receipt = claiming.claim(bookable, slot, party, key=request.POST["key"], actor=request.actor)
    except NoPlace as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=refusal.status)
    return JsonResponse({"number": receipt.claim.number}, status=201)


urlpatterns = [path("rush/<int:bookable_id>/", rush)]
application = get_wsgi_application()
