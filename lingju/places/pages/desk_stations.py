"""The desk's pages about stations: list, new, and one station by tabs.

/desk/stations/<id>/            basics      what it is and where
/desk/stations/<id>/hours/      hours       the week, and what is different on certain days
/desk/stations/<id>/services/   services    what it offers to whom
/desk/stations/<id>/spaces/     spaces      rooms and corners
/desk/stations/<id>/life/       life        from plan to closing, with what happened
/desk/stations/<id>/facilities/ facilities  (`desk_facilities`) two taps to a state
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places import openness, queries
from lingju.places.calendars import day_classes
from lingju.places.delivered import Delivered
from lingju.places.flow import FLOW, STEPS_WITH_REASON
from lingju.places.forms.daily import OfferForm, SpacesForm, StepForm, space_line
from lingju.places.forms.drafts import StationForm
from lingju.places.hours import OpenState
from lingju.places.models import AudienceTag, Service, Station
from lingju.places.pages.asking import compounds_for, station_for
from lingju.places.pages.desk_hours import HoursTab
from lingju.places.queries import areas_for
from lingju.places.rules import its_clerk, its_keeper
from lingju.places.services import catalogue, stations
from lingju.places.services.catalogue import OfferTerms
from lingju.trail.models import Footprint

HAPPENED_SHOWN = 30
OTHER_WORDS = {
    "add": gettext_lazy("登记"),
    "edit": gettext_lazy("修改"),
    "set_hours": gettext_lazy("改每周时间"),
    "close_on": gettext_lazy("安排关门"),
    "open_on": gettext_lazy("安排别的时间"),
    "drop_exception": gettext_lazy("取消安排"),
    "set_layer": gettext_lazy("安排不一样的日子"),
    "drop_line": gettext_lazy("取消安排"),
    "open_door": gettext_lazy("记开门"),
    "close_door": gettext_lazy("记关门"),
    "write_down_door": gettext_lazy("补记开门"),
    "look_over": gettext_lazy("设施都看过"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A station of the list: if it is open, what it kept of its hours this month, if its door is late."""

    station: Station
    open: OpenState
    kept: Delivered
    is_unopened: bool

    @property
    def kept_words(self) -> str:
        """Say how much of the hours it was open: 开了 398 小时，应开 412 小时."""
        kept = openness.hours_words(self.kept.delivered_minutes)
        published = openness.hours_words(self.kept.published_minutes)
        return _("开了 %(kept)s 小时，应开 %(published)s 小时") % {"kept": kept, "published": published}


@open_to(its_keeper)
def desk_stations(request: Request) -> HttpResponse:
    """List the stations somebody keeps, by state, kind and name; the least punctual first if asked."""
    word = request.GET.get("q", "").strip()
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    now, classes = clock.now(), day_classes(request.district.pk)
    found = [
        station
        for station in Station.objects.managed_by(request.actor)
        .select_related("area")
        .prefetch_related("spans", "facilities", openness.lately())
        if (not word or word in station.name or word in station.address or word == station.code)
        and (not state or station.state == state)
        and (not kind or station.kind == kind)
    ]
    kept = openness.this_month_of(found)
    if request.GET.get("by") == "kept":
        shares = {pk: one.share for pk, one in kept.items()}
        found.sort(key=lambda station: 2.0 if (share := shares[station.pk]) is None else share)
    rows = [
        Listed(
            station,
            queries.state_of(station, now, classes),
            kept[station.pk],
            is_unopened=queries.is_unopened(station, now, classes),
        )
        for station in found
    ]
    shown = {"rows": rows, "q": word, "state": state, "kind": kind, "now": now}
    choices = {"states": Station.State.choices, "kinds": Station.Kind.choices}
    may_add = its_clerk.allows(request.actor)
    return render(request, "places/desk_stations.html", {**shown, **choices, "may_add": may_add})


@open_to(its_clerk)
def desk_station_new(request: Request) -> HttpResponse:
    """Add a station as a plan."""
    form = StationForm(
        request.POST or None,
        areas=areas_for(request.actor, request.district),
        compounds=compounds_for(request.actor),
    )
    made: list[Station] = []

    def save() -> None:
        made.append(stations.add(request.district, form.draft(), actor=request.actor))

    if request.method == "POST" and saved(form, save):
        messages.success(request, _("加好了，现在是“规划中”。"))
        return HttpResponseRedirect(reverse("desk_station", args=[made[0].pk]))
    return render(request, "places/desk_station_new.html", {"form": form}, status=422 if form.errors else 200)


@open_to(its_keeper)
def desk_station(request: Request, station_id: int, tab: str = "basics") -> HttpResponse:
    """Show one tab of a station, and do what its form asks."""
    if tab not in TABS:
        raise NotThere(_("没有这一页。"))
    return TABS[tab](request, station_for(request.actor, station_id))


