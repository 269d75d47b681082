"""My bookings and sign-ups in my own calendar: make an address, copy it, take it back; and what it opens."""

import secrets
from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lingju.activities.pages.feeds import address_of
from lingju.activities.queries import feeds as queries
from lingju.bookings import mine, mine_calendar
from lingju.bookings.models import Claim, FeedToken
from lingju.bookings.services import feeds
from lingju.kernel.asking import unlisted, whole_number
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.ical import calendar_of
from lingju.kernel.ical_answers import answered, webcal
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.people.factors import qr

PRODUCT = "mine"


@open_to(everyone)
@never_cache
def my_calendar(request: Request) -> HttpResponse:
    """Show my addresses; a press makes one and shows it once, takes bookings in, or revokes one."""
    if request.method != "POST":
        return _shown(request)
    deeds: dict[str, Callable[[Request], HttpResponse]] = {
        "make": _make,
        "take_in": _take_in,
        "revoke": _revoke,
    }
    deed = deeds.get(request.POST.get("do", ""))
    try:
        if deed is None:
            raise BadInput(_("请按页面上的按钮来办。"))
        return deed(request)
    except (NotNow, BadInput) as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("my_calendar"))


def _shown(request: Request, secret: str = "") -> HttpResponse:
    """Show the page; with a secret, the address that was just made stands on it, this once."""
    tokens, loose = mine_calendar.tokens(request), mine_calendar.loose_claims(request)
    address = reverse("calendar_feed", args=[secret]) if secret else ""
    whole = request.build_absolute_uri(address) if secret else ""
    shown = {
        "tokens": tokens,
        "address": whole,
        "opens": webcal(whole),
        "picture": qr(whole) if secret else "",
        "new": [_new_in(token, loose) for token in tokens],
        "key": secrets.token_urlsafe(16),
        "has_account": request.actor.account_id is not None,
        "may_make": _may_make(request),
        "is_lent": mine.lent_to(request) is not None,
    }
    return render(request, "activities/calendar.html", shown)


def _may_make(request: Request) -> bool:
    if mine.lent_to(request) is not None:
        return False
    return request.actor.account_id is not None or bool(mine.kept(request))


def _new_in(token: FeedToken, loose: QuerySet[Claim]) -> int:
    """Return how many bookings of this browser an address does not show yet."""
    return loose.exclude(pk__in=token.claims.values("pk")).count()


def _make(request: Request) -> HttpResponse:
    if mine.lent_to(request) is not None:
        raise NotNow(_("这是公用的屏幕，不在这里做日历地址。请用自己的手机来做。"))
    # A browser without an account has one address: the one before goes.
    old = mine_calendar.tokens(request) if request.actor.account_id is None else []
    made = feeds.make(
        request.district,
        mine_calendar.loose_claims(request),
        key=request.POST.get("key", ""),
        actor=request.actor,
        instead=old[0] if old else None,
    )
    response = _shown(request, made.secret)
    mine_calendar.keep(response, made.token)
    return response


def _take_in(request: Request) -> HttpResponse:
    token = _token(request)
    number = feeds.take_in(token, mine_calendar.loose_claims(request), actor=request.actor)
    messages.success(request, _("加进去了 %(n)d 个，过一会儿日历里就有。") % {"n": number})
    return HttpResponseRedirect(reverse("my_calendar"))


def _revoke(request: Request) -> HttpResponse:
    feeds.revoke(_token(request), actor=request.actor)
    messages.success(request, _("作废了，这个地址再也打不开。"))
    return HttpResponseRedirect(reverse("my_calendar"))


def _token(request: Request) -> FeedToken:
    said = request.POST.get("token", "")
    token_id = whole_number(said)
    token = mine_calendar.token_of(request, token_id) if token_id is not None else None
    if token is None:
        raise NotNow(_("没有这个订阅地址，可能已经作废了。"))
    return token


@open_to(everyone)
@require_safe
def calendar_feed(request: Request, feed_token: str) -> HttpResponse:
    """Hand out one person's bookings to whoever has the address; revoked, it is not there."""
    token = feeds.opened(request.district, feed_token)
    claims = mine_calendar.claims_of(token, request.district)
    told = queries.of_claims(
        claims,
        lambda session: address_of(request, session),
        lambda claim: _address_of_claim(request, claim),
    )

    def draw() -> bytes:
        return calendar_of(
            told, name=_("我的预约和报名"), product=PRODUCT, words=_("只有您有这个地址，别给外人。")
        )

    response = answered(request, told, draw)
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return unlisted(response)


def _address_of_claim(request: Request, claim: Claim) -> str:
    return request.build_absolute_uri(reverse("booking", args=[claim.number]))
