"""The board of a cycle: the three lists as they meet, a project claimed by one tap."""

import secrets
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.forms.board import PressForm
from lingju.cobuilding.models import Cycle, Project
from lingju.cobuilding.queries import board as queries
from lingju.cobuilding.queries import lists, turns
from lingju.cobuilding.rules import carries_it_out, leads_it, sets_the_rule
from lingju.cobuilding.services import cycles, listing, matching_up, projects
from lingju.kernel.asking import chosen, saved, whole_number
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to

Do = Callable[[Cycle, PressForm, Request], object]


def _one(cycle: Cycle, form: PressForm) -> Project:
    related = ("area", "cycle__area", "lead__organisation")
    found: Project | None = (
        cycle.projects.filter(pk=form.cleaned_data["row"] or 0).select_related(*related).first()
    )
    if found is None:
        raise NotThere(_("没找到这个项目，可能刚刚重新配过了。请刷新再看。"))
    return found


def _claim(cycle: Cycle, form: PressForm, request: Request) -> object:
    project = _one(cycle, form)
    seen = form.cleaned_data["version"]
    return projects.claim(project, projects.COMMUNITY, actor=request.actor, version=seen)


def _claim_unit(cycle: Cycle, form: PressForm, request: Request) -> object:
    note, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
    return projects.claim(_one(cycle, form), projects.UNIT, note=note, actor=request.actor, version=seen)


def _end(cycle: Cycle, form: PressForm, request: Request) -> object:
    reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
    return projects.end(_one(cycle, form), reason, actor=request.actor, version=seen)


PRESSES: Mapping[str, Do] = {
    "gather": lambda cycle, form, request: listing.gather(cycle, actor=request.actor),
    "match": lambda cycle, form, request: matching_up.propose(
        cycle, key=form.cleaned_data["key"], actor=request.actor
    ),
    "close_lists": lambda cycle, form, request: cycles.close_lists(cycle, actor=request.actor),
    "call_units": lambda cycle, form, request: cycles.call_units(cycle, actor=request.actor),
    "claim": _claim,
    "claim_unit": _claim_unit,
    "decline": lambda cycle, form, request: projects.decline(
        _one(cycle, form), form.cleaned_data["reason"], actor=request.actor
    ),
    "end": _end,
}


@open_to(carries_it_out)
@never_cache
def desk_days(request: Request) -> HttpResponse:
    """Show the board of the cycle that is next to be held; say so where there is none."""
    cycle = lists.current(lists.cycles_of(request.actor))
    if cycle is None:
        return render(request, "cobuilding/board_none.html", {"may_set": sets_the_rule.allows(request.actor)})
    return _shown(request, cycle, PressForm(None))


@open_to(carries_it_out)
@never_cache
def desk_days_cycle(request: Request, cycle_number: int) -> HttpResponse:
    """Show the board of a cycle; what is pressed is done."""
    cycle = cycle_for(request, cycle_number)
    form = PressForm(request.POST if request.method == "POST" else None)

    def press() -> None:
        chosen(PRESSES, form.cleaned_data["do"])(cycle, form, request)

    here = reverse("desk_days_cycle", args=[cycle.number])
    if request.method == "POST" and saved(form, press):
        messages.success(request, _("办好了。"))
        row = form.cleaned_data["row"]
        return HttpResponseRedirect(here + query_of(cycle) + (f"&at=p{row}" if row else ""))
    return _shown(request, cycle, form)


def _shown(request: Request, cycle: Cycle, form: PressForm) -> HttpResponse:
    at = request.GET.get("at", "")[:24]
    board = queries.board(cycle, at)
    moves = PROJECTS.allowed(board.shown, request.actor) if board.shown is not None else ()
    shown = {
        "cycle": cycle,
        "board": board,
        "form": form,
        "moves": {move.name for move in moves},
        "may_lead": leads_it.allows(request.actor, cycle),
        "is_coming": cycle.state in Cycle.COMING,
        "of": query_of(cycle),
        "strip": turns.strip(cycle, request.actor),
        "rota": address("desk_turns", cycle.number) or address("desk_turns"),
        "orders": reverse("cobuild_orders", args=[cycle.number]) + query_of(cycle),
        "key": secrets.token_urlsafe(16),
    }
    return render(request, "cobuilding/board.html", shown, status=422 if form.errors else 200)


def cycle_for(request: Request, number: int) -> Cycle:
    """Return the cycle that an address names; `of` says of which street, where an actor has several."""
    return lists.cycle_numbered(request.actor, number, whole_number(request.GET.get("of", "")))


def query_of(cycle: Cycle) -> str:
    """Return how an address ends that names whose day it is: a cycle is numbered within its street."""
    return f"?of={cycle.series_id}"


def address(name: str, *args: object) -> str:
    """Return the address of a page of another part; nothing where it is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
