"""The door of a station at the desk: two taps for the keeper, what was forgotten, and what was kept."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotNow
from lingju.kernel.ids import new_id
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places import openness as reading
from lingju.places import queries
from lingju.places.forms.opening import DoorForm
from lingju.places.hours import ONE_DAY
from lingju.places.models import DoorRecord, Station
from lingju.places.pages import devices
from lingju.places.pages.asking import station_for
from lingju.places.rules import its_clerk, its_keeper
from lingju.places.services import door_devices, openness

DAYS_SHOWN = 14


@open_to(its_keeper)
def desk_door(request: Request, station_id: int) -> HttpResponse:
    """Open or close the door in one tap; write down what was forgotten; show what was kept."""
    station = station_for(request.actor, station_id)
    asked = request.POST.get("do", "")
    if asked in ("open", "close"):
        _tap(request, station, asked)
        return _back(station)
    if asked in devices.ASKED:
        add = partial(door_devices.register, station, actor=request.actor)
        devices.change(request, station, station.door_devices.all(), add, "api:api_door")
        return _back(station)
    records = reading.records_of(station, clock.today() - DAYS_SHOWN * ONE_DAY, clock.today())
    form = DoorForm(request.POST if asked else None, initial=_initial(request, records))
    if request.method == "POST" and saved(form, lambda: _write_down(request, station, form, records)):
        messages.success(request, _("补记好了。"))
        return _back(station)
    running = next((one for one in records if one.closed_at is None and _day(one) == clock.today()), None)
    kept = reading.this_month(station)
    shown = {
        "station": station,
        "tab": "door",
        "open": queries.state_of(station, clock.now()),
        "may_edit": its_clerk.allows(request.actor, station),
        "now": clock.now(),
        "running": running,
        "records": records[::-1],
        "today": clock.today(),
        "kept": kept,
        "kept_hours": reading.hours_words(kept.delivered_minutes),
        "published_hours": reading.hours_words(kept.published_minutes),
        "form": form,
        "key": new_id(),
        **devices.shown(request, station, station.door_devices.all()),
    }
    return render(request, "places/desk_station_door.html", shown, status=422 if form.errors else 200)


def _tap(request: Request, station: Station, asked: str) -> None:
    verb = openness.open_door if asked == "open" else openness.close_door
    try:
        verb(station, request.POST.get("key", ""), actor=request.actor)
        messages.success(request, _("记下了：开门。") if asked == "open" else _("记下了：关门。"))
    except NotNow as refusal:
        messages.error(request, str(refusal))


def _write_down(request: Request, station: Station, form: DoorForm, records: list[DoorRecord]) -> None:
    typed = form.cleaned_data
    old = next((one for one in records if one.pk == typed["replaces"]), None)
    opened, closed = form.moments()
    openness.write_down(
        station, opened, closed, key=typed["key"], actor=request.actor, note=typed["note"], replaces=old
    )


def _initial(request: Request, records: list[DoorRecord]) -> dict[str, Any]:
    """Return the form as it opens; `?fix=` names the record that is put right."""
    fix = request.GET.get("fix", "")
    old = next((one for one in records if str(one.pk) == fix), None)
    if old is None:
        return {"day": clock.today(), "key": new_id()}
    opened = old.opened_at.astimezone(clock.ZONE)
    closed = old.closed_at.astimezone(clock.ZONE).strftime("%H:%M") if old.closed_at else None
    return {
        "day": opened.date(),
        "opened": opened.strftime("%H:%M"),
        "closed_at": closed,
        "replaces": old.pk,
        "key": new_id(),
    }


def _day(record: DoorRecord) -> dt.date:
    return record.opened_at.astimezone(clock.ZONE).date()


def _back(station: Station) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk_door", args=[station.pk]))
