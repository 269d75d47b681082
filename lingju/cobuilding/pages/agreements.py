"""Agreements at the desk: the list, drawing one up, reading, signing, ending, and the sheet to print."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import AGREEMENTS
from lingju.cobuilding.forms.agreed import AgreementForm, StepForm, WordsForm
from lingju.cobuilding.models import Agreement
from lingju.cobuilding.queries import units as queries
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import agreements
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to

A_PAGE = 50


@open_to(carries_it_out)
def desk_agreements(request: Request) -> HttpResponse:
    """List the agreements of the desk's areas."""
    rows = Agreement.objects.visible_to(request.actor).select_related("area", "enrolment__organisation")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cobuilding/desk_agreements.html", {"page": page})


@open_to(carries_it_out)
def desk_agreement_new(request: Request) -> HttpResponse:
    """Draw an agreement up."""
    choices = queries.choices_for(request.actor, request.district)
    initial = {"key": secrets.token_urlsafe(16), "title": _("共驻共建协议")}
    form = AgreementForm(request.POST or None, choices=choices, initial=initial)
    made: list[Agreement] = []

    def draw_up() -> None:
        key = form.cleaned_data["key"]
        made.append(
            agreements.draw_up(
                form.row("enrolment"), form.row("area"), form.draft(), key=key, actor=request.actor
            )
        )

    if request.method == "POST" and saved(form, draw_up):
        messages.success(request, _("起草好了。单位从自己的链接里看得到，双方签字后生效。"))
        return HttpResponseRedirect(reverse("desk_agreement", args=[made[0].pk]))
    shown = {"form": form, "agreement": None}
    return render(request, "cobuilding/desk_agreement_edit.html", shown, status=422 if form.errors else 200)


def _found(request: Request, agreement_id: int) -> Agreement:
    rows = Agreement.objects.visible_to(request.actor).select_related("area", "enrolment__organisation")
    found: Agreement | None = rows.filter(pk=agreement_id).first()
    if found is None:
        raise NotThere(_("没找到这份协议，或者不归您管。"))
    return found


@open_to(carries_it_out)
@never_cache
def desk_agreement(request: Request, agreement_id: int) -> HttpResponse:
    """Show an agreement; a press signs for the community, or ends it with a reason."""
    agreement = _found(request, agreement_id)
    form = StepForm(request.POST if request.method == "POST" else None)

    def take() -> None:
        said = form.cleaned_data
        if said["do"] == "sign":
            agreements.sign(agreement, actor=request.actor, version=said["version"])
        elif said["do"] == "end":
            agreements.end(agreement, said["reason"], actor=request.actor)
        else:
            raise NotThere(_("没有这一步。"))

    if request.method == "POST" and saved(form, take):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_agreement", args=[agreement.pk]))
    agreement.refresh_from_db()
    moves = {move.name for move in AGREEMENTS.allowed(agreement, request.actor)}
    shown = {"agreement": agreement, "form": form, "moves": moves}
    return render(request, "cobuilding/desk_agreement.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
def desk_agreement_edit(request: Request, agreement_id: int) -> HttpResponse:
    """Put an agreement otherwise while nobody has signed."""
    agreement = _found(request, agreement_id)
    names = ("title", "text", "starts_on", "ends_on", "version")
    initial = {name: getattr(agreement, name) for name in names}
    form = WordsForm(request.POST or None, initial=initial)

    def edit() -> None:
        version = form.cleaned_data["version"]
        agreements.edit(agreement, form.draft(), actor=request.actor, version=version)

    if request.method == "POST" and saved(form, edit):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse("desk_agreement", args=[agreement.pk]))
    shown = {"form": form, "agreement": agreement}
    return render(request, "cobuilding/desk_agreement_edit.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
@never_cache
def desk_agreement_sheet(request: Request, agreement_id: int) -> HttpResponse:
    """Show an agreement as a sheet to print, with room for two seals."""
    return render(request, "cobuilding/agreement.html", {"agreement": _found(request, agreement_id)})
