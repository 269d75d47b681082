"""The rota at the desk: the calendar of duties, drawing a rota up, and deciding on one in the making."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import ROTAS
from lingju.cobuilding.forms.turns import DrawForm, RotaForm
from lingju.cobuilding.models import DaySeries, Role, Rota
from lingju.cobuilding.queries import turns as queries
from lingju.cobuilding.queries import turns_cell, turns_draft
from lingju.cobuilding.rules import carries_it_out, leads_it, sets_the_rule
from lingju.cobuilding.services import drawing_up, turns_feed
from lingju.kernel.asking import chosen, saved
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to

Do = Callable[[Rota, Actor, int | None], object]
PRESSES: Mapping[str, Do] = {
    "consult": lambda row, actor, seen: drawing_up.consult(row, actor=actor),
    "publish": lambda row, actor, seen: drawing_up.publish(row, actor=actor, version=seen),
    "drop": lambda row, actor, seen: drawing_up.drop(row, actor=actor),
}


@open_to(carries_it_out)
@never_cache
def desk_turns(request: Request) -> HttpResponse:
    """Show the rota of a year; months that are sent are drawn up, and the draft is shown."""
    among = queries.series_of(request.actor)
    series = queries.named(among, request.GET.get("of", ""))
    if series is None:
        return render(request, "cobuilding/board_none.html", {"may_set": sets_the_rule.allows(request.actor)})
    typed = request.POST if request.method == "POST" else None
    months = queries.months_to_draw(series)
    form = DrawForm(typed, months=months, initial=_first_typed(months))
    made: list[Rota] = []

    def draw() -> None:
        said = form.cleaned_data["key"]
        made.append(drawing_up.draw_up(series, form.first, form.last, key=said, actor=request.actor))

    if typed is not None:
        # Who may not draw up learns so before what was typed is looked at.
        leads_it.check(request.actor, series)
    if typed is not None and saved(form, draw):
        messages.success(request, _("排好了，先看一看，再征求意见或者发布。"))
        return HttpResponseRedirect(reverse("desk_turns_draft", args=[made[0].pk]))
    shown = {**_shown(request, series, among), "form": form, "months": months}
    return render(request, "cobuilding/desk_turns.html", shown, status=422 if form.errors else 200)


def _first_typed(months: list[Any]) -> dict[str, str]:
    """Return what the form asks at first: twelve months from the next one on."""
    ahead = months[:12]
    ends = {"from_month": f"{ahead[0]:%Y-%m-%d}", "to_month": f"{ahead[-1]:%Y-%m-%d}"} if ahead else {}
    return {"key": secrets.token_urlsafe(16), **ends}


def _shown(request: Request, series: DaySeries, among: list[DaySeries]) -> dict[str, Any]:
    years = queries.years_of(series)
    year = queries.year_said(series, years, request.GET.get("year", ""))
    roles = queries.roles_of(series)
    role = role_said(roles, request.GET.get("role", ""))
    shown = queries.of_year(series, year, request.actor, role)
    return {
        "series": series,
        "others": [one for one in among if one.pk != series.pk],
        "of": f"?of={series.pk}",
        "year": year,
        "years": years,
        "roles": roles,
        "role": role,
        "calendar": shown,
        "making": queries.in_the_making(series),
        "decided": queries.decided(series),
        "swaps": turns_cell.open_swaps(series.pk),
        "may_lead": leads_it.allows(request.actor, series),
        "feed": _feed(request, series),
    }


def _feed(request: Request, series: DaySeries) -> str:
    """Return the address under which the reader's own calendar reads the rota."""
    if request.account is None:
        return ""
    secret = turns_feed.secret_of(request.account, series)
    return request.build_absolute_uri(reverse("desk_turns_feed", args=[secret]))


def role_said(roles: list[Role], said: str) -> Role | None:
    """Return the role that an address names, if it names one."""
    return next((role for role in roles if role.code == said), None)


@open_to(leads_it)
@never_cache
def desk_turns_draft(request: Request, rota_id: int) -> HttpResponse:
    """Show one rota with all that was proved of it and what it would change; what is pressed is done."""
    row = turns_draft.rota_for(request.actor, rota_id)
    form = RotaForm(request.POST if request.method == "POST" else None)

    def press() -> None:
        do = chosen(PRESSES, form.cleaned_data["do"])
        do(row, request.actor, form.cleaned_data["version"])

    if request.method == "POST" and saved(form, press):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_turns_draft", args=[row.pk]))
    if form.errors:
        row = turns_draft.rota_for(request.actor, rota_id)
    shown = {
        "row": row,
        "form": form,
        "draft": turns_draft.draft(row),
        "moves": ROTAS.allowed(row, request.actor),
        "of": f"?of={row.series_id}",
    }
    return render(request, "cobuilding/desk_turns_draft.html", shown, status=422 if form.errors else 200)
