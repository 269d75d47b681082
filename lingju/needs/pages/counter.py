"""The counter: a clerk writes down what somebody says who sits there, and hands a paper over.

A sitting begins with 本人在场 and lasts half an hour; every sending affirms it anew. The paper with its query
code can be printed while the sitting lasts and never again: who works here shall not hold it.
"""

import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to
from lingju.needs.forms.say import CounterForm
from lingju.needs.models import Asker, Category, CounterSession, Need
from lingju.needs.pages import sending
from lingju.needs.pages.receipts import slip_of
from lingju.needs.rules import keeps_a_counter
from lingju.needs.services import counter
from lingju.needs.services.placing import Place
from lingju.places.models import Area, Compound, District, Station
from lingju.places.rules import CLERKS

Choices = list[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Banner:
    """What every page of the counter says on top: where one sits, until when."""

    where: str
    minutes: int


def banner_of(sitting: CounterSession) -> Banner:
    """Return where somebody sits and how many minutes are left, rounded up."""
    where = sitting.station.name if sitting.station is not None else sitting.area.short_name
    left = (sitting.until - clock.now()).total_seconds()
    return Banner(where, max(int(-(-left // 60)), 0))


@open_to(keeps_a_counter)
@never_cache
def desk_counter(request: Request) -> HttpResponse:
    """Begin a sitting, write down what is said in it, end it."""
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "begin":
        return _begin(request)
    if do == "end":
        return _end(request)
    sitting = counter.sitting_of(request.actor)
    if sitting is None:
        return _ask_to_begin(request, is_over=request.method == "POST")
    return (
        _say(request, sitting)
        if request.method == "POST"
        else _ask(request, sitting, _form(request, sitting))
    )


def _begin(request: Request) -> HttpResponse:
    how, _dash, which = request.POST.get("at", "").partition("-")
    seats = {f"{kind}-{place.pk}": place for kind, place in seats_of(request.actor, request.district)}
    place = seats.get(f"{how}-{which}")
    if place is None:
        raise BadInput(_("请选您坐在哪里：驿站或社区。"))
    counter.begin(place, actor=request.actor)
    return HttpResponseRedirect(reverse("desk_counter"))


def _end(request: Request) -> HttpResponse:
    counter.end(actor=request.actor)
    messages.success(request, _("这一位办完了，纸条上的查询码这里看不到了。"))
    return HttpResponseRedirect(reverse("desk_counter"))


def seats_of(actor: Actor, district: District) -> list[tuple[str, Station | Area]]:
    """Return where the actor may keep a counter: their stations, and their communities."""
    stations = Station.objects.managed_by(actor).in_use().select_related("area")
    stems = tuple(actor.stems(CLERKS))
    areas = Area.objects.of(district).filter(level=Area.Level.COMMUNITY)
    mine = [area for area in areas if area.stem.startswith(stems)] if stems else []
    return [*(("s", station) for station in stations), *(("a", area) for area in mine)]


def _ask_to_begin(request: Request, *, is_over: bool) -> HttpResponse:
    seats = [
        (f"{kind}-{place.pk}", place.name if isinstance(place, Station) else place.short_name)
        for kind, place in seats_of(request.actor, request.district)
    ]
    context = {"seats": seats, "is_over": is_over, "kept": request.POST.get("text", "")}
    return render(request, "needs/counter_begin.html", context, status=409 if is_over else 200)


def _form(request: Request, sitting: CounterSession, *args: object) -> CounterForm:
    initial = {
        "key": secrets.token_urlsafe(16),
        "place": f"s-{sitting.station_id}" if sitting.station_id else f"a-{sitting.area_id}",
        "channel": Need.Channel.STATION.value,
        "by": Asker.By.PAPER.value,
    }
    kinds, places = kinds_of(request.district), places_of(request.district, sitting)
    return CounterForm(*args, initial=initial, kinds=kinds, places=places)


def kinds_of(district: District) -> Choices:
    """Return the kinds of need as a choice, the finer ones under the six."""
    offered = list(Category.objects.filter(district=district).offered())
    groups: Choices = [("", _("请选择"))]
    for top in offered:
        if top.parent_id is None:
            below = [(one.code, one.name) for one in offered if one.parent_id == top.pk]
            groups.append((top.name, [(top.code, top.name), *below]))
    return groups


def places_of(district: District, sitting: CounterSession) -> Choices:
    """Return where it may be: here, or any compound, those of the clerk's own community first."""
    here = [(f"a-{sitting.area_id}", _("%(area)s，说不准哪里") % {"area": sitting.area.short_name})]
    if sitting.station is not None:
        here.insert(0, (f"s-{sitting.station_id}", sitting.station.name))
    groups: dict[str, list[tuple[str, str]]] = {sitting.area.short_name: []}
    for compound in Compound.objects.filter(district=district).select_related("area").order_by("name"):
        groups.setdefault(compound.area.short_name, []).append((f"c-{compound.pk}", compound.name))
    return [(_("这里"), here), *((name, found) for name, found in groups.items() if found)]


def _place(district: District, sitting: CounterSession, chosen: str) -> Place | None:
    how, _dash, which = chosen.partition("-")
    if how == "c":
        return Place(compound=Compound.objects.filter(district=district, pk=int(which)).first())
    return Place(station=sitting.station) if how == "s" else Place(area=sitting.area)


def _say(request: Request, sitting: CounterSession) -> HttpResponse:
    form = _form(request, sitting, request.POST, request.FILES)
    kind, place = None, None
    if form.is_valid():
        kinds = Category.objects.filter(district=request.district).offered()
        kind = kinds.get(code=form.cleaned_data["category"])
        place = _place(request.district, sitting, form.cleaned_data["place"])
    sent = sending.send_at_the_counter(request, form, sitting, kind, place)
    if sent.receipt is None:
        return _ask(request, sitting, form, sent)
    if not sent.receipt.is_new:
        messages.info(request, _("这件刚才已经记下了，没有重复记。"))
    return HttpResponseRedirect(reverse("desk_counter_receipt", args=[sent.receipt.need.number]))


def _ask(
    request: Request, sitting: CounterSession, form: CounterForm, sent: sending.Sent | None = None
) -> HttpResponse:
    sent = sent or sending.Sent()
    context = {
        "form": form,
        "banner": banner_of(sitting),
        "flags": sent.flags,
        "lost_files": bool(request.FILES),
        "said": _said_here(request.actor, sitting),
    }
    return render(request, "needs/counter_say.html", context, status=sent.status)


def _said_here(actor: Actor, sitting: CounterSession) -> list[Asker]:
    """Return what was said in this sitting."""
    said = Asker.objects.filter(told_by_id=actor.account_id, district_id=actor.district_id)
    needs = ("need__category", "need__area", "need__station", "need__compound")
    return list(said.filter(joined_at__gte=sitting.began_at).select_related(*needs).order_by("id"))


@open_to(keeps_a_counter)
@never_cache
def desk_counter_receipt(request: Request, number: str) -> HttpResponse:
    """Show the paper of something said in the sitting that runs; afterwards it is not there."""
    sitting = counter.sitting_of(request.actor)
    said = _said_here(request.actor, sitting) if sitting is not None else []
    asker = next((one for one in said if one.need.number == number), None)
    if sitting is None or asker is None:
        raise NotThere(_("这张回执只有说的那一次能打印。请本人凭纸条或手机来查。"))
    phone = sitting.station.phone if sitting.station is not None else ""
    context = {
        "slip": slip_of(request, asker, phone=phone),
        "banner": banner_of(sitting),
        "back": reverse("desk_counter"),
    }
    return render(request, "needs/counter_receipt.html", context)
