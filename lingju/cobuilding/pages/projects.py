"""Projects by hand: put together with what it costs said before, then one project with all it may do."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.forms.projects import EditForm, MilestoneForm, ProjectForm, StepForm, project_typed
from lingju.cobuilding.models import Cycle, Project
from lingju.cobuilding.pages.board import address, cycle_for, query_of
from lingju.cobuilding.queries import board, lists, plans
from lingju.cobuilding.queries import cycles as of_cycles
from lingju.cobuilding.queries import projects as queries
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import changing, delivering, occasions, projects, weighing
from lingju.kernel import clock
from lingju.kernel.asking import Asking, chosen, saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, open_to
from lingju.places.models import Area

LOOK = "look"
Do = Callable[[Project, StepForm, Actor], object]


@open_to(carries_it_out)
@never_cache
def desk_project_new(request: Request, cycle_number: int) -> HttpResponse:
    """Put a project together by hand; what it costs is said before it is kept."""
    cycle = cycle_for(request, cycle_number)
    area = queries.area_of(cycle, request.GET.get("at", ""), request.actor)
    if area is None or cycle.date is None or cycle.state not in Cycle.COMING:
        return _asked_where(request, cycle, area)
    form = ProjectForm(
        request.POST if request.method == "POST" else None,
        offered=queries.offered(cycle, area),
        stations=plans.stations_in(area),
        rooms=plans.rooms_in(area),
        initial={"key": secrets.token_urlsafe(16), "window": "pm"},
    )
    looks = request.POST.get("do", LOOK) == LOOK
    cost: list[dict[str, Any]] = []
    made: list[Project] = []

    def make() -> None:
        draft, actor = form.draft(cycle), request.actor
        if looks:
            cost.extend(weighing.weigh(cycle, area, draft, actor=actor))
            return
        key = form.cleaned_data["key"]
        made.append(projects.put_together(cycle, area, draft, key=key, actor=actor))

    done = request.method == "POST" and saved(form, make)
    if made and done:
        messages.success(request, _("项目立好了。社区和单位都认领，才算定下来。"))
        return HttpResponseRedirect(reverse("desk_project", args=[made[0].pk]))
    shown = {"form": form, "is_over": False, "looks": done, "cost": queries.cost_words(cost)}
    shown |= _where(request, cycle, area)
    return render(request, "cobuilding/desk_project_new.html", shown, status=422 if form.errors else 200)


def _asked_where(request: Request, cycle: Cycle, area: Area | None) -> HttpResponse:
    """Let choose the community; say so where the cycle takes no more projects."""
    is_over = cycle.date is None or cycle.state not in Cycle.COMING
    shown = {"form": None, "is_over": is_over, **_where(request, cycle, area)}
    status = 422 if request.method == "POST" else 200
    return render(request, "cobuilding/desk_project_new.html", shown, status=status)


def _where(request: Request, cycle: Cycle, area: Area | None) -> dict[str, Any]:
    return {
        "cycle": cycle,
        "area": area,
        "areas": queries.areas_of(cycle, request.actor),
        "waiting": queries.waiting_in(cycle),
        "of": query_of(cycle),
    }


def _finish(project: Project, form: StepForm, actor: Actor) -> object:
    step = project.milestones.filter(pk=form.cleaned_data["row"] or 0).first()
    if step is None:
        raise NotThere(_("没有这个节点。"))
    return changing.finish_milestone(step, actor=actor)


STEPS: Mapping[str, Do] = {
    "claim": lambda project, form, actor: projects.claim(
        project, projects.COMMUNITY, actor=actor, version=form.cleaned_data["version"]
    ),
    "claim_unit": lambda project, form, actor: projects.claim(
        project,
        projects.UNIT,
        actor=actor,
        note=form.cleaned_data["reason"],
        version=form.cleaned_data["version"],
    ),
    "decline": lambda project, form, actor: projects.decline(
        project, form.cleaned_data["reason"], actor=actor
    ),
    "end": lambda project, form, actor: projects.end(
        project, form.cleaned_data["reason"], actor=actor, version=form.cleaned_data["version"]
    ),
    "start": lambda project, form, actor: delivering.start(project, actor=actor),
    "session": lambda project, form, actor: occasions.open_session(project, actor=actor),
    "finish": _finish,
}


@open_to(carries_it_out)
@never_cache
def desk_project(request: Request, project_id: int) -> HttpResponse:
    """Show a project; change it, add steps, claim it for a side, decline or end it."""
    project = queries.project_for(request.actor, project_id)
    typed = request.POST if request.method == "POST" else None
    do = typed.get("do", "") if typed is not None else ""
    edit = EditForm(
        typed if do == "edit" else None,
        stations=plans.stations_in(project.area),
        rooms=plans.rooms_in(project.area),
        initial=project_typed(project),
    )
    more = MilestoneForm(typed if do == "milestone" else None, auto_id="id_more_%s")
    step = StepForm(typed if do not in ("edit", "milestone") else None)

    def change() -> None:
        seen = edit.cleaned_data["version"]
        changing.edit(project, edit.changes(), actor=request.actor, version=seen)

    def add() -> None:
        said = more.cleaned_data
        changing.add_milestone(project, said["title"], said["due_on"], actor=request.actor)

    def take() -> None:
        chosen(STEPS, step.cleaned_data["do"])(project, step, request.actor)

    def now_there() -> dict[str, Any]:
        return project_typed(queries.project_for(request.actor, project_id))

    acts: Mapping[str, tuple[Asking, Callable[[], None]]] = {"edit": (edit, change), "milestone": (more, add)}
    form, act = acts.get(do, (step, take))
    if typed is not None and saved(form, act, now_there=now_there):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_project", args=[project.pk]))
    shown = {"edit": edit, "more": more, "step": step}
    return _shown(request, queries.project_for(request.actor, project_id), shown)


def _shown(request: Request, project: Project, forms: dict[str, Asking]) -> HttpResponse:
    cycle = project.cycle
    moves = {move.name for move in PROJECTS.allowed(project, request.actor)}
    is_proposed = project.state == Project.State.PROPOSED
    shown = {
        **forms,
        "project": project,
        "cycle": cycle,
        "of": query_of(cycle),
        "moves": moves,
        "is_open": project.state in (Project.State.PROPOSED, Project.State.CLAIMED),
        "may_claim": is_proposed and project.area_claimed_at is None and "claim" in moves,
        "may_claim_unit": is_proposed
        and project.unit_claimed_at is None
        and (project.lead is None or leads_it.allows(request.actor, cycle)),
        "may_meet": project.session is None
        and project.state in delivering.TO_BE_HELD
        and project.starts_at is not None,
        "activity": address("desk_activity", project.session.pk) if project.session is not None else "",
        "crew": queries.crew_words(project),
        "cost": queries.cost_words(project.cost),
        "why": board.reason_words(project),
        "missing": queries.missing_words(project),
        "number": lists.number_of(project),
        "place": lists.place_words(project),
        "accepted": lists.accepted_words(project),
        "milestones": project.milestones.all(),
        "today": clock.today(),
        "results": address("cobuild_results", cycle.number),
        "orders": address("cobuild_orders", cycle.number),
        "history": of_cycles.history_of(project, request.actor),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "cobuilding/desk_project.html", shown, status=422 if wrong else 200)
