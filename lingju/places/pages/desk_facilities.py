"""The tablet at a station's counter: every facility a tile, two taps to its state; clerks also equip."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places import queries
from lingju.places.catalogue import facility_kind
from lingju.places.forms.daily import FacilityForm, StateForm
from lingju.places.models import Facility, Station
from lingju.places.pages import devices
from lingju.places.pages.asking import station_for
from lingju.places.rules import its_clerk, its_keeper
from lingju.places.services import facilities, facility_devices

MOST_BUTTONS = 12  # so many numbers fit on a tablet, each wide enough for a thumb; above that one types


@open_to(its_keeper)
def desk_facilities(request: Request, station_id: int) -> HttpResponse:
    """Show the tiles; the chosen one unfolds its states."""
    station = station_for(request.actor, station_id)
    form = FacilityForm(request.POST or None)
    if request.method == "POST" and saved(
        form, lambda: facilities.add(station, form.draft(), actor=request.actor)
    ):
        messages.success(request, _("加好了。"))
        return _back(station)
    return _tiles(request, station, form)


@open_to(its_keeper)
@require_POST
def desk_facility_state(request: Request, station_id: int, facility_id: int) -> HttpResponse:
    """Record what somebody saw: a state, how many are free, a reading."""
    station = station_for(request.actor, station_id)
    facility = _facility(station, facility_id)
    form = StateForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("这个状态记不了，请从按钮里选。"))
    said = form.cleaned_data
    try:
        facilities.record_state(
            facility,
            actor=request.actor,
            state=said["state"] or None,
            free=said["free"],
            reading=said["reading"] if "reading" in request.POST else None,
        )
        messages.success(request, _("%(name)s记下了。") % {"name": facility.name})
    except BadInput as refusal:
        messages.error(request, str(refusal))
    return _back(station)


@open_to(its_keeper)
@require_POST
def desk_facilities_seen(request: Request, station_id: int) -> HttpResponse:
    """Record that everything was looked over and is as shown."""
    station = station_for(request.actor, station_id)
    seen = facilities.confirm_all(station, actor=request.actor)
    messages.success(request, _("%(n)d 样都看过了，时间记到现在。") % {"n": seen})
    return _back(station)


@open_to(its_clerk)
def desk_facility(request: Request, station_id: int, facility_id: int) -> HttpResponse:
    """Edit a facility, say which devices speak for it, or take it away."""
    station = station_for(request.actor, station_id)
    facility = _facility(station, facility_id)
    asked = request.POST.get("do", "")
    if asked in devices.ASKED:
        add = partial(facility_devices.register, facility, actor=request.actor)
        devices.change(request, facility, facility.devices.all(), add, "api:api_facility")
        return HttpResponseRedirect(reverse("desk_facility", args=[station.pk, facility.pk]))
    if asked == "remove":
        facilities.remove(facility, actor=request.actor)
        messages.success(request, _("%(name)s撤掉了。") % {"name": facility.name})
        return _back(station)
    names = ("kind", "name", "total", "expires_on", "note")
    form = FacilityForm(request.POST or None, initial={name: getattr(facility, name) for name in names})
    if request.method == "POST" and saved(
        form, lambda: facilities.edit(facility, form.draft(), actor=request.actor)
    ):
        messages.success(request, _("记下了。"))
        return _back(station)
    shown = {
        "station": station,
        "facility": facility,
        "form": form,
        **devices.shown(request, facility, facility.devices.all()),
    }
    return render(request, "places/desk_facility.html", shown, status=422 if form.errors else 200)


def _tiles(request: Request, station: Station, form: FacilityForm) -> HttpResponse:
    things = [(facility, facility_kind(facility.kind)) for facility in station.facilities.order_by("id")]
    shown = {
        "station": station,
        "tab": "facilities",
        "open": queries.state_of(station, clock.now()),
        "may_edit": its_clerk.allows(request.actor, station),
        "now": clock.now(),
        "things": things,
        "most_buttons": MOST_BUTTONS,
        "chosen": request.GET.get("f", ""),
        "states": Facility.State.choices,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "places/desk_station_facilities.html", shown, status=status)


def _facility(station: Station, facility_id: int) -> Facility:
    facility = station.facilities.select_related("station__area").filter(pk=facility_id).first()
    if facility is None:
        raise NotThere(_("没找到这样设施。"))
    return facility


def _back(station: Station) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk_facilities", args=[station.pk]))
