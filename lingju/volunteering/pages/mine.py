"""My volunteering: what I was asked, what I said yes to, my hours, my certificate; no account is needed."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel import clock
from lingju.kernel.asking import Asking, saved, whole_number
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.factors import qr
from lingju.volunteering import mine, passes, phrases
from lingju.volunteering.forms.fields import free_of
from lingju.volunteering.forms.people import AskForm, ChangeForm, CodeForm, ObjectForm, YesForm
from lingju.volunteering.models import Call, Invitation, Volunteer
from lingju.volunteering.pages.public import choices
from lingju.volunteering.queries import calls as queries
from lingju.volunteering.rules import Known
from lingju.volunteering.services import (
    attending,
    certificates,
    confirming,
    enrolling,
    inviting,
    records,
)

YEAR = dt.timedelta(days=365)


@open_to(everyone)
@never_cache
def volunteer_find(request: Request) -> HttpResponse:
    """Ask for number and code, and lead to what they open."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            person = mine.by_code(request.district, said["number"], said["code"])
        except NotThere as refusal:
            form.add_error(None, str(refusal))
        else:
            response = HttpResponseRedirect(_next(request))
            mine.keep(response, request, person, is_shared=request.POST.get("shared") == "1")
            return response
    shown = {"form": form, "next": request.GET.get("next", "")[:200]}
    return render(request, "volunteering/find.html", shown, status=422 if form.errors else 200)


def _next(request: Request) -> str:
    """Return where somebody wanted to go: a place's code they have just scanned, else their own page."""
    wanted = request.POST.get("next", "")
    return wanted if wanted.startswith("/volunteer/here/") else reverse("volunteer_mine")


@open_to(everyone)
@never_cache
def volunteer_mine(request: Request) -> HttpResponse:
    """Show my volunteering; a press that is sent is done. Who is not known is led to number and code."""
    person = mine.volunteer_of(request)
    if person is None:
        return render(request, "volunteering/find.html", {"form": CodeForm(), "next": ""})
    what = request.POST.get("do", "")
    forms = {
        name: make(request, person, request.POST if name == what else None) for name, make in FORMS.items()
    }
    if request.method == "POST":
        response = _done(request, person, what, forms)
        if response is not None:
            return response
    return _shown(request, person, forms)


def _done(request: Request, person: Volunteer, what: str, forms: Mapping[str, Asking]) -> HttpResponse | None:
    if what == "forget":
        response = HttpResponseRedirect(reverse("volunteer_calls"))
        mine.forget(response)
        return response
    if what in PRESSES:
        _press(request, person, what)
    elif what not in forms:
        raise NotThere(_("没有这一步。"))
    elif not saved(forms[what], lambda: DO[what](request, person, forms[what])):
        return None
    else:
        messages.success(request, _("记下了。"))
    return HttpResponseRedirect(reverse("volunteer_mine"))


def _press(request: Request, person: Volunteer, what: str) -> None:
    """Do what takes one press and no words; a refusal is said on the page."""
    actor = mine.actor_of(request, person)
    try:
        if what == "leave":
            enrolling.leave(person, actor=actor)
            messages.success(request, _("退出了。做过的都还记着，谢谢您。"))
            return
        invitation = _mine(request, person, request.POST.get("invitation", ""))
        PRESSES[what](invitation, actor)
        messages.success(request, _("记下了。来不来都由您，谢谢。"))
    except NotNow as refusal:
        messages.warning(request, str(refusal))


def _mine(request: Request, person: Volunteer, said: str) -> Invitation:
    rows = Invitation.objects.filter(volunteer=person).select_related("call__area", "claim")
    found = rows.filter(pk=whole_number(said) or 0).first()
    if found is None:
        raise NotThere(_("没有这份邀请。"))
    found.volunteer = person
    return found


def _accept(request: Request, person: Volunteer, form: Asking) -> None:
    invitation = _mine(request, person, request.POST.get("invitation", ""))
    actor = mine.actor_of(request, person)
    inviting.accept(invitation, risk_told=form.cleaned_data["risk_told"], actor=actor)


def _change(request: Request, person: Volunteer, form: Asking) -> None:
    assert isinstance(form, ChangeForm)
    free = free_of(form.cleaned_data["free"])
    enrolling.change(person, form.many("skills"), free, actor=mine.actor_of(request, person))


def _object(request: Request, person: Volunteer, form: Asking) -> None:
    said = form.cleaned_data
    call = Call.objects.filter(district=request.district, pk=said["call_id"]).select_related("area").first()
    if call is None:
        raise NotThere(_("没有这次招募。"))
    confirming.object_to(call, person, said["why"], key=said["key"], actor=mine.actor_of(request, person))


