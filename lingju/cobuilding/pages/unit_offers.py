"""What a unit offers, told by the unit itself under its link: listed, changed, taken back."""

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import RESOURCES
from lingju.cobuilding.forms.board import PressForm, ResourceForm, resource_typed
from lingju.cobuilding.models import Capability, Resource
from lingju.cobuilding.pages.unit_door import came_in
from lingju.cobuilding.services import offering
from lingju.kernel.asking import saved, unlisted
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to


def _can(request: Request) -> list[Capability]:
    return list(Capability.objects.filter(district=request.district, is_retired=False))


@open_to(everyone)
@never_cache
def unit_offers(request: Request, unit_token: str) -> HttpResponse:
    """Show a unit what it offers, and list what it adds."""
    unit, bearer = came_in(request, unit_token)
    typed = request.POST if request.method == "POST" else None
    form = ResourceForm(typed, capabilities=_can(request), initial={"key": secrets.token_urlsafe(16)})

    def offer() -> None:
        key = form.cleaned_data["key"]
        offering.offer_resource(unit.area, form.draft(), key=key, actor=bearer, enrolment=unit)

    if typed is not None and saved(form, offer):
        messages.success(request, _("登记好了。社区核对后收进清单。"))
        return HttpResponseRedirect(reverse("unit_offers", args=[unit_token]))
    rows = unit.resources.exclude(state=Resource.State.ENDED)
    shown = {"token": unit_token, "unit": unit, "form": form, "rows": rows}
    status = 422 if form.errors else 200
    return unlisted(render(request, "cobuilding/door_offers.html", shown, status=status))


@open_to(everyone)
@never_cache
def unit_offer(request: Request, unit_token: str, resource_id: int) -> HttpResponse:
    """Show a unit one thing that it offers; it may change it, or offer it no more."""
    unit, bearer = came_in(request, unit_token)
    row: Resource | None = unit.resources.filter(pk=resource_id).select_related("area", "enrolment").first()
    if row is None:
        raise NotThere(_("没有这一项资源。"))
    typed = request.POST if request.method == "POST" else None
    ends = typed is not None and typed.get("do") == "end"
    form = ResourceForm(None if ends else typed, capabilities=_can(request), initial=resource_typed(row))
    press = PressForm(typed if ends else None)

    def change() -> None:
        seen = form.cleaned_data["version"]
        offering.change_resource(row, form.draft(), actor=bearer, version=seen)

    def end() -> None:
        offering.end_resource(row, press.cleaned_data["reason"], actor=bearer)

    if typed is not None and (saved(press, end) if ends else saved(form, change)):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("unit_offers", args=[unit_token]))
    moves = {move.name for move in RESOURCES.allowed(row, bearer)}
    shown = {"token": unit_token, "unit": unit, "row": row, "form": form, "press": press, "moves": moves}
    wrong = bool(form.errors or press.errors)
    return unlisted(render(request, "cobuilding/door_offer.html", shown, status=422 if wrong else 200))
