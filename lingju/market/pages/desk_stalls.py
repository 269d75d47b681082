"""Stalls at the desk: invited, changed, withdrawn; placed on the layout; the plan and the cards on paper."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.activities import phrases
from lingju.kernel.asking import saved, whole_number
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.market import passes
from lingju.market.forms.desk import LayoutForm, StallForm, StepForm, stall_typed
from lingju.market.models import Market, Spot, Stall
from lingju.market.queries import markets as queries
from lingju.market.rules import runs_it, works_at_it
from lingju.market.services import layouts, stalls
from lingju.people.factors import qr


def _run(request: Request, market_id: int) -> Market:
    """Return a market that the actor runs."""
    market = queries.market_for(request.actor, market_id)
    runs_it.check(request.actor, market)
    return market


def _deed(request: Request) -> str:
    """Return which button was pressed, or nothing where the page is only read."""
    if request.method != "POST":
        return ""
    return request.POST.get("do") or "nothing"


@open_to(runs_it)
def desk_stall_new(request: Request, market_id: int) -> HttpResponse:
    """Take a stall in."""
    market = _run(request, market_id)
    form = _form(request, market, {"key": secrets.token_urlsafe(16), "helpers": 2})

    def invite() -> None:
        stalls.invite_stall(market, form.draft(), key=form.cleaned_data["key"], actor=request.actor)

    if request.method == "POST" and saved(form, invite):
        messages.success(request, _("加上了这个摊位。"))
        return HttpResponseRedirect(reverse("desk_market", args=[market.pk]))
    shown = {"form": form, "market": market, "stall": None, "step": StepForm()}
    return render(request, "market/desk_stall.html", shown, status=422 if form.errors else 200)


@open_to(runs_it)
@never_cache
def desk_stall(request: Request, market_id: int, stall_id: int) -> HttpResponse:
    """Change a stall, let it go, or make its lost card worth nothing."""
    market = _run(request, market_id)
    stall = queries.stall_of(market, stall_id)
    do = _deed(request)
    form = _form(request, market, stall_typed(stall), is_sent=do == "save", stall=stall)
    step = StepForm(request.POST if do == "withdraw" else None, initial={"step": "withdraw"})
    if do and _done(request, stall, do, form, step):
        return HttpResponseRedirect(reverse("desk_market", args=[market.pk]))
    is_wrong = bool(form.errors or step.errors)
    shown = {"form": form, "market": market, "stall": stall, "step": step}
    return render(request, "market/desk_stall.html", shown, status=422 if is_wrong else 200)


def _form(
    request: Request,
    market: Market,
    initial: dict[str, Any],
    *,
    is_sent: bool = True,
    stall: Stall | None = None,
) -> StallForm:
    data = request.POST if request.method == "POST" and is_sent else None
    teams = list(queries.choices_for(request.actor, request.district).organisations)
    if stall is not None and all(team.pk != stall.organisation_id for team in teams):
        teams.append(stall.organisation)
    return StallForm(data, zones=list(market.zones.all()), organisations=teams, initial=initial)


def _done(request: Request, stall: Stall, do: str, form: StallForm, step: StepForm) -> bool:
    if do == "save":
        seen = whole_number(form.data.get("version", ""))
        return saved(form, lambda: stalls.edit_stall(stall, form.draft(), actor=request.actor, version=seen))
    if do == "withdraw":
        step.fields["step"].required = False
        why = str(step.data.get("why", ""))
        return saved(step, lambda: stalls.withdraw_stall(stall, why, actor=request.actor))
    if do == "renew":
        stalls.renew_card(stall, actor=request.actor)
        messages.success(request, _("旧卡作废了，请重新打印摊位卡。"))
        return True
    raise NotThere(_("没有这一步。"))


@open_to(runs_it)
@never_cache
def desk_layout(request: Request, market_id: int) -> HttpResponse:
    """Place stalls on the layout, one by one; change its size, and where there is power."""
    market = _run(request, market_id)
    laid = queries.spots(market)
    do = _deed(request)
    form = _layout_form(request, market, laid, is_sent=do == "size")
    refused = _laid(request, market, do, form) if do else None
    if do and refused is None:
        return HttpResponseRedirect(reverse("desk_layout", args=[market.pk]))
    if do:
        laid = queries.spots(market)
    found = [booth.stall for booth in queries.booths(market) if booth.stall.is_in]
    shown = {
        "market": market,
        "stalls": found,
        "free": [spot for spot in laid if getattr(spot, "stall", None) is None],
        "picture": queries.plan(market, laid),
        "form": form,
        "refused": refused or "",
        "may_place": market.state in (Market.State.PLACING, Market.State.ANNOUNCED),
    }
    return render(request, "market/desk_layout.html", shown, status=422 if refused is not None else 200)


def _layout_form(request: Request, market: Market, laid: Sequence[Spot], *, is_sent: bool) -> LayoutForm:
    initial = {
        "rows": market.rows,
        "columns": market.columns,
        "powered": [spot.label for spot in laid if spot.has_power],
        "version": market.version,
    }
    labels = [spot.label for spot in laid]
    return LayoutForm(request.POST if is_sent else None, labels=labels, initial=initial)


def _laid(request: Request, market: Market, do: str, form: LayoutForm) -> str | None:
    """Do what was sent; return the sentence of a refusal, which an empty one means stands in the form."""
    if do == "size":
        return None if saved(form, lambda: _sized(request, market, form)) else ""
    if do != "place":
        raise NotThere(_("没有这一步。"))
    stall = queries.stall_of(market, whole_number(request.POST.get("stall", "")) or 0)
    try:
        _put(request, market, stall, request.POST.get("spot", ""))
    except (BadInput, NotNow) as refusal:
        return str(refusal)
    return None


def _put(request: Request, market: Market, stall: Stall, wanted: str) -> None:
    """Place a stall on the spot that was sent, or take it away where none was."""
    if not wanted:
        layouts.take_away(stall, actor=request.actor)
        return
    spot = Spot.objects.filter(market=market, pk=whole_number(wanted) or 0).first()
    if spot is None:
        raise NotThere(_("这个位置不在这场集市里。"))
    layouts.place_stall(stall, spot, actor=request.actor)


def _sized(request: Request, market: Market, form: LayoutForm) -> None:
    told = form.cleaned_data
    layouts.set_layout(
        market, told["rows"], told["columns"], told["powered"], actor=request.actor, version=told["version"]
    )


@open_to(works_at_it)
def desk_layout_sheet(request: Request, market_id: int) -> HttpResponse:
    """Show the layout plan 摊位布置图 as a sheet to print, with the stalls below it."""
    market = queries.market_for(request.actor, market_id)
    shown = {
        "market": market,
        "session": market.session,
        "picture": queries.plan(market, queries.spots(market)),
        "booths": [booth for booth in queries.booths(market) if booth.stall.is_in],
        "words": phrases,
    }
    return render(request, "market/layout_sheet.html", shown)


@open_to(works_at_it)
@never_cache
def desk_cards(request: Request, market_id: int) -> HttpResponse:
    """Show the cards of all stalls, or of one, each an A5 sheet with the code for its helper's telephone."""
    market = queries.market_for(request.actor, market_id)
    only = whole_number(request.GET.get("stall", "")) or 0
    found = [booth for booth in queries.booths(market) if booth.stall.is_in]
    cards = [_card(request, booth.stall) for booth in found if only in (0, booth.stall.pk)]
    shown = {"market": market, "session": market.session, "cards": cards, "words": phrases}
    return render(request, "market/cards.html", shown)


def _card(request: Request, stall: Stall) -> dict[str, Any]:
    path = reverse("stall_tally", args=[passes.token_of(stall)])
    address = request.build_absolute_uri(path)
    return {"stall": stall, "path": path, "address": address, "picture": qr(address)}
