"""The desk's pages about compounds, their gates, and buildings."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places import queries
from lingju.places.forms.drafts import BuildingForm, CompoundForm
from lingju.places.models import Building, Compound
from lingju.places.pages.asking import building_for, compound_for, compounds_for
from lingju.places.queries import areas_for
from lingju.places.rules import its_clerk
from lingju.places.services import homes

BUILDINGS_A_PAGE = 100


@open_to(its_clerk)
def desk_compounds(request: Request) -> HttpResponse:
    """List the compounds somebody may edit, with filters by area, gate and name."""
    word, area = request.GET.get("q", "").strip(), request.GET.get("area", "")
    only = request.GET.get("only", "")
    rows = [
        one
        for one in queries.compounds_with_counts(request.actor)
        if (not word or word in one.name or word == one.code)
        and (not area or one.area.code == area)
        and (only != "gated" or one.is_gated)
    ]
    shown = {"rows": rows, "q": word, "area": area, "only": only, "now": clock.now()}
    return render(
        request, "places/desk_compounds.html", {**shown, "areas": areas_for(request.actor, request.district)}
    )


@open_to(its_clerk)
def desk_compound_new(request: Request) -> HttpResponse:
    """Add a compound with its gates."""
    return _write_compound(request, None)


@open_to(its_clerk)
def desk_compound(request: Request, compound_id: int) -> HttpResponse:
    """Show a compound's gates and edit it."""
    return _write_compound(request, compound_for(request.actor, compound_id))


@open_to(its_clerk)
@require_POST
def desk_gate(request: Request, compound_id: int, gate_id: int) -> HttpResponse:
    """Shut a gate, or open it again."""
    compound = compound_for(request.actor, compound_id)
    gate = compound.gates.select_related("compound__area").filter(pk=gate_id).first()
    if gate is None:
        raise NotThere(_("没找到这个门。"))
    try:
        if request.POST.get("do") == "open":
            homes.open_gate(gate, actor=request.actor)
            messages.success(request, _("%(gate)s开了。") % {"gate": gate.name})
        else:
            homes.shut_gate(gate, actor=request.actor)
            messages.success(request, _("%(gate)s记为长期关闭，走路时间会跟着变。") % {"gate": gate.name})
    except BadInput as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk_compound", args=[compound.pk]))


@open_to(its_clerk)
def desk_buildings(request: Request) -> HttpResponse:
    """List buildings, of one compound or all, by pages."""
    word, chosen = request.GET.get("q", "").strip(), request.GET.get("compound", "")
    rows = Building.objects.managed_by(request.actor).select_related("area", "compound")
    if word:
        rows = rows.filter(Q(name__contains=word) | Q(code=word))
    if chosen.isdecimal():
        rows = rows.filter(compound_id=int(chosen))
    page = Paginator(rows, BUILDINGS_A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "q": word, "chosen": chosen, "now": clock.now()}
    return render(request, "places/desk_buildings.html", {**shown, "compounds": compounds_for(request.actor)})


@open_to(its_clerk)
def desk_building_new(request: Request) -> HttpResponse:
    """Add a building."""
    return _write_building(request, None)


@open_to(its_clerk)
def desk_building(request: Request, building_id: int) -> HttpResponse:
    """Edit a building."""
    return _write_building(request, building_for(request.actor, building_id))


def _write_compound(request: Request, compound: Compound | None) -> HttpResponse:
    form = CompoundForm(
        request.POST or None,
        initial=CompoundForm.initial_of(compound) if compound else {},
        areas=areas_for(request.actor, request.district),
    )

    def save() -> None:
        if compound is None:
            homes.add_compound(request.district, form.draft(), actor=request.actor)
        else:
            seen = form.cleaned_data["version"]
            homes.edit_compound(compound, form.draft(), actor=request.actor, version=seen)

    def now_there() -> dict[str, Any]:
        assert compound is not None
        return CompoundForm.initial_of(compound_for(request.actor, compound.pk))

    if request.method == "POST" and saved(form, save, now_there=now_there):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("desk_compounds"))
    shown = {"form": form, "compound": compound, "gates": compound.gates.all() if compound else ()}
    return render(request, "places/desk_compound.html", shown, status=422 if form.errors else 200)


def _write_building(request: Request, building: Building | None) -> HttpResponse:
    chosen = request.GET.get("compound", "")
    form = BuildingForm(
        request.POST or None,
        initial=BuildingForm.initial_of(building) if building else {"compound": chosen},
        areas=areas_for(request.actor, request.district),
        compounds=compounds_for(request.actor),
    )

    def save() -> None:
        if building is None:
            homes.add_building(request.district, form.draft(), actor=request.actor)
        else:
            draft = form.draft(homes.draft_of_building(building).ring)
            seen = form.cleaned_data["version"]
            homes.edit_building(building, draft, actor=request.actor, version=seen)

    def now_there() -> dict[str, Any]:
        assert building is not None
        return BuildingForm.initial_of(building_for(request.actor, building.pk))

    if request.method == "POST" and saved(form, save, now_there=now_there):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("desk_buildings"))
    shown = {"form": form, "building": building}
    return render(request, "places/desk_building.html", shown, status=422 if form.errors else 200)
