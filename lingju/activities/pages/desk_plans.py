"""Planning at the desk: a new session, an edit, a week's rule and what it came to, a festival's template."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lingju.activities import phrases
from lingju.activities.forms.desk import SessionForm, WeeklyForm, typed_of
from lingju.activities.models import FestivalTemplate, Session
from lingju.activities.queries import desk as queries
from lingju.activities.rules import plans_it
from lingju.activities.services import from_templates, planning, repeating
from lingju.kernel import clock
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotNow, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to


def _typed(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


@open_to(plans_it)
def desk_activity_new(request: Request) -> HttpResponse:
    """Plan a session."""
    choices = queries.choices_for(request.actor, request.district)
    form = SessionForm(
        _typed(request), choices=choices, initial=_first(choices, request.GET.get("topic", ""))
    )
    made: list[Session] = []

    def plan() -> None:
        made.append(planning.plan_session(form.plan(), key=form.cleaned_data["key"], actor=request.actor))

    if request.method == "POST" and saved(form, plan):
        messages.success(request, _("排好了，先只有工作台看得到。看过没错，再发预告。"))
        return HttpResponseRedirect(reverse("desk_activity", args=[made[0].pk]))
    shown = {"form": form, "session": None, "following": 0}
    return render(request, "activities/desk_edit.html", shown, status=422 if form.errors else 200)


def _first(choices: queries.Choices, topic: str) -> dict[str, Any]:
    """Return what a new plan begins with: the only area, the only station, the topic it was begun for."""
    alone = {
        name: str(rows[0].pk)
        for name, rows in (("area", choices.areas), ("station", choices.stations))
        if len(rows) == 1
    }
    return {
        "key": secrets.token_urlsafe(16),
        "signup": Session.Mode.NONE.value,
        "photos": Session.Photos.NONE.value,
        "needs_guardian": True,
        "topics": [str(row.pk) for row in choices.topics if row.code == topic],
        **alone,
    }


@open_to(plans_it)
def desk_activity_edit(request: Request, session_id: int) -> HttpResponse:
    """Change a session, or it and those that follow it in its series."""
    session = queries.session_for(request.actor, session_id)
    plans_it.check(request.actor, session)
    choices = queries.choices_for(request.actor, request.district)
    initial = {**typed_of(planning.plan_of(session)), "version": session.version}
    form = SessionForm(_typed(request), choices=choices, initial=initial)

    def edit() -> None:
        if request.POST.get("all") == "1":
            _told(request, *repeating.change_following(session, form.plan(), actor=request.actor))
            return
        version = form.cleaned_data["version"]
        what = planning.edit_session(session, form.plan(), actor=request.actor, version=version)
        messages.success(request, _edited(session, what))

    if request.method == "POST" and saved(form, edit):
        return HttpResponseRedirect(reverse("desk_activity", args=[session.pk]))
    following = len(repeating.following(session)) if session.series_id is not None else 0
    shown = {"form": form, "session": session, "following": following}
    return render(request, "activities/desk_edit.html", shown, status=422 if form.errors else 200)


def _edited(session: Session, what: tuple[str, ...]) -> str:
    if not what:
        return _("没有改动。")
    if not session.is_public:
        return _("改好了。")
    return _("改好了：%(what)s。报了名的人会收到通知。") % {"what": phrases.what(what)}


def _told(request: Request, changed: list[Session], refused: list[str]) -> None:
    n = len(changed)
    messages.success(request, ngettext("改好了 %(n)d 场。", "改好了 %(n)d 场。", n) % {"n": n})
    for sentence in refused:
        messages.warning(request, sentence)


@open_to(plans_it)
def desk_activity_repeat(request: Request, session_id: int) -> HttpResponse:
    """Make a session like this one every week; say which dates could not be, and why."""
    session = queries.session_for(request.actor, session_id)
    plans_it.check(request.actor, session)
    begins = session.starts_at.astimezone(clock.ZONE)
    initial = {"key": secrets.token_urlsafe(16), "weekdays": [begins.weekday()], "skips_holidays": True}
    form = WeeklyForm(_typed(request), initial=initial)
    made: list[repeating.Repeated] = []

    def repeat() -> None:
        plan = planning.plan_of(session)
        made.append(
            repeating.repeat_weekly(plan, form.weekly(), key=form.cleaned_data["key"], actor=request.actor)
        )

    if request.method == "POST" and saved(form, repeat):
        return HttpResponseRedirect(reverse("desk_series", args=[made[0].series.pk]))
    shown = {"form": form, "session": session, "words": phrases}
    return render(request, "activities/desk_repeat.html", shown, status=422 if form.errors else 200)


@open_to(plans_it)
def desk_series(request: Request, series_id: int) -> HttpResponse:
    """Show what a week's rule came to: the sessions, and the dates without one, each with why."""
    series = queries.series_for(request.actor, series_id)
    shown = {"found": repeating.repeated(series), "series": series, "words": phrases}
    return render(request, "activities/desk_series.html", shown)


@open_to(plans_it)
@require_POST
def desk_festival_plan(request: Request, festival_id: int) -> HttpResponse:
    """Plan the next session of a festival's template, in the first of my areas; every word can be changed."""
    template = FestivalTemplate.objects.filter(
        pk=festival_id, district=request.district, is_retired=False
    ).first()
    choices = queries.choices_for(request.actor, request.district)
    if template is None or not choices.areas:
        raise NotThere(_("没有这个节日模板。"))
    # A community before a street: people meet near home. A single station is where they meet.
    area = next((area for area in choices.areas if area.level == area.Level.COMMUNITY), choices.areas[0])
    here = [station for station in choices.stations if station.area_id == area.pk]
    station = here[0] if len(here) == 1 else None
    try:
        session = from_templates.from_template(template, area, station=station, actor=request.actor)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(reverse("desk_activities"))
    messages.success(request, _("起了个稿，日子按历法算好了。改成你们自己的，再发预告。"))
    return HttpResponseRedirect(reverse("desk_activity_edit", args=[session.pk]))
