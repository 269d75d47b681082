"""Pages of the kinds of need and their promises, and of how the district runs its loop."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel.asking import saved
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.forms.officers import KindForm, NewKindForm, PolicyForm
from lingju.needs.models import Policy
from lingju.needs.queries import officers
from lingju.needs.rules import edits_the_loop, oversees_the_loop, works_at_a_desk
from lingju.needs.services import catalogue
from lingju.places.models import WorkCalendar

ASKED = (
    *("name", "hint", "keywords", "order", "is_active", "is_private", "needs_evidence"),
    *("respond_hours", "due_amount", "due_unit"),
)
POLICY = ("calendar", "ask_days", "reopen_days", "smallest_cell", "gas_phone")
NEW = {"respond_hours": 8, "due_amount": 7, "is_active": True, "order": 100}


@open_to(works_at_a_desk)
def desk_kinds(request: Request) -> HttpResponse:
    """List the kinds of need with what each promises."""
    shown = {
        "kinds": officers.kinds_in_order(request.district),
        "may_edit": edits_the_loop.allows(request.actor),
        "oversees": oversees_the_loop.allows(request.actor),
    }
    return render(request, "needs/officer_kinds.html", shown)


@open_to(edits_the_loop)
def desk_kind_new(request: Request) -> HttpResponse:
    """Add a kind of need."""
    tops = [kind for kind, depth in officers.kinds_in_order(request.district) if depth == 0]
    form = NewKindForm(request.POST or None, initial=NEW, kinds=[(kind.pk, kind.name) for kind in tops])

    def add() -> None:
        asked = form.cleaned_data
        parent = next((kind for kind in tops if str(kind.pk) == asked["parent"]), None)
        values = {name: asked[name] for name in ASKED}
        catalogue.add(request.district, asked["code"], values, parent=parent, actor=request.actor)

    if request.method == "POST" and saved(form, add):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("desk_kinds"))
    return render(
        request, "needs/officer_kind.html", {"form": form, "kind": None}, status=422 if form.errors else 200
    )


@open_to(edits_the_loop)
def desk_kind(request: Request, category_id: int) -> HttpResponse:
    """Edit a kind of need; what was promised before stays promised."""
    kind = officers.kind_for(request.actor, category_id)
    initial: dict[str, Any] = {name: getattr(kind, name) for name in (*ASKED, "version")}
    form = KindForm(request.POST or None, initial=initial)

    def edit() -> None:
        values = {name: form.cleaned_data[name] for name in ASKED}
        catalogue.edit(kind, values, actor=request.actor, version=form.cleaned_data["version"])

    if request.method == "POST" and saved(form, edit):
        messages.success(request, _("改好了。已经答应居民的期限不变。"))
        return HttpResponseRedirect(reverse("desk_kinds"))
    shown = {"form": form, "kind": kind}
    return render(request, "needs/officer_kind.html", shown, status=422 if form.errors else 200)


@open_to(edits_the_loop)
def desk_policy(request: Request) -> HttpResponse:
    """Edit how the district runs its loop."""
    policy = Policy.objects.filter(district=request.district).first() or Policy(district=request.district)
    calendars = WorkCalendar.objects.filter(district=request.district).values_list("code", "name")
    form = PolicyForm(
        request.POST or None,
        initial={name: getattr(policy, name) for name in POLICY},
        calendars=list(calendars),
    )

    def save() -> None:
        values = {name: form.cleaned_data[name] for name in POLICY}
        catalogue.set_policy(request.district, values, actor=request.actor)

    if request.method == "POST" and saved(form, save):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse("desk_policy"))
    return render(request, "needs/officer_policy.html", {"form": form}, status=422 if form.errors else 200)
