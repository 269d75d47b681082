"""电话代约: a keeper books for somebody on the telephone in three taps, and prints the paper.

A gap of the day leads here with its time chosen; what is left is a name, a telephone, and that they agreed
to the sentence that was read to them. The code stands on the paper for half an hour and never again.
"""

import datetime as dt
import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import phrases
from lingju.bookings.forms.desk import CallForm
from lingju.bookings.models import Bookable
from lingju.bookings.pages.desk_day import day_asked
from lingju.bookings.parties import Slot
from lingju.bookings.queries import desk as queries
from lingju.bookings.queries import openings, standing
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import claiming
from lingju.bookings.services.claiming import Receipt
from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places.models import Station

CODE_FOR = dt.timedelta(minutes=30)
DAYS_SHOWN = 7


@open_to(its_keeper)
@never_cache
def desk_booking_new(request: Request, station_id: int) -> HttpResponse:
    """Book for somebody: choose what, which day and time, and write down who."""
    station = queries.station_for(request.actor, station_id)
    timed = [
        one
        for one in queries.bookables_of(station)
        if one.is_offered and one.takes_bookings and one.mode != Bookable.Mode.LOAN
    ]
    if not timed:
        return render(
            request, "bookings/desk_call.html", {"station": station, "tab": "call", "timed": [], "form": None}
        )
    chosen = next((one for one in timed if str(one.pk) == request.GET.get("b", "")), timed[0])
    return _asked(request, station, timed, chosen)


def _asked(request: Request, station: Station, timed: list[Bookable], chosen: Bookable) -> HttpResponse:
    date = max(day_asked(request), clock.today())
    form = CallForm(
        request.POST if request.method == "POST" else None,
        initial={
            "key": secrets.token_urlsafe(16),
            "by": "call",
            "quantity": 1,
            "at": request.GET.get("at", ""),
        },
        bookable=chosen,
        times=_times(chosen, date),
    )
    made: list[Receipt] = []

    def save() -> object:
        said = form.cleaned_data
        slot = Slot(
            form.moment(),
            quantity=said.get("quantity", 1),
            has_read_notice=said.get("has_read_notice", False),
        )
        party = form.party(request.actor.account_id)
        receipt = claiming.claim(
            chosen, slot, party, key=said["key"], actor=request.actor, may_wait=said["may_wait"]
        )
        made.append(receipt)
        return receipt

    if request.method == "POST" and saved(form, save):
        if not made[0].is_new:
            messages.info(request, _("这个刚才已经约上了，没有重复约。"))
        return HttpResponseRedirect(reverse("desk_claim_slip", args=[made[0].claim.pk]))
    shown = {"station": station, "tab": "call", "timed": timed, "chosen": chosen, "date": date, "form": form}
    shown |= {"dates": _dates(), "words": phrases}
    return render(request, "bookings/desk_call.html", shown, status=422 if form.errors else 200)


def _dates() -> list[dt.date]:
    return [clock.today() + dt.timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]


def _times(bookable: Bookable, date: dt.date) -> list[tuple[str, str]]:
    """Return the start times of a date as choices, those that are full with the word."""
    outlook = openings.outlook([bookable], date, date)
    return [
        (
            one.starts_at.isoformat(),
            phrases.time_words(one.starts_at) + ("" if one.free else _("（满了）")),
        )
        for one in outlook.day(bookable, date).openings
    ]


@open_to(its_keeper)
@never_cache
def desk_claim_slip(request: Request, claim_id: int) -> HttpResponse:
    """Show the paper of what the actor has just booked for somebody; half an hour later it is not there."""
    claim = queries.claim_for(request.actor, claim_id)
    is_mine = claim.told_by_id is not None and claim.told_by_id == request.actor.account_id
    if not is_mine or clock.now() - claim.made_at > CODE_FOR:
        raise NotThere(_("这张小票只有约的人半小时内能打印。请本人凭预约号或手机来查。"))
    date = (claim.starts_at or clock.now()).astimezone(clock.ZONE).date()
    shown = {
        "seen": standing.seen(claim),
        "code": str(claim.code),
        "back": f"{reverse('desk_day', args=[claim.station_id])}?date={date}",
        "phone": (claim.station.phone if claim.station is not None else "") or request.district.hotline,
        "address": request.build_absolute_uri(reverse("booking", args=[claim.number])),
    }
    return render(request, "bookings/desk_slip.html", shown)
