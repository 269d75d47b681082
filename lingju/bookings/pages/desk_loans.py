"""Lending at the desk: what is out, what is late, lending, taking back, letting somebody keep it longer."""

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings import phrases
from lingju.bookings.forms.desk import LendForm
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.queries import desk as queries
from lingju.bookings.queries import openings
from lingju.bookings.rules import its_keeper
from lingju.bookings.services import lending
from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people.phones import masked
from lingju.places.models import Station


@open_to(its_keeper)
@never_cache
def desk_loans(request: Request, station_id: int) -> HttpResponse:
    """Show what is out and what is reserved, what is due first on top; lend, take back, extend."""
    station = queries.station_for(request.actor, station_id)
    does = request.POST.get("do", "") if request.method == "POST" else ""
    if does in ("give_back", "extend", "hand_out"):
        _moved(request, does)
        return HttpResponseRedirect(reverse("desk_loans", args=[station.pk]))
    form = _form(request, station, is_sent=does == "lend")

    def save() -> object:
        return lending.lend(
            form.bookable(),
            form.party(request.actor.account_id),
            key=form.cleaned_data["key"],
            actor=request.actor,
        )

    if does == "lend" and saved(form, save):
        messages.success(request, _("借出去了。"))
        return HttpResponseRedirect(reverse("desk_loans", args=[station.pk]))
    now = clock.now()
    out = list(lending.lent_at(station.pk))
    shown = {
        "station": station,
        "tab": "loans",
        "late": [claim for claim in out if claim.ends_at is not None and claim.ends_at < now],
        "out": [claim for claim in out if claim.ends_at is None or claim.ends_at >= now],
        "reserved": _reserved(station),
        "form": form,
        "masked": masked,
        "words": phrases,
    }
    return render(request, "bookings/desk_loans.html", shown, status=422 if form.errors else 200)


def _form(request: Request, station: Station, *, is_sent: bool) -> LendForm:
    things = [
        one for one in queries.bookables_of(station) if one.mode == Bookable.Mode.LOAN and one.is_offered
    ]
    outlook = openings.outlook(things, clock.today(), clock.today())
    shelves = [(one, outlook.places(one, None, None, 1)) for one in things]
    initial = {"key": secrets.token_urlsafe(16), "by": "call"}
    return LendForm(request.POST if is_sent else None, initial=initial, bookables=shelves)


def _reserved(station: Station) -> list[Claim]:
    rows = Claim.objects.filter(
        station=station, state=Claim.State.CONFIRMED, bookable__mode=Bookable.Mode.LOAN
    )
    return list(rows.select_related("bookable", "area").order_by("made_at"))


def _moved(request: Request, does: str) -> None:
    """Do what was pressed to one loan; what cannot be is said on top."""
    said = request.POST.get("claim", "")
    claim = queries.claim_for(request.actor, int(said) if said.isdecimal() else 0)
    verbs = {"give_back": lending.give_back, "extend": lending.extend, "hand_out": lending.hand_out}
    words = {"give_back": _("还回来了，谢谢。"), "extend": _("续借好了。"), "hand_out": _("取走了。")}
    if does not in verbs:
        raise NotThere(_("没有这一步。"))
    try:
        verbs[does](claim, actor=request.actor)
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return
    messages.success(request, words[does])
