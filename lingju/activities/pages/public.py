"""Activities for everybody: what is on, one session, signing up, taking it back with number and code."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lingju.activities import ical, jsonld, mine, passes, phrases
from lingju.activities.forms.joining import CodeForm, JoinForm
from lingju.activities.models import Session, SignUp
from lingju.activities.queries import sessions as queries
from lingju.activities.queries.sessions import Asked
from lingju.activities.services import signing_up
from lingju.bookings import mine as bookings_mine
from lingju.bookings.models import Claim
from lingju.kernel.asking import saved
from lingju.kernel.errors import NotNow, NotThere, TooOften
from lingju.kernel.ical_answers import webcal
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor, everyone, open_to
from lingju.people import phones
from lingju.people.actors import Stranger
from lingju.people.factors import qr
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.jsonld import script

FROM_HERE = Limit("signup_from", 60, limits.CODES_AN_HOUR.within)
# Counted alike whether anybody ever signed up under the number, so that nothing is learnt by trying.
FOR_NUMBER = Limit("signup_phone", 10, limits.CODES_A_DAY.within)
SHARED = "?shared=1"


@open_to(everyone)
def activities(request: Request) -> HttpResponse:
    """Show what is on, by day, narrowed to what somebody looks for."""
    said = request.GET
    asked = Asked(
        when=said.get("when", "") if said.get("when") in ("week", "next") else "",
        area=said.get("area", "")[:20],
        topic=said.get("topic", "")[:40],
        audience=said.get("audience", "")[:40],
        free=said.get("free") == "1",
    )
    is_shared = mine.is_shared(request)
    shown = {
        "days": queries.by_day(request.district, asked),
        "asked": asked,
        "choices": queries.choices(request.district),
        "weeks": [
            (label, _narrowed(asked, is_shared, when=when), asked.when == when) for when, label in _weeks()
        ],
        "tail": SHARED if is_shared else "",
        "words": phrases,
        "feed": request.build_absolute_uri(_feed(asked)),
        "opens": webcal(request.build_absolute_uri(_feed(asked))),
    }
    return render(request, "activities/list.html", shown)


def _feed(asked: Asked) -> str:
    """Return the address of the calendar of what is asked for, of every week."""
    said = {name: value for name in ("area", "topic", "audience") if (value := getattr(asked, name))}
    address = reverse("activities_feed")
    return f"{address}?{urlencode(said)}" if said else address


def _weeks() -> tuple[tuple[str, str], ...]:
    return ("", _("都看")), ("week", _("本周")), ("next", _("下周"))


def _narrowed(asked: Asked, is_shared: bool, **changes: str) -> str:
    """Return the address of the same list with something else asked."""
    kept = {name: getattr(asked, name) for name in ("when", "area", "topic", "audience")} | changes
    said = {name: value for name, value in kept.items() if value} | ({"free": "1"} if asked.free else {})
    said |= {"shared": "1"} if is_shared else {}
    address = reverse("activities")
    return f"{address}?{urlencode(said)}" if said else address


@open_to(everyone)
def activity(request: Request, session_id: int) -> HttpResponse:
    """Show one session; a form that is sent signs up for it."""
    session = queries.public_session(request.actor, request.district, session_id)
    form = JoinForm(request.POST if request.method == "POST" else None, initial=_first_words(request))
    if request.method == "POST":
        receipt: list[signing_up.Receipt] = []

        def join() -> None:
            coming = form.coming()
            _count(request, coming.phone)
            receipt.append(
                signing_up.sign_up(session, coming, key=form.cleaned_data["key"], actor=_who(request))
            )

        if saved(form, join):
            response = HttpResponseRedirect(reverse("activity_mine", args=[session.pk]))
            mine.remember(response, request, receipt[0].signup)
            return response
    return _shown(request, session, form)


def _count(request: Request, phone: str) -> None:
    """Count one sign-up from here, and one for the number that was typed. Raises NotNow past the limits."""
    try:
        limits.spend_from_here(FROM_HERE, district_id=request.district.pk)
        if phone:
            limits.spend(phones.read(phone), FOR_NUMBER, district_id=request.district.pk)
    except TooOften as refusal:
        raise NotNow(refusal.sentence) from None


def _who(request: Request) -> Actor:
    """Return who signs up: on a shared screen nobody's account, whoever left it signed in."""
    return Stranger(request.district.pk) if mine.is_shared(request) else request.actor


