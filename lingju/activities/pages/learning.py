"""A quiz, a word of feedback, and one page about a session: nobody's sheets, and what they show together."""

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.activities.forms.learning import FeedbackForm, QuizForm, QuizSheetForm
from lingju.activities.models import Quiz, QuizSheet, Session
from lingju.activities.queries import attendance
from lingju.activities.queries import learning as queries
from lingju.activities.rules import plans_it, works_at_it
from lingju.activities.services import learning
from lingju.kernel import clock
from lingju.kernel.asking import Asking, saved
from lingju.kernel.errors import NotThere, TooOften
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.factors import qr


def _public(request: Request, session_id: int) -> Session:
    """Return a session that everybody may read; what was never told is not there."""
    rows = Session.objects.filter(district=request.district).public().select_related("station", "space")
    found: Session | None = rows.filter(pk=session_id).first()
    if found is None:
        raise NotThere(_("没有这场活动。"))
    return found


@open_to(everyone)
@never_cache
def activity_quiz(request: Request, session_id: int) -> HttpResponse:
    """Ask the questions of a session, before or after; no account, no name."""
    session = _public(request, session_id)
    quiz = Quiz.objects.filter(session=session).select_related("session").first()
    if quiz is None or not learning.is_open(session):
        raise NotThere(_("这场现在没有小测。"))
    form = QuizSheetForm(
        request.POST if request.method == "POST" else None,
        initial={"nonce": secrets.token_urlsafe(16), "phase": _phase(session)},
        quiz=quiz,
    )

    def take_in() -> None:
        told = form.cleaned_data
        learning.take_in(
            quiz,
            told["phase"],
            form.answers(),
            nonce=told["nonce"],
            paper=told["paper"],
            actor=request.actor,
        )

    if request.method == "POST" and _taken(form, take_in):
        return HttpResponseRedirect(reverse("activity_thanks", args=[session.pk]))
    shown = {"session": session, "form": form}
    return render(request, "activities/quiz.html", shown, status=422 if form.errors else 200)


def _phase(session: Session) -> str:
    """Guess whether somebody who opens the sheet now has heard it: from its middle on they have."""
    middle = session.starts_at + (session.ends_at - session.starts_at) / 2
    return QuizSheet.Phase.BEFORE.value if clock.now() < middle else QuizSheet.Phase.AFTER.value


def _taken(form: Asking, take_in: object) -> bool:
    """Run a verb over what was typed; that too many came from one address is a refusal of the form, too."""
    try:
        return saved(form, take_in)  # type: ignore[arg-type]
    except TooOften as refusal:
        form.add_error(None, str(refusal))
        return False


@open_to(everyone)
@never_cache
def activity_feedback(request: Request, session_id: int) -> HttpResponse:
    """Ask whether a session was of use."""
    session = _public(request, session_id)
    form = FeedbackForm(
        request.POST if request.method == "POST" else None, initial={"nonce": secrets.token_urlsafe(16)}
    )

    def say() -> None:
        told = form.cleaned_data
        learning.say(session, told["useful"], told["words"], nonce=told["nonce"], actor=request.actor)

    if request.method == "POST" and _taken(form, say):
        return HttpResponseRedirect(reverse("activity_thanks", args=[session.pk]))
    shown = {"session": session, "form": form, "is_open": learning.is_open(session)}
    return render(request, "activities/feedback.html", shown, status=422 if form.errors else 200)


@open_to(everyone)
def activity_thanks(request: Request, session_id: int) -> HttpResponse:
    """Thank whoever answered."""
    return render(request, "activities/thanks.html", {"session": _public(request, session_id)})


@open_to(plans_it)
@never_cache
def desk_quiz(request: Request, session_id: int) -> HttpResponse:
    """Write the quiz of a session, with the code that opens it; once answered, only look at it."""
    session = attendance.session_for(request.actor, session_id)
    quiz = Quiz.objects.filter(session=session).first()
    is_fixed = quiz is not None and quiz.sheets.exists()
    form = QuizForm(request.POST if request.method == "POST" else None, initial=QuizForm.initial_of(quiz))

    def write() -> None:
        version = form.cleaned_data["version"]
        learning.write_quiz(session, form.asked(), actor=request.actor, version=version)

    if request.method == "POST" and saved(form, write):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(reverse("desk_quiz", args=[session.pk]))
    address = request.build_absolute_uri(reverse("activity_quiz", args=[session.pk]))
    shown = {
        "session": session,
        "quiz": quiz,
        "form": form,
        "is_fixed": is_fixed,
        "address": address,
        "picture": qr(address),
        "effect": queries.effect(quiz) if quiz else None,
    }
    return render(request, "activities/desk_quiz.html", shown, status=422 if form.errors else 200)


@open_to(works_at_it)
@never_cache
def desk_brief(request: Request, session_id: int) -> HttpResponse:
    """Show one page about a session, to print; what people wrote stands below it and is not printed."""
    session = attendance.session_for(request.actor, session_id)
    address = request.build_absolute_uri(reverse("activity_feedback", args=[session.pk]))
    shown = {"brief": queries.brief(session), "words": queries.words(session)}
    shown |= {"address": address, "picture": qr(address)}
    return render(request, "activities/brief.html", shown)