def basics(request: Request, station: Station) -> HttpResponse:
    """Edit what a station is and where it lies; a keeper only reads."""
    if request.method == "POST":
        its_clerk.check(request.actor, station)
    form = StationForm(
        request.POST or None,
        initial=StationForm.initial_of(station),
        areas=areas_for(request.actor, request.district),
        compounds=compounds_for(request.actor),
    )

    def save() -> None:
        seen = form.cleaned_data["version"]
        stations.edit(station, form.draft(), actor=request.actor, version=seen)

    return _written(request, station, "basics", {"form": form}, (form,), save)


def opening(request: Request, station: Station) -> HttpResponse:
    """Set the weekly hours, say what lies over them, look at the days ahead, take a line back."""
    tab = HoursTab(request, station)
    if tab.asked == "preview":
        return _shown(request, station, "hours", tab.shown(), tab.forms)
    if request.method == "POST" and _is_saved(request, station, tab.forms, tab.save):
        return HttpResponseRedirect(_address(station, "hours"))
    return _shown(request, station, "hours", tab.shown(), tab.forms)


def services(request: Request, station: Station) -> HttpResponse:
    """Offer a service, change its terms, or withdraw it."""
    offers = list(
        station.offers.filter(is_offered=True)
        .select_related("service")
        .prefetch_related("audiences")
        .order_by("service__group", "service__code")
    )
    known = list(Service.objects.filter(district_id=station.district_id, is_retired=False).order_by("name"))
    tags = list(AudienceTag.objects.filter(district_id=station.district_id, is_sensitive=False))
    form = OfferForm(request.POST if request.POST.get("do") == "offer" else None, services=known, tags=tags)

    def save() -> None:
        if form.is_bound:
            terms = OfferTerms(
                price=form.cleaned_data["price"],
                by_appointment=form.cleaned_data["by_appointment"],
                note=form.cleaned_data["note"],
                audiences=tuple(form.cleaned_data["audiences"]),
            )
            catalogue.offer(station, form.cleaned_data["service"], terms, actor=request.actor)
            return
        chosen = [offer for offer in offers if str(offer.pk) == request.POST.get("offer")]
        for offer in chosen:
            catalogue.withdraw(offer, actor=request.actor)

    forms = (form,) if form.is_bound else ()
    return _written(request, station, "services", {"offers": offers, "form": form}, forms, save)


def spaces(request: Request, station: Station) -> HttpResponse:
    """Write down the rooms and corners."""
    lines = "\n".join(space_line(one.name, one.kind, one.capacity) for one in station.spaces.all())
    form = SpacesForm(request.POST or None, initial={"spaces": lines})
    return _written(
        request,
        station,
        "spaces",
        {"form": form},
        (form,),
        lambda: stations.furnish(station, form.drafts(), actor=request.actor),
    )


def life(request: Request, station: Station) -> HttpResponse:
    """Take a step of the station's life; show what happened so far."""
    form = StepForm(request.POST or None)
    steps = Footprint.objects.visible_to(request.actor).about(station).order_by("-id")[:HAPPENED_SHOWN]
    happened = [(one, _words_of(one.action)) for one in steps]
    shown = {
        "form": form,
        "moves": FLOW.allowed(station, request.actor),
        "with_reason": STEPS_WITH_REASON,
        "happened": happened,
    }

    def save() -> None:
        typed = form.cleaned_data
        stations.take_step(station, typed["step"], actor=request.actor, reason=typed["reason"])

    return _written(request, station, "life", shown, (form,), save)


TABS: dict[str, Callable[[Request, Station], HttpResponse]] = {
    "basics": basics,
    "hours": opening,
    "services": services,
    "spaces": spaces,
    "life": life,
}


def _written(
    request: Request,
    station: Station,
    tab: str,
    shown: dict[str, Any],
    forms: tuple[Any, ...],
    save: Callable[[], object],
) -> HttpResponse:
    """Run a verb over the tab's form and go back to the tab, or show what is wrong with it."""
    if request.method == "POST" and _is_saved(request, station, forms, save):
        return HttpResponseRedirect(_address(station, tab))
    return _shown(request, station, tab, shown, forms)


def _shown(
    request: Request, station: Station, tab: str, shown: dict[str, Any], forms: tuple[Any, ...]
) -> HttpResponse:
    usual = {
        "station": station,
        "tab": tab,
        "open": queries.state_of(station, clock.now()),
        "may_edit": its_clerk.allows(request.actor, station),
        "now": clock.now(),
    }
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, f"places/desk_station_{tab}.html", {**usual, **shown}, status=status)


def _is_saved(request: Request, station: Station, forms: tuple[Any, ...], save: Callable[[], object]) -> bool:
    if forms:
        is_saved = saved(
            forms[0],
            save,
            now_there=lambda: StationForm.initial_of(station_for(request.actor, station.pk)),
        )
    else:
        is_saved = True
        try:
            save()
        except BadInput as refusal:
            messages.error(request, str(refusal))
            return True
    if is_saved:
        messages.success(request, _("记下了。"))
    return is_saved


def _words_of(action: str) -> str:
    step = FLOW.steps.get(action)
    return str(step.label if step else OTHER_WORDS.get(action, action))


def _address(station: Station, tab: str) -> str:
    return reverse("desk_station", args=[station.pk] if tab == "basics" else [station.pk, tab])
