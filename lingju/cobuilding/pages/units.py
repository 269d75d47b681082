"""Units at the desk: the list, one unit with its steps, its link shown once, the roll and the receipt."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import ENROLMENTS
from lingju.cobuilding.forms.units import StepForm, TermsForm, UnitForm, terms_typed
from lingju.cobuilding.models import Double, Enrolment, UnitLink
from lingju.cobuilding.queries import units as queries
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import blackouts, enrolling, unit_links
from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import saved, workbook
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people.factors import qr
from lingju.people.phones import masked

A_PAGE = 50
Do = Callable[[Enrolment, StepForm, Request], object]


def _why(form: StepForm) -> str:
    return str(form.cleaned_data["reason"])


def _away(unit: Enrolment, form: StepForm, request: Request) -> object:
    said = form.cleaned_data
    if said["starts_on"] is None or said["ends_on"] is None:
        raise BadInput(_("请填从哪天起、到哪天止。"), {"starts_on": _("请填从哪天起、到哪天止。")})
    return blackouts.add(unit, said["starts_on"], said["ends_on"], _why(form), actor=request.actor)


def _back(unit: Enrolment, form: StepForm, request: Request) -> object:
    row = unit.blackouts.filter(pk=form.cleaned_data["row"] or 0).select_related("enrolment__area").first()
    if row is None:
        raise NotThere(_("没找到，可能刚刚删掉了。"))
    blackouts.remove(row, actor=request.actor)
    return row


def _revoke(unit: Enrolment, form: StepForm, request: Request) -> object:
    row: UnitLink | None = unit.links.filter(pk=form.cleaned_data["row"] or 0).first()
    if row is None:
        raise NotThere(_("没找到这个链接。"))
    return unit_links.revoke(row, actor=request.actor)


def _weigh(unit: Enrolment, form: StepForm, request: Request) -> object:
    said = form.cleaned_data
    weight = said["weight"] if said["weight"] is not None else 0.0
    return enrolling.set_weight(
        unit, weight, said["weight_reason"], actor=request.actor, version=said["version"]
    )


STEPS: Mapping[str, Do] = {
    "receive": lambda unit, form, request: enrolling.receive(unit, actor=request.actor),
    "pause": lambda unit, form, request: enrolling.pause(unit, _why(form), actor=request.actor),
    "resume": lambda unit, form, request: enrolling.resume(unit, actor=request.actor),
    "end": lambda unit, form, request: enrolling.end(unit, _why(form), actor=request.actor),
    "weigh": _weigh,
    "away": _away,
    "back": _back,
    "revoke": _revoke,
}


@open_to(carries_it_out)
def desk_units(request: Request) -> HttpResponse:
    """List the units of the desk by where their life has got to."""
    tray = request.GET.get("tray", "")
    tray = tray if tray in queries.TRAYS else queries.TRAYS[0]
    said = request.GET.get("q", "").strip().replace("\x00", "")[:40]
    page = Paginator(queries.on_desk(request.actor, tray, said), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "tray": tray,
        "said": said,
        "counts": queries.counts(request.actor),
        "trays": [(name, Enrolment.State(name).label) for name in queries.TRAYS],
    }
    return render(request, "cobuilding/desk_units.html", shown)


@open_to(carries_it_out)
def desk_unit_new(request: Request) -> HttpResponse:
    """Let a unit report in."""
    choices = queries.choices_for(request.actor, request.district)
    form = UnitForm(request.POST or None, choices=choices)
    made: list[Enrolment] = []

    def enrol() -> None:
        made.append(enrolling.enrol(form.draft(), actor=request.actor))

    if request.method == "POST" and saved(form, enrol):
        messages.success(request, _("报到登记好了。核对后接收，才会排轮值。"))
        return HttpResponseRedirect(reverse("desk_unit", args=[made[0].pk]))
    shown = {"form": form, "unit": None}
    return render(request, "cobuilding/desk_unit_edit.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
@never_cache
def desk_unit(request: Request, unit_id: int) -> HttpResponse:
    """Show one unit with the steps it allows now; a step that is sent is taken."""
    unit = queries.unit_for(request.actor, unit_id)
    form = StepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.POST.get("do") == "contact":
        return _shown(request, unit, form, contact=enrolling.see_contact(unit, actor=request.actor))

    def take() -> None:
        do = STEPS.get(form.cleaned_data["do"])
        if do is None:
            raise NotThere(_("没有这一步。"))
        do(unit, form, request)

    if request.method == "POST" and saved(form, take):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_unit", args=[unit.pk]))
    if form.errors:
        unit.refresh_from_db()
    return _shown(request, unit, form)


def _shown(
    request: Request, unit: Enrolment, form: StepForm, *, contact: tuple[str, str] | None = None
) -> HttpResponse:
    moves = ENROLMENTS.allowed(unit, request.actor)
    shown = {
        "unit": unit,
        "form": form,
        "contact": contact,
        "masked": masked(unit.phone),
        "moves": moves,
        "may_weigh": leads_it.allows(request.actor, unit),
        "advice": queries.advice(unit),
        "turns": queries.turns_of(unit),
        "away": unit.blackouts.filter(ends_on__gte=clock.today()),
        "links": unit_links.in_force(unit),
        "pairings": unit.pairings.filter(ended_on__isnull=True).select_related("compound"),
        "agreements": unit.agreements.select_related("area"),
        "key": secrets.token_urlsafe(16),
        "today": clock.today(),
    }
    return render(
        request, "cobuilding/desk_unit.html", shown, status=422 if form.errors and contact is None else 200
    )


@open_to(carries_it_out)
def desk_unit_edit(request: Request, unit_id: int) -> HttpResponse:
    """Change what a unit offers and whom to call."""
    unit = queries.unit_for(request.actor, unit_id)
    choices = queries.choices_for(request.actor, request.district)
    form = TermsForm(request.POST or None, choices=choices, initial=terms_typed(unit))

    def edit() -> None:
        version = form.cleaned_data["version"]
        enrolling.edit(unit, form.terms(), actor=request.actor, version=version)

    if request.method == "POST" and saved(form, edit):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse("desk_unit", args=[unit.pk]))
    shown = {"form": form, "unit": unit}
    return render(request, "cobuilding/desk_unit_edit.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
@never_cache
def desk_unit_link(request: Request, unit_id: int) -> HttpResponse:
    """Make a unit's link and show it this once; the same press shows the same."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    unit = queries.unit_for(request.actor, unit_id)
    made = unit_links.make(unit, key=request.POST.get("key", ""), actor=request.actor)
    address = request.build_absolute_uri(reverse("unit_door", args=[made.secret]))
    shown: dict[str, Any] = {"unit": unit, "link": made.link, "address": address, "picture": qr(address)}
    return render(request, "cobuilding/desk_unit_link.html", shown)


