"""The three lists one by one: searched, printed, handed out; what a line takes; what somebody offers."""

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import RESOURCES
from lingju.cobuilding.forms.board import (
    OfferForm,
    OwnersForm,
    PressForm,
    TakesForm,
    resource_typed,
    takes_typed,
)
from lingju.cobuilding.models import Capability, Enrolment, NeedLine, Resource
from lingju.cobuilding.pages.board import address, cycle_for, query_of
from lingju.cobuilding.queries import board, lists
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import listing, offering
from lingju.kernel import clock, sheets_out
from lingju.kernel.asking import saved, workbook
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places.models import Area
from lingju.places.rules import CLERKS


def _said(request: Request) -> str:
    return request.GET.get("q", "").strip().replace("\x00", "")[:40]


def _which(which: str) -> str:
    if which not in lists.WHICH:
        raise NotThere(_("没有这张清单。"))
    return which


@open_to(carries_it_out)
@never_cache
def desk_days_list(request: Request, cycle_number: int, which: str) -> HttpResponse:
    """Show one of the three lists of a cycle, narrowed to what is searched for; it prints as it stands."""
    cycle = cycle_for(request, cycle_number)
    shown = {
        "cycle": cycle,
        "which": _which(which),
        "table": lists.table(cycle, which, _said(request)),
        "said": _said(request),
        "of": query_of(cycle),
        "names": [
            (lists.NEEDS, _("需求清单")),
            (lists.RESOURCES, _("资源清单")),
            (lists.PROJECTS, _("项目清单")),
        ],
        "as_of": clock.now(),
    }
    return render(request, "cobuilding/lists.html", shown)


@open_to(carries_it_out)
def desk_days_book(request: Request, cycle_number: int, which: str) -> HttpResponse:
    """Hand one of the three registers out as a workbook."""
    cycle = cycle_for(request, cycle_number)
    table = lists.table(cycle, _which(which), _said(request))
    title = _("第 %(n)d 期 %(title)s") % {"n": cycle.number, "title": table.title}
    return workbook(sheets_out.xlsx(title, table.columns, table.rows, as_of=clock.now()), title)


@open_to(carries_it_out)
@never_cache
def desk_days_line(request: Request, cycle_number: int, line_id: int) -> HttpResponse:
    """Show a line of the list of needs and let say what it takes; or take it off, with the reason."""
    cycle = cycle_for(request, cycle_number)
    related = ("area", "need", "cluster", "cycle__area")
    line: NeedLine | None = cycle.need_lines.filter(pk=line_id).select_related(*related).first()
    if line is None:
        raise NotThere(_("没有这一条需求。"))
    can = list(Capability.objects.filter(district_id=cycle.district_id, is_retired=False))
    posted = request.POST if request.method == "POST" else None
    takes_off = posted is not None and posted.get("do") == "remove"
    form = TakesForm(None if takes_off else posted, capabilities=can, initial=takes_typed(line))
    press = PressForm(posted if takes_off else None)

    def say() -> None:
        seen = form.cleaned_data["version"]
        listing.say_what_it_takes(line, form.takes(), actor=request.actor, version=seen)

    def take_off() -> None:
        listing.remove_line(line, press.cleaned_data["reason"], actor=request.actor)

    if posted is not None and (saved(press, take_off) if takes_off else saved(form, say)):
        messages.success(request, _("记好了。"))
        back = reverse("desk_days_list", args=[cycle.number, lists.NEEDS])
        return HttpResponseRedirect(back + query_of(cycle))
    wrong = bool(form.errors or press.errors)
    shown = {
        "cycle": cycle,
        "line": line,
        "form": form,
        "press": press,
        "short": board.shortage_words(line),
        "needs": lists.needs_behind(line, request.actor),
        "one_need": lambda need_id: address("desk_need", need_id),
        "of": query_of(cycle),
    }
    return render(request, "cobuilding/lists_line.html", shown, status=422 if wrong else 200)


@open_to(carries_it_out)
@never_cache
def desk_days_offer(request: Request) -> HttpResponse:
    """List what a unit or a resident offers."""
    choices = _choices(request)
    typed = request.POST if request.method == "POST" else None
    form = OfferForm(typed, initial={"key": secrets.token_urlsafe(16)}, **choices)  # type: ignore[arg-type]
    made: list[Resource] = []

    def offer() -> None:
        key, unit = form.cleaned_data["key"], form.unit_chosen
        made.append(
            offering.offer_resource(
                form.area_chosen, form.draft(), key=key, actor=request.actor, enrolment=unit
            )
        )

    if request.method == "POST" and saved(form, offer):
        messages.success(request, _("登记好了。核对后收进清单，才会配项目。"))
        return HttpResponseRedirect(reverse("desk_days_resource", args=[made[0].pk]))
    shown = {"form": form}
    return render(request, "cobuilding/lists_offer.html", shown, status=422 if form.errors else 200)


def _choices(request: Request) -> dict[str, object]:
    within = list(Area.objects.filter(district=request.district).order_by("stem"))
    stems = request.actor.stems(CLERKS)
    return {
        "areas": [area for area in within if any(area.stem.startswith(stem) for stem in stems)],
        "units": Enrolment.objects.visible_to(request.actor)
        .exclude(state=Enrolment.State.ENDED)
        .select_related("organisation"),
        "capabilities": list(Capability.objects.filter(district=request.district, is_retired=False)),
    }


@open_to(carries_it_out)
@never_cache
def desk_days_resource(request: Request, resource_id: int) -> HttpResponse:
    """Show one resource with the steps it allows now; a step that is sent is taken."""
    found = Resource.objects.visible_to(request.actor).select_related("area", "enrolment__organisation")
    row: Resource | None = found.filter(pk=resource_id).first()
    if row is None:
        raise NotThere(_("没有这一项资源。"))
    typed = request.POST if request.method == "POST" else None
    changes = typed is not None and typed.get("do") == "change"
    form = PressForm(None if changes else typed)
    can = Capability.objects.filter(district_id=row.district_id, is_retired=False)
    edit = OwnersForm(typed if changes else None, capabilities=list(can), initial=resource_typed(row))

    def take() -> None:
        if form.cleaned_data["do"] == "receive":
            offering.receive_resource(row, actor=request.actor)
        elif form.cleaned_data["do"] == "end":
            offering.end_resource(row, form.cleaned_data["reason"], actor=request.actor)
        else:
            raise NotThere(_("没有这一步。"))

    def change() -> None:
        seen = edit.cleaned_data["version"]
        offering.change_resource(row, edit.draft(), actor=request.actor, version=seen)

    if typed is not None and (saved(edit, change) if changes else saved(form, take)):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_days_resource", args=[row.pk]))
    row.refresh_from_db()
    shown = {
        "row": row,
        "form": form,
        "edit": edit,
        "moves": RESOURCES.allowed(row, request.actor),
        "windows": lists.windows_words(row.windows),
        "uses": row.uses.select_related("project__cycle"),
    }
    wrong = bool(form.errors or edit.errors)
    return render(request, "cobuilding/lists_resource.html", shown, status=422 if wrong else 200)
