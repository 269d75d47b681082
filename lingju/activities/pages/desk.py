"""Activities at the desk: the list, one session with its steps, who comes, signing somebody up."""

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

from lingju.activities import passes, phrases
from lingju.activities.flow import SESSIONS
from lingju.activities.forms.desk import StepForm
from lingju.activities.forms.joining import ToldForm
from lingju.activities.models import Session, SignUp
from lingju.activities.queries import desk as queries
from lingju.activities.queries.reaching import counts, ringing
from lingju.activities.queries.sessions import cards
from lingju.activities.rules import plans_it, works_at_it
from lingju.activities.services import aftermath, calling_off, reaching, repeating, running, signing_up
from lingju.activities.services.overtaken import overtaken
from lingju.kernel.asking import chosen, saved, whole_number
from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.people.factors import qr

A_PAGE = 30
# What each step of the desk is called with; the table of the flow says which of them a session allows.
Do = Callable[[Session, StepForm, Request], object]
STEPS: Mapping[str, Do] = {
    "announce": lambda one, form, request: running.announce_session(one, actor=request.actor),
    "open_signup": lambda one, form, request: running.open_signup(one, actor=request.actor),
    "hold": lambda one, form, request: running.hold(one, actor=request.actor),
    "review": lambda one, form, request: running.review(
        one, form.cleaned_data["review"], actor=request.actor
    ),
    "archive": lambda one, form, request: running.archive(one, actor=request.actor),
    "move": lambda one, form, request: _moved(one, form, request),
    "postpone": lambda one, form, request: calling_off.postpone(
        one, form.cleaned_data["why"], actor=request.actor
    ),
    "cancel": lambda one, form, request: calling_off.cancel_session(
        one, form.cleaned_data["why"], actor=request.actor
    ),
    "cancel_following": lambda one, form, request: repeating.cancel_following(
        one, form.cleaned_data["why"], actor=request.actor
    ),
}
# Two steps of the flow that one verb takes, whichever fits.
MOVING = frozenset({"tell_again", "take_again"})


def _moved(session: Session, form: StepForm, request: Request) -> Session:
    moment = form.moment()
    if moment is None:
        sentence = _("请写新的日期和几点。")
        raise BadInput(sentence, {"date": sentence})
    return calling_off.move(session, moment, form.cleaned_data["why"], actor=request.actor)


@open_to(works_at_it)
def desk_activities(request: Request) -> HttpResponse:
    """List the sessions of the desk: what comes, what is past, what was called off."""
    tray = request.GET.get("tray", "")
    tray = tray if tray in queries.TRAYS else queries.TRAYS[0]
    page = Paginator(queries.on_desk(request.actor, tray), A_PAGE).get_page(request.GET.get("page"))
    plans = plans_it.allows(request.actor)
    shown = {
        "page": page,
        "cards": cards(page.object_list),
        "counts": queries.counts_of(list(page.object_list)),
        "to_ring": counts(page.object_list),
        "overtaken": queries.overtaken_for(request.actor) if tray == "coming" else [],
        "tray": tray,
        "plans": plans,
        "outlook": queries.outlook_for(request.actor, request.district) if plans else None,
        "words": phrases,
    }
    return render(request, "activities/desk_list.html", shown)


@open_to(works_at_it)
@never_cache
def desk_activity(request: Request, session_id: int) -> HttpResponse:
    """Show one session with the steps it allows now; a step that is sent is taken."""
    session = queries.session_for(request.actor, session_id)
    form = StepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _taken(request, session, form):
        return HttpResponseRedirect(reverse("desk_activity", args=[session.pk]))
    return _shown(request, session, form)


def _taken(request: Request, session: Session, form: StepForm) -> bool:
    """Take the step that was sent, or put the refusal into the form."""
    do = STEPS.get(form.cleaned_data["step"])
    if do is None:
        raise NotThere(_("没有这一步。"))
    try:
        do(session, form, request)
    except BadInput as refusal:
        form.show(refusal)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("办好了。"))
    if form.errors:
        session.refresh_from_db()
    return not form.errors


