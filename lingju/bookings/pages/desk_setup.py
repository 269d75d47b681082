"""Setting up bookings at the desk: the stations, what each offers, one thing to book, one pool."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.bookings.catalogue import BOOKABLES, BookableSeed
from lingju.bookings.forms.desk import BookableForm, CapacityForm
from lingju.bookings.models import Bookable, Claim, Pool
from lingju.bookings.pages.desk_day import desk_day
from lingju.bookings.queries import desk as queries
from lingju.bookings.queries.faults import Fault, faults_of
from lingju.bookings.rules import its_clerk, its_keeper
from lingju.bookings.services import seats, setting_up
from lingju.kernel.asking import saved
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places import rules as places_rules
from lingju.places.calendars import day_classes
from lingju.places.models import ServiceAtStation, Station


@open_to(its_keeper)
def desk_bookings(request: Request) -> HttpResponse:
    """List the stations somebody keeps; whoever keeps a single one sees its day at once."""
    found = queries.overviews(request.actor)
    if len(found) == 1:
        return desk_day(request, found[0].station.pk)
    return render(request, "bookings/desk_stations.html", {"found": found})


@open_to(its_keeper)
def desk_booking_setup(request: Request, station_id: int) -> HttpResponse:
    """Show what can be booked at a station, over which pools, and what is wrong with it."""
    station = queries.station_for(request.actor, station_id)
    classes = day_classes(station.district_id)
    rows: list[tuple[Bookable, list[Fault]]] = [
        (bookable, faults_of(bookable, classes)) for bookable in queries.bookables_of(station)
    ]
    taken = {bookable.name for bookable, _faults in rows}
    shown = {
        "station": station,
        "tab": "setup",
        "rows": rows,
        "pools": list(Pool.objects.filter(station=station).prefetch_related("bookables").order_by("name")),
        "seeds": [seed for seed in BOOKABLES.values() if seed.name not in taken],
        "offered": {offer.service.code for offer in _offers(station)},
        "may_edit": places_rules.its_clerk.allows(request.actor, station),
    }
    return render(request, "bookings/desk_setup.html", shown)


@open_to(its_clerk)
def desk_bookable_new(request: Request, station_id: int) -> HttpResponse:
    """Set something up, beginning with an entry of the catalogue or with nothing."""
    station = queries.station_for(request.actor, station_id)
    places_rules.its_clerk.check(request.actor, station)
    offers = _offers(station)
    seed = BOOKABLES.get(request.GET.get("kind", ""))
    initial = BookableForm.initial_from(seed or BookableSeed("", "", ""), offers)
    form = BookableForm(request.POST if request.method == "POST" else None, initial=initial, offers=offers)

    def save() -> object:
        return setting_up.set_up(station, form.draft(), actor=request.actor)

    if request.method == "POST" and saved(form, save):
        messages.success(request, _("配好了。"))
        return HttpResponseRedirect(reverse("desk_booking_setup", args=[station.pk]))
    shown = {"station": station, "tab": "setup", "form": form, "seed": seed, "bookable": None, "faults": []}
    return render(request, "bookings/desk_bookable.html", shown, status=422 if form.errors else 200)


@open_to(its_clerk)
def desk_bookable(request: Request, bookable_id: int) -> HttpResponse:
    """Change how something is booked, stop it, or offer it again."""
    bookable = queries.bookable_for(request.actor, bookable_id)
    its_clerk.check(request.actor, bookable)
    back = HttpResponseRedirect(reverse("desk_booking_setup", args=[bookable.station_id]))
    does = request.POST.get("do", "") if request.method == "POST" else ""
    if does in ("stop", "go_on"):
        verb = setting_up.stop if does == "stop" else setting_up.go_on
        verb(bookable, actor=request.actor)
        messages.success(
            request, _("停了。已经约好的还在，照常办。") if does == "stop" else _("又可以约了。")
        )
        return back
    offers = _offers(bookable.station)
    initial = BookableForm.initial_of(bookable)
    form = BookableForm(request.POST if request.method == "POST" else None, initial=initial, offers=offers)

    def save() -> object:
        seen = form.cleaned_data["version"]
        return setting_up.change(bookable, form.draft(), version=seen, actor=request.actor)

    if request.method == "POST" and saved(form, save):
        messages.success(request, _("记下了。已经约好的照原来的办。"))
        return back
    shown = {
        "station": bookable.station,
        "tab": "setup",
        "form": form,
        "seed": None,
        "bookable": bookable,
        "faults": faults_of(bookable),
    }
    return render(request, "bookings/desk_bookable.html", shown, status=422 if form.errors else 200)


@open_to(its_clerk)
@never_cache
def desk_pool(request: Request, pool_id: int) -> HttpResponse:
    """Change how many places a pool has; below what is taken it says whom to call first."""
    pool = queries.pool_for(request.actor, pool_id)
    its_clerk.check(request.actor, pool)
    form = CapacityForm(
        request.POST if request.method == "POST" else None, initial={"capacity": pool.capacity}
    )
    in_the_way: list[Claim] = []

    def save() -> None:
        seats.change_capacity(pool, form.cleaned_data["capacity"], actor=request.actor)

    if request.method == "POST":
        if saved(form, save):
            messages.success(
                request, _("“%(name)s”现在是 %(n)d 个。") % {"name": pool.name, "n": pool.capacity}
            )
            return HttpResponseRedirect(reverse("desk_booking_setup", args=[pool.station_id]))
        said = str(form["capacity"].value() or "")
        in_the_way = setting_up.in_the_way(pool, int(said)) if said.isdecimal() else []
    shown: dict[str, Any] = {
        "station": pool.station,
        "tab": "setup",
        "pool": pool,
        "form": form,
        "in_the_way": in_the_way,
        "bookables": list(pool.bookables.order_by("name")),
    }
    return render(request, "bookings/desk_pool.html", shown, status=422 if form.errors else 200)


def _offers(station: Station) -> list[ServiceAtStation]:
    rows = ServiceAtStation.objects.filter(station=station, is_offered=True).select_related("service")
    return list(rows.order_by("service__name"))
