"""One duty at the desk: by hand with its cost told first, accepted, given back, mended, exchanged."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import DUTIES, SWAPS
from lingju.cobuilding.forms.turns import DutyForm, UnitForm
from lingju.cobuilding.models import Cycle, Duty, Enrolment, Swap
from lingju.cobuilding.pages.board import query_of
from lingju.cobuilding.queries import turns_cell as queries
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import mending, swapping, turns
from lingju.kernel import clock
from lingju.kernel.asking import chosen, saved
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to

Do = Callable[[Duty, DutyForm, Actor], object]
NOBODY = 0


def _set(duty: Duty, form: DutyForm, actor: Actor) -> object:
    said = form.cleaned_data
    if said["unit"] is None:
        raise BadInput(_("请先选换成哪家单位，看过代价再定。"))
    unit = None if said["unit"] == NOBODY else _unit(duty, said["unit"])
    return turns.set_by_hand(duty, unit, said["reason"], actor=actor, version=said["version"])


def _unit(duty: Duty, unit_id: int) -> Enrolment:
    found = next((one.unit for one in queries.candidates(duty) if one.unit.pk == unit_id), None)
    if found is None:
        raise BadInput(_("这家单位现在不轮值，请另选一家。"))
    return found


def _swap(duty: Duty, form: DutyForm) -> Swap:
    found = next((one for one in queries.swaps_of(duty) if one.pk == form.cleaned_data["row"]), None)
    if found is None:
        raise NotThere(_("没有这个调换申请，请刷新再看。"))
    return found


def _ask(duty: Duty, form: DutyForm, actor: Actor) -> object:
    leads_it.check(actor, duty)
    chosen = next((o.duty for o in queries.options(duty) if o.duty.pk == form.cleaned_data["row"]), None)
    if chosen is None:
        raise BadInput(_("请选和哪一次轮值调换；列出来的才换得成。"))
    return swapping.ask_swap(duty, chosen, form.cleaned_data["reason"], actor=actor)


PRESSES: Mapping[str, Do] = {
    "set": _set,
    "unlock": lambda duty, form, actor: turns.unlock(duty, actor=actor),
    "accept": lambda duty, form, actor: turns.accept(duty, actor=actor),
    "drop": lambda duty, form, actor: turns.drop_out(duty, form.cleaned_data["reason"], actor=actor),
    "mend": lambda duty, form, actor: mending.mend(duty, form.cleaned_data["digest"], actor=actor),
    "finish": lambda duty, form, actor: turns.finish(duty, actor=actor),
    "miss": lambda duty, form, actor: turns.miss(duty, form.cleaned_data["reason"], actor=actor),
    "ask": _ask,
    "agree": lambda duty, form, actor: swapping.agree(_swap(duty, form), actor=actor),
    "refuse": lambda duty, form, actor: swapping.refuse(
        _swap(duty, form), form.cleaned_data["reason"], actor=actor
    ),
    "withdraw": lambda duty, form, actor: swapping.withdraw(_swap(duty, form), actor=actor),
    "make": lambda duty, form, actor: swapping.make(_swap(duty, form), actor=actor),
}


@open_to(carries_it_out)
@never_cache
def desk_turn(request: Request, duty_id: int) -> HttpResponse:
    """Show one duty with what may be done now; a unit that is thought of (`unit`) is shown with its cost."""
    duty = queries.duty_for(request.actor, duty_id)
    form = DutyForm(request.POST if request.method == "POST" else None)

    def press() -> None:
        chosen(PRESSES, form.cleaned_data["do"])(duty, form, request.actor)

    if request.method == "POST" and saved(form, press):
        messages.success(request, _("办好了。"))
        asks = "?mend=1#mend-h" if form.cleaned_data["do"] == "drop" else ""
        return HttpResponseRedirect(reverse("desk_turn", args=[duty.pk]) + asks)
    if form.errors:
        duty = queries.duty_for(request.actor, duty_id)
    shown = _shown(request, duty, form)
    return render(request, "cobuilding/desk_turn.html", shown, status=422 if form.errors else 200)


def _shown(request: Request, duty: Duty, form: DutyForm) -> dict[str, Any]:
    may_lead = leads_it.allows(request.actor, duty)
    may_set = may_lead and duty.cycle.state in Cycle.COMING
    did = str(form.data.get("do", ""))
    return {
        "duty": duty,
        "form": form,
        "moves": _moves(duty, request.actor),
        "stakes": queries.stakes_words(duty),
        "misfit": queries.misfit_words(duty),
        "may_lead": may_lead,
        "may_set": may_set,
        "is_due": duty.cycle.date is not None and duty.cycle.date <= clock.today(),
        "of": query_of(duty.cycle),
        "lock_cost": queries.cost_words(duty.lock_cost),
        "entries": [(one, queries.cost_words(one.cost)) for one in queries.entries_of(duty)],
        "swaps": [
            (one, {move.name for move in SWAPS.allowed(one, request.actor)}) for one in queries.swaps_of(duty)
        ],
        "may_mend": may_set and queries.may_mend(duty),
        **(
            _thought_of(request, duty, form)
            if may_set
            else {"choose": None, "unit_said": "", "thought": None}
        ),
        **_proposed(duty, may_set and ("mend" in request.GET or did == "mend")),
        **_exchanged(duty, may_set and ("swap" in request.GET or did == "ask")),
    }


def _moves(duty: Duty, actor: Actor) -> set[str]:
    """Return what may be done now; of a turn that is over or off only whether the unit came may be noted."""
    found = {move.name for move in DUTIES.allowed(duty, actor)}
    return found if turns.is_coming(duty) else found & {"finish", "miss"}


def _thought_of(request: Request, duty: Duty, form: DutyForm) -> dict[str, Any]:
    """Return the form that asks for a unit, and what the one that is thought of would cost."""
    found = queries.candidates(duty)
    said = str(form.data.get("unit", "") or request.GET.get("unit", ""))
    known = {str(one.unit.pk): one for one in found}
    told: dict[str, Any] | None = None
    if said == str(NOBODY):
        told = {"name": _("空着，不排"), "against": "", "cost": [], "is_free": False, "refused": ""}
    elif said in known:
        told = _weighed(duty, known[said])
    choose = UnitForm(candidates=found, initial={"unit": said if told is not None else ""})
    return {"choose": choose, "unit_said": said if told is not None else "", "thought": told}


def _weighed(duty: Duty, one: queries.Candidate) -> dict[str, Any]:
    told: dict[str, Any] = {"name": str(one.unit), "against": one.against, "cost": [], "refused": ""}
    try:
        turns.check_free(duty, one.unit)
        cost = turns.cost_of(duty, one.unit)
    except NotNow as refusal:
        return told | {"refused": str(refusal), "is_free": False}
    words = queries.cost_words(cost)
    return told | {"cost": words, "is_free": bool(cost) and not words}


def _proposed(duty: Duty, is_asked: bool) -> dict[str, Any]:
    """Return who would come instead, where that is asked."""
    if not is_asked or not queries.may_mend(duty):
        return {"mending": None, "mend_refused": ""}
    try:
        return {"mending": queries.mending_words(mending.proposed(duty)), "mend_refused": ""}
    except NotNow as refusal:
        return {"mending": None, "mend_refused": str(refusal)}


def _exchanged(duty: Duty, is_asked: bool) -> dict[str, Any]:
    """Return with which turns this one may be exchanged, where that is asked."""
    return {"options": queries.options(duty) if is_asked else None}