@open_to(carries_it_out)
@never_cache
def desk_unit_receipt(request: Request, unit_id: int) -> HttpResponse:
    """Show the receipt of a unit's report-in as a sheet to print."""
    unit = queries.unit_for(request.actor, unit_id)
    double = Double.objects.filter(district=request.district, code=Double.Code.ENROL).first()
    return render(request, "cobuilding/receipt.html", {"unit": unit, "double": double})


@open_to(carries_it_out)
def desk_unit_receipt_book(request: Request, unit_id: int) -> HttpResponse:
    """Hand the receipt out as a workbook."""
    unit = queries.unit_for(request.actor, unit_id)
    return _book(_("报到回执 %(number)s") % {"number": unit.number}, [unit])


@open_to(carries_it_out)
@never_cache
def desk_units_roll(request: Request) -> HttpResponse:
    """Show the roll of units as a sheet to print."""
    units = queries.roll(request.actor)
    shown = {"columns": queries.roll_columns()[:10], "rows": [row[:10] for row in queries.roll_rows(units)]}
    return render(request, "cobuilding/roll.html", shown)


@open_to(carries_it_out)
def desk_units_book(request: Request) -> HttpResponse:
    """Hand the roll of units out as a workbook; whom to call is not in it."""
    return _book(_("报到单位花名册"), queries.roll(request.actor))


def _book(title: str, units: list[Enrolment]) -> HttpResponse:
    rows = queries.roll_rows(units)
    return workbook(sheets_out.xlsx(title, queries.roll_columns(), rows, as_of=clock.now()), title)
