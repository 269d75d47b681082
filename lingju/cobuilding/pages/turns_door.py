"""Changing turns under a unit's link: what it may ask for, what it was asked, its yes and its no.

Whose the other turn is stays unsaid here: a day, a community and a role are enough to decide.
"""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import SWAPS
from lingju.cobuilding.forms.turns import SwapForm
from lingju.cobuilding.models import Duty, Enrolment, Swap
from lingju.cobuilding.pages.unit_door import came_in
from lingju.cobuilding.queries import turns_cell as queries
from lingju.cobuilding.rules import UnitBearer
from lingju.cobuilding.services import swapping
from lingju.kernel.asking import chosen, saved, unlisted, whole_number
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to

Do = Callable[[Enrolment, SwapForm, UnitBearer], object]


def _swap(unit: Enrolment, form: SwapForm) -> Swap:
    found = next((s for s in queries.swaps_for_unit(unit) if s.pk == form.cleaned_data["row"]), None)
    if found is None:
        raise NotThere(_("没有这个调换申请，可能已经办了。请刷新再看。"))
    return found


def _ask(unit: Enrolment, form: SwapForm, bearer: UnitBearer) -> object:
    mine = _duty(unit, form.cleaned_data["of"])
    if mine is None:
        raise NotThere(_("没有这一次轮值，可能已经变了。请刷新再看。"))
    chosen = next((o.duty for o in queries.options(mine) if o.duty.pk == form.cleaned_data["row"]), None)
    if chosen is None:
        sentence = _("请选想换成哪一次；列出来的才换得成。")
        raise BadInput(sentence, {"row": sentence})
    return swapping.ask_swap(mine, chosen, form.cleaned_data["reason"], actor=bearer)


PRESSES: Mapping[str, Do] = {
    "ask": _ask,
    "agree": lambda unit, form, bearer: swapping.agree(_swap(unit, form), actor=bearer),
    "refuse": lambda unit, form, bearer: swapping.refuse(
        _swap(unit, form), form.cleaned_data["reason"], actor=bearer
    ),
    "withdraw": lambda unit, form, bearer: swapping.withdraw(_swap(unit, form), actor=bearer),
}


def _duty(unit: Enrolment, pk: int | None) -> Duty | None:
    rows = Duty.objects.filter(enrolment=unit).select_related(*queries.RELATED)
    found: Duty | None = rows.filter(pk=pk or 0).first()
    return found


@open_to(everyone)
@never_cache
def unit_swaps(request: Request, unit_token: str) -> HttpResponse:
    """Show a unit the requests that wait, and for one turn (`of`) those it may be changed for."""
    unit, bearer = came_in(request, unit_token)
    form = SwapForm(request.POST if request.method == "POST" else None)

    def press() -> None:
        chosen(PRESSES, form.cleaned_data["do"])(unit, form, bearer)

    if request.method == "POST" and saved(form, press):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("unit_door", args=[unit_token]))
    said = str(form.data.get("of", "") or request.GET.get("of", ""))
    mine = _duty(unit, whole_number(said))
    shown = {
        "token": unit_token,
        "unit": unit,
        "form": form,
        "mine": mine,
        "options": queries.options(mine) if mine is not None else [],
        "swaps": [
            (one, {move.name for move in SWAPS.allowed(one, bearer)}, one.mine.enrolment_id == unit.pk)
            for one in queries.swaps_for_unit(unit)
        ],
    }
    status = 422 if form.errors else 200
    return unlisted(render(request, "cobuilding/door_swaps.html", shown, status=status))
