"""Joint meetings and their tasks at the desk: calling, who came, minutes, tasks in order, what is overdue."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.flow import MEETINGS, TASKS
from lingju.cobuilding.forms.agreed import AfterForm, MeetingForm, MinutesForm, StepForm, TaskForm
from lingju.cobuilding.models import Meeting, Task
from lingju.cobuilding.queries import units as queries
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import meetings, tasks
from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.needs.models import Need

A_PAGE = 50
MOST_NEEDS = 100


@open_to(carries_it_out)
def desk_meetings(request: Request) -> HttpResponse:
    """List joint meetings, and the tasks that are overdue."""
    rows = Meeting.objects.visible_to(request.actor).select_related("area")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    going = queries.tasks_of(request.actor).exclude(state=Task.State.CLOSED)
    shown = {"page": page, "overdue": queries.overdue(request.actor), "going": going[:100]}
    return render(request, "cobuilding/desk_meetings.html", shown)


def _meeting_form(request: Request, typed: Any, meeting: Meeting | None) -> MeetingForm:
    needs = Need.objects.visible_to(request.actor).is_open().filter(parent__isnull=True)
    rows = list(needs.select_related("category", "area").order_by("-is_urgent", "id")[:MOST_NEEDS])
    if meeting is not None:
        rows += [need for need in meeting.needs.select_related("category", "area") if need not in rows]
    return MeetingForm(
        typed,
        choices=queries.choices_for(request.actor, request.district),
        needs=rows,
        organisations=queries.organisations_for(request.actor),
        initial=_typed(meeting) if meeting is not None else {"key": secrets.token_urlsafe(16)},
    )


def _typed(meeting: Meeting) -> dict[str, Any]:
    at = meeting.at.astimezone(clock.ZONE)
    plain = {name: getattr(meeting, name) for name in ("title", "place_words", "agenda", "version")}
    ids = {
        name: [str(pk) for pk in getattr(meeting, name).values_list("pk", flat=True)]
        for name in ("needs", "organisations")
    }
    return {**plain, **ids, "area": str(meeting.area_id), "date": at.date(), "starts": at.time()}


@open_to(carries_it_out)
def desk_meeting_new(request: Request) -> HttpResponse:
    """Call a joint meeting."""
    form = _meeting_form(request, request.POST or None, None)
    made: list[Meeting] = []

    def call() -> None:
        key = form.cleaned_data["key"]
        made.append(meetings.call(form.row("area"), form.draft(), key=key, actor=request.actor))

    if request.method == "POST" and saved(form, call):
        messages.success(request, _("召集好了。"))
        return HttpResponseRedirect(reverse("desk_meeting", args=[made[0].pk]))
    shown = {"form": form, "meeting": None}
    return render(request, "cobuilding/desk_meeting_edit.html", shown, status=422 if form.errors else 200)


def _found(request: Request, meeting_id: int) -> Meeting:
    found: Meeting | None = (
        Meeting.objects.visible_to(request.actor).select_related("area").filter(pk=meeting_id).first()
    )
    if found is None:
        raise NotThere(_("没找到这次会，或者不归您管。"))
    return found


@open_to(carries_it_out)
def desk_meeting_edit(request: Request, meeting_id: int) -> HttpResponse:
    """Call a meeting otherwise, before it is held."""
    meeting = _found(request, meeting_id)
    form = _meeting_form(request, request.POST or None, meeting)

    def edit() -> None:
        version = form.cleaned_data["version"]
        meetings.edit(meeting, form.draft(), actor=request.actor, version=version)

    if request.method == "POST" and saved(form, edit):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse("desk_meeting", args=[meeting.pk]))
    shown = {"form": form, "meeting": meeting}
    return render(request, "cobuilding/desk_meeting_edit.html", shown, status=422 if form.errors else 200)


@open_to(carries_it_out)
@never_cache
def desk_meeting(request: Request, meeting_id: int) -> HttpResponse:
    """Show a meeting; note who came, write the minutes, give a task, or call it off."""
    meeting = _found(request, meeting_id)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    invited = queries.organisations_for(request.actor)
    initial = {
        "came": [
            str(pk) for pk in (meeting.came.all() or meeting.organisations.all()).values_list("pk", flat=True)
        ],
        "decisions": meeting.decisions,
    }
    form = MinutesForm(
        request.POST if do in ("hold", "minute") else None, organisations=invited, initial=initial
    )
    step = StepForm(request.POST if do == "cancel" else None)
    task_form = _task_form(request, request.POST if do == "task" else None, meeting)
    acts = {
        "hold": (form, lambda: meetings.hold(meeting, form.many("came"), actor=request.actor)),
        "minute": (form, lambda: _minute(meeting, form, request)),
        "cancel": (step, lambda: meetings.cancel(meeting, step.cleaned_data["reason"], actor=request.actor)),
        "task": (task_form, lambda: _give(meeting, task_form, request)),
    }
    if request.method == "POST" and do not in acts:
        raise NotThere(_("没有这一步。"))
    if do and saved(*acts[do]):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_meeting", args=[meeting.pk]))
    meeting.refresh_from_db()
    shown = {
        "meeting": meeting,
        "form": form,
        "step": step,
        "task_form": task_form,
        "moves": {move.name for move in MEETINGS.allowed(meeting, request.actor)},
        "tasks": meeting.tasks.select_related("owner", "owner_area").prefetch_related("after"),
    }
    return render(request, "cobuilding/desk_meeting.html", shown, status=422 if do else 200)


def _minute(meeting: Meeting, form: MinutesForm, request: Request) -> None:
    if meeting.state == Meeting.State.HELD:
        meetings.hold(meeting, form.many("came"), actor=request.actor)
    meetings.minute(meeting, form.cleaned_data["decisions"], actor=request.actor)


def _task_form(request: Request, typed: Any, meeting: Meeting) -> TaskForm:
    return TaskForm(
        typed,
        choices=queries.choices_for(request.actor, request.district),
        organisations=queries.organisations_for(request.actor),
        tasks=queries.tasks_of(request.actor).filter(area=meeting.area).exclude(state=Task.State.CLOSED),
        initial={"key": secrets.token_urlsafe(16)},
        auto_id="id_task_%s",
    )


def _give(meeting: Meeting, form: TaskForm, request: Request) -> None:
    key = form.cleaned_data["key"]
    tasks.give(meeting.area, form.draft(), key=key, meeting=meeting, actor=request.actor)


@open_to(carries_it_out)
@never_cache
def desk_meeting_sheet(request: Request, meeting_id: int) -> HttpResponse:
    """Show the minutes as a sheet to print: who came, what was decided, who does what until when."""
    meeting = _found(request, meeting_id)
    rows = meeting.tasks.select_related("owner", "owner_area")
    return render(request, "cobuilding/minutes.html", {"meeting": meeting, "tasks": rows})


@open_to(carries_it_out)
@never_cache
def desk_task(request: Request, task_id: int) -> HttpResponse:
    """Show one task with the steps it allows now; what comes first may be changed."""
    task: Task | None = queries.tasks_of(request.actor).filter(pk=task_id).first()
    if task is None:
        raise NotThere(_("没找到这件任务，或者不归您管。"))
    found = task
    do = request.POST.get("do", "") if request.method == "POST" else ""
    others = queries.tasks_of(request.actor).filter(area=found.area).exclude(pk=found.pk)
    initial = {"after": [str(one.pk) for one in found.after.all()]}
    after = AfterForm(request.POST if do == "after" else None, tasks=others, initial=initial)
    form = StepForm(request.POST if do and do != "after" else None)
    save = (after, lambda: tasks.put_after(found, after.many("after"), actor=request.actor))
    if do and saved(*(save if do == "after" else (form, lambda: _step(found, form, request)))):
        messages.success(request, _("办好了。"))
        return HttpResponseRedirect(reverse("desk_task", args=[found.pk]))
    found.refresh_from_db()
    shown = {
        "task": found,
        "form": form,
        "after": after,
        "moves": TASKS.allowed(found, request.actor),
        "before": found.after.all(),
        "is_late": found.state != Task.State.CLOSED and found.due_on < clock.today(),
    }
    return render(request, "cobuilding/desk_task.html", shown, status=422 if do else 200)


def _step(task: Task, form: StepForm, request: Request) -> None:
    said = form.cleaned_data
    steps = {
        "start": lambda: tasks.start(task, actor=request.actor),
        "finish": lambda: tasks.finish(task, said["result"], actor=request.actor),
        "reopen": lambda: tasks.reopen(task, said["reason"], actor=request.actor),
        "close": lambda: tasks.close(task, actor=request.actor),
    }
    if said["do"] not in steps:
        raise NotThere(_("没有这一步。"))
    steps[said["do"]]()
