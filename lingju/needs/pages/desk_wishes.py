"""Micro-wishes at the desk: the list, collecting one, one wish and its steps, card, register."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import saved, workbook
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.kernel.sheets_out import OutColumn
from lingju.needs.flow_wishes import WISHES, collected_it
from lingju.needs.forms.extras import StepForm, WishForm
from lingju.needs.models import Wish
from lingju.needs.queries import wishes as queries
from lingju.needs.rules import keeps_a_counter, oversees_the_loop, works_at_a_desk
from lingju.needs.services import wishing
from lingju.people.models import Organisation
from lingju.places.models import Area, Station
from lingju.places.queries import areas_for

A_PAGE = 30
# What each step of the desk is called with; the table of the flow says which of them a wish allows.
Do = Callable[[Wish, StepForm, Request], object]
STEPS: Mapping[str, Do] = {
    "verify": lambda wish, form, request: wishing.verify(wish, actor=request.actor),
    "publish": lambda wish, form, request: wishing.publish(wish, actor=request.actor),
    "claim": lambda wish, form, request: wishing.claim(
        wish,
        organisation=form.organisation_chosen(),
        promised_on=form.cleaned_data["promised_on"],
        actor=request.actor,
    ),
    "contact": lambda wish, form, request: wishing.contact(
        wish, promised_on=form.cleaned_data["promised_on"], actor=request.actor
    ),
    "fulfil": lambda wish, form, request: wishing.fulfil(wish, actor=request.actor),
    "confirm": lambda wish, form, request: wishing.confirm(wish, actor=request.actor),
    "deny": lambda wish, form, request: wishing.deny(wish, actor=request.actor),
    "release": lambda wish, form, request: wishing.release(
        wish, form.cleaned_data["why"], actor=request.actor
    ),
    "decline": lambda wish, form, request: wishing.decline(
        wish, form.cleaned_data["why"], actor=request.actor
    ),
    "archive": lambda wish, form, request: wishing.archive(wish, actor=request.actor),
}


@open_to(works_at_a_desk)
def desk_wishes(request: Request) -> HttpResponse:
    """List the wishes of the desk by where they stand."""
    state = request.GET.get("state", "")
    page = Paginator(queries.on_desk(request.actor, state), A_PAGE).get_page(request.GET.get("page"))
    counts = queries.counts(request.actor)
    trays = [(value, label, counts.get(value, 0)) for value, label in Wish.State.choices]
    return render(request, "needs/wish_desk.html", _with_tabs(request, page=page, state=state, trays=trays))


def _with_tabs(request: Request, **shown: Any) -> dict[str, Any]:
    """Add whether the tab of surveys is this actor's."""
    return {**shown, "oversees": oversees_the_loop.allows(request.actor)}


@open_to(keeps_a_counter)
def desk_wish_new(request: Request) -> HttpResponse:
    """Collect a wish for somebody who agreed."""
    initial = {"key": secrets.token_urlsafe(16), "value_yuan": 0}
    places = _places(request)
    choices = [(code, str(label)) for code, (label, _where) in places.items()]
    form = WishForm(request.POST if request.method == "POST" else None, initial=initial, places=choices)

    def collect() -> object:
        where = places[form.cleaned_data["at"]][1]
        return wishing.collect(where, form.wished(), key=form.cleaned_data["key"], actor=request.actor)

    if request.method == "POST" and saved(form, collect):
        messages.success(request, _("记下了。请另一位同事核实，核实以后才公开。"))
        is_clerk = works_at_a_desk.allows(request.actor)
        return HttpResponseRedirect(reverse("desk_wishes" if is_clerk else "desk_wish_new"))
    return render(request, "needs/wish_new.html", {"form": form}, status=422 if form.errors else 200)


