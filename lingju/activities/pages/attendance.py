"""The door of a session: the list with one button each, counting by hand, and what a device sends later."""

import secrets

import orjson
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lingju.activities.forms.door import CorrectForm, CountForm, NameForm, PressForm, batch
from lingju.activities.models import Scan, Session
from lingju.activities.queries import attendance as queries
from lingju.activities.queries.attendance import Door, Guest
from lingju.activities.rules import works_at_it
from lingju.activities.services import attendance, walking_in
from lingju.activities.services.attendance import Outcome
from lingju.kernel.asking import Asking, saved
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.initials import matches
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to

FORMS: dict[str, type[Asking]] = {
    "press": PressForm,
    "count": CountForm,
    "correct": CorrectForm,
    "name": NameForm,
}


@open_to(works_at_it)
@never_cache
def desk_checkin(request: Request, session_id: int) -> HttpResponse:
    """Show the list at the door; a press, a count or a correction that is sent is kept."""
    session = queries.session_for(request.actor, session_id)
    forms = {name: _form(name, request) for name in FORMS}
    what = request.POST.get("what", "")
    if request.method == "POST":
        if what not in forms:
            raise NotThere(_("没有这一步。"))
        if saved(forms[what], lambda: _do(what, request, session, forms[what])):
            return HttpResponseRedirect(f"{reverse('desk_checkin', args=[session.pk])}{_kept(request)}")
    door = queries.door(session)
    wanted = " ".join(request.GET.get("q", "")[:40].split())
    shown = {
        "door": door,
        "guests": _wanted(door, wanted),
        "q": wanted,
        "forms": forms,
        "nonce": lambda: secrets.token_urlsafe(12),
        "wrong": any(form.errors for form in forms.values()),
    }
    return render(request, "activities/door.html", shown, status=422 if shown["wrong"] else 200)


def _form(name: str, request: Request) -> Asking:
    data = request.POST if request.method == "POST" and request.POST.get("what") == name else None
    return FORMS[name](data, initial={"nonce": secrets.token_urlsafe(12)}, prefix=None, auto_id=f"{name}_%s")


def _kept(request: Request) -> str:
    """Return the search that was on, so that a press does not lose it."""
    wanted = request.GET.urlencode()
    return f"?{wanted}" if wanted else ""


def _wanted(door: Door, wanted: str) -> tuple[Guest, ...]:
    """Return the guests whose name, or its first letters, or whose six digits were asked for."""
    if not wanted:
        return door.guests
    return tuple(one for one in door.guests if matches(one.called, wanted) or one.digits == wanted)


def _do(what: str, request: Request, session: Session, form: Asking) -> None:
    told, actor = form.cleaned_data, request.actor
    if isinstance(form, NameForm):
        walking_in.name(session, form.named(), key=told["nonce"], actor=actor)
        messages.success(request, _("记下了，已到。"))
        return
    if isinstance(form, PressForm):
        _say(request, attendance.check_in(session, form.entry(), actor=actor), form.entry().kind)
        return
    if what == "correct":
        changed = attendance.correct(
            session, told["group"], told["people"], told["why"], key=told["nonce"], actor=actor
        )
        messages.success(request, _("更正了 %(n)+d。") % {"n": changed} if changed else _("本来就是这个数。"))
        return
    attendance.count(session, told["group"], told["people"], key=told["nonce"], actor=actor)
    messages.success(request, _("加上了 %(n)d 人。") % {"n": told["people"]})


def _say(request: Request, outcome: Outcome, kind: str) -> None:
    if outcome.words:
        messages.warning(request, outcome.words)
    elif kind == Scan.Kind.UNDO:
        messages.success(request, _("撤回了。"))
    else:
        messages.success(request, _("记下了，已到。"))


@open_to(works_at_it)
@require_POST
@never_cache
def desk_scans(request: Request, session_id: int) -> HttpResponse:
    """Take in what a device has kept, as JSON; answer what became of each, and how many are here now."""
    session = queries.session_for(request.actor, session_id)
    if request.content_type != "application/json":
        raise BadInput(_("送来的内容看不懂，没有收。"))
    entries, device = batch(request.body)
    outcomes = attendance.take_in(session, entries, device=device, actor=request.actor)
    figures = queries.figures([session])
    told = {
        "outcomes": [_told(outcome) for outcome in outcomes],
        "visits": figures.visits,
        "signup_visits": figures.signup_visits,
        "walk_in_visits": figures.walk_in_visits,
    }
    return HttpResponse(orjson.dumps(told), content_type="application/json")


def _told(outcome: Outcome) -> dict[str, object]:
    return {
        "nonce": outcome.nonce,
        "kept": outcome.was_kept,
        "new": outcome.is_new,
        "trouble": outcome.trouble,
        "words": outcome.words,
        "signup_id": str(outcome.signup_id or ""),
    }
