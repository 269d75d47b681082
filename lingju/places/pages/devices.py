"""Devices on the page of their door or facility: register one, see its secret once, take it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.places.models import Device, Facility, Station
from lingju.places.models.devices import DeviceQuerySet
from lingju.places.services import devices

ASKED = ("device", "revoke")


def change(
    request: Request,
    thing: Station | Facility,
    rows: DeviceQuerySet,
    register: Callable[[str], tuple[Device, str]],
    address_name: str,
) -> None:
    """Register a device of a thing and keep its secret for the page that follows alone; or take one back."""
    if request.POST["do"] == "revoke":
        _revoke(request, rows)
        return
    try:
        device, secret = register(request.POST.get("device_name", ""))
    except (BadInput, NotNow) as refusal:
        messages.error(request, str(refusal))
        return
    address = request.build_absolute_uri(reverse(address_name, args=[device.pk]))
    request.session[_shown_once(thing)] = {"name": device.name, "address": address, "secret": secret}


def shown(request: Request, thing: Station | Facility, rows: DeviceQuerySet) -> dict[str, Any]:
    """Return what the page shows of devices; a secret that was just made leaves the session with it."""
    return {"devices": rows.in_force(), "device_secret": request.session.pop(_shown_once(thing), None)}


def _revoke(request: Request, rows: DeviceQuerySet) -> None:
    said = request.POST.get("device", "")
    device = next((one for one in rows.in_force() if str(one.pk) == said), None)
    if device is None:
        raise NotThere(_("没有这个设备。"))
    devices.revoke(device, actor=request.actor)
    messages.success(request, _("作废了，它发来的不再收。"))


def _shown_once(thing: Station | Facility) -> str:
    """Return where a secret waits: the page of another thing, open beside it, must not show it."""
    return f"device-of-{thing.pk}"