def _places(request: Request) -> dict[str, tuple[str, Station | Area]]:
    """Return where the actor may collect: their stations, and for clerks their areas."""
    found: dict[str, tuple[str, Station | Area]] = {}
    for area in areas_for(request.actor, request.district):
        found[f"area-{area.pk}"] = (area.short_name, area)
    for station in Station.objects.managed_by(request.actor).select_related("area"):
        found[f"station-{station.pk}"] = (station.name, station)
    return found


@open_to(works_at_a_desk)
@never_cache
def desk_wish(request: Request, wish_id: int) -> HttpResponse:
    """Show one wish with the steps it allows now; a step that is sent is taken."""
    wish = queries.wish_for(request.actor, wish_id)
    form = _step_form(request)
    if request.method == "POST" and form.is_valid() and _taken(request, wish, form):
        return HttpResponseRedirect(reverse("desk_wish", args=[wish.pk]))
    return _shown(request, wish, form)


def _step_form(request: Request) -> StepForm:
    organisations = Organisation.objects.visible_to(request.actor).in_use()
    return StepForm(
        request.POST if request.method == "POST" else None,
        organisations=list(organisations.order_by("name")[:200]),
    )


def _taken(request: Request, wish: Wish, form: StepForm) -> bool:
    """Take the step that was sent, or put the refusal into the form."""
    do = STEPS.get(form.cleaned_data["step"])
    if do is None:
        raise NotThere(_("没有这一步。"))
    try:
        do(wish, form, request)
    except BadInput as refusal:
        form.show(refusal)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("记下了。"))
    if form.errors:
        wish.refresh_from_db()
    return not form.errors


def _shown(
    request: Request, wish: Wish, form: StepForm, wisher: tuple[str, str] | None = None
) -> HttpResponse:
    shown: dict[str, Any] = {
        "wish": wish,
        "claim": queries.standing(wish),
        "past": wish.claims.filter(state="released").count(),
        "moves": [move for move in WISHES.allowed(wish, request.actor) if move.name in STEPS],
        "form": form,
        "wisher": wisher,
        "waits_for_another": wish.state == Wish.State.COLLECTED and collected_it.allows(request.actor, wish),
    }
    return render(request, "needs/wish_desk_one.html", shown, status=422 if form.errors else 200)


@open_to(works_at_a_desk)
@never_cache
@require_POST
def desk_wisher(request: Request, wish_id: int) -> HttpResponse:
    """Show whose wish it is to the clerk who brings people together; that it was read is kept."""
    wish = queries.wish_for(request.actor, wish_id)
    seen = wishing.see_wisher(wish, actor=request.actor)
    unsent = StepForm(organisations=list(Organisation.objects.visible_to(request.actor).in_use()[:200]))
    return _shown(request, wish, unsent, seen)


@open_to(works_at_a_desk)
def desk_wish_card(request: Request, wish_id: int) -> HttpResponse:
    """Print the card for whoever claimed."""
    wish = queries.wish_for(request.actor, wish_id)
    shown = {"wish": wish, "claim": queries.standing(wish), "back": reverse("desk_wish", args=[wish.pk])}
    return render(request, "needs/wish_card.html", shown)


@open_to(works_at_a_desk)
def desk_wish_register(request: Request) -> HttpResponse:
    """Show the register 微心愿台账: counts and nothing else."""
    return render(
        request, "needs/wish_register.html", _with_tabs(request, lines=queries.register(request.actor))
    )


@open_to(works_at_a_desk)
def desk_wish_sheet(request: Request) -> HttpResponse:
    """Hand the register out as a workbook."""
    titles = (_("征集"), _("等人认领"), _("在办"), _("实现"), _("没有通过"), _("放手次数"))
    columns = [OutColumn(_("社区")), *(OutColumn(title, "whole") for title in titles)]
    rows = [
        (one.name, one.collected, one.waiting, one.under_way, one.kept, one.declined, one.released)
        for one in queries.register(request.actor)
    ]
    return workbook(sheets_out.xlsx(_("微心愿台账"), columns, rows, as_of=clock.now()), _("微心愿台账"))
