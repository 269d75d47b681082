"""Projects that a unit is to lead, under its link: what, where, when, for how many; its yes and its no."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding.forms.door import PressForm
from lingju.cobuilding.models import Project
from lingju.cobuilding.pages.unit_door import came_in
from lingju.cobuilding.queries import unit_projects as queries
from lingju.cobuilding.rules import UnitBearer
from lingju.cobuilding.services import projects
from lingju.kernel.asking import chosen, saved, unlisted
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to

PRESSES: Mapping[str, Callable[[Project, PressForm, UnitBearer], object]] = {
    "claim": lambda project, form, bearer: projects.claim(
        project, projects.UNIT, actor=bearer, version=form.cleaned_data["version"]
    ),
    "decline": lambda project, form, bearer: projects.decline(
        project, form.cleaned_data["reason"], actor=bearer
    ),
}


@open_to(everyone)
@never_cache
def unit_projects(request: Request, unit_token: str) -> HttpResponse:
    """Show a unit the projects that it is to lead; a press claims one for it, or says no with the reason."""
    unit, bearer = came_in(request, unit_token)
    form = PressForm(request.POST if request.method == "POST" else None)

    def press() -> None:
        do = chosen(PRESSES, form.cleaned_data["do"])
        project = queries.led_by(unit).filter(pk=form.cleaned_data["row"] or 0).first()
        if project is None:
            raise NotThere(_("没找到这个项目，可能刚刚重新配过了。请刷新再看。"))
        do(project, form, bearer)

    if request.method == "POST" and saved(form, press):
        messages.success(request, _("记下了，社区看得到。"))
        return HttpResponseRedirect(reverse("unit_projects", args=[unit_token]))
    shown = {"token": unit_token, "unit": unit, "form": form, "cards": queries.cards_of(unit, bearer)}
    status = 422 if form.errors else 200
    return unlisted(render(request, "cobuilding/door_projects.html", shown, status=status))
