"""Programmes and speakers at the desk: lists, adding, changing, taking off the list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.activities.forms.desk import ProgrammeForm, SpeakerForm, programme_typed, speaker_typed
from lingju.activities.models import Programme, Speaker
from lingju.activities.queries import desk as queries
from lingju.activities.rules import plans_it
from lingju.activities.services import library
from lingju.kernel.asking import Asking, saved
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to

GONE = "retire"


def _typed(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


@open_to(plans_it)
def desk_programmes(request: Request) -> HttpResponse:
    """List the programmes of the desk; a form that is sent adds one."""
    form = ProgrammeForm(_typed(request), choices=queries.choices_for(request.actor, request.district))
    rows = Programme.objects.visible_to(request.actor).filter(is_retired=False).select_related("area")
    add: Callable[[], object] = lambda: library.add_programme(form.draft(), actor=request.actor)  # noqa: E731
    return _listed(request, "programmes", form, rows, add)


@open_to(plans_it)
def desk_speakers(request: Request) -> HttpResponse:
    """List the speakers of the desk; a form that is sent adds one."""
    form = SpeakerForm(_typed(request), choices=queries.choices_for(request.actor, request.district))
    rows = Speaker.objects.visible_to(request.actor).filter(is_retired=False)
    related = rows.select_related("area", "organisation").prefetch_related("topics")
    add: Callable[[], object] = lambda: library.add_speaker(form.draft(), actor=request.actor)  # noqa: E731
    return _listed(request, "speakers", form, related, add)


def _listed(request: Request, what: str, form: Asking, rows: Any, add: Callable[[], object]) -> HttpResponse:
    if request.method == "POST" and saved(form, add):
        messages.success(request, _("加好了。"))
        return HttpResponseRedirect(reverse(f"desk_{what}"))
    shown = {"form": form, "rows": rows[:300], "what": what}
    return render(request, "activities/desk_library.html", shown, status=422 if form.errors else 200)


@open_to(plans_it)
def desk_programme(request: Request, programme_id: int) -> HttpResponse:
    """Change a programme, or take it off the list."""
    rows = Programme.objects.visible_to(request.actor).select_related("area")
    programme: Programme | None = rows.filter(pk=programme_id, is_retired=False).first()
    if programme is None:
        raise NotThere(_("没找到，或者不归您管。"))
    found = programme
    form = ProgrammeForm(
        _typed(request),
        choices=queries.choices_for(request.actor, request.district),
        initial=programme_typed(found),
    )

    def edit() -> None:
        version = form.cleaned_data["version"]
        library.edit_programme(found, form.draft(), actor=request.actor, version=version)

    def retire() -> None:
        library.retire_programme(found, actor=request.actor)

    return _edited(request, "programmes", found, form, edit, retire)


@open_to(plans_it)
def desk_speaker(request: Request, speaker_id: int) -> HttpResponse:
    """Change what is written about a speaker, or take them off the list."""
    rows = Speaker.objects.visible_to(request.actor).select_related("area", "organisation")
    speaker: Speaker | None = rows.filter(pk=speaker_id, is_retired=False).first()
    if speaker is None:
        raise NotThere(_("没找到，或者不归您管。"))
    found = speaker
    form = SpeakerForm(
        _typed(request),
        choices=queries.choices_for(request.actor, request.district),
        initial=speaker_typed(found),
    )

    def edit() -> None:
        version = form.cleaned_data["version"]
        library.edit_speaker(found, form.draft(), actor=request.actor, version=version)

    def retire() -> None:
        library.retire_speaker(found, actor=request.actor)

    return _edited(request, "speakers", found, form, edit, retire)


def _edited(
    request: Request,
    what: str,
    row: Programme | Speaker,
    form: Asking,
    edit: Callable[[], None],
    retire: Callable[[], None],
) -> HttpResponse:
    if request.method == "POST" and request.POST.get("do") == GONE:
        retire()
        messages.success(request, _("从名单上拿下来了，办过的还在。"))
        return HttpResponseRedirect(reverse(f"desk_{what}"))
    if request.method == "POST" and saved(form, edit):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse(f"desk_{what}"))
    shown = {"form": form, "row": row, "what": what}
    return render(request, "activities/desk_library_one.html", shown, status=422 if form.errors else 200)
