"""Volunteering for everybody: who is called, teams nearby, enrolling, checking a certificate."""

import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.asking import saved
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.here import origin_of
from lingju.places.models import Area, Compound
from lingju.volunteering import mine, phrases
from lingju.volunteering.forms.people import CheckForm, EnrolForm, YesForm
from lingju.volunteering.models import Call, Invitation, Skill, Volunteer
from lingju.volunteering.queries import calls as queries
from lingju.volunteering.queries import certificates
from lingju.volunteering.queries.desk import Choices
from lingju.volunteering.services import enrolling, fitness, inviting, library

FROM_HERE = Limit("enrol_from", 30, limits.CODES_AN_HOUR.within)


@open_to(everyone)
def volunteer_calls(request: Request) -> HttpResponse:
    """Show what one can help with now."""
    origin = origin_of(request, request.district)
    shown = {
        "cards": queries.open_calls(request.district, origin),
        "known": mine.volunteer_of(request),
        "words": phrases,
    }
    return render(request, "volunteering/calls.html", shown)


@open_to(everyone)
def volunteer_near(request: Request) -> HttpResponse:
    """Show which teams help around here, the nearest first; of persons nothing."""
    origin = origin_of(request, request.district)
    shown = {"teams": queries.teams_near(request.district, origin), "origin": origin}
    return render(request, "volunteering/near.html", shown)


@open_to(everyone)
@never_cache
def volunteer_call(request: Request, call_id: int) -> HttpResponse:
    """Show one call; a yes that is sent by somebody who has enrolled is taken."""
    call = queries.public_call(request.district, call_id)
    person = mine.volunteer_of(request)
    form = YesForm(request.POST if request.method == "POST" else None)

    def yes() -> None:
        someone = mine.needed(request)
        actor = mine.actor_of(request, someone)
        inviting.say_yes(call, someone, risk_told=form.cleaned_data["risk_told"], actor=actor)

    if request.method == "POST" and saved(form, yes):
        messages.success(request, _("记下了，到时候见。来不了随时说一声。"))
        return HttpResponseRedirect(reverse("volunteer_mine"))
    shown = {
        "call": call,
        "free": queries.free_places([call]).get(call.pk, 0),
        "known": person,
        "own": _own(call, person),
        "why_not": fitness.why_not(call, person) if person is not None else "",
        "published": queries.published_hours(call),
        "form": form,
        "words": phrases,
    }
    return render(request, "volunteering/call.html", shown, status=422 if form.errors else 200)


def _own(call: Call, person: Volunteer | None) -> Invitation | None:
    return Invitation.objects.filter(call=call, volunteer=person).first() if person is not None else None


@open_to(everyone)
@never_cache
def volunteer_join(request: Request) -> HttpResponse:
    """Enrol as a volunteer; number and code are shown on the next page."""
    initial = {
        "key": secrets.token_urlsafe(16),
        "called": request.account.display_name if request.account else "",
    }
    form = EnrolForm(
        request.POST if request.method == "POST" else None, choices=choices(request), initial=initial
    )
    made: list[Volunteer] = []

    def enrol() -> None:
        limits.spend_from_here(FROM_HERE, district_id=request.district.pk)
        enrolled = enrolling.enrol(form.enrolment(), key=form.cleaned_data["key"], actor=request.actor)
        made.append(enrolled.volunteer)

    if request.method == "POST" and saved(form, enrol):
        response = HttpResponseRedirect(reverse("volunteer_mine"))
        mine.keep(response, request, made[0])
        messages.success(request, _("登记好了。请记下编号和查询码。"))
        return response
    return render(
        request,
        "volunteering/join.html",
        {"form": form, **texts(request)},
        status=422 if form.errors else 200,
    )


def texts(request: Request) -> dict[str, Any]:
    """Return what volunteers and guardians agree to."""
    return {
        "text": library.text_of(library.VOLUNTEERS, request.district),
        "guardian_text": library.text_of(library.GUARDIANS, request.district),
    }


def choices(request: Request) -> Choices:
    """Return what somebody can choose who enrols by themselves: every community, compound and skill."""
    district = request.district
    levels = (Area.Level.COMMUNITY, Area.Level.GRID)
    return Choices(
        areas=tuple(Area.objects.filter(district=district, level__in=levels)),
        stations=(),
        spaces=(),
        teams=(),
        skills=tuple(Skill.objects.filter(district=district, is_retired=False)),
        compounds=tuple(Compound.objects.filter(district=district).order_by("name")[:500]),
        organisations=(),
    )


@open_to(everyone)
@never_cache
def service_certificate_find(request: Request) -> HttpResponse:
    """Ask for the number and the mark of a certificate, where there is no camera."""
    form = CheckForm(request.GET if request.GET else None)
    if request.GET and form.is_valid():
        # A number never holds a slash; one that was typed with it is nobody's.
        serial = form.cleaned_data["serial"].replace("/", "-").replace(" ", "") or "-"
        path = reverse("service_certificate", args=[serial])
        return HttpResponseRedirect(f"{path}?{urlencode({'m': form.cleaned_data['m']})}")
    status = 422 if form.errors else 200
    return render(request, "volunteering/certificate_find.html", {"form": form}, status=status)


@open_to(everyone)
@never_cache
def service_certificate(request: Request, paper_number: str) -> HttpResponse:
    """Say whether a certificate is valid, taken back, or none; of whom, its first character alone."""
    found = certificates.checked(request.district, paper_number, request.GET.get("m", "")[:60])
    shown = {"found": found, "serial": paper_number[:30], "words": phrases}
    return render(request, "volunteering/certificate.html", shown)
