"""Tasks that meetings gave to a unit, under its link: until when, how far, and that it is done."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.forms.door import TaskPressForm
from lingju.cobuilding.models import Task
from lingju.cobuilding.pages.unit_door import came_in
from lingju.cobuilding.queries import unit_tasks as queries
from lingju.cobuilding.rules import UnitBearer
from lingju.cobuilding.services import tasks
from lingju.kernel.asking import chosen, saved, unlisted
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to

PRESSES: Mapping[str, Callable[[Task, TaskPressForm, UnitBearer], object]] = {
    "start": lambda task, form, bearer: tasks.start(task, actor=bearer),
    "finish": lambda task, form, bearer: tasks.finish(task, form.cleaned_data["result"], actor=bearer),
}


@open_to(everyone)
@never_cache
def unit_tasks(request: Request, unit_token: str) -> HttpResponse:
    """Show a unit what meetings gave it to do; a press says that it is at it, or done and what came of it."""
    unit, bearer = came_in(request, unit_token)
    form = TaskPressForm(request.POST if request.method == "POST" else None)

    def press() -> None:
        do = chosen(PRESSES, form.cleaned_data["do"])
        task = queries.given_to(unit).filter(pk=form.cleaned_data["row"] or 0).first()
        if task is None:
            raise NotThere(_("没找到这件任务，可能已经销号了。请刷新再看。"))
        do(task, form, bearer)

    if request.method == "POST" and saved(form, press):
        messages.success(request, _("记下了，社区看得到。"))
        return HttpResponseRedirect(reverse("unit_tasks", args=[unit_token]))
    shown = {"token": unit_token, "unit": unit, "form": form, "cards": queries.cards_of(unit)}
    status = 422 if form.errors else 200
    return unlisted(render(request, "cobuilding/door_tasks.html", shown, status=status))
