"""Questions and answers: the log at the desk, and the page where everybody searches what is published."""

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.activities.flow_questions import QUESTIONS
from lingju.activities.forms.learning import AnswerForm, QuestionForm
from lingju.activities.models import Question, Session, Topic
from lingju.activities.queries import questions as queries
from lingju.activities.queries import register
from lingju.activities.queries.register import whole
from lingju.activities.rules import works_at_it
from lingju.activities.services import questions
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to

A_PAGE = 20


@open_to(everyone)
def questions_list(request: Request) -> HttpResponse:
    """Let everybody search what was asked and answered."""
    words, topic = " ".join(request.GET.get("q", "")[:60].split()), whole(request.GET.get("topic"))
    found = queries.published(request.district, words, topic)
    shown = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "q": words,
        "topic": topic,
        "topics": queries.published_topics(request.district),
        "base": f"?{urlencode({'q': words, 'topic': topic or ''})}&page=",
    }
    return render(request, "activities/questions.html", shown)


@open_to(works_at_it)
@never_cache
def desk_questions(request: Request) -> HttpResponse:
    """List the log of questions; write one down."""
    session = queries.session_of(request.actor, whole(request.GET.get("session")))
    form = _form(request, session)
    if request.method == "POST" and saved(form, lambda: _log(request, form, session)):
        messages.success(request, _("记下了。"))
        return HttpResponseRedirect(request.get_full_path())
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:60]
    found = queries.on_desk(request.actor, state, words)
    base = urlencode({"state": state, "q": words, "session": session.pk if session else ""})
    shown = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "session": session,
        "state": state,
        "q": words,
        "states": Question.State.choices,
        "base": f"?{base}&page=",
    }
    return render(request, "activities/desk_questions.html", shown, status=422 if form.errors else 200)


def _form(request: Request, session: Session | None) -> QuestionForm:
    areas = [(str(area.pk), area.short_name) for area in queries.areas(request.actor)]
    topics = [(str(topic.pk), topic.name) for topic in register.topics(request.actor)]
    first = str(session.area_id) if session is not None else (areas[0][0] if len(areas) == 1 else "")
    return QuestionForm(
        request.POST if request.method == "POST" else None,
        initial={"nonce": secrets.token_urlsafe(12), "area": first},
        areas=areas,
        topics=topics,
    )


def _log(request: Request, form: QuestionForm, session: Session | None) -> Question:
    told = form.cleaned_data
    (area,) = (one for one in queries.areas(request.actor) if str(one.pk) == told["area"])
    topic = Topic.objects.filter(district_id=request.actor.district_id, pk=told["topic"] or 0).first()
    return questions.log(
        told["asked"],
        area=area,
        key=told["nonce"],
        actor=request.actor,
        session=session,
        topic=topic,
        answer=form.told(),
    )


@open_to(works_at_it)
@never_cache
def desk_question(request: Request, question_id: int) -> HttpResponse:
    """Answer a question, publish it, take it back, or let it become a need."""
    question = queries.question_for(request.actor, question_id)
    shown = ("version", "answer", "basis", "follow_up")
    form = AnswerForm(
        request.POST if request.POST.get("what") == "answer" else None,
        initial={name: getattr(question, name) for name in shown},
    )
    if request.method == "POST" and _done(request, question, form):
        return HttpResponseRedirect(reverse("desk_question", args=[question.pk]))
    context = {"question": question, "form": form, "moves": QUESTIONS.allowed(question, request.actor)}
    return render(request, "activities/desk_question.html", context, status=422 if form.errors else 200)


def _done(request: Request, question: Question, form: AnswerForm) -> bool:
    what, actor = request.POST.get("what", ""), request.actor
    if what == "answer":
        version = form.data.get("version")
        return saved(
            form, lambda: questions.answer(question, form.told(), actor=actor, version=whole(version))
        )
    do = {"publish": questions.publish, "withhold": questions.withhold, "leave_open": questions.leave_open}
    if what not in do:
        raise NotThere(_("没有这一步。"))
    try:
        do[what](question, actor=actor)
        messages.success(request, _("办好了。"))
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return True
