"""People and teams at the desk: who has enrolled, a paper that was seen, teams and what they offer."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.asking import saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people.phones import masked
from lingju.volunteering import phrases
from lingju.volunteering.forms.desk import PaperForm, TeamForm, typed_of_team
from lingju.volunteering.forms.people import EnrolForm
from lingju.volunteering.models import Team, Volunteer
from lingju.volunteering.pages.public import texts
from lingju.volunteering.queries import desk as queries
from lingju.volunteering.rules import calls_people
from lingju.volunteering.services import enrolling, records, teams

A_PAGE = 40


@open_to(calls_people)
@never_cache
def desk_volunteers(request: Request) -> HttpResponse:
    """List who has enrolled, by number; found by number or telephone alone."""
    said = " ".join(request.GET.get("q", "")[:40].split())
    page = Paginator(queries.volunteers_on_desk(request.actor, said), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "volunteering/desk_people.html", {"page": page, "q": said})


@open_to(calls_people)
@never_cache
def desk_volunteer_new(request: Request) -> HttpResponse:
    """Enrol somebody who stands there, and hand them their number and code on paper."""
    choices = queries.choices_for(request.actor, request.district)
    initial = {"key": secrets.token_urlsafe(16)}
    form = EnrolForm(request.POST if request.method == "POST" else None, choices=choices, initial=initial)
    made: list[Volunteer] = []

    def enrol() -> None:
        enrolment = form.enrolment(is_told=True)
        made.append(enrolling.enrol(enrolment, key=form.cleaned_data["key"], actor=request.actor).volunteer)

    if request.method == "POST" and saved(form, enrol):
        return render(request, "volunteering/desk_enrolled.html", {"person": made[0]})
    shown = {"form": form, **texts(request)}
    return render(request, "volunteering/desk_person_new.html", shown, status=422 if form.errors else 200)


@open_to(calls_people)
@never_cache
def desk_volunteer(request: Request, volunteer_id: int) -> HttpResponse:
    """Show one volunteer: what they can do, papers seen, what they served; a paper that is sent is noted."""
    person = queries.volunteer_for(request.actor, volunteer_id)
    choices = queries.choices_for(request.actor, request.district)
    form = PaperForm(request.POST if request.method == "POST" else None, choices=choices)

    def see() -> None:
        said, skill = form.cleaned_data, form.row("skill")
        if skill is None:
            raise NotThere(_("没有这项技能。"))
        enrolling.see_paper(
            person, skill, said["paper"], said["paper_number"], said["valid_until"], actor=request.actor
        )

    if request.method == "POST" and saved(form, see):
        messages.success(request, _("记下了，看过这个证。"))
        return HttpResponseRedirect(reverse("desk_volunteer", args=[person.pk]))
    shown = {
        "person": person,
        "phone": masked(person.phone),
        "guardian": getattr(person, "guardian", None),
        "records": records.confirmed_of(person),
        "form": form,
        "words": phrases,
    }
    return render(request, "volunteering/desk_person.html", shown, status=422 if form.errors else 200)


@open_to(calls_people)
@never_cache
def desk_teams(request: Request) -> HttpResponse:
    """List the teams of the desk; one that is sent is founded."""
    choices = queries.choices_for(request.actor, request.district)
    form = TeamForm(request.POST if request.method == "POST" else None, choices=choices)
    if request.method == "POST" and saved(form, lambda: teams.found(form.draft(), actor=request.actor)):
        messages.success(request, _("建好了，居民在“志愿者在身边”里看得到。"))
        return HttpResponseRedirect(reverse("desk_teams"))
    shown = {"teams": Team.objects.visible_to(request.actor).select_related("area", "station"), "form": form}
    return render(request, "volunteering/desk_teams.html", shown, status=422 if form.errors else 200)


@open_to(calls_people)
@never_cache
def desk_team(request: Request, team_id: int) -> HttpResponse:
    """Show one team and who has joined it; what is sent changes it."""
    team = queries.team_for(request.actor, team_id)
    choices = queries.choices_for(request.actor, request.district)
    data = request.POST if request.method == "POST" else None
    form = TeamForm(data, choices=choices, initial=typed_of_team(team))

    def edit() -> None:
        teams.edit(team, form.draft(), actor=request.actor, version=form.cleaned_data["version"])

    if request.method == "POST" and saved(form, edit):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse("desk_team", args=[team.pk]))
    members = team.members.select_related("volunteer").order_by("pk")
    shown = {"team": team, "members": members, "form": form}
    return render(request, "volunteering/desk_team.html", shown, status=422 if form.errors else 200)
