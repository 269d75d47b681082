"""A code at a door or on a device: scanned, it opens saying a need with the place filled in.

    fuhou               the door of a station, by its name in addresses
    d-1f-3a9c20d1e4     a thing at a station: its id, and a seal against counting them through

`/desk/codes/<station id>/` is the sheet of all codes of a station, to print and cut.
"""

import hmac
import re
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from markupsafe import Markup

from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs.models import Need
from lingju.needs.pages.said import Said
from lingju.needs.pages.say import show_kinds
from lingju.people.factors import qr
from lingju.places.models import Facility, Station
from lingju.places.rules import its_keeper

SALT = "lingju.qr"
SEAL = 10
OF_THING = re.compile(rf"d-([0-9a-f]{{1,15}})-([0-9a-f]{{{SEAL}}})")


@dataclass(frozen=True, slots=True)
class Label:
    """One code to cut out: what it hangs on, where it leads."""

    name: str
    address: str
    picture: Markup


def code_of(thing: Facility) -> str:
    """Return the code of a thing at a station."""
    return f"d-{thing.pk:x}-{_seal(thing.pk)}"


def _seal(facility_id: int) -> str:
    return salted_hmac(SALT, str(facility_id), algorithm="sha256").hexdigest()[:SEAL]


@open_to(everyone)
def qr_entry(request: Request, code: str) -> HttpResponse:
    """Open saying a need at what the code hangs on."""
    match = OF_THING.fullmatch(code)
    thing = _thing(request, match) if match else None
    station = thing.station if thing is not None else _station(request, code)
    if station is None:
        raise NotThere(_("这个码不对，或者这里已经不用了。可以从首页说一声。"))
    facility = str(thing.pk) if thing is not None else ""
    return show_kinds(request, Said(at=f"s-{station.slug}", facility=facility, via=Need.Channel.QR.value))


def _thing(request: Request, match: re.Match[str]) -> Facility | None:
    facility_id = int(match[1], 16)
    if not hmac.compare_digest(_seal(facility_id), match[2]):
        return None
    things = Facility.objects.filter(district=request.district, pk=facility_id)
    return things.filter(station__state__in=Station.IN_USE).select_related("station").first()


def _station(request: Request, code: str) -> Station | None:
    return Station.objects.filter(district=request.district, slug=code[:60]).in_use().first()


@open_to(its_keeper)
def desk_codes(request: Request, station_id: int) -> HttpResponse:
    """Show the codes of a station's door and things on a sheet."""
    stations = Station.objects.managed_by(request.actor).prefetch_related("facilities")
    station: Station | None = stations.filter(pk=station_id).first()
    if station is None:
        raise NotThere(_("没找到，或者不归您管。"))
    labels = [_label(request, _("门口"), station.slug)]
    labels += [_label(request, thing.name, code_of(thing)) for thing in station.facilities.all()]
    return render(request, "needs/counter_codes.html", {"station": station, "labels": labels})


def _label(request: Request, name: str, code: str) -> Label:
    address = request.build_absolute_uri(reverse("qr_entry", args=[code]))
    return Label(name, address, qr(address))
