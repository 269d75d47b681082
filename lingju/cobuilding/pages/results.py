"""The day and what came of it: who is there, what was done, accepted, judged, and what is carried over."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.forms.orders import DeliverForm, OrderPressForm, photos_of
from lingju.cobuilding.models import Cycle, Project, WorkOrder
from lingju.cobuilding.pages.board import cycle_for, query_of
from lingju.cobuilding.pages.orders import Do, taken
from lingju.cobuilding.queries import on_the_day, orders, past
from lingju.cobuilding.queries import results as queries
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import delivering, projects, work_orders
from lingju.cobuilding.services.delivering import Delivery
from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to


def _one(cycle: Cycle, form: OrderPressForm, request: Request) -> Project:
    return orders.project_for(cycle, request.actor, form.cleaned_data["row"])


def _carry(cycle: Cycle, form: OrderPressForm, request: Request) -> object:
    following = queries.following(cycle)
    if following is None:
        raise NotNow(_("后面还没有一期，转不过去。等下一期生成了再转。"))
    if cycle.date is None or cycle.date > clock.today():
        raise NotNow(_("这一期还没有办，办完再转。"))
    return delivering.carry_over(cycle, following, actor=request.actor)


PRESSES: Mapping[str, Do] = {
    "start": lambda cycle, form, request: delivering.start(_one(cycle, form, request), actor=request.actor),
    "accept": lambda cycle, form, request: delivering.accept(
        _one(cycle, form, request), form.cleaned_data["words"], actor=request.actor
    ),
    "redo": lambda cycle, form, request: delivering.redo(
        _one(cycle, form, request), form.cleaned_data["reason"], actor=request.actor
    ),
    "close": lambda cycle, form, request: delivering.close_out(
        _one(cycle, form, request), actor=request.actor
    ),
    "carry": _carry,
}


@open_to(carries_it_out)
@require_safe
@never_cache
def cobuild_day(request: Request, cycle_number: int) -> HttpResponse:
    """Show the day by community: who came, which teams are there, who helps, what goes on beside."""
    cycle = cycle_for(request, cycle_number)
    found = on_the_day.communities(cycle, request.actor)
    shown = {
        "cycle": cycle,
        "communities": found,
        "whole": on_the_day.whole(found),
        "of": query_of(cycle),
    }
    return render(request, "cobuilding/cobuild_day.html", shown)


@open_to(carries_it_out)
@never_cache
def cobuild_results(request: Request, cycle_number: int) -> HttpResponse:
    """Show what became of a cycle's projects and needs; what is pressed is done."""
    cycle = cycle_for(request, cycle_number)
    form = OrderPressForm(request.POST if request.method == "POST" else None)
    done = taken(request, cycle, form, PRESSES, "cobuild_results")
    if done is not None:
        return done
    rows = queries.rows_of(cycle, request.actor)
    (month,) = past.months([cycle], request.actor)
    is_over = cycle.date is not None and cycle.date <= clock.today()
    shown = {
        "cycle": cycle,
        "form": form,
        "rows": rows,
        "month": month,
        "left": queries.left_over(cycle, request.actor, rows),
        "following": queries.following(cycle),
        "may_carry": is_over and leads_it.allows(request.actor, cycle),
        "of": query_of(cycle),
    }
    return render(request, "cobuilding/cobuild_results.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
@never_cache
def cobuild_deliver(request: Request, cycle_number: int, project_id: int) -> HttpResponse:
    """Write down what a project came to: done, in part, or not at all, in words that residents read."""
    cycle = cycle_for(request, cycle_number)
    project = orders.project_for(cycle, request.actor, project_id)
    order = orders.order_of(project)
    typed = request.POST if request.method == "POST" else None
    photos = orders.photos_of(order)
    form = DeliverForm(
        typed, request.FILES or None, initial=_begun(project, order), has_the_teams=bool(photos)
    )

    def deliver() -> None:
        _deliver(project, form, request)

    of = query_of(cycle)
    if typed is not None and saved(form, deliver):
        messages.success(request, _("记好了。%(others)s") % {"others": queries.others_words(project)})
        return HttpResponseRedirect(reverse("cobuild_results", args=[cycle.number]) + of)
    if form.errors:
        project.refresh_from_db()
    shown: dict[str, Any] = {
        "cycle": cycle,
        "project": project,
        "order": order,
        "form": form,
        "may": PROJECTS.can("deliver", project, request.actor),
        "waits_for": delivering.waits_for(project),
        "lines": project.lines.all(),
        "photos": photos,
        "of": of,
    }
    return render(request, "cobuilding/cobuild_deliver.html", shown, status=422 if form.errors else 200)


def _begun(project: Project, order: WorkOrder | None) -> dict[str, Any]:
    """Return what the form begins with: what the team said, and how many its activity counted."""
    there = queries.people_there(project)
    begun: dict[str, Any] = {"version": project.version, "people_served": there}
    if order is None or not order.outcome:
        return begun
    helped = there if order.people_helped is None else order.people_helped
    return begun | {"outcome": order.outcome, "result": order.words, "people_served": helped}


def _deliver(project: Project, form: DeliverForm, request: Request) -> object:
    said = form.cleaned_data
    photos = photos_of(said["photo"])
    faults = work_orders.photo_faults(photos, said["agreed"])
    if faults:
        raise BadInput("".join(faults.values()), faults)
    if said["outcome"] == WorkOrder.Outcome.NOT_DONE:
        # Nothing is answered: the needs are free again, for another unit or the next cycle.
        return projects.end(project, said["result"], actor=request.actor, version=said["version"])
    is_whole = said["outcome"] == WorkOrder.Outcome.DONE
    delivery = Delivery(
        said["result"], said["people_served"], is_whole, photos, said.get("with_the_teams", False)
    )
    return delivering.deliver(project, delivery, actor=request.actor, version=said["version"])
