"""Members, pairings, reviews and the district's own words at the desk; and the roll of units as a sheet."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import MEMBERS
from lingju.cobuilding.forms.units import (
    DoubleForm,
    MemberForm,
    PairingForm,
    ReviewForm,
    SheetForm,
    StepForm,
    member_number,
)
from lingju.cobuilding.imports import sheets
from lingju.cobuilding.models import Capability, Double, Member, Pairing, Review
from lingju.cobuilding.queries import units as queries
from lingju.cobuilding.rules import carries_it_out, sets_the_rule
from lingju.cobuilding.services import catalogue, members, pairing, reviewing
from lingju.kernel.asking import saved, whole_number
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places.imports.at_desk import SheetDesk

A_PAGE = 50
DESK = SheetDesk(sheets, home="desk_unit_sheets", one="desk_unit_sheet", report="desk_unit_sheet_report")


@open_to(carries_it_out)
@never_cache
def desk_members(request: Request) -> HttpResponse:
    """List members by number, never by name; a form that is sent writes one down."""
    choices = queries.choices_for(request.actor, request.district)
    initial = {"key": secrets.token_urlsafe(16)}
    form = MemberForm(request.POST or None, choices=choices, initial=initial)

    def register() -> None:
        members.register(form.row("area"), form.draft(), key=form.cleaned_data["key"], actor=request.actor)

    if request.method == "POST" and saved(form, register):
        messages.success(request, _("登记好了。姓名和电话加密保存，不列出来。"))
        return HttpResponseRedirect(reverse("desk_members"))
    page = Paginator(queries.members_of(request.actor), A_PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "number": member_number}
    return render(request, "cobuilding/desk_members.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
@never_cache
def desk_member(request: Request, member_id: int) -> HttpResponse:
    """Show one member with the steps allowed now; the name only on a press of its own, which is kept."""
    member = queries.member_for(request.actor, member_id)
    form = StepForm(request.POST if request.method == "POST" else None)
    contact: members.Contact | None = None
    if request.method == "POST" and request.POST.get("do") == "contact":
        contact = members.read(member, actor=request.actor)
    elif request.method == "POST" and saved(form, lambda: _step(member, form, request)):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_member", args=[member.pk]))
    wrong = bool(form.errors) and contact is None
    shown = {
        "member": member,
        "form": form,
        "contact": contact,
        "number": member_number,
        "moves": MEMBERS.allowed(member, request.actor),
        "pairings": member.pairings.filter(ended_on__isnull=True).select_related("compound", "building"),
    }
    return render(request, "cobuilding/desk_member.html", shown, status=422 if wrong else 200)


def _step(member: Member, form: StepForm, request: Request) -> None:
    do = form.cleaned_data["do"]
    if do == "receive":
        members.receive(member, actor=request.actor)
    elif do == "end":
        members.end(member, form.cleaned_data["reason"], actor=request.actor)
    else:
        raise NotThere(_("没有这一步。"))


@open_to(carries_it_out)
@never_cache
def desk_pairings(request: Request) -> HttpResponse:
    """Show who looks after which compound; a form that is sent adds a pairing, a press ends one."""
    choices = queries.choices_for(request.actor, request.district)
    rows = queries.members_of(request.actor).exclude(state=Member.State.ENDED)
    ending = request.method == "POST" and request.POST.get("do") == "end"
    form = PairingForm(None if ending else request.POST or None, choices=choices, members=rows)
    if ending:
        pairing.end(_pairing(request), actor=request.actor)
    if ending or (request.method == "POST" and saved(form, lambda: _pair(form, request))):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_pairings"))
    shown = {"form": form, "rows": queries.pairings(request.actor), "number": member_number}
    return render(request, "cobuilding/desk_pairings.html", shown, status=422 if form.errors else 200)


def _pair(form: PairingForm, request: Request) -> None:
    if form.row("enrolment") is not None:
        pairing.pair_unit(form.row("enrolment"), form.row("compound"), actor=request.actor)
    else:
        pairing.pair_member(form.row("member"), form.row("compound"), actor=request.actor)


def _pairing(request: Request) -> Pairing:
    said = whole_number(request.POST.get("row", "")) or 0
    rows = Pairing.objects.filter(pk=said, district=request.district).select_related("compound__area")
    found = rows.first()
    if found is None or not carries_it_out.allows(request.actor, found.compound):
        raise NotThere(_("没找到，或者不归您管。"))
    return found


@open_to(carries_it_out)
@never_cache
def desk_pairings_sheet(request: Request) -> HttpResponse:
    """Show who looks after which compound as a sheet to print; members only by number."""
    shown = {"rows": queries.pairings(request.actor), "number": member_number}
    return render(request, "cobuilding/pairings.html", shown)


@open_to(carries_it_out)
@never_cache
def desk_reviews(request: Request) -> HttpResponse:
    """List reviews both ways; a form that is sent writes one, a press tells one, or answers one."""
    choices = queries.choices_for(request.actor, request.district)
    do = request.POST.get("do", "")
    form = ReviewForm(request.POST if request.method == "POST" and not do else None, choices=choices)
    step = StepForm(request.POST if do else None)
    if (do and saved(step, lambda: _answer(step, request))) or (
        request.method == "POST" and not do and saved(form, lambda: _review(form, request))
    ):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_reviews"))
    rows = Review.objects.visible_to(request.actor).select_related("enrolment__organisation", "area")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "step": step, "page": page}
    status = 422 if form.errors or step.errors else 200
    return render(request, "cobuilding/desk_reviews.html", shown, status=status)


def _review(form: ReviewForm, request: Request) -> None:
    reviewing.review_unit(form.row("enrolment"), form.row("area"), form.draft(), actor=request.actor)


def _answer(form: StepForm, request: Request) -> None:
    said = form.cleaned_data
    rows = Review.objects.visible_to(request.actor).select_related("area", "enrolment")
    review: Review | None = rows.filter(pk=said["row"] or 0).first()
    if review is None or said["do"] not in ("tell", "reply"):
        raise NotThere(_("没找到，或者不归您管。"))
    if said["do"] == "tell":
        reviewing.tell(review, actor=request.actor)
    else:
        reviewing.reply(review, said["reply"], actor=request.actor)


@open_to(sets_the_rule)
def desk_doubles(request: Request) -> HttpResponse:
    """Show what the district calls the four doubles and what units can do; the words may be changed."""
    doubles = list(Double.objects.filter(district=request.district))
    said = whole_number(request.POST.get("row", ""))
    forms: list[tuple[Double, DoubleForm]] = []
    for double in doubles:
        initial = {"name": double.name, "meaning": double.meaning, "version": double.version}
        typed = request.POST if double.pk == said else None
        forms.append((double, DoubleForm(typed, initial=initial, auto_id=f"id_{double.code}_%s")))
    if request.method == "POST" and request.POST.get("do") == "fill":
        catalogue.fill(request.district, actor=request.actor)
        return HttpResponseRedirect(reverse("desk_doubles"))
    typed_in = [(double, form) for double, form in forms if form.is_bound]
    for double, form in typed_in:
        if saved(form, lambda d=double, f=form: _word(d, f, request)):  # type: ignore[misc]
            messages.success(request, _("改好了。"))
            return HttpResponseRedirect(reverse("desk_doubles"))
    can = Capability.objects.filter(district=request.district)
    shown: dict[str, Any] = {"forms": forms, "capabilities": can}
    return render(request, "cobuilding/desk_doubles.html", shown, status=422 if typed_in else 200)


def _word(double: Double, form: DoubleForm, request: Request) -> None:
    said = form.cleaned_data
    catalogue.word_double(double, said["name"], said["meaning"], actor=request.actor, version=said["version"])


@open_to(carries_it_out)
def desk_unit_sheets(request: Request) -> HttpResponse:
    """Take a roll of units or a list of resources and go on to what it would do."""
    which = request.GET.get("sheet", "")
    initial = {"sheet": which if which in sheets.SHEETS else "units"}
    form = SheetForm(request.POST or None, request.FILES or None, initial=initial)
    return DESK.taken(request, form) or render(
        request, "cobuilding/desk_unit_sheets.html", {"form": form}, status=422 if form.errors else 200
    )


@open_to(carries_it_out)
def desk_unit_sheet(request: Request, ticket: str) -> HttpResponse:
    """Show what a roll would do; confirmed, do it and show what became of it."""
    return DESK.shown(request, ticket)


@open_to(carries_it_out)
def desk_unit_sheet_report(request: Request, ticket: str) -> HttpResponse:
    """Hand out the roll as it was given, with 哪里不对 behind what was refused."""
    return DESK.reported(request, ticket)


@open_to(carries_it_out)
def desk_unit_sheet_template(request: Request) -> HttpResponse:
    """Hand out an empty roll, or an empty list of resources, to fill in."""
    return DESK.template(request.GET.get("sheet", "units"))