def _first_words(request: Request) -> dict[str, Any]:
    account = request.account if _who(request).account_id is not None else None
    # A number is never shown whole; who has an account is told there, and may type it for a text message.
    known = {"called": account.display_name} if account is not None else {}
    return {"key": secrets.token_urlsafe(16), "people": 1, **known}


def _shown(request: Request, session: Session, form: JoinForm) -> HttpResponse:
    (card,) = queries.cards([session])
    own = mine.signup_of(request, session)
    parts = queries.parts(session)
    shown = {
        "session": session,
        "card": card,
        "state": phrases.state_words(session, card.free),
        "parts": parts,
        "form": form,
        "own": own if own is not None and own.claim.state in Claim.STANDING else None,
        "guardian_text": signing_up.guardian_text(request.district) if session.needs_guardian else None,
        "takes_children": not (session.min_age or 0) >= signing_up.ADULT,
        "words": phrases,
        "tail": SHARED if mine.is_shared(request) else "",
        "linked": script(jsonld.event(card, parts, lambda one: _address(request, one))),
    }
    return render(request, "activities/one.html", shown, status=422 if form.errors else 200)


def _address(request: Request, session: Session) -> str:
    return request.build_absolute_uri(reverse("activity", args=[session.pk]))


def _own(request: Request, session_id: int) -> SignUp:
    """Return my sign-up for a session; NotThere where this browser has none."""
    session = queries.public_session(request.actor, request.district, session_id)
    own = mine.signup_of(request, session)
    if own is None:
        raise NotThere(_("这台设备上没有这一场的报名。有预约号和查询码，可以到“查我的报名”里看。"))
    own.session = session
    return own


@open_to(everyone)
@never_cache
def activity_mine(request: Request, session_id: int) -> HttpResponse:
    """Show my sign-up: number, code, whether there is a seat, the calendar, the way to take it back."""
    own = _own(request, session_id)
    picture = qr(passes.pass_of(own.pk))
    is_lent = bookings_mine.lent_to(request) is not None
    shown = {
        "own": own,
        "session": own.session,
        "claim": own.claim,
        "words": phrases,
        "picture": picture,
        "is_lent": is_lent,
        "tail": SHARED if is_lent else "",
    }
    return render(request, "activities/mine.html", shown)


@open_to(everyone)
@require_POST
def activity_forget(request: Request) -> HttpResponse:
    """Forget what this browser holds, for the next person at a shared screen; the sign-up itself stands."""
    response = HttpResponseRedirect(f"{reverse('activities')}{SHARED}")
    bookings_mine.forget(response)
    messages.success(request, _("清掉了，这里什么也没留下。报好的还算数。"))
    return response


@open_to(everyone)
@require_POST
def activity_withdraw(request: Request, session_id: int) -> HttpResponse:
    """Take my sign-up back."""
    own = _own(request, session_id)
    try:
        signing_up.withdraw(own, actor=mine.actor_of(request, own))
        messages.success(request, _("取消好了，位子留给别人。不记爽约，想来再报。"))
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("activity", args=[session_id]))


@open_to(everyone)
@require_POST
def activity_accept(request: Request, session_id: int) -> HttpResponse:
    """Take the seats that were offered to me."""
    own = _own(request, session_id)
    try:
        signing_up.accept(own, actor=mine.actor_of(request, own))
        messages.success(request, _("位子是您的了，到时候见。"))
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("activity_mine", args=[session_id]))


@open_to(everyone)
@never_cache
def activity_find(request: Request) -> HttpResponse:
    """Ask for number and code, and lead to the sign-up they open."""
    form = CodeForm(
        request.POST if request.method == "POST" else None, initial={"shared": mine.is_shared(request)}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            own = mine.by_code(request.district, said["number"], said["code"])
        except NotThere as refusal:
            form.add_error(None, str(refusal))
        else:
            response = HttpResponseRedirect(reverse("activity_mine", args=[own.session_id]))
            mine.remember(response, request, own)
            return response
    return render(request, "activities/find.html", {"form": form}, status=422 if form.errors else 200)


@open_to(everyone)
def activity_ics(request: Request, session_id: int) -> HttpResponse:
    """Hand one session out for a calendar; who comes is not in it."""
    session = queries.public_session(request.actor, request.district, session_id)
    address = _address(request, session)
    content = ical.calendar_of([(session, address)], session.title)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="activity-{session.pk}.ics"'
    return response
