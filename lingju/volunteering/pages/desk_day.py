"""The day of a call: the list at the door, the code of the place, the paper list, and hours afterwards."""

import secrets
from collections.abc import Mapping

import orjson
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lingju.kernel.asking import Asking, saved
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.initials import matches
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people.factors import qr
from lingju.volunteering import passes, phrases
from lingju.volunteering.forms.desk import LookForm, MinutesForm, PressForm, SignForm, ThankForm
from lingju.volunteering.forms.door import batch
from lingju.volunteering.models import Call, Invitation, Volunteer
from lingju.volunteering.queries import desk as queries
from lingju.volunteering.queries.door import door_of
from lingju.volunteering.rules import works_at_it
from lingju.volunteering.services import attending, confirming, records
from lingju.volunteering.services.attending import Entry

HOURS: Mapping[str, type[Asking]] = {
    "sign": SignForm,
    "sign_all": SignForm,
    "add": MinutesForm,
    "correct": MinutesForm,
    "look": LookForm,
    "refuse": LookForm,
    "thank": ThankForm,
}


@open_to(works_at_it)
@never_cache
def desk_volunteer_door(request: Request, call_id: int) -> HttpResponse:
    """Show who said yes, with one big button each; a press that is sent is kept."""
    call = queries.call_for(request.actor, call_id)
    form = PressForm(request.POST if request.method == "POST" else None)

    def press() -> None:
        said = form.cleaned_data
        entry = Entry(said["nonce"], said["kind"], said["method"], said["code"], said["invitation_id"])
        attending.check_in(call, entry, actor=request.actor)

    if request.method == "POST" and saved(form, press):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("desk_volunteer_door", args=[call.pk]))
    door = door_of(call)
    wanted = " ".join(request.GET.get("q", "")[:40].split())
    shown = {
        "call": call,
        "door": door,
        "guests": [
            one for one in door.guests if not wanted or matches(one.called, wanted) or wanted == one.number
        ],
        "q": wanted,
        "form": form,
        "nonce": lambda: secrets.token_urlsafe(12),
        "words": phrases,
    }
    return render(request, "volunteering/door.html", shown, status=422 if form.errors else 200)


@open_to(works_at_it)
@require_POST
@never_cache
def desk_volunteer_scans(request: Request, call_id: int) -> HttpResponse:
    """Take in what a device has kept, as JSON; answer what became of each, and how many are here now."""
    call = queries.call_for(request.actor, call_id)
    if request.content_type != "application/json":
        raise BadInput(_("送来的内容看不懂，没有收。"))
    entries, device = batch(request.body)
    outcomes = attending.take_in(call, entries, device=device, actor=request.actor)
    door = door_of(call)
    told = {
        "outcomes": [
            {
                "nonce": one.nonce,
                "kept": one.was_kept,
                "new": one.is_new,
                "trouble": "",
                "words": one.words,
                "signup_id": str(one.invitation_id or ""),
            }
            for one in outcomes
        ],
        "visits": door.came,
        "signup_visits": door.here,
        "walk_in_visits": 0,
    }
    return HttpResponse(orjson.dumps(told), content_type="application/json")


@open_to(works_at_it)
@never_cache
def desk_volunteer_code(request: Request, call_id: int) -> HttpResponse:
    """Show the code of the place on a screen; it changes by itself, and needs no script to do so."""
    call = queries.call_for(request.actor, call_id)
    code = passes.place_code(call.pk, call.station_id or 0)
    address = request.build_absolute_uri(reverse("volunteer_here", args=[code]))
    shown = {"call": call, "address": address, "picture": qr(address), "words": phrases}
    answer = render(request, "volunteering/code.html", shown)
    # A screen that nobody touches shows the next code by itself, without a script.
    answer["Refresh"] = "60"
    return answer


@open_to(works_at_it)
@never_cache
def desk_volunteer_paper(request: Request, call_id: int) -> HttpResponse:
    """Show the list at the door as a sheet to print, with columns for coming, going and a signature."""
    call = queries.call_for(request.actor, call_id)
    people = Invitation.objects.filter(call=call).accepted().select_related("volunteer").order_by("pk")
    return render(request, "volunteering/paper.html", {"call": call, "people": people, "words": phrases})


@open_to(works_at_it)
@never_cache
def desk_volunteer_hours(request: Request, call_id: int) -> HttpResponse:
    """Show what the evidence comes to, what is odd and why; a press that is sent is done."""
    call = queries.call_for(request.actor, call_id)
    what = request.POST.get("do", "")
    forms = {name: make(request.POST if name == what else None) for name, make in HOURS.items()}
    if request.method == "POST":
        if what not in forms:
            raise NotThere(_("没有这一步。"))
        if saved(forms[what], lambda: _do(request, call, what, forms[what])):
            return HttpResponseRedirect(reverse("desk_volunteer_hours", args=[call.pk]))
    wrong = any(form.errors for form in forms.values())
    found = records.records_of(call)
    recorded = {record.volunteer.pk for record in found}
    missing = Invitation.objects.filter(call=call).accepted().exclude(volunteer__in=recorded)
    shown = {
        "call": call,
        "records": found,
        "ready": sum(bool(one.minutes) and not one.odd and not one.is_confirmed for one in found),
        "missing": missing.select_related("volunteer"),
        "trail": queries.trail_of(call),
        "forms": forms,
        "wrong": wrong,
        "what": what,
        "nonce": lambda: secrets.token_urlsafe(12),
        "words": phrases,
    }
    return render(request, "volunteering/desk_hours.html", shown, status=422 if wrong else 200)


def _do(request: Request, call: Call, what: str, form: Asking) -> None:
    said, actor = form.cleaned_data, request.actor
    if what == "thank":
        attending.thank(call, said["words"], method=said["method"], key=said["key"], actor=actor)
        messages.success(request, _("记下了。"))
        return
    if what == "sign_all":
        n = confirming.confirm_all(call, key=said["key"], actor=actor)
        messages.success(request, _("签认了 %(n)d 位。") % {"n": n})
        return
    person = _person(call, said["volunteer_id"])
    if what == "sign":
        confirming.confirm(call, person, key=said["key"], actor=actor)
    elif what in ("add", "correct"):
        verb = confirming.add_later if what == "add" else confirming.correct
        verb(call, person, said["minutes"], said["why"], key=said["key"], actor=actor)
    else:
        look = confirming.look_again if what == "look" else confirming.refuse
        look(call, person, said["why"], key=said["key"], actor=actor)
    messages.success(request, _("记下了。"))


def _person(call: Call, volunteer_id: int | None) -> Volunteer:
    rows = Volunteer.objects.filter(invitations__call=call, pk=volunteer_id or 0)
    found = rows.select_related("area").first()
    if found is None:
        raise NotThere(_("这次招募没有这一位。"))
    return found