def _shown(request: Request, session: Session, form: StepForm) -> HttpResponse:
    (card,) = cards([session])
    moves = SESSIONS.allowed(session, request.actor)
    shown = {
        "session": session,
        "card": card,
        "counts": queries.counts_of([session]).get(session.pk, queries.Counts()),
        "state": phrases.state_words(session, card.free),
        "moves": [move for move in moves if move.name in STEPS and _is_time(session, move.name)],
        "may_move": any(move.name in MOVING | {"postpone"} for move in moves),
        "may_plan": plans_it.allows(request.actor, session),
        "parts": cards(session.children.select_related("station", "space", "area").order_by("starts_at")),
        "to_ring": counts([session]).get(session.pk, 0),
        "is_overtaken": bool(overtaken([session])),
        "following": len(repeating.following(session)) if session.series_id is not None else 0,
        "form": form,
        "words": phrases,
    }
    return render(request, "activities/desk_one.html", shown, status=422 if form.errors else 200)


def _is_time(session: Session, step: str) -> bool:
    """Say whether a step makes sense by the clock: weeks before, nobody holds a session."""
    return step != "hold" or running.may_be_held(session)


@open_to(works_at_it)
@never_cache
def desk_activity_people(request: Request, session_id: int) -> HttpResponse:
    """List who signed up, telephones masked, on top who must be rung; show a number, tick off, excuse."""
    session = queries.session_for(request.actor, session_id)
    does = request.POST.get("do", "")
    if request.method != "POST":
        return render(request, "activities/desk_people.html", _people(session))
    signup = queries.signup_of(session, whole_number(request.POST.get("signup", "")) or 0)
    if does in NUMBERS:
        number = NUMBERS[does](signup, actor=request.actor)
        return render(request, "activities/desk_people.html", _people(session, {(does, signup.pk): number}))
    messages.success(request, chosen(TICKS, does)(signup, request))
    return HttpResponseRedirect(reverse("desk_activity_people", args=[session.pk]))


def _excused(signup: SignUp, request: Request) -> str:
    aftermath.excuse(signup, actor=request.actor)
    return _("改成了有事没来。")


def _rung(signup: SignUp, request: Request) -> str:
    about = whole_number(request.POST.get("about", "")) or 0
    if reaching.mark_rung(signup, about, actor=request.actor):
        return _("记下了：打过了。")
    return _("已经有人打过了，没有重复记。")


# What the buttons of the list do: show a number, and tick somebody off.
NUMBERS: Mapping[str, Callable[..., str]] = {
    "phone": reaching.see_phone,
    "guardian": reaching.see_guardian_phone,
}
TICKS: Mapping[str, Callable[[SignUp, Request], str]] = {"excuse": _excused, "rung": _rung}


@open_to(works_at_it)
@never_cache
def desk_activity_paper(request: Request, session_id: int) -> HttpResponse:
    """Show the list at the door as a sheet to print, with a column to sign."""
    session = queries.session_for(request.actor, session_id)
    return render(request, "activities/paper.html", _people(session))


def _people(session: Session, numbers: Mapping[tuple[str, int], str] | None = None) -> dict[str, Any]:
    people = queries.people_of(session)
    return {
        "session": session,
        "ringing": ringing(session, people),
        "numbers": numbers or {},
        "people": people,
        "seated": [one for one in people if one.claim.state in queries.SEATED],
        "waiting": [one for one in people if one.claim.state in queries.WAITING],
        "counts": queries.counts_of([session]).get(session.pk, queries.Counts()),
        "words": phrases,
    }


@open_to(works_at_it)
@never_cache
def desk_activity_join(request: Request, session_id: int) -> HttpResponse:
    """Sign somebody up who is there, or on the telephone."""
    session = queries.session_for(request.actor, session_id)
    initial = {"key": secrets.token_urlsafe(16), "people": 1}
    form = ToldForm(request.POST if request.method == "POST" else None, initial=initial)
    receipts: list[signing_up.Receipt] = []

    def join() -> None:
        receipts.append(
            signing_up.sign_up(session, form.coming(), key=form.cleaned_data["key"], actor=request.actor)
        )

    if request.method == "POST" and saved(form, join):
        shown = {
            "session": session,
            "receipt": receipts[0],
            "claim": receipts[0].signup.claim,
            "words": phrases,
            "picture": qr(passes.pass_of(receipts[0].signup.pk)),
        }
        return render(request, "activities/desk_joined.html", shown)
    shown = {
        "session": session,
        "form": form,
        "guardian_text": signing_up.guardian_text(request.district) if session.needs_guardian else None,
        "words": phrases,
    }
    return render(request, "activities/desk_join.html", shown, status=422 if form.errors else 200)
