"""Calls at the desk: the list, a new one, one with its steps, who was asked and what they said."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.asking import Asking, saved, whole_number
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.volunteering import mine, phrases
from lingju.volunteering.flow import CALLS
from lingju.volunteering.forms.desk import CallForm, HeardForm, StepForm, typed_of
from lingju.volunteering.models import Call, Invitation
from lingju.volunteering.queries import calls as public
from lingju.volunteering.queries import desk as queries
from lingju.volunteering.rules import calls_people, works_at_it
from lingju.volunteering.services import calling, inviting

A_PAGE = 30
Do = Callable[[Call, StepForm, Request], object]
STEPS: Mapping[str, Do] = {
    "submit": lambda call, form, request: calling.submit(call, actor=request.actor),
    "send_back": lambda call, form, request: calling.send_back(
        call, form.cleaned_data["why"], actor=request.actor
    ),
    "approve": lambda call, form, request: calling.approve(call, actor=request.actor),
    "close": lambda call, form, request: calling.close(call, actor=request.actor),
    "start": lambda call, form, request: calling.start(call, actor=request.actor),
    "finish": lambda call, form, request: calling.finish(call, actor=request.actor),
    "publish": lambda call, form, request: calling.publish(call, actor=request.actor),
    "archive": lambda call, form, request: calling.archive(call, actor=request.actor),
    "cancel": lambda call, form, request: calling.cancel(call, form.cleaned_data["why"], actor=request.actor),
}
ASKS_WHY = frozenset({"send_back", "cancel"})


@open_to(works_at_it)
def desk_volunteer_calls(request: Request) -> HttpResponse:
    """List the calls of the desk."""
    tray = request.GET.get("tray", "")
    tray = tray if tray in queries.TRAYS else queries.TRAYS[0]
    page = Paginator(queries.on_desk(request.actor, tray), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "tray": tray,
        "counts": queries.counts_of(list(page.object_list)),
        "calls_people": calls_people.allows(request.actor),
        "words": phrases,
    }
    return render(request, "volunteering/desk_calls.html", shown)


@open_to(calls_people)
@never_cache
def desk_volunteer_call_new(request: Request) -> HttpResponse:
    """Write a call down."""
    choices = queries.choices_for(request.actor, request.district)
    initial = {"key": secrets.token_urlsafe(16), "kind": Call.Kind.GOVERNANCE.value}
    form = CallForm(request.POST if request.method == "POST" else None, choices=choices, initial=initial)
    made: list[Call] = []

    def write() -> None:
        made.append(calling.write(form.plan(), key=form.cleaned_data["key"], actor=request.actor))

    if request.method == "POST" and saved(form, write):
        messages.success(request, _("写好了，还是草稿。看过没错，再送审。"))
        return HttpResponseRedirect(reverse("desk_volunteer_call", args=[made[0].pk]))
    shown = {"form": form, "call": None}
    return render(request, "volunteering/desk_call_edit.html", shown, status=422 if form.errors else 200)


@open_to(calls_people)
@never_cache
def desk_volunteer_call_edit(request: Request, call_id: int) -> HttpResponse:
    """Change a call that nobody has been asked to yet."""
    call = queries.call_for(request.actor, call_id)
    choices = queries.choices_for(request.actor, request.district)
    form = CallForm(
        request.POST if request.method == "POST" else None, choices=choices, initial=typed_of(call)
    )

    def edit() -> None:
        calling.edit(call, form.plan(), actor=request.actor, version=form.cleaned_data["version"])

    if request.method == "POST" and saved(form, edit):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse("desk_volunteer_call", args=[call.pk]))
    shown = {"form": form, "call": call}
    return render(request, "volunteering/desk_call_edit.html", shown, status=422 if form.errors else 200)


@open_to(works_at_it)
@never_cache
def desk_volunteer_call(request: Request, call_id: int) -> HttpResponse:
    """Show one call: its steps, who could be asked, who was, what they said; what is sent is done."""
    call = queries.call_for(request.actor, call_id)
    what = request.POST.get("do", "")
    forms: dict[str, Asking] = {
        "step": StepForm(request.POST if what == "step" else None),
        "heard": HeardForm(request.POST if what == "heard" else None),
    }
    if request.method == "POST":
        if what == "invite":
            _invite(request, call)
            return HttpResponseRedirect(reverse("desk_volunteer_call", args=[call.pk]))
        if what not in forms:
            raise NotThere(_("没有这一步。"))
        if saved(forms[what], lambda: _do(request, call, forms[what])):
            messages.success(request, _("办好了。"))
            return HttpResponseRedirect(reverse("desk_volunteer_call", args=[call.pk]))
        call = queries.call_for(request.actor, call_id)
    return _shown(request, call, forms)


def _do(request: Request, call: Call, form: Asking) -> None:
    said = form.cleaned_data
    if isinstance(form, StepForm):
        do = STEPS.get(said["step"])
        if do is None:
            raise NotThere(_("没有这一步。"))
        do(call, form, request)
        return
    inviting.note_answer(
        queries.invitation_for(call, said["invitation_id"]),
        is_yes=said["answer"] == "yes",
        said=said["said"],
        words=said["words"],
        risk_told=said["risk_told"],
        actor=request.actor,
    )


def _invite(request: Request, call: Call) -> None:
    """Ask whoever was ticked; what is refused is said, the others are asked."""
    asked = 0
    for said in request.POST.getlist("volunteer")[:100]:
        volunteer_id = whole_number(said)
        if volunteer_id is None:
            continue
        try:
            inviting.invite(call, queries.volunteer_for(request.actor, volunteer_id), actor=request.actor)
            asked += 1
        except (NotNow, BadInput) as refusal:
            messages.warning(request, str(refusal))
    if asked:
        messages.success(request, _("邀请了 %(n)d 位，来不来等本人回复。") % {"n": asked})
    else:
        messages.warning(request, _("还没有选人。"))


def _shown(request: Request, call: Call, forms: Mapping[str, Asking]) -> HttpResponse:
    moves = [move for move in CALLS.allowed(call, request.actor) if move.name in STEPS]
    may_ask = calls_people.allows(request.actor, call) and (call.takes_people or call.takes_whoever_is_there)
    answers = queries.answers_of(call)
    wrong = any(form.errors for form in forms.values())
    shown: dict[str, Any] = {
        "call": call,
        "moves": moves,
        "asks_why": ASKS_WHY,
        "answers": answers,
        "links": {
            one.pk: request.build_absolute_uri(reverse("volunteer_invitation", args=[mine.token_of(one)]))
            for one in answers
            if one.state == Invitation.State.INVITED
        },
        "candidates": queries.candidates(call, request.actor) if may_ask else [],
        "may_ask": may_ask,
        "may_edit": call.state in (Call.State.DRAFT, Call.State.REVIEW)
        and calls_people.allows(request.actor, call),
        "free": public.free_places([call]).get(call.pk),
        "forms": forms,
        "words": phrases,
    }
    return render(request, "volunteering/desk_call.html", shown, status=422 if wrong else 200)
