"""Handing a project over at the desk: who cannot come, who leads it and comes along instead."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.cobuilding import absence
from lingju.cobuilding.forms.handing_over import HandForm
from lingju.cobuilding.queries import handing_over as queries
from lingju.cobuilding.queries.projects import project_for
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services import handing_over
from lingju.kernel.asking import saved
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to


@open_to(carries_it_out)
@never_cache
def desk_project_hand(request: Request, project_id: int) -> HttpResponse:
    """Ask who leads a project now, and who comes for whom; whoever is to lead it has to claim it then."""
    project = project_for(request.actor, project_id)
    carried = queries.carried(project)
    form = HandForm(
        request.POST if request.method == "POST" else None,
        carried=carried,
        initial={
            "version": project.version,
            "lead": "" if carried.lead_is_missing else str(project.lead_id or ""),
            **{f"crew_{crew.unit.pk}": "lead" for crew in carried.crews if crew.is_missing},
        },
    )

    def hand() -> None:
        said = form.cleaned_data
        handing_over.hand_over(
            project,
            form.row("lead"),
            form.instead(),
            said["reason"],
            actor=request.actor,
            version=said["version"],
        )

    if request.method == "POST" and saved(form, hand):
        messages.success(request, _("换好了。新的单位收到通知，用自己的链接认领；派工单请重新开一张。"))
        return HttpResponseRedirect(reverse("desk_project", args=[project.pk]))
    shown = {"project": project, "form": form, "carried": carried, "is_open": project.state in absence.OPEN}
    status = 422 if form.errors else 200
    return render(request, "cobuilding/desk_project_hand.html", shown, status=status)