def _ask(request: Request, person: Volunteer, form: Asking) -> None:
    said = form.cleaned_data
    certificates.ask(
        person,
        said["since"],
        said["until"],
        said["called"],
        key=said["key"],
        actor=mine.actor_of(request, person),
    )


Do = Callable[[Request, Volunteer, Asking], None]
DO: Mapping[str, Do] = {"accept": _accept, "change": _change, "object": _object, "ask": _ask}
PRESSES: Mapping[str, Callable[..., Any]] = {
    "decline": lambda invitation, actor: inviting.decline(invitation, actor=actor),
    "withdraw": lambda invitation, actor: inviting.withdraw(invitation, actor=actor),
    "leave": lambda invitation, actor: None,
}
FORMS: Mapping[str, Callable[[Request, Volunteer, Any], Asking]] = {
    "accept": lambda request, person, data: YesForm(data),
    "change": lambda request, person, data: ChangeForm(
        data,
        choices=choices(request),
        initial={
            "skills": [str(skill.pk) for skill in person.skills.all()],
            "free": [f"{free.weekday}-{free.part}" for free in person.availabilities.all()],
        },
    ),
    "object": lambda request, person, data: ObjectForm(data, initial={"key": secrets.token_urlsafe(12)}),
    "ask": lambda request, person, data: AskForm(
        data,
        initial={
            "key": secrets.token_urlsafe(12),
            "called": person.called,
            "since": clock.today() - YEAR,
            "until": clock.today(),
        },
    ),
}


def _shown(request: Request, person: Volunteer, forms: Mapping[str, Asking]) -> HttpResponse:
    wrong = any(form.errors for form in forms.values())
    calls = (
        Call.objects.filter(evidence__volunteer=person).distinct().select_related("area", "station", "space")
    )
    coming = queries.coming_up(person.pk)
    shown = {
        "person": person,
        "coming": coming,
        "passes": {one.pk: qr(passes.pass_of(one.pk)) for one in coming if one.state == one.State.ACCEPTED},
        "records": [records.record_of(call, person) for call in calls.order_by("-starts_at", "-id")[:50]],
        "papers": person.certificates.all()[:20],
        "forms": forms,
        "wrong": wrong,
        "nonce": lambda: secrets.token_urlsafe(12),
        "words": phrases,
    }
    return render(request, "volunteering/mine.html", shown, status=422 if wrong else 200)


@open_to(everyone)
@never_cache
def volunteer_invitation(request: Request, invitation_token: str) -> HttpResponse:
    """Show what one person was asked, by the link that was sent to them; yes and no are one press each."""
    invitation = mine.invitation_of(invitation_token, request.district)
    actor = Known(invitation.volunteer_id, invitation.district_id)
    is_no = request.POST.get("answer") == "no"
    form = YesForm(request.POST if request.method == "POST" and not is_no else None)
    try:
        if request.method == "POST" and is_no:
            inviting.decline(invitation, actor=actor)
            messages.success(request, _("知道了，谢谢您回话。"))
            return HttpResponseRedirect(request.path)
        if request.method == "POST" and saved(
            form, lambda: inviting.accept(invitation, risk_told=form.cleaned_data["risk_told"], actor=actor)
        ):
            messages.success(request, _("记下了，到时候见。"))
            return HttpResponseRedirect(request.path)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(request.path)
    shown = {"invitation": invitation, "call": invitation.call, "form": form, "words": phrases}
    return render(request, "volunteering/invitation.html", shown, status=422 if form.errors else 200)


@open_to(everyone)
@never_cache
def volunteer_here(request: Request, place_code: str) -> HttpResponse:
    """Let somebody who has scanned the code of the place press that they came, or that they go."""
    place, call = attending.at_place(place_code, request.district.pk)
    person = mine.volunteer_of(request)
    if request.method == "POST":
        someone = mine.needed(request)
        try:
            attending.check_in_here(
                place_code,
                someone,
                request.POST.get("kind", ""),
                nonce=request.POST.get("nonce", ""),
                actor=mine.actor_of(request, someone),
            )
            messages.success(request, _("记下了。"))
        except (NotNow, BadInput) as refusal:
            messages.warning(request, str(refusal))
        return HttpResponseRedirect(request.path)
    record = records.record_of(call, person) if person is not None else None
    shown = {
        "place": place,
        "call": call,
        "known": person,
        "record": record,
        "nonce": secrets.token_urlsafe(12),
        "words": phrases,
    }
    return render(request, "volunteering/here.html", shown)
