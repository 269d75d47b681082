"""Markets at the desk: the list, one market with its steps, planning and changing it, what is left over."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.activities import phrases
from lingju.activities.services import running
from lingju.kernel.asking import saved
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.market.flow import MARKETS
from lingju.market.forms.desk import MarketForm, StepForm, typed_of
from lingju.market.models import Market, Zone
from lingju.market.queries import markets as queries
from lingju.market.rules import runs_it, works_at_it
from lingju.market.services import markets as verbs

A_PAGE: Final = 30
Do = Callable[[Market, StepForm, Request], object]
STEPS: Final[Mapping[str, Do]] = {
    "invite": lambda one, form, request: verbs.invite_stalls(one, actor=request.actor),
    "invite_again": lambda one, form, request: verbs.invite_stalls(one, actor=request.actor),
    "lay_out": lambda one, form, request: verbs.lay_out(one, actor=request.actor),
    "announce": lambda one, form, request: verbs.announce_market(one, actor=request.actor),
    "hold": lambda one, form, request: verbs.hold_market(one, actor=request.actor),
    "count": lambda one, form, request: verbs.finish_counting(one, actor=request.actor),
    "review": lambda one, form, request: verbs.review_market(
        one, form.cleaned_data["review"], actor=request.actor
    ),
    "cancel": lambda one, form, request: verbs.cancel_market(
        one, form.cleaned_data["why"], actor=request.actor
    ),
}


@open_to(works_at_it)
def desk_markets(request: Request) -> HttpResponse:
    """List the markets of the desk: to be held, held, called off."""
    tray = request.GET.get("tray", "")
    tray = tray if tray in queries.TRAYS else queries.TRAYS[0]
    page = Paginator(queries.on_desk(request.actor, tray), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "tray": tray,
        "counted": queries.counted(list(page.object_list)),
        "may_run": runs_it.allows(request.actor),
        "words": phrases,
    }
    return render(request, "market/desk_list.html", shown)


@open_to(works_at_it)
@never_cache
def desk_market(request: Request, market_id: int) -> HttpResponse:
    """Show one market with its stalls and the steps it allows now; a step that is sent is taken."""
    market = queries.market_for(request.actor, market_id)
    form = StepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _taken(request, market, form):
        return HttpResponseRedirect(reverse("desk_market", args=[market.pk]))
    found = queries.booths(market)
    shown = {
        "market": market,
        "session": market.session,
        "booths": found,
        "counted": queries.counted([market])[market.pk],
        "leftovers": queries.leftovers(market),
        "moves": [move for move in MARKETS.allowed(market, request.actor) if _is_time(market, move.name)],
        "may_run": runs_it.allows(request.actor, market),
        "form": form,
        "words": phrases,
    }
    return render(request, "market/desk_one.html", shown, status=422 if form.errors else 200)


def _taken(request: Request, market: Market, form: StepForm) -> bool:
    """Take the step that was sent, or put the refusal into the form."""
    do = STEPS.get(form.cleaned_data["step"])
    if do is None:
        raise NotThere(_("没有这一步。"))
    try:
        do(market, form, request)
    except BadInput as refusal:
        form.show(refusal)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("办好了。"))
    if form.errors:
        market.refresh_from_db()
    return not form.errors


def _is_time(market: Market, step: str) -> bool:
    """Say whether a step makes sense by the clock: weeks before, nobody holds a market."""
    return step != "hold" or running.may_be_held(market.session)


@open_to(runs_it)
def desk_market_new(request: Request) -> HttpResponse:
    """Plan a market."""
    choices = queries.choices_for(request.actor, request.district)
    form = MarketForm(_typed(request), choices=choices, initial=_first(choices))
    made: list[Market] = []

    def plan() -> None:
        made.append(verbs.plan_market(form.plan(), key=form.cleaned_data["key"], actor=request.actor))

    if request.method == "POST" and saved(form, plan):
        messages.success(request, _("策划好了，先只有工作台看得到。下一步招摊。"))
        return HttpResponseRedirect(reverse("desk_market", args=[made[0].pk]))
    shown = {"form": form, "market": None}
    return render(request, "market/desk_edit.html", shown, status=422 if form.errors else 200)


def _first(choices: queries.Choices) -> dict[str, Any]:
    """Return what a new plan begins with: the only area, the only station, every kind of zone."""
    alone = {
        name: str(rows[0].pk)
        for name, rows in (("area", choices.areas), ("station", choices.stations))
        if len(rows) == 1
    }
    return {"key": secrets.token_urlsafe(16), "zones": Zone.Kind.values, "title": _("文明集市"), **alone}


@open_to(runs_it)
def desk_market_edit(request: Request, market_id: int) -> HttpResponse:
    """Change a market: its words, when and where; subscribers of the calendar are told."""
    market = queries.market_for(request.actor, market_id)
    runs_it.check(request.actor, market)
    choices = queries.choices_for(request.actor, request.district)
    form = MarketForm(_typed(request), choices=choices, initial=typed_of(market))

    def edit() -> None:
        version = form.cleaned_data["version"]
        is_other = verbs.edit_market(market, form.plan(market), actor=request.actor, version=version)
        messages.success(request, _("改好了。") if is_other else _("没有改动。"))

    if request.method == "POST" and saved(form, edit):
        return HttpResponseRedirect(reverse("desk_market", args=[market.pk]))
    shown = {"form": form, "market": market}
    return render(request, "market/desk_edit.html", shown, status=422 if form.errors else 200)


def _typed(request: Request) -> Any:
    return request.POST if request.method == "POST" else None
