"""The communities' plans of a cycle: all at a glance for the street, one to write, hand in and record."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _said
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import PLANS
from lingju.cobuilding.forms.plans import PlanForm, PlanStepForm, plan_typed
from lingju.cobuilding.models import CommunityPlan, Cycle
from lingju.cobuilding.pages.board import address, cycle_for, query_of
from lingju.cobuilding.queries import cycles as of_cycles
from lingju.cobuilding.queries import plans as queries
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import cycles, plans
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to
from lingju.places.models import Area

Do = Callable[[CommunityPlan, PlanStepForm, Actor], object]
WRITES = ("draft", "submit")
OPEN = (CommunityPlan.State.DRAFT, CommunityPlan.State.SUBMITTED)
STEPS: Mapping[str, Do] = {
    "hand_in": lambda plan, form, actor: plans.submit_plan(plan, actor=actor),
    "send_back": lambda plan, form, actor: plans.send_back(plan, form.cleaned_data["reason"], actor=actor),
    "confirm": lambda plan, form, actor: plans.confirm_plan(plan, actor=actor),
    "record": lambda plan, form, actor: plans.record_plan(plan, form.cleaned_data["record"], actor=actor),
    "miss": lambda plan, form, actor: plans.miss_plan(plan, form.cleaned_data["reason"], actor=actor),
}
DOES: Mapping[str, object] = {
    "hand_in": _said("交给街道看，街道确认以前还能改。"),
    "send_back": _said("退给社区改，写清楚改什么。"),
    "confirm": _said("定下来：社区的活动按这一期的日子建好，公告以后居民看得到。"),
    "record": _said("写办了什么、谁来了、还差什么。人数在活动页点，这里不再填。"),
    "miss": _said("这一期这个社区没有办，写清楚为什么。"),
}


@open_to(carries_it_out)
@never_cache
def desk_plans(request: Request, cycle_number: int) -> HttpResponse:
    """Show every community of a cycle with where its plan has got to, those that are missing first."""
    cycle = cycle_for(request, cycle_number)
    found = queries.entries(cycle, request.actor)
    shown = {
        "cycle": cycle,
        "entries": found,
        "counts": queries.counts(found),
        "of": query_of(cycle),
        "may_write": cycle.state in Cycle.COMING and cycle.date is not None,
        "no_day": "" if cycle.date else cycles.why_no_day(cycle),
    }
    return render(request, "cobuilding/desk_plans.html", shown)


@open_to(carries_it_out)
@never_cache
def desk_plan(request: Request, cycle_number: int, area_id: int) -> HttpResponse:
    """Show one community's plan; let write it, hand it in, send it back, confirm and record it."""
    cycle = cycle_for(request, cycle_number)
    area = queries.community_of(cycle, area_id, request.actor)
    plan = queries.plan_of(cycle, area)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    writes = do in WRITES
    form = PlanForm(
        request.POST if writes else None, stations=queries.stations_in(area), initial=plan_typed(plan)
    )
    step = PlanStepForm(request.POST if request.method == "POST" and not writes else None)

    def write() -> None:
        # A second hand that began at the same time saw no plan: it is told, and not written over.
        seen = form.cleaned_data["version"] or 0
        row = plans.draft_plan(cycle, area, form.draft(), actor=request.actor, version=seen)
        if do == "submit" and row.state == CommunityPlan.State.DRAFT:
            plans.submit_plan(row, actor=request.actor)

    def take() -> None:
        if plan is None or step.cleaned_data["do"] not in STEPS:
            raise NotThere(_("没有这一步。"))
        STEPS[step.cleaned_data["do"]](plan, step, request.actor)

    def now_there() -> dict[str, object]:
        return plan_typed(queries.plan_of(cycle, area))

    done = (
        saved(form, write, now_there=now_there) if writes else request.method == "POST" and saved(step, take)
    )
    if done:
        messages.success(request, _("交上去了。") if do in ("submit", "hand_in") else _("办好了。"))
        here = reverse("desk_plan", args=[cycle.number, area.pk])
        return HttpResponseRedirect(here + query_of(cycle))
    return _shown(request, cycle, area, form, step)


def _shown(request: Request, cycle: Cycle, area: Area, form: PlanForm, step: PlanStepForm) -> HttpResponse:
    plan = queries.plan_of(cycle, area)
    moves = PLANS.allowed(plan, request.actor) if plan is not None else ()
    names = {move.name for move in moves}
    if plan is not None and plan.state == CommunityPlan.State.CONFIRMED and "hold" in names:
        names |= {"record"}  # writing it down says that it was held
    names = {"hand_in" if name == "submit" else name for name in names}
    is_open = plan is None or plan.state in OPEN
    shown = {
        "cycle": cycle,
        "area": area,
        "plan": plan,
        "form": form,
        "step": step,
        "of": query_of(cycle),
        "steps": [(name, STEPS_SAID[name], DOES[name]) for name in STEPS_SAID if name in names],
        "may_write": is_open and cycle.state in Cycle.COMING and cycle.date is not None,
        "may_lead": leads_it.allows(request.actor, cycle),
        "session": address("desk_activity", plan.session_id) if plan is not None and plan.session_id else "",
        "history": of_cycles.history_of(plan, request.actor) if plan is not None else [],
    }
    wrong = bool(form.errors or step.errors)
    return render(request, "cobuilding/desk_plan.html", shown, status=422 if wrong else 200)


STEPS_SAID: Mapping[str, object] = {
    "hand_in": _said("提交方案"),
    "confirm": _said("确认方案"),
    "send_back": _said("退回改一改"),
    "record": _said("写活动记录"),
    "miss": _said("没有举行"),
}
